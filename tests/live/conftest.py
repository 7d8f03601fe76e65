"""One running product for all files of this folder, which are run one after the other."""

from collections.abc import Iterator

import pytest

from tests.product import Product, running
from tests.real_servers import RealServer


@pytest.fixture(scope="package")
def product(
    postgres: RealServer, rabbitmq: RealServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    with running(postgres, rabbitmq, tmp_path_factory.mktemp("live")) as product:
        yield product
