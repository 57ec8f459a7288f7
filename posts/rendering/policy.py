"""What may stand in an article: elements, attributes and their values, classes, addresses."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urlsplit

from pygments.token import STANDARD_TYPES


def words(text: str) -> frozenset[str]:
    """The words of `text`, as a set."""
    return frozenset(text.split())


ELEMENTS = words(
    """
    a abbr aside b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
    figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark meter ol p pre progress q rb rp rt ruby s samp
    section small span strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
    """
)
# These vanish together with what is inside them (I-64, I-76, A5).
DROPPED = words(
    """
    script style svg math noscript template object embed applet textarea title xmp noembed noframes canvas
    select datalist head frameset
    """
)
# These become a link to what they would have shown.
EMBEDS = frozenset({"iframe", "video", "audio"})

PROTOCOLS = frozenset({"http", "https", "mailto"})
PREFIX = "h-"

CLASSES = words(
    """
    highlight footnote footnote-ref footnote-backref task-list task-list-item cta button note tip info warning
    danger caution important lead caption credit source quote figure left right center wide small scroll
    """
) | frozenset(filter(None, STANDARD_TYPES.values()))

_LANGUAGE_CLASS = re.compile(r"language-[\w+#.-]{1,40}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?%?")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_MOMENT = re.compile(r"[0-9TZPYMWDHSn:+. -]{1,40}")
_ANYTHING = re.compile(r".*", re.DOTALL)
_DIRECTION = re.compile("ltr|rtl|auto")
_ALIGNMENT = re.compile("left|center|right")
_EMPTY = re.compile("|open|checked|disabled|reversed", re.I)

# (element, or * for all; attribute) → what its whole value must look like
ATTRIBUTES: dict[tuple[str, str], re.Pattern[str]] = {
    ("*", "class"): _ANYTHING,
    ("*", "id"): _ANYTHING,
    ("*", "title"): _ANYTHING,
    ("*", "lang"): _LANGUAGE,
    ("*", "dir"): _DIRECTION,
    ("a", "href"): _ANYTHING,
    ("img", "src"): _ANYTHING,
    ("img", "alt"): _ANYTHING,
    ("img", "width"): _DECIMAL,
    ("img", "height"): _DECIMAL,
    ("ol", "start"): _NUMBER,
    ("ol", "reversed"): _EMPTY,
    ("ol", "type"): re.compile("[1aAiI]"),
    ("li", "value"): _NUMBER,
    ("td", "align"): _ALIGNMENT,
    ("td", "colspan"): _NUMBER,
    ("td", "rowspan"): _NUMBER,
    ("th", "align"): _ALIGNMENT,
    ("th", "colspan"): _NUMBER,
    ("th", "rowspan"): _NUMBER,
    ("th", "scope"): re.compile("row|col|rowgroup|colgroup"),
    ("col", "span"): _NUMBER,
    ("colgroup", "span"): _NUMBER,
    ("time", "datetime"): _MOMENT,
    ("details", "open"): _EMPTY,
    ("progress", "value"): _DECIMAL,
    ("progress", "max"): _DECIMAL,
    ("meter", "value"): _DECIMAL,
    ("meter", "min"): _DECIMAL,
    ("meter", "max"): _DECIMAL,
    ("input", "type"): re.compile("checkbox", re.I),
    ("input", "checked"): _EMPTY,
    ("input", "disabled"): _EMPTY,
}

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSAFE = re.compile(r"""[\s"'<>`]""")
_NO_HOST = re.compile(r"""[\s"#%/<>?@\\^`{|}']""")
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\ufffd]")


def is_allowed(element: str, attribute: str, value: str) -> bool:
    """May this attribute stay? `value` as written, entities and all."""
    pattern = ATTRIBUTES.get((element, attribute)) or ATTRIBUTES.get(("*", attribute))
    return bool(pattern and pattern.fullmatch(decoded(value)))


def decoded(value: str) -> str:
    """An attribute's value as a browser reads it: `&#106;` → `j`; `?a=1&copy=2` stays (no semicolon)."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), value) if "&" in value else value


def encoded(value: str) -> str:
    """The value in the form that bleach's serialiser writes out unchanged."""
    return value.replace("&", "&amp;")


def classes(value: str) -> str:
    """Those of the class names (`value` decoded) that are on the list, each once."""
    names = dict.fromkeys(value.split())
    return " ".join(name for name in names if name in CLASSES or _LANGUAGE_CLASS.fullmatch(name))


def address(value: str) -> str | None:
    """The address a browser would open, or None when its protocol is not allowed. `value` is decoded.

    `//host/x` becomes `https://host/x` (I-68); fragments get the prefix of the ids. Browsers drop tabs and
    line breaks and read a backslash as a slash before they look for the host
    (https://url.spec.whatwg.org/#url-parsing).
    """
    text = _CONTROL.sub("", value).strip()
    scheme = _SCHEME.match(_UNSEEN.sub("", text))
    if scheme and scheme[1].lower() not in PROTOCOLS:
        return None
    if re.match(r"[/\\]{2}", text):
        text = f"https://{text.lstrip('/' + chr(92))}"
    if is_external(text) and not _has_host(text):
        return None
    if text.startswith("#") and len(text) > 1:
        text = "#" + prefixed(text[1:])
    return _UNSAFE.sub(lambda found: quote(found[0]), text)


def _has_host(target: str) -> bool:
    try:
        parts = urlsplit(target.replace("\\", "/"))
        return bool(parts.hostname and not _NO_HOST.search(parts.hostname) and parts.port != 0)
    except ValueError:
        return False


def is_external(target: str) -> bool:
    """Does an address that `address` let through lead to another host?"""
    scheme = _SCHEME.match(target)
    return bool(scheme and scheme[1].lower() in ("http", "https"))


def prefixed(name: str) -> str:
    """An id that cannot shadow anything on the page: with `h-` before it, once (M-09)."""
    name = re.sub(r"\s+", "-", name.strip())
    return name if name.startswith(PREFIX) else PREFIX + name
