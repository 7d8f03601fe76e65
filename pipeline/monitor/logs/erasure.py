"""Log lines about articles that are erased: the lines stay, what they quote goes."""

from collections.abc import Iterable

from django.db.models import Q

from pipeline.monitor.models import LogEvent

ERASED = {"erased": "with its article"}


def erase(journeys: Iterable[int], urls: Iterable[str]) -> int:
    """Empty the lines of these journeys and URLs; return how many they are.

    They stay in the counts, which name nothing of an article.
    """
    lines = LogEvent.objects.filter(
        Q(journey__in=list(journeys)) | Q(url__in=list(urls))
    )
    return lines.update(data=ERASED)
