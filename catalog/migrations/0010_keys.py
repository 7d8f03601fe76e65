"""One index of all that articles are filtered by; see catalog/keys.py."""

import django.contrib.postgres.indexes
from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION catalog_key(field text, value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN field || CASE WHEN length(value) > 100 THEN '#' || md5(value) ELSE ':' || value END;

-- It costs so much that PostgreSQL asks the index, and never each article.
CREATE FUNCTION catalog_keys(
    source bigint, language text, authors text[], tags text[], code_languages text[], imports text[], labels text[],
    runs bigint[], has_code boolean, original bigint, published timestamptz
) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
    RETURN array_remove(ARRAY[
        catalog_key('source', source::text),
        catalog_key('language', language),
        catalog_key('has_code', has_code::text),
        CASE WHEN original IS NOT NULL THEN 'copies:copy' END,
        catalog_month((published AT TIME ZONE 'UTC')::date),
        catalog_day((published AT TIME ZONE 'UTC')::date)
    ], NULL)
    || ARRAY(SELECT catalog_key('author', value) FROM unnest(authors) AS value)
    || ARRAY(SELECT catalog_key('tag', value) FROM unnest(tags) AS value)
    || ARRAY(SELECT catalog_key('code', value) FROM unnest(code_languages) AS value)
    || ARRAY(SELECT catalog_key('imports', value) FROM unnest(imports) AS value)
    || ARRAY(SELECT catalog_key('label', value) FROM unnest(labels) AS value)
    || ARRAY(SELECT catalog_key('run', value::text) FROM unnest(runs) AS value);
"""
BACKWARDS = "DROP FUNCTION catalog_keys; DROP FUNCTION catalog_key;"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_quarters")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    "source",
                    "language",
                    "authors",
                    "tags",
                    "code_languages",
                    "imports",
                    "labels",
                    "runs",
                    "has_code",
                    "original",
                    "published",
                    function="catalog_keys",
                ),
                condition=models.Q(("deleted__isnull", True)),
                name="article_keys",
            ),
        ),
    ]
