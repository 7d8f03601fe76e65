"""Labels: tags that people give. Kept apart from the page's own tags, which come anew with each
extraction."""

import re

from django.db.models import Count, F, Func, TextField, Value

from catalog.batching import batches
from catalog.models import LABELLED, Article, ArticleQuerySet

MAX_LABEL_LENGTH = 60
MAX_LABELS = 50  # of an article
MAX_LISTED = 1_000


def clean(label: str) -> str:
    """Return the label without what cannot be seen or takes room; "" for none."""
    visible = "".join(
        character if character.isprintable() else " " for character in label
    )
    return re.sub(r"\s+", " ", visible).strip(" #")[:MAX_LABEL_LENGTH].strip()


def lacking(label: str, rows: ArticleQuerySet) -> ArticleQuerySet:
    """Return those that the label can be added to."""
    return rows.exclude(labels__contains=[label]).exclude(labels__len__gte=MAX_LABELS)


def having(label: str, rows: ArticleQuerySet) -> ArticleQuerySet:
    """Return those that have the label. The index holds only articles that have labels."""
    return rows.filter(LABELLED, labels__contains=[label])


def add(articles: list[int], label: str) -> int:
    """Add the label to those of the articles that do not have it; return how many these are."""
    return _update(
        articles, lacking(label, Article.objects.live()), "array_append", label
    )


def remove(articles: list[int], label: str) -> int:
    """Remove the label from the articles; return how many had it."""
    return _update(
        articles, having(label, Article.objects.live()), "array_remove", label
    )


def counts() -> list[tuple[str, int]]:
    """Return every label with how many articles have it, the most frequent first. Reads all that
    have labels."""
    labelled = Article.objects.live().filter(LABELLED)
    each = labelled.values(label=Func("labels", function="unnest")).annotate(
        n=Count("pk")
    )
    return list(each.order_by("-n", "label").values_list("label", "n")[:MAX_LISTED])


def _update(
    articles: list[int], rows: ArticleQuerySet, function: str, label: str
) -> int:
    labels = Func(
        F("labels"), Value(label, output_field=TextField()), function=function
    )
    changed = 0
    for batch in batches(articles):
        changed += rows.filter(pk__in=batch).update(labels=labels)
    return changed
