"""One's own account with its tokens, and the log of changes."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.access.forms import EmailForm, LanguageForm, TokenForm
from pipeline.access.languages import carry, choose_language, chosen_language
from pipeline.access.models import Identity, Token
from pipeline.access.roles import Role, role_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, and the tokens that programs use in my name. A new token's secret is shown
    once."""
    role = role_in(request) or Role.VIEWER
    secret = ""
    mine = Token.objects.live().filter(user=request.user.pk)
    form = TokenForm(request.POST or None, most=role, live=mine.count())
    if form.is_valid():
        _token, secret = Token.objects.issue(
            signed_in_user(request),
            form.cleaned_data["name"],
            form.cleaned_data["role"],
        )
        form = TokenForm(most=role)
    tokens = _visible(request, role).select_related("user")[:200]
    context = {
        "role": role,
        "form": form,
        "language_form": LanguageForm(
            initial={"language": chosen_language(signed_in_user(request))}
        ),
        "tokens": tokens,
        "secret": secret,
        "roles": Role,
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "connected": Identity.objects.filter(
            user=request.user.pk, issuer=settings.OIDC_ISSUER
        ).exists(),
    }
    return render(
        request, "web/account.html", context, status=422 if form.errors else 200
    )


def signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user. The rules let nobody else come here."""
    user = request.user
    assert user.is_authenticated
    return user


def _visible(request: HttpRequest, role: Role) -> QuerySet[Token]:
    """One's own live tokens; an admin sees everybody's."""
    live = Token.objects.live()
    if role == Role.ADMIN:
        return live
    return live.filter(user=request.user.pk)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """From now on pages are in this language, wherever this user signs in."""
    form = LanguageForm(request.POST)
    response = redirect("account")
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        choose_language(signed_in_user(request), chosen)
        carry(response, chosen)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Set one's own password, or the first one of somebody who was invited by a link."""
    user = signed_in_user(request)
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    if user.has_usable_password():
        form = PasswordChangeForm(user, request.POST or None)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, _("Password set. Other sessions are signed out."))
        return redirect("account")
    return render(
        request, "web/password.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """Set one's own e-mail address."""
    user = signed_in_user(request)
    form = EmailForm(request.POST or None, user=user)
    if form.is_valid():
        user.email = form.cleaned_data["email"]
        user.save(update_fields=["email"])
        messages.success(request, _("E-mail address saved."))
        return redirect("account")
    return render(
        request, "web/email.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """From now on this token opens nothing."""
    token = get_object_or_404(_visible(request, role_in(request) or Role.VIEWER), pk=pk)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    messages.success(request, _("Revoked: %(name)s.") % {"name": token.name})
    return redirect("account")
