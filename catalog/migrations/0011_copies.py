"""Which articles have copies, by an index alone; see ArticleFilter.alike."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0010_keys")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("deleted__isnull", True), ("original__isnull", False)),
                fields=["original"],
                name="article_copies",
            ),
        ),
    ]
