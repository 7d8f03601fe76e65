"""What the rooms below the pages write in English has words in every language of the pages."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from catalog.sentences import sentence
from pipeline.extraction.marked import STYLE
from tests.languages.kept_texts import is_known
from tests.languages.python_texts import python_texts
from tools.messages.__main__ import TRANSLATED

ROOT = Path(__file__).parents[2]
SHOWN = {
    "access",
    "api",
    "privacy",
    "web",
}  # test_python_texts.py; the API is in English
OF_PROGRAMS = {"locale", "management", "migrations"}
# Words that pages of others have, and names of elements.
OF_PAGES = (
    "pipeline/discovery/frontier/usual_places.py",
    "pipeline/extraction/content/",
    "pipeline/extraction/fields/",
)
NOTES = (  # of these, what says something of a page
    "pipeline/extraction/content/account.py",
    "pipeline/extraction/content/leave_out.py",
    "pipeline/extraction/content/rules/__init__.py",
)
FILES = sorted(
    name
    for path in (ROOT / "pipeline").rglob("*.py")
    if (name := str(path.relative_to(ROOT)))
    and not OF_PROGRAMS & set(path.parts)
    and (path.parts[len(ROOT.parts) + 1] not in SHOWN or "/webhooks/" in name)
    and (not name.startswith(OF_PAGES) or name in NOTES)
)
# What no page shows: for the command line, programs and the log; names of HTTP; names that are kept,
# as those of runs; what is asked of others.
NO_TEXTS: dict[str, set[str]] = {
    "pipeline/access/webhooks/mail.py": {"Gleaner: {}: {}"},
    "pipeline/backup/dump.py": {"no encryption", "no reason given"},
    "pipeline/backup/erased.py": {"{} in the bucket {}"},
    "pipeline/backup/keep.py": {
        "{} is neither a number of backups nor numbers of days, weeks and months such as "
        "`7d 4w 6m`"
    },
    "pipeline/backup/restore.py": {
        "{} articles erased again.",
        "there is no backup {}",
        "there is no backup {}; the newest are {}",
        "Reading {} ...",
        "{} rows restored.",
        "RabbitMQ does not answer: what waits in its queues stays there.",
        "the product is running ({}): stop it first",
        "another version made this backup: it has {}, which this version of Gleaner does not "
        "know; restore it with that version or a newer one",
    },
    "pipeline/backup/take.py": {"another backup is being made: wait until it is done"},
    "pipeline/broker/publisher.py": {"the broker refused a task's message"},
    "pipeline/core/database.py": {"cached plan", "EXECUTE {} ({})"},
    "pipeline/core/process_group.py": {
        "{}; it died at once {} times",
        "{}; it is started again in {} s",
        "was killed by {}",
        "ended with status {}",
    },
    "pipeline/core/reasons.py": {"Unauthorized", "Forbidden", "Locked", "HTTP {}"},
    "pipeline/discovery/urls/site_rules.py": {
        "{} is neither {} nor {}",
        "{} is none of {}",
    },
    "pipeline/exports/opml.py": {
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>'
        "<title>Gleaner</title></head>\n<body>\n"
    },
    "pipeline/exports/warc.py": {
        "WARC File Format {}",
        "Bodies are without their content encoding; what told of it is in x-archive-orig- "
        "headers.",
    },
    "pipeline/extraction/marked.py": {STYLE},
    "pipeline/fetching/client.py": {"Cookie", "Accept"},
    "pipeline/fetching/robots_check.py": {"Accept"},
    "pipeline/fetching/transport/body.py": {"gzip, deflate, br, zstd"},
    "pipeline/fetching/transport/errors.py": {
        "got more than 100 headers",
        "ended prematurely",
        "chunk size line exceeded",
    },
    "pipeline/fetching/transport/guard.py": {"Teredo"},
    "pipeline/http/input.py": {
        "The request contains a NUL character (%00), which no text here can have. Remove it."
    },
    "pipeline/http/outages.py": {
        "Something went wrong. The error has been logged.",
        "statement timeout",
        "The database is unavailable. Nothing was changed. Try again in a few seconds.",
        "The message broker is unavailable, so nothing was sent. Try again in a few seconds.",
        "The query took too long. Narrow it and try again.",
        "Other downloads are being sent. Try again when one has ended.",
    },
    "pipeline/http/stored_page.py": {
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "frame-ancestors 'self'"
    },
    "pipeline/journeys/partitions.py": {"{} has bounds of an unknown kind: {}"},
    "pipeline/monitor/apps.py": {"Monitor"},
    "pipeline/monitor/health.py": {"not all migrations are applied"},
    "pipeline/monitor/logs/erasure.py": {"with its article"},
    "pipeline/monitor/logs/export.py": {"cut after {} lines; go on with this until"},
    "pipeline/monitor/logs/fingerprints.py": {"  … {} frame{} of libraries"},
    "pipeline/monitor/logs/writer.py": {"gleaner logs"},
    "pipeline/monitor/queues/intake.py": {"There is no stage {}. Stages: {}."},
    "pipeline/monitor/queues/sampler.py": {
        "Authorization",
        "Basic ",
        "RabbitMQ's management API does not answer: {}",
        "the database does not answer: {}",
    },
    "pipeline/runs/import_form.py": {"the form is not valid"},
    "pipeline/runs/import_results.py": {"as in the file"},
    "pipeline/runs/imports.py": {
        "from an import",
        "{} ({} of {})",
        "blogs {}",
        "import {} {}",
    },
    "pipeline/runs/inputs/bookmarks.py": {"pocket export", "read archive"},
    "pipeline/runs/kept_blocks.py": {"Keep {}", "Leave out {}"},
    "pipeline/runs/launch.py": {"What extracting again would change"},
    "pipeline/runs/schedules.py": {"every %(number)d {}", "every {} {}"},
    "pipeline/runs/tasks.py": {"schedule {} {}"},
}
FOR_METRICS = "pipeline/monitor/metrics.py"  # Prometheus reads all of it
# What is put together of pieces, with an example of the whole.
EXAMPLES: dict[str, dict[str, str]] = {
    "pipeline/runs/edit.py": {
        "looking at {} added to it": "looking at 2 addresses added to it"
    },
    "pipeline/runs/redo.py": {
        "{} is not possible for any selected URL": "Retry is not possible for any selected URL",
        "{} URLs {} by {}": "12 URLs sent again by ana",
    },
    "pipeline/summary/progress.py": {"Pausing": "Pausing: 3 in flight"},
    "pipeline/diagnosis/probe.py": {
        "Status {}, {} bytes in {} s.": "Status 200, 1,250 bytes in 0.5 s."
    },
    "pipeline/fetching/politeness/turn.py": {
        "{} {}; asked again in {} s": "a.example has no free slot; asked again in 7 s"
    },
    "pipeline/fetching/robots_check.py": {
        "robots.txt of {}, {}": "robots.txt of a.example, line 3: Disallow: /x"
    },
    "pipeline/fetching/transport/deadline.py": {
        "not done within {} s": "not done within 5 s"
    },
    "pipeline/fetching/transport/guard.py": {
        "looking up {} took more than {} s": "looking up a.example took more than 5 s"
    },
    "pipeline/discovery/frontier/crawl_rules.py": {
        "read, {} {} taken as articles": "read, 4 URLs taken as articles"
    },
    "pipeline/discovery/frontier/notes.py": {
        "stopped after {}, with {} {} not requested; articles may be missing": "stopped after "
        "9 requests, most of which brought nothing new, with 2 sources not requested; articles "
        "may be missing"
    },
    "pipeline/discovery/frontier/report.py": {
        " It asks to come back in {} s.": "The server answered with status 503. It asks to come "
        "back in 30 s.",
    },
    "pipeline/discovery/urls/site_rules.py": {"give the {}": "give the list page"},
    "pipeline/extraction/damage.py": {
        "{} may be from around the article: {}": "2 lines may be from around the article: Next"
    },
    "pipeline/extraction/gaps.py": {
        "{} are numbered {}, {}": "headings are numbered 3, 5",
        "{} or the text that it belongs to is missing": "a footnote or the text that it belongs "
        "to is missing",
    },
    "pipeline/extraction/page/parsed.py": {
        "The page has {} {}; {} is the limit.": "The page has 90,000 links; 50,000 is the limit."
    },
    "pipeline/extraction/content/leave_out.py": {
        "{} more {} left out; a list holds {}.": "4 more blocks were left out; a list holds 300."
    },
    "pipeline/extraction/content/account.py": {
        "{} of {} {}": "2 of 5 images could not be kept"
    },
}
# Likewise, of what a page shows in columns of its own: whole only on the command line
IN_COLUMNS: dict[str, set[str]] = {
    "pipeline/discovery/frontier/report.py": {
        "{} {} of {} URLs seen in {}",
        "{}, by {}.",
    },
    "pipeline/extraction/extract.py": {"{} that a rule would leave out"},
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_writes_nothing_that_pages_cannot_translate(name: str) -> None:
    found = [
        each
        for each in python_texts((ROOT / name).read_text())
        if not is_known(each[1])
    ]
    left = {text for _, text in found}
    known = (
        NO_TEXTS.get(name, set())
        | set(EXAMPLES.get(name, ()))
        | IN_COLUMNS.get(name, set())
    )
    if name == FOR_METRICS:
        known = left
    assert [each for each in found if each[1] not in known] == []
    assert known <= left, "one is there no more"


def test_what_is_no_text_is_of_files_that_exist() -> None:
    assert {*NO_TEXTS, *EXAMPLES, *IN_COLUMNS, FOR_METRICS} - set(FILES) == set()


@pytest.mark.parametrize(
    ("text", "example"),
    [each for of_file in EXAMPLES.values() for each in of_file.items()],
)
def test_a_text_of_pieces_is_translated_as_a_whole(text: str, example: str) -> None:
    shape = re.escape(text.strip()).replace(r"\{\}", ".+")
    assert re.search(shape, example)
    for language in TRANSLATED:
        with translation.override(language):
            assert sentence(example) != example, language


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("its feed", True),
        ("the server answered {}", True),
        ("only the first {} of its sitemaps", True),
        ("no title; no author", True),
        ("{}", True),
        ("the cat is asleep", False),
        ("no title; the cat is asleep", False),
        ("the server answered the cat", False),
        ("Cat", False),
    ],
)
def test_a_text_is_known_by_the_catalogues(text: str, known: bool) -> None:
    assert is_known(text) == known
