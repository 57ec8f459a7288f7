from django.db import migrations

from posts import search


def fill(apps, schema_editor):
    """Index the articles that are here already; `manage.py reindex` does the same at any time."""
    for _done in search.refill():
        pass


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0011_search'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
