"""The language in which somebody wants the pages: kept with the user, carried by a cookie.

Without a choice the browser's Accept-Language decides. The cookie is Django's own, so that a page
that needs no database, as that of an outage, is in the right language, too.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest, HttpResponse

COOKIE_SECONDS = 365 * 24 * 3600
BROWSER = ""  # the choice of who leaves it to the browser


class LanguageChoice(models.Model):
    """Which language a user chose. Without a row the browser decides."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.language


def chosen_language(user: User) -> str:
    """Return what a user chose, BROWSER for nothing."""
    chosen = LanguageChoice.objects.filter(user=user.pk).first()
    return chosen.language if chosen else BROWSER


def mail_language(user: User | None) -> str:
    """Return the language of mails to a user, or to somebody who is none."""
    chosen = chosen_language(user) if user else BROWSER
    return chosen or settings.LANGUAGE_CODE


def choose_language(user: User, language: str) -> None:
    """Keep the choice of a user; BROWSER takes it back."""
    if language == BROWSER:
        LanguageChoice.objects.filter(user=user.pk).delete()
    else:
        LanguageChoice.objects.update_or_create(
            user=user, defaults={"language": language}
        )


def carry(response: HttpResponse, language: str) -> None:
    """Let the browser bring the choice with every request from now on."""
    name = settings.LANGUAGE_COOKIE_NAME
    path = settings.LANGUAGE_COOKIE_PATH
    if language == BROWSER:
        response.delete_cookie(name, path=path, samesite="Lax")
        return
    response.set_cookie(
        name,
        language,
        max_age=COOKIE_SECONDS,
        path=path,
        secure=settings.SECURE_COOKIES,
        httponly=True,
        samesite="Lax",
    )


def bring_choice(request: HttpRequest | None, user: User, **_: Any) -> None:
    """Note the choice of somebody who signs in; LanguageMiddleware sets the cookie."""
    if request is not None:
        request.chosen_language = chosen_language(user)  # type: ignore[attr-defined]
