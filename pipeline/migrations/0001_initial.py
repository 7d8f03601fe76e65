"""Runs, their URLs, stored pages and hosts. The database itself holds runs to Run.TRANSITIONS (a test compares the two)
and writes an event for each change of state."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.fields.json
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ALLOWED = """
    ('queued', 'discovering'), ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'failed'),
    ('discovering', 'running'), ('discovering', 'cancelling'), ('discovering', 'failed'),
    ('running', 'paused'), ('running', 'cancelling'),
    ('running', 'finished'), ('running', 'ended incomplete'), ('running', 'cancelled'), ('running', 'failed'),
    ('paused', 'running'), ('paused', 'cancelling'), ('paused', 'failed'),
    ('cancelling', 'cancelled'), ('cancelling', 'failed'),
    ('finished', 'running'), ('ended incomplete', 'running'), ('cancelled', 'running'), ('failed', 'running')
"""

TRANSITIONS = f"""
CREATE FUNCTION pipeline_run_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (VALUES {ALLOWED}) THEN
        RAISE EXCEPTION 'a run that is % cannot become %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO pipeline_runevent (run_id, at, before, after, by, why)
    VALUES (NEW.id, now(), OLD.state, NEW.state, NEW.changed_by, NEW.reason);
    RETURN NEW;
END $$;
CREATE TRIGGER pipeline_run_step BEFORE UPDATE OF state ON pipeline_run
FOR EACH ROW EXECUTE FUNCTION pipeline_run_step();
"""

# A cache need not survive a crash, nor be in the backups' log, nor need a draft, which can be made again; all of
# these are compressed already.
NOT_LOGGED = """
ALTER TABLE pipeline_image SET UNLOGGED;
ALTER TABLE pipeline_journeydraft SET UNLOGGED;
ALTER TABLE pipeline_image ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE pipeline_journeydraft ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE pipeline_body ALTER COLUMN data SET STORAGE EXTERNAL;
"""

# Journeys are partitioned by run (journeys/partitions.py). The table is made from the one that the
# model describes, with its indexes and constraints; only its primary key has the run in it, as
# every unique key of a partitioned table must.
PARTITIONED = """
DO $$
DECLARE
    copied RECORD;
