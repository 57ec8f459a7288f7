"""HTML that the sanitiser wrote, for a place outside the site. Only its own spelling of tags is read."""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urljoin

_VALUE = r"""(?:"[^"]*"|'[^']*')"""
_TAG = re.compile(rf"<[a-z][a-z0-9]*(?:\s+[a-z-]+(?:={_VALUE})?)+\s*/?>")
# Whole attributes: what looks like one inside a value is passed over.
_ATTRIBUTE = re.compile(rf"\s+([a-z-]+)=({_VALUE})")


def absolute(html: str, base: str) -> str:
    """`html` with each address whole, seen from `base`, and with each picture in one size."""

    def attribute(found: re.Match[str]) -> str:
        name = found[1]
        if name in ("srcset", "sizes"):
            return ""
        if name not in ("href", "src"):
            return found[0]
        return f' {name}="{escape(_joined(base, unescape(found[2][1:-1])))}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), html)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # brackets in a host; the sanitiser has judged the address
        return address
