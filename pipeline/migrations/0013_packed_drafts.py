"""Drafts compressed, as bytes: PostgreSQL read their JSON and compressed it anew, a millisecond for each page."""

import json
from typing import Any

from backports import zstd
from django.db import migrations, models


def pack(apps: Any, schema_editor: Any) -> None:
    """Those of URLs that are under way: there are few, and an article ends none of them."""
    waiting = (
        apps.get_model("pipeline", "Journey")
        .objects.using(schema_editor.connection.alias)
        .filter(draft__isnull=False)
    )
    for journey in waiting.only("draft").iterator(100):
        waiting.filter(pk=journey.pk).update(
            packed=zstd.compress(json.dumps(journey.draft).encode())
        )


class Migration(migrations.Migration):
    dependencies = [("pipeline", "0012_compared_runs")]
    operations = [
        migrations.AddField("journey", "packed", models.BinaryField(blank=True, null=True)),
        migrations.RunPython(pack, migrations.RunPython.noop),
        migrations.RemoveField("journey", "draft"),
        migrations.RenameField("journey", "packed", "draft"),
        migrations.AlterField(
            "journey",
            "draft",
            models.BinaryField(
                blank=True, help_text="what extraction found, until it is stored", null=True
            ),
        ),
    ]
