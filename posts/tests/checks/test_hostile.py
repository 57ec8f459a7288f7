"""Texts that want to get past the checks, or to keep them busy."""

import time

import pytest

from posts.checks import Around, check, fix, fix_all
from posts.rendering import render
from posts.tests.make import make_document

pytestmark = pytest.mark.pure

P = "推論に使う電力は、モデルの大きさと問い合わせの長さでほぼ決まります。設備の更新は来年度です。"


def found(body: str, lang: str = "ja", **fields) -> dict[str, str]:
    document = make_document(lang=lang, body=body, **{"title": "工場の検査を助けるAIの費用", **fields})
    return {one.id: one.severity for one in check(document)}


UNSAFE = {
    "plain": "<script>alert(1)</script>",
    "upper case": "<SCRIPT>alert(1)</SCRIPT>",
    "a slash": "<script/src=//evil.example/x.js></script>",
    "new lines in the tag": "<script\n\nsrc='https://evil.example/x.js'\n>1</script\n>",
    "a tag without its end": "<script src=https://evil.example/x.js",
    "nested": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "two signs": "<<script>alert(1)//<</script>",
    "a handler": "<img src=x onerror=alert(1)>",
    "a handler after a slash": "<img/src=x/onerror=alert(1)>",
    "a handler on another line": "<img src=x\nonerror\n=\nalert(1)>",
    "a handler after a quotation": '<img src="x"onerror="alert(1)">',
    "svg": "<svg/onload=alert(1)>",
    "a script in svg": "<svg><script>alert(1)</script></svg>",
    "a link in svg": '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "an animation": '<svg><animate attributeName="href" values="javascript:alert(1)"/></svg>',
    "math": '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "entities": '<a href="&#106;avascript:alert(1)">x</a>',
    "entities without their end": '<a href="&#x6A&#x61vascript:alert(1)">x</a>',
    "a tab in the scheme": '<a href="java\tscript:alert(1)">x</a>',
    "a named tab in the scheme": '<a href="java&Tab;script:alert(1)">x</a>',
    "spaces before the scheme": '<a href="  javascript:alert(1)">x</a>',
    "upper case in the scheme": "<a href=JaVaScRiPt:alert(1)>x</a>",
    "visual basic": '<a href="vbscript:msgbox(1)">x</a>',
    "data": '<a href="data:text/html,<script>1</script>">x</a>',
    "a link": "[x](javascript:alert(1))",
    "a link with entities": "[x](java&#115;cript:alert(1))",
    "a link in angle brackets": "[x](<javascript:alert(1)>)",
    "a reference": "[x][1]\n\n[1]: javascript:alert(1)",
    "an automatic link": "<javascript:alert(1)>",
    "a form": '<form action="javascript:alert(1)"><button>x</button></form>',
    "another action": '<button formaction="javascript:alert(1)">x</button>',
    "a frame with a page": '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "a frame": '<iframe src="javascript:alert(1)"></iframe>',
    "an object": '<object data="data:text/html,<script>1</script>"></object>',
    "an embed": '<embed src="https://evil.example/x.swf">',
    "a base": '<base href="https://evil.example/">',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "a style": '<div style="background:url(javascript:alert(1))">x</div>',
    "in a table": "| a | b |\n|---|---|\n| <img src=x onerror=alert(1)> | x |",
    "in a comment that is none": "<!--> <script>alert(1)</script> -->",
    "after code": "`a` <script>alert(1)</script> `b`",
    "between signs of code that are escaped": "\\`<script>alert(1)</script>\\`",
    "with a sign of code in an attribute": '<a title="`" onclick="alert(1)" rel="`">x</a>',
    "after a fence that is none": "```a```\n\n<script>alert(1)</script>\n\n```b```",
    "after a comment in code": "```\n<!--\n```\n\n<script>alert(1)</script>\n\n```\n-->\n```",
    "like a player": '<script src="https://youtube.com.evil.example/x.js"></script>',
    "like a player with a handler": '<embed src="https://www.youtube.com/v/a" onload="alert(1)">',
}


