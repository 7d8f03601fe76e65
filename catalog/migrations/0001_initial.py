"""The catalogue: blogs, articles with their versions, and saved views.

The search column holds the words of an article with the stems of its language, and three marks that no text can hold:
the name of the configuration ("@english"), so that one condition asks each article in its own language, and the month
and the day it was published ("@2026-03", "@2026-03-14"), so that a search for common words can keep to the newest.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import catalog.markup

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

CREATE FUNCTION catalog_marks(code text, published timestamptz) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(ARRAY[
        '@' || catalog_config(code)::text,
        catalog_month((published AT TIME ZONE 'UTC')::date),
        catalog_day((published AT TIME ZONE 'UTC')::date)
    ], NULL));

-- Those that are worked out with each article have a setting: else PostgreSQL reads their bodies for each statement,
-- to put them in place of the call, and plans them anew for each article, which takes half a millisecond of CPU.

-- Names are there as they are written too: `author:` asks for that form, in which no name is a stop word.
CREATE FUNCTION catalog_heading(code text, title text, authors text[], published timestamptz) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan
    RETURN setweight(to_tsvector(catalog_config(code), left(title, 2000)), 'A')
        || setweight(to_tsvector('pg_catalog.simple', left(array_to_string(authors, ', '), 2000)), 'B')
        || setweight(to_tsvector(catalog_config(code), left(array_to_string(authors, ', '), 2000)), 'B')
        || catalog_marks(code, published);

-- Words that say what an article is about: "^word" where it is in the title or in what others call the article,
-- "^^word" too where it is in both. The index of words knows no weights, and finds the best articles by these.
CREATE FUNCTION catalog_strong_words(code text, title text, anchors text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(ARRAY(
        SELECT repeat('^', generate_series(1, found.places::int)) || found.word FROM (
            SELECT word, count(*) AS places FROM (
                SELECT unnest(tsvector_to_array(to_tsvector(catalog_config(code), left(title, 2000)))) AS word
                UNION ALL
                SELECT unnest(tsvector_to_array(to_tsvector(catalog_config(code), left(anchors, 10000))))
            ) AS each GROUP BY word
        ) AS found
    ));

-- Cut, because PostgreSQL refuses a tsvector of more than 1 MB; the characters of a text that fits are not counted,
-- which takes 0.05 ms. The text, which is long, is joined last: each joining copies what is there. Strong words have no
-- place in the text, and move nothing.
CREATE FUNCTION catalog_search(
    code text, title text, authors text[], body text, published timestamptz, anchors text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan
    RETURN catalog_heading(code, title, authors, published)
        || setweight(to_tsvector(catalog_config(code), left(anchors, 10000)), 'C')
        || catalog_strong_words(code, title, anchors)
        || to_tsvector(
            catalog_config(code), CASE WHEN octet_length(body) > 300000 THEN left(body, 300000) ELSE body END
        );

-- Near duplicates by the quarters of a fingerprint: of two that differ in at most seven bits of 64, some quarter
-- differs in at most one, so 68 values find them all.
CREATE FUNCTION catalog_quarters(fingerprint bigint) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[(fingerprint & 65535)::integer, (fingerprint >> 16 & 65535)::integer + 65536,
        (fingerprint >> 32 & 65535)::integer + 131072, (fingerprint >> 48 & 65535)::integer + 196608]
$$;

-- The likeness of two lists: what both hold, over the square root of what they hold.
CREATE FUNCTION catalog_overlap(one text[], other text[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN one && other THEN cardinality(ARRAY(SELECT unnest(one) INTERSECT SELECT unnest(other)))
        / sqrt(cardinality(one)::double precision * cardinality(other)) ELSE 0 END;

CREATE FUNCTION catalog_key(field text, value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN field || CASE WHEN length(value) > 100 THEN '#' || md5(value) ELSE ':' || value END;

-- It costs so much that PostgreSQL asks the index, and never each article.
CREATE FUNCTION catalog_keys(
    source bigint, language text, authors text[], tags text[], code_languages text[], imports text[], labels text[],
    runs bigint[], has_code boolean, original bigint, published timestamptz
) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 SET plan_cache_mode = force_generic_plan
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

# What search counts: in how many articles each word is. A trigger notes what an article gained or lost; it is added up
# later, many articles at a time (catalog/search/indexing.py): counting at once would make all who store wait for the
# rows of the commonest words. Of a new article only that it is new is noted, not its words: whoever counts reads them from
# it. So where it changes before it is counted, its words as they were are noted first.
WORD_CHANGES = """
CREATE FUNCTION catalog_note_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text[] := '{}';
    after text[] := '{}';
    config_before text := '';
    config_after text := '';
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO catalog_wordchange (article_id, config, words, sign)
        SELECT NEW.id, catalog_config(NEW.language)::text, NULL, 1 WHERE NEW.deleted_at IS NULL;
        RETURN NULL;
    END IF;
    UPDATE catalog_wordchange SET words = tsvector_to_array(OLD.search) WHERE article_id = OLD.id AND words IS NULL;
    IF OLD.deleted_at IS NULL THEN
        before := tsvector_to_array(OLD.search);
        config_before := catalog_config(OLD.language)::text;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
        after := tsvector_to_array(NEW.search);
        config_after := catalog_config(NEW.language)::text;
    END IF;
    IF config_before <> '' THEN
        INSERT INTO catalog_wordchange (article_id, config, words, sign) SELECT OLD.id, config_before, CASE
            WHEN config_before = config_after THEN ARRAY(SELECT unnest(before) EXCEPT SELECT unnest(after))
            ELSE before END, -1;
    END IF;
    IF config_after <> '' THEN
        INSERT INTO catalog_wordchange (article_id, config, words, sign) SELECT NEW.id, config_after, CASE
            WHEN config_before = config_after THEN ARRAY(SELECT unnest(after) EXCEPT SELECT unnest(before))
            ELSE after END, 1;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER catalog_article_words_added AFTER INSERT OR DELETE ON catalog_article
    FOR EACH ROW EXECUTE FUNCTION catalog_note_words();
