"""Samples of queues and workers, and the log: a table with a partition for each day, whose lines are counted."""

from django.db import migrations, models

# Who writes makes a partition for each day ahead (logs/partitions.py); what no day covers lands in the default one.
LOG = """
CREATE SEQUENCE monitor_logevent_number AS bigint;
CREATE TABLE monitor_logevent (
    id bigint NOT NULL DEFAULT nextval('monitor_logevent_number'),
    at timestamptz NOT NULL,
    level smallint NOT NULL CHECK (level >= 0),
    event varchar(200) NOT NULL,
    process varchar(40) NOT NULL,
    stage varchar(20) NOT NULL,
    run bigint,
    journey bigint,
    task varchar(64) NOT NULL,
    url text NOT NULL,
    signature varchar(200) NOT NULL DEFAULT '',
    data jsonb NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
ALTER SEQUENCE monitor_logevent_number OWNED BY monitor_logevent.id;
CREATE TABLE monitor_logevent_default PARTITION OF monitor_logevent DEFAULT;
DO $$
DECLARE
    day date;
BEGIN
    FOR n IN 0..3 LOOP
        day := (now() AT TIME ZONE 'UTC')::date + n;
        EXECUTE format(
            'CREATE TABLE monitor_logevent_%s PARTITION OF monitor_logevent FOR VALUES FROM (%L) TO (%L)',
            to_char(day, 'YYYYMMDD'), day || '+00', (day + 1) || '+00'
        );
    END LOOP;
END $$;
CREATE INDEX log_run ON monitor_logevent (run, at, id) WHERE run IS NOT NULL;
CREATE INDEX log_journey ON monitor_logevent (journey, at, id) WHERE journey IS NOT NULL;
CREATE INDEX log_task ON monitor_logevent (task, at, id) WHERE task > '';
CREATE INDEX log_event ON monitor_logevent (event, at, id);
CREATE INDEX log_signature ON monitor_logevent (signature, at, id) WHERE signature > '';
CREATE INDEX log_info ON monitor_logevent (at, id) WHERE level >= 20;
CREATE INDEX log_trouble ON monitor_logevent (at, id) WHERE level >= 30;
CREATE INDEX log_error ON monitor_logevent (at, id) WHERE level >= 40;
CREATE INDEX log_run_trouble ON monitor_logevent (run, at, id) WHERE level >= 30 AND run IS NOT NULL;
CREATE INDEX log_rare_stage ON monitor_logevent (stage, at, id) WHERE stage IN ('discover', 'summarise');
"""

