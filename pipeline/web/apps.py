from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "pipeline.web"
    label = "web"
    verbose_name = "Web"
