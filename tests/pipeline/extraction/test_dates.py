"""When an article was published and last changed, by what its page shows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel import Locale

from pipeline.core.records import SourceMetadata
from pipeline.extraction.fields import date_parsing, datelines, dates
from pipeline.extraction.fields.date_parsing import Moment
from pipeline.extraction.fields.month_names import BY_LANGUAGE
from pipeline.extraction.fields.placement import Placement
from pipeline.extraction.page.parsed import ParsedPage, parse

NO_METADATA = SourceMetadata()
PROSE = "<p>A counter counts, and it does so without asking whether anybody will ever look at it.</p>"
HEAD = (
    "<head><title>On counters</title>{}</head><body><article><h1>On counters</h1>{}"
    + PROSE * 20
    + "</article></body>"
)


def dates_of(markup: str, url: str) -> dates.PageDates:
    page = parse(markup.encode(), url)
    assert isinstance(page, ParsedPage)
    return dates.PageDates(page, Placement(page, "On counters"))


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-05-03", Moment(datetime(2024, 5, 3), "day")),
        (
            "2024-05-03T06:15:00+02:00",
            Moment(
                datetime(2024, 5, 3, 6, 15, tzinfo=timezone(timedelta(hours=2))),
                "second",
            ),
        ),
        (
            "2024-05-03T06:15:00Z",
            Moment(datetime(2024, 5, 3, 6, 15, tzinfo=UTC), "second"),
        ),
        ("2024-05-03T00:00:00Z", Moment(datetime(2024, 5, 3), "day")),
        (
            "Fri, 03 May 2024 06:15:00 GMT",
            Moment(datetime(2024, 5, 3, 6, 15, tzinfo=UTC), "second"),
        ),
        ("03-05-2024", Moment(datetime(2024, 5, 3), "day")),
        ("May 2024", None),
        ("2024", None),
        ("1.2.3", None),
        ("3024-05-03", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        ("1709632800", Moment(datetime(2024, 3, 5, 10, 0, tzinfo=UTC), "second")),
        ("1709632800000", Moment(datetime(2024, 3, 5, 10, 0, tzinfo=UTC), "second")),
        ("0001-01-01T00:00:00Z", None),
        ("2024-05-03T00:00:00+02:00", Moment(datetime(2024, 5, 3), "day")),
        ("5. maaliskuuta 2024", Moment(datetime(2024, 3, 5), "day")),
        ("Created: Fri 3 May 2024.", Moment(datetime(2024, 5, 3), "day")),
    ],
)
def test_a_date_is_read_only_where_its_day_is_stated(
    value: str, moment: Moment | None
) -> None:
    assert date_parsing.read(value) == moment


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Posted on May 3rd, 2024 at noon", datetime(2024, 5, 3)),
        ("3. Mai 2024", datetime(2024, 5, 3)),
        ("martes 3 de mayo de 2024", datetime(2024, 5, 3)),
        ("le 3 août 2024", datetime(2024, 8, 3)),
        ("2024年5月3日", datetime(2024, 5, 3)),
        ("03.05.2024 10:16 Uhr", datetime(2024, 5, 3)),
        ("03/05/2024", datetime(2024, 5, 3)),
        ("May 2024", None),
        ("version 3.5.2024.1", None),
        ("31.02.2024", None),
        ("2024. május 3.", datetime(2024, 5, 3)),
        ("ngày 3 tháng 5 năm 2024", datetime(2024, 5, 3)),
        ("3 במאי 2024", datetime(2024, 5, 3)),
        ("٣ مايو ٢٠٢٤", datetime(2024, 5, 3)),
        ("۱۴ اردیبهشت ۱۴۰۳", datetime(2024, 5, 3)),
        ("3 พฤษภาคม 2567", datetime(2024, 5, 3)),
        ("2024. gada 3. maijs", datetime(2024, 5, 3)),
        ("2024년 5월 3일", datetime(2024, 5, 3)),
        ("2024(e)ko maiatzaren 3(a)", datetime(2024, 5, 3)),
        ("3 พฤษภาคม ค.ศ. 2024", datetime(2024, 5, 3)),
        ("3\u200f/05\u200f/2024", datetime(2024, 5, 3)),
        ("3 de maig del 2024", datetime(2024, 5, 3)),
        ("13/05/2024", datetime(2024, 5, 13)),
        ("05/13/2024", datetime(2024, 5, 13)),
    ],
)
def test_people_write_dates_in_many_ways(line: str, day: datetime | None) -> None:
    assert next(iter(datelines.find(line)), None) == day


def test_an_american_page_puts_the_month_first() -> None:
    assert datelines.find("03/05/2024", month_first=True) == [datetime(2024, 3, 5)]


def when(
    markup: str,
    url: str = "https://notes.example/on-counters",
    said: SourceMetadata = NO_METADATA,
) -> tuple[str, str] | None:
    found = dates.published(dates_of(markup, url), said)
    return (found.value.when.isoformat(), found.source) if found else None


def test_what_the_page_says_goes_before_the_feed_and_machines_before_eyes() -> None:
    both = HEAD.format(
        "<meta property='article:published_time' content='2024-05-02T10:00:00+02:00'>",
        "<p>1 May 2024</p>",
    )
    feed = SourceMetadata(published=datetime(2024, 5, 3, 8, tzinfo=UTC))
    assert when(both, said=feed) == (
        "2024-05-02T10:00:00+02:00",
        "article:published_time",
    )
    assert when(HEAD.format("", "<p>1 May 2024</p>"), said=feed) == (
        "2024-05-01T00:00:00",
        "dateline",
    )
    assert when(HEAD.format("", ""), said=feed) == ("2024-05-03T08:00:00+00:00", "feed")


def test_a_time_in_utc_leaves_the_day_to_the_permalink() -> None:
    late = HEAD.format(
        "<meta property='article:published_time' content='2018-12-31T23:11:00+00:00'>",
        "",
    )
    assert when(late, "https://notes.example/2019/01/01/on-counters/") == (
        "2019-01-01T00:00:00",
        "permalink",
    )
    assert when(late, "https://notes.example/2017/01/01/on-counters/") == (
        "2018-12-31T23:11:00+00:00",
        "article:published_time",
    )


def test_no_date_is_invented_from_a_year_in_the_footer() -> None:
    assert when(HEAD.format("", "") + "<footer>© 2020 Somebody</footer>") is None


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_the_months_of_every_language_are_known_as_the_cldr_has_them(
    language: str,
) -> None:
    names = Locale(language).months["format"]["wide"]
    lines = [f"17 {names[month]} 2019" for month in range(1, 13)]
    found = [datelines.find(line, language=language) for line in lines]
    assert found == [[datetime(2019, month, 17)] for month in range(1, 13)]


LATEST = "<aside class=sidebar><h3>Latest</h3><ul><li><a href=/n/>New</a> {}</li></ul></aside>"
COMMENT = "<ol class=commentlist><li class=comment>{} <p>Nice.</p></li></ol>"
TIME = "<time datetime=2025-01-02>2 Jan 2025</time>"
SHOWN = "<p>May 3, 2024</p>"
BEFORE_THE_TITLE = HEAD.replace("<article>", LATEST.format(TIME) + "<article>")
CARD = f"<div class=x><div><h3><a href=/n/>New</a></h3>{TIME}</div></div>"


@pytest.mark.parametrize(
    "markup",
    [
        BEFORE_THE_TITLE.format("", SHOWN),
        HEAD.format("", SHOWN) + COMMENT.format(TIME),
        HEAD.format("", SHOWN) + CARD * 3,
        HEAD.format("", SHOWN) + f"<a href=/n/><div><h3>New</h3>{TIME}</div></a>",
        HEAD.format(
            "",
            SHOWN
            + f"<p>The first version ran on {TIME} and nobody looked at it again, "
            "until this winter came and the night grew too short.</p>",
        ),
        HEAD.format("", SHOWN + f"<blockquote>Somebody, {TIME}</blockquote>"),
        HEAD.format("", f"<p>Last updated {TIME}. First published May 3, 2024.</p>"),
        HEAD.format(
            "", "<p>Last updated January 2, 2025. First published May 3, 2024.</p>"
        ),
        HEAD.format("", "<p>May 3, 2024 (updated January 2, 2025)</p>"),
        HEAD.format("", f"<p>Updated {TIME}</p><p>Published 3 May 2024</p>"),
        HEAD.format(
            "", f"<p><time class=updated datetime=2025-01-02>2 Jan</time></p>{SHOWN}"
        ),
        HEAD.format(
            "", "<p><abbr class=published title=2024-05-03T08:00:00>Friday</abbr></p>"
        ),
        HEAD.format("", "").replace(
            "</article>", "<footer><time>Created: 3 May 2024.</time>"
        ),
        HEAD.format("", "<p>Ines Bramley, 2024-05-03</p>"),
    ],
    ids=range(14),
)
def test_the_date_is_that_of_the_article_and_of_nothing_else_on_the_page(
    markup: str,
) -> None:
    found = when(markup)
    assert found is not None
    assert found[0].startswith("2024-05-03")


@pytest.mark.parametrize(
    "markup",
    [
        HEAD.format("", "") + COMMENT.format(TIME),
        HEAD.format("", "") + LATEST.format(TIME),
        HEAD.format("", "<p>On 14 February 2024 we lost the cache.</p>"),
        HEAD.format("", "").replace(
            "</article>", "<p>It was done by 5 March 2024.</p></article>"
        ),
        HEAD.format("", "<p><time datetime=0001-01-01>1 January 0001</time></p>"),
        HEAD.format("<script>var ends = '2020-05-05'</script>", ""),
    ],
    ids=range(6),
)
def test_no_date_is_taken_from_a_comment_a_box_or_a_sentence(markup: str) -> None:
    assert when(markup) is None


GERMAN = "<p>Ein Zähler zählt, und er fragt dabei nicht, ob ihn später jemand lesen wird oder nicht.</p>"


@pytest.mark.parametrize(
    ("tag", "prose", "day"),
    [
        ("<html lang=en-US>", PROSE, "2024-03-04"),
        ("<html lang=en>", PROSE, "2024-03-04"),
        ("<html lang=en-GB>", PROSE, "2024-04-03"),
        ("<html lang=de>", GERMAN, "2024-04-03"),
        ("<html>", GERMAN * 3, "2024-04-03"),
        ("<html lang=en>", GERMAN * 3, "2024-04-03"),
    ],
)
@pytest.mark.parametrize(
    "shown", ["<p>03/04/2024</p>", "<p><time datetime=03/04/2024>x</time></p>"]
)
def test_the_pages_language_tells_the_day_from_the_month(
    tag: str, prose: str, day: str, shown: str
) -> None:
    found = when(tag + HEAD.replace(PROSE, prose).format("", shown))
    assert found is not None
    assert found[0].startswith(day)


def test_the_last_change_is_read_from_the_page_before_the_feed() -> None:
    page = HEAD.format("", "<p>Published 3 May 2024. Last updated 4 May 2024.</p>")
    feed = SourceMetadata(updated=datetime(2024, 6, 1, 8, tzinfo=UTC))
    url = "https://notes.example/on-counters"
    assert dates.updated(dates_of(page, url), feed) == datetime(2024, 5, 4)
    assert dates.updated(dates_of(HEAD.format("", ""), url), feed) == feed.updated


def test_impossible_dates_of_a_feed_are_none() -> None:
    page = HEAD.format("", "")
    assert (
        when(page, said=SourceMetadata(published=datetime(1970, 1, 1, tzinfo=UTC)))
        is None
    )
    assert when(page, said=SourceMetadata(published=datetime(1, 1, 1))) is None
