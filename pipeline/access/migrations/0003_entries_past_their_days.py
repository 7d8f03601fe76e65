"""Entries of the audit log may go when they are old, and the statement that removes them says up to when.

The database still holds to it that no entry is changed, and that none of the last thirty days is removed.
"""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION access_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {unless}
    RAISE EXCEPTION 'an entry of the audit log is neither changed nor removed' USING ERRCODE = 'check_violation';
END $$;
"""

UNLESS = """
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '30 days'
        AND OLD.at < nullif(current_setting('access.prune_before', true), '')::timestamptz THEN
        RETURN OLD;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_triggers")]
    operations = [migrations.RunSQL(FUNCTION.format(unless=UNLESS), FUNCTION.format(unless=""))]
