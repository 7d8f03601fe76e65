"""The page of users: who may sign in, with which role."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from sesame.utils import get_query_string

from catalog.paging import page_of
from pipeline.access import people as rules
from pipeline.access.forms import InviteForm
from pipeline.access.invitations import NotSent, send_signin_link
from pipeline.access.roles import Role, granted_role, role_of

PEOPLE = 100  # a page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """List all users, and invite another one. The link of an invitation is shown once."""
    form = InviteForm(request.POST or None)
    invited = _invited(form)
    if invited:
        form = InviteForm()
    if invited and _mailed(request, invited):
        invited = None
    page = page_of(rules.people(), request.GET, PEOPLE)
    context = {
        "form": form,
        "invited": invited,
        "link": invited and signin_link(request, invited),
        "page": page,
        "rows": [(person, granted_role(person)) for person in page.rows],
        "roles": Role,
        "sends_mail": settings.EMAIL_URL_SET,
    }
    return render(
        request, "web/people.html", context, status=422 if form.errors else 200
    )


def _invited(form: InviteForm) -> User | None:
    if not form.is_valid():
        return None
    try:
        typed = form.cleaned_data
        return rules.invite(typed["username"], typed["role"], typed.get("email", ""))
    except ValidationError as error:
        form.add_error(None, error)
        return None


def _mailed(request: HttpRequest, person: User) -> bool:
    """Mail a sign-in link to somebody who has an address; return whether the link is on its
    way."""
    if not person.email or not settings.EMAIL_URL_SET:
        return False
    try:
        send_signin_link(person)
    except NotSent as error:
        not_sent = _("The mail to %(address)s was not sent: %(reason)s")
        values = {"address": person.email, "reason": error}
        messages.error(request, not_sent % values)
        return False
    sent = _("A sign-in link was sent to %(address)s.")
    messages.success(request, sent % {"address": person.email})
    return True


def signin_link(request: HttpRequest, person: User) -> str:
    """Return a link that signs a user in, once, within a day."""
    return request.build_absolute_uri(reverse("signin") + get_query_string(person))


@never_cache
@require_POST
def person_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Change a user's role, take or give back access, or make a new sign-in link."""
    person = get_object_or_404(User, pk=pk)
    if verb not in VERBS:
        raise Http404
    try:
        return VERBS[verb](request, person)
    except rules.LastAdmin as refused:
        messages.error(request, str(refused))
        return redirect("people")


def _role(request: HttpRequest, person: User) -> HttpResponse:
    chosen = request.POST.get("role", "")
    if chosen not in Role.labels:
        raise Http404
    role = Role[chosen.upper()]
    rules.change_role(person, role)
    done = {
        Role.VIEWER: _("%(name)s is now a viewer."),
        Role.OPERATOR: _("%(name)s is now an operator."),
        Role.ADMIN: _("%(name)s is now an admin."),
    }
    messages.success(request, done[role] % {"name": person.username})
    return redirect("people")


def _deactivate(request: HttpRequest, person: User) -> HttpResponse:
    rules.deactivate(person)
    done = _("%(name)s can no longer sign in.")
    messages.success(request, done % {"name": person.username})
    return redirect("people")


def _activate(request: HttpRequest, person: User) -> HttpResponse:
    rules.activate(person)
    done = _("%(name)s can sign in again.")
    messages.success(request, done % {"name": person.username})
    return redirect("people")


def _mail(request: HttpRequest, person: User) -> HttpResponse:
    if role_of(person) is None:
        messages.error(request, _deactivated(person))
    elif not _mailed(request, person) and not person.email:
        lacks = _("%(name)s has no e-mail address.")
        messages.error(request, lacks % {"name": person.username})
    return redirect("people")


def _deactivated(person: User) -> str:
    text = _("%(name)s is deactivated. Activate first.")
    return text % {"name": person.username}


def _link(request: HttpRequest, person: User) -> HttpResponse:
    if role_of(person) is None:
        messages.error(request, _deactivated(person))
        return redirect("people")
    context = {"person": person, "link": signin_link(request, person)}
    return render(request, "web/signin_link.html", context)


VERBS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "role": _role,
    "deactivate": _deactivate,
    "activate": _activate,
    "link": _link,
    "mail": _mail,
}
