"""The SQL of hosts. Each statement stands alone, outside any transaction: no row stays locked
while a thread waits.

PostgreSQL's clock is the only clock: workers on several machines agree about slots without
agreeing about the time.
"""

from typing import Any

from django.db import connection

from pipeline.fetching.politeness import pace

BACK_OFFS = [pace.back_off(failures) for failures in range(1, pace.GIVE_UP_AFTER + 1)]
CLAIM_SECONDS = (
    60  # after which a worker that went to ask for robots.txt is taken for dead
)

INSERT = """
INSERT INTO pipeline_host AS host (name, next_at, promised_at, delay,
    delay_reason, latency,
    answered, failures, last_failure, parked_reason, robots_url,
    robots_status, robots_text,
    robots_reason, robots_detail, robots_stale,
    robots_claimed_until)
VALUES (%(name)s, clock_timestamp(), clock_timestamp(), 0, 'setting',
    0, 0, 0,
    '', '', '', 0, '', '', '', false, {claim})
ON CONFLICT (name) DO """

# The first step locks the row, the second reads the clock once it has it: slots are counted from
# then.
SLOT = """
WITH seen AS (
    SELECT name, next_at, promised_at, parked_until, closed_at
    FROM pipeline_host
        WHERE name = %(name)s FOR UPDATE
), now AS MATERIALIZED (
    SELECT *, clock_timestamp() AS now FROM seen
), turn AS (
    SELECT name, now, greatest(next_at, parked_until, now) AS at,
        greatest(promised_at, next_at, parked_until, now) AS promise,
        coalesce(closed_at > now - make_interval(secs => %(closed_for)s),
            false) AS closed,
        coalesce(parked_until > now, false) AS parked
    FROM now
), verdict AS (
    SELECT *, NOT closed
        AND at <= now + make_interval(secs => %(max_wait_seconds)s) AS granted
        FROM turn
)
UPDATE pipeline_host AS host SET
    next_at = CASE WHEN granted
        THEN at + make_interval(secs => %(gap)s) ELSE host.next_at END,
    promised_at = CASE WHEN granted OR closed THEN host.promised_at
                       ELSE promise + make_interval(secs => %(gap)s * %(crowd)s) END,
    delay = %(delay)s, delay_reason = %(reason)s,
    answered = host.answered + %(answered)s,
    latency = CASE WHEN %(answered)s > 0
        THEN %(latency)s ELSE host.latency END,
    failures = CASE WHEN %(answered)s > 0
    AND NOT closed THEN 0 ELSE host.failures END
FROM verdict WHERE host.name = verdict.name
RETURNING granted, closed, parked,
    extract(epoch FROM CASE WHEN granted
        THEN at ELSE promise END - now)::float,
    host.parked_reason, host.failures, host.last_failure
"""

NEWS = """
WITH locked AS (
    SELECT name FROM pipeline_host
    WHERE name = ANY(%(names)s) ORDER BY name FOR UPDATE
)
UPDATE pipeline_host AS host
SET answered = host.answered + news.answered, latency = news.latency,
    failures = CASE WHEN host.closed_at IS NULL
        THEN 0 ELSE host.failures END
FROM unnest(%(names)s::text[], %(answered)s::int[],
    %(latencies)s::float[])
    AS news (name, answered, latency)
JOIN locked ON locked.name = news.name WHERE host.name = news.name
"""

# A failure of a request that was already under way when the host was parked counts no further.
FAILED = """
UPDATE pipeline_host AS host SET
    failures = count.failures, last_failure = %(reason)s,
    last_failure_at = clock_timestamp(),
    parked_until = clock_timestamp()
        + make_interval(secs => (%(back_offs)s::float[])[least(count.failures,
            %(give_up)s)]),
    parked_reason = %(reason)s,
    closed_at = CASE WHEN count.failures >= %(give_up)s
        THEN clock_timestamp() ELSE host.closed_at END
FROM (SELECT name, 1 + CASE WHEN %(answered)s
    THEN 0 ELSE failures END AS failures
    FROM pipeline_host
      WHERE name = %(name)s FOR UPDATE) AS count
WHERE host.name = count.name
    AND (host.parked_until IS NULL
        OR host.parked_until <= clock_timestamp())
"""

PARK = """
UPDATE pipeline_host
SET parked_until = clock_timestamp() + make_interval(secs => %(seconds)s),
    parked_reason = %(reason)s
WHERE name = %(name)s
    AND coalesce(parked_until < clock_timestamp() + make_interval(secs => %(seconds)s), true)
"""

RESTING = """
SELECT name FROM pipeline_host
WHERE parked_until > clock_timestamp()
    OR closed_at > clock_timestamp() - make_interval(secs => %(closed_for)s)
"""

CLAIM = (
    INSERT.format(claim="clock_timestamp() + make_interval(secs => %(seconds)s)")
    + """UPDATE SET robots_claimed_until = excluded.robots_claimed_until
WHERE (host.robots_claimed_until IS NULL
    OR host.robots_claimed_until < clock_timestamp())
    AND host.robots_fetched_at IS NOT DISTINCT FROM %(seen)s
RETURNING name
"""
)

READ_ROBOTS = """
SELECT robots_url, robots_status, robots_text, robots_fetched_at,
    robots_reason, robots_detail,
    robots_stale, tdmrep
FROM pipeline_host WHERE name = %(name)s
"""

KEEP_ROBOTS = """
UPDATE pipeline_host
SET robots_url = %(url)s, robots_status = %(status)s,
    robots_text = %(text)s,
    robots_fetched_at = %(fetched_at)s, robots_reason = %(reason)s,
    robots_detail = %(detail)s,
    robots_stale = %(stale)s, tdmrep = %(tdmrep)s,
    robots_claimed_until = NULL
WHERE name = %(name)s
"""

RELEASE = "UPDATE pipeline_host SET robots_claimed_until = NULL WHERE name = %(name)s"


def rows(sql: str, **given: Any) -> list[tuple[Any, ...]]:
    """Return what a statement returns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        if cursor.description:
            return cursor.fetchall()
        return []
