from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"
    verbose_name = "Pipeline"

    def ready(self) -> None:
        """Adds the formats that need more than the catalogue has."""
        from pipeline import exports

        exports.register()
