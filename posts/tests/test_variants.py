"""Smaller forms of pictures: made once, never in the way of an upload, known without a look at the disk."""

import html
import io
import re
import struct
import time
import zlib
from types import SimpleNamespace

import PIL.Image
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from posts import pictures, rendering, search, workflow
from posts.models import Author, Image, Revision, SearchText, SiteStamp
from posts.transfer import worker
from posts.workflow import content, variants

from .make import make_document, make_post, make_user
from .rendering.oracle import leftovers


def photo(width: int, height: int, kind: str = "JPEG", mode: str = "RGB", **options) -> bytes:
    """A picture with enough in it that scaling it down saves bytes."""
    out = io.BytesIO()
    PIL.Image.effect_noise((width, height), 60).convert(mode).save(out, kind, **options)
    return out.getvalue()


def animation(kind: str) -> bytes:
    frames = [PIL.Image.new("RGB", (1000, 40), colour) for colour in ("teal", "navy", "gold")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def taken(data: bytes, **more) -> Image:
    return Image.objects.take(pictures.take(data), **more)


def files(image: Image) -> set[str]:
    folder, name = str(image.file.name).rsplit("/", 1)
    return {one for one in image.file.storage.listdir(folder)[1] if one.startswith(name.split(".")[0])}


def saved(body: str, **fields) -> Revision:
    """A draft as the desk saves it, with its page."""
    document = make_document(body=body, **fields)
    return workflow.new_post(document, by=make_user("writer"), page=content.render(document))


WIDE = {
    "large": (2500, "JPEG", [480, 960, 1440, 1920]),
    "as wide as a screen": (1600, "JPEG", [480, 960, 1600]),
    "the same as webp": (1600, "WEBP", [480, 960]),
    "a little over a width": (1000, "JPEG", [480, 1000]),
    "small": (480, "JPEG", []),
}


@pytest.mark.parametrize("name", WIDE)
def test_forms_are_never_wider_than_the_picture(name, monkeypatch):
    width, kind, wanted = WIDE[name]
    monkeypatch.setattr("posts.pictures.smaller.WORTH", 100)
    found = pictures.variants(photo(width, width // 10, kind))
    assert [form.width for form in found] == wanted


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")]
)
def test_each_form_is_a_webp_of_its_width_and_smaller_than_the_next(kind, mode):
    data = pictures.take(photo(1500, 900, kind, mode)).data
    found = pictures.variants(data)
    assert found
    sizes = [len(form.data) for form in found] + [len(data)]
    assert sizes == sorted(sizes)
    for form in found:
        image = PIL.Image.open(io.BytesIO(form.data), formats=("WEBP",))
        image.load()
        assert image.size == (form.width, round(900 * form.width / 1500))


def test_transparent_places_stay_transparent():
    image = PIL.Image.effect_noise((1200, 400), 60).convert("RGBA")
    image.putalpha(PIL.Image.linear_gradient("L").resize((1200, 400)))
    out = io.BytesIO()
    image.save(out, "PNG")
    small = PIL.Image.open(io.BytesIO(pictures.variants(out.getvalue())[0].data))
    assert (
        small.mode == "RGBA"
        and small.getpixel((0, 0))[3] < 8 < 200 < small.getpixel((0, small.height - 1))[3]
    )


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_left_alone(kind):
    assert pictures.variants(pictures.take(animation(kind)).data) == ()


def test_a_form_that_saves_nothing_is_not_made():
    flat = io.BytesIO()
    PIL.Image.new("RGB", (1600, 900), "teal").save(flat, "WEBP", lossless=True)
    assert pictures.variants(flat.getvalue()) == ()


CARDS = {  # what comes in: (pixels, format, mode), and whether there is enough of it for a card
    "large": (2500, 1700, "JPEG", "RGB", True),
    "upright": (1300, 3000, "JPEG", "L", True),
    "a card already": (1200, 630, "PNG", "P", True),
    "clear places": (1600, 900, "PNG", "RGBA", True),
    "webp": (1600, 900, "WEBP", "RGB", True),
    "narrow": (1199, 900, "JPEG", "RGB", False),
    "flat": (1600, 629, "JPEG", "RGB", False),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_is_a_jpeg_of_one_size_wherever_a_picture_is_large_enough(name):
    width, height, kind, mode, is_enough = CARDS[name]
    made = pictures.card(pictures.take(photo(width, height, kind, mode)).data)
    assert bool(made) == is_enough
    if made:
        image = PIL.Image.open(io.BytesIO(made.data), formats=("JPEG",))
        image.load()
        assert (image.size, image.mode, len(made.data) < 500_000) == ((1200, 630), "RGB", True)


def test_a_card_is_cut_from_near_the_middle_and_clear_places_become_paper():
    picture = PIL.Image.new("RGBA", (1200, 1630), (0, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (0, 400, 1200, 700))
    out = io.BytesIO()
    picture.save(out, "PNG")
    image = PIL.Image.open(io.BytesIO(pictures.card(out.getvalue()).data))
    assert image.getpixel((600, 150))[2] > 240 > 20 > image.getpixel((600, 150))[0]
    assert image.getpixel((600, 600)) == (255, 255, 255)


def test_an_animation_makes_no_card():
    frames = [PIL.Image.new("RGB", (1300, 700), colour) for colour in ("teal", "navy")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert pictures.card(pictures.take(out.getvalue()).data) is None


def shared(path: str) -> dict[str, str]:
    found = re.findall(r'property="(og:image[^"]*)"\s+content="([^"]*)"', Client().get(path).text)
    return dict(found)


def test_other_sites_are_shown_the_card_of_a_cover(clock):
    cover = taken(photo(1600, 900), alt="港")
    live = make_post("published", slug="a", title="見出し", cover=cover.address)
    path = live.get_absolute_url()
    card = f"http://testserver{cover.address[:-4]}-card.jpg"
    assert shared(path) == {
        "og:image": card,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "港",
    }
    assert f'"image":["{card}","http://testserver{cover.address}"]' in Client().get(path).text
    assert cover.file.storage.exists(str(cover.file.name)[:-4] + "-card.jpg")


def test_other_sites_are_shown_a_small_cover_as_it_is(clock):
    cover = taken(photo(1000, 500))
    live = make_post("published", slug="a", title="見出し", cover=cover.address)
    found = shared(live.get_absolute_url())
    assert found["og:image"] == f"http://testserver{cover.address}"
    assert (found["og:image:width"], found["og:image:height"]) == ("1000", "500")
    assert found["og:image:alt"] == "見出し"  # a cover without words of its own
    assert Image.objects.get().has_card is False


def test_the_card_of_an_old_cover_comes_with_make_variants_and_never_with_a_page(clock):
    cover = taken(photo(1600, 900))
    live = make_post("published", slug="a", cover=cover.address)
    cover.file.storage.delete(cover.form_names[-1])
    Image.objects.update(has_card=None)  # as from before there were cards
    before = files(cover)
    assert shared(live.get_absolute_url())["og:image"] == f"http://testserver{cover.address}"
    assert files(cover) == before
    stamp = list(SiteStamp.objects.values())
    assert variants.make_missing(jobs=1).pictures == 1
    assert shared(live.get_absolute_url())["og:image"].endswith("-card.jpg")
    assert files(cover) == {*before, str(cover.file.name).rsplit("/", 1)[1][:-4] + "-card.jpg"}
    assert list(SiteStamp.objects.values()) != stamp
    assert variants.make_missing(jobs=1).pictures == 0


def test_a_card_goes_with_its_picture(db):
    image = taken(photo(1600, 900))
    assert len(files(image)) == len(image.variants) + 2
    with TestCase.captureOnCommitCallbacks(execute=True):
        variants.delete_image(image)
    assert files(image) == {str(image.file.name).rsplit("/", 1)[1]}


def test_an_upload_has_its_forms_beside_it(db):
    image = taken(photo(1000, 500))
    stem = str(image.file.name).rsplit("/", 1)[1].split(".")[0]
    assert image.variants[0] == 480
    assert files(image) == {f"{stem}.jpg", *(f"{stem}-{width}.webp" for width in image.variants)}
    assert Image.objects.get().variants == image.variants


def test_a_second_upload_makes_nothing_again(db, monkeypatch):
    image = taken(photo(1000, 500))
    monkeypatch.setattr(pictures, "made", lambda picture: pytest.fail("made again"))
    data = image.file.storage.open(image.file.name).read()
    assert Image.objects.take(pictures.take(data)) == image


def bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 12_000, 12_000, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 18_012_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data", [bomb(), b"", b"GIF89a", photo(1000, 500)[:-900], photo(1000, 500, "WEBP")[:2000]]
)
def test_hostile_pictures_make_no_forms_and_no_noise(data):
    assert pictures.made(pictures.Picture(data, "png", 1000, 500)) in (None, ())


@pytest.mark.parametrize("error", [MemoryError, OSError, ValueError, ZeroDivisionError])
def test_an_upload_survives_forms_that_fail(error, db, monkeypatch):
    def fail(*args, **options):
        raise error

    monkeypatch.setattr("posts.pictures.smaller._packed", fail)
    image = taken(photo(1000, 500))
    assert image.variants is None and image.srcset == ""
    assert image.file.storage.exists(image.file.name)


def test_srcset_offers_the_picture_itself_only_where_nothing_else_is_as_wide(db):
    image = Image(file="images/ab/c.png", width=1600, height=900, variants=[480, 960])
    assert image.srcset == (
        "/media/images/ab/c-480.webp 480w, /media/images/ab/c-960.webp 960w, /media/images/ab/c.png 1600w"
    )
    assert "c.png" not in Image(file="images/ab/c.png", width=4000, height=1, variants=[480, 1920]).srcset
    assert "c.png" not in Image(file="images/ab/c.png", width=700, height=1, variants=[480, 700]).srcset
    assert Image(file="images/ab/c.png", width=700, height=1, variants=[]).srcset == ""


def test_a_page_shows_the_forms_of_its_pictures(db):
    image = taken(photo(1000, 500), alt="港")
    (tag,) = re.findall("<img[^>]*>", saved(f"はじめに\n\n{image.markdown}").html)
    stem = image.address.rsplit(".", 1)[0]
    assert (
        f'srcset="{stem}-480.webp 480w' in tag
        and 'sizes="(max-width: 712px) calc(100vw - 32px), 680px"' in tag
    )
    assert (
        'width="1000" height="500"' in tag and 'loading="lazy" decoding="async"' in tag and 'alt="港"' in tag
    )


def test_cover_lists_and_portraits_offer_forms(clock):
    cover, face = taken(photo(1000, 500)), taken(photo(900, 900))
    live = make_post("published", slug="a", cover=cover.address, author="記者")
    Author.objects.update(portrait=face)
    head, card = (Client().get(path).text for path in (live.get_absolute_url(), "/"))
    for text in (head, card):
        (tag,) = (one for one in re.findall("<img[^>]*>", text) if cover.address in one)
        assert (
            cover.srcset in tag
            and "sizes=" in tag
            and 'width="1000"' in tag
            and 'fetchpriority="high"' in tag
        )
    assert face.srcset in Client().get("/authors/記者/").text


def test_pages_ask_as_little_as_without_pictures(clock, django_assert_num_queries):
    image, bare = taken(photo(1000, 500)), make_post("published", slug="b")
    document = make_document(body=image.markdown * 3, slug="a", cover=image.address)
    full = workflow.new_post(document, by=make_user("writer"), page=content.render(document))
    for step, role in [("submit", "writer"), ("approve", "editor"), ("publish", "publisher")]:
        full = workflow.perform(step, full, by=make_user(role), acknowledged=True)
    with CaptureQueriesContext(connection) as without:
        Client().get(bare.get_absolute_url())
    with django_assert_num_queries(len(without)):
        assert image.srcset in Client().get(full.get_absolute_url()).text


def old(data: bytes) -> Image:
    """A picture from before there were forms."""
    return Image.objects.take(pictures.take(data), make=False)


def test_make_variants_makes_what_is_missing_and_pages_profit(db, capsys):
    image = old(photo(1000, 500))
    page = saved(f"{image.markdown}\n\n本文")
    assert "srcset" not in page.html and 'width="1000"' in page.html
    stamp = list(SiteStamp.objects.values())
    call_command("make_variants", jobs=1, verbosity=0)
    image.refresh_from_db()
    page.refresh_from_db()
    assert image.variants[0] == 480 and image.srcset in page.html
    assert list(SiteStamp.objects.values()) != stamp
    assert "1  " in capsys.readouterr().out


def test_make_variants_changes_nothing_the_second_time(db, monkeypatch):
    image = old(photo(1000, 500))
    saved(image.markdown)
    first = variants.make_missing(jobs=1)
    again = variants.make_missing(jobs=1)
    assert (first.pictures, first.pages) == (1, 1)
    assert (again.pictures, again.forms, again.pages, again.failed) == (0, 0, 0, {})
    assert variants.make_missing(jobs=1, again=True).pictures == 1
    assert len(files(image)) == 1 + len(Image.objects.get().variants)


def test_forms_that_are_no_longer_made_go_with_the_pages_that_named_them(db, monkeypatch):
    monkeypatch.setattr("posts.pictures.smaller.WORTH", 100)
    image = taken(photo(1000, 500))
    monkeypatch.setattr(variants, "_ask", lambda crew, image: pictures.variants(photo(1000, 500))[:1])
    page = saved(image.markdown)
    assert len(files(image)) == 3 and "-1000.webp" in page.html
    variants.make_missing(jobs=1, again=True)
    page.refresh_from_db()
    assert len(files(image)) == 2 and "-1000.webp" not in page.html and "-480.webp" in page.html


def test_make_variants_goes_on_after_a_file_that_is_gone_or_broken(db):
    gone, broken, good = old(photo(1000, 500)), old(photo(1000, 501)), old(photo(1000, 502))
    gone.file.storage.delete(gone.file.name)
    with broken.file.storage.open(broken.file.name, "wb") as stream:
        stream.write(b"\xff\xd8\xff")
    done = variants.make_missing(jobs=1)
    assert set(done.failed) == {gone.file.name, broken.file.name}
    good.refresh_from_db()
    assert done.pictures == 1 and good.variants
    with pytest.raises(SystemExit):
        call_command("make_variants", jobs=1, verbosity=0)


def test_erasure_takes_the_forms_along(db, django_capture_on_commit_callbacks):
    image = taken(photo(1000, 500))
    post = make_post("draft", body=image.markdown).post
    with django_capture_on_commit_callbacks(execute=True):
        workflow.purge(post, by=make_user("admin", is_superuser=False), reason="裁判所の命令による削除です")
    assert files(image) == set()


def test_what_the_site_adds_can_be_taken_off_again():
    html = rendering.sanitize_html(
        '<p><img src="/a.png" alt=\'say "hi" > x\'></p><table><tr><td>1</td></tr></table>'
    )
    known = {"/a.png": rendering.Shown(1200, 600, (("/a-480.webp", 480),), "写真: A & B")}
    once = rendering.dressed(html, known)
    assert rendering.dressed(once, known) == once
    assert rendering.dressed(rendering.dressed(once, {}), known) == once
    assert rendering.sanitize_html(once) != once  # nothing of it could come from a text


def test_a_caption_is_read_and_found():
    page = rendering.render('![港](/a.png "朝の港")')
    assert page.text == "朝の港"


NAMED = {"/a.png": rendering.Shown(1200, 600, credit="撮影：山田 & 森")}
IMG = '<img alt="" src="/a.png" loading="lazy" decoding="async" width="1200" height="600">'
BARE = '<img alt="" src="/a.png">'
CREDIT = "撮影：山田 &amp; 森"
FIGURES = {
    "alone": (
        f"<p>{BARE}</p>",
        f'<figure class="picture-alone">{IMG}<figcaption class="picture-caption">{CREDIT}</figcaption></figure>',
    ),
    "alone in a link": (
        f'<p><a href="/b">{BARE}</a></p>',
        f'<figure class="picture-alone"><a href="/b">{IMG}</a>'
        f'<figcaption class="picture-caption">{CREDIT}</figcaption></figure>',
    ),
    "among words": (f"<p>朝 {BARE}</p>", f"<p>朝 {IMG}</p>"),
    "with a caption": (
        f"<figure>{BARE}<figcaption>朝</figcaption></figure>",
        f'<figure>{IMG}<figcaption>朝<small class="picture-credit">{CREDIT}</small></figcaption></figure>',
    ),
    "without a caption": (
        f"<figure>{BARE}</figure>",
        f'<figure>{IMG}<figcaption class="picture-caption">{CREDIT}</figcaption></figure>',
    ),
    "credited by the writer": (
        f"<figure>{BARE}<figcaption>朝（撮影：山田 &amp; 森）</figcaption></figure>",
        f"<figure>{IMG}<figcaption>朝（{CREDIT}）</figcaption></figure>",
    ),
    "two in one figure": (
        f"<figure>{BARE}{BARE}</figure>",
        f'<figure>{IMG}{IMG}<figcaption class="picture-caption">{CREDIT}</figcaption></figure>',
    ),
    "unknown": (
        '<p><img alt="" src="/x.png"></p>',
        '<p><img alt="" src="/x.png" loading="lazy" decoding="async"></p>',
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_credits_stand_under_their_pictures(name):
    html, wanted = FIGURES[name]
    clean = rendering.sanitize_html(html)
    once = rendering.dressed(clean, NAMED)
    assert once == wanted
    assert rendering.dressed(once, NAMED) == once
    bare = {address: rendering.Shown(1200, 600) for address in NAMED}
    assert rendering.dressed(once, bare) == rendering.dressed(clean, bare)


SIZES = {
    "none": ("", 'width="1200" height="600"', "680"),
    "width": (' width="300"', 'width="300" height="150"', "300"),
    "height": (' height="100"', 'width="200" height="100"', "200"),
    "both": (' width="10" height="99"', 'width="10" height="99"', "10"),
    "percent": (' width="50%"', 'width="50%"', "680"),
}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_that_a_writer_gave_stay(name):
    given, wanted, widest = SIZES[name]
    known = {"/a.png": rendering.Shown(1200, 600, (("/a-480.webp", 480),))}
    tag = rendering.dressed(rendering.sanitize_html(f'<img src="/a.png"{given}>'), known)
    assert all(f" {one}" in tag for one in wanted.split()), tag
    assert tag.count("width=") + tag.count("height=") == len(wanted.split())
    assert f'sizes="(max-width: {int(widest) + 32}px) calc(100vw - 32px), {widest}px"' in tag


def test_nobody_can_write_what_the_site_adds():
    forged = (
        '<figure class="picture-alone"><img src="/a.png" srcset="//evil 1w" sizes="1px">'
        '<figcaption class="picture-caption">x</figcaption></figure><small class="picture-credit">y</small>'
        '<div class="scroll" role="region" aria-label="z">w</div>'
    )
    clean = rendering.sanitize_html(forged)
    for word in ("picture-", "srcset", "sizes", "role", "aria"):
        assert word not in clean
    assert "y</small>" in rendering.dressed(clean, NAMED)


def test_boxes_that_scroll_have_a_name_in_the_language_of_the_text(db):
    table = "| a |\n|---|\n| b |\n\n"
    for lang, first, second in [("ja", "表1", "表2"), ("en", "Table 1", "Table 2")]:
        html = saved(table * 2, lang=lang, slug=lang).html
        assert re.findall(r'tabindex="0" role="region" aria-label="([^"]*)"', html) == [first, second]
    assert 'id="h-x" tabindex="0" role="region"' in rendering.dressed(
        rendering.sanitize_html('<div class="scroll" id="x">a</div>'), {}
    )
    assert 'pre tabindex="0"' in saved("```\nx\n```", slug="c").html


@pytest.mark.parametrize(
    "piece", ["<img", '<img src="', "<figure>", "<p><img>", '<div class="', '<div a="b" ', "<figcaption>"]
)
def test_long_html_takes_no_time(piece):
    html = piece * (200_000 // len(piece))
    start = time.monotonic()
    rendering.dressed(f'{html} tabindex="0"<img>', NAMED)
    assert time.monotonic() - start < 2


def test_a_new_credit_reaches_the_pages(editor):
    image = taken(photo(20, 10))
    page = saved(f"{image.markdown}")
    assert "<figure" not in page.html
    client = Client()
    client.force_login(editor)
    path = reverse("admin:posts_image_change", args=[image.pk])
    client.post(path, {"alt": "", "credit": "写真：森"})
    page.refresh_from_db()
    assert '<figcaption class="picture-caption">写真：森</figcaption></figure>' in page.html
    client.post(path, {"alt": "", "credit": ""})
    page.refresh_from_db()
    assert "<figure" not in page.html


def test_a_deleted_image_leaves_no_broken_choice(db, django_capture_on_commit_callbacks):
    image = taken(photo(1000, 500))
    page = saved(image.markdown)
    client = Client()
    client.force_login(make_user("admin"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:posts_image_delete", args=[image.pk]), {"post": "yes"})
    page.refresh_from_db()
    assert not Image.objects.exists() and files(image) == {image.file.name.rsplit("/", 1)[1]}
    assert "srcset" not in page.html and image.address in page.html


def test_the_preview_shows_what_a_save_will_show(writer):
    image = taken(photo(1000, 500), credit="写真：森")
    client = Client()
    client.force_login(writer)
    html = client.post(reverse("admin:posts_preview_text"), {"body": image.markdown}).json()["html"]
    assert html == saved(image.markdown).html and "写真：森" in html


def test_rerender_brings_old_pages_to_this_version(db, capsys):
    image = taken(photo(1000, 500))
    page = saved(f'![港]({image.address} "朝")')
    Revision.objects.update(html="<p>古い</p>", text="古い", rendered_with="1")
    search.index(list(Revision.objects.all()))
    before = list(SiteStamp.objects.values())
    call_command("rerender", jobs=1, verbosity=0)
    now = Revision.objects.get()
    assert (now.html, now.text, now.rendered_with) == (page.html, "朝", rendering.VERSION)
    assert "朝" in SearchText.objects.get().body
    assert "srcset" in now.html and list(SiteStamp.objects.values()) != before
    assert (now.version, now.saved_at) == (page.version, page.saved_at)
    call_command("rerender", jobs=1, verbosity=0)
    assert "      0  " in capsys.readouterr().out.splitlines()[-1]


def test_rerender_never_takes_a_page_away(db, monkeypatch):
    saved("本文")
    Revision.objects.update(rendered_with="1")
    html = Revision.objects.get().html

    def fail(*args):
        raise rendering.RenderError("too_slow")

    monkeypatch.setattr("posts.workflow.rerender.render_safely", fail)
    with pytest.raises(SystemExit):
        call_command("rerender", jobs=1, verbosity=0)
    now = Revision.objects.get()
    assert (now.html, now.rendered_with) == (html, "1")


def test_the_worker_goes_on_when_forms_fail(monkeypatch):
    picture = pictures.take(photo(1000, 500))
    done = SimpleNamespace(converted=SimpleNamespace(pictures={"/a": (picture, "")}))
    monkeypatch.setattr(worker, "made", lambda picture: None)
    assert worker._forms(done) == {}
    monkeypatch.setattr(worker, "made", pictures.made)
    first = worker._forms(done)
    monkeypatch.setattr(worker, "made", lambda picture: pytest.fail("made again"))
    assert worker._forms(done) == first and first["/a"][0].width == 480


def test_the_list_of_images_shows_the_smallest_form(editor):
    image, small = taken(photo(1000, 500)), taken(photo(20, 10))
    client = Client()
    client.force_login(editor)
    text = client.get(reverse("admin:posts_image_changelist")).text
    assert f'src="{image.file.url[:-4]}-480.webp"' in text and f'src="{small.file.url}"' in text


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</figcaption></figure><style>",
    "&lt;b&gt;",
    "\\1 \\g<0>",
]
TAGS = ("figure img figcaption figcaption figure figure img figcaption small small figcaption figure").split()


@pytest.mark.parametrize("credit", HOSTILE)
def test_a_credit_is_words_and_nothing_else(credit):
    picture = '<img src="/a.png">'
    clean = rendering.sanitize_html(f"<p>{picture}</p><figure>{picture}<figcaption>x</figcaption></figure>")
    known = {"/a.png": rendering.Shown(10, 10, (('/a"><b>-480.webp', 480),), credit)}
    once = rendering.dressed(clean, known)
    assert leftovers(rendering.sanitize_html(once)) == ""
    assert re.findall(r"</?(\w+)", once) == TAGS
    assert html.unescape(re.sub("<[^>]*>", "", once)) == f"{credit}x{credit}"
    assert rendering.dressed(once, known) == once
