"""Hugo's shortcodes, WordPress's captions, and what the report counts."""

import time

import pytest

from .stages import body, converted, normal, rules

LINKS = {
    "source:posts/b.md": "/2025/01/01/b/",
    "stem:b": "/2025/01/01/b/",
    "source:posts/c": "/2025/01/02/c/",
}
MADE = {
    "ref": ('{{< ref "b.md#x" >}}', "/2025/01/01/b/#x"),
    "ref in a link": ('[t]({{< relref "posts/b" >}})', "[t](/2025/01/01/b/)"),
    "ref to a bundle": ('[t]({{% ref "/posts/c" %}})', "[t](/2025/01/02/c/)"),
    "ref in an element": ('<a href="{{< ref path="b" >}}">t</a>', '<a href="/2025/01/01/b/">t</a>'),
    "ref to the page itself": ('[t]({{< ref "#part" >}})', "[t](#part)"),
    "figure": ('{{< figure src="https://e.example/a.png" alt="A" >}}', "![A](https://e.example/a.png)"),
    "figure with a caption": (
        '{{< figure src="https://e.example/a.png" caption="see [x](/y/)" >}}',
        '<figure><img src="https://e.example/a.png" alt="see x">'
        '<figcaption>see <a href="/y/">x</a></figcaption></figure>',
    ),
    "img": ('a {{< img "https://e.example/a.png" "A" >}}', "a ![A](https://e.example/a.png)"),
    "youtube": ("{{< youtube w7Ft2ymGmfc >}}", "<https://www.youtube.com/watch?v=w7Ft2ymGmfc>"),
    "youtube by name": ('{{<youtube id="w7F">}}', "<https://www.youtube.com/watch?v=w7F>"),
    "highlight": (
        '{{< highlight go "linenos=table" >}}\n{{< x >}} ``` {{ y }}\n{{< /highlight >}}',
        "````go\n{{< x >}} ``` {{ y }}\n````",
    ),
    "note": ("a\n\n{{< note >}}\nOne\n\n    code\n{{< /note >}}\nb", "a\n\n>\n> One\n>\n>     code\n\nb"),
    "box": ("{{% box %}}text{{% /box %}}", "> text"),
    "box inside a line": ("a {{% box %}}text{{% /box %}} b", "a text b"),
    "unknown pair": ("{{% x a='1' %}}inner **b**{{% /x %}}", "inner **b**"),
    "unknown single": ('a {{< term "word" "other" >}} b {{< tweet user="x" >}}c', "a word b c"),
    "self-closing": ('{{< term "word" />}}', "word"),
    "escaped": ('{{</* ref "x" */>}}', '&#123;&#123;&lt; ref "x" &gt;&#125;&#125;'),
    "code span": ("`{{< x >}}`", "`{{< x >}}`"),
    "fence": ("```\n{{< x >}}\n```", "```\n{{< x >}}\n```"),
    "fence in a note": ("{{< note >}}\n```\n{{< x >}}\n```\n{{< /note >}}", ">\n> ```\n> {{< x >}}\n> ```"),
}


@pytest.mark.parametrize("name", MADE)
def test_shortcode_becomes(name):
    text, expected = MADE[name]
    assert body(text, links=LINKS, source="posts/a.md") == expected


def test_what_is_not_known_is_reported_with_its_line_and_holds_nothing_back():
    made = converted('a\n\n{{< x "y" >}}\n\n{{< z >}}in\n\n{{< /z >}}\n\n[q]({{< ref "zz.md" >}})')
    assert [(problem.rule, problem.line) for problem in made.problems] == [
        ("shortcode.unknown", 3),
        ("shortcode.unknown", 5),
        ("link.unknown", 9),
    ]
    assert made.holds == () and made.document.body == "a\n\ny\n\nin\n\n\n\n[q](/zz/)"


def test_shortcodes_of_html_posts_become_elements():
    text = "---\ntitle: T\ndate: 2025-04-01\n---\n<p>{{< youtube x >}}</p>{{< note >}}a{{< /note >}}"
    made = converted(normal(text, "a.html"))
    assert made.document.body == (
        '<p><a href="https://www.youtube.com/watch?v=x">https://www.youtube.com/watch?v=x</a></p>'
        "<blockquote>a</blockquote>"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[caption id="a" width="300"]![A](https://e.example/a.png) My words[/caption]',
            '<figure><img src="https://e.example/a.png" alt="A"><figcaption>My words</figcaption></figure>',
        ),
        (
            '[caption caption="W"]<a href="/b"><img src="https://e.example/b.png"></a>[/caption]',
            '<figure><a href="/b"><img src="https://e.example/b.png"></a><figcaption>W</figcaption></figure>',
        ),
        ("[caption]no picture[/caption]", "no picture"),
        ("`[caption]x[/caption]`", "`[caption]x[/caption]`"),
    ],
)
def test_caption_becomes_a_figure(text, expected):
    assert body(text) == expected


def test_what_will_be_dropped_is_counted():
    made = converted(
        '<p style="x" onclick="y">t</p> [a](javascript:x)\n\n`<p style="x">`\n\nb\n{: onclick="z"}'
    )
    counts = {problem.rule: problem.params["count"] for problem in made.problems}
    assert counts == {"dropped.style": 1, "dropped.handler": 2, "dropped.script_address": 1}


def test_body_over_the_limit_is_refused_before_it_is_converted():
    start = time.process_time()
    with pytest.raises(ValueError) as caught:
        converted("{{< a >}}" * 200_000)
    assert (caught.value.code, caught.value.field) == ("too_long", "body")
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "part",
    [
        "{{< a >}}",
        "{{< /a >}}",
        "{{< a ",
        "{{<  ",
        "{{< note >}}",
        '{{< a "\\"',
        "{{< highlight a >}}",
        "[caption]",
        "![a]",
        '<p style="',
    ],
)
def test_hostile_repetition_stays_linear(part):
    start = time.process_time()
    body(part * (190_000 // len(part)))
    assert time.process_time() - start < 2


def test_deep_nesting_is_not_followed():
    made = converted("{{< a >}}" * 5_000 + "x" + "{{< /a >}}" * 5_000)
    assert made.document.body == "x" and "shortcode.open" in rules(made)
