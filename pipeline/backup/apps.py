from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError


class BackupConfig(AppConfig):
    name = "pipeline.backup"
    label = "backup"
    verbose_name = "Backup"

    def ready(self) -> None:
        """Refuse a schedule that makes no sense: else nobody would hear of it until it is
        needed."""
        if not settings.BACKUP_SCHEDULE:
            return
        from pipeline.backup.schedule import schedule

        try:
            schedule()
        except ValidationError as error:
            raise ImproperlyConfigured(f"BACKUP_SCHEDULE: {error.message}.") from None
