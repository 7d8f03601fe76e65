import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0007_images"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="snapshot",
            index=django.contrib.postgres.indexes.HashIndex(
                fields=["final_url"], name="snapshot_final"
            ),
        ),
    ]
