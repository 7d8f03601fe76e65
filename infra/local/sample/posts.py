"""The posts of site/posts: a few header lines, an empty line, the text in light markup."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from infra.local.sample.markup import render

SITE = Path(__file__).parent / "site"


@dataclass(frozen=True)
class Post:
    """One post. `charset` is what its page is written in; `published` has the zone of its
    author."""

    slug: str
    title: str
    published: datetime
    author: str
    tags: tuple[str, ...]
    source: str
    language: str = "en"
    charset: str = "utf-8"

    @property
    def path(self) -> str:
        """Its place on the blog."""
        return f"/posts/{self.slug}/"

    @cached_property
    def html(self) -> str:
        """The text as HTML, without the title."""
        return render(self.source)

    @property
    def summary(self) -> str:
        """Its first paragraph, in plain markup."""
        return (
            self.source.strip()
            .split("\n\n")[0]
            .replace("`", "")
            .replace("*", "")
            .replace("\n", " ")
        )


def read_posts(directory: Path = SITE / "posts") -> list[Post]:
    """All posts, the newest first. Raises ValueError or KeyError where a file's header is wrong."""
    posts = [_read(path) for path in directory.glob("*.md")]
    return sorted(posts, key=lambda post: post.published, reverse=True)


def _read(path: Path) -> Post:
    header, _, source = path.read_text("utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in header.splitlines())
    return Post(
        slug=path.stem,
        title=fields["title"],
        published=datetime.fromisoformat(fields["date"]),
        author=fields["author"],
        tags=tuple(fields["tags"].split(", ")),
        source=source,
        language=fields.get("language", "en"),
        charset=fields.get("charset", "utf-8"),
    )