BEGIN
    CREATE TEMPORARY TABLE kept ON COMMIT DROP AS
    SELECT replace(pg_get_indexdef(indexrelid), 'pipeline_journey ', 'pipeline_journey_all ') AS statement
    FROM pg_index i WHERE indrelid = 'pipeline_journey'::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
    UNION ALL
    SELECT format('ALTER TABLE pipeline_journey_all ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = 'pipeline_journey'::regclass AND contype IN ('u', 'f');

    CREATE TABLE pipeline_journey_all (LIKE pipeline_journey INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
        PARTITION BY RANGE (run_id);
    DROP TABLE pipeline_journey;
    FOR copied IN SELECT statement FROM kept LOOP
        EXECUTE copied.statement;
    END LOOP;
    ALTER TABLE pipeline_journey_all RENAME TO pipeline_journey;
    ALTER TABLE pipeline_journey ADD CONSTRAINT pipeline_journey_pkey PRIMARY KEY (id, run_id);
END $$;
CREATE SEQUENCE pipeline_journey_number AS bigint OWNED BY pipeline_journey.id;
ALTER TABLE pipeline_journey ALTER COLUMN id SET DEFAULT nextval('pipeline_journey_number');
CREATE TABLE pipeline_journey_0 PARTITION OF pipeline_journey FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("django_celery_beat", "0019_alter_periodictasks_options"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "digest",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("data", models.BinaryField()),
                (
                    "size",
                    models.PositiveIntegerField(help_text="bytes before compression"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Chord",
            fields=[
                (
                    "group_id",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("size", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("fired_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ChordPart",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "group_id",
                        "task_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("group_id", models.CharField(max_length=64)),
                ("task_id", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
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
                    "host",
                    models.CharField(
                        blank=True, help_text="as a source's", max_length=255
                    ),
                ),
                ("pattern", models.CharField(blank=True, max_length=500)),
                (
                    "scope",
                    models.CharField(
                        help_text="SHA-256 of host and pattern, for the audit log",
                        max_length=64,
                    ),
                ),
                (
                    "from_list",
                    models.BooleanField(
                        default=False,
                        help_text="erases again what the list of erased URLs names",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("articles", "Articles"),
                            ("urls", "URLs of runs"),
                            ("pages", "Stored pages"),
                            ("traces", "Log, imports, counts"),
                        ],
                        default="articles",
                        max_length=10,
                    ),
                ),
                ("after", models.BigIntegerField(default=0)),
                (
                    "found",
                    models.PositiveIntegerField(
                        default=0, help_text="articles, at the start"
                    ),
                ),
                (
                    "erased",
                    models.PositiveIntegerField(
                        default=0, help_text="articles until now"
                    ),
                ),
                ("created_by", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("worked_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ErasedURL",
            fields=[
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the URL's normal form, hex",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("erased_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-erased_at", "digest"], name="erasedurl_at")
                ],
            },
        ),
        migrations.CreateModel(
            name="LiftedURL",
            fields=[
                (
                    "digest",
                    models.CharField(
                        help_text="as of an erased URL",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lifted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SourceRetention",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="retention",
                        serialize=False,
                        to="catalog.source",
                    ),
                ),
                (
                    "article_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="since an article was first stored; 0 forever",
                        null=True,
                    ),
                ),
                (
                    "version_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="since a newer version took its place",
                        null=True,
                    ),
                ),
                (
                    "snapshot_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="since a page was fetched, the newest too",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Host",
            fields=[
                (
                    "name",
                    models.CharField(max_length=300, primary_key=True, serialize=False),
                ),
                (
                    "next_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="the next free slot",
                    ),
                ),
                (
                    "promised_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="when the last caller without a slot was told to come back",
                    ),
                ),
                (
                    "delay",
                    models.FloatField(
                        default=0.0,
                        help_text="pace in force: seconds between two requests",
                    ),
                ),
                (
                    "delay_reason",
                    models.CharField(
                        default="setting",
                        help_text="who wants it: setting, robots, latency",
                        max_length=20,
                    ),
                ),
                (
                    "latency",
                    models.FloatField(
                        default=0.0, help_text="seconds to an answer, moving average"
                    ),
                ),
                (
                    "answered",
                    models.BigIntegerField(
                        default=0, help_text="requests that were answered"
                    ),
                ),
                ("failures", models.IntegerField(default=0, help_text="in a row")),
                (
                    "last_failure",
                    models.CharField(blank=True, default="", max_length=60),
                ),
                ("last_failure_at", models.DateTimeField(blank=True, null=True)),
                ("parked_until", models.DateTimeField(blank=True, null=True)),
                (
                    "parked_reason",
                    models.CharField(blank=True, default="", max_length=60),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True, help_text="when it was given up", null=True
                    ),
                ),
                ("robots_url", models.TextField(blank=True, default="")),
                (
                    "robots_status",
                    models.IntegerField(
                        default=0, help_text="of the response; 0 where there was none"
                    ),
                ),
                ("robots_text", models.TextField(blank=True, default="")),
                (
                    "robots_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="why nothing may be fetched",
                        max_length=60,
                    ),
                ),
                ("robots_detail", models.TextField(blank=True, default="")),
                (
                    "robots_stale",
                    models.BooleanField(
                        default=False,
                        help_text="old rules, kept while the host is unreachable",
                    ),
                ),
                ("robots_fetched_at", models.DateTimeField(blank=True, null=True)),
                (
                    "tdmrep",
                    models.TextField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="its tdmrep.json, asked for with robots.txt",
                    ),
                ),
                (
                    "robots_claimed_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="a worker is asking for robots.txt",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StageIntake",
            fields=[
                (
                    "stage",
                    models.CharField(max_length=20, primary_key=True, serialize=False),
                ),
                (
                    "paused_at",
                    models.DateTimeField(
                        help_text="empty while messages are taken", null=True
                    ),
                ),
                (
                    "paused_by",
                    models.CharField(blank=True, default="", max_length=150),
                ),
                (
                    "resumed_at",
                    models.DateTimeField(
                        help_text="when it was resumed last", null=True
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Image",
            fields=[
                (
                    "key",
                    models.CharField(max_length=64, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("data", models.BinaryField(default=b"")),
                ("size", models.PositiveIntegerField(default=0)),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="why there is none", max_length=60
                    ),
                ),
                ("fetched_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SourceCacheEntry",
            fields=[
                ("address", models.TextField(primary_key=True, serialize=False)),
                ("host", models.CharField(db_index=True, max_length=255)),
                ("memory", models.JSONField()),
                (
                    "read_at",
                    models.DateTimeField(help_text="when it was last read in full"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KnownFeed",
            fields=[
                (
                    "address",
                    models.TextField(primary_key=True, serialize=False),
                ),
                (
                    "host",
                    models.CharField(
                        db_index=True, help_text="as a source's", max_length=255
                    ),
                ),
                (
                    "starts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="the start URLs of the run that looked last",
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ok", "Read"),
                            ("moved", "Redirects"),
                            ("gone", "Gone"),
                            ("empty", "Empty"),
                            ("no-feed", "Not a feed any more"),
                            ("replaced", "Replaced"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "moved_to",
                    models.TextField(
                        blank=True,
                        help_text="where it redirects, or the feed in its place",
                    ),
                ),
                (
                    "entries",
                    models.PositiveIntegerField(
                        default=0, help_text="when it last had some"
                    ),
                ),
                ("run", models.BigIntegerField(help_text="that looked last")),
                ("read_at", models.DateTimeField(help_text="when that was")),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_index=True,
                        help_text="when it changed for the worse",
                        null=True,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LearnedSource",
            fields=[
                ("address", models.TextField(primary_key=True, serialize=False)),
                (
                    "host",
                    models.CharField(
                        db_index=True, help_text="as a source's", max_length=255
                    ),
                ),
                (
                    "learned",
                    models.JSONField(help_text="the fields of a LearnedSite"),
                ),
                ("learned_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SourceRule",
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
                ("host", models.CharField(help_text="as a source's", max_length=255)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("pin", "Pin"), ("forbid", "Forbid")], max_length=10
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source", "Feed or sitemap"),
                            ("list", "List page"),
                            ("pattern", "URL pattern"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.TextField(help_text="a URL or a pattern")),
                (
                    "note",
                    models.CharField(blank=True, help_text="why", max_length=300),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["host", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("host", "kind", "value"), name="source_rule_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
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
                ("name", models.CharField(max_length=200, unique=True)),
                ("parameters", models.JSONField(default=dict, help_text="as a run's")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "hosts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        db_default=[],
                        default=list,
                        editable=False,
                        help_text="of its start URLs, as a source's",
                        size=None,
                    ),
                ),
                (
                    "schedule",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="django_celery_beat.periodictask",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["hosts"], name="job_hosts"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
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
                ("name", models.CharField(blank=True, max_length=200)),
                (
                    "parameters",
                    models.JSONField(
                        default=dict,
                        help_text="the options: addresses, limits, dates, patterns",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("discovering", "Discovering"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("cancelling", "Cancelling"),
                            ("finished", "Finished"),
                            ("ended incomplete", "Incomplete"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="why it is in this state, for a person"
                    ),
                ),
                ("launched_by", models.CharField(blank=True, max_length=150)),
                (
                    "changed_by",
                    models.CharField(
                        blank=True,
                        help_text="who brought it into this state",
                        max_length=150,
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(max_length=64, null=True, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when its discover task was last published",
                        null=True,
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "heartbeat_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when discovery last made progress",
                        null=True,
                    ),
                ),
                (
                    "discovery_attempts",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="how often its discovery was begun"
                    ),
                ),
                (
                    "discovery",
                    models.JSONField(
                        db_default=models.Value({}, output_field=models.JSONField()),
                        default=dict,
                        help_text="what discovery does now: requests, found, waiting, recent; see discovery/live.py",
                    ),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "urls_removed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when the records of its URLs expired and were removed",
                        null=True,
                    ),
                ),
                (
                    "notes",
                    models.JSONField(
                        default=list,
                        help_text="what launch and discovery want a person to know",
                    ),
                ),
                (
                    "source_requests",
                    models.JSONField(
                        default=list, help_text="the requests that discovery made"
                    ),
                ),
                (
                    "address_reports",
                    models.JSONField(
                        db_default=models.Value([], output_field=models.JSONField()),
                        default=list,
                        help_text="what came of each start URL; see discovery/frontier/report.py",
                    ),
                ),
                ("summary", models.JSONField(blank=True, null=True)),
                ("found", models.PositiveIntegerField(default=0)),
                ("stored", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("duplicate", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("pending", models.PositiveIntegerField(default=0)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="pipeline.job",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ComparedRuns",
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
                    "before_finished_at",
                    models.DateTimeField(
                        help_text="a run that went on since has ended at another time",
                        null=True,
                    ),
                ),
                ("after_finished_at", models.DateTimeField(null=True)),
                ("found", models.JSONField()),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipeline.run",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipeline.run",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Batch",
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
                ("number", models.PositiveIntegerField()),
                ("size", models.PositiveIntegerField()),
                (
                    "claimed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="a worker set about publishing it",
                        null=True,
                    ),
                ),
                (
                    "claimant",
                    models.IntegerField(
                        blank=True,
                        help_text="PostgreSQL's process id for that worker",
                        null=True,
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="pipeline.run",
                    ),
                ),
            ],
            options={
                "ordering": ["run", "number"],
            },
        ),
        migrations.CreateModel(
            name="Addition",
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
                ("addresses", models.JSONField()),
                ("by", models.CharField(blank=True, max_length=150)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "sent_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when its message was last published",
                        null=True,
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when a worker last set about looking at it",
                        null=True,
                    ),
                ),
                (
                    "claimant",
                    models.IntegerField(
                        blank=True,
                        help_text="PostgreSQL's process id for that worker",
                        null=True,
                    ),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="how often a worker set about it"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.TextField(
                        blank=True, help_text="what came of it, for a person"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="additions",
                        to="pipeline.run",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RunEvent",
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
                ("at", models.DateTimeField()),
                ("before", models.CharField(max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("why", models.TextField(blank=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="pipeline.run",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
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
                ("key", models.TextField(help_text="normal form of the address")),
                ("url", models.TextField()),
                ("final_url", models.TextField()),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("redirects", models.JSONField(default=list)),
                ("fetched_at", models.DateTimeField()),
                ("seconds", models.FloatField(default=0)),
                (
                    "body",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="pipeline.body",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Journey",
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
                ("key", models.TextField()),
                ("score", models.FloatField(default=0)),
                (
                    "reasons",
                    models.JSONField(
                        default=list, help_text="why discovery took it, or did not"
                    ),
                ),
                ("found_in", models.JSONField(default=list)),
                (
                    "source_metadata",
                    models.JSONField(
                        default=dict, help_text="what the source says of the article"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("stored", "Stored"),
                            ("unchanged", "Unchanged"),
                            ("duplicate", "Duplicate"),
                            ("skipped", "Skipped"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("discover", "discover"),
                            ("fetch", "fetch"),
                            ("extract", "extract"),
                            ("store", "store"),
                            ("summarise", "summarise"),
                        ],
                        default="fetch",
                        max_length=10,
                    ),
                ),
                (
                    "in_progress",
                    models.BooleanField(
                        default=False, help_text="a worker has it in hand"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("detail", models.TextField(blank=True)),
                (
                    "attempts",
                    models.JSONField(
                        default=list,
                        help_text="[stage, reason, when] of each try that came to nothing",
                    ),
                ),
                (
                    "crash_count",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="entries in a row into this stage that never left it",
                    ),
                ),
                (
                    "timings",
                    models.JSONField(
                        default=dict, help_text="seconds of work by stage"
                    ),
                ),
                ("bytes", models.PositiveIntegerField(default=0)),
                (
                    "queued_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="since when it waits for its stage",
                        null=True,
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="when a worker last took it in hand",
                        null=True,
                    ),
                ),
                (
                    "resend_count",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="times that the reconciler sent it again"
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "override",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("fetch", "fetched, changed or not"),
                            ("rules", "saved, whatever the rules say"),
                        ],
                        default="",
                        max_length=5,
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.article",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="journeys",
                        to="pipeline.batch",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="journeys",
                        to="pipeline.run",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="pipeline.snapshot",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="run",
            index=django.contrib.postgres.indexes.HashIndex(
                django.db.models.fields.json.KeyTransform("addresses", "parameters"),
                name="run_addresses",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "found",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("stored"),
                                            "+",
                                            models.F("unchanged"),
                                        ),
                                        "+",
                                        models.F("duplicate"),
                                    ),
                                    "+",
                                    models.F("skipped"),
                                ),
                                "+",
                                models.F("failed"),
                            ),
                            "+",
                            models.F("pending"),
                        ),
                    )
                ),
                name="run_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["finished", "ended incomplete", "cancelled", "failed"],
                    ),
                    _negated=True,
                ),
                fields=("job",),
                name="job_runs_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparedruns",
            constraint=models.UniqueConstraint(
                fields=("before", "after"), name="compared_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                fields=("run", "number"), name="batch_once"
            ),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["key", "-fetched_at"], name="snapshot_latest"),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=django.contrib.postgres.indexes.HashIndex(
                fields=["final_url"], name="snapshot_final"
            ),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=models.Index(fields=["body"], name="snapshot_body"),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                fields=["run", "state", "stage", "reason"], name="journey_counts"
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                fields=["run", "id"],
                include=("state", "stage", "reason"),
                name="journey_run_order",
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(fields=["key"], name="journey_key"),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(fields=["article"], name="journey_article"),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(("snapshot__isnull", False)),
                fields=["snapshot"],
                name="journey_snapshot",
            ),
        ),
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["ended_at"],
                name="journey_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="journey",
            constraint=models.UniqueConstraint(
                fields=("run", "key"), name="journey_once_a_run"
            ),
        ),
        migrations.CreateModel(
            name="Import",
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
                    "name",
                    models.CharField(
                        help_text="of the file, or its URL", max_length=200
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="what kind of file it was", max_length=40
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="who brought it, and gets its marks",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
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
                ("line", models.PositiveIntegerField()),
                ("address", models.TextField(blank=True)),
                (
                    "key",
                    models.TextField(
                        blank=True, help_text="the normal form of the address"
                    ),
                ),
                ("title", models.TextField(blank=True)),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("feed", models.TextField(blank=True)),
                (
                    "is_page",
                    models.BooleanField(default=False, help_text="a single article"),
                ),
                ("is_read", models.BooleanField(default=False)),
                ("is_starred", models.BooleanField(default=False)),
                ("problem", models.TextField(blank=True)),
                (
                    "is_settled",
                    models.BooleanField(
                        default=True, help_text="no label or mark waits for its article"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="pipeline.import",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="import_rows",
                        to="pipeline.run",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["parent", "id"], name="importrow_parent"),
                    models.Index(
                        condition=models.Q(("is_settled", False)),
                        fields=["id"],
                        name="importrow_unsettled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JourneyDraft",
            fields=[
                (
                    "journey",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="pipeline.journey",
                    ),
                ),
                (
                    "data",
                    models.BinaryField(help_text="packed (core/serialize.py)"),
                ),
            ],
        ),
        migrations.RunSQL(TRANSITIONS),
        migrations.RunSQL(NOT_LOGGED),
        migrations.RunSQL(PARTITIONED),
    ]
