"""The index in which a run's journeys are in order has what their list is filtered by, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0014_additions")]

    operations = [
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                fields=["run", "id"], include=("state", "stage", "reason"), name="journey_run_order"
            ),
        ),
        migrations.RemoveIndex(model_name="journey", name="journey_run"),
    ]
