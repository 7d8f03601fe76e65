"""The rows of a run's URLs. Not made by a template: a page has a hundred."""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.defaultfilters import floatformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.templatetags.gleaner import lately, short, state
from catalog.templatetags.texts import sentence, sentences, translated
from pipeline.core.reasons import DRY_RUN
from pipeline.models import Journey
from pipeline.web.templatetags.outcomes import reason

register = template.Library()
ROW = """
<tr data-row id="url-{{pk}}">
  <td class="title"><a data-open href="{{path}}"><bdi>{{url}}</bdi></a></td>
  <td class="half">{{state}}{{in_progress}}</td>
  <td class="nowrap half">{{stage}}</td>
  <td class="reason">{{reason}}{{notes}}</td>
  <td class="number half" data-label="{score_label}" title="{{why}}">{{score}}</td>
  <td class="nowrap half" data-label="{ended_label}">{{ended}}</td>
  {{tick}}
</tr>"""
IN_PROGRESS = ' <span class="quiet small">{}</span>'
NOTE = ' <div class="quiet small">{}</div>'
TICK = (
    '<td class="tick"><input class="form-check-input" type="checkbox" name="id" '
    'value="{}" aria-label="{}"></td>'
)


@register.simple_tag(takes_context=True)
def journey_rows(context: Context, journeys: list[Journey]) -> SafeString:
    """Render the URLs, each with a box where something can be done with them."""
    run = context["run"]
    with_boxes = bool(context.get("may_steer") and run.ended)
    row = format_html(ROW, score_label=_("Score"), ended_label=_("Ended"))
    language = get_language()
    return format_html_join(
        "", row, (_cells(each, with_boxes, language) for each in journeys)
    )


def _cells(journey: Journey, with_box: bool, language: str | None) -> dict[str, Any]:
    why = sentences(journey.reasons)
    ended: str = "–"
    if journey.ended_at:
        ended = lately(journey.ended_at)
    return {
        "pk": journey.pk,
        "path": journey.get_absolute_url(),
        "url": short(journey.url, 110),
        "state": state(journey.state),
        "in_progress": _in_progress(journey),
        "stage": translated(journey.stage),
        "reason": reason(journey.reason),
        "notes": _notes(journey, why),
        "why": short(why, 300),
        "score": _score(journey.score, language),
        "ended": ended,
        "tick": _tick(journey) if with_box else "",
    }


@lru_cache(maxsize=1_000)
def _score(score: float, _language: str | None) -> str:
    return floatformat(score, 2)


def _in_progress(journey: Journey) -> SafeString:
    if not journey.in_progress:
        return SafeString("")
    return format_html(IN_PROGRESS, _("in progress"))


def _notes(journey: Journey, why: str) -> SafeString:
    """Render why discovery left the URL out, and what the stage said of it."""
    notes = []
    if journey.reason == DRY_RUN or journey.stage == "discover":
        notes.append(short(why, 100))
    if journey.detail:
        notes.append(short(sentence(journey.detail), 120))
    return format_html_join("", NOTE, ((note,) for note in notes))


def _tick(journey: Journey) -> SafeString:
    label = _("Select %(url)s") % {"url": short(journey.url, 80)}
    return format_html(TICK, journey.pk, label)
