"""Frames, players and scripts that draw something become a named link to it: what they show is
not in the page."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree, html
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
YOUTUBE = "https://www.youtube.com/watch?v="
VIMEO = "https://vimeo.com/"
CUSTOM = {
    "lite-youtube": YOUTUBE,
    "amp-youtube": YOUTUBE,
    "youtube-video": YOUTUBE,
    "lyte-youtube": YOUTUBE,
    "lite-vimeo": VIMEO,
    "amp-vimeo": VIMEO,
}
VIDEO_NUMBERS = {
    "data-youtube-id": YOUTUBE,
    "data-youtube": YOUTUBE,
    "data-ytid": YOUTUBE,
    "data-yt-id": YOUTUBE,
    "data-youtubeid": YOUTUBE,
    "data-vimeo-id": VIMEO,
    "data-vimeo": VIMEO,
}
NUMBER = re.compile(r"[\w-]{6,20}")
PLAYER_NAME = re.compile(r"player|youtube|vimeo|video|embed|iframe", re.I)
FACADES: Any = etree.XPath(  # elements that name a frame in an attribute of their own
    "descendant::div[@data-src or @data-html or @data-youtube-id or @data-youtube or @data-ytid"
    " or @data-yt-id or @data-youtubeid or @data-vimeo-id or @data-vimeo]"
)
LINKS_OF_AUTHORS: Any = etree.XPath("descendant::a[@class='embed']")
NO_PAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|js|json|css)(?:[?#]|$)", re.I)
MAX_MARKUP = 5_000  # characters of markup in an attribute
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
            r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|"
            r"twitch\.tv)$"
        ),
        "Video",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:soundcloud\.com|spotify\.com|bandcamp\.com|simplecast\.com|"
            r"transistor\.fm)$"
        ),
        "Audio",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:twitter\.com|x\.com|bsky\.app|instagram\.com|facebook\.com|"
            r"linkedin\.com)$"
        ),
        "Post",
    ),
    (
        re.compile(
            r"(?:^|\.)(?:codepen\.io|jsfiddle\.net|codesandbox\.io|replit\.com|"
            r"stackblitz\.com|gist\.github\.com)$"
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
    r"doubleclick|googlesyndication|googletagmanager|adservice|amazon-adsystem|/ads?/|"
    r"recaptcha|disqus"
    r"|utteranc|giscus|facebook\.com/plugins/(?:like|page|share)|"
    r"platform\.twitter\.com/widgets/(?:tweet_button|follow)"
    r"|buttondown|mailchimp|substack\.com/embed|convertkit|ghbtns|carbonads|addthis|consent|"
    r"analytics",
    re.I,
)
NO_NAME = re.compile(
    r"^(?:youtube(?: video)?(?: player)?|video(?: player)?|embed(?:ded)?(?: \w+)?|iframe|"
    r"vimeo(?: video)?(?: player)?)?$",
    re.I,
)
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
MAX_NAME = 150  # characters
NAME = "embed"  # the class of the link
DOCUMENT = re.compile(r"\.(?:pdf|pptx?|odp|docx?|odt)(?:[?#]|$)", re.I)
UNKNOWN = "Embedded page"


def name_all(body: HtmlElement, base: str, classes: str) -> None:
    """Replace each frame, player and drawing script of a body by a link; advertisements and
    trackers go. No other link is called an embed.

    `classes`: all class names of the body, in lower case.
    """
    if NAME in classes:
        for link in LINKS_OF_AUTHORS(body):
            link.attrib.pop("class")
    for element in list(body.iter(*FRAMES, *PLAYERS, *CUSTOM, "script")):
        if element.tag in FRAMES:
            _replace(element, _target_of_frame(element, base), "")
        elif element.tag in PLAYERS:
            _replace(element, _source(element, base), PLAYERS[element.tag])
        elif element.tag in CUSTOM:
            _replace(element, _target_of_custom(element), "Video")
        elif element.get("src"):
            _replace_script(element, base)
    for facade in FACADES(body):
        _replace_facade(facade, base)
    marking.sweep(body)


def set_names_aside(article: HtmlElement) -> None:
    """Make the name of each embed the title of its link: no author wrote it as a word of the
    article. `catalog.embeds` writes it out where the article is shown."""
    for link in article.iter("a"):
        if link.get("class") == NAME and link.text and not len(link):
            link.set("title", link.text)
            link.text = None


def _target_of_custom(player: HtmlElement) -> str:
    """Return the address of the video that a player of a site's own kind names by its number."""
    names = ("videoid", "data-videoid", "video-id")
    video = next((player.get(name) for name in names if player.get(name)), "")
    return f"{CUSTOM[player.tag]}{video}" if video else ""


def _replace_facade(facade: HtmlElement, base: str) -> None:
    """Replace a picture that waits for a click, and then for a script, to become a player."""
    if any(link.get("class") == NAME for link in facade.iter("a")):
        return
    markup = facade.get("data-html") or ""
    address = ""
    if "<iframe" in markup[:MAX_MARKUP]:
        inner = _frame_in(markup[:MAX_MARKUP])
        if inner is not None:
            facade.set("title", inner.get("title") or facade.get("title") or "")
            address = _target_of_frame(inner, base)
    for name, site in VIDEO_NUMBERS.items():
        number = facade.get(name) or ""
        if not address and NUMBER.fullmatch(number):
            address = f"{site}{number}"
    if not address and PLAYER_NAME.search(facade.get("class") or ""):
        address = _target_of_frame(facade, base)
    if address and not NO_PAGE.search(address):
        _replace(facade, address, "")


def _frame_in(markup: str) -> HtmlElement | None:
    """Return the first frame in markup that stood in an attribute."""
    try:
        tree = html.fragment_fromstring(markup, create_parent="div")
    except (etree.LxmlError, ValueError):
        return None
    return next(tree.iter("iframe"), None)


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
    without_script = next(element.iterancestors("noscript"), None)
    if without_script is not None:
        if not _is_shown_before(without_script, address):
            without_script.addprevious(link)
        return
    link.tail = element.tail
    element.getparent().replace(element, link)


def _is_shown_before(without_script: HtmlElement, address: str) -> bool:
    """Whether what stands right before a noscript is, or becomes, the same frame."""
    before = without_script.getprevious()
    if before is None:
        return False
    if before.tag in FRAMES or before.tag in PLAYERS:
        return True
    links = (link for link in before.iter("a") if link.get("class") == NAME)
    return any(link.get("href") == address for link in links)


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
    if DOCUMENT.search(address):
        kind = kind or "Document"
    kind = kind or next(
        (kind for pattern, kind in KINDS if pattern.search(host)), UNKNOWN
    )
    return f"{kind}: {host}{_last_part(address)}"


def is_unknown(link: HtmlElement) -> bool:
    """Whether nobody says what a frame shows: no title of it, and no host that is known."""
    return (link.text or "").startswith(f"{UNKNOWN}: ")


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
