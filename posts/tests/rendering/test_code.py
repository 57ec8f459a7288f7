"""Code is shown as it was written."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posts.rendering import render

TRICKY = (
    "a  \n- b\n1) c\n# d\n> e\n日本\n語\n{: .x}\n\t|a|b|\n|-|-|\n**f** \\\n"
    "https://a.example。\n<b>&amp;\n[^1]: g"
)


def codes(source: str) -> list[str]:
    """Text of all code blocks of the rendered source."""
    blocks = re.findall(r'<pre tabindex="0"><code[^>]*>(.*?)</code></pre>', render(source).html, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", "", block)) for block in blocks]


FENCES = {
    "backticks": ("```\n{}\n```", 0),
    "tildes": ("~~~\n{}\n~~~", 0),
    "long": ("`````\n{}\n`````", 0),
    "language": ("```text\n{}\n```", 0),
    "markdown": ("```markdown\n{}\n```", 0),
    "file_name": ("``` rb:Gemfile\n{}\n```", 0),
    "misspelt": ("```pyhton\n{}\n```", 0),
    "attributes": ('```{{.js .numberLines title="a b"}}\n{}\n```', 0),
    "after_a_paragraph": ("text\n```\n{}\n```\ntext", 0),
    "in_an_item": ("- x\n  ```\n{}\n  ```\n- y", 2),
    "in_a_numbered_item": ("1. x\n\n   ~~~\n{}\n   ~~~\n2. y", 3),
    "in_a_nested_item": ("- x\n  - y\n    ```\n{}\n    ```", 4),
    "in_html": ("<details>\n\n```\n{}\n```\n\n</details>", 0),
    "indented": ("text\n\n{}\n\ntext", 4),
    "unclosed": ("```\n{}", 0),
}


@pytest.mark.parametrize(("frame", "columns"), FENCES.values(), ids=FENCES)
def test_code_comes_out_verbatim(frame: str, columns: int) -> None:
    code = "\n".join(" " * columns + line for line in TRICKY.split("\n"))
    assert codes(frame.format(code)) == [TRICKY + "\n"]


_LINES = st.text(
    st.sampled_from("ab日語。 \t#*-_+>|`~:;[](){}<>&!\"'\\/=.1$^%@\n")
    | st.characters(exclude_categories=["Cs", "Cc"]),
    max_size=60,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(_LINES, st.sampled_from(["", "text", "python", "html", "nosuch"]), st.sampled_from([0, 2, 3]))
def test_any_text_in_a_fence_comes_out_verbatim(text: str, info: str, columns: int) -> None:
    text = text.replace("\ufeff", "")
    lines = ["~~~~~" + info, *text.split("\n"), "~~~~~"]
    if any(re.fullmatch(r"\s*~{5,}\s*", line) for line in lines[1:-1]):
        return
    marker = {0: "", 2: "- ", 3: "1. "}[columns]
    source = marker + ("\n" + " " * columns).join(lines)
    assert codes(source) == [text + "\n"]


LANGUAGES = {
    "python": ("python", "language-python"),
    "upper_case": ("Python", "language-python"),
    "file_name": ("rb:Gemfile", "language-rb"),
    "blanks": ("rust,no_run  x=1", "language-rust"),
    "pandoc": ("{.js .x}", "language-js"),
    "misspelt": ("pyhton", "language-pyhton"),
}


@pytest.mark.parametrize(("info", "name"), LANGUAGES.values(), ids=LANGUAGES)
def test_language_of_a_fence(info: str, name: str) -> None:
    assert f'<code class="{name}">' in render(f"```{info}\nx\n```").html


def test_known_language_is_coloured_and_unknown_is_not() -> None:
    assert '<span class="k">def</span>' in render("```python\ndef a(): pass\n```").html
    assert "<span" not in render("```pyhton\ndef a(): pass\n```").html


def test_inline_code_is_not_touched() -> None:
    assert render("`**a** {: .x} https://a.example &amp; <b>`").html == (
        "<p><code>**a** {: .x} https://a.example &amp;amp; &lt;b&gt;</code></p>"
    )
