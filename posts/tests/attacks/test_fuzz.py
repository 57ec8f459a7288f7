"""What nobody would type, by the hundred: files, texts, queries, numbers of pages, bytes of pictures.

Each ends as a result or as an error that has a name; never as a fault of the program. The draws are the same each
time; `make walks` draws ten times as many.
"""

import io
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from posts.document import Document, DocumentError, FrontMatterError
from posts.pictures import PictureError, take
from posts.pictures.container import is_kept
from posts.rendering import RenderError, render
from posts.search.wish import LIMIT, MOST, read
from posts.tests.make import make_post
from posts.tests.test_pictures import moving, packed
from posts.transfer.parse import parse
from posts.transfer.problems import problem_of

from .strings import FILES, TEXT, payloads
from .test_script import stands

FEW, MANY = 60, 1000
QUIET = {"deadline": None, "derandomize": True, "database": None}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
COUNTS = pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.walk)])

WORDS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Zl", "Zp", "Zs")), max_size=30),
    st.sampled_from(payloads(TEXT)),
    st.sampled_from(
        ["0", "-1", "１", "٣", "1e9", "1_0", "9" * 5000, "\0", "%", "%%%", "NEAR(", '"', "*", "OR", "NOT a"]
    ),
)
PIECES = st.sampled_from(
    [
        "---\n",
        "+++\n",
        "{",
        "}",
        "\n",
        "title: ",
        "tags: ",
        "date: ",
        "- ",
        "[",
        "]",
        ": ",
        "&a ",
        "*a",
        "!!x ",
        "|",
        ">",
    ]
    + [
        "'",
        '"',
        "#",
        "2025-02-30",
        "\r",
        "\t",
        "\0",
        "\ufeff",
        "日本",
        "\ud800",
        "...",
        "<<: ",
        "? ",
        "%YAML 9",
        "=",
        "\\u",
    ]
)
BLOCKS = st.sampled_from(
    [
        "# ",
        "> ",
        "- ",
        "1. ",
        "```",
        "~~~",
        "    ",
        "| a | b |\n|---|---|\n",
        "[^1]",
        "[^1]: ",
        "*[a]: ",
        "!!! note\n",
        "<",
        ">",
    ]
    + [
        "</div>",
        "<div markdown=1>",
        "{: .x #y onclick=z }",
        "![a](",
        ")",
        "[a]: ",
        "&#x",
        ";",
        "\\",
        "**",
        "_",
        "`",
        "$",
        "\n",
        "\n\n",
    ]
    + ["<!--", "-->", "<![CDATA[", "<?", ":   ", "==", "~~", "\x02", "\x03", "http://a.b", "a@b.c", "字", " "]
)


def draws(strategy, count: int, check) -> int:
    """How many times `check` was asked."""
    asked = []

    @settings(max_examples=count, suppress_health_check=SLOW, **QUIET)
    @given(strategy)
    def each(value):
        asked.append(1)
        check(value)

    each()
    return len(asked)


