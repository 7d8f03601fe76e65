"""Downloads leave threads to the pages."""

from collections.abc import Iterator

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from pipeline.http.downloads import LimitDownloads


@pytest.fixture(autouse=True)
def no_database() -> Iterator[None]:
    """Closing a response looks after database connections, of which there are none."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


DOWNLOAD = RequestFactory().get("/articles.csv")


def limited(response: type[HttpResponseBase]) -> LimitDownloads:
    return LimitDownloads(lambda request: response([b"one", b"two"]), at_once=2)


def begun(serve: LimitDownloads) -> HttpResponseBase:
    """A download of which the first part was sent."""
    response = serve(DOWNLOAD)
    assert next(iter(response)) == b"one"  # type: ignore[call-overload]
    return response


def test_one_more_than_may_be_is_refused_until_one_is_over() -> None:
    serve = limited(StreamingHttpResponse)
    first, second = begun(serve), begun(serve)
    refused = serve(DOWNLOAD)
    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert "Too many downloads" in refused.content.decode()  # type: ignore[attr-defined]
    assert list(second) == [b"two"]  # type: ignore[call-overload]
    first.close()  # not all of it was read
    first.close()
    third = begun(serve)
    assert serve(DOWNLOAD).status_code == 503
    second.close()
    third.close()
    assert serve(DOWNLOAD).status_code == 200


def test_a_program_is_told_as_programs_are() -> None:
    serve = limited(StreamingHttpResponse)
    request = RequestFactory().get("/api/articles.csv")
    kept = [begun(serve), begun(serve)]
    refused = serve(request)
    assert refused["Content-Type"] == "application/json"
    assert b"Other downloads are being sent" in refused.content  # type: ignore[attr-defined]
    assert len(kept) == 2


def test_other_responses_are_not_counted() -> None:
    serve = limited(HttpResponse)
    assert {serve(DOWNLOAD).status_code for _ in range(5)} == {200}


def test_a_download_that_breaks_frees_its_place() -> None:
    def parts() -> Iterator[bytes]:
        raise ValueError("broken")
        yield b""

    serve = LimitDownloads(lambda _: StreamingHttpResponse(parts()), at_once=1)
    response = serve(DOWNLOAD)
    with pytest.raises(ValueError, match="broken"):
        list(response)  # type: ignore[call-overload]
    response.close()
    assert serve(DOWNLOAD).status_code == 200
