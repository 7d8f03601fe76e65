from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db.models import Q
from django.utils.module_loading import import_string


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = "Pipeline"

    def ready(self) -> None:
        """Add the formats that need more than the catalogue has."""
        from catalog.exports import FORMATS, Format
        from catalog.trash import erasing

        erasing.connect(erase_pages)

        FORMATS["md"] = Format(
            later("pipeline.exports.markdown.markdown"),
            "text/markdown; charset=utf-8",
            "md",
            "Markdown",
        )
        FORMATS["warc"] = Format(
            later("pipeline.exports.warc.write"),
            "application/warc",
            "warc.gz",
            "WARC",
            binary=True,
        )


def erase_pages(sender: object, ids: list[int], keys: list[str], **_: object) -> None:
    """Erase what the pipeline keeps of articles that are erased."""
    from pipeline.fetching import images, snapshots
    from pipeline.models import Journey
    from pipeline.monitor.logs import erasure

    journeys = Journey.objects.filter(Q(article__in=ids) | Q(key__in=keys))
    urls = {*journeys.values_list("url", flat=True), *keys}
    erasure.erase(journeys.values_list("pk", flat=True), urls)
    images.erase(ids)
    snapshots.erase(ids, keys)


def later(path: str) -> Callable[..., Any]:
    """Return the function, imported when it is first called: the extractors behind it take seconds,
    and every command starts here."""
    return lambda rows: import_string(path)(rows)
