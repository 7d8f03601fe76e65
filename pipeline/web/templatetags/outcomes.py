"""What became of a run's URLs, as it is drawn on every page."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from pipeline.web import charts

register = template.Library()


@register.inclusion_tag("web/_outcome.html")
def outcome(counted: Any) -> dict[str, Any]:
    """The bar of a run that is over, or of the progress of one that is on: of whatever has `states`."""
    return {"parts": charts.parts(counted.states), "label": charts.label(counted.states)}


@register.filter
def tally(number: int) -> SafeString:
    """A count with its thousands apart; none is quiet, so that some is seen."""
    return SafeString(f"{number:,}" if number else '<span class="quiet">0</span>')


@register.filter
def of_run(counted: dict[int, tuple[int, int]], pk: int) -> tuple[int, int] | None:
    """What `under_way` says of a run."""
    return counted.get(pk)
