"""The index on PostgreSQL: a column of tokens beside each folded text, under an inverted index.

A word of up to three characters is one token, which is exact; of what holds all tokens of a longer one, the texts
decide. An array and not a tsvector: that holds 256 places of a token and a megabyte in all, and would lose long texts.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from posts import folding
from posts.models.search import SearchText

# The function is there for its settings. Tokens and texts lie out of line, which the planner does not count: where half
# of the articles hold a token it would read them all from there instead of the index.
CREATE = (
    "ALTER TABLE posts_searchtext ADD COLUMN tokens text[] COLLATE \"C\" NOT NULL DEFAULT '{}'",
    "CREATE INDEX searchtext_tokens ON posts_searchtext USING gin (tokens)",
    """DO $$ BEGIN ALTER TABLE posts_searchtext ALTER body SET COMPRESSION lz4;
    EXCEPTION WHEN feature_not_supported THEN NULL; END $$""",
    """CREATE FUNCTION posts_search(sought text[], words text[], in_title boolean) RETURNS SETOF bigint
    LANGUAGE sql STABLE SET enable_seqscan = off SET enable_indexscan = off AS $$
    SELECT revision_id FROM posts_searchtext WHERE tokens @> sought AND NOT EXISTS (SELECT FROM unnest(words) word
    WHERE strpos(title, word) = 0 AND (in_title OR strpos(body, word) = 0)) $$""",
)
DROP = (
    "DROP FUNCTION posts_search(text[], text[], boolean)",
    "ALTER TABLE posts_searchtext DROP COLUMN tokens",
)
_STORE = """INSERT INTO posts_searchtext (revision_id, title, body, tokens) VALUES (%s, %s, %s, %s)
ON CONFLICT (revision_id) DO UPDATE SET title = excluded.title, body = excluded.body, tokens = excluded.tokens"""
_FIND = "SELECT posts_search(%s::text[], %s::text[], %s)"


def store(rows: Sequence[SearchText]) -> None:
    """Write the rows and their tokens."""
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, [(row.pk, row.title, row.body, _tokens(row)) for row in rows])


def take_out(rows: Sequence[SearchText]) -> None:
    """Nothing to do: the tokens stand in the rows."""


def clear() -> None:
    """As above."""


def holding(words: Sequence[str], *, in_title: bool = False) -> RawSQL:
    """The numbers of the revisions that hold all of the folded words."""
    tokens = sorted({token for word in words for token in folding.sought(word)})
    doubtful = [word for word in words if in_title or len(word) > 3]
    return RawSQL(_FIND, [tokens, doubtful, in_title])  # noqa: S611 - parameters


def _tokens(row: SearchText) -> list[str]:
    return sorted({*folding.tokens(row.title), *folding.tokens(row.body)})
