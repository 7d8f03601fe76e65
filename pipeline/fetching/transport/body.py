"""Reading a body to its end, undoing its content encoding, within a cap on what comes out."""

import io
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import requests
from backports import zstd

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.transport.errors import Failed

PIECE_BYTES = 65_536  # bytes that any decoder may hand on at once: a bomb is noticed piece by piece
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
TRUNCATED = Unavailable("truncated", "the compressed body ends before its end")
ZSTD_OPTIONS: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 23
}  # 8 MB, the most RFC 9659 allows on the web


def read_body(response: requests.Response, limit: int, *, cut: bool = False) -> bytes:
    """Return the body without its content encoding. More than `limit` bytes: cut off there, or
    Failed("too-large").

    Raises Failed("truncated") for a body that is shorter than announced and Failed("bad-encoding")
    for one that is not encoded as announced; errors of requests and urllib3 pass through.
    """
    body = (
        io.BytesIO()
    )  # hands its buffer over without a copy: ten megabytes a thread, not twenty
    for piece in decoded(
        response.raw.stream(PIECE_BYTES, decode_content=False),
        response.headers.get("content-encoding", ""),
    ):
        body.write(piece)
        if body.tell() > limit:
            if cut:
                return body.getvalue()[:limit]
            raise Failed(
                Rejected("too-large", f"the body is larger than {limit} bytes")
            )
    return body.getvalue()


def decoded(chunks: Iterable[bytes], encodings: str) -> Iterator[bytes]:
    """`chunks` with the content encodings undone, last first, in pieces of bounded size. Unknown
    names are ignored."""
    stream = iter(chunks)
    for name in reversed([name.strip().lower() for name in encodings.split(",")][:3]):
        if name in DECODERS:
            stream = DECODERS[name](stream)
    try:
        yield from stream
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise Failed(
            Rejected("bad-encoding", f"the body is not {encodings}: {error}")
        ) from None


def _gunzip(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield from _inflate(chunks, lambda _start: zlib.decompressobj(31), members=True)


def _undeflate(chunks: Iterator[bytes]) -> Iterator[bytes]:
    # "deflate" means zlib (RFC 9110), but some servers send it without the wrapper.
    def opened(start: bytes) -> "zlib._Decompress":
        wrapped = (
            start[:1]
            and start[0] & 15 == 8
            and int.from_bytes(start[:2], "big") % 31 == 0
        )
        return zlib.decompressobj(15 if wrapped else -15)

    yield from _inflate(chunks, opened, members=False)


def _inflate(
    chunks: Iterator[bytes],
    opened: "Callable[[bytes], zlib._Decompress]",
    *,
    members: bool,
) -> Iterator[bytes]:
    inflater = None
    finished = 0
    for chunk in chunks:
        while chunk:
            inflater = inflater or opened(chunk)
            try:
                piece = inflater.decompress(chunk, PIECE_BYTES)
            except zlib.error:
                if finished:
                    return  # padding after the end: everyone ignores it
                raise
            if piece:
                yield piece
            chunk = inflater.unconsumed_tail
            if inflater.eof:
                finished += 1
                chunk = b""
                if members:
                    chunk = inflater.unused_data
                    inflater = None
    if inflater is not None and not inflater.eof:
        yield inflater.flush()
        if not inflater.eof:
            raise Failed(TRUNCATED)


def _unbrotli(chunks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    fed = False
    for chunk in chunks:
        fed = True
        # It may hold output back although it would take more input: a piece as large as the limit
        # says so.
        while (
            piece := decoder.process(chunk, output_buffer_limit=PIECE_BYTES)
        ) or not decoder.can_accept_more_data():
            yield piece
            chunk = b""
    if fed and not decoder.is_finished():
        raise Failed(TRUNCATED)


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = None
    for chunk in chunks:
        while chunk or (decoder and not decoder.needs_input):
            decoder = decoder or zstd.ZstdDecompressor(options=ZSTD_OPTIONS)
            yield decoder.decompress(chunk, PIECE_BYTES)
            chunk = b""
            if decoder.eof:
                chunk = decoder.unused_data
                decoder = None
    if decoder is not None:
        raise Failed(TRUNCATED)


DECODERS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
