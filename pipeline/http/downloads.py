"""How many downloads a web process sends at once: never so many that no thread is left for pages."""

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
        self.at_once = at_once or AT_ONCE
        self.sending: set[int] = (
            set()
        )  # ids of responses; adding and discarding is atomic

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, StreamingHttpResponse):
            return response
        if len(self.sending) >= self.at_once:
            return _refused(request)
        content: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
        response.streaming_content = _Counted(content, self.sending)
        return response


class _Counted:
    """The parts of a response, which is among `sending` from its first part until it is closed."""

    def __init__(self, parts: Iterable[bytes], sending: set[int]) -> None:
        self._parts = iter(parts)
        self._sending = sending

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self._sending.add(id(self))
        return next(self._parts)

    def close(self) -> None:
        """No more is sent, whether all was or not."""
        self._sending.discard(id(self))

    __del__ = close


def _refused(request: HttpRequest) -> HttpResponse:
    refused = outages.page("downloads")
    if request.path_info.startswith("/api/"):
        return outages.error_response(refused)
    return refused
