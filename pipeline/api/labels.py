"""Labels: tags that people give to articles."""

from typing import Any, cast

import structlog
from django.db import transaction
from django.http import HttpRequest, QueryDict
from ninja import Router

from catalog import labels
from catalog.filters import ArticleFilter
from catalog.models import Article, ArticleQuerySet
from catalog.search.newest import NEWEST_FIRST
from catalog.search.planner_stats import facet_estimates
from catalog.search.timeouts import with_statement_timeout
from catalog.selection import MAX_SELECTED
from pipeline.access.audit import record
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.articles import valid_ids
from pipeline.api.pagination import parse_filter, username

log = structlog.get_logger(__name__)
router = Router(tags=["labels"])
COUNT_MS = 500


@router.get("/labels", response={200: schemas.Labels, ERRORS: Problem})
def list_labels(request: HttpRequest) -> Any:
    """Every label and how many articles have it, the most frequent first; `about` where counting
    took too long."""
    found = with_statement_timeout(COUNT_MS, labels.counts)
    if found is not None:
        counted = found
    else:
        counted = (facet_estimates(["label"], labels.MAX_LISTED, over=0) or {}).get(
            "label", []
        )
    return {
        "items": [{"label": label, "count": n} for label, n in counted],
        "of": "" if found is not None else "about",
    }


@router.post("/labels/add", response={200: schemas.Labelled, ERRORS: Problem})
def add_label(request: HttpRequest, body: schemas.LabelInput) -> Any:
    """Give a label to the articles in `ids`, or to those that fit `filter`, which is as the list of
    articles takes it.

    At most 5,000 at once, the newest first: send it again while `more`.
    """
    return _changed(request, body, "give label", labels.lacking, labels.add)


@router.post("/labels/remove", response={200: schemas.Labelled, ERRORS: Problem})
def remove_label(request: HttpRequest, body: schemas.LabelInput) -> Any:
    """Take a label from the articles in `ids`, or from those that fit `filter`. At most 5,000 at
    once."""
    return _changed(request, body, "take label", labels.having, labels.remove)


def _changed(
    request: HttpRequest, body: schemas.LabelInput, verb: str, due: Any, do: Any
) -> dict[str, Any]:
    label = labels.clean(body.label)
    if not label:
        raise InvalidInput({"label": ["Give a label with visible characters."]})
    found = _newest(due(label, _meant(body, request.user.pk)))
    with transaction.atomic():
        changed = do(found[:MAX_SELECTED], label)
        meant: dict[str, Any]
        if body.filter is not None:
            meant = {"filter": body.filter}
        else:
            meant = {"articles": body.ids}
        record(verb, "label", label, after={"changed": changed, **meant})
    log.info(
        "articles_labelled",
        label=label,
        removed=do is labels.remove,
        number=changed,
        by=username(request),
    )
    return {"label": label, "changed": changed, "more": len(found) > MAX_SELECTED}


def _meant(body: schemas.LabelInput, reader_id: int | None) -> ArticleQuerySet:
    """Return the articles in the catalogue that are meant. Raises InvalidInput where that is not
    said, or twice."""
    live = Article.objects.live().for_reader(reader_id)
    if (body.ids is None) == (body.filter is None):
        raise InvalidInput(
            {
                "ids": [
                    "Give ids of articles, or a filter. An empty filter means all articles."
                ]
            }
        )
    if body.ids is not None:
        return live.filter(pk__in=valid_ids(body.ids))
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in (body.filter or {}).items()})
    return cast(ArticleQuerySet, parse_filter(ArticleFilter, query, live))


def _newest(rows: ArticleQuerySet) -> list[int]:
    return list(
        rows.order_by(*NEWEST_FIRST).values_list("pk", flat=True)[: MAX_SELECTED + 1]
    )
