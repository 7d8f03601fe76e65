"""A run's first waves are out while it is discovered: so, cancelled meanwhile, it ends when these have ended."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("pipeline.migrations.0003_run_states")
CREATE, AT_ONCE, IN_TIME = (
    "CREATE FUNCTION",
    "('discovering', 'cancelled')",
    "('discovering', 'cancelling')",
)

BACKWARDS = BEFORE.FORWARDS.partition("CREATE TRIGGER")[0].replace(
    CREATE, "CREATE OR REPLACE FUNCTION"
)
FORWARDS = BACKWARDS.replace(AT_ONCE, IN_TIME)


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0015_order_in_runs")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
