"""The web process: gunicorn loads `application`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from myworld.garbage import FreezeLater, freeze_loaded_objects
from pipeline.http.proxies import PathPrefix

os.environ.setdefault("GLEANER_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")
application = PathPrefix(get_wsgi_application(), settings.FORCE_SCRIPT_NAME or "")
get_resolver().url_patterns  # noqa: B018 - loads all views
freeze_loaded_objects()
gc.callbacks.append(FreezeLater())
