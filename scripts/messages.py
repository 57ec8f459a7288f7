"""Messages of the interface: collect, compile and check them, with Babel alone (no GNU gettext on the machine).

python scripts/messages.py update   collect from code and templates, write .po and .mo
python scripts/messages.py check    exit 1 when something is missing, unused, empty, fuzzy or not compiled
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "editorial" / "locale" / "ja" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a fixed one: nothing but messages changes the file
PLACES = re.compile(r"%\((\w+)\)|\{(\w*)\}")


def sources():
    """(path, text as Python) of everything that may hold a message."""
    for folder in ("posts", "editorial"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, path.read_text("utf-8")
    for path in sorted(p for p in (ROOT / "templates").rglob("*.*") if p.suffix in (".html", ".txt")):
        lines = templatize(path.read_text("utf-8")).splitlines()
        yield path, "\n".join(line.strip() for line in lines)


def collect() -> Catalog:
    catalog = Catalog(
        locale="ja",
        project="Editorial",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Japanese words of the interface. Sources are English.",
        creation_date=EPOCH,
        revision_date=EPOCH,
        last_translator="Editorial",
        language_team="ja",
        msgid_bugs_address="",
    )
    for path, text in sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
            catalog.add(message, context=context, locations=[(str(path.relative_to(ROOT)), None)])
    return catalog


def update() -> None:
    found = collect()
    if PO.exists():
        with PO.open("rb") as file:
            kept = read_po(file, locale="ja")
        for message in found:
            old = kept.get(message.id, message.context) if message.id else None
            if old and old.string:
                message.string = old.string
    with PO.open("wb") as file:
        write_po(file, found, width=110, sort_output=True, omit_header=False, include_lineno=False)
    with PO.open("rb") as source, PO.with_suffix(".mo").open("wb") as target:
        write_mo(target, read_po(source, locale="ja"))
    print(f"{len(found)} messages, {sum(1 for m in found if m.id and not _done(m))} not translated")


def check() -> list[str]:
    with PO.open("rb") as file:
        written = read_po(file, locale="ja")
    found = {_key(m): m for m in collect() if m.id}
    held = {_key(m): m for m in written if m.id}
    faults = [f"missing: {key}" for key in found.keys() - held.keys()]
    faults += [f"no longer used: {key}" for key in held.keys() - found.keys()]
    faults += [f"not translated: {key}" for key, m in held.items() if not _done(m)]
    faults += [f"places differ: {key}" for key, m in held.items() if _done(m) and not _same_places(m)]
    compiled = io.BytesIO()
    write_mo(compiled, written)
    if compiled.getvalue() != PO.with_suffix(".mo").read_bytes():
        faults.append("django.mo is not the compiled django.po: make messages")
    return faults


def _key(message):
    return message.id, message.context


def _done(message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts) and not message.fuzzy


def _same_places(message) -> bool:
    original = message.id[-1] if isinstance(message.id, tuple) else message.id
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(sorted(PLACES.findall(text)) == sorted(PLACES.findall(original)) for text in texts)


if __name__ == "__main__":
    settings.configure()
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        problems = check()
        print("\n".join(problems) or "messages: complete", file=sys.stderr if problems else sys.stdout)
        sys.exit(1 if problems else 0)
    else:
        sys.exit(__doc__)