@pytest.mark.parametrize("body", UNSAFE.values(), ids=UNSAFE)
def test_what_would_act_is_an_error_and_can_be_taken_out(body):
    document = make_document(title="工場の検査", lang="ja", body=f"{P}\n\n{body}\n\n{P[:20]}")
    assert found(document.body)["body.unsafe_html"] == "error"
    once = fix(document, ["body.unsafe_html"])
    for _ in range(3):  # what was nested comes out one round after the other
        once = fix(once, ["body.unsafe_html"])
    assert found(once.body).get("body.unsafe_html") != "error"
    assert once.body.startswith(P) and once.body.endswith(P[:20])


@pytest.mark.parametrize("format", ["markdown", "html"])
def test_in_every_format(format):
    assert found("<p>a</p><img src=x onerror=alert(1)>", format=format)["body.unsafe_html"] == "error"


MARKERS = {
    "plain": "---END---",
    "without the second line": "---END",
    "zero width": "---E\u200bND---",
    "a soft hyphen": "--\u00ad-END---",
    "full width": "－－－ＥＮＤ－－－",
    "long dashes": "——END——",
    "long vowels": "ーーーENDーーー",
    "bold": "**---END---**",
    "in a quotation": "> ---END---",
    "in an item": "- [END]",
    "in a table": "| a | b |\n|---|---|\n| ---END--- | x |",
    "in a tag": "<p>---END---</p>",
    "between signs of code that are no code": "\\`\n---END---\n\\`",
    "between braces": "{% comment %}\n---END---\n{% endcomment %}",
    "after a comment in code": "```\n<!--\n```\n\n---END---\n\n```\n-->\n```",
    "between two tags in code": "`<pre>`\n\n---END---\n\n`</pre>`",
    "a citation": f"{P}[cite: 1, 2]",
    "a citation of a search": f"{P}【4†source】",
    "full-width brackets": f"{P}［cite: 1］",
    "the label of a prompt": "【既存の記事の最後の部分】",
    "a source without a name": "設備投資は続いています（参照データ）。",
    "a note without a name": "¹ 参照データ（ナレッジベース）より",
}


@pytest.mark.parametrize("body", MARKERS.values(), ids=MARKERS)
def test_a_marker_is_found_however_it_hides(body):
    assert found(f"{P}\n\n{body}\n\n{P[:20]}")["ai.marker"] == "error"


UNMARKED = {
    "code": "```\n---END---\n```",
    "a comment": "<!-- ---END--- -->",
    "a rule": "---",
    "a signature": "-----BEGIN PGP SIGNATURE-----",
    "inline code": "`---END---`",
    "a sentence": "END と書く",
    "reference data": "検索の対象（参照データ）を用意する。",
}


@pytest.mark.parametrize("body", UNMARKED.values(), ids=UNMARKED)
def test_what_is_no_marker_is_left_alone(body):
    assert "ai.marker" not in found(f"{P}\n\n{body}\n\n{P[:20]}")


def test_a_marker_in_a_table_leaves_its_row():
    fixed = fix(make_document(lang="ja", body="| a | b |\n|---|---|\n| ---END--- | x |"), ["ai.marker"])
    assert fixed.body == "| a | b |\n|---|---|\n| | x |"


FIRST = ["以前私が担当した", "わたしは見た。", "わたくしも見た。", "いつも、ぼくは見た。", "私って忘れやすい。", "俺は見た。", "筆者自身も見た。", "私しか知らない。"]  # fmt: skip


@pytest.mark.parametrize("body", FIRST)
def test_the_first_person_in_its_forms(body):
    assert found(body)["style.first_person"] == "error"


def test_the_first_person_in_a_title_and_a_summary():
    assert found(P, summary="私も驚いた三つの工場の検査時間を比べました。")["style.first_person"] == "error"
    assert "style.first_person" not in found(P, title="「私は見た」と話す工場の人")


NETWORKS = [
    "https://px.a8.net/svt/ejp?a8mat=1", "https://af.moshimo.com/af/c/click?a_id=1", "https://ck.jp.ap.valuecommerce.com/servlet/referral?sid=1",
    "https://hb.afl.rakuten.co.jp/hgc/1", "https://click.j-a-net.jp/1/2/", "https://t.felmat.net/fmcl?ak=1", "https://cl.link-ag.net/click/1",
    "https://www.rentracks.jp/adx/r.html?idx=1", "https://h.accesstrade.net/sp/cc?rk=1", "https://al.dmm.com/?lurl=1&af_id=x-001",
    "https://www.awin1.com/cread.php?awinmid=1", "https://prf.hn/click/camref:1", "https://amzn.to/1", "https://www.amazon.com/dp/1?ref=x&tag=a-20",
]  # fmt: skip


