"""Tells the articles that are here already which runs stored them. In batches, so that nothing is locked for long."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 5_000
FILL = """
UPDATE catalog_article AS a SET runs = j.runs FROM (
    SELECT article_id, array_agg(DISTINCT run_id ORDER BY run_id) AS runs FROM pipeline_journey
    WHERE state = 'stored' AND article_id > %(after)s AND article_id <= %(after)s + %(batch)s GROUP BY article_id
) AS j WHERE a.id = j.article_id AND a.runs = '{}'
"""


def tell(_apps: StateApps, schema: BaseDatabaseSchemaEditor) -> None:
    with schema.connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM catalog_article")
        for after in range(0, cursor.fetchone()[0] or 0, BATCH):
            cursor.execute(FILL, {"after": after, "batch": BATCH})


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("pipeline", "0009_fewer_indexes"), ("catalog", "0006_search")]
    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
