"""What an identity provider (OpenID Connect) is asked and says.

Its library is loaded when somebody signs in, since it takes 12 MB of each web process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

TIMEOUT_SECONDS = 10  # for each answer of the provider


class ProviderFailed(Exception):
    """The provider is away, refused, or its answer does not hold."""


@cache
def client() -> Any:
    """Return the client of the provider, which reads the provider's own description when it is
    first needed."""
    from authlib.integrations.django_client import OAuth

    return OAuth().register(
        "provider",
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings.OIDC_ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPES,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )


def redirect_to_provider(request: HttpRequest, back: str) -> HttpResponse:
    """Send the browser to the provider, which sends it to the address `back`. Raises
    ProviderFailed."""
    with _failures():
        answer: HttpResponse = client().authorize_redirect(request, back)
    return answer


def claims_of(request: HttpRequest) -> dict[str, Any]:
    """Return what the provider says of the person whom it sent back. Raises ProviderFailed.

    A name or groups that are not in the ID token are asked for.
    """
    with _failures():
        token = client().authorize_access_token(request)
        claims = dict(token["userinfo"])
        if {settings.OIDC_USERNAME_CLAIM, settings.OIDC_GROUPS_CLAIM} <= set(claims):
            return claims
        more = dict(client().userinfo(token=token))
    if more.get("sub") != claims["sub"]:
        raise ProviderFailed("The ID token and the user information name two accounts.")
    return more | claims


@contextmanager
def _failures() -> Iterator[None]:
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        yield
    except (AuthlibBaseError, JoseError, OSError, KeyError, ValueError) as error:
        raise ProviderFailed(f"{type(error).__name__}: {error}") from error
