"""What happens to sources, as notifications: one row for each receiver and each time."""

from datetime import datetime

from pipeline.access.models import Webhook
from pipeline.core.database import execute

# Both name the event by the moment at which its mark was set, so that a source or a feed that stays
# as it is is told once, and again the next time that it changes.
QUIET = """
INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts,
    error)
SELECT gen_random_uuid(), hook.id, %(event)s, 0, source.quiet_at, jsonb_build_object(
        'name', coalesce(nullif(source.name, ''), source.host), 'host', source.host,
        'state', 'went quiet', 'path', '/sources/' || source.id || '/',
        'reason', %(reason)s::text),
    %(now)s, 0, ''
FROM catalog_source AS source, access_webhook AS hook
WHERE source.quiet_at > %(now)s::timestamptz - interval '1 day'
    AND hook.active AND %(event)s = ANY (hook.events) AND hook.created_at <= source.quiet_at
ON CONFLICT DO NOTHING
"""
QUIET_REASON = "It has posted nothing for much longer than usual."
FEED_CHANGED = """
INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts,
    error)
SELECT gen_random_uuid(), hook.id, %(event)s, feed.run, feed.changed_at, jsonb_build_object(
        'name', coalesce(nullif(source.name, ''), feed.host), 'host', feed.host,
        'state', 'feed changed', 'path', coalesce('/sources/' || source.id || '/', '/sources/'),
        'feed', feed.address, 'feed_state', feed.state, 'moved_to', feed.moved_to,
        'reason', CASE feed.state
            WHEN 'moved' THEN 'Its feed redirects to ' || feed.moved_to || '.'
            WHEN 'gone' THEN 'Its feed is gone.'
            WHEN 'empty' THEN 'Its feed became empty.'
            WHEN 'no-feed' THEN 'The address of its feed is not a feed any more.'
            ELSE 'It announces another feed: ' || feed.moved_to || '.' END),
    %(now)s, 0, ''
FROM pipeline_knownfeed AS feed CROSS JOIN access_webhook AS hook LEFT JOIN LATERAL (
    SELECT id, name FROM catalog_source WHERE split_part(host, '/', 1) = feed.host
    ORDER BY host LIMIT 1
) AS source ON true
WHERE feed.changed_at > %(now)s::timestamptz - interval '1 day' AND feed.state <> 'ok'
    AND hook.active AND %(event)s = ANY (hook.events) AND hook.created_at <= feed.changed_at
ON CONFLICT DO NOTHING
"""


def note_source_events(now: datetime) -> None:
    """Write what is to be sent of sources that went quiet and of feeds that changed. Doing so
    twice sends nothing twice."""
    quiet = {"event": Webhook.Event.QUIET, "now": now, "reason": QUIET_REASON}
    execute(QUIET, quiet)
    execute(FEED_CHANGED, {"event": Webhook.Event.FEED_CHANGED, "now": now})
