"""Wiring only: settings, the Celery app, logs and routes. No rule about articles lives here."""

from myworld.celery import app as celery_app

__all__ = ["celery_app"]
