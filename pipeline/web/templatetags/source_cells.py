"""What the list of sources shows of each. Not made by templates: the bars alone are six hundred."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()
MONTHS = (
    '<svg class="months" width="144" height="24" viewBox="0 0 144 24" role="img" '
    'aria-label="{}">{}</svg>'
)


@register.simple_tag
def months(bars: Sequence[Mapping[str, int]], numbers: Sequence[int]) -> SafeString:
    """Render how many posts a source had in each month of the last two years."""
    if not bars:
        return SafeString("–")
    label = _("Articles a month in the last two years: %(numbers)s")
    told = label % {"numbers": ", ".join(map(str, numbers))}
    drawn = "".join(
        f'<rect x="{bar["x"]}" y="{bar["y"]}" width="5" height="{bar["height"]}"/>'
        for bar in bars
    )
    return format_html(MONTHS, told, SafeString(drawn))