@pytest.mark.parametrize("address", NETWORKS)
def test_links_of_many_networks_need_a_label(address):
    assert found(f"{P}[本]({address})")["legal.ad_label"] == "error"
    assert "legal.ad_label" not in found(f"本記事には広告が含まれます。\n\n{P}[本]({address})")
    assert "legal.ad_label" not in found(f"PR\n\n{P}[本]({address})")


def test_a_text_about_advertising_is_no_label():
    body = f"インターネット広告の市場は、検索連動型を中心に拡大が続いている。\n\n{P}[本](https://amzn.to/abc)"
    assert found(body)["legal.ad_label"] == "error"


N = 200_000
SLOW = {
    "comments": "<!--" * (N // 4),
    "signs of code": "`" * N,
    "brackets": "[" * N,
    "brackets and round ones": "](" * (N // 2),
    "quotation marks": "「" * (N // 3),
    "tags": "<a " * (N // 3),
    "attributes": "<a" + " on" * (N // 3),
    "spaces after an attribute": '<a href=' + " " * N,
    "spaces after a link": "[a](" + " " * N,
    "a long scheme": "<a href=j" + "&#106;" * (N // 6),
    "references": "[a]:\n" * (N // 5),
    "braces": "{% highlight %}" * (N // 15),
    "one word": "a" * N,
    "one line of kanji": "私" * (N // 3),
    "items": "- a\n" * (N // 4),
    "paragraphs": "\n\n".join(f"第{n}回の調査では回答した企業のうち{n}社が導入済みと答えました" for n in range(2_000)),
    "one paragraph many times": (P + "\n\n") * 1_400,
    "stars": "*" * N,
    "pipes": "|" * N,
    "dashes": "-" * N,
    "dashes and a word": ("-" * 400 + "EN\n") * 490,
    "pictures": "![" * (N // 2),
    "addresses": "http://a" * (N // 8),
    "excuses": "申し訳ありませんが記事" * (N // 33),
    "speakers": "a:" * (N // 2),
    "spaces": " " * N,
    "lines": "\n" * N,
    "quotations": "> " * (N // 2),
    "entities": "&#x" * (N // 3),
    "straight quotation marks": '"' * N,
}  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize("name", SLOW)
def test_200_kilobytes_keep_nobody_waiting(name):
    body, lang = SLOW[name], "ja" if len(name) % 2 else "en"
    document = make_document(lang=lang, body=body, title=body[:300], summary=body[:1_000])
    assert min(_cost(document, body), _cost(document, body)) < 2  # a busy machine gets a second try


def _cost(document, body: str) -> float:
    begun = time.process_time()
    check(document, Around(plain=body))
    fix_all(document)
    return time.process_time() - begun


def test_13_000_characters_take_less_than_100_milliseconds():
    """The least of several, since machines are busy; `make bench` prints it (issue 5)."""
    said = (
        f"第{n}回の調査では、回答した企業のうち{n}社が{n * 7}台を導入済みと答えました。{P}"
        for n in range(240)
    )
    body = "\n\n".join(said)[:13_000]
    document = make_document(lang="ja", title="工場の検査を助けるAIの費用と効果", body=body)
    assert len(body) == 13_000
    costs: list[float] = []
    while len(costs) < 10 and min(costs, default=1) >= 0.1:
        begun = time.process_time()
        check(document, Around(plain=body))
        costs.append(time.process_time() - begun)
    assert min(costs) < 0.1, costs


def test_the_words_of_the_page_are_those_that_are_checked():
    """What readers see of a text that plays with comments and fences is what the checks see."""
    body = "```\n<!--\n```\n\n---END---\n\n```\n-->\n```"
    assert "---END---" in render(body, "markdown", "ja").text and "ai.marker" in found(body)