CREATE TRIGGER catalog_article_words_changed AFTER UPDATE ON catalog_article
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
    EXECUTE FUNCTION catalog_note_words();
"""

# Compressed by whoever writes it; and words with their places hardly get shorter.
MARKUP = """
ALTER TABLE catalog_article ALTER COLUMN html SET STORAGE EXTERNAL;
ALTER TABLE catalog_article ALTER COLUMN search SET STORAGE EXTERNAL;
ALTER TABLE catalog_articleversion ALTER COLUMN html SET STORAGE EXTERNAL;
"""

# Counted again where a crash empties it (catalog/search/indexing.py).
NOT_LOGGED = "ALTER TABLE catalog_wordcount SET UNLOGGED"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("host", models.CharField(max_length=255, unique=True)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("last_crawled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recent_runs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="ids of the newest runs that crawled it, newest first",
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "address",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="its front page, where given",
                    ),
                ),
                (
                    "feeds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="its feeds, as a list of subscriptions named them",
                        size=None,
                    ),
                ),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="that its new articles get",
                        size=None,
                    ),
                ),
                (
                    "quiet_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when it was found to have posted nothing for much longer than usual",
                        null=True,
                    ),
                ),
                (
                    "quality_runs",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="of its newest runs, newest first: run, articles, mean quality, most frequent reason",
                    ),
                ),
            ],
            options={
                "ordering": ["host"],
            },
        ),
        migrations.CreateModel(
            name="KeptBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("words", models.CharField(blank=True, max_length=120)),
                ("created_by", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_blocks",
                        to="catalog.source",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "rule", "words"), name="keptblock_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("url", models.TextField()),
                (
                    "key",
                    models.TextField(
                        help_text="the URL's normal form: the same article has the same key"
                    ),
                ),
                ("title", models.TextField()),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("published", models.DateTimeField(blank=True, null=True)),
                ("published_precision", models.CharField(blank=True, max_length=8)),
                (
                    "published_offset",
                    models.SmallIntegerField(
                        default=0,
                        help_text="minutes east of UTC, where it was published",
                    ),
                ),
                ("updated", models.DateTimeField(blank=True, null=True)),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("text", models.TextField()),
                ("html", catalog.markup.MarkupField()),
                ("excerpt", models.TextField(blank=True)),
                ("image", models.TextField(blank=True)),
                ("word_count", models.PositiveIntegerField(default=0)),
                ("has_code", models.BooleanField(db_default=False, default=False)),
                (
                    "code_languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("quality", models.FloatField(default=0)),
                (
                    "quality_reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when somebody found this version to be as it should, whatever its quality",
                        null=True,
                    ),
                ),
                ("methods", models.JSONField(blank=True, default=dict)),
                (
                    "left_out",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="the blocks of the page that are not in the article: kind, words, word_count, rule, reason",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(
                        help_text="SHA-256 of title and text", max_length=64
                    ),
                ),
                ("simhash", models.BigIntegerField(default=0)),
                (
                    "imports",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "rights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "license",
                    models.TextField(blank=True, db_default="", default=""),
                ),
                (
                    "runs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "anchors",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="what other articles call it where they link to it",
                    ),
                ),
                (
                    "heading",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "language",
                            "title",
                            "authors",
                            "published",
                            function="catalog_heading",
                        ),
                        help_text="title (weight A), authors (B) and marks: short, so that reading it is quick",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "language",
                            "title",
                            "authors",
                            "text",
                            "published",
                            "anchors",
                            function="catalog_search",
                        ),
                        help_text="heading, anchors (C) and text (D)",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("first_seen_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deleted_by",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=150
                    ),
                ),
                (
                    "gone_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="since when its URL answers 404 or 410, where that is sure",
                        null=True,
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when only the URL was left, so that no crawl brings it back",
                        null=True,
                    ),
                ),
                (
                    "original",
                    models.ForeignKey(
                        blank=True,
                        help_text="the oldest of the articles that are nearly the same, where this is not it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="copies",
                        to="catalog.article",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="catalog.source",
                    ),
                ),
            ],
            options={
                "ordering": ["-published", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "replaced_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="when the next version took its place",
                    ),
                ),
                ("title", models.TextField()),
                ("text", models.TextField()),
                ("html", catalog.markup.MarkupField()),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("published", models.DateTimeField(null=True)),
                ("word_count", models.PositiveIntegerField(default=0)),
                ("left_out", models.JSONField(blank=True, default=list)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="catalog.article",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="WordChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("article_id", models.BigIntegerField()),
                ("config", models.TextField()),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="of a new article none: all that it has",
                        null=True,
                        size=None,
                    ),
                ),
                (
                    "sign",
                    models.SmallIntegerField(
                        help_text="1 where it gained them, else -1"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("words__isnull", True)),
                        fields=["article_id"],
                        name="wordchange_of_new",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "word",
                        "config",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("config", models.TextField()),
                (
                    "word",
                    models.TextField(
                        db_collation="C",
                        help_text="the stem, as the search column has it",
                    ),
                ),
                ("articles", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Keywords",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="keywords",
                        serialize=False,
                        to="catalog.article",
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "weights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(),
                        help_text="of each word, in ten thousandths; their squares add up to 1",
                        size=None,
                    ),
                ),
                (
                    "config",
                    models.TextField(
                        help_text="text search configuration of its language"
                    ),
                ),
                (
                    "among",
                    models.IntegerField(help_text="articles of that at the time"),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="keywords_words"
                    ),
                    models.Index(fields=["config", "among"], name="keywords_among"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="link_check",
                        serialize=False,
                        to="catalog.article",
                    ),
                ),
                (
                    "next_at",
                    models.DateTimeField(help_text="when it is looked at again"),
                ),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("there", "There"),
                            ("missing", "Missing"),
                            ("moved", "Redirects elsewhere"),
                            ("unreachable", "Not available"),
                        ],
                        max_length=12,
                    ),
                ),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="why there was no page", max_length=60
                    ),
                ),
                (
                    "address",
                    models.TextField(blank=True, help_text="where a redirect led"),
                ),
                (
                    "missing_at",
                    models.DateTimeField(
                        help_text="the first 404 or 410 since it was seen last",
                        null=True,
                    ),
                ),
                ("missing_status", models.PositiveSmallIntegerField(null=True)),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        help_text="the 404 or 410, a week later or more, that proved it",
                        null=True,
                    ),
                ),
                ("confirmed_status", models.PositiveSmallIntegerField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.source",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "next_at"], name="linkcheck_due"),
                    models.Index(fields=["checked_at"], name="linkcheck_lately"),
                    models.Index(
                        condition=models.Q(("missing_at__isnull", False)),
                        fields=["missing_at"],
                        name="linkcheck_missing",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="CitedCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("host", "Host"), ("page", "Page")], max_length=4
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="from 0, the most cited first"
                    ),
                ),
                (
                    "name",
                    models.TextField(help_text="of the host, or the page's address"),
                ),
                ("sources", models.IntegerField()),
                ("articles", models.IntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "place"), name="cited_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptOverview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("articles", models.IntegerField()),
                ("sources", models.IntegerField()),
                ("added_lately", models.IntegerField()),
                (
                    "weeks",
                    models.JSONField(help_text="of each its Monday and its articles"),
                ),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="among the article's links"
                    ),
                ),
                (
                    "target",
                    models.TextField(help_text="the normal form of its address"),
                ),
                ("host", models.TextField(help_text="of the target, without www.")),
                ("text", models.CharField(blank=True, max_length=200)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="catalog.article",
                    ),
                ),
            ],
            options={
                "ordering": ["article_id", "place"],
                "indexes": [
                    models.Index(fields=["target"], name="link_target"),
                    models.Index(fields=["host"], name="link_host"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "place"), name="link_place"
                    )
                ],
            },
        ),
        migrations.RunSQL(WORD_CHANGES),
        migrations.RunSQL(MARKUP),
        migrations.RunSQL(NOT_LOGGED),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=2000)),
                (
                    "shared",
                    models.BooleanField(default=False, help_text="shown to everybody"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("shared", True)),
                        fields=["name"],
                        name="savedview_shared",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"), name="savedview_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("query", models.CharField(blank=True, max_length=2000)),
                (
                    "nonce",
                    models.CharField(
                        help_text="makes the secret of the address", max_length=32
                    ),
                ),
                (
                    "images",
                    models.CharField(
                        choices=[
                            ("original", "Images from their own sites"),
                            ("proxied", "Images through this server"),
                        ],
                        default="original",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        blank=True,
                        help_text="whose articles it has; else those of the query",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feeds",
                        to="catalog.savedview",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func("simhash", function="catalog_quarters"),
                condition=models.Q(("simhash", 0), _negated=True),
                fastupdate=False,
                name="article_quarters",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="article_search"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["heading"], name="article_heading"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["tags"], name="article_tags"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["authors"], name="article_authors"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["code_languages"], name="article_code_languages"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["imports"], name="article_imports"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["runs"], name="article_runs"
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("labels", []), _negated=True),
                fields=["labels"],
                name="article_labels",
            ),
        ),
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
                condition=models.Q(("deleted_at__isnull", True)),
                name="article_keys",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True), ("original__isnull", False)
                ),
                fields=["original"],
                name="article_copies",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", False), ("erased_at__isnull", True)
                ),
                fields=["-deleted_at", "-id"],
                name="article_in_trash",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["-published", "-id"],
                name="article_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["-word_count", "-id"],
                name="article_by_words",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["-quality", "-id"],
                name="article_by_quality",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True), ("gone_at__isnull", False)
                ),
                fields=["-published", "-id"],
                name="article_gone",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("rights", []), _negated=True),
                fields=["rights"],
                name="article_rights",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    models.Q(("license", ""), _negated=True),
                ),
                fields=["license", "-published", "-id"],
                name="article_license",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(
                    ("deleted_at__isnull", True),
                    ("quality__lt", 0.7),
                    ("reviewed_at__isnull", True),
                ),
                fields=["quality", "id"],
                name="article_to_review",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["source", "-published", "-id"],
                name="article_source_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["language", "-published", "-id"],
                name="article_language_by_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(fields=("key",), name="article_key"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                fields=("content_hash",), name="article_content_hash"
            ),
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("starred_at", models.DateTimeField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="catalog.article",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("starred_at__isnull", False)),
                        fields=["owner", "article"],
                        name="mark_starred",
                    ),
                    models.Index(
                        condition=models.Q(("archived_at__isnull", False)),
                        fields=["owner", "article"],
                        name="mark_archived",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "article"), name="mark_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "start",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="its first character, counted in the text that is shown",
                    ),
                ),
                ("quote", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="catalog.article",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["start", "id"],
                "indexes": [
                    models.Index(
                        fields=["owner", "article", "start"], name="passage_of_reader"
                    )
                ],
            },
        ),
    ]
