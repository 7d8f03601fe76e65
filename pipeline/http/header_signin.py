"""Signing in by a header of the proxy, which has asked the person already (forward auth).

`pipeline.http.proxies` removes the header unless a trusted proxy sent it.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest

from pipeline.access.groups import give_role
from pipeline.http.proxies import meta_name


class HeaderSignIn(RemoteUserMiddleware):
    """Signs in whom SIGNIN_HEADER names, and out when it names nobody any more."""

    def __init__(self, get_response: Any) -> None:
        if not settings.SIGNIN_HEADER:
            raise MiddlewareNotUsed
        self.header = meta_name(settings.SIGNIN_HEADER)  # type: ignore[misc]
        super().__init__(get_response)


class HeaderBackend(RemoteUserBackend):
    """Makes an account at the first visit, and gives it the role of its groups."""

    def configure_user(
        self, request: HttpRequest | None, user: Any, created: bool = True
    ) -> Any:
        """Give the user, new or known, the role of the groups that the request names."""
        assert request
        groups = request.META.get(meta_name(settings.SIGNIN_GROUPS_HEADER), "")
        give_role(user, groups.replace(";", ",").split(","))
        return user
