"""The product's settings without a database: `make lint` compares models and migrations, and starts
no server."""

from tests.settings import *  # noqa: F403

DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
