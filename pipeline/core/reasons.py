"""What each reason means, for people: a label, what happened, and what to do about it.

Slugs are what the rows, the API and exports say; labels are what pages say.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`label` is a few words; `meaning` and `advice` are a sentence each, `advice` may be empty."""

    label: str
    meaning: str
    advice: str = ""


RETRY = "Retry failed URLs later."
LATER_RUN = "It is retried by itself; if it still fails, retry it later."
FORCE = "Choose Save anyway in its run if it should be in the catalogue."
OPTIONS = "Change the run's options if it should be in the catalogue."
REPORT = "The log has the details; please report it."
NOT_LET_IN = "The site does not let Gleaner in."

DRY_RUN = "dry-run"  # of what a preview found

REASONS = {
    # Discovery decided.
    "list-page": Reason(
        "Listing page", "The page lists articles and is none itself.", FORCE
    ),
    "static-page": Reason("Not a post", "It looks like a page about the site.", FORCE),
    "not-an-article": Reason(
        "Not an article", "Nothing shows that it is an article.", FORCE
    ),
    "asset": Reason("File", "It is a file, such as a picture, and not a page."),
    "out-of-scope": Reason(
        "Outside the start URL",
        "It is not below the folder of the start URL.",
        "Crawl it by itself, or start further up.",
    ),
    "draft": Reason(
        "Draft", "Its address or the page itself says that it is a draft.", FORCE
    ),
    "excluded": Reason(
        "Excluded by pattern", "It does not match the run's patterns.", OPTIONS
    ),
    "forbidden": Reason(
        "Forbidden by a site rule",
        "Somebody forbade it on the page of its source.",
        "Remove the rule there if it should be in the catalogue.",
    ),
    "outside-dates": Reason(
        "Outside the dates", "It was published outside the run's dates.", OPTIONS
    ),
    "over-limit": Reason(
        "Over the limit", "The run had its maximum of articles.", OPTIONS
    ),
    "skipped": Reason(
        "Among the skipped newest",
        "The run was told to skip the newest articles.",
        OPTIONS,
    ),
    DRY_RUN: Reason(
        "Found in preview",
        "A preview saves nothing.",
        "Start a crawl to save these articles.",
    ),
    "cancelled": Reason(
        "Run cancelled",
        "The run was cancelled before this URL was done.",
        "Run it again.",
    ),
    # The host, robots.txt and the pace.
    "robots": Reason(
        "Blocked by robots.txt", "The site's robots.txt disallows this URL."
    ),
    "robots-unreachable": Reason(
        "robots.txt unreachable",
        "Without robots.txt nothing may be fetched.",
        LATER_RUN,
    ),
    "host-busy": Reason("Waiting for its turn", "The host is asked at a polite pace."),
    "host-given-up": Reason(
        "Host given up",
        "The host failed too many times in a row and is left alone.",
        RETRY,
    ),
    "internal-address": Reason(
        "Internal address",
        "It leads to a private network, which is not crawled.",
        "FETCH_ALLOWED_NETWORKS opens networks of your own.",
    ),
    "unknown-host": Reason(
        "Unknown host", "The host has no address.", "Check the spelling."
    ),
    "dns-failure": Reason("DNS failure", "The name server did not answer.", LATER_RUN),
    "bad-address": Reason("Invalid URL", "It is not a URL that can be fetched."),
    "credentials-in-url": Reason(
        "Credentials in URL",
        "The URL carries a name or password.",
        "Remove them from the URL.",
    ),
    "scheme": Reason("Unsupported scheme", "Only http and https are crawled."),
    "proxy": Reason(
        "Proxy failure", "The proxy did not pass the request on.", "Check the proxy."
    ),
    # The response.
    "timeout": Reason("Timeout", "The server took too long to answer.", LATER_RUN),
    "connection-refused": Reason(
        "Connection refused", "Nothing listens at this address.", LATER_RUN
    ),
    "connection-reset": Reason("Connection reset", "The server hung up.", LATER_RUN),
    "unreachable": Reason(
        "Unreachable", "No connection to the server was possible.", LATER_RUN
    ),
    "tls": Reason("TLS error", "The server's certificate is not valid."),
    "truncated": Reason(
        "Truncated response", "The response ended too early.", LATER_RUN
    ),
    "too-large": Reason(
        "Too large",
        "The response is larger than allowed.",
        "FETCH_MAX_BYTES sets the limit.",
    ),
    "too-many-redirects": Reason("Too many redirects", "The redirects do not end."),
    "headers-too-large": Reason(
        "Headers too large", "The response has too many headers."
    ),
    "bad-encoding": Reason(
        "Invalid compression", "The body is not what its headers say."
    ),
    "not-http": Reason("Not HTTP", "The server does not speak HTTP."),
    "bad-answer": Reason(
        "Unreadable response", "The response could not be read.", REPORT
    ),
    "not-modified-but-unknown": Reason(
        "Unexpected 304",
        "The server says that a page is unchanged that was never fetched.",
    ),
    "malformed-response": Reason(
        "Malformed response", "The response breaks the rules of HTTP."
    ),
    "not-an-image": Reason("Not an image", "The response is not an image."),
    "gone": Reason("410 Gone", "The server says that the page is gone for good."),
    # Extraction.
    "not-html": Reason("Not HTML", "The response is a file of another kind."),
    "empty": Reason("Empty page", "There is nothing to extract."),
    "too-short": Reason(
        "Too short", "The text has too few words to be an article.", FORCE
    ),
    "too-complex": Reason(
        "Too complex", "The page has more elements than can be read."
    ),
    "login-wall": Reason(
        "Login required", "The page asks for a login and shows nothing else."
    ),
    "needs-javascript": Reason(
        "Needs JavaScript", "The page shows nothing until its scripts have run."
    ),
    "soft-404": Reason("Page not found", "The page says that it does not exist."),
    "redirect-stub": Reason(
        "Redirect page", "The page only sends readers to another address."
    ),
    "other-language": Reason(
        "Other language", "It is not in a language of the run.", OPTIONS
    ),
    "rights": Reason(
        "Asks not to be stored",
        "The page or its site asks not to be stored, and the settings obey.",
        "RIGHTS_* settings say what is obeyed.",
    ),
    "snapshot-gone": Reason(
        "Stored page removed",
        "The stored page was removed before it was extracted.",
        RETRY,
    ),
    # Storage.
    "deleted": Reason(
        "Deleted", "It was deleted from the catalogue.", "Restore it in the catalogue."
    ),
    "erased": Reason(
        "Erased earlier",
        "Its article was erased for good, and is not to come back.",
        "An admin can take the URL off the list on the page Erase.",
    ),
    "would-change": Reason(
        "Would change", "A preview saves nothing.", "Extract it again to save it."
    ),
    "contended": Reason(
        "Conflict", "Others kept storing or removing the same article.", LATER_RUN
    ),
    "same-content": Reason("Same content", "Another URL has the same text."),
    # The system.
    "time-limit": Reason("Time limit", "The stage took longer than it may.", RETRY),
    "memory-limit": Reason(
        "Memory limit", "The stage needed more memory than it may.", RETRY
    ),
    "worker-killed": Reason("Worker killed", "Its worker was killed.", RETRY),
    "worker-lost": Reason("Worker lost", "Its worker went away; another one takes it."),
    "killed-its-worker": Reason(
        "Killed its worker", "It killed its worker each time.", REPORT
    ),
    "crashed": Reason("Internal error", "A fault of Gleaner's.", REPORT),
    "lost": Reason("Lost", "Its message was lost several times.", RETRY),
}

