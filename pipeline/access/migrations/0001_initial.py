"""Tokens, the audit log, webhooks and watches.

An entry of the audit log is never changed, and may go when it is old and the statement that removes it says up to when.
A run that ends writes its deliveries itself, in the same transaction; an article that is stored is noted for the
watches likewise.
"""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
CREATE FUNCTION access_auditentry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days'
        AND OLD.at < nullif(current_setting('access.prune_before', true), '')::timestamptz THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an entry of the audit log is neither changed nor removed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER access_auditentry_stays BEFORE UPDATE OR DELETE ON access_auditentry
FOR EACH ROW EXECUTE FUNCTION access_auditentry_stays();

CREATE FUNCTION access_auditentry_is_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not emptied' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER access_auditentry_is_not_emptied BEFORE TRUNCATE ON access_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION access_auditentry_is_not_emptied();

CREATE FUNCTION access_run_facts(r pipeline_run) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', r.id, 'name', r.name, 'path', '/runs/' || r.id || '/', 'state', r.state, 'reason', r.reason,
        'launched_by', r.launched_by, 'job', r.job_id, 'created_at', r.created_at, 'started_at', r.started_at,
        'finished_at', r.finished_at, 'dry_run', coalesce(r.parameters -> 'dry_run', 'false'),
        'found', r.found, 'stored', r.stored, 'unchanged', r.unchanged, 'duplicate', r.duplicate,
        'skipped', r.skipped, 'failed', r.failed, 'pending', r.pending,
        'seconds', r.summary -> 'seconds', 'bytes', r.summary -> 'bytes', 'articles', r.summary -> 'articles'
    )
$$;

CREATE FUNCTION access_run_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_delivery (id, webhook_id, event, run, happened_at, facts, next_at, attempts, error)
    SELECT gen_random_uuid(), w.id, 'run.ended', NEW.id, now(), access_run_facts(NEW), now(), 0, ''
    FROM access_webhook w WHERE w.active AND 'run.ended' = ANY (w.events)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER access_run_ended AFTER UPDATE OF state ON pipeline_run FOR EACH ROW
WHEN (NEW.state <> OLD.state AND NEW.state IN ('finished', 'ended incomplete', 'cancelled', 'failed'))
EXECUTE FUNCTION access_run_ended();

CREATE FUNCTION access_articles_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_newarticle (article_id)
    SELECT id FROM stored WHERE EXISTS (SELECT FROM access_watch) ORDER BY id;
    RETURN NULL;
END $$;
CREATE TRIGGER access_articles_stored AFTER INSERT ON catalog_article REFERENCING NEW TABLE AS stored
FOR EACH STATEMENT EXECUTE FUNCTION access_articles_stored();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("pipeline", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NewArticle",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("article_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Watch",
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
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("each", "Each article at once"),
                            ("hourly", "An hourly digest"),
                            ("daily", "A daily digest"),
                            ("weekly", "A weekly digest"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "at",
                    models.TimeField(
                        default=datetime.time(8, 0),
                        help_text="of a daily or weekly digest, in the zone",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                            (6, "Saturday"),
                            (7, "Sunday"),
                        ],
                        default=1,
                    ),
                ),
                ("zone", models.CharField(default="UTC", max_length=60)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_to", models.TimeField(blank=True, null=True)),
                (
                    "next_at",
                    models.DateTimeField(
                        help_text="when the next digest is due", null=True
                    ),
                ),
                (
                    "after",
                    models.BigIntegerField(
                        default=0,
                        help_text="number of the last NewArticle that was there before it",
                    ),
                ),
                (
                    "nonce",
                    models.CharField(
                        help_text="makes the secret of the link in mails",
                        max_length=32,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="catalog.savedview",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
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
                ("url", models.CharField(max_length=2000)),
                (
                    "secret",
                    models.CharField(help_text="signs what is sent", max_length=64),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("run.ended", "Run ended"),
                                ("run.stalled", "Run stalled (10 min)"),
                                ("dead_letters", "Dead letters found"),
                                ("source.quiet", "Source went quiet"),
                                ("feed.changed", "Feed of a source changed"),
                                ("backup.failed", "Backup failed or overdue"),
                                ("articles.new", "New articles in a saved view"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "watch",
                    models.OneToOneField(
                        blank=True,
                        help_text="whose receiver it is",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receiver",
                        to="access.watch",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
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
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("who", models.CharField(max_length=150)),
                (
                    "way",
                    models.CharField(
                        help_text="page, API, command or schedule", max_length=10
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        blank=True,
                        help_text="the name of the token that was brought",
                        max_length=60,
                    ),
                ),
                ("verb", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        help_text="what was changed: run, job, user, ...; route for all else",
                        max_length=20,
                    ),
                ),
                ("object", models.CharField(max_length=500)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["who", "id"], name="entry_who"),
                    models.Index(fields=["verb", "id"], name="entry_verb"),
                    models.Index(fields=["kind", "object", "id"], name="entry_object"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
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
                ("issuer", models.CharField(max_length=500)),
                ("subject", models.CharField(max_length=255)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "subject"), name="identity_of_one_user"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LanguageChoice",
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
                ("language", models.CharField(max_length=10)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Token",
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
                (
                    "role",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "viewer"), (2, "operator"), (3, "admin")]
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="the same with each try, so that receivers can tell",
                        unique=True,
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                ("run", models.BigIntegerField(null=True)),
                (
                    "happened_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="of the event: one delivery for each",
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                (
                    "next_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        help_text="of the next try; none: no more tries",
                        null=True,
                    ),
                ),
                ("tried_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        help_text="that the receiver answered last", null=True
                    ),
                ),
                ("error", models.TextField(blank=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="access.webhook",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="delivery_due",
                    ),
                    models.Index(fields=["happened_at"], name="delivery_moment"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("webhook", "event", "run", "happened_at"),
                        name="delivery_once_an_event",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchMatch",
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
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.article",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="access.delivery",
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="access.watch",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivery__isnull", True)),
                        fields=["watch"],
                        name="watchmatch_untold",
                    ),
                    models.Index(fields=["article"], name="watchmatch_article"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("watch", "article"), name="watchmatch_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(TRIGGERS),
    ]
