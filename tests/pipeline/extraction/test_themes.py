"""Posts of our own in the markup of many publishing systems come back whole, and nothing else does."""

import pytest

from pipeline.core.records import Draft
from pipeline.extraction.extract import examine
from tests.pipeline.extraction.themes.compare import losses
from tests.pipeline.extraction.themes.platforms import PLATFORMS, SITE, Plain
from tests.pipeline.extraction.themes.posts import ENDS, LONG, POSTS, Post


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


def test_a_lost_block_is_seen() -> None:
    """The comparison itself can fail: here another post's page is held against this one."""
    lost = losses(LONG, extracted(PLATFORMS["jekyll"], ENDS))
    assert len(lost) > 15
