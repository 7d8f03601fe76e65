"""Of an article from whose middle a part is missing, the page still tells; sound pages lose nothing."""

import json

import pytest

from pipeline.core.records import Draft
from pipeline.extraction.extract import examine

NAMES = ("Ropes", "Tides", "Buoys", "Lamps", "Charts")
SENTENCES = (
    "Whoever keeps {0} learns that a harbour is a slow machine, and that each part of it"
    " wants another kind of patience. The third winter taught us to write down what {0}"
    " cost, in hours and in coins, before anybody asked. Since then the list hangs beside"
    " the door, where all who come to borrow can read it, and most of them do."
)
POSITIONS = range(len(NAMES))
WORDS = (
    "anchor barrel candle diver engine ferry garnet hammer island jetty keel ladder market needle"
    " oarlock parcel quarry rudder signal tackle urchin vessel willow yarrow zenith amber bridge"
    " cellar dollar ember fender gravel"
).split()


def paragraph(name: str) -> str:
    return f"<p>{SENTENCES.format(name.lower())}</p>"


def section(name: str, text: str | None = None) -> str:
    body = paragraph(name) if text is None else text
    return f'<h2 id="{name.lower()}">{name}</h2>{body}'


def page(
    parts: list[str], *, head: str = "", under_title: str = "", contents: str = ""
) -> str:
    return (
        f'<html lang="en"><head><title>Harbour notes</title>{head}</head><body><main><article>'
        f"<h1>Harbour notes</h1><p>By Ines Bramley on 4 March 2024</p>{under_title}{contents}"
        f'<div class="entry-content">{paragraph("boats")}{"".join(parts)}</div>'
        "</article></main></body></html>"
    )


def whole() -> list[str]:
    return [section(name) for name in NAMES]


def without(at: int) -> list[str]:
    """The sections, one of them without its text."""
    return [
        section(name, "" if number == at else None) for number, name in enumerate(NAMES)
    ]


def article_of(markup: str) -> Draft:
    draft, _ = examine(markup.encode(), "https://blog.example/harbour-notes/")
    assert draft is not None
    return draft


def reasons(markup: str) -> str:
    draft = article_of(markup)
    assert (draft.quality < 1.0) == bool(draft.quality_reasons)
    return "; ".join(draft.quality_reasons)


def linked_data(**values: object) -> str:
    node = {"@context": "https://schema.org", "@type": "BlogPosting", **values}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def contents_of(names: tuple[str, ...]) -> str:
    items = "".join(f'<li><a href="#{n.lower()}">{n}</a></li>' for n in names)
    return f'<nav class="toc"><ul>{items}</ul></nav>'


def plain_text() -> str:
    return " ".join(SENTENCES.format(name.lower()) for name in ("boats", *NAMES))


def own_words(at: int) -> str:
    """Words whose order is that of one section alone."""
    order = (number * (2 * at + 3) % len(WORDS) for number in range(len(WORDS)))
    return " ".join(WORDS[number] for number in order)


def test_a_whole_page_loses_nothing_by_all_that_it_states() -> None:
    words = article_of(page(whole())).word_count
    head = linked_data(wordCount=words, articleBody=plain_text())
    shown = f"<p>{words} words, 2 min read</p>"
    markup = page(whole(), head=head, under_title=shown, contents=contents_of(NAMES))
    assert reasons(markup) == ""


@pytest.mark.parametrize("at", POSITIONS[:-1])
def test_a_section_without_text_is_told(at: int) -> None:
    assert f"a section has no text: {NAMES[at]}" in reasons(page(without(at)))


def test_a_section_that_begins_with_a_smaller_one_is_sound() -> None:
    parts = [f"<h2>Gear</h2><h3>{NAMES[0]}</h3>{paragraph(NAMES[0])}", *whole()[1:]]
    assert reasons(page(parts)) == ""


def test_headings_that_are_used_as_lines_are_sound() -> None:
    parts = [*whole(), "<h2>Ines Bramley</h2><h2>Harbour office</h2><h2>4 March</h2>"]
    assert "a section has no text" not in reasons(page(parts))


def test_a_card_that_ends_with_a_heading_is_sound() -> None:
    card = f"{paragraph('card')}<h3>Ines, 4 March</h3>"
    assert reasons(page([section(NAMES[0]), card, *whole()[1:]])) == ""


@pytest.mark.parametrize("at", POSITIONS)
def test_fewer_words_than_the_page_tells_machines_are_told(at: int) -> None:
    words = article_of(page(whole())).word_count
    cut = whole()[:at] + whole()[at + 1 :]
    found = reasons(page(cut[:3], head=linked_data(wordCount=words)))
    assert f"the page says it has {words:,} words" in found


@pytest.mark.parametrize("at", POSITIONS)
def test_fewer_words_than_the_page_shows_are_told(at: int) -> None:
    words = article_of(page(whole())).word_count
    cut = (whole()[:at] + whole()[at + 1 :])[:3]
    found = reasons(page(cut, under_title=f"<p>{words} words</p>"))
    assert f"the page says it has {words} words" in found


def test_a_count_of_signs_is_no_count_of_words() -> None:
    words = article_of(page(whole())).word_count
    assert reasons(page(whole(), under_title=f"<p>{4 * words} words</p>")) == ""


def test_a_time_of_reading_of_a_clearly_longer_text_is_told() -> None:
    found = reasons(page(whole(), under_title="<p>6 min read</p>"))
    assert "the page says it takes 6 minutes to read" in found


