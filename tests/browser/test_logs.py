"""The log page in a browser."""

import pytest
from django.utils import timezone

from pipeline.monitor.models import LogEvent
from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_opened_log_line_stays_open_while_the_log_is_followed(visitor: Visitor) -> None:
    LogEvent.objects.create(at=timezone.now(), level=20, event="first")
    page = visitor.goto("/logs/?tail=1")
    LogEvent.objects.create(at=timezone.now(), level=20, event="second")
    page.get_by_text("second", exact=True).first.wait_for(timeout=6000)
    page.locator("summary", has_text="second").click()
    LogEvent.objects.create(at=timezone.now(), level=20, event="third")
    page.get_by_text("third", exact=True).first.wait_for(timeout=6000)
    assert page.locator("details[open]", has_text="second").count() == 1
