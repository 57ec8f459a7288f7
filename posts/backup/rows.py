"""Rows as lines of JSON and back, the same on every database: what is stored, without anything that `save` adds."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.dateparse import parse_date, parse_datetime

from .naming import Names

READ = 200  # rows that are in memory at a time
WRITE = 500
EXACT = 2**53  # above it two databases write a number of JSON differently

_TYPES: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "FileField": str,
    "BooleanField": bool,
    "PositiveSmallIntegerField": int,
    "PositiveIntegerField": int,
    "PositiveBigIntegerField": int,
    "SmallIntegerField": int,
    "IntegerField": int,
    "BigIntegerField": int,
    "AutoField": int,
    "BigAutoField": int,
}


class RowError(ValueError):
    """A line that is no row of its table: the field, "" for the whole line."""

    def __init__(self, field: str = ""):
        super().__init__(field)
        self.field = field


class Table:
    """One table of ours: reads its rows in the order of their numbers, writes lines, and takes lines back."""

    def __init__(self, model: type[models.Model], names: Names):
        self.model, self.label, self._names = model, model._meta.label, names
        fields = cast(Sequence[Any], model._meta.concrete_fields)
        self.fields = sorted(fields, key=lambda field: field.attname)
        self.columns = [field.attname for field in self.fields]
        self.number = self.columns.index(model._meta.pk.attname)
        self._json = [name for name, field in zip(self.columns, self.fields, strict=True) if _is_json(field)]
        self._writers = {at: write for at, field in enumerate(self.fields) if (write := self._writer(field))}
        self._readers = [self._reader(field) for field in self.fields]

    def count(self) -> int:
        return models.QuerySet(self.model).count()

    def rows(self) -> Iterator[tuple]:
        """Values in the order of `columns`."""
        rows: Any = models.QuerySet(self.model).order_by("pk").values_list(*self.columns)
        return rows.iterator(chunk_size=READ)

    def data(self, values: tuple) -> dict[str, Any]:
        """The row as JSON can say it."""
        row = list(values)
        for at, write in self._writers.items():
            if row[at] is not None:
                row[at] = write(row[at])
        return dict(zip(self.columns, row, strict=True))

    def line(self, data: dict[str, Any]) -> bytes:
        return _encoded(data)

    def told(self, data: dict[str, Any]) -> bytes:
        """The same for comparing: PostgreSQL keeps neither the order of keys in a value nor how a number is spelt."""
        if not any(data[name] for name in self._json):
            return _encoded(data)
        return _encoded({**data, **{name: _settled(data[name]) for name in self._json}}, in_order=True)

    def parsed(self, line: bytes) -> dict[str, Any]:
        """The data of a line. Raises RowError."""
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            raise RowError from None
        if not isinstance(data, dict) or list(data) != self.columns:
            raise RowError
        return data

    def row(self, data: dict[str, Any]) -> models.Model:
        """The row to be stored. Raises RowError."""
        values = {}
        for name, field, read in zip(self.columns, self.fields, self._readers, strict=True):
            value = data[name]
            if value is None:
                if not field.null:
                    raise RowError(name)
            else:
                value = read(value)
                if value is None:
                    raise RowError(name)
            values[name] = value
        return self.model(**values)

    def store(self, rows: list[models.Model]) -> None:
        """Insert as the lines have them: with their numbers, and no field filled in by the program."""
        fields = self.model._meta.concrete_fields
        size = min(WRITE, connection.ops.bulk_batch_size(fields, rows))
        queryset = cast(Any, models.QuerySet(self.model))
        for at in range(0, len(rows), size):
            queryset._insert(rows[at : at + size], fields=fields, raw=True, using=connection.alias)

    def empty(self) -> None:
        cast(Any, models.QuerySet(self.model))._raw_delete(connection.alias)

    def _writer(self, field: Any) -> Callable[[Any], Any] | None:
        if self._names.knows(field.related_model):
            return lambda number: self._names.name(field.related_model, number)
        if isinstance(field, models.DateTimeField):
            return lambda moment: moment.astimezone(UTC).isoformat()
        if isinstance(field, models.DateField):
            return date.isoformat
        return None

    def _reader(self, field: Any) -> Callable[[Any], Any]:
        """Value of the line -> value of the row, None for one that cannot be of this field."""
        if self._names.knows(field.related_model):
            return lambda name: self._names.number(field.related_model, name)
        if isinstance(field, models.DateTimeField):
            return _moment
        if isinstance(field, models.DateField):
            return _day
        if _is_json(field):
            return lambda value: value
        target = field.target_field if field.remote_field else field
        wanted = _TYPES.get(target.get_internal_type(), str)
        return lambda value: value if type(value) is wanted else None


def _is_json(field: Any) -> bool:
    return isinstance(field, models.JSONField)


def _moment(text: Any) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except (TypeError, ValueError, ValidationError):
        return None
    return moment if moment and moment.tzinfo else None


def _day(text: Any) -> date | None:
    try:
        return parse_date(text)
    except (TypeError, ValueError):
        return None


def _encoded(data: dict[str, Any], in_order: bool = False) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=in_order)
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which JSON may hold as an escape
        return json.dumps(data, separators=(",", ":"), sort_keys=in_order).encode()


def _settled(value: Any) -> Any:
    """Numbers in one spelling: 1.0 and 1, 1e22 and its digits."""
    if isinstance(value, dict):
        return {key: _settled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_settled(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= EXACT:
        try:
            return float(value)
        except OverflowError:
            return value
    return value
