"""Notes that a crawl leaves for people."""

from urllib.parse import urlsplit


def bound_note(bound: str, waiting: int) -> str:
    """Say that a bound ended the crawl, with so many sources waiting."""
    noun = "source" if waiting == 1 else "sources"
    return (
        f"stopped after {bound}, with {waiting} {noun} not requested; "
        "articles may be missing"
    )


def relocation_note(source: str, host: str) -> str:
    """Say that a source was built for another host than its own."""
    here = urlsplit(source).netloc
    return f"{source}: it names {host}; its URLs are taken as those of {here}"
