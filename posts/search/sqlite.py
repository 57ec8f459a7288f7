"""The index on SQLite: a full-text table of tokens without content, whose rows are those of SearchText.

A word is one token or a phrase of threes, which is exact. SQLite 3.40 deletes from a table without content only when it
is told the old tokens again, so SearchText and this table change together, in one transaction.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from posts import folding
from posts.models.search import SearchText

CREATE = "CREATE VIRTUAL TABLE posts_searchindex USING fts5(title, body, content='', columnsize=0, tokenize='ascii')"
DROP = "DROP TABLE posts_searchindex"
_ADD = "INSERT INTO posts_searchindex(rowid, title, body) VALUES (%s, %s, %s)"
_TAKE_OUT = (
    "INSERT INTO posts_searchindex(posts_searchindex, rowid, title, body) VALUES ('delete', %s, %s, %s)"
)
_EMPTY = "INSERT INTO posts_searchindex(posts_searchindex) VALUES ('delete-all')"
_MATCHING = "SELECT rowid FROM posts_searchindex WHERE posts_searchindex MATCH %s"


def store(rows: Sequence[SearchText]) -> None:
    """Write the rows and their tokens; what they replace has been taken out."""
    SearchText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["revision"], update_fields=["title", "body"]
    )
    _each(_ADD, rows)


def take_out(rows: Sequence[SearchText]) -> None:
    """The rows as they were stored."""
    _each(_TAKE_OUT, rows)


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)


def holding(words: Sequence[str], *, in_title: bool = False) -> RawSQL:
    """The numbers of the revisions that hold all of the folded words."""
    phrases = " AND ".join(f'"{" ".join(folding.sought(word))}"' for word in words)
    return RawSQL(_MATCHING, [f"title : ({phrases})" if in_title else phrases])  # noqa: S611 - one parameter


def _each(statement: str, rows: Sequence[SearchText]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [(row.pk, *(" ".join(folding.tokens(text)) for text in (row.title, row.body))) for row in rows],
        )
