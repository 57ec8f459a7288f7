from django.db import migrations, models

KEY = "disclosure"


def make_room(apps, schema_editor):
    """Front matter that was not known by this name is kept under another: nobody has approved it for readers."""
    rows = apps.get_model("posts", "Revision").objects.filter(extra__has_key=KEY).only("extra")
    for row in rows.iterator():
        row.extra = {f"{KEY}_imported" if key == KEY else key: value for key, value in row.extra.items()}
        row.save(update_fields=["extra"])


class Migration(migrations.Migration):

    dependencies = [
        ("posts", "0015_cdn_told"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="disclosure",
            field=models.CharField(blank=True, max_length=300, verbose_name="conflict of interest"),
        ),
        migrations.RunPython(make_room, migrations.RunPython.noop, elidable=True),
    ]
