"""The eight bytes of a fingerprint, each marked with its place: two that differ in at most seven bits share one."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION catalog_bands(fingerprint bigint) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg((band << 8) + ((fingerprint >> (8 * band)) & 255)::integer) FROM generate_series(0, 7) AS band
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_published_offset")]
    operations = [migrations.RunSQL(FORWARDS, "DROP FUNCTION catalog_bands(bigint);")]
