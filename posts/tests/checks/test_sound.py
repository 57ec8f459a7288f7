"""Texts of our own as people write them, of many kinds: no check may call an error what is right."""

import pytest

from posts.checks import Around, check
from posts.rendering import render
from posts.tests.make import make_document

pytestmark = pytest.mark.pure

ABOUT = (
    "About the Harbour Office: the office looks after the quays, the cranes and the tide tables of the town."
)
VERSE = "波が来る\n波が帰る\n砂の上の名前も\n朝には消えてしまう"
REFRAIN = "Row on, row on, the tide is high,\nrow on beneath a paper sky,\nrow on until the bells reply"

JA = {
    "a news item": {
        "title": "市、図書館の開館時間を一時間延長へ　10月から",
        "body": "市は3日、中央図書館の開館時間を10月から一時間延ばすと発表した。利用者への聞き取りで、夕方の混雑を訴える声が多かったためだ。",
    },
    "an excuse of an office": {
        "title": "駐車場の工事のお知らせ",
        "body": "申し訳ありませんが、当日は駐車場をご利用できません。\n\n誠に申し訳ございませんが、電話でのお問い合わせにはお答えできません。\n\n恐れ入りますが、写真の撮影はご遠慮ください。領収書の再発行はできかねます。",
    },
    "questions and answers": {
        "title": "期日前投票についてのよくある質問",
        "body": "Q1. 私は来月引っ越しますが、投票できますか。\n\nA. 転出の届けの日によります。\n\n**Q：私でも代理投票を頼めますか？**\n\nA：係員にお申し出ください。\n\n問2　私の名前が名簿にない場合はどうなりますか。\n\n答　窓口で確かめます。",
    },
    "an interview with names": {
        "title": "港の灯台を守る三代目に聞く",
        "body": "――灯台を継いだきっかけは。\n\n佐藤：私は船に乗るつもりでした。父が倒れたのが春です。\n\n――迷いはありましたか。\n\n佐藤：私も迷いました。いまは夜が好きです。",
    },
    "minutes": {
        "title": "第三回定例会の会議録",
        "body": "\n\n".join(
            f"○議長　日程第{n}、議案第{n * 3}号を議題とします。\n\n○田中委員　私は第{n}号の予算の根拠をうかがいます。\n\n"
            f"○議長　お諮りします。本案は原案のとおり決定することに御異議ありませんか。\n\n"
            f"○議長　御異議なしと認めます。よって、本案は原案のとおり可決されました。\n\n"
            f"○総務課長　第{n}号は庁舎の{n}階の改修に関するもので、工期は{n + 3}か月を見込んでいます。費用の内訳は資料{n}のとおりです。"
            for n in range(1, 9)
        ),
    },
    "a quotation": {"title": "手紙の展示が始まる", "body": "展示の最後に手紙がある。\n\n> 私は海を見ています。僕の船はまだ来ません。\n\n手紙は七通ある。"},
    "words with 私 and 僕": {
        "title": "私立学校の助成制度が変わる",
        "body": "私立学校と公私連携の園が対象となる。私的な費用は含まない。公僕という語を使う答弁もあった。山の上から街を見わたし、橋わたしを担う。",
    },
    "a title that ends in dots": {"title": "桜は咲いたけれど…", "body": "四月に雪が降った。桜の枝に積もった雪は昼には消えた。"},
    "a list in a title": {"title": "1）届け出　2）審査　3）許可の流れ", "body": "届け出は窓口で受け付ける。"},
    "a circled list in a title": {"title": "手続きの順：ａ）申請、ｂ）面談、ｃ）決定", "body": "申請は郵送でもよい。"},
    "a face in a title": {"title": "猫が箱から出てこない(´・ω・｀)", "body": "箱を替えても出てこない。"},
    "a smiley in a title": {"title": "サーバーが三日続けて落ちた :(", "body": "原因は電源だった。"},
    "a range in a title": {"title": "区間 [0, 1) の一様乱数を作る", "body": "右端は含まない。"},
    "a tag in a title": {"title": "<table>タグで時間割を組む", "body": "表は行から作る。"},
    "a name of Python in a title": {"title": "__init__ と **kwargs の使い分け", "body": "引数の数が決まらないときに使う。"},
    "a song": {"title": "砂の歌", "body": "\n\n".join(["夜の港に灯がともる\n帰る船はまだ来ない", VERSE, "鳥が鳴く\n岬は遠い", VERSE, "冬が来る\n舟は眠る", VERSE])},
    "a change log": {
        "title": "変更履歴",
        "body": "\n\n".join(
            f"## {n}.0.0\n\n- 軽微な不具合の修正と、依存しているライブラリの更新を行いました。\n- 画面{n}の表示を{n}割ほど速くしました。設定{n}の初期値を変え、古い形式{n}の読み込みをやめました。一覧の並びは新しい順です。"
            for n in range(1, 12)
        ),
    },
    "templates of letters": {
        "title": "お礼のメールのテンプレート三つ",
        "body": "件名：打ち合わせのお礼\n\n[会社名]\n[氏名]様\n\n先日はありがとうございました。[日付]の件、承知いたしました。",
    },
    "words about a name": {"title": "問い合わせの手順", "body": "フォームにあなたの名前と住所を入力し、送信を押します。"},
    "characters gone wrong, explained": {
        "title": "文字化けはなぜ起きるか",
        "body": "UTF-8の文書を別の文字コードで開くと、縺薙ｓ縺ｫ縺｡縺ｯのように見える。失われた字は\ufffdになる。",
    },
    "a recipe": {
        "title": "なすの煮びたし",
        "body": "## 材料\n\n- なす　3本\n- だし　200ml\n\n## 作り方\n\n1. なすを切る。\n2. 弱火で10分煮る。\n\n※ 油は大さじ1（12g）。",
    },
    "an order": {
        "title": "駐輪場条例の一部を改正する条例",
        "body": "第一条　この条例は、次の各号に掲げる事項を定める。\n\n一　駐輪場の位置\n\n(a) 名称\n\n(b) 区域\n\n附則　この条例は、公布の日から施行する。",
    },
    "a page of HTML": {
        "title": "昔の日記の移転",
        "format": "html",
        "body": '<p><a name="top"></a>移転しました。<br>古い記事は残します。</p><font color="red">注意</font><p><a href="#">▲トップへ</a></p>',
    },
    "embedded players": {
        "title": "昔の動画をまとめた",
        "body": '<object width="425" height="350"><param name="movie" value="http://www.youtube.com/v/abc"></param><embed src="http://www.youtube.com/v/abc" width="425"></embed></object>\n\n'
        '<blockquote class="twitter-tweet">投稿</blockquote><script async src="//platform.twitter.com/widgets.js" charset="utf-8"></script>\n\n'
        '<iframe src="https://ext.nicovideo.jp/thumb/sm9"></iframe>\n\n<meta charset="utf-8">\n\n<!-- <script src="/js/old.js"></script> -->',
    },
    "a text about scripts": {
        "title": "スクリプトの置き場所",
        "body": "`<script>`は最後に置く。\n\n```html\n<script>alert(1)</script>\n```\n\n```<script>```のように書くこともある。\n\n    <script src='a.js'></script>\n",
    },
    "a text about models": {
        "title": "学習データの区切りを調べる",
        "body": "文書の終わりには <|endoftext|> が置かれる。解析では ?utm_source=chatgpt.com の付いたリンクが増えた。「AI言語モデルとして、私は答えられません」という定型の断りも集めた。",
    },
    "a company's letter": {"title": "創立五十周年のごあいさつ", "body": "私どもは創業以来、私たちの町とともに歩んできました。承知のとおり、昨年は工場を移しました。"},
    "a glossary": {
        "title": "港の言葉",
        "body": "\n".join(f"- **語{n}**：港で{n}番目に古い言葉で、船を{n}回つなぐことをいう。" for n in range(20)),
    },
    "a table": {
        "title": "年度ごとの利用者",
        "body": "| 年度 | 利用者 |\n|---|---|\n" + "\n".join(f"| {y} | 前年と同じ水準で推移していると館では説明している |" for y in range(2010, 2022)),
    },
    "a link to a shop": {"title": "夏に読む本", "body": "[本](https://www.amazon.co.jp/dp/4000000000)は[この棚](https://amzn.asia/d/abc)にある。"},
}  # fmt: skip

