"""The highest number that a table has ever given to a row: a number is not given twice, also after a move."""

from typing import Any, cast

from django.db import connection, models


def last(model: type[models.Model]) -> int:
    """0 when none was given, or when the table does not number its rows."""
    if not _numbers(model):
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT last_value, is_called FROM {_sequence(cursor, model)}")  # noqa: S608 - its own name
            value, is_called = cursor.fetchone()
            return value if is_called else 0
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
        return found[0] if found else 0


def go_on_after(model: type[models.Model], number: int) -> None:
    """The next row gets a number above `number`, above all that are there, and above what was given before."""
    if not _numbers(model):
        return
    highest = models.QuerySet(model).aggregate(models.Max("pk"))["pk__max"] or 0
    number = max(number, highest, last(model))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if number:
                cursor.execute("SELECT setval(%s::regclass, %s)", [_sequence(cursor, model), number])
            return
        table = model._meta.db_table
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [number, table])
        if not cursor.rowcount and number:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])


def _numbers(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField)


def _sequence(cursor: Any, model: type[models.Model]) -> str:
    column = cast(Any, model._meta.pk).column
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{model._meta.db_table}"', column])
    return cursor.fetchone()[0]
