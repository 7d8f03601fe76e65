"""How many downloads a web process sends at once: never so many that no thread is left for pages."""

import threading
from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from pipeline.http import outages

AT_ONCE = 4  # of one web process, which has eight threads


class LimitDownloads:
    """Answers 503 where as many responses as may be are being streamed already."""

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponseBase], at_once: int = 0
    ) -> None:
        self.get_response = get_response
        self.places = threading.BoundedSemaphore(at_once or AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, StreamingHttpResponse):
            return response
        if not self.places.acquire(blocking=False):
            return _refused(request)
        content: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
        response.streaming_content = _Counted(content, self.places.release)
        return response


class _Counted:
    """The parts of a response; its place is free when the server closes it, sent or not."""

    def __init__(self, parts: Iterable[bytes], release: Callable[[], None]) -> None:
        self._parts = iter(parts)
        self._release: Callable[[], None] | None = release

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._parts)

    def close(self) -> None:
        """Free the place, once."""
        if self._release:
            release = self._release
            self._release = None
            release()


def _refused(request: HttpRequest) -> HttpResponse:
    refused = outages.page("downloads")
    if request.path_info.startswith("/api/"):
        return outages.error_response(refused)
    return refused
