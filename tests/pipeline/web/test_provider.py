"""Signing in with an identity provider: a real one, which asks nobody for a password."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from oidc_provider_mock import User as Account

from myworld import redaction
from pipeline.access import openid
from pipeline.access.models import AuditEntry, Identity
from pipeline.access.roles import Role, role_of
from tests.provider import choose, provider

ACCOUNTS = [
    Account(sub="1", claims={"preferred_username": "ada", "groups": ["crew"]}),
    Account(sub="2", claims={"preferred_username": "bob", "groups": "chiefs"}),
    Account(sub="3", claims={}),
    Account(sub="4", claims={"preferred_username": "no spaces allowed!"}),
    Account(sub="5", claims={"preferred_username": "ada"}),
]
# of the provider, which uses what its library is about to drop
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SignIn = Callable[..., Any]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(ACCOUNTS) as address:
        yield address


@pytest.fixture
def sign_in(issuer: str, settings: Any) -> Iterator[SignIn]:
    """Signs in as an account of the provider; gives the answer to the browser that comes back."""
    settings.OIDC_ISSUER = issuer
    settings.OIDC_CLIENT_ID = "gleaner"
    settings.OIDC_CLIENT_SECRET = "a secret of the client"
    settings.OIDC_NAME = "Example ID"
    settings.ADMIN_GROUPS = ["chiefs"]
    settings.OPERATOR_GROUPS = ["crew"]
    openid.client.cache_clear()

    def as_account(sub: str, client: Client | None = None, wanted: str = "") -> Any:
        client = client or Client()
        there = client.get("/signin/provider/", {"next": wanted} if wanted else {})
        return client.get(choose(there["Location"], sub))

    yield as_account
    openid.client.cache_clear()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sub", "name", "role"),
    [("1", "ada", Role.OPERATOR), ("2", "bob", Role.ADMIN), ("3", "3", Role.VIEWER)],
)
def test_the_first_sign_in_makes_a_user_with_the_role_of_the_groups(
    sign_in: SignIn, sub: str, name: str, role: Role
) -> None:
    client = Client()
    assert sign_in(sub, client).status_code == 302
    assert client.get("/articles/").context["user"].get_username() == name
    assert role_of(User.objects.get(username=name)) == role
    assert not User.objects.get(username=name).has_usable_password()


@pytest.mark.django_db
def test_the_next_sign_in_is_as_the_same_user_whatever_its_name_is_now(
    sign_in: SignIn,
) -> None:
    sign_in("1")
    User.objects.filter(username="ada").update(username="countess")
    sign_in("1")
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("sub", ["1", "5"])
def test_a_name_that_is_taken_is_not_taken_over(sign_in: SignIn, sub: str) -> None:
    owner = User.objects.create_user("ada", password="x")
    client = Client()
    answer = sign_in(sub, client)
    assert answer["Location"] == "/signin/"
    page = client.get("/signin/").content.decode()
    assert "There is a user ada already." in page
    assert not Identity.objects.filter(user=owner).exists()


@pytest.mark.django_db
def test_who_is_signed_in_connects_the_account_and_it_signs_in_from_then_on(
    sign_in: SignIn,
) -> None:
    owner = User.objects.create_user("ada")
    client = Client()
    client.force_login(owner)
    assert "Connect" in client.get("/account/").content.decode()
    assert sign_in("1", client)["Location"] == "/account/"
    assert "connected" in client.get("/account/").content.decode()

    stranger = Client()
    sign_in("1", stranger)
    assert stranger.get("/account/").context["user"] == owner
    assert AuditEntry.objects.filter(kind="identity").exists()


@pytest.mark.django_db
def test_an_account_of_another_user_is_not_connected(sign_in: SignIn) -> None:
    sign_in("1")
    client = Client()
    client.force_login(User.objects.create_user("eve"))
    assert sign_in("1", client)["Location"] == "/signin/"
    assert Identity.objects.get().user.get_username() == "ada"


@pytest.mark.django_db
def test_a_deactivated_user_stays_outside(sign_in: SignIn) -> None:
    sign_in("1")
    User.objects.update(is_active=False)
    client = Client()
    sign_in("1", client)
    assert "was deactivated" in client.get("/signin/").content.decode()
    assert client.get("/articles/").status_code == 302


@pytest.mark.django_db
def test_a_name_that_no_user_may_have_is_refused_in_words(sign_in: SignIn) -> None:
    client = Client()
    sign_in("4", client)
    assert "Enter a valid username" in client.get("/signin/").content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [("/queues/", "/queues/"), ("https://evil.example/", "/"), ("//evil.example", "/")],
)
def test_the_sign_in_leads_where_one_wanted_to_go_on_this_site(
    sign_in: SignIn, wanted: str, leads_to: str
) -> None:
    assert sign_in("1", wanted=wanted)["Location"] == leads_to


@pytest.mark.django_db
@pytest.mark.parametrize(
    "answer", ["", "?code=x&state=y", "?error=access_denied&state=y", "?code=x"]
)
def test_an_answer_that_nobody_asked_for_signs_nobody_in(
    sign_in: SignIn, answer: str
) -> None:
    client = Client()
    assert client.get(f"/signin/provider/done{answer}")["Location"] == "/signin/"
    assert "did not sign you in" in client.get("/signin/").content.decode()


@pytest.mark.django_db
def test_an_answer_works_in_the_browser_that_asked_and_once(sign_in: SignIn) -> None:
    client = Client()
    there = client.get("/signin/provider/")["Location"]
    sent = parse_qs(urlsplit(there).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["nonce"]
    back = requests.post(there, {"sub": "1"}, allow_redirects=False, timeout=180)
    address = back.headers["Location"]
    assert Client().get(address)["Location"] == "/signin/"
    assert client.get(address)["Location"] == "/"
    client.post("/signout/")
    assert client.get(address)["Location"] == "/signin/"


@pytest.mark.django_db
def test_a_provider_that_is_away_is_said_on_the_sign_in_page(
    sign_in: SignIn, settings: Any
) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    openid.client.cache_clear()
    client = Client()
    assert client.get("/signin/provider/")["Location"] == "/signin/"
    page = client.get("/signin/").content.decode()
    assert "Example ID did not sign you in. Try again." in page
    assert "Sign in with Example ID" in page


@pytest.mark.django_db
def test_without_a_provider_nothing_is_offered() -> None:
    assert Client().get("/signin/provider/").status_code == 404
    assert Client().get("/signin/provider/done").status_code == 404
    assert "Sign in with" not in Client().get("/signin/").content.decode()


def test_no_log_line_holds_the_answer_of_a_provider() -> None:
    line = "GET /signin/provider/done?code=abc123&state=xyz789"
    assert redaction.text(line) == "GET /signin/provider/done?[redacted]"
