"""Labels: tags that people give. They are kept apart from the page's own tags, which come anew with each extraction."""

import re

import structlog
from django.contrib import messages
from django.db.models import Count, F, Func, TextField, Value
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from catalog.models import LABELLED, Article, ArticleQuerySet
from catalog.selection import back, chosen, parts

log = structlog.get_logger(__name__)
LONGEST = 60  # characters
MOST = 50  # labels an article
MOST_KNOWN = 1_000  # labels in a list


def clean(label: str) -> str:
    """The label without what cannot be seen or takes room; "" for none."""
    visible = "".join(character if character.isprintable() else " " for character in label)
    return re.sub(r"\s+", " ", visible).strip(" #")[:LONGEST].strip()


def lacking(label: str, rows: ArticleQuerySet) -> ArticleQuerySet:
    """Those that can be given the label."""
    return rows.exclude(labels__contains=[label]).exclude(labels__len__gte=MOST)


def having(label: str, rows: ArticleQuerySet) -> ArticleQuerySet:
    """Those that have it."""
    return rows.filter(
        LABELLED, labels__contains=[label]
    )  # the index knows only those that have labels


def give(articles: list[int], label: str) -> int:
    """Gives the label to those of the articles that do not have it; returns how many these are."""
    return _each(articles, lacking(label, Article.objects.live()), "array_append", label)


def take(articles: list[int], label: str) -> int:
    """Takes the label from the articles; returns how many had it."""
    return _each(articles, having(label, Article.objects.live()), "array_remove", label)


def known() -> list[tuple[str, int]]:
    """Every label with how many articles have it, the most frequent first. Reads all that have labels."""
    each = Article.objects.live().filter(LABELLED).values(label=Func("labels", function="unnest"))
    return list(
        each.annotate(n=Count("pk")).order_by("-n", "label").values_list("label", "n")[:MOST_KNOWN]
    )


def _each(articles: list[int], rows: ArticleQuerySet, function: str, label: str) -> int:
    new = Func(F("labels"), Value(label, output_field=TextField()), function=function)
    return sum(rows.filter(pk__in=part).update(labels=new) for part in parts(articles))


@require_POST
def article_label(request: HttpRequest) -> HttpResponse:
    """Gives a label to the chosen articles, or with `remove` takes it from them."""
    label = clean(request.POST.get("label", ""))
    articles = chosen(request.POST)
    remove = "remove" in request.POST
    if not label:
        messages.warning(request, "No label was typed.")
        return back(request)
    number = (take if remove else give)(articles, label)
    log.info(
        "articles_labelled",
        label=label,
        removed=remove,
        number=number,
        by=request.user.get_username(),
    )
    if number:
        messages.success(
            request, f"Label “{label}” {'taken from' if remove else 'given to'} {number:,}."
        )
    else:
        messages.info(request, "All are so already." if articles else "No article was chosen.")
    return back(request)
