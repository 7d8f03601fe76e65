"""Exports that need the pipeline: Markdown, made from the stored html, and WARC, with the pages
as fetched."""

import json
from collections.abc import Iterator

from django.http import HttpResponse

from catalog.exports import Rows, each, moment
from catalog.models import Article
from pipeline.extraction.text.escaping import escaped
from pipeline.extraction.text.markdown import to_markdown

CONTENT_TYPE = "text/markdown; charset=utf-8"


def markdown(rows: Rows) -> Iterator[str]:
    """Yield all articles of one file, each with its front matter."""
    for article in each(rows):
        yield one(article) + "\n"


def one(article: Article) -> str:
    """Return an article with YAML front matter, whose values are written as JSON, which is YAML."""
    front = {
        "title": article.title,
        "url": article.url,
        "authors": article.authors,
        "published": moment(article.published_there, article.published_precision),
        "updated": moment(article.updated),
        "language": article.language,
        "tags": article.tags,
        "source": article.source.host,
        "license": article.license,
        "rights": article.rights,
        "gone": moment(article.gone_at),
    }
    lines = [f"{name}: {_yaml(value)}" for name, value in front.items() if value]
    title = escaped(" ".join(article.title.split()))
    return "\n".join(
        ["---", *lines, "---", "", f"# {title}", "", to_markdown(article.html), ""]
    )


def response(article: Article) -> HttpResponse:
    """Return one article as a Markdown file."""
    answer = HttpResponse(one(article), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="article-{article.pk}.md"'
    return answer


def _yaml(value: object) -> str:
    # JSON leaves characters as they are that YAML takes for the end of a line, or for none at all.
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
