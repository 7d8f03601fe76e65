"""The web process: gunicorn loads `application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("GLEANER_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")
application = get_wsgi_application()
