"""The fetch stage: URL -> snapshot. The page is kept, compressed, so that an article can be
extracted again later."""

import hashlib
import json

from backports import zstd

from pipeline.core.failures import Rejected
from pipeline.core.records import NotModified, Page, Validators
from pipeline.fetching.factory import fetcher
from pipeline.fetching.snapshots import full_look_before
from pipeline.journeys.outcome import Advance, Ended, Outcome
from pipeline.journeys.run_state import may_send
from pipeline.journeys.transitions import PendingWrite, StageContext
from pipeline.models import Journey

# Headers that say what may be done with a page.
ASKING = ("x-robots-tag", "tdm-reservation", "tdm-policy")
INPUT_QUERY = """
SELECT a.id AS article, a.deleted_at, s.headers, s.body_id, s.fetched_at,
    held_key LIKE 'erased:%%' OR EXISTS (SELECT FROM pipeline_erasedurl
        WHERE digest = encode(sha256(convert_to(held_key, 'UTF8')), 'hex')) AS is_erased
FROM (SELECT) AS one LEFT JOIN catalog_article a ON a.key = held_key LEFT JOIN LATERAL (
    SELECT headers, body_id, fetched_at FROM pipeline_snapshot WHERE key = a.key
        ORDER BY fetched_at DESC LIMIT 1
) s ON true
"""

KEEP = """
WITH body AS (
    INSERT INTO pipeline_body (digest, data, size)
    VALUES (%(digest)s, %(data)s, %(size)s) ON CONFLICT DO NOTHING
), kept AS (
    INSERT INTO pipeline_snapshot (key, url, final_url, status, headers, redirects, fetched_at,
        seconds, body_id)
    VALUES (%(key)s, %(url)s, %(final_url)s, %(status)s, %(headers)s, %(redirects)s,
        %(fetched_at)s, %(took)s,
        %(digest)s)
    RETURNING id
)
"""


def fetch_page(context: StageContext) -> Outcome:
    """Fetch the journey's URL and keep the page. What has not changed since it became an article
    ends here."""
    article, deleted_at, headers, digest, fetched_at, is_erased = context.input
    if is_erased:
        return Rejected("erased", "its article was erased earlier", skipped=True)
    if deleted_at:
        return Rejected(
            "deleted", "its owner deleted it from the catalogue", skipped=True
        )
    fresh = fetched_at and fetched_at > full_look_before()
    if context.override == Journey.Override.FETCH:
        fresh = False
        digest = None
    result = fetcher().fetch(
        context.url,
        validators=validators(headers) if fresh else Validators(),
        may_send=lambda: may_send(context.run),
    )
    if isinstance(result, NotModified):
        return Ended("unchanged", "the server says that it has not changed", article)
    if not isinstance(result, Page):
        return result
    is_same = digest == hashlib.sha256(result.body).hexdigest()
    if article and is_same and asks_the_same(headers, result):
        return Ended("unchanged", "the page is the same, byte for byte", article)
    return Advance(write=snapshot_write(context, result), size=len(result.body))


def asks_the_same(headers: str | None, page: Page) -> bool:
    """Whether the headers ask what those of the stored page (JSON text) asked."""
    before = json.loads(headers or "{}")
    return all(before.get(name) == page.headers.get(name) for name in ASKING)


def validators(headers: str | None) -> Validators:
    """Return what the last answer's headers (JSON text) offer for a conditional request."""
    if headers:
        values = json.loads(headers)
    else:
        values = {}
    return Validators(
        etag=values.get("etag", ""), last_modified=values.get("last-modified", "")
    )


def snapshot_write(context: StageContext, page: Page) -> PendingWrite:
    """Return the page as a snapshot, its body once per distinct content."""
    values = {
        "digest": hashlib.sha256(page.body).hexdigest(),
        "data": zstd.compress(page.body, level=3),
        "size": len(page.body),
        "key": context.key,
        "url": context.url,
        "final_url": page.final_url,
        "status": page.status,
        "headers": json.dumps(dict(page.headers)),
        "redirects": json.dumps(page.redirects),
        "fetched_at": page.fetched_at,
        "took": page.seconds,
    }
    return PendingWrite(KEEP, values)
