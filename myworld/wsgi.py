"""The web process: gunicorn loads `application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("GLEANER_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")
application = get_wsgi_application()
# All views are loaded now. What is loaded stays: to look through it for garbage takes a tenth of a second, of whoever's
# page it falls upon.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
