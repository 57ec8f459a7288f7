"""Content types and permissions by what they are called: their numbers differ from database to database."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType


class Names:
    """Both ways between the numbers of this database and the names that a backup writes."""

    def __init__(self) -> None:
        types = {
            row.pk: f"{row.app_label}.{row.model}" for row in ContentType.objects.order_by("pk").iterator()
        }
        held = Permission.objects.order_by("pk").values_list("pk", "content_type", "codename")
        named = {pk: f"{types[kind]}.{codename}" for pk, kind, codename in held}
        self._names: dict[type, dict[int, str]] = {ContentType: types, Permission: named}
        self._numbers = {
            model: {name: pk for pk, name in some.items()} for model, some in self._names.items()
        }

    def knows(self, model: Any) -> bool:
        """Whether rows of the model are written by name."""
        return model in self._names

    def name(self, model: Any, number: int) -> str:
        return self._names[model][number]

    def number(self, model: Any, name: Any) -> int | None:
        """The number here, None when this program has no such row."""
        return self._numbers[model].get(name) if isinstance(name, str) else None
