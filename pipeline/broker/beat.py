"""Beat with the schedule in the database, and patience: the stock one ends with the first database error that it meets
at its start, and with some that it meets later."""

import structlog
from django.db import InterfaceError, OperationalError, connection
from django_celery_beat.schedulers import DatabaseScheduler

from pipeline.core.database import wait_for_database

log = structlog.get_logger(__name__)
PAUSE = 5.0  # seconds until the next look where the database is away


class PatientScheduler(DatabaseScheduler):
    """django-celery-beat's scheduler, which waits for the database instead of ending without it."""

    def setup_schedule(self) -> None:
        """Reads the schedule, when it can be read."""
        wait_for_database(float("inf"))
        super().setup_schedule()

    def tick(self, *args: object, **kwargs: object) -> float:
        """Sends what is due; returns the seconds until the next time."""
        try:
            return float(super().tick(*args, **kwargs))
        except (OperationalError, InterfaceError) as error:
            connection.close()
            log.warning("server_away", stage="beat", error=str(error).strip())
            return PAUSE
