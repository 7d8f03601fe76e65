"""The product behind nginx, Caddy and Traefik with TLS, below a path, as the recipes in infra/proxies
say; people sign in with an identity provider.

Needs the programs, which `make test` unpacks where they can be had.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from oidc_provider_mock import User as Account

from infra.local.ports import LOOPBACK, free_port
from infra.local.stack import CHECKOUT, Stack
from tests.product import Product, running
from tests.provider import choose, provider
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.broker,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the provider
]
RECIPES = CHECKOUT / "infra/proxies"
PREFIX = "/reader"
NGINX = """
daemon off;
error_log {home}/nginx.log;
pid {home}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}; proxy_temp_path {home}; fastcgi_temp_path {home};
    uwsgi_temp_path {home}; scgi_temp_path {home};
    include {home}/site.conf;
}}
"""
CADDY = """{{
\tadmin off
\tauto_https disable_redirects
}}
"""


def certificate(home: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    certificate, key = home / "fullchain.pem", home / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days=2"]
    command += ["-subj=/CN=localhost", "-addext=subjectAltName=DNS:localhost"]
    command += [f"-out={certificate}", f"-keyout={key}"]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def nginx(home: Path, port: int, product_port: int) -> list[str]:
    """The command of an nginx that serves the recipe here."""
    text = (RECIPES / "nginx.conf").read_text()
    here = {
        "listen 80;": f"listen {LOOPBACK}:{free_port()};",
        "listen 443 ssl;": f"listen {LOOPBACK}:{port} ssl;",
        "gleaner.example": "localhost",
        "/etc/ssl/gleaner": str(home),
        "127.0.0.1:8000": f"{LOOPBACK}:{product_port}",
    }
    (home / "site.conf").write_text(_replaced(text, here))
    (home / "nginx.conf").write_text(NGINX.format(home=home))
    return ["nginx", "-e", f"{home}/nginx.log", "-c", f"{home}/nginx.conf"]


def caddy(home: Path, port: int, product_port: int) -> list[str]:
    """The command of a Caddy that serves the recipe here, with a certificate of these tests."""
    text = (RECIPES / "Caddyfile").read_text()
    tls = f"\ttls {home}/fullchain.pem {home}/key.pem\n"
    here = {
        "gleaner.example {\n": f"https://localhost:{port} {{\n{tls}",
        "127.0.0.1:8000": f"{LOOPBACK}:{product_port}",
    }
    (home / "Caddyfile").write_text(CADDY.format() + _replaced(text, here))
    return ["caddy", "run", "--config", f"{home}/Caddyfile", "--adapter=caddyfile"]


def traefik(home: Path, port: int, product_port: int) -> list[str]:
    """The command of a Traefik that serves the recipe here, with a certificate of these tests."""
    text = (RECIPES / "traefik.yml").read_text()
    here = {
        "gleaner.example": "localhost",
        "      tls:\n        certResolver: letsencrypt\n": "      tls: {}\n",
        "127.0.0.1:8000": f"{LOOPBACK}:{product_port}",
    }
    files = f"certFile: {home}/fullchain.pem, keyFile: {home}/key.pem"
    tls = f"tls:\n  certificates:\n    - {{{files}}}\n"
    (home / "traefik.yml").write_text(_replaced(text, here) + tls)
    return [
        "traefik",
        f"--entryPoints.websecure.address={LOOPBACK}:{port}",
        f"--providers.file.filename={home}/traefik.yml",
        "--global.checkNewVersion=false",
        "--global.sendAnonymousUsage=false",
    ]


def _replaced(text: str, here: dict[str, str]) -> str:
    for old, new in here.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


PROXIES = {"nginx": nginx, "caddy": caddy, "traefik": traefik}


def passes_on(home: Path, port: int) -> bool:
    """Whether the proxy has read its recipe; Traefik listens before it does."""
    url = f"https://localhost:{port}{PREFIX}/healthz"
    with suppress(requests.RequestException):
        return requests.get(url, verify=str(home / "fullchain.pem"), timeout=60).ok
    return False


@contextmanager
def proxy(kind: str, home: Path, port: int, product_port: int) -> Iterator[None]:
    home.mkdir()
    certificate(home)
    environment = {
        "HOME": str(home),
        "PATH": str(Path(shutil.which(kind) or "").parent),
    }
    with (home / "output").open("w") as log:
        process = subprocess.Popen(
            PROXIES[kind](home, port, product_port),
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: process.poll() or passes_on(home, port), what=kind)
            assert process.poll() is None, (home / "output").read_text()
            yield
        finally:
            process.terminate()
            process.wait(600)


@pytest.fixture(scope="module")
def product(
    postgres: Stack, rabbitmq: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Product, Path, dict[str, int]]]:
    home = tmp_path_factory.mktemp("proxied")
    ports = {kind: free_port() for kind in PROXIES}
    base = f"https://localhost:{ports['nginx']}{PREFIX}"
    environment = {
        "BASE_URL": base,
        "OIDC_CLIENT_ID": "gleaner",
        "OIDC_CLIENT_SECRET": "a secret of the client",
        "ADMIN_GROUPS": "chiefs",
        # the other proxies' origins, which no installation has beside its own
        "CSRF_TRUSTED_ORIGINS": ",".join(
            f"https://localhost:{port}" for port in ports.values()
        ),
    }
    account = Account(sub="1", claims={"preferred_username": "ada", "groups": "chiefs"})
    with provider([account]) as issuer:
        environment["OIDC_ISSUER"] = issuer
        with running(postgres, rabbitmq, home, environment) as product:
            yield product, home, ports


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind,
            marks=pytest.mark.skipif(not shutil.which(kind), reason=f"no {kind}"),
        )
        for kind in PROXIES
    ],
)
def test_a_blog_is_crawled_and_followed_by_feed_through_a_proxy(
    product: tuple[Product, Path, dict[str, int]], kind: str
) -> None:
    served, home, ports = product
    base = f"https://localhost:{ports[kind]}{PREFIX}"
    person = requests.Session()
    person.trust_env = False
    person.verify = str(home / kind / "fullchain.pem")
    with proxy(kind, home / kind, ports[kind], int(served.environment["PORT"])):
        first = signed_in(person, base)
        assert first.url == f"{base}/"
        assert first.headers["Strict-Transport-Security"]
        assert [
            cookie.secure for cookie in person.cookies if cookie.name == "sessionid"
        ] == [True]
        assert {cookie.path for cookie in person.cookies} == {f"{PREFIX}/"}
        for asset in re.findall(r'(?:src|href)="([^"]+\.(?:css|js))"', first.text):
            assert asset.startswith(f"{PREFIX}/static/")
            assert person.get(f"https://localhost:{ports[kind]}{asset}", timeout=180).ok

        run = started(person, base, served.blog.url)
        assert served.wait_for_end(run) == "finished"

        address = feed(person, base)
        assert address.startswith(f"{base}/articles/feeds/")
        person.cookies.clear()
        stranger = person.get(address, timeout=180)
        assert stranger.status_code == 200
        assert f'href="{base}/articles/' in stranger.text


def signed_in(person: requests.Session, base: str) -> requests.Response:
    """The first page, after a sign-in with the provider that the form offers."""
    form = person.get(f"{base}/signin/", timeout=180)
    offered = re.search(rf'{PREFIX}(/signin/provider/[^"]*)"', form.text)
    assert offered, form.text[:3000]
    there = person.get(f"{base}{offered[1]}", allow_redirects=False, timeout=180)
    back = choose(there.headers["Location"], "1")
    assert back.startswith(f"{base}/signin/provider/done?")
    first = person.get(back, timeout=180)
    assert first.status_code == 200
    assert "ada" in first.text
    return first


def started(person: requests.Session, base: str, blog: str) -> int:
    """The id of a run that the form starts."""
    page = person.get(f"{base}/", timeout=180)
    form = {"addresses": blog, "csrfmiddlewaretoken": person.cookies["csrftoken"]}
    answer = person.post(
        f"{base}/", data=form, headers={"Referer": page.url}, timeout=180
    )
    assert answer.status_code == 200, answer.text[:2000]
    return int(re.search(rf"{PREFIX}/runs/(\d+)/", answer.url)[1])  # type: ignore[index]


def feed(person: requests.Session, base: str) -> str:
    """The address of a feed of the whole catalogue."""
    page = person.get(f"{base}/articles/feeds/", timeout=180)
    form = {"query": "", "csrfmiddlewaretoken": person.cookies["csrftoken"]}
    made = person.post(
        f"{base}/articles/feeds/make",
        data=form,
        headers={"Referer": page.url},
        timeout=180,
    )
    found = re.search(rf"{re.escape(base)}/articles/feeds/[^\"<\s]+", made.text)
    assert found, made.text[:3000]
    return found[0].replace("&amp;", "&")
