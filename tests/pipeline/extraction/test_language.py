"""Only some languages: what is not in one of them ends as skipped, with the reason, and is accounted for."""

from argparse import ArgumentParser

import pytest
from py3langid import langid

from pipeline.core.failures import Rejected
from pipeline.core.records import Draft
from pipeline.extraction import stage as extraction_stage
from pipeline.extraction.extract import extract
from pipeline.extraction.stage import other_language
from pipeline.journeys import transitions
from pipeline.journeys.stage import Advance
from pipeline.models import Journey, Run
from pipeline.runs.forms import CrawlForm
from pipeline.runs.options import (
    LANGUAGES,
    add_crawl_arguments,
    languages,
    options_from_cli,
)
from tests.pages import a_run, a_snapshot, an_article, journeys

GERMAN = """<html><body><article><h1>Warum Tests wichtig sind</h1><p>Wer seine Programme nicht prüft, der merkt erst
beim Kunden, dass etwas nicht stimmt. Deshalb schreiben wir für jede Funktion einen kleinen Test, der sagt, was sie tun
soll, und der uns warnt, wenn sie es nicht mehr tut.</p><p>Das kostet am Anfang Zeit und spart sie später wieder ein,
denn ein Fehler, der früh gefunden wird, ist billig. Wir zeigen hier, wie man damit beginnt und wo man aufhören
darf.</p></article></body></html>"""


def test_the_languages_are_those_that_a_text_can_be_told_by() -> None:
    langid.classify("load it")
    known = set(langid.IDENTIFIER.nb_classes) - {"zxx"}  # no language at all
    assert set(LANGUAGES) == known


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", []),
        ("en", ["en"]),
        ("en, de", ["en", "de"]),
        ("EN-gb;de_AT\nde", ["en", "de"]),
        (" , ", []),
    ],
)
def test_languages_as_people_type_them(typed: str, codes: list[str]) -> None:
    assert languages(typed) == codes


def test_a_language_that_nothing_is_told_by_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    form = CrawlForm({"addresses": "https://a.example/", "language": "en, english"})
    assert not form.is_valid()
    assert "english" in form.errors["language"][0]

    parser = ArgumentParser()
    add_crawl_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--language", "english", "https://a.example/"])
    assert "english" in capsys.readouterr().err


def test_the_commands_take_languages() -> None:
    parser = ArgumentParser()
    add_crawl_arguments(parser)
    options = parser.parse_args(
        ["https://a.example/", "--language", "en,de", "--language", "fr"]
    )
    assert options_from_cli(vars(options), ["https://a.example/"])["language"] == [
        "en",
        "de",
        "fr",
    ]


@pytest.mark.parametrize(
    ("language", "wanted", "left"),
    [
        ("de", [], False),
        ("de", ["de", "en"], False),
        ("de", ["en"], True),
        ("", ["en"], False),
    ],
)
def test_what_cannot_be_told_is_kept(
    language: str, wanted: list[str], left: bool
) -> None:
    assert bool(other_language(language, wanted)) == left


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [None, [], ["de"], ["en", "fr"]])
def test_a_german_page_is_left_where_only_others_are_wanted(
    wanted: list[str] | None,
) -> None:
    run = a_run()
    if wanted is not None:
        Run.objects.filter(pk=run.pk).update(
            parameters={**run.parameters, "language": wanted}
        )
    snapshot = a_snapshot(an_article(), GERMAN.encode())
    [journey] = journeys(run, 1, stage="extract")
    Journey.objects.filter(pk=journey.pk).update(snapshot=snapshot)
    visit = transitions.start_stage(journey.pk, "extract", extraction_stage.INPUT_QUERY)
    assert visit

    outcome = extraction_stage.extract_draft(visit)

    if wanted and "de" not in wanted:
        assert outcome == Rejected(
            "other-language", "it is in de; only en, fr is to be kept", skipped=True
        )
    else:
        assert isinstance(outcome, Advance)


QUOTE = "As they say there: the readers of these pages are those who have their tests."


def test_a_text_that_quotes_english_on_a_page_declared_so_keeps_its_language() -> None:
    quoting = GERMAN.replace("<html>", '<html lang="en">').replace(
        "Das kostet", f"{QUOTE} Das kostet"
    )
    found = extract(quoting.encode(), "https://notes.example/tests/")
    assert isinstance(found, Draft)
    assert found.language == "de"


def test_english_is_told_whatever_a_page_declares() -> None:
    page = f'<html lang="de"><article><h1>Tests</h1><p>{QUOTE} {QUOTE}</p></article>'
    found = extract(page.encode(), "https://notes.example/tests/")
    assert isinstance(found, Draft)
    assert found.language == "en"
