"""The database itself holds runs to Run.TRANSITIONS and writes an event for each step. A test compares the two."""

from django.db import migrations

ALLOWED = """
    ('queued', 'discovering'), ('queued', 'running'), ('queued', 'cancelled'), ('queued', 'failed'),
    ('discovering', 'running'), ('discovering', 'cancelled'), ('discovering', 'failed'),
    ('running', 'paused'), ('running', 'cancelling'),
    ('running', 'finished'), ('running', 'ended incomplete'), ('running', 'cancelled'), ('running', 'failed'),
    ('paused', 'running'), ('paused', 'cancelling'), ('paused', 'failed'),
    ('cancelling', 'cancelled'), ('cancelling', 'failed'),
    ('finished', 'running'), ('ended incomplete', 'running'), ('cancelled', 'running'), ('failed', 'running')
"""

FORWARDS = f"""
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

BACKWARDS = "DROP TRIGGER pipeline_run_step ON pipeline_run; DROP FUNCTION pipeline_run_step();"


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0002_steering")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
