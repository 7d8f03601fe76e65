"""What discovery learned of a source, and the rules that override it."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from catalog.models import Source
from pipeline.api import schemas
from pipeline.api.app import ERRORS, InvalidInput, Problem
from pipeline.api.schemas.base import Strict
from pipeline.discovery.site_knowledge import keep_rule, learned_of, rules_of
from pipeline.discovery.urls.site_rules import InvalidRule
from pipeline.models import KnownFeed
from pipeline.monitor import source_retention

router = Router(tags=["sources"])
MAX_LEARNED = 50  # start URLs
MAX_FEEDS = 200
DaysKept = Annotated[int | None, Field(ge=0, le=source_retention.MAX_DAYS)]


@router.get("/sources/{int:pk}", response={200: schemas.SourceDetail, ERRORS: Problem})
def show_source(request: HttpRequest, pk: int) -> Any:
    """Return a blog, its feeds, what discovery learned at each of its start URLs, and the rules for
    it."""
    source = get_object_or_404(Source, pk=pk)
    learned = [
        row.learned | {"learned_at": row.learned_at}
        for row in learned_of(source.host)[:MAX_LEARNED]
    ]
    return {
        **schemas.Source.from_orm(source).dict(),
        "quiet_at": source.quiet_at,
        "feeds": list(KnownFeed.objects.of_source(source.host)[:MAX_FEEDS]),
        "learned": learned,
        "rules": list(rules_of(source.host)),
    }


class Retention(Strict):
    """Days that are kept since an article was first stored, a version was replaced, a page was
    fetched; 0 is forever, null as for all sources."""

    article_days: DaysKept = None
    version_days: DaysKept = None
    snapshot_days: DaysKept = None


class RetentionNow(Schema):
    """What holds; `own` names those that the source has of its own."""

    article_days: int
    version_days: int
    snapshot_days: int
    own: list[str]


@router.put(
    "/sources/{int:pk}/retention", response={200: RetentionNow, ERRORS: Problem}
)
def keep_retention(request: HttpRequest, pk: int, body: Retention) -> Any:
    """Keep how long articles, versions and stored pages of a blog stay. For admins."""
    source = get_object_or_404(Source, pk=pk)
    days = source_retention.keep(source, body.dict())
    return asdict(days) | {"own": sorted(days.own)}


@router.post(
    "/sources/{int:pk}/rules", response={201: schemas.SourceRule, ERRORS: Problem}
)
def keep_source_rule(
    request: HttpRequest, pk: int, body: schemas.SourceRuleInput
) -> Any:
    """Pin or forbid a feed or sitemap, a list page or a URL pattern of a blog, from its next
    crawl on. The rule for the same URL or pattern is changed.
    """
    source = get_object_or_404(Source, pk=pk)
    try:
        rule = keep_rule(source.host, **body.dict())
    except InvalidRule as error:
        raise InvalidInput({"value": [f"{error}."]}) from None
    return Status(201, rule)


@router.delete(
    "/sources/{int:pk}/rules/{int:rule}", response={204: None, ERRORS: Problem}
)
def remove_source_rule(request: HttpRequest, pk: int, rule: int) -> Any:
    """Remove a rule."""
    source = get_object_or_404(Source, pk=pk)
    get_object_or_404(rules_of(source.host), pk=rule).delete()
    return Status(204, None)
