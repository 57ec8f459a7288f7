"""The folded texts that search looks through, one row for each revision that is open or published."""

from django.db import models

from .revision import Revision


class SearchText(models.Model):
    """What a reader can read of a revision, as `folding.fold` writes it. Written and erased by `posts.search` alone.

    Beside it, made by the migration, stand the tokens: on SQLite a full-text table without content, whose rows have
    the numbers of these, on PostgreSQL a column of this table.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, primary_key=True, related_name="+")
    title = models.TextField()
    body = models.TextField()  # the summary, then the text

    def __str__(self) -> str:
        return self.title
