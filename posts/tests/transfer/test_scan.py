"""Where code is: the pieces join to the body again, and no tag inside code is seen."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.transfer.scan import outside_code, pieces

from .stages import body

CODE = {
    "fence": "a\n\n```ruby\nX\n```\n\nb",
    "tilde fence longer than what is inside": "~~~~\nX\n~~~\nX\n~~~~\n",
    "fence in a list": "1. a\n\n   ```\n   X\n   ```\n",
    "fence never closed": "```\nX\n\nX",
    "span": "a `X` b ``X ` X`` c",
    "span over two lines": "a `X\nX` b",
    "indented": "a\n\n    X\n\n    X\n\nb",
    "element": "<pre>\nX\n</pre> <code>X</code>",
}
TEXT = {
    "span never closed": "a ` X",
    "span over a blank line": "a ` b\n\nX ` c",
    "escaped tick": r"a \` X \` b",
    "indented in a list": "- a\n\n    X\n",
    "indented under a paragraph": "a\n    X\n",
    "element never closed": "<pre> X",
}


@pytest.mark.parametrize("name", CODE)
def test_code_is_left_alone(name):
    assert "@" not in outside_code(CODE[name], lambda text, start: text.replace("X", "@"))


@pytest.mark.parametrize("name", TEXT)
def test_text_is_not_taken_for_code(name):
    assert "X" not in outside_code(TEXT[name], lambda text, start: text.replace("X", "@"))


@given(st.text("`~ \n-a<>precod/{%} \\", max_size=120))
def test_pieces_join_to_the_body(body):
    found = list(pieces(body, liquid=True))
    assert "".join(piece.text for piece in found) == body
    assert all(body.startswith(piece.text, piece.start) for piece in found)


@pytest.mark.parametrize(
    "part",
    [
        "`",
        "` `` ",
        "```\n",
        "<pre>",
        "{% raw %}",
        "{%",
        "{{",
        "    x\n\n",
        "![",
        "![a](",
        "[a](",
        '<img src="',
        "<<<<<<< a\n",
    ],
)
def test_hostile_repetition_stays_linear(part):
    text, start = part * (60_000 // len(part)), time.process_time()
    body(text)
    assert time.process_time() - start < 3
