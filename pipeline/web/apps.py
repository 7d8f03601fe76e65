from django.apps import AppConfig

from catalog.sentences import add_sentences


class WebConfig(AppConfig):
    name = "pipeline.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        from pipeline.web.sentences import SENTENCES

        add_sentences(SENTENCES)
