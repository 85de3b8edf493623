from django.db import migrations


def add_defaults(apps, schema_editor):
    """A98: 吃饭, 会议, 培训, 其他, by their codes, shown in the reader's language."""
    reason = apps.get_model("routing", "RestReason")
    for position, name in enumerate(("meal", "meeting", "training", "other")):
        reason.objects.get_or_create(name=name, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [("routing", "0003_offers_strategies_hours")]
    operations = [migrations.RunPython(add_defaults, migrations.RunPython.noop)]
