"""Ports for servers that are started side by side, by several processes."""

import subprocess
import sys

import pytest

from infra.local import ports
from infra.local.process import LocalError
from infra.local.stack import CHECKOUT

OTHER = (
    "from infra.local.ports import free_port; print(free_port(), flush=True); input()"
)


def test_a_port_belongs_to_who_was_given_it_before_a_server_listens_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    port = int(other.stdout.readline())
    monkeypatch.setattr("random.sample", lambda *_: [port])

    assert ports.is_free(port)
    with pytest.raises(LocalError, match="no free port"):
        ports.free_port()

    other.communicate("\n")
    assert ports.free_port() == port


def test_the_sample_blog_leaves_the_port_of_the_pages_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: True)

    assert ports.first_free(8100) == 8100
    assert ports.first_free(8100, skip=8100) == 8101
