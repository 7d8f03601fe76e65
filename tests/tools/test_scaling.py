"""What `make scaling` lays over the containers is there, and what Docker prints is read right."""

from pathlib import Path

import pytest
import yaml

from infra.local.stack import CHECKOUT
from tools.bench.blog import Site
from tools.bench.library import tiny
from tools.scaling import memory, pages

OVERRIDES = sorted((CHECKOUT / "tools/scaling").glob("compose.*.yml"))
TOLD = """\
gleaner-test_web_1 213.5MiB / 512MiB
gleaner-test-worker-extract-2 98MiB / 768MiB
gleaner-test-worker-extract-1 0.5GiB / 768MiB
service_rabbitmq 86MiB / 320MiB
gleaner-test_sample-blog_1 40MiB / 256MiB
gleaner-test_backup_1 512KiB / 384MiB
"""


class Transport:
    """What was written to a client."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data


@pytest.mark.parametrize("override", OVERRIDES, ids=lambda path: path.stem)
def test_folders_of_the_checkout_that_containers_get_are_there(override: Path) -> None:
    services = yaml.safe_load(override.read_text())["services"]
    for service in services.values():
        for volume in service.get("volumes", []):
            folder = volume.split(":")[0]
            made_by_the_run = folder.startswith("./.local/")
            assert made_by_the_run or (CHECKOUT / folder).is_dir(), volume


def test_the_blogs_have_the_names_that_the_containers_know() -> None:
    path = CHECKOUT / "tools/scaling/compose.pages.yml"
    blog = yaml.safe_load(path.read_text())["services"]["sample-blog"]
    assert blog["networks"]["sample"]["aliases"] == pages.NAMES


def test_what_docker_prints_is_added_up_by_service_without_the_blog() -> None:
    assert memory.read(TOLD) == {
        "web": 213.5,
        "worker-extract": 98 + 512,
        "service_rabbitmq": 86,
        "backup": 0.5,
    }
    assert memory.total(memory.read(TOLD)) == 910


def test_each_request_is_answered_by_the_blog_that_it_names(tmp_path: Path) -> None:
    library = tiny(tmp_path, 4)
    sites = {
        name.encode(): Site(library, library.entries[number::2], f"http://{name}:8080")
        for number, name in enumerate(pages.NAMES[:2])
    }
    connection = pages.Connection(sites)
    sent = Transport()
    connection.connection_made(sent)  # type: ignore[arg-type]
    for name in ("m2.example", "m1.example"):
        connection.data_received(
            f"GET /sitemap.xml HTTP/1.1\r\nHost: {name}:8080\r\n\r\n".encode()
        )
    second, first = sent.written.split(b"HTTP/1.1 200 OK")[1:]
    assert b"http://m2.example:8080/posts/note-1/" in second
    assert b"http://m1.example:8080/posts/note-0/" in first
