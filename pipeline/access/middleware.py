"""Holds every request to the rules, and keeps an entry of every one that changed something."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pipeline.access.audit import Actor, acting, record
from pipeline.access.models import Token
from pipeline.access.permissions import READING, required_role
from pipeline.access.roles import Role, role_in

BEARER = "Bearer "
HIDDEN = ("csrfmiddlewaretoken", "password", "secret", "token")
# Although it is sent by POST: what was typed is too long for an address; a look asks somebody
# else's server.
# What it changes has an entry; its address has a secret.
# They change nothing, or keep an entry of their own that quotes nothing.
CHANGES_NOTHING = {
    "understood",
    "why-look",
    "job-draft",
    "watch-unsubscribe",
    "erasure-preview",
    "erased-lift",
    "api:preview_erasure",
}
# What people note for themselves alone, with every article that they read.
PERSONAL = {
    "account-language",
    "articles-mark",
    "highlight-add",
    "highlight-do",
    "api:mark_articles",
    "api:add_highlight",
    "api:delete_highlight",
}


class AccessMiddleware(LoginRequiredMiddleware):
    """Anybody's request for an open route passes; all others need a user, or on the API a token,
    of the right role."""

    def __call__(self, request: HttpRequest) -> Any:
        request.actor = Actor(request)  # type: ignore[attr-defined]
        with acting(request.actor):  # type: ignore[attr-defined]
            response = super().__call__(request)
            record_request(request, response)
            return response

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponse | None:
        match = request.resolver_match
        verb = request.method or ""
        if match:
            needs = required_role(match.view_name, verb)
        else:
            needs = Role.ADMIN
        if needs is None:
            return None
        if (
            is_api(request)
            and request.headers.get("Authorization")
            and not authenticate_token(request)
        ):
            return nobody("Invalid token. Create a new one at /account/.")
        role = role_in(request)
        if role is None:
            if is_api(request):
                return nobody()
            return redirect_to_login(request.get_full_path())
        if role < needs:
            return refused(request, role, needs)
        if verb in READING or not view_func.__module__.startswith("catalog."):
            return None
        with (
            transaction.atomic()
        ):  # the catalogue's changes are rows only, so each is one with its entry
            response: HttpResponse = view_func(request, *view_args, **view_kwargs)
            record_request(request, response)
        return response


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, who wants JSON."""
    return bool(request.resolver_match and "api" in request.resolver_match.namespaces)


def authenticate_token(request: HttpRequest) -> bool:
    """Make the request one of the token's user; False where there is no such token."""
    given = request.headers["Authorization"]
    if given.startswith(BEARER):
        token = Token.objects.authenticate(given.removeprefix(BEARER).strip())
    else:
        token = None
    if token:
        request.user, request.token = token.user, token  # type: ignore[attr-defined]
    return token is not None


def nobody(
    detail: str = "Send a token: Authorization: Bearer ... Create one at /account/.",
) -> HttpResponse:
    """For programs that are not signed in."""
    return JsonResponse(
        {"detail": detail}, status=401, headers={"WWW-Authenticate": "Bearer"}
    )


def refused(request: HttpRequest, role: Role, needs: Role) -> HttpResponse:
    """Says what is missing."""
    if is_api(request):
        detail = f"This requires the role {needs.label}; yours is {role.label}. Nothing was changed."
        return JsonResponse({"detail": detail}, status=403)
    return render(
        request, "403.html", {"needs": needs.label, "has": role.label}, status=403
    )


def record_request(request: HttpRequest, response: Any) -> None:
    """Record a request that could change something, was not refused, and of which nothing else is
    on record."""
    match, actor = request.resolver_match, request.actor  # type: ignore[attr-defined]
    if (
        request.method in READING
        or match is None
        or response.status_code >= 400
        or actor.entries
    ):
        return
    leaves_entry = match.view_name not in CHANGES_NOTHING | PERSONAL
    if leaves_entry and request.user.is_authenticated:
        record(match.view_name, "route", request.get_full_path(), after=_form(request))


def _form(request: HttpRequest) -> dict[str, Any] | None:
    fields = {
        name: values
        for name, values in request.POST.lists()
        if not any(word in name for word in HIDDEN)
    }
    return {
        name: values[0] if len(values) == 1 else values
        for name, values in fields.items()
    } or None
