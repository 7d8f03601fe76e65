"""What a proxy says of its client is believed if the proxy is, and from nobody else."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from myworld.networks import network
from pipeline.http.proxies import PathPrefix, ProxyMiddleware, client_address

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
CLAIMS = {
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "gleaner.example",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_REMOTE_USER": "somebody",
    "HTTP_REMOTE_GROUPS": "admins",
}


@pytest.fixture
def passed_on(settings: Any) -> Any:
    settings.TRUSTED_PROXIES = TRUSTED
    settings.SIGNIN_HEADER = "Remote-User"
    settings.ALLOWED_HOSTS = ["gleaner.example", "testserver"]

    def of(peer: str, **headers: str) -> HttpRequest:
        seen: list[HttpRequest] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(request)
            return HttpResponse()

        ProxyMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
        return seen[0]

    return of


def test_a_trusted_proxy_says_scheme_host_client_and_user(passed_on: Any) -> None:
    request = passed_on("10.1.2.3", **CLAIMS)
    assert request.is_secure()
    assert request.get_host() == "gleaner.example"
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert request.META["HTTP_REMOTE_USER"] == "somebody"


def test_nobody_else_does(passed_on: Any) -> None:
    request = passed_on("203.0.113.1", **CLAIMS)
    assert not request.is_secure()
    assert request.get_host() == "testserver"
    assert request.META["REMOTE_ADDR"] == "203.0.113.1"
    assert not set(CLAIMS) & set(request.META)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("fd00::1", "2001:db8::9", "2001:db8::9"),
        ("", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_client_is_whom_the_last_untrusted_hop_names(
    peer: str, forwarded: str, client: str
) -> None:
    meta = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_address(meta, TRUSTED) == client


@pytest.mark.parametrize(
    ("asked", "inner"),
    [
        ("/reader/articles/", "/articles/"),
        ("/articles/", "/articles/"),
        ("/reader", "/"),
        ("/reader/", "/"),
        ("/readers/", "/readers/"),
    ],
)
def test_a_path_in_front_is_taken_off_where_the_proxy_left_it(
    asked: str, inner: str
) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> Any:
        return environ["PATH_INFO"]

    assert PathPrefix(application, "/reader")({"PATH_INFO": asked}, None) == inner


def test_a_network_that_is_none_stops_the_start_with_the_settings_name() -> None:
    assert network(" 10.1.2.3/8 ", "TRUSTED_PROXIES") == ip_network("10.0.0.0/8")
    with pytest.raises(Exception, match="TRUSTED_PROXIES: 'my-proxy' is no address"):
        network("my-proxy", "TRUSTED_PROXIES")