EN = {
    "a release note": {
        "title": "Version 4.2 is out",
        "body": "\n\n".join(
            f"## 4.2.{n}\n\n- Dependencies were updated to get their fixes of security problems that were found.\n"
            f"- Reading file {n} is {n + 2} times faster, and option {n} has another default than it had in version {n}.1; "
            f"what was deprecated in 3.{n} is gone, with its page of the manual."
            for n in range(12)
        ),
    },
    "a poem": {"title": "Row on", "body": "\n\n".join([REFRAIN, "The oars are old", REFRAIN, "The night is cold", REFRAIN])},
    "two releases of the press": {"title": "Releases of the Harbour Office in May", "body": f"The north quay opens on Monday. {'Ships of all sizes are welcome there. ' * 3}\n\n{ABOUT}\n\nThe south quay closes on Friday, until the crane is mended. {'Its tenants have been told by letter. ' * 4}\n\n"
            + "\n\n".join(f"Tide table {n}: high water at {n}:40, low water at {n + 6}:10, and a warning for small craft in the outer basin." for n in range(9))
            + f"\n\n{ABOUT}"},
    "an interview": {
        "title": 'A keeper 5\' 9" tall, and the "tallest" lamp',
        "body": "**Can you give an example?** Sure! Here's one.\n\n**And another?** Of course! Here is what I saw in 1998.\n\nI'm sorry, but I have to go.",
    },
    "a post about assistants": {
        "title": "What the machines say when they refuse",
        "body": 'A reply such as "As an AI language model, I cannot" helps nobody. The web search results show 400 copies.',
    },
    "dots at the end": {"title": "And then the lights went out...", "body": "It was a Tuesday, and the fuse had been old."},
    "a signed message": {
        "title": "Our new key for releases",
        "body": "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe key is 0xABCD.\n-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCAAdFiEE\n-----END PGP SIGNATURE-----",
    },
    "terms": {"title": "Terms (a) to (c), explained", "body": "(a) The party pays.\n\n(b) The party waits.\n\n1) Notice is given.\n\n2) Notice is read."},
    "French within English": {"title": "A café in the old town", "body": "They say “we met at the café…” and « il est né\u00a0» and “a cliché”. MANHÃ\u00a0e SÃO PAULO."},
    "stars of a language": {"title": "*args and **kwargs in ten minutes", "body": "Use `**kwargs` for names; 2**8 is 256."},
    "dummy text": {"title": "Why designers use placeholder text", "body": "Lorem ipsum dolor sit amet is older than the press."},
    "code": {
        "title": "How `foo(` ends a line",
        "body": "```js\nel.onclick = () => { location.href = 'javascript:void(0)' } // TODO\n```\n\nThe line `<a href=\"javascript:alert(1)\">` is never shown.",
    },
    "old HTML": {
        "title": "Pictures from 2008",
        "format": "html",
        "body": '<a onblur="try {parent.deselectBloggerImageGracefully();} catch(e) {}" href="http://example.com/a.jpg"><img src="http://example.com/a.jpg" alt=""></a><center>A view</center><a href="javascript:void(0)">more</a> <a href="#">Back to top</a>',
    },
    "smileys": {"title": "We shipped it :-) (finally", "body": "It took a year."},
    "a meeting": {
        "title": "Minutes of the working group",
        "body": "\n\n".join(
            f"## Item {n}\n\nProposed by member {n}, seconded by member {n + 1}, and adopted without objection.\n\n"
            f"The group looked at request {n} of the harbour, which asks for {n * 7} metres of rope and {n * 2} lamps by spring. "
            f"Member {n + 2} asked who keeps the keys of shed {n}; the warden does, from {n + 5} in the morning."
            for n in range(1, 12)
        ),
    },
}  # fmt: skip
TEXTS = [("ja", kind, fields) for kind, fields in JA.items()] + [
    ("en", kind, fields) for kind, fields in EN.items()
]
KNOWN_BAD = {"smileys": "title.bracket"}  # controls: what is wrong among the texts is found


@pytest.mark.parametrize(("lang", "kind", "fields"), TEXTS, ids=[kind for _, kind, _ in TEXTS])
def test_no_error_in_what_people_write(lang, kind, fields):
    document = make_document(**{"lang": lang, **fields})
    plain = render(document.body, document.format, lang).text
    errors = {one.id: one.snippet for one in check(document, Around(plain=plain)) if one.severity == "error"}
    assert set(errors) == {KNOWN_BAD[kind]} if kind in KNOWN_BAD else not errors, errors


def test_there_are_texts_of_many_kinds():
    assert len(JA) >= 28 and len(EN) >= 14
