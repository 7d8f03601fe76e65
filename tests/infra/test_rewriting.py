"""What is rewritten before the processes of a test run start is what pytest looks for."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from tests.rewriting import never_rewritten, rewrite


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "test_sums.py"
    file.write_text("def test_sum():\n    total = 1 + 2\n    assert total == 4\n")
    return file


def test_a_file_is_rewritten_once(
    pytestconfig: pytest.Config, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(pytestconfig, [file])
    monkeypatch.delattr("_pytest.assertion.rewrite._rewrite_test")
    hook = pytestconfig.pluginmanager.rewrite_hook
    spec = spec_from_file_location("test_sums", file, loader=hook)
    assert spec is not None
    module = module_from_spec(spec)
    hook.exec_module(module)

    with pytest.raises(AssertionError, match="assert 3 == 4"):
        module.test_sum()


def test_only_what_was_never_rewritten_is(
    pytestconfig: pytest.Config, file: Path
) -> None:
    assert list(never_rewritten(file.parent)) == [file]

    rewrite(pytestconfig, [file])

    assert list(never_rewritten(file.parent)) == []
