"""The short ways to what Django's own tags and filters render: the same, and faster."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.humanize.templatetags import humanize
from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter
from django.template import (
    Context,
    Engine,
    RequestContext,
    Template,
    defaultfilters,
)
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from catalog import numbers, paths
from catalog.paths import path_to
from catalog.templatetags.gleaner import ago
from catalog.templatetags.quick import truncatechars
from tests.catalog.test_shown import said
from tests.pipeline.access.test_permissions import routes

LANGUAGES = [code for code, _ in settings.LANGUAGES]


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> Iterator[str]:
    """The pages lie below this path."""
    set_script_prefix(request.param)
    yield request.param
    set_script_prefix("/")


NAMES = [route.name for route in routes() if route.name and not route.namespaces]


@pytest.mark.parametrize("prefix", ["/", "/under/100%/"], indirect=True)
@pytest.mark.parametrize(
    "args",
    [(), (5,), (12_345_678_901, 0), ("a-name_1",), ("12",), (5, "b c é"), ("x", "y")],
)
def test_a_path_is_that_of_django(prefix: str, args: tuple[int, ...]) -> None:
    found = 0
    for name in NAMES:
        try:
            path = reverse(name, args=args)
        except NoReverseMatch:
            with pytest.raises(NoReverseMatch):
                path_to(name, *args)
            continue
        assert path_to(name, *args) == path
        assert path.startswith(prefix.replace("%", "%25"))
        found += 1
    assert found


def test_a_route_is_asked_once_for_all_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path_to("article", 1)

    def fail(*args: object, **values: object) -> str:
        raise AssertionError(args)

    monkeypatch.setattr(paths, "reverse", fail)
    assert path_to("article", 2) == "/articles/2/"


@pytest.mark.parametrize("value", [-5, None, "x", True])
def test_what_is_no_number_of_an_object_is_left_to_django(value: object) -> None:
    with pytest.raises(NoReverseMatch):
        path_to("article", value)


def test_a_name_is_a_part_of_a_path_too() -> None:
    expected = reverse("run-steer", args=[5, "resume"])
    assert path_to("run-steer", 5, "resume") == expected


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("{% url 'articles' %}", "/articles/"),
        ("{% url 'article' pk %}", "/articles/7/"),
        ("{% url name pk %}", "/articles/7/"),
        ("{% url 'run-steer' pk 'resume' %}", "/runs/7/resume"),
        ("{% url 'article' pk=pk %}", "/articles/7/"),
        ("{% url 'nowhere' as path %}{{ path }}.", "."),
        ("{% url 'api:openapi-json' %}", "/api/openapi.json"),
    ],
)
def test_the_tag_renders_what_that_of_django_renders(
    source: str, rendered: str
) -> None:
    context = Context({"pk": 7, "name": "article"})
    assert Template(source).render(context) == rendered


@pytest.mark.parametrize("prefix", ["/a&b/"], indirect=True)
def test_a_path_is_escaped_as_by_django(prefix: str) -> None:
    rendered = Template("{% url 'articles' %}").render(Context())
    assert rendered == "/a&amp;b/articles/"


def test_a_route_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        Template("{% url 'nowhere' %}").render(Context())


@pytest.mark.parametrize(
    "asked", ["", "a=1", "q=%C3%A9+%26%27&a=1&a=2&verb=x", "before="]
)
@pytest.mark.parametrize(
    "changes",
    ["", "a=None", "verb='c & d'", "a=many before=None", "a=7 new=empty", "a=none"],
)
def test_a_query_is_changed_as_by_django(asked: str, changes: str) -> None:
    request = RequestFactory().get(f"/?{asked}")
    values = {"request": request, "many": ["é", 2], "empty": "", "none": []}
    source = f"{{% querystring {changes} %}}"
    own = Template(source).render(RequestContext(request, values))
    plain = Engine().from_string(source).render(RequestContext(request, values))
    assert own == plain


@pytest.mark.parametrize(
    "text",
    ["", "short", "exactly ten", "much longer than that", "e\u0301 combined", "é"],
)
@pytest.mark.parametrize("most", [11, 5, "7", 0])
def test_a_text_is_cut_as_by_django(text: str, most: object) -> None:
    assert truncatechars(text, most) == defaultfilters.truncatechars(text, most)
    assert isinstance(truncatechars(mark_safe(text), most), SafeString)
    assert not isinstance(truncatechars(text, most), SafeString)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "value", [0, 7, 999, 1000, -999, -1000, 1_234_567, 1234.5, "12345", "x", None, True]
)
def test_a_number_is_written_as_by_humanize(language: str, value: object) -> None:
    with translation.override(language):
        assert numbers.intcomma(value) == humanize.intcomma(value)
        assert numbers.intcomma(value) == humanize.intcomma(value), "from the cache"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "passed",
    [
        timedelta(minutes=1),
        timedelta(minutes=59, seconds=59),
        timedelta(hours=1),
        timedelta(hours=23, minutes=59),
        timedelta(days=1),
        timedelta(days=6, hours=23),
        timedelta(weeks=1),
        timedelta(days=27, hours=23),
        timedelta(days=29),
        timedelta(days=35),
        timedelta(days=800),
    ],
)
def test_how_long_ago_is_counted_as_by_django(language: str, passed: timedelta) -> None:
    moment = timezone.now() - passed - timedelta(seconds=1)
    past = NaturalTimeFormatter.past_substrings
    with translation.override(language):
        time = timesince(moment, depth=1, time_strings=past)
        whole = translation.gettext("%(time)s ago") % {"time": time}
        assert said(ago(moment)) == whole.replace("\xa0", " ")
        assert "\xa0" in ago(moment) or language == "ja"
