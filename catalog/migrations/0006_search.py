"""Search in each article's language, what its code imports, the runs that stored it, and tags that people give.

The search column holds the words of an article with the stems of its language, and three marks that no text can hold:
the name of the configuration ("@english"), so that one condition asks each article in its own language, and the month
and the day it was published ("@2026-03", "@2026-03-14"), so that a search for common words can keep to the newest.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models import Func, Q

# Bodies that are read when they are made ("RETURN"): a restored dump finds what they name, whatever its search path.
FUNCTIONS = """
CREATE FUNCTION catalog_config(code text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE code
        WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
        WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
        WHEN 'da' THEN 'pg_catalog.danish'::regconfig
        WHEN 'de' THEN 'pg_catalog.german'::regconfig
        WHEN 'el' THEN 'pg_catalog.greek'::regconfig
        WHEN 'en' THEN 'pg_catalog.english'::regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
        WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
        WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
        WHEN 'fr' THEN 'pg_catalog.french'::regconfig
        WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
        WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
        WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
        WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
        WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
        WHEN 'it' THEN 'pg_catalog.italian'::regconfig
        WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
        WHEN 'nb' THEN 'pg_catalog.norwegian'::regconfig
        WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
        WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
        WHEN 'nn' THEN 'pg_catalog.norwegian'::regconfig
        WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
        WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
        WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
        WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
        WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
        WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
        WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
        WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
        WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
        ELSE 'pg_catalog.simple'::regconfig END;

CREATE FUNCTION catalog_month(day date) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '@' || extract(year FROM day)::integer::text || '-' || lpad(extract(month FROM day)::integer::text, 2, '0');

CREATE FUNCTION catalog_day(day date) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN catalog_month(day) || '-' || lpad(extract(day FROM day)::integer::text, 2, '0');

CREATE FUNCTION catalog_has_code(code jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN code <> '[]'::jsonb;

CREATE FUNCTION catalog_marks(code text, published timestamptz) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(ARRAY[
        '@' || catalog_config(code)::text,
        catalog_month((published AT TIME ZONE 'UTC')::date),
        catalog_day((published AT TIME ZONE 'UTC')::date)
    ], NULL));

-- Names are there as they are written too: `author:` asks for that form, in which no name is a stop word.
CREATE FUNCTION catalog_heading(code text, title text, authors text[], published timestamptz) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector(catalog_config(code), left(title, 2000)), 'A')
        || setweight(to_tsvector('pg_catalog.simple', left(array_to_string(authors, ', '), 2000)), 'B')
        || setweight(to_tsvector(catalog_config(code), left(array_to_string(authors, ', '), 2000)), 'B')
        || catalog_marks(code, published);

-- Cut, because PostgreSQL refuses a tsvector of more than 1 MB.
CREATE FUNCTION catalog_search(code text, title text, authors text[], body text, published timestamptz)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN catalog_heading(code, title, authors, published)
        || to_tsvector(catalog_config(code), left(body, 300000));
"""

# One statement, so that the table is written anew once and not once a column.
COLUMNS = """
ALTER TABLE catalog_article
    DROP COLUMN search,
    ADD COLUMN imports text[] NOT NULL DEFAULT '{}',
    ADD COLUMN labels text[] NOT NULL DEFAULT '{}',
    ADD COLUMN runs bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN has_code boolean GENERATED ALWAYS AS (catalog_has_code(code)) STORED,
    ADD COLUMN heading tsvector GENERATED ALWAYS AS (catalog_heading(language, title, authors, published)) STORED,
    ADD COLUMN search tsvector GENERATED ALWAYS AS (catalog_search(language, title, authors, text, published)) STORED;
CREATE INDEX article_search ON catalog_article USING gin (search);
"""

BACK = """
ALTER TABLE catalog_article
    DROP COLUMN search, DROP COLUMN heading, DROP COLUMN has_code, DROP COLUMN runs, DROP COLUMN labels,
    DROP COLUMN imports,
    ADD COLUMN search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple'::regconfig, left(title, 2000)), 'A')
        || setweight(to_tsvector('simple'::regconfig, left(text, 300000)), 'B')) STORED;
"""

ARRAY = django.contrib.postgres.fields.ArrayField
VECTOR = django.contrib.postgres.search.SearchVectorField
GIN = django.contrib.postgres.indexes.GinIndex
LIVE = Q(deleted__isnull=True)


def _made(function: str, *fields: str, field: models.Field, **given: str) -> models.Field:
    return models.GeneratedField(
        db_persist=True, expression=Func(*fields, function=function), output_field=field, **given
    )


def _list(of: models.Field) -> models.Field:
    return ARRAY(base_field=of, blank=True, db_default=[], default=list, size=None)


HEADING = "title (weight A), authors (B) and marks: short, so that reading it is quick"
SEARCH = "heading, and text (D)"
IN_HEADING = ("language", "title", "authors", "published")
IN_SEARCH = ("language", "title", "authors", "text", "published")
STATE = [
    migrations.RemoveField("article", "search"),
    migrations.AddField("article", "imports", _list(models.TextField())),
    migrations.AddField("article", "labels", _list(models.TextField())),
    migrations.AddField("article", "runs", _list(models.BigIntegerField())),
    migrations.AddField(
        "article", "has_code", _made("catalog_has_code", "code", field=models.BooleanField())
    ),
    migrations.AddField(
        "article",
        "heading",
        _made("catalog_heading", *IN_HEADING, field=VECTOR(), help_text=HEADING),
    ),
    migrations.AddField(
        "article", "search", _made("catalog_search", *IN_SEARCH, field=VECTOR(), help_text=SEARCH)
    ),
    migrations.AddIndex("article", GIN(fields=["search"], name="article_search")),
]
ORDERS = {
    "article_by_date": ["-published", "-id"],
    "article_by_words": ["-word_count", "-id"],
    "article_by_quality": ["-quality", "-id"],
    "article_source_by_date": ["source", "-published", "-id"],
    "article_language_by_date": ["language", "-published", "-id"],
}


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_indexes")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION catalog_search; DROP FUNCTION catalog_heading; DROP FUNCTION catalog_marks; DROP FUNCTION catalog_has_code;"
            "DROP FUNCTION catalog_day; DROP FUNCTION catalog_month; DROP FUNCTION catalog_config;",
        ),
        migrations.RemoveIndex("article", "article_published"),
        migrations.RemoveIndex("article", "article_source_published"),
        migrations.RemoveIndex("article", "article_language_published"),
        migrations.RemoveIndex("article", "article_search"),
        migrations.RunSQL(COLUMNS, BACK, state_operations=STATE),
        migrations.AddIndex("article", GIN(fields=["heading"], name="article_heading")),
        migrations.AddIndex("article", GIN(fields=["imports"], name="article_imports")),
        migrations.AddIndex("article", GIN(fields=["runs"], name="article_runs")),
        migrations.AddIndex(
            "article", GIN(fields=["labels"], name="article_labels", condition=~Q(labels=[]))
        ),
        *(
            migrations.AddIndex("article", models.Index(fields=fields, name=name, condition=LIVE))
            for name, fields in ORDERS.items()
        ),
    ]
