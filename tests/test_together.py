"""Files that share a running product are run by one process: another one would start its own."""

import pytest

from infra.local.stack import CHECKOUT

SHARES = "product: Product"  # a parameter of what takes the fixture of tests/live


def test_each_file_that_shares_the_running_product_is_named(
    pytestconfig: pytest.Config,
) -> None:
    plugins = pytestconfig.pluginmanager.get_plugins()
    [groups] = [each.TOGETHER for each in plugins if hasattr(each, "TOGETHER")]
    sharing = [
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "tests" / "live").glob("test_*.py")
        if SHARES in path.read_text()
    ]
    assert sorted(sharing) == sorted(file for files in groups for file in files)
