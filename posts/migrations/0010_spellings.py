"""Redirects are found in every spelling of their path."""

from django.db import migrations, models

import posts.models.post
from posts import text


def fill(apps, schema_editor):
    rows = apps.get_model("posts", "Redirect").objects
    batch = []
    for row in rows.only("pk", "path").iterator():
        row.key = text.path_key(row.path)[:500]
        batch.append(row)
        if len(batch) == 1000:
            rows.bulk_update(batch, ["key"])
            batch = []
    rows.bulk_update(batch, ["key"])


class Migration(migrations.Migration):
    dependencies = [("posts", "0009_image_variants")]

    operations = [
        migrations.AddField(
            model_name="redirect",
            name="key",
            field=posts.models.post.PathKey(default="", editable=False, max_length=500),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="redirect",
            name="key",
            field=posts.models.post.PathKey(db_index=True, editable=False, max_length=500),
        ),
        migrations.AddIndex(model_name="post", index=models.Index("slug", name="post_slug")),
    ]