# Phrases of RFC 9110 and its kin; those of http.HTTPStatus change with Python's version.
STATUSES = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    418: "I'm a Teapot",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    423: "Locked",
    424: "Failed Dependency",
    425: "Too Early",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    505: "HTTP Version Not Supported",
    506: "Variant Also Negotiates",
    507: "Insufficient Storage",
    508: "Loop Detected",
    510: "Not Extended",
    511: "Network Authentication Required",
}


def reason_of(slug: str) -> Reason:
    """Return the words of a slug; of one that is not in the table, what can be told from it."""
    known = REASONS.get(slug)
    if known:
        return known
    kind, _, number = slug.partition("-")
    if kind == "http" and number.isdecimal() and len(number) == 3:
        return _of_status(int(number))
    return Reason(slug.replace("-", " ").capitalize(), "")


def label_of(slug: str) -> str:
    """Return the label of a slug, "" for none."""
    if not slug:
        return ""
    return reason_of(slug).label


def _of_status(number: int) -> Reason:
    label = f"{number} {STATUSES[number]}" if number in STATUSES else f"HTTP {number}"
    meaning = f"The server answered with status {number}."
    if number in (404, 410):
        return Reason(label, meaning, "The page is gone; nothing to do.")
    if number == 429 or number >= 500:
        return Reason(label, meaning, LATER_RUN)
    if number in (401, 403, 451):
        return Reason(label, meaning, NOT_LET_IN)
    return Reason(label, meaning)
