from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "pipeline.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from pipeline.access import signals

        signals.connect()
