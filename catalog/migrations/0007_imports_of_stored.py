"""Reads what the code of the articles that are here already imports. In batches: nothing is locked for long, and a
migration that was stopped goes on where it is begun again."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from catalog.code_imports import imported

BATCH = 500


def read_code(apps: StateApps, _schema: BaseDatabaseSchemaEditor) -> None:
    articles = (
        apps.get_model("catalog", "Article")
        .objects.filter(has_code=True, imports=[])
        .order_by("pk")
    )
    last = 0
    while batch := list(articles.filter(pk__gt=last).only("pk", "code")[:BATCH]):
        last = batch[-1].pk
        for article in batch:
            article.imports = imported(article.code)
        articles.model.objects.bulk_update(
            [article for article in batch if article.imports], ["imports"]
        )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0006_search")]
    operations = [migrations.RunPython(read_code, migrations.RunPython.noop)]
