"""Frames, players and scripts that draw something become a named link to it: what they show is
not in the page."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement, builder

from pipeline.extraction.content import marking
from pipeline.extraction.page.parsed import host_of, join

FRAMES = ("iframe", "amp-iframe", "embed", "object", "frame")
PLAYERS = {
    "video": "Video",
    "audio": "Audio",
    "amp-video": "Video",
    "amp-audio": "Audio",
}
YOUTUBE_TAGS = ("lite-youtube", "amp-youtube", "youtube-video", "lyte-youtube")
SCRIPTS = {  # scripts that draw what they name where they stand
    "gist.github.com": "Gist",
    "asciinema.org": "Recording",
    "jsfiddle.net": "Code",
    "codepen.io": "Code",
    "gitlab.com": "Snippet",
    "speakerdeck.com": "Slides",
    "emgithub.com": "Code",
    "pastebin.com": "Code",
}
KINDS = (
    (
        re.compile(
            r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|twitch\.tv)$"
        ),
        "Video",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:soundcloud\.com|spotify\.com|bandcamp\.com|simplecast\.com|transistor\.fm)$"
        ),
        "Audio",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:twitter\.com|x\.com|bsky\.app|instagram\.com|facebook\.com|linkedin\.com)$"
        ),
        "Post",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:codepen\.io|jsfiddle\.net|codesandbox\.io|replit\.com|stackblitz\.com|gist\.github\.com)$"
        ),
        "Code",
    ),
    (
        re.compile(r"(?:^|\.)(?:speakerdeck\.com|slideshare\.net|docs\.google\.com)$"),
        "Document",
    ),
    (re.compile(r"(?:^|\.)(?:openstreetmap\.org|maps\.google\.\w+)$"), "Map"),
)
NOT_CONTENT = re.compile(
    r"doubleclick|googlesyndication|googletagmanager|adservice|amazon-adsystem|/ads?/|recaptcha|disqus"
    r"|utteranc|giscus|facebook\.com/plugins/(?:like|page|share)|platform\.twitter\.com/widgets/(?:tweet_button|follow)"
    r"|buttondown|mailchimp|substack\.com/embed|convertkit|ghbtns|carbonads|addthis|consent|analytics",
    re.I,
)
NO_NAME = re.compile(
    r"^(?:youtube(?: video)?(?: player)?|video(?: player)?|embed(?:ded)?(?: \w+)?|iframe|vimeo(?: video)?(?: player)?)?$",
    re.I,
)
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
MAX_NAME = 150  # characters
NAME = "embed"  # the class of the link


def name_all(body: HtmlElement, base: str) -> None:
    """Replace each frame, player and drawing script of a body by a link; advertisements and
    trackers go."""
    for frame in list(body.iter(*FRAMES)):
        _replace(frame, _target_of_frame(frame, base), "")
    for player in list(body.iter(*PLAYERS)):
        _replace(player, _source(player, base), PLAYERS[player.tag])
    for player in list(body.iter(*YOUTUBE_TAGS)):
        video = (
            player.get("videoid")
            or player.get("data-videoid")
            or player.get("video-id")
        )
        _replace(
            player, f"https://www.youtube.com/watch?v={video}" if video else "", "Video"
        )
    for script in list(body.iter("script")):
        if script.get("src"):
            _replace_script(script, base)
    marking.sweep(body)


def _replace_script(script: HtmlElement, base: str) -> None:
    address = join(base, script.get("src"))
    host = host_of(address)
    path = urlsplit(address).path
    if host in SCRIPTS and path.count("/") > 1:
        kind = SCRIPTS[host]
        _replace(script, _page_of(address), kind)


def _replace(element: HtmlElement, address: str, kind: str) -> None:
    if not address or NOT_CONTENT.search(address) or _is_hidden(element):
        marking.drop(element)
        return
    link = builder.A(_name(element, address, kind), href=address)
    link.set("class", NAME)
    link.tail = element.tail
    element.getparent().replace(element, link)


def _name(element: HtmlElement, address: str, kind: str) -> str:
    """Return what the author calls it, else its kind and where it is."""
    for given in (
        element.get("title"),
        element.get("aria-label"),
        element.get("playlabel"),
    ):
        name = " ".join((given or "").split())
        if not NO_NAME.match(name):
            return name[:MAX_NAME]
    host = host_of(address)
    kind = kind or next(
        (kind for pattern, kind in KINDS if pattern.search(host)), "Embedded page"
    )
    return f"{kind}: {host}{_last_part(address)}"


def _last_part(address: str) -> str:
    path = urlsplit(address).path.rstrip("/")
    return path[:MAX_NAME] if len(path) > 1 else ""


def _target_of_frame(frame: HtmlElement, base: str) -> str:
    names = ("src", "data-src", "data", "data-lazy-src", "data-url")
    address = _first_address([frame.get(name) for name in names], base)
    return _page_of(address) if address else ""


def _first_address(given: Iterable[str | None], base: str) -> str:
    """Return the first of some values that is an address; an empty one would be the page's own."""
    whole = (join(base, value) for value in given if value and value.strip())
    return next((address for address in whole if address), "")


def _page_of(address: str) -> str:
    """Return the page for people behind an address that is made for frames."""
    parts = urlsplit(address)
    host = parts.netloc.lower().removeprefix("www.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if host in ("youtube.com", "youtube-nocookie.com") and parts.path.startswith(
        "/embed/"
    ):
        is_list = last == "videoseries"
        list_id = parse_qs(parts.query).get("list", [""])[0]
        return (
            f"https://www.youtube.com/playlist?list={list_id}"
            if is_list
            else f"https://www.youtube.com/watch?v={last}"
        )
    if host == "player.vimeo.com" and last.isdigit():
        return f"https://vimeo.com/{last}"
    if host == "gist.github.com":
        return address.partition("?")[0].removesuffix(".js")
    return address


def _source(player: HtmlElement, base: str) -> str:
    own = [player.get("src"), player.get("data-src")]
    inner = [
        source.get("src") or source.get("data-src") for source in player.iter("source")
    ]
    return _first_address([*own, *inner], base)


def _is_hidden(element: HtmlElement) -> bool:
    sizes = (element.get("width") or "").strip(), (element.get("height") or "").strip()
    return (
        element.get("hidden") is not None
        or sizes[0] in ("0", "1")
        or sizes[1] in ("0", "1")
        or bool(HIDDEN.search(element.get("style") or ""))
    )
