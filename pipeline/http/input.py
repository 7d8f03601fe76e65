"""What no page can use: refused at the door, before any view asks the database with it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import bad_request

NUL_REFUSED = "The request contains a NUL character (%00), which no text here can have. Remove it."


class RefuseNul:
    """Answers 400 to an address that contains NUL: PostgreSQL refuses it in any text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" not in query and "\0" not in query and "\0" not in request.path_info:
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": NUL_REFUSED}, status=400)
        return bad_request(request, ValueError(NUL_REFUSED))
