"""A server that processes side by side share."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.shared import shared_server
from infra.local.stack import CHECKOUT
from tests.databases import connect
from tests.waiting import wait_until

pytestmark = pytest.mark.servers
USER = """
import sys
from pathlib import Path
from infra.local.shared import shared_server
with shared_server("postgres", Path(sys.argv[1])) as env:
    print(env["POSTGRES_PORT"], flush=True)
    sys.stdin.read()
"""


def test_it_is_one_for_all_and_ends_with_the_last_even_of_the_killed(
    tmp_path: Path,
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", USER, str(tmp_path)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    port = other.stdout.readline().strip()
    with shared_server("postgres", tmp_path) as env:
        assert env["POSTGRES_PORT"] == port
        other.kill()
        other.communicate()
        with closing(connect(env)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    ended = lambda: not (tmp_path / "stack").exists()  # noqa: E731
    wait_until(ended, what="for the server to end with its data")

    with shared_server("postgres", tmp_path) as env:
        connect(env).close()
