from django.db import migrations, models
from django.db.models import F


def alarms_were_told(apps, schema_editor):
    """Until now an alarm's row was there when it had been told."""
    heartbeats = apps.get_model("health", "Heartbeat").objects
    heartbeats.filter(name__startswith="alarm:").update(told_at=F("at"))


class Migration(migrations.Migration):

    dependencies = [
        ('health', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='heartbeat',
            name='told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(alarms_were_told, migrations.RunPython.noop),
    ]
