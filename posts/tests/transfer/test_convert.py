"""Conversions of a body: Liquid, links, pictures."""

import base64

import pytest
from PIL import Image

from .stages import body, converted, head, normal, oddity, rules


@pytest.fixture
def folder(tmp_path):
    """A root with one picture, and a secret picture outside of it."""
    root = tmp_path / "root"
    (root / "assets").mkdir(parents=True)
    for path in (root / "assets" / "port.png", tmp_path / "secret.png"):
        Image.new("RGB", (4, 3), (10, 60, 90)).save(path)
    return root


def around(root):
    return {"roots": (root,), "folder": root}


def test_liquid_is_converted_outside_code_only():
    links = {
        "stem:2025-03-01-other": "/2025/03/01/other-2/",
        "source:2025-03-01-other.md": "/2025/03/01/other-2/",
    }
    assert converted(oddity("liquid-known-tags.md"), links=links, root_name="_posts").document.body == (
        '````ruby\nputs "{{ x }}" # ``` inside\n````\n\n'
        "Write {{ page.title }}, see [it](/2025/03/01/other-2/)\nand [that](/2025/03/01/other-2/). \nEnd.\n\n"
        "`{% include code.html %}` stays.\n\n    {% include indented.html %}\n\n![The port](/assets/port.jpg)"
    )


def test_post_that_comes_later_keeps_its_old_path():
    assert body("{% post_url 2024-01-02-later %}") == "/2024/01/02/later/"


def test_unknown_liquid_stays_and_holds_the_text_back():
    made = converted("a\n\n{{ page.title | upcase }}", first_line=6)
    assert made.document.body == "a\n\n{{ page.title | upcase }}"
    assert made.holds == ("hold.liquid",)
    assert [problem.line for problem in made.problems if problem.rule == "liquid.left"] == [8]


def test_address_filters_leave_the_address():
    assert body('[a]({{ "/x/" | relative_url }}) {{site.url}}/y') == "[a](/x/) /y"


def test_links_lead_to_planned_addresses():
    links = {
        "/2020/01/01/old": "/2025/01/01/new/",
        "source:b.md": "/2025/02/02/b/",
        "/2025/04/01/same": "/2025/04/01/same/",
    }
    text = "[a](/2020/01/01/old.html#x) [b](b.md) [c](./b.md?q) <a href='/2020/01/01/old/'>d</a> [e](/other/)"
    assert body(text, links=links) == (
        "[a](/2025/01/01/new/#x) [b](/2025/02/02/b/) [c](/2025/02/02/b/?q) "
        "<a href='/2025/01/01/new/'>d</a> [e](/other/)"
    )
    assert body("[s](/2025/04/01/same)\n\n[f]: b.md", links=links) == (
        "[s](/2025/04/01/same/)\n\n[f]: /2025/02/02/b/"
    )
    text = "[s](/2025/04/01/same/) [t](https://x.example/2020/01/01/old/)"
    assert body(text, links=links) == text


def test_local_pictures_are_taken_and_get_their_final_address(folder):
    made = converted(
        '![Port](/assets/port.png "t") and <img alt="Again" src="assets/port.png">', **around(folder)
    )
    address, (picture, alt) = next(iter(made.pictures.items()))
    assert address == f"/media/{picture.name}" and alt == "Port" and len(made.pictures) == 1
    assert made.document.body == f'![Port]({address} "t") and <img alt="Again" src="{address}">'


def test_cover_is_taken_or_kept_beside_our_keys(folder):
    taken = converted(
        head("title: T\ndate: 2025-04-01\nimage: assets/port.png\nimage_alt: Port"), **around(folder)
    )
    kept = converted(head("title: T\ndate: 2025-04-01\nimage: https://example.com/x.png"), **around(folder))
    assert taken.document.cover.startswith("/media/images/") and taken.document.cover_alt == "Port"
    assert kept.document.cover == "" and kept.document.extra == {"image_source": "https://example.com/x.png"}
    assert "image.remote" in rules(kept)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png",
        "/../secret.png",
        "%2e%2e/secret.png",
        "..%2fsecret.png",
        "link.png",
        "a%00b.png",
        "~/x.png",
    ],
)
def test_no_picture_from_outside_the_root(folder, path):
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    made = converted(f"![a]({path})", **around(folder))
    assert not made.pictures and made.document.body == f"![a]({path})"


def test_paths_that_climb_out_are_reported(folder):
    made = converted(oddity("image-paths-that-climb-out.md"), **around(folder))
    assert not made.pictures and made.document.extra == {"image_source": "../../../etc/passwd"}
    assert {"image.outside", "image.missing"} >= {rule for rule in rules(made) if rule.startswith("image.")}


def test_what_is_no_picture_is_refused_by_the_gate(folder):
    (folder / "page.jpg").write_text("<svg onload=alert(1)>")
    assert "image.not_an_image" in rules(converted("![a](page.jpg)", **around(folder)))


def test_data_pictures_pass_the_gate_or_go():
    made = converted(oddity("data-image.md"))
    assert len(made.pictures) == 1 and made.document.body.endswith("and gone end")
    assert "image.data" in rules(made)
    assert base64.b64encode(b"x").decode() not in made.document.body


def test_html_bodies_are_not_read_as_markdown(folder):
    text = '---\ntitle: T\ndate: 2025-04-01\n---\n<p>`<img src="/assets/port.png">` # x</p>\n\n# y'
    made = converted(normal(text, "p.html"), **around(folder))
    assert len(made.pictures) == 1 and made.document.body.endswith("# y")


def test_pelicans_places_and_zolas_root_are_understood(folder):
    links = {"source:posts/b.md": "/2025/02/02/b/", "source:c.md": "/2025/02/03/c/"}
    text = "![a]({static}/assets/port.png) [b]({filename}b.md) [c](|filename|/c.md#x) [d](@/posts/b.md)"
    made = converted(text, links=links, source="posts/a.md", **around(folder))
    (address,) = made.pictures
    assert made.document.body == (
        f"![a]({address}) [b](/2025/02/02/b/) [c](/2025/02/03/c/#x) [d](/2025/02/02/b/)"
    )


def test_pictures_named_elsewhere_are_taken_and_plain_references_are_left(folder):
    text = "![Port][P] ![q] [r]\n\n[p]: assets/port.png 'T'\n[q]: assets/none.png\n[r]: assets/x.svg"
    made = converted(text, **around(folder))
    ((address, (_picture, alt)),) = made.pictures.items()
    assert made.document.body == text.replace("assets/port.png", address) and alt == "Port"
    assert rules(made) == ["image.missing"]


def test_links_to_local_pictures_are_taken_and_those_to_others_left(folder):
    text = "[a](assets/port.png) [b](assets/none.png) [c](../secret.png) [d](https://e.example/x.png)"
    made = converted(text, **around(folder))
    (address,) = made.pictures
    assert made.document.body == text.replace("assets/port.png", address) and rules(made) == []
