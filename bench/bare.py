"""What an import cannot do without: PyYAML, stock Python-Markdown with the usual extensions, stock bleach."""

import time
from collections.abc import Iterable
from typing import Any

import yaml
from bleach.sanitizer import Cleaner
from markdown import Markdown
from pymdownx.slugs import slugify

from posts.checks import check
from posts.document import Document
from posts.rendering import policy

# specs/import.md 4
_EXTENSIONS = [
    *("attr_list", "def_list", "tables", "abbr", "footnotes", "md_in_html", "sane_lists", "toc"),
    *(
        "pymdownx.superfences",
        "pymdownx.highlight",
        "pymdownx.tilde",
        "pymdownx.tasklist",
        "pymdownx.magiclink",
    ),
]
_CONFIGS: dict[str, dict[str, Any]] = {
    "toc": {"marker": "", "slugify": slugify(case="lower", normalize="NFKC")},
    "pymdownx.tilde": {"subscript": False},
    "pymdownx.highlight": {"guess_lang": False},
}


def checks(texts: Iterable[str]) -> float:
    """Seconds of CPU of the editorial checks over one text, on average."""
    count, start = 0, time.process_time()
    for text in texts:
        _, _head, body = text.split("---\n", 2)
        check(Document(title="Note：市場の一日", summary="一日の動きを短くまとめた。", body=body))
        count += 1
    return (time.process_time() - start) / count


def cost(texts: Iterable[str]) -> float:
    """Seconds of CPU for one text, on average."""
    markdown = Markdown(extensions=_EXTENSIONS, extension_configs=_CONFIGS)
    cleaner = Cleaner(
        tags=policy.ELEMENTS, attributes=policy.is_allowed, protocols=policy.PROTOCOLS, strip=True
    )
    count, start = 0, time.process_time()
    for text in texts:
        _, head, body = text.split("---\n", 2)
        yaml.load(head, Loader=yaml.CSafeLoader)
        cleaner.clean(markdown.reset().convert(body))
        count += 1
    return (time.process_time() - start) / count
