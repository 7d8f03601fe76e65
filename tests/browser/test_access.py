"""The pages of accounts, changes, webhooks and the API; and what somebody sees who may only
read."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, expect

from catalog.models import SavedView
from pipeline.access.audit import record
from pipeline.access.models import Delivery, Token, Watch, Webhook
from pipeline.access.roles import Role
from pipeline.access.watches.form import WatchForm
from pipeline.access.watches.unsubscribe import link
from pipeline.backup.models import Backup
from pipeline.models import Import, ImportRow
from tests.browser.conftest import Visitor, own_context, signed_in
from tests.browser.test_pages import EVIL
from tests.pages import a_run, an_article, journeys
from tests.people import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill() -> dict[str, str]:
    """Something on every page; name -> path."""
    hook = Webhook.objects.create(
        url=f"https://blog.example/{'x' * 300}", secret="x", events=Webhook.Event.values
    )
    for event, values in (
        ("run.ended", {"run": 7, "facts": {"state": "finished"}}),
        (
            "run.stalled",
            {
                "attempts": 2,
                "status": 500,
                "error": "the receiver answered 500",
                "facts": {"state": EVIL},
            },
        ),
        ("test", {"attempts": 6, "next_at": None, "error": EVIL}),
    ):
        Delivery.objects.create(webhook=hook, event=event, **values)
    watch = fill_watch()
    Token.objects.issue(User.objects.get(username="visitor"), EVIL[:60], Role.OPERATOR)
    record(
        "change",
        "job",
        EVIL,
        who=EVIL[:150],
        before={EVIL: EVIL},
        after={EVIL: [EVIL, 1]},
    )
    for values in (
        {"size_bytes": 5_000_000_000, "rows": 7_000_000, "copied_to": "x" * 63},
        {"error": EVIL * 9},
        {"finished_at": None},
    ):
        Backup.objects.create(
            name="gleaner-20260314T023000Z.dump",
            **{"finished_at": timezone.now(), **values},
        )
    return {
        "account": "/account/",
        "account-email": "/account/email",
        "audit": "/audit/",
        "backups": "/backups/",
        "erasures": "/erase/",
        "webhooks": "/webhooks/",
        "webhook": f"/webhooks/{hook.pk}/",
        "api": "/api/",
        "imports": "/imports/",
        "import": fill_import().get_absolute_url(),
        "watches": "/watches/",
        "watch-new": "/watches/new",
        "watch": f"/watches/{watch.pk}/",
        "watch-edit": f"/watches/{watch.pk}/edit",
        "watch-unsubscribe": link(watch).removeprefix(settings.BASE_URL.rstrip("/")),
    }


def fill_import() -> Import:
    """Return an import with lines of each kind."""
    owner = User.objects.get(username="visitor")
    whole = Import.objects.create(name=EVIL[:200], kind="OPML", owner=owner)
    run = a_run(name=EVIL[:200])
    given = {"parent": whole, "title": EVIL, "labels": [EVIL[:60], "Python"]}
    url = f"https://blog.example/{'x' * 300}"
    ImportRow.objects.create(line=1, address=url, feed=f"{url}/feed", run=run, **given)
    ImportRow.objects.create(line=2, address=url, is_page=True, is_read=True, **given)
    ImportRow.objects.create(line=3, problem=EVIL, **given)
    return whole


def fill_watch() -> Watch:
    """Return a watch with deliveries of each outcome."""
    visitor = User.objects.get(username="visitor")
    view = SavedView.objects.create(owner=visitor, name=EVIL[:60], query="q=python")
    url = f"https://blog.example/{'x' * 300}"
    typed = {"view": view.pk, "url": url, "rhythm": "weekly", "at": "08:00"}
    typed |= {"quiet_from": "22:00", "quiet_to": "07:00"}
    form = WatchForm(typed, owner_id=visitor.pk)
    form.is_valid()
    watch = form.save()
    ids = [an_article(number, title=EVIL).pk for number in range(900, 908)]
    facts = {"view": view.name, "articles": ids}
    now = timezone.now()
    for values in (
        {"attempts": 1, "status": 200, "delivered_at": now, "next_at": None},
        {"attempts": 2, "error": "timeout: nothing came within 5 s"},
        {"attempts": 60, "next_at": None, "status": 500, "error": EVIL},
    ):
        Delivery.objects.create(
            webhook=watch.receiver, event="articles.new", facts=facts, **values
        )
    return watch


def test_every_page_is_sound(visitor: Visitor) -> None:
    for name in ("account", "webhooks", "watches", "imports"):
        visitor.goto(f"/{name}/")
        visitor.looks(f"empty-{name}")
    visitor.goto("/watches/new")
    visitor.looks("empty-watch-new")
    for name, path in fill().items():
        visitor.goto(path)
        visitor.looks(name)


def test_a_token_is_made_and_revoked(visitor: Visitor) -> None:
    page = visitor.goto("/account/")
    page.get_by_label("Name").fill("nightly export")
    page.get_by_label("Role").select_option("operator")
    page.get_by_role("button", name="Create token").click()
    assert re.fullmatch(
        r"gleaner_[\w-]{43}", page.locator("#secret").inner_text().strip()
    )
    visitor.looks("account-secret")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke nightly export").click()
    page.get_by_text("Revoked: nightly export.").wait_for()
    assert visitor.complaints == []


def test_who_may_only_read_is_told_why_a_button_does_nothing(
    browser: Browser, live_server: Any
) -> None:
    person(Role.VIEWER)
    run = a_run()
    journeys(run, 2)
    with own_context(browser) as context:
        visitor = Visitor(context, live_server.url)
        context.add_cookies([signed_in(live_server.url, "viewer")])
        page = visitor.goto("/")
        expect(page.get_by_role("button", name="Start crawl")).to_be_disabled()
        expect(page.locator("main")).to_contain_text(
            "Ask an operator", use_inner_text=True
        )
        visitor.looks("launch-viewer")
        page = visitor.goto(f"/runs/{run.pk}/")
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        visitor.complaints.clear()
        page = visitor.goto("/audit/")
        expect(page.locator("main")).to_contain_text(
            "This requires the role admin; yours is viewer.", use_inner_text=True
        )
        assert all("403" in complaint for complaint in visitor.complaints)
