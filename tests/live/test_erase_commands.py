"""The commands of docs/privacy.md work as they are written, on the running product."""

import re
import shlex
import subprocess
import sys

import pytest

from infra.local.stack import CHECKOUT
from tests.product import Product

BLOG = "blog.example"
COMMAND = re.compile(r"^python (manage\.py .+)$", re.M)
TOLD = COMMAND.findall((CHECKOUT / "docs/privacy.md").read_text())


@pytest.mark.broker
def test_every_command_of_the_privacy_page_works(product: Product) -> None:
    product.manage("crawl", product.blog.url)
    host = product.blog.url.removeprefix("http://").rstrip("/")
    assert [command.split()[2] for command in TOLD] == ["preview", "run"]
    for command in TOLD:
        done = subprocess.run(
            [sys.executable, *shlex.split(command.replace(BLOG, host))],
            cwd=CHECKOUT,
            env=product.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        assert "0 articles" in done.stdout
