from django.apps import AppConfig


class MonitorConfig(AppConfig):
    name = "pipeline.monitor"
    label = "monitor"
    verbose_name = "Monitor"
