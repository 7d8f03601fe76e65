"""The sample blog with some hundred posts more, each different, the same at every start."""

import random
from datetime import UTC, datetime, timedelta

from infra.local.blog import Blog
from infra.local.sample.feeds import feeds
from infra.local.sample.oddities import oddities
from infra.local.sample.pages import pages
from infra.local.sample.posts import Post, read_posts

SUBJECTS = "the parser|a queue|our test suite|the old module|a generator|the cache|one decorator|the scheduler".split(
    "|"
)
VERBS = "reads|keeps|forgets|explains|hides|measures|replaces|outlives".split("|")
OBJECTS = "every record|a small dictionary|the slow path|its own mistakes|an open file|the caller's time".split(
    "|"
)
ENDINGS = "on a quiet morning|before the tests run|in most releases|when nobody looks|for about a week".split(
    "|"
)


def big_site(base: str, posts: int) -> dict[str, object]:
    """Return what the sample blog at `base` answers with `posts` more posts than it has."""
    everything = [*read_posts(), *(synthetic(n) for n in range(posts))]
    return {
        **pages(everything, base),
        **feeds(everything, base),
        **oddities(everything, base),
    }


def synthetic(number: int) -> Post:
    """Return a post that is unlike the others, and the same each time."""
    chance = random.Random(number)
    paragraphs = "\n\n".join(
        " ".join(sentence(chance) for _ in range(6)) for _ in range(6)
    )
    return Post(
        slug=f"note-{number}",
        title=f"Note {number}: {sentence(chance).rstrip('.').lower()}",
        published=datetime(2021, 1, 1, tzinfo=UTC) + timedelta(hours=7 * number),
        author="Marta Lindqvist",
        tags=("notes",),
        source=paragraphs,
    )


def sentence(chance: random.Random) -> str:
    """Plain English of no meaning; the number keeps two posts from being near duplicates."""
    subject, verb, thing, ending = (
        chance.choice(words) for words in (SUBJECTS, VERBS, OBJECTS, ENDINGS)
    )
    return f"{subject.capitalize()} {verb} {thing} {chance.randrange(2, 9999)} times {ending}."


class BigBlog(Blog):
    """A Blog with `posts` posts more."""

    def __init__(self, posts: int, latency: float) -> None:
        super().__init__(latency=latency)
        self.answers = big_site(self.url.rstrip("/"), posts)
