"""Sources: the blogs that are crawled, each with its articles, crawls and health."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Article, Source
from catalog.sources import find_sources, source_stats
from pipeline.broker.outages import BrokerError
from pipeline.discovery.site_knowledge import learned_of, rules_of
from pipeline.fetching import icons
from pipeline.models import KnownFeed, SourceCacheEntry
from pipeline.monitor import source_retention
from pipeline.monitor.source_retention import RetentionForm
from pipeline.runs import kept_blocks, sources
from pipeline.runs.forms import CrawlForm
from pipeline.runs.launch import launch_run
from pipeline.runs.rule_form import SourceRuleForm
from pipeline.summary.progress import running_progress
from pipeline.summary.source_quality import read_runs
from pipeline.web.charts import run_history
from pipeline.web.images import image_response

PAGE_SIZE = 25
ARTICLES_SHOWN = 10
LEARNED_SHOWN = 5  # start URLs
FEEDS_SHOWN = 20
READ_SHOWN = 50  # feeds, sitemaps and lists
URL_LENGTH = 2_000  # characters that are shown again
NO_BROKER = gettext_noop(
    "The message broker is not available, so no crawl was started. Try again in a moment."
)


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Show every source with its articles, posts a month, last and next crawl, and health."""
    return _list_page(request, {})


def _list_page(
    request: HttpRequest, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    page = Paginator(find_sources(text), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = list(page.object_list)
    stats = source_stats(rows, now)
    dates = {pk: each.recent_dates for pk, each in stats.items()}
    crawls = sources.crawls_of(rows, now, dates)
    lines = [_line(source, stats[source.pk], crawls[source.pk]) for source in rows]
    context = {"page": page, "lines": lines, "text": text, "icons": icons.known(rows)}
    return render(request, "web/sources.html", context | extra, status=status)


@require_POST
def source_add(request: HttpRequest) -> HttpResponse:
    """Crawl the blog at a URL, and show the run; the blog becomes a source with it."""
    url = request.POST.get("url", "").strip()
    form = CrawlForm({"addresses": url})
    if not form.is_valid():
        refused = " ".join(str(each) for each in form.errors.get("addresses", []))
        context = {"refused": refused, "refused_url": url[:URL_LENGTH]}
        return _list_page(request, context, 422)
    try:
        run = launch_run(form.parameters, by=request.user.get_username())
    except BrokerError:
        messages.error(request, _(NO_BROKER))
        return redirect("sources")
    return HttpResponseRedirect(run.get_absolute_url(), status=303)


@require_safe
def source_icon(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the icon of a source, where one is stored."""
    source = get_object_or_404(Source, pk=pk)
    image = icons.stored(source)
    if image is None:
        raise Http404
    return image_response(image)


@require_safe
def source_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one source: newest articles, runs, what discovery learned, and its next crawl."""
    source = get_object_or_404(Source.objects.select_related("retention"), pk=pk)
    return detail_page(request, source, SourceRuleForm())


def detail_page(
    request: HttpRequest, source: Source, form: SourceRuleForm, status: int = 200
) -> HttpResponse:
    """Show one source with a form for a rule of discovery."""
    now = timezone.now()
    stats = source_stats([source], now)[source.pk]
    runs = sources.runs_of(source)
    feeds = list(KnownFeed.objects.of_source(source.host)[:FEEDS_SHOWN])
    dates = {source.pk: stats.recent_dates}
    by_id = {run.pk: run for run in runs}
    crawls = sources.crawls_of([source], now, dates, by_id, feeds)[source.pk]
    live = Article.objects.live().for_lists().filter(source=source)
    own_days = source_retention.own_row(source)
    read = SourceCacheEntry.objects.filter(host__in=[source.host, f"www.{source.host}"])
    strip = run_history(runs)
    context = _line(source, stats, crawls) | {
        "articles": live.order_by("-published", "-id")[:ARTICLES_SHOWN],
        "runs": runs,
        "running_progress": running_progress(runs),
        "strip": strip,
        "most_found": max((bar.run.found for bar in strip), default=0),
        "addresses": sources.addresses_of(source, runs),
        "left_out": kept_blocks.left_out_lately(source),
        "recent_articles": kept_blocks.RECENT_ARTICLES,
        "kept_blocks": source.kept_blocks.all(),
        "quality_runs": read_runs(source.quality_runs),
        "feeds": feeds,
        "learned": learned_of(source.host)[:LEARNED_SHOWN],
        "read": read.order_by("address").values("address", "read_at")[:READ_SHOWN],
        "rules": rules_of(source.host),
        "retention": source_retention.days_of(own_days),
        "retention_form": RetentionForm(instance=own_days),
        "icons": icons.known([source]),
        "rule_form": form,
    }
    return render(request, "web/source.html", context, status=status)


@require_POST
def source_crawl(request: HttpRequest, pk: int) -> HttpResponse:
    """Crawl a source now, and show the run."""
    source = get_object_or_404(Source, pk=pk)
    try:
        run = sources.crawl_now(source, by=request.user.get_username())
    except BrokerError:
        messages.error(request, _(NO_BROKER))
        return redirect("source", pk=pk)
    return HttpResponseRedirect(run.get_absolute_url(), status=303)


def _line(source: Source, stats: Any, crawls: sources.SourceCrawls) -> dict[str, Any]:
    return {
        "source": source,
        "stats": stats,
        "bars": month_bars(stats.months),
        "crawls": crawls,
        "health": crawls.health,
    }


BAR_WIDTH = 5
BAR_GAP = 1
CHART_HEIGHT = 24


def month_bars(months: list[int]) -> list[dict[str, int]]:
    """Bars of a small chart, one a month: x, y and height in its units; none without articles."""
    most = max(months, default=0)
    if not most:
        return []
    bars = []
    for number, count in enumerate(months):
        height = 0
        if count:
            height = max(2, round(count / most * CHART_HEIGHT))
        bars.append(
            {
                "x": number * (BAR_WIDTH + BAR_GAP),
                "y": CHART_HEIGHT - height,
                "height": height,
            }
        )
    return bars
