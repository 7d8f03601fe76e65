"""A claim of a wave ends with its claimant; a discovery that kills its worker is not begun for ever."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0003_run_states"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="discoveries",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="how often its discovery was begun"
            ),
        ),
        migrations.AddField(
            model_name="wave",
            name="claimant",
            field=models.IntegerField(
                blank=True, help_text="PostgreSQL's process id for that worker", null=True
            ),
        ),
    ]
