"""What became of a run's URLs, as it is shown on every page."""

from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, Select
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from catalog.numbers import intcomma
from catalog.paths import path_to
from catalog.sentences import sentence
from catalog.templatetags.gleaner import state
from catalog.templatetags.texts import translated
from pipeline.core.reasons import reason_of
from pipeline.models import Run
from pipeline.summary import progress
from pipeline.summary.progress import Progress
from pipeline.web import charts

register = template.Library()
# What badges and sums call states, translated where they are shown.
STATES = [
    gettext_noop("queued"),
    gettext_noop("discovering"),
    gettext_noop("running"),
    gettext_noop("paused"),
    gettext_noop("cancelling"),
    gettext_noop("cancelled"),
    gettext_noop("finished"),
    gettext_noop("failed"),
    gettext_noop("pending"),
    gettext_noop("in progress"),
    gettext_noop("stored"),
    gettext_noop("unchanged"),
    gettext_noop("duplicate"),
    gettext_noop("skipped"),
]
# Stages, and queues, which are called after them.
STAGES = [
    gettext_noop("discover"),
    gettext_noop("fetch"),
    gettext_noop("extract"),
    gettext_noop("store"),
    gettext_noop("summarise"),
]
DELAYS = {
    "setting": gettext_noop("default"),
    "robots": gettext_noop("robots.txt"),
    "latency": gettext_noop("slow host"),
}


OUTCOME = (
    '<svg class="outcome" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" '
    'aria-label="{}">{}</svg>'
)
OUTCOME_PART = (
    '<rect class="out-{state}" x="{x}" width="{width}" height="10">'
    "<title>{number} {label}</title></rect>"
)
OUTCOME_HATCH = (
    '<rect fill="url(#hatch-{state})" class="hatch" x="{x}" width="{width}" '
    'height="10"/>'
)


@register.simple_tag
def outcome(counted: Any) -> SafeString:
    """Render the bar of a run that is over, or of the progress of one that is on: of whatever has
    `states`. Not made by a template: a page has fifty."""
    return _outcome(tuple(counted.states.items()), get_language())


@lru_cache(maxsize=1_000)
def _outcome(states: tuple[tuple[str, int], ...], _language: str | None) -> SafeString:
    counted = dict(states)
    parts = []
    for segment in charts.outcome_segments(counted):
        drawn = {"state": segment.state, "x": segment.x, "width": segment.width}
        label = translated(segment.state)
        parts.append(
            format_html(OUTCOME_PART, number=segment.number, label=label, **drawn)
        )
        if segment.hatched:
            parts.append(format_html(OUTCOME_HATCH, **drawn))
    return format_html(
        OUTCOME, charts.outcome_label(counted), SafeString("".join(parts))
    )


@register.simple_tag
def run_counts(run: Run) -> SafeString:
    """Render the cells of a run that is over: how many URLs it found, and what became of them. Not
    made by a template: a page has three hundred."""
    language = get_language()
    found = _cell(gettext_noop("Found"), language)
    cells = [f"{found}{tally(run.found)}</td>"]
    for state_name, number in run.states.items():
        if state_name == "pending":
            continue
        shown = tally(number)
        if number and state_name == "failed":
            failed_urls = f"{path_to('journeys', run.pk)}?state=failed"
            shown = format_html('<a class="bad" href="{}">{}</a>', failed_urls, shown)
        cells.append(f"{_cell(state_name, language)}{shown}</td>")
    return SafeString("\n".join(cells))


@lru_cache
def _cell(name: str, _language: str | None) -> SafeString:
    """Return how the cell of a state begins, with its label for narrow screens."""
    label = capfirst(translated(name))
    return format_html('<td class="number" data-label="{}">', label)


@register.filter
def control(field: BoundField) -> SafeString:
    """Render the input of a filter, as small as the others beside it."""
    kind = "form-control"
    if isinstance(field.field.widget, Select):
        kind = "form-select"
    return field.as_widget(attrs={"class": f"{kind} {kind}-sm"})


@register.filter
def tally(number: int) -> SafeString:
    """Render a count with its thousands apart; none is quiet, so that some is seen."""
    if not number:
        return SafeString('<span class="quiet">0</span>')
    return SafeString(intcomma(number))


@register.filter
def of_run(counted: dict[int, Progress], pk: int) -> Progress | None:
    """Return what `running_progress` says of a run."""
    return counted.get(pk)


@register.filter
def preview_count(run: Run) -> int:
    """How many articles a preview found."""
    return progress.preview_count(run)


@register.filter
def with_articles(reports: list[dict[str, Any]]) -> int:
    """How many start URLs brought articles."""
    return sum(bool(report["articles"]) for report in reports)


@register.filter
def run_state(run: Run) -> SafeString:
    """Render the state of a run as a badge, and what kind of run it is where it is no crawl."""
    kind = ""
    if run.parameters.get("dry_run"):
        kind = _("preview")
    elif run.parameters.get("again"):
        kind = _("re-extraction")
    badge = state(run.state)
    if kind:
        return format_html('{} <span class="quiet small nowrap">{}</span>', badge, kind)
    return badge


@register.filter
def run_name(run: Run) -> str:
    """Return what a run is called: by its name or, where it has none, by its number."""
    return run.name or _("Run %(pk)s") % {"pk": run.pk}


@register.filter
def reason(slug: str) -> SafeString:
    """Render the label of a reason; what it means and what to do about it is in the tooltip."""
    if not slug:
        return SafeString("")
    return _reason(slug, get_language())


@lru_cache(maxsize=1_000)
def _reason(slug: str, _language: str | None) -> SafeString:
    found = reason_of(slug)
    title = reason_advice(slug)
    return format_html(
        '<span title="{}">{}</span>', title or slug, translated(found.label)
    )


@register.filter
def reason_advice(slug: str) -> str:
    """Return what a reason means, and what to do about it."""
    found = reason_of(slug)
    parts = filter(None, (found.meaning, found.advice))
    return " ".join(map(sentence, parts))


@register.filter
def delay_source(name: str) -> str:
    """Who says how long to wait between two requests to a host."""
    return translated(DELAYS.get(name, name.replace("-", " ")))
