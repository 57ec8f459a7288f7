"""What each check says (specs/checks.md 4): short, neutral, with what to do.

English; a person reads it through gettext with the finding's params: `%(n)s` the count, `%(s)s` the words at the first
place. `_` only marks the messages for the catalogue: no Django here.
"""


def _(words: str) -> str:
    return words


MESSAGES = {
    "title.missing": _("The title is missing."),
    "title.bracket": _("The title has an unmatched %(c)s. Check whether it was cut off."),
    "title.cut": _("The title stops part-way through the opening line. Suggested: %(s)s"),
    "title.markup": _("Markup is left in the title: %(s)s"),
    "title.splice": _("The title goes on after the mark that ends a sentence."),
    "title.length": _("The title is %(size)s characters wide; %(min)s to %(max)s are read easily."),
    "title.duplicate": _("Another article has this title, or nearly: %(link)s"),
    "title.year": _("The title begins with another year than that of publication (%(year)s)."),
    "excerpt.boilerplate": _("The summary is a stock phrase. Say what the article reports."),
    "excerpt.same_as_title": _("The summary only repeats the title."),
    "excerpt.form": _(
        "The summary is missing, too short or long (30 to 160 characters), or has markup in it."
    ),
    "ai.marker": _("%(n)s mark(s) of a generator are left in the text. Delete them."),
    "ai.leak": _("This looks like the reply of a tool: %(s)s"),
    "body.placeholder": _("A placeholder has not been replaced: %(s)s"),
    "body.repeat": _("%(n)s paragraph(s) are repeated (%(c)s characters). Keep one of each."),
    "body.near_repeat": _("%(n)s paragraph(s) nearly repeat earlier ones. Keep one, or say it once."),
    "body.title_repeat": _("The text begins by repeating the title."),
    "body.unsafe_html": _("HTML that is never shown stands in the text: %(s)s. Delete it."),
    "heading.repeat": _("%(n)s heading(s) are repeated: %(s)s"),
    "heading.bold": _("%(n)s paragraphs are only bold. Make them headings."),
    "heading.level": _("A heading is of the first level, or a level is left out: %(s)s"),
    "heading.none": _("A text of %(n)s words or characters has no heading."),
    "para.cut": _("A paragraph stops in the middle of a sentence: …%(s)s"),
    "para.noperiod": _("A paragraph ends without its full stop: …%(s)s"),
    "para.long": _("%(n)s paragraph(s) have more than 400 characters."),
    "sentence.long": _("%(n)s sentence(s) have more than 120 characters."),
    "body.bracket": _("A paragraph has an unmatched %(c)s: %(s)s"),
    "body.literal_bold": _("The signs ** can be seen in the text: %(s)s"),
    "body.template_tag": _("A template's code is left in the text: %(s)s"),
    "link.broken": _("A link leads nowhere, is unfinished, or says nothing of its target: %(s)s"),
    "img.alt": _("%(n)s image(s) have no alternative text."),
    "source.none": _("No source and no link to other sites. Name where it is from."),
    "style.first_person": _("First person “%(s)s” (%(n)s times). The house writes in the voice of the desk."),
    "style.we": _("“%(s)s” (%(n)s times): say who is meant."),
    "style.address": _("Readers are addressed: “%(s)s” (%(n)s times)."),
    "style.hype": _("%(n)s strong words, such as “%(s)s”. Say what happened."),
    "style.mix": _("です・ます and である are mixed (%(n)s sentences)."),
    "number.percent": _("Check this percentage: %(s)s"),
    "legal.ad_label": _("Paid links need a label above the article. Set what kind of advertising it is."),
    "legal.invest": _("Words of investing (%(n)s): the section needs its disclaimer."),
    "legal.assertion": _("A promise about prices or profit: %(s)s"),
    "char.bad": _("Broken or invisible characters: %(s)s"),
    "cross.duplicate": _("%(n)s paragraph(s) stand in another article as well: %(link)s"),
    "tag.duplicate": _("A tag stands twice: %(s)s"),
    "tag.count": _("The article has %(n)s tags; one to six help readers."),
}