@pytest.mark.pure
@COUNTS
def test_any_file_is_a_text_or_has_a_named_fault(count):
    def check(data: bytes) -> None:
        for name in ("a.md", "2025-04-01-a.html"):
            try:
                parse(data, name)
            except ValueError as error:
                assert problem_of(error).rule

    written = (
        st.lists(PIECES, max_size=25).map("".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    known = st.sampled_from(payloads(FILES)).map(str.encode)
    cut = st.tuples(known, st.integers(0, 200), st.binary(max_size=9)).map(
        lambda one: one[0][: one[1]] + one[2] + one[0][one[1] :]
    )
    assert draws(st.one_of(st.binary(max_size=300), written, known, cut), count, check) >= count


@pytest.mark.pure
@COUNTS
def test_any_text_is_a_document_or_has_a_named_fault(count):
    def check(words: str) -> None:
        try:
            made = Document.from_text(f"---\ntitle: x\n{words}\n---\n\n{words}")
            made.check_limits()
        except (DocumentError, FrontMatterError):
            return
        assert Document.from_text(made.to_text()) == made

    assert draws(st.one_of(WORDS, st.lists(PIECES, max_size=20).map("".join)), count, check) >= count


@pytest.mark.pure
@COUNTS
def test_any_markdown_is_a_page_that_stands(count):
    def check(words: str) -> None:
        for kind in ("markdown", "html"):
            try:
                render(words, kind)
            except RenderError:
                continue
            assert stands(words, kind) == ""

    assert (
        draws(st.lists(st.one_of(BLOCKS, st.text(max_size=8)), max_size=30).map("".join), count, check)
        >= count
    )


@pytest.mark.pure
@COUNTS
def test_any_query_is_read(count):
    def check(words: str) -> None:
        wish = read(words)
        assert len(wish.words) <= MOST and len(wish.typed) <= LIMIT and read(wish.typed).folded == wish.folded

    assert draws(WORDS, count, check) >= count


def seeds() -> list[bytes]:
    dots = Pillow.effect_noise((20, 14), 60)
    still = [
        packed(dots.convert(mode), kind)
        for kind, mode in (("PNG", "RGBA"), ("JPEG", "RGB"), ("WEBP", "RGB"), ("GIF", "P"))
    ]
    return [*still, *(moving("RGBA", kind) for kind in ("PNG", "WEBP", "GIF"))]


@pytest.mark.pure
@pytest.mark.filterwarnings("ignore")  # Pillow's, of what it finds in broken files
@COUNTS
def test_any_bytes_are_a_picture_or_refused_by_name(count):
    taken = []

    def check(drawn) -> None:
        data, changes, end = bytearray(drawn[0]), drawn[1], drawn[2]
        for place, value in changes:
            data[place % len(data)] = value
        try:
            picture = take(bytes(data)[:end])
        except PictureError as error:
            assert error.code in ("not_an_image", "too_large", "too_many_pixels", "too_many_frames")
            return
        taken.append(picture)
        assert is_kept(picture.data) and take(picture.data) == picture

    changes = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6)
    strategy = st.tuples(st.sampled_from(seeds()), changes, st.one_of(st.none(), st.integers(0, 2000)))
    assert draws(strategy, count, check) >= count and taken


PATHS = (
    "/",
    "/search/",
    "/tags/甲/",
    "/2026/03/",
    "/archive/",
    "/corrections/",
    "/feed.xml",
    "/sitemap-posts-1.xml",
)


@COUNTS
def test_any_parameter_has_an_answer(count, clock):
    """A fault would be raised by the client."""
    make_post("published", slug="a", tags=["甲"])
    client = Client()

    def check(drawn) -> None:
        path, key, value = drawn
        assert client.get(path, {key: value.encode("utf-8", "surrogatepass")}).status_code < 500

    keys = st.sampled_from(["page", "q", "tag", "year", "at", "section", "author", "x__y"])
    assert draws(st.tuples(st.sampled_from(PATHS), keys, WORDS), count, check) >= count


@COUNTS
def test_any_path_has_an_answer(count, clock):
    make_post("published", slug="a", tags=["甲"])
    client = Client()

    def check(words: list[str]) -> None:
        path = "/" + "/".join(quote(word.encode("utf-8", "surrogatepass"), safe="%;=&") for word in words)
        assert client.get(path).status_code < 500

    assert draws(st.lists(WORDS, min_size=1, max_size=4), count, check) >= count


@pytest.mark.pure
def test_control_a_fault_without_a_name_is_seen():
    def breaks(words: str) -> None:
        assert "\\" not in words, "a fault"

    with pytest.raises(AssertionError):
        draws(st.lists(BLOCKS, max_size=30).map("".join), FEW, breaks)
    with pytest.raises(PictureError):
        take(io.BytesIO(b"GIF89a").getvalue())
