"""The language of a response: the user's choice, else the browser's, else LANGUAGE_CODE.

Programs get English: what the API says is compared and searched for.
"""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from pipeline.access.languages import carry

ENGLISH = "en"
OF_PROGRAMS = ("/api/", "/metrics", "/healthz", "/readyz")  # how their paths begin


class LanguageMiddleware(LocaleMiddleware):
    """Django's, with the choice of who signs in."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(OF_PROGRAMS):
            super().process_request(request)
            return
        translation.activate(ENGLISH)
        request.LANGUAGE_CODE = ENGLISH

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        chosen = getattr(request, "chosen_language", None)
        if chosen is not None and isinstance(response, HttpResponse):
            carry(response, chosen)
        if request.path_info.startswith(OF_PROGRAMS):
            return response
        return super().process_response(request, response)
