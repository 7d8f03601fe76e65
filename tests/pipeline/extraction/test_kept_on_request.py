"""What people want kept stays in an article, whatever a rule says; everything else goes as before."""

import pytest

from pipeline.core.records import Draft, Keep, SiteHints, SourceMetadata
from pipeline.extraction.extract import extract

PARAGRAPH = "<p>{} The kettle was on the stove before anybody had asked for tea, and so it went on for an hour.</p>"
TEXT = "".join(
    PARAGRAPH.format(word) for word in ("First.", "Second.", "Third.", "Fourth.")
)
RELATED = """<div class="related"><h3>Related posts</h3><ul><li><a href="/cups/">Cups that keep warm</a></li>
<li><a href="/pots/">Pots of iron</a></li></ul></div>"""
SHARE = '<div class="share"><a href="https://twitter.com/intent/tweet?url=x">Tweet</a></div>'
PAGE = f"""<html><head><title>On tea</title></head><body><main><h1>On tea</h1><article>{TEXT}{RELATED}{SHARE}
</article></main></body></html>"""
NOTHING_SAID = SourceMetadata()
FEED = SourceMetadata(html=TEXT + PARAGRAPH.format("Fifth.") * 9)


def extracted(
    *keep: Keep, said: SourceMetadata = NOTHING_SAID, page: str = PAGE
) -> Draft:
    found = extract(
        page.encode(), "https://tea.example/tea/", said, SiteHints(keep=keep)
    )
    assert isinstance(found, Draft)
    return found


def rules(draft: Draft) -> list[str]:
    return [block.rule for block in draft.left_out]


def beginning(rule: str) -> str:
    return next(block.words for block in extracted().left_out if block.rule == rule)


def test_without_a_wish_the_rules_decide() -> None:
    assert {"related-posts", "share-buttons"} <= set(rules(extracted()))
    assert "kept blocks" not in extracted().methods


def test_a_block_that_begins_so_stays_with_all_that_is_in_it() -> None:
    draft = extracted(Keep("related-posts", beginning("related-posts")))
    assert "Cups that keep warm" in draft.text
    assert 'href="https://tea.example/pots/"' in draft.html
    assert "related-posts" not in rules(draft)
    assert "share-buttons" in rules(draft)
    assert draft.methods["kept blocks"] == "1 that a rule would leave out"


def test_all_that_a_rule_names_stays() -> None:
    draft = extracted(Keep("share-buttons"))
    assert "Tweet" in draft.text
    assert "related-posts" in rules(draft)


@pytest.mark.parametrize(
    "keep",
    [
        Keep("share-buttons", "Related posts Cups"),
        Keep("related-posts", "Related"),
        Keep("sidebar"),
    ],
)
def test_another_rule_or_beginning_keeps_nothing(keep: Keep) -> None:
    assert extracted(keep) == extracted()


def test_what_is_kept_is_no_script() -> None:
    page = PAGE.replace("Pots of iron", "Pots<script>alert(1)</script>")
    draft = extracted(Keep("related-posts"), page=page)
    assert "Pots" in draft.text
    assert "alert" not in draft.html


def test_the_page_is_taken_rather_than_the_feed_where_it_holds_a_kept_block() -> None:
    assert extracted(said=FEED).methods["text"] == "feed"
    draft = extracted(Keep("related-posts"), said=FEED)
    assert "Cups that keep warm" in draft.text
    assert draft.methods["text"] != "feed"


def test_a_heading_stays_with_its_section() -> None:
    section = '<h2>Elsewhere</h2><div class="related"><a href="/a/">One</a> <a href="/b/">Two</a></div>'
    page = PAGE.replace(RELATED, section)
    before = extracted(page=page)
    assert "Elsewhere" not in before.text
    rule = next(block.rule for block in before.left_out if block.words == "One Two")
    assert "Elsewhere" in extracted(Keep(rule), page=page).text
