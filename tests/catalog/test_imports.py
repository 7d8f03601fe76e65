"""Which packages a block of code imports."""

import pytest

from catalog.code_imports import MAX_CODE_LENGTH, MAX_PACKAGES, imported
from tests.pace import work_of_less_than


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("import numpy as np", ["numpy"]),
        ("from django.db import models", ["django"]),
        ("import os, sys as s, xml.etree.ElementTree as ET", ["os", "sys", "xml"]),
        (
            ">>> import asyncio\n>>> from aiohttp import web\n... import json",
            ["aiohttp", "asyncio", "json"],
        ),
        ("In [1]: import pandas as pd", ["pandas"]),
        ("    from pathlib import (\n        Path,\n    )", ["pathlib"]),
        ("from re import *", ["re"]),
        ("import a.b.c # the third", ["a"]),
        ("import json; import csv", ["json"]),
        ("import\tyaml", ["yaml"]),
        ("try:\n    import lxml\nexcept ImportError:\n    lxml = None", ["lxml"]),
        ("import os\r\nimport re\r\n", ["os", "re"]),
        ("import naïve", ["naïve"]),
        ("from . import models\nfrom .models import User\nfrom ..x import y", []),
        ("import the module with care", []),
        ("important = 1\nfrom_x = 2\nx.import_module('y')", []),
        ("# import os\nprint('import sys')", []),
        ('"""\nimport os\n"""\nimport re', ["re"]),
        ("'''import os'''\nimport re", ["re"]),
        ("from here to there", []),
        ("from 1 import x\nimport 2", []),
        ("import", []),
        ("import ,", []),
        ("", []),
        ("this does not parse (((\nimport flask", ["flask"]),
    ],
)
def test_packages_are_read_off_the_code(text: str, packages: list[str]) -> None:
    assert imported([{"text": text, "language": "python"}]) == packages


def test_only_python_is_read_and_blocks_are_taken_together() -> None:
    blocks = [
        {"text": "import re", "language": "python"},
        {
            "text": "import {x} from 'y'\nimport java.util.List;",
            "language": "javascript",
        },
        {"text": "import java.util.List;"},
        {"text": "import os", "language": "pycon"},
        {},
    ]
    assert imported(blocks) == ["os", "re"]


@pytest.mark.parametrize(
    "text",
    [
        "import " + "a," * 500_000,
        "import " + "a." * 500_000,
        "from " + "a" * 1_000_000,
        "import a" + " " * 1_000_000,
        "\n" * 500_000 + "import os",
        " " * 1_000_000 + "import os",
        "import a as " * 100_000,
        '"""' * 300_000,
        "In [" + "1" * 1_000_000,
    ],
)
def test_no_code_keeps_the_reader_waiting(text: str) -> None:
    with work_of_less_than(2):
        imported([{"text": text, "language": "python"}] * 5)


def test_what_is_looked_at_and_kept_is_bounded() -> None:
    assert (
        imported(
            [
                {"text": " \n" * MAX_CODE_LENGTH, "language": "python"},
                {"text": "import os", "language": "python"},
            ]
        )
        == []
    )
    many = "\n".join(f"import p{number}" for number in range(1000))
    assert len(imported([{"text": many, "language": "python"}])) == MAX_PACKAGES
