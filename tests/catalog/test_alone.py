"""The catalogue without the pipeline: installed alone, its pages render."""

import json
import subprocess
import sys

import pytest
from django.db import connection

SCRIPT = """
import json, sys
from django.conf import settings

settings.configure(
    DATABASES=json.loads(sys.argv[1]),
    SECRET_KEY="alone",
    ROOT_URLCONF="catalog.urls",
    ALLOWED_HOSTS=["*"],
    STATIC_URL="static/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.humanize",
        "django.contrib.postgres", "django_filters", "django_htmx", "catalog",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)
import django

django.setup()
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from catalog.models import Article, Source

with transaction.atomic():
    source = Source.objects.create(host="alone.example")
    article = Article.objects.create(
        source=source, url="https://alone.example/1", key="https://alone.example/1", title="Alone",
        text="words", html='<p>words <img src="https://alone.example/a.png"></p>', content_hash="alone",
    )
    client = Client()
    client.force_login(User.objects.create(username="alone"))
    own = f"/articles/{article.pk}/"
    for path in (
        "/articles/", "/articles/?q=words&view=table", "/articles/?q=nothing", "/articles/facets", "/articles/all",
        "/articles/views/", "/articles/trash/", "/articles/highlights/", "/articles/histogram", "/articles/jump.json",
        "/articles/complete.json?q=tag:", "/articles/facets/tag", "/articles/?state=unread", own, own + "?list=", own + "?images=on&beside=1", own + "versions", own + "similar",
        "/articles.jsonl", "/articles.atom",
    ):
        answer = client.get(path)
        print(path, answer.status_code)
        assert answer.status_code == 200, path
    transaction.set_rollback(True)
others = [name for name in sys.modules if name.split(".")[0] in ("pipeline", "myworld")]
assert others == [], others
print("alone")
"""


@pytest.mark.django_db
def test_its_pages_render_without_the_pipeline() -> None:
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {name: connection.settings_dict[name] for name in names}
    databases = {"default": {**database, "ENGINE": "django.db.backends.postgresql"}}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(databases, default=str)],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.stdout.endswith("alone\n"), done.stdout + done.stderr[-3000:]
