"""What ended lately is found by its time: the share of failures of each source, for whoever watches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0006_jobs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="journey",
            index=models.Index(
                condition=models.Q(("ended__isnull", False)), fields=["ended"], name="journey_ended"
            ),
        ),
    ]
