"""The warnings and errors of one run, which a large run has few of among its lines."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitor", "0005_waits_and_deploys")]

    operations = [
        migrations.AddIndex(
            model_name="logevent",
            index=models.Index(
                condition=models.Q(("level__gte", 30), ("run__isnull", False)),
                fields=["run", "at", "id"],
                name="log_run_trouble",
            ),
        ),
    ]
