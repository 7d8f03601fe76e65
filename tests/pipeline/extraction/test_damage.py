"""No damaged page scores 1.0, and the reason of each point lost is told; sound pages keep theirs."""

import json
import re

import pytest

from pipeline.core.records import Draft, SourceMetadata
from pipeline.extraction.extract import examine
from tests.pipeline.extraction.themes.platforms import PLATFORMS, SITE
from tests.pipeline.extraction.themes.posts import LONG

NOTHING_SAID = SourceMetadata()
NAMES = ("jekyll", "wordpress", "chirpy", "quarto", "cards")
OFFER = (
    "<p>Sign up for our weekly newsletter and never miss a post; we send no spam, and you can"
    " unsubscribe at any time.</p>"
)
DRAWING = f'<figure><svg viewBox="0 0 600 400">{"<rect/><text>9</text>" * 3000}</svg></figure>'
TAG = re.compile("<[^>]+>")
LAST = "Print this page and pin it beside the door, if you like; the harbour office will not.</p>"


def page_of(name: str) -> str:
    return PLATFORMS[name](LONG).page()


def draft_of(page: str, said: SourceMetadata = NOTHING_SAID) -> Draft:
    draft, _ = examine(page.encode(), f"{SITE}/{LONG.slug}/", said)
    assert draft is not None
    return draft


def put(page: str, markup: str) -> str:
    """The page with markup behind the last paragraph of the text."""
    assert LAST in page
    return page.replace(LAST, LAST + markup)


def with_script(page: str, kind: str, value: object) -> str:
    script = f'<script type="{kind}">{json.dumps(value)}</script></head>'
    return page.replace("</head>", script)


def stated(page: str, words: int) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "wordCount": words,
    }
    return with_script(page, "application/ld+json", node)


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_page_loses_nothing(name: str) -> None:
    draft = draft_of(page_of(name))
    assert (draft.quality, draft.quality_reasons) == (1.0, ())


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_breaks_off_says_so(name: str, share: float) -> None:
    page = page_of(name)
    begin, end = page.index("For eleven weeks"), page.index(LAST)
    draft = draft_of(page[: begin + int((end - begin) * share)])
    assert draft.quality <= 0.7
    assert "the page breaks off: its markup does not end" in draft.quality_reasons


def test_a_page_without_the_ends_that_may_be_left_out_does_not_break_off() -> None:
    page = re.sub("</(?:p|li|td|th|tr|body|html)>", "", page_of("jekyll"))
    assert draft_of(page).quality_reasons == ()


DAMAGE = {
    "images without an address": (lambda page: re.sub(r' (?:src|srcset|data-src)="[^"]*"', "", page), r"images could not be kept"),
    "a drawing that is too large": (lambda page: put(page, DRAWING), r"1 of \d images could not be kept"),
    "far more words stated": (lambda page: stated(page, 2400), r"says it has 2,400 words; \d+ were found"),
    "the text in a script": (lambda page: with_script(page, "application/json", {"post": {"body": "<p>And more.</p> " * 600}}), r"holds a text of 1,200 words"),
    "an end that leads elsewhere": (lambda page: re.sub(rf"{re.escape(LAST)}.*?</(?=article>|section>|main>)", "And then we saw it ...</p></", page, flags=re.S), "ends as if it went on"),
    "bytes of two charsets": (lambda page: page.replace("the ", "th\ufffd "), "characters cannot be read"),
    "an offer in the text": (lambda page: put(page, OFFER), "a line may be from around the article: Sign up for"),
    "no date": (lambda page: re.sub(r"<time.*?</time>", "", page, flags=re.S), "no date"),
    "no author": (lambda page: page.replace("Ines Bramley", ""), "no author"),
}  # fmt: skip


@pytest.mark.parametrize("kind", DAMAGE)
@pytest.mark.parametrize("name", ["jekyll", "wordpress", "cards"])
def test_damage_is_seen(name: str, kind: str) -> None:
    damage, reason = DAMAGE[kind]
    draft = draft_of(damage(page_of(name)))
    assert draft.quality < 1.0
    assert re.search(reason, "\n".join(draft.quality_reasons))


SOUND = {
    "as many words stated": lambda page: stated(page, 400),
    "the same text in a script": lambda page: with_script(page, "application/json", {"body": TAG.sub(" ", page)}),
    "an icon": lambda page: put(page, '<p>Here: <svg viewBox="0 0 24 24"><path/></svg> it is.</p>'),
    "a mention of a newsletter": lambda page: put(page, "<p>I first read of it in a newsletter about the sea.</p>"),
    "a command named like a button": lambda page: put(page, "<pre><code>share\nprint</code></pre>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SOUND)
def test_what_is_no_damage_costs_nothing(kind: str) -> None:
    assert draft_of(SOUND[kind](page_of("jekyll"))).quality_reasons == ()


def test_prose_that_a_rule_left_out_and_an_extractor_takes_costs_quality() -> None:
    words = "The ladder on the inner side is the one to take when the tide is low and the wind is from the west. "
    box = f'<div class="letter"><p>{words}</p><p>{words}</p><form><input type="email"></form></div>'
    page = put(page_of("jekyll"), box)
    draft = draft_of(page)
    assert words.strip() not in draft.text
    assert draft.quality < 1.0
    assert any(reason.startswith("rules left out") for reason in draft.quality_reasons)


def test_each_point_lost_has_its_reason() -> None:
    page = page_of("jekyll")[:-2000]
    for draft in (
        draft_of(page_of("jekyll")),
        draft_of(page),
        draft_of("<p>Words alone."),
    ):
        assert (draft.quality == 1.0) == (draft.quality_reasons == ())


def test_a_script_that_is_no_json_or_is_deep_is_no_text() -> None:
    for text in ("{" * 5000, "[" * 200_000, "{not json" + "x" * 2000):
        page = page_of("jekyll").replace(
            "</head>", f'<script type="application/json">{text}</script></head>'
        )
        assert draft_of(page).quality_reasons == ()
