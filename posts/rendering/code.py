"""Code blocks: the info string read, the text highlighted by Pygments or left plain, never changed."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Longer code is shown plain: colouring is worth less than the time limit.
MAX_HIGHLIGHTED = 50_000

_LANGUAGE = re.compile(r"\{?\s*\.?([\w+#./-]+)")
_FORMATTER = HtmlFormatter(nowrap=True)


def code_html(text: str, info: str = "") -> str:
    """HTML of one code block; the first word of the fence's `info`, up to `:`, is the language (M-11)."""
    name = language(info)
    lexer = _lexer(name) if name and len(text) <= MAX_HIGHLIGHTED else None
    inner = highlight(text, lexer, _FORMATTER) if lexer else escape(text, quote=False)
    attribute = f' class="language-{escape(name)}"' if name else ""
    return f'<div class="highlight"><pre><code{attribute}>{inner}</code></pre></div>'


def language(info: str) -> str:
    """`rb:Gemfile` → `rb`, `python title="x"` → `python`, `{.js .numberLines}` → `js`, `` → ``."""
    found = _LANGUAGE.match(info)
    return found[1].lower() if found else ""


@lru_cache(maxsize=64)
def _lexer(name: str) -> Lexer | None:
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
