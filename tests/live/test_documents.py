"""The commands of the documentation work as they are written, on the running product."""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.local.stack import CHECKOUT
from tests.product import Product

SERVER = "http://127.0.0.1:8000"
BLOGS = re.compile(r"https://(?:blog\.example|example\.org/blog)/")
STEERING = re.compile(r"/api/runs/\d+/(?:pause|addresses|change)$")
ENDED = 409  # what the document says of steering a run that has ended
NEW_TOKEN = """
from django.contrib.auth import get_user_model
from pipeline.access.models import Token
from pipeline.access.roles import Role
user = get_user_model().objects.filter(is_superuser=True).first()
print(Token.objects.issue(user, "documents", Role.ADMIN)[1])
"""


def commands(document: str, program: str) -> list[str]:
    """The indented commands of a document that begin with the program, each on one line."""
    text = (CHECKOUT / document).read_text().replace("\\\n", " ")
    return re.findall(rf"^    ((?:\.venv/bin/)?{program} .*)$", text, re.M)


def outline(blog: str) -> str:
    return f'<outline text="Blog" xmlUrl="{blog}feed.xml" htmlUrl="{blog}"/>'


@dataclass
class Curl:
    """A request as it is written for curl."""

    url: str = ""
    method: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, command: str) -> "Curl":
        """Read a command with the options -H, -X, -d and -F."""
        words = iter(shlex.split(command)[1:])
        curl = cls()
        for word in words:
            if word == "-H":
                name, _, value = next(words).partition(": ")
                curl.headers[name] = value
            elif word == "-X":
                curl.method = next(words)
            elif word == "-d":
                curl.body = next(words)
            elif word == "-F":
                curl.add_part(next(words))
            else:
                curl.url = word
        return curl

    def add_part(self, part: str) -> None:
        name, _, value = part.partition("=")
        content, _, filename = value.partition(";filename=")
        self.parts[name] = (filename or None, content)

    def send(self) -> requests.Response:
        posts = self.body or self.parts
        return requests.request(
            self.method or ("POST" if posts else "GET"),
            self.url,
            data=self.body.encode() or None,
            files=self.parts or None,
            headers=self.headers,
            timeout=180,
        )


@pytest.fixture(scope="module")
def crawled(product: Product) -> int:
    """A run of the sample blog that has ended."""
    product.sign_in_link()
    product.manage("crawl", product.blog.url)
    return int(product.sql("SELECT max(id) FROM pipeline_run")[0][0])


@pytest.fixture(scope="module")
def names(product: Product, crawled: int) -> dict[str, str]:
    """What takes the place of what a document calls by example."""
    view = product.sql("SELECT coalesce(max(id), 0) + 1 FROM catalog_savedview")[0][0]
    articles = product.sql("SELECT id FROM catalog_article ORDER BY id LIMIT 2")
    [[source]] = product.sql("SELECT max(id) FROM catalog_source")
    [[quote]] = product.sql(
        "SELECT split_part(text, E'\\n', 1) FROM catalog_article WHERE id = %s",
        articles[0][0],
    )
    return {
        SERVER: product.url,
        "$TOKEN": product.console.run(NEW_TOKEN).strip(),
        "/articles/1/": f"/articles/{articles[0][0]}/",
        "/sources/1": f"/sources/{source}",
        '"ids": [1, 2]': f'"ids": {[number for (number,) in articles]}',
        '"a passage of the text"': json.dumps(quote),
        '"view": 3': f'"view": {view}',
    }


@pytest.mark.broker
def test_every_request_of_the_api_page_is_answered_as_it_says(
    product: Product, names: dict[str, str]
) -> None:
    requests_told = commands("docs/api.md", "curl")
    assert len(requests_told) > 25
    for command in requests_told:
        [[newest]] = product.sql("SELECT max(id) FROM pipeline_run")
        for name, value in names.items():
            command = command.replace(name, value)
        command = BLOGS.sub(product.blog.url, command)
        curl = Curl.read(command.replace("/runs/1", f"/runs/{newest}"))
        answer = curl.send()
        refused = answer.status_code == ENDED and STEERING.search(curl.url)
        assert answer.ok or refused, (command, answer.status_code, answer.text[:500])


@pytest.mark.broker
@pytest.mark.parametrize(
    "command",
    [*commands("docs/tutorial.md", "python"), *commands("docs/import.md", "python")],
)
def test_every_command_of_the_tutorial_and_of_the_imports_works(
    product: Product, crawled: int, command: str, tmp_path: Path
) -> None:
    subscriptions = tmp_path / "subscriptions.opml"
    subscriptions.write_text(f"<opml><body>{outline(product.blog.url)}</body></opml>")
    command = BLOGS.sub(product.blog.url, command.partition(" > ")[0])
    words = shlex.split(command.replace(subscriptions.name, str(subscriptions)))
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=CHECKOUT,
        env=product.environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
