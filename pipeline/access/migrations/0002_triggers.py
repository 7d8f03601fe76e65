"""The audit log can only grow, and a run that ends writes its deliveries itself, in the same transaction.

Until now everybody who could sign in could launch and steer: users that are there already become operators.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION access_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of the audit log is neither changed nor removed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER access_entry_stays BEFORE UPDATE OR DELETE ON access_entry
FOR EACH ROW EXECUTE FUNCTION access_entry_stays();

CREATE FUNCTION access_run_facts(r pipeline_run) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', r.id, 'name', r.name, 'path', '/runs/' || r.id || '/', 'state', r.state, 'reason', r.reason,
        'launched_by', r.launched_by, 'job', r.job_id, 'created', r.created, 'started', r.started,
        'finished', r.finished, 'only_look', coalesce(r.parameters -> 'only_look', 'false'),
        'found', r.found, 'stored', r.stored, 'unchanged', r.unchanged, 'duplicate', r.duplicate,
        'skipped', r.skipped, 'failed', r.failed, 'pending', r.pending,
        'seconds', r.summary -> 'seconds', 'bytes', r.summary -> 'bytes', 'articles', r.summary -> 'articles'
    )
$$;

CREATE FUNCTION access_run_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_delivery (id, webhook_id, event, run, moment, facts, next_at, attempts, error)
    SELECT gen_random_uuid(), w.id, 'run.ended', NEW.id, now(), access_run_facts(NEW), now(), 0, ''
    FROM access_webhook w WHERE w.active AND 'run.ended' = ANY (w.events)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER access_run_ended AFTER UPDATE OF state ON pipeline_run FOR EACH ROW
WHEN (NEW.state <> OLD.state AND NEW.state IN ('finished', 'ended incomplete', 'cancelled', 'failed'))
EXECUTE FUNCTION access_run_ended();
"""

BACKWARDS = """
DROP TRIGGER access_run_ended ON pipeline_run;
DROP FUNCTION access_run_ended();
DROP FUNCTION access_run_facts(pipeline_run);
DROP TRIGGER access_entry_stays ON access_entry;
DROP FUNCTION access_entry_stays();
"""


def operators(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get_or_create(name="operator")[0]
    group.user_set.add(*apps.get_model("auth", "User").objects.filter(is_superuser=False))


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("pipeline", "0006_jobs"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.RunPython(operators, migrations.RunPython.noop),
    ]
