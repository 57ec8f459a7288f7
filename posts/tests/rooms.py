"""Who walks the tables of `permissions`, with what in hand: people, browsers, the whole database as one digest."""

import hashlib
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import PIL.Image
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from posts import pictures
from posts.models import Image

from .make import make_user

SECRET = "k" * 32  # a token for forms that no page has given out
_READS = re.compile(r"\s*(\(?SELECT|SAVEPOINT|RELEASE|ROLLBACK)", re.I)


def person(role: str, name: str):
    """Somebody of a role of the tables; `staff` is in the newsroom without one, None is nobody at all."""
    if role == "anonymous":
        return None
    if role == "root":
        return make_user("admin", name=name, is_superuser=True)
    if role == "account":
        return make_user("", name=name, is_staff=False)
    return make_user("" if role == "staff" else role, name=name)


@contextmanager
def hush() -> Iterator[None]:
    """Thousands of refusals are no news: Django logs each with its traceback."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def browser(user) -> Client:
    """A client that is asked for the token of its forms, as a real one is."""
    client = Client(enforce_csrf_checks=True)
    if user is not None:
        client.force_login(user)
    client.cookies["csrftoken"] = SECRET
    return client


def send(client: Client, address: str, data: dict, **more):
    """A POST with a valid token, whether or not a page offered it."""
    return client.post(address, {**data, "csrfmiddlewaretoken": SECRET}, **more)


def tables() -> list[str]:
    """The names of all tables that hold what the site knows; sessions come and go."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model._meta.app_label != "sessions"
    )


def digest() -> dict[str, str]:
    """{table: hash of all its rows}."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


class Watch:
    """Says whether the database has changed; asked only when something was written."""

    def __init__(self):
        self.before, self.written = digest(), []

    def __call__(self, execute, sql, params, many, context):
        if not _READS.match(sql) and "django_session" not in sql:
            self.written.append(sql)
        return execute(sql, params, many, context)

    def changed(self) -> list[str]:
        """The tables that are not as they were."""
        if not self.written:
            return []
        now = digest()
        return [name for name in now if now[name] != self.before[name]]

    @contextmanager
    def trial(self) -> Iterator[None]:
        """What happens inside is watched, and taken back at the end."""
        self.written.clear()
        cache.clear()
        with transaction.atomic():
            with connection.execute_wrapper(self):
                yield
            transaction.set_rollback(True)


class Form:
    """One form of a page: where it goes, what it holds, its buttons as (name, value)."""

    def __init__(self, action: str):
        self.action, self.fields, self.buttons = action, {}, []

    def holds(self, name: str, value: str | None = None) -> bool:
        """Whether a field or button of that name is there, with that value if one is asked for."""
        pairs = [*self.fields.items(), *self.buttons]
        return any(known == name and value in (None, found) for known, found in pairs)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.text = self.select = ""
        self.is_first = (
            False  # the next option is the first of its list, which a browser sends if none is chosen
        )

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "form":
            self.inside = Form(has.get("action") or "") if has.get("method") == "post" else None
            self.forms += [self.inside] if self.inside else []
        if self.inside is None:
            return
        if tag == "button" or (tag == "input" and has.get("type") == "submit"):
            self.inside.buttons.append((name, value))
        elif tag == "input" and name and has.get("type") != "file":
            is_box = has.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in has:
                self.inside.fields[name] = value or ("on" if is_box else "")
            elif has.get("type") == "checkbox":
                self.inside.fields.setdefault(name, None)
        elif tag == "textarea" and name:
            self.text = name
            self.inside.fields[name] = ""
        elif tag == "select" and name:
            self.select, self.is_first = name, True
            self.inside.fields[name] = ""
        elif tag == "option" and self.select:
            if "selected" in has or self.is_first:
                self.inside.fields[self.select] = value
            self.is_first = False

    def handle_data(self, data):
        if self.inside is not None and self.text:
            self.inside.fields[self.text] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = None
        elif tag == "textarea":
            self.text = ""
        elif tag == "select":
            self.select = ""


def forms(html: str) -> list[Form]:
    """The POST forms of a page. A box that is not ticked holds None."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def submit(client: Client, page: str, form: Form, button: tuple[str, str], **typed):
    """Press a button of a form as a browser does, with some fields filled in."""
    data = {name: value for name, value in {**form.fields, **typed}.items() if value is not None}
    name, value = button
    return client.post(form.action or page, data | ({name: value} if name else {}))


def body(answer) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode("utf-8", "replace")


def picture(colour: str = "red") -> io.BytesIO:
    file = io.BytesIO()
    PIL.Image.new("RGB", (8, 8), colour).save(file, "PNG")
    file.name = f"{colour}.png"
    file.seek(0)
    return file


def stored_picture() -> Image:
    return Image.objects.take(pictures.take(picture("blue").getvalue()))
