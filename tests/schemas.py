"""Files against the schemas that check-jsonschema brings."""

from pathlib import Path
from typing import Any


def checked(schema: str, *files: Path) -> Any:
    """Return what the program says of the files: its exit code and its output.

    It runs in this process, since it takes seconds of CPU to load.
    """
    from check_jsonschema import main
    from click.testing import CliRunner

    arguments = ["--builtin-schema", schema, *map(str, files)]
    return CliRunner().invoke(main, arguments)
