"""One running product for all files of this folder, which are run one after the other.

Its processes are forked from one that has loaded all, as those of `make run` are: started apart they
would load everything nine times. tests/infra/test_proxies.py and tests/test_faults.py start them apart.
"""

from collections.abc import Iterator

import pytest

from infra.local.processes import PROCFILE_TOGETHER
from tests.product import Product, running
from tests.real_servers import RealServer


@pytest.fixture(scope="package")
def product(
    postgres: RealServer, rabbitmq: RealServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    root = tmp_path_factory.mktemp("live")
    with running(postgres, rabbitmq, root, procfile=PROCFILE_TOGETHER) as product:
        yield product