# Once for each statement, which is a batch of lines: one row for all lines of a kind in a minute. Sorted, so that two
# writers never wait for each other crosswise.
COUNTS = r"""
CREATE FUNCTION monitor_count_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO monitor_logcount AS count (width, since, level, stage, event, run, n)
    SELECT width, date_bin(make_interval(mins => width), at, 'epoch'::timestamptz), least(level / 10 * 10, 50), stage,
        CASE WHEN event ~ '^[A-Za-z0-9_.:-]{1,60}$' THEN event ELSE '' END, coalesce(run, 0), count(*)
    FROM added CROSS JOIN (VALUES (1), (60)) AS widths (width)
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (width, since, level, stage, event, run) DO UPDATE SET n = count.n + excluded.n;
    INSERT INTO monitor_errorgroup AS kind (day, signature, level, n, first, last)
    SELECT (at AT TIME ZONE 'UTC')::date, signature, max(level), count(*), min(at), max(at)
    FROM added WHERE signature > '' GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (day, signature) DO UPDATE SET level = greatest(kind.level, excluded.level), n = kind.n + excluded.n,
        first = least(kind.first, excluded.first), last = greatest(kind.last, excluded.last);
    RETURN NULL;
END $$;
CREATE TRIGGER monitor_count_lines AFTER INSERT ON monitor_logevent REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION monitor_count_lines();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Deploy",
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
                ("version", models.CharField(max_length=40)),
                ("at", models.DateTimeField(help_text="by the database's clock")),
            ],
        ),
        migrations.CreateModel(
            name="ErrorGroup",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "signature",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("signature", models.CharField(max_length=200)),
                ("level", models.PositiveSmallIntegerField()),
                ("n", models.BigIntegerField()),
                ("first", models.DateTimeField()),
                ("last", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "width",
                        "since",
                        "level",
                        "stage",
                        "event",
                        "run",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "width",
                    models.PositiveSmallIntegerField(help_text="minutes: 1 or 60"),
                ),
                ("since", models.DateTimeField()),
                ("level", models.PositiveSmallIntegerField()),
                ("stage", models.CharField(max_length=20)),
                (
                    "event",
                    models.CharField(
                        help_text="empty where the line is a sentence, not an event's name",
                        max_length=200,
                    ),
                ),
                ("run", models.BigIntegerField(help_text="0: of no run")),
                ("n", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["run", "width", "since"], name="log_count_run")
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LOG)],
            state_operations=[
                migrations.CreateModel(
                    name="LogEvent",
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
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                help_text="as in the logging module: 20 info, 30 warning, 40 error"
                            ),
                        ),
                        ("event", models.CharField(max_length=200)),
                        ("process", models.CharField(blank=True, max_length=40)),
                        ("stage", models.CharField(blank=True, max_length=20)),
                        ("run", models.BigIntegerField(null=True)),
                        ("journey", models.BigIntegerField(null=True)),
                        ("task", models.CharField(blank=True, max_length=64)),
                        ("url", models.TextField(blank=True)),
                        (
                            "signature",
                            models.CharField(
                                blank=True,
                                default="",
                                help_text="see signatures.py; of errors only",
                                max_length=200,
                            ),
                        ),
                        ("data", models.JSONField(default=dict)),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("run__isnull", False)),
                                fields=["run", "at", "id"],
                                name="log_run",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("level__gte", 30), ("run__isnull", False)
                                ),
                                fields=["run", "at", "id"],
                                name="log_run_trouble",
                            ),
                            models.Index(
                                condition=models.Q(("journey__isnull", False)),
                                fields=["journey", "at", "id"],
                                name="log_journey",
                            ),
                            models.Index(
                                condition=models.Q(("task__gt", "")),
                                fields=["task", "at", "id"],
                                name="log_task",
                            ),
                            models.Index(
                                fields=["event", "at", "id"], name="log_event"
                            ),
                            models.Index(
                                condition=models.Q(("signature__gt", "")),
                                fields=["signature", "at", "id"],
                                name="log_signature",
                            ),
                            models.Index(
                                condition=models.Q(("level__gte", 20)),
                                fields=["at", "id"],
                                name="log_info",
                            ),
                            models.Index(
                                condition=models.Q(("level__gte", 30)),
                                fields=["at", "id"],
                                name="log_trouble",
                            ),
                            models.Index(
                                condition=models.Q(("level__gte", 40)),
                                fields=["at", "id"],
                                name="log_error",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("stage__in", ["discover", "summarise"])
                                ),
                                fields=["stage", "at", "id"],
                                name="log_rare_stage",
                            ),
                        ],
                    },
                )
            ],
        ),
        migrations.CreateModel(
            name="QueueMinute",
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
                ("taken_at", models.DateTimeField(help_text="the minute's begin")),
                ("queue", models.CharField(max_length=40)),
                ("waiting", models.FloatField()),
                ("waiting_most", models.PositiveIntegerField()),
                ("in_progress", models.FloatField()),
                ("consumers", models.FloatField()),
                ("published", models.BigIntegerField(null=True)),
                ("acked", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("taken_at", "queue"), name="minute_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueSample",
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
                ("taken_at", models.DateTimeField()),
                ("queue", models.CharField(max_length=40)),
                ("waiting", models.PositiveIntegerField(help_text="messages ready")),
                (
                    "in_progress",
                    models.PositiveIntegerField(
                        help_text="messages delivered and not yet acknowledged"
                    ),
                ),
                ("consumers", models.PositiveIntegerField()),
                (
                    "published",
                    models.BigIntegerField(
                        help_text="messages that ever came, as the broker counts since it began",
                        null=True,
                    ),
                ),
                (
                    "acked",
                    models.BigIntegerField(
                        help_text="messages that were ever dealt with, counted likewise",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["queue", "-taken_at"], name="sample_latest"),
                    models.Index(fields=["taken_at"], name="sample_taken"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueWait",
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
                ("taken_at", models.DateTimeField()),
                ("stage", models.CharField(max_length=20)),
                (
                    "about",
                    models.BigIntegerField(
                        help_text="journey; of discover a run, of summarise a batch"
                    ),
                ),
                ("seconds", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("taken_at", "stage", "about"), name="wait_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkerHeartbeat",
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
                ("name", models.CharField(help_text="stage@host", max_length=200)),
                ("pid", models.PositiveIntegerField()),
                ("stage", models.CharField(max_length=20)),
                ("pool", models.CharField(max_length=20)),
                (
                    "slots",
                    models.PositiveIntegerField(
                        help_text="tasks that it can do at once"
                    ),
                ),
                (
                    "memory",
                    models.BigIntegerField(
                        help_text="bytes, with its children; null where the system does not say",
                        null=True,
                    ),
                ),
                (
                    "done",
                    models.BigIntegerField(
                        default=0, help_text="tasks that it took since it began"
                    ),
                ),
                (
                    "in_progress",
                    models.JSONField(
                        default=list,
                        help_text="a list of {task, id, journey, since}, the oldest first",
                    ),
                ),
                (
                    "busy",
                    models.PositiveIntegerField(
                        default=0, help_text="how many it has in hand"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(help_text="by the database's clock")),
                (
                    "version",
                    models.CharField(
                        db_default="",
                        default="",
                        help_text="of its code; see deploys.py",
                        max_length=40,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "pid"), name="beat_once")
                ],
            },
        ),
        migrations.RunSQL(COUNTS),
    ]
