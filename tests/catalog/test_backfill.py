"""Migrations that fill what older articles lack: all of it, and only what they lack."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from catalog.models import Article
from tests.pages import a_run, an_article, journeys

pytestmark = pytest.mark.django_db
IMPORTS = import_module("catalog.migrations.0007_imports_of_stored")
RUNS = import_module("pipeline.migrations.0010_runs_of_articles")
CODE = [{"text": "import numpy as np", "language": "python"}]


def test_the_code_of_stored_articles_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(IMPORTS, "BATCH", 2)
    for number in range(5):
        an_article(number, code=CODE)
    an_article(6)
    an_article(7, code=[{"text": "x = 1", "language": "python"}])
    an_article(8, code=CODE, imports=["kept"])
    IMPORTS.read_code(apps, None)
    found = list(Article.objects.order_by("pk").values_list("imports", flat=True))
    assert found == [["numpy"]] * 5 + [[], [], ["kept"]]


def test_stored_articles_learn_their_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUNS, "BATCH", 2)
    first, second, known = an_article(1), an_article(2), an_article(3, runs=[99])
    one, two = a_run(), a_run()
    journeys(two, 1, "stored", article=first)
    journeys(one, 2, "stored", article=first)
    journeys(one, 1, "unchanged", article=second)
    journeys(two, 1, "stored", article=known)
    RUNS.tell(apps, SimpleNamespace(connection=connection))
    found = dict(Article.objects.values_list("pk", "runs"))
    assert found == {first.pk: [one.pk, two.pk], second.pk: [], known.pk: [99]}
