"""Posts of our own in the markup of many publishing systems come back whole, and nothing else does."""

import re
from functools import cache

import pytest
from lxml import html as lxml_html

from pipeline.core.records import Draft
from pipeline.extraction.extract import examine
from tests.pipeline.extraction.test_constructs import CONSTRUCTS
from tests.pipeline.extraction.themes.compare import losses, words
from tests.pipeline.extraction.themes.platforms import PLATFORMS, SITE, Plain
from tests.pipeline.extraction.themes.posts import ENDS, LONG, POSTS, Block, Post

LINES = (
    "The lamp on the pier goes dark at six, and by then the first boats have long been out at sea for day {}.",
    "Nobody in the harbour had asked for the change of week {}, and yet everybody was glad of it in the end.",
)


def everything() -> Post:
    """A post with each construct once, between paragraphs and headings."""
    blocks: list[Block] = [
        (
            "p",
            "This post holds one of everything that a post can hold, to see what comes back.",
        )
    ]
    for number, construct in enumerate(CONSTRUCTS.values()):
        blocks.append(("h2", f"Part {number} of the list"))
        blocks.append(("p", LINES[number % 2].format(number)))
        blocks.append(("raw", (construct.markup,)))
        if number % 3:
            blocks.append(("p", LINES[1 - number % 2].format(number + 500)))
    return Post("one-of-everything", "One of everything", "Ines Bramley", "2024-05-03", ("harbour", "python"), blocks)  # fmt: skip


@cache  # several tests look at each
def extracted(platform: type[Plain], post: Post) -> Draft:
    draft, refused = examine(platform(post).page().encode(), f"{SITE}/{post.slug}/")
    assert refused is None
    assert draft is not None
    return draft


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
@pytest.mark.parametrize("name", PLATFORMS)
def test_every_block_comes_back_and_nothing_from_around_it(
    name: str, post: Post
) -> None:
    kind = PLATFORMS[name]
    assert losses(post, extracted(kind, post), kind.foreign) == []


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
@pytest.mark.parametrize("name", PLATFORMS)
def test_title_and_date_are_those_of_the_post(name: str, post: Post) -> None:
    draft = extracted(PLATFORMS[name], post)
    assert draft.title == post.title
    assert draft.published is not None
    assert draft.published.date().isoformat() == post.published


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
@pytest.mark.parametrize("name", [n for n, kind in PLATFORMS.items() if kind.authored])
def test_the_author_is_the_one_who_is_shown(name: str, post: Post) -> None:
    assert extracted(PLATFORMS[name], post).authors == (post.author,)


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
@pytest.mark.parametrize("name", [n for n, kind in PLATFORMS.items() if kind.tagged])
def test_the_tags_are_those_of_the_post(name: str, post: Post) -> None:
    found = {tag.casefold() for tag in extracted(PLATFORMS[name], post).tags}
    assert found - {"notes"} == set(post.tags)


# Those that frame each block, and each fifth of the others: the post is long.
FRAMING = ["notebook", "squarespace", "jupyterlab", "builder"]


@pytest.mark.parametrize("name", dict.fromkeys([*FRAMING, *list(PLATFORMS)[::5]]))
def test_each_construct_comes_back_from_a_long_post(name: str) -> None:
    post = everything()
    draft = extracted(PLATFORMS[name], post)
    text = words(lxml_html.fromstring(f"<div>{draft.html}</div>").text_content())
    lost = [held for kind, held in post.blocks if kind != "raw" and held not in text]
    lost += [
        name
        for name, construct in CONSTRUCTS.items()
        if not all(re.search(each, draft.html, re.S) for each in construct.kept)
    ]
    assert lost == []
    assert draft.quality >= 0.9


def test_a_lost_block_is_seen() -> None:
    """The comparison itself can fail: here another post's page is held against this one."""
    lost = losses(LONG, extracted(PLATFORMS["jekyll"], ENDS))
    assert len(lost) > 15
