import django.db.models.deletion
from django.db import migrations, models

from posts.search import postgres, sqlite


def create(apps, schema_editor):
    """The tokens, in the database's own words."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in postgres.CREATE:
            schema_editor.execute(statement)
    else:
        schema_editor.execute(sqlite.CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in postgres.DROP:
            schema_editor.execute(statement)
    else:
        schema_editor.execute(sqlite.DROP)


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0010_spellings'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='posts.revision')),
                ('title', models.TextField()),
                ('body', models.TextField()),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
