"""What the page of the audit log shows of an entry."""

import pytest
from django.test import Client

from pipeline.access.models import AuditEntry

pytestmark = pytest.mark.django_db
HOSTILE = "<b>\"&'</b>"


def page_of(client: Client, query: str = "", **values: object) -> str:
    given = {"who": "ada", "way": "page", "verb": "update", "kind": "job"}
    AuditEntry.objects.create(**given | {"object": "Nightly"} | values)
    return client.get(f"/audit/{query}").text


def test_an_entry_says_what_changed(admin_client: Client) -> None:
    page = page_of(
        admin_client,
        before={"max_articles": 3, "paused": False, "note": "x"},
        after={"max_articles": 5, "paused": True, "addresses": ["a", "b"], "note": "x"},
    )
    assert '>update</a> <span class="quiet">job</span> <bdi>Nightly</bdi>' in page
    line = (
        '<bdi class="quiet">Max articles</bdi>: <del><bdi>3</bdi></del> → <bdi>5</bdi>'
    )
    assert line in page
    assert "<del><bdi>no</bdi></del> → <bdi>yes</bdi>" in page
    assert '<bdi class="quiet">Addresses</bdi>: <bdi>a, b</bdi>' in page
    assert '<bdi class="quiet">Note</bdi>: <bdi>changed</bdi>' in page


def test_its_links_keep_the_filter_and_lead_to_the_first_page(
    admin_client: Client,
) -> None:
    page = page_of(admin_client, "?kind=job&before=999999")
    assert 'href="?kind=job&amp;verb=update"' in page
    assert 'href="?kind=job&amp;who=ada"' in page


def test_a_request_without_a_kind_and_a_token_are_told(admin_client: Client) -> None:
    page = page_of(admin_client, kind="route", token="backup script")
    assert ">update</a> <bdi>Nightly</bdi>" in page
    assert "token <bdi>backup script</bdi>" in page


def test_what_strangers_wrote_is_text(admin_client: Client) -> None:
    page = page_of(
        admin_client,
        who=HOSTILE,
        object=HOSTILE,
        token=HOSTILE + "%s{}",
        before={HOSTILE: HOSTILE},
        after={HOSTILE: HOSTILE * 99},
    )
    assert "<b>" not in page
    assert "token <bdi>&lt;b&gt;&quot;&amp;&#x27;&lt;/b&gt;%s{}</bdi>" in page
