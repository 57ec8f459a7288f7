"""The markdown rules of the import specification (M-01 to M-14, I-62, I-65), one row per behaviour."""

from __future__ import annotations

import re

import pytest

from posts.rendering import render

BOX = '<div class="scroll" tabindex="0">'

RULES = {
    # M-01, M-13: lists
    "list_after_a_paragraph": ("p\n- a\n- b", "<p>p</p><ul><li>a</li><li>b</li></ul>"),
    "number_one_after_a_paragraph": ("p\n1. a", "<p>p</p><ol><li>a</li></ol>"),
    "other_number_stays_in_the_paragraph": ("in\n1986. What", "<p>in\n1986. What</p>"),
    "nested_by_two": ("- a\n  - b\n    - c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
    "nested_by_three": ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
    "nested_by_four": ("- a\n    - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    "nested_by_a_tab": ("- a\n\t- b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
    "wide_marker": ("-   a\n\n    b\n-   c", "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>"),
    "loose_list": ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
    "paragraph_in_an_item": ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
    "lazy_line": ("- a\nb", "<ul><li>a\nb</li></ul>"),
    "lazy_line_underlines_nothing": ("> a\n===", "<blockquote><p>a\n===</p></blockquote>"),
    "quote_in_an_item": ("- a\n  > b", "<ul><li>a<blockquote><p>b</p></blockquote></li></ul>"),
    "list_in_a_quote": ("> - a\n>   - b", "<blockquote><ul><li>a<ul><li>b</li></ul></li></ul></blockquote>"),
    "other_bullet_begins_another_list": ("- a\n* b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
    "empty_item": ("- a\n-\n- b", "<ul><li>a</li><li></li><li>b</li></ul>"),
    "japanese_item": (
        "本文です\n- 項目一\n- 項目二",
        "<p>本文です</p><ul><li>項目一</li><li>項目二</li></ul>",
    ),
    # a picture alone with a title is a figure
    "title_of_a_lone_picture": (
        '![港](/a.png "朝の*港* & <海>")',
        '<figure><img alt="港" src="/a.png" loading="lazy" decoding="async">'
        "<figcaption>朝の*港* &amp; &lt;海&gt;</figcaption></figure>",
    ),
    "lone_picture_in_a_link": (
        '[![港](/a.png "朝")](/b)',
        '<figure><a href="/b"><img alt="港" src="/a.png" loading="lazy" decoding="async"></a>'
        "<figcaption>朝</figcaption></figure>",
    ),
    "class_of_a_figure": (
        '![港](/a.png "朝")\n{: .left }',
        '<figure class="left"><img alt="港" src="/a.png" loading="lazy" decoding="async">'
        "<figcaption>朝</figcaption></figure>",
    ),
    "lone_picture_without_a_title": (
        "![港](/a.png)",
        '<p><img alt="港" src="/a.png" loading="lazy" decoding="async"></p>',
    ),
    "picture_among_words": (
        '朝 ![港](/a.png "題")',
        '<p>朝 <img alt="港" title="題" src="/a.png" loading="lazy" decoding="async"></p>',
    ),
    # M-02: numbers
    "numbers_go_on_after_code": (
        "1. a\n\n   ```\n   x\n   ```\n2. b",
        '<ol><li><p>a</p><div class="highlight"><pre tabindex="0"><code>x\n</code></pre></div>'
        "</li><li><p>b</p></li></ol>",
    ),
    "a_list_keeps_its_first_number": ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
    # M-03
    "closing_bracket_as_marker": ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
    # M-04
    "backslash_at_the_end": ("a\\\nb", "<p>a<br>\nb</p>"),
    "two_spaces_at_the_end": ("a  \nb", "<p>a<br>\nb</p>"),
    "backslash_in_code": ("`a\\` b", "<p><code>a\\</code> b</p>"),
    # M-05
    "table_under_a_paragraph": (
        "p\n| a | b |\n|---|--:|\n| 1 | 2 |",
        "<p>p</p>" + BOX + '<table><thead><tr><th>a</th><th class="right">b</th></tr></thead>'
        '<tbody><tr><td>1</td><td class="right">2</td></tr></tbody></table></div>',
    ),
    "list_under_a_table": (
        "|a|b|\n|-|-|\n|c|d|\n- e",
        BOX + "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>c</td><td>d</td></tr></tbody></table></div>"
        "<ul><li>e</li></ul>",
    ),
    "heading_under_a_paragraph": ("p\n## a\nq", '<p>p</p><h2 id="h-a">a</h2><p>q</p>'),
    "hashtag_is_no_heading": ("#AI #半導体", "<p>#AI #半導体</p>"),
    "pipe_in_code_is_no_cell": (
        "| a | b |\n|---|---|\n| `x|y` | z |",
        BOX + "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td><code>x|y</code></td><td>z</td></tr></tbody></table></div>",
    ),
    # M-07: emphasis next to Japanese
    "bold_in_brackets": ("これは**「語」**です", "<p>これは<strong>「語」</strong>です</p>"),
    "bold_before_a_particle": ("**AI（人工知能）**は", "<p><strong>AI（人工知能）</strong>は</p>"),
    "bold_percent": ("**10%**の伸び", "<p><strong>10%</strong>の伸び</p>"),
    "underscore_inside_a_word": ("snake_case_name", "<p>snake_case_name</p>"),
    # M-08: soft breaks
    "break_between_japanese": ("日本\n語", "<p>日本語</p>"),
    "break_after_a_full_stop": ("です。\n次", "<p>です。次</p>"),
    "break_across_bold": ("**強調**\nです", "<p><strong>強調</strong>です</p>"),
    "break_inside_bold": ("**強\n調**です", "<p><strong>強調</strong>です</p>"),
    "break_across_raw_tags": ("<b>強調</b>\nです", "<p><b>強調</b>です</p>"),
    "break_across_a_link": ("見る\n[ここ](/a)\n次", '<p>見る<a href="/a">ここ</a>次</p>'),
    "break_next_to_latin": ("日本\nAI\n語", "<p>日本\nAI\n語</p>"),
    "break_between_hangul": ("한국\n말", "<p>한국\n말</p>"),
    "hard_break_stays": ("日本  \n語", "<p>日本<br>\n語</p>"),
    "raw_break_stays": ("日本<br>\n語", "<p>日本<br>\n語</p>"),
    "break_in_a_list_item": ("- 日本\n  語", "<ul><li>日本語</li></ul>"),
    # M-10: extensions
    "strikethrough": ("~~a~~ H~2~O", "<p><del>a</del> H~2~O</p>"),
    "task_list": (
        "- [ ] a\n- [x] b",
        '<ul class="task-list"><li class="task-list-item"><input type="checkbox" disabled> a</li>'
        '<li class="task-list-item"><input type="checkbox" disabled checked> b</li></ul>',
    ),
    "definition_list": ("用語\n: 説明\n: 別の説明", "<dl><dt>用語</dt><dd>説明</dd><dd>別の説明</dd></dl>"),
    "two_terms": ("a\n: 1\n\nb\n: 2", "<dl><dt>a</dt><dd>1</dd><dt>b</dt><dd>2</dd></dl>"),
    "abbreviation": ("*[AI]: 人工知能\n\nAI です", '<p><abbr title="人工知能">AI</abbr> です</p>'),
    "abbreviation_before_a_particle": (
        "*[AI]: 人工知能\n\nAIは",
        '<p><abbr title="人工知能">AI</abbr>は</p>',
    ),
    "dollars_stay": ("$$x^2$$", "<p>$$x^2$$</p>"),
    # M-12
    "setext": ("題\n===\n\n節\n---", '<h1 id="h-題">題</h1><h2 id="h-節">節</h2>'),
    "rule": ("a\n\n---\n\nb\n\n* * *", "<p>a</p><hr><p>b</p><hr>"),
    # M-14
    "toc_marker_is_text": ("[TOC]\n\n## a", '<p>[TOC]</p><h2 id="h-a">a</h2>'),
    # I-62: attribute lists
    "class_under_a_paragraph": ("a\n{: .cta}", '<p class="cta">a</p>'),
    "class_under_a_list": ("- a\n{: .cta}", '<ul class="cta"><li>a</li></ul>'),
    "class_under_a_quote": ("> a\n{: .cta}", '<blockquote class="cta"><p>a</p></blockquote>'),
    "class_under_a_table": (
        "|a|b|\n|-|-|\n{: .wide}",
        BOX + '<table class="wide"><thead><tr><th>a</th><th>b</th></tr></thead>'
        "<tbody><tr><td></td><td></td></tr></tbody></table></div>",
    ),
    "class_before_a_paragraph": ("x\n\n{: .cta}\na", '<p>x</p><p class="cta">a</p>'),
    "class_on_a_span": ("*x*{: .lead} y", '<p><em class="lead">x</em> y</p>'),
    "class_on_a_link": ("[x](/y){: .cta}", '<p><a class="cta" href="/y">x</a></p>'),
    "class_on_an_item": ("- {:.cta} a", '<ul><li class="cta">a</li></ul>'),
    "unknown_class_is_dropped": ("a\n{: .evil}", "<p>a</p>"),
    "target_vanishes": ('[x](/y){:target="_blank"}', '<p><a href="/y">x</a></p>'),
    "handler_vanishes": ('[x](/y){: onclick="alert(1)"}', '<p><a href="/y">x</a></p>'),
    "no_toc_vanishes": ("## a\n{:.no_toc}", '<h2 id="h-a">a</h2>'),
    "toc_list_vanishes": ("* TOC\n{:toc}\n\nx", "<p>x</p>"),
    "stray_list_vanishes": ("text {: .cta} more", "<p>text  more</p>"),
    "lonely_list_vanishes": ("{: .cta}", ""),
    "options_vanish": ("{::options toc_levels='1..3' /}\n\nx", "<p>x</p>"),
    "list_in_code_stays": ("`{: .cta}`", "<p><code>{: .cta}</code></p>"),
    "other_braces_stay": ("{:ok, value} {{ x }} {% y %}", "<p>{:ok, value} {{ x }} {% y %}</p>"),
    "template_after_bold_stays": ("**a**{{ b }}", "<p><strong>a</strong>{{ b }}</p>"),
    # I-65: markdown in HTML
    "markdown_in_details": (
        "<details>\n<summary>s</summary>\n\n## a\n\n- b\n\n</details>",
        '<details><summary>s</summary><h2 id="h-a">a</h2><ul><li>b</li></ul></details>',
    ),
    "markdown_attribute": (
        '<div markdown="1">\n**a**\n</div>',
        "<div><p><strong>a</strong></p></div>",
    ),
    "html_without_blank_line_is_raw": ("<div>\n**a**\n</div>", "<div>\n**a**\n</div>"),
    "comment_vanishes": ("a\n\n<!--more-->\n\nb", "<p>a</p><p>b</p>"),
    # links
    "reference": ('[a][b]\n\n[b]: /x "t"', '<p><a title="t" href="/x">a</a></p>'),
    "reference_over_two_lines": ('[a]\n\n[a]: /x\n  "t"', '<p><a title="t" href="/x">a</a></p>'),
    "reference_and_then_text": ("[a]: /x\n[a]", '<p><a href="/x">a</a></p>'),
    "reference_with_code": ("[`a_b`]\n\n[`a_b`]: /x", '<p><a href="/x"><code>a_b</code></a></p>'),
    "escaped_at": (r"\@name \~", "<p>@name ~</p>"),
}


def squeezed(text: str) -> str:
    """HTML without the line breaks between its tags."""
    return re.sub(r">\n+<", "><", re.sub(r"\n+(?=</?(?:ul|ol|div|dl|blockquote)\b)", "", text))


@pytest.mark.parametrize(("source", "expected"), RULES.values(), ids=RULES)
def test_markdown_becomes(source: str, expected: str) -> None:
    assert squeezed(render(source).html) == squeezed(expected)


ADDRESSES = {
    "before_a_full_stop": ("https://example.com/path。次", "https://example.com/path"),
    "before_a_particle": ("https://example.com/をご覧", "https://example.com/"),
    "after_japanese": ("詳細はhttps://example.com/a", "https://example.com/a"),
    "in_full_width_brackets": ("（https://example.com/a）", "https://example.com/a"),
    "in_brackets": ("(https://example.com/a)", "https://example.com/a"),
    "with_brackets": ("https://example.com/a_(b)", "https://example.com/a_(b)"),
    "percent_encoded": ("https://example.com/%E6%97%A5 です", "https://example.com/%E6%97%A5"),
    "before_a_comma": ("https://example.com/a, b", "https://example.com/a"),
    "in_bold": ("**https://example.com/a**", "https://example.com/a"),
    "in_angle_brackets": ("<https://example.com/a>", "https://example.com/a"),
}


@pytest.mark.parametrize(("source", "address"), ADDRESSES.values(), ids=ADDRESSES)
def test_bare_address_ends(source: str, address: str) -> None:
    assert re.findall(r'href="([^"]*)"', render(source).html) == [address]


def test_address_in_code_or_link_text_is_not_linked_again() -> None:
    assert render("`https://a.example`").html == "<p><code>https://a.example</code></p>"
    assert render("[https://a.example](/b)").html == '<p><a href="/b">https://a.example</a></p>'


def test_addresses_without_protocol_get_https() -> None:
    assert 'href="https://www.example.com/a"' in render("www.example.com/a").html


HEADINGS = {
    "japanese": ("## 見出し 日本語 Foo", ["h-見出し-日本語-foo"]),
    "twice": ("## 見出し\n\n## 見出し", ["h-見出し", "h-見出し_1"]),
    "full_width": ("## ＡＩ", ["h-ai"]),
    "explicit": ("## a {#Top}", ["h-Top"]),
    "raw": ('<h2 id="x">a</h2>', ["h-x"]),
    "raw_without_id": ("<h2>a</h2>", ["h-a"]),
    "names_of_the_browser": ("## location\n\n## \\_\\_proto__", ["h-location", "h-__proto__"]),
    "prefixed_once": ("## a {#h-x}", ["h-x"]),
    "without_letters": ("## ！？", ["h-"]),
}


@pytest.mark.parametrize(("source", "ids"), HEADINGS.values(), ids=HEADINGS)
def test_heading_ids(source: str, ids: list[str]) -> None:
    assert re.findall(r'id="([^"]*)"', render(source).html) == ids


def test_links_follow_the_ids() -> None:
    assert 'href="#h-a"' in render("[x](#a)\n\n## a").html
    assert 'href="#h-a"' in render("[x](#h-a)").html
    assert 'href="#"' in render("[x](#)").html


def test_footnotes_are_linked_both_ways_with_prefixed_ids() -> None:
    html = render("文[^注]と[^2]。\n\n[^2]: 二つ目\n[^注]: 一つ目\n\n    続き").html
    assert '<sup id="h-fnref:注"><a class="footnote-ref" href="#h-fn:注">1</a></sup>' in html
    assert '<li id="h-fn:注">\n<p>一つ目</p>\n<p>続き' in html
    assert 'title="注1の参照元へ戻る" class="footnote-backref" href="#h-fnref:注"' in html
    assert html.index("一つ目") < html.index("二つ目")


def test_footnote_words_follow_the_language() -> None:
    assert "Back to where note 1 is used" in render("a[^1]\n\n[^1]: b", lang="en").html