@pytest.mark.parametrize("minutes", [1, 2, 4, 14])
def test_a_time_of_reading_that_may_be_right_or_counts_otherwise_costs_nothing(
    minutes: int,
) -> None:
    assert reasons(page(whole(), under_title=f"<p>{minutes} min read</p>")) == ""


@pytest.mark.parametrize("at", POSITIONS)
def test_a_passage_that_only_machines_are_given_is_told(at: int) -> None:
    texts = [own_words(number) for number in POSITIONS]
    parts = [
        section(name, f"<p>{text}.</p>")
        for name, text in zip(NAMES, texts, strict=True)
    ]
    head = linked_data(articleBody=f"{SENTENCES.format('boats')} {' '.join(texts)}")
    assert reasons(page(parts, head=head)) == ""
    found = reasons(page(parts[:at] + parts[at + 1 :], head=head))
    assert "the page gives machines a passage of" in found


@pytest.mark.parametrize("at", POSITIONS)
def test_a_section_of_the_contents_that_is_missing_is_told(at: int) -> None:
    cut = whole()[:at] + whole()[at + 1 :]
    found = reasons(page(cut, contents=contents_of(NAMES)))
    assert f"a section of the contents is missing: {NAMES[at].lower()}" in found


@pytest.mark.parametrize("link", ["#top", "#respond", "#menu", "#/portal/signup", "#"])
def test_a_link_of_the_site_to_no_place_costs_nothing(link: str) -> None:
    menu = f'<nav><a href="{link}">Menu</a></nav>'
    markup = page(whole(), contents=contents_of(NAMES) + menu)
    assert reasons(markup) == ""


MARK = '<sup id="fnref:{0}"><a href="#fn:{0}" class="footnote">{0}</a></sup>'
NOTE = (
    '<li id="fn:{0}"><p>So the keeper of the lamps told us.'
    ' <a href="#fnref:{0}" class="reversefootnote">&#8617;</a></p></li>'
)


def noted(marks: list[int], notes: list[int]) -> str:
    parts = [
        section(name, f"<p>{SENTENCES.format(name)}{MARK.format(number)}</p>")
        if number in marks
        else section(name)
        for number, name in enumerate(NAMES, 1)
    ]
    items = "".join(NOTE.format(number) for number in notes)
    return page([*parts, f'<div class="footnotes"><ol>{items}</ol></div>'])


def test_footnotes_with_their_marks_are_sound() -> None:
    assert reasons(noted([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])) == ""


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_note_whose_mark_is_missing_is_told(gone: int) -> None:
    marks = [number for number in (1, 2, 3, 4, 5) if number != gone]
    assert "a footnote or the text" in reasons(noted(marks, [1, 2, 3, 4, 5]))


@pytest.mark.parametrize("gone", [1, 3, 5])
def test_a_mark_whose_note_is_missing_is_told(gone: int) -> None:
    notes = [number for number in (1, 2, 3, 4, 5) if number != gone]
    assert "a footnote or the text" in reasons(noted([1, 2, 3, 4, 5], notes))


def numbered(label: str, numbers: list[int]) -> list[str]:
    """Sections whose headings begin with a number, of whatever form."""
    return [
        section(name).replace(
            f">{name}</h2>", f">{label.format(number)} <em>{name}</em></h2>"
        )
        for number, name in zip(numbers, NAMES, strict=False)
    ]


LABELS = ("{}.", "<span>{})</span>", "Step {}", "Lesson #{}:", "{} –")
GAPS = {(1, 3): [1, 3, 4, 5], (2, 4): [1, 2, 4, 5], (3, 5): [0, 1, 2, 3, 5]}


@pytest.mark.parametrize(("gap", "numbers"), GAPS.items(), ids=map(str, GAPS))
@pytest.mark.parametrize("label", LABELS)
def test_headings_that_count_past_a_number_are_told(
    label: str, gap: tuple[int, int], numbers: list[int]
) -> None:
    found = reasons(page(numbered(label, numbers)))
    assert found == f"headings are numbered {gap[0]}, {gap[1]}"


@pytest.mark.parametrize(("gap", "numbers"), GAPS.items(), ids=map(str, GAPS))
def test_captions_that_count_past_a_number_are_told(
    gap: tuple[int, int], numbers: list[int]
) -> None:
    figures = [
        f'{paragraph(name)}<figure><img src="/{name}.png"><figcaption><b>Figure {number}.</b>'
        f" {name}</figcaption></figure>"
        for number, name in zip(numbers, NAMES, strict=False)
    ]
    assert reasons(page(figures)) == f"captions are numbered {gap[0]}, {gap[1]}"


SOUND = {
    "all": ("{}.", [1, 2, 3, 4, 5]),
    "two": ("{}.", [1, 3]),
    "backwards": ("{}.", [5, 4, 2, 1]),
    "from the middle": ("{}.", [4, 5, 7, 8]),
    "several gaps": ("{}.", [1, 10, 100]),
    "again from one": ("{}.", [1, 2, 1, 2, 4]),
    "versions": ("1.{} ", [1, 2, 4, 5]),
    "amounts": ("{} miles of", [1, 2, 4, 5]),
    "days": ("Day {}", [1, 2, 4, 5]),
}


@pytest.mark.parametrize(("label", "numbers"), SOUND.values(), ids=SOUND)
def test_headings_whose_numbers_mean_something_else_are_sound(
    label: str, numbers: list[int]
) -> None:
    assert reasons(page(numbered(label, numbers))) == ""
