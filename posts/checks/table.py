"""The checks, one row each (specs/checks.md 3): id, severity, what looks, languages, what can be put right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import (
    across,
    characters,
    headings,
    links,
    markers,
    paragraphs,
    repeats,
    safety,
    summaries,
    titles,
    voice,
)
from .around import Around
from .finding import ERROR, INFO, WARNING, Hit
from .prepared import Prepared
from .words import MESSAGES

# Raise it when a check finds other things: stored verdicts with an older one are judged again.
VERSION = "3"
ALL, JA = (), ("ja",)
Looks = Callable[[Prepared, Around], Iterable[Hit]]


@dataclass(frozen=True)
class Check:
    """One row. `languages` empty: every one. `fixed` "safe": put right together with the others, when a person has seen
    the difference; "choice": offered singly, since it decides something; "": only a person knows.

    `locked` ones are neither switched off nor waived. `is_late` ones do not hold up a submission, only a publication.
    """

    id: str
    severity: str
    looks: Looks
    languages: tuple[str, ...] = ALL
    fixed: str = ""
    locked: bool = False
    is_late: bool = False

    @property
    def message(self) -> str:
        return MESSAGES[self.id]


_ROWS = (
    Check("title.missing", ERROR, titles.missing),
    Check("title.bracket", ERROR, titles.bracket, fixed="choice"),
    Check("title.cut", ERROR, titles.cut, JA, "choice"),
    Check("title.markup", ERROR, titles.markup, fixed="safe"),
    Check("title.splice", WARNING, titles.splice, JA),
    Check("title.length", WARNING, titles.length),
    Check("title.duplicate", WARNING, titles.duplicate),
    Check("title.year", INFO, titles.year, JA),
    Check("excerpt.boilerplate", ERROR, summaries.boilerplate, JA, "choice"),
    Check("excerpt.same_as_title", WARNING, summaries.same_as_title, fixed="choice"),
    Check("excerpt.form", WARNING, summaries.form, fixed="safe"),
    Check("ai.marker", ERROR, markers.marker, fixed="safe"),
    Check("ai.leak", ERROR, markers.leak),
    Check("body.placeholder", ERROR, markers.placeholder),
    Check("body.repeat", ERROR, repeats.repeat, fixed="safe"),
    Check("body.near_repeat", WARNING, repeats.near_repeat, fixed="choice"),
    Check("body.title_repeat", WARNING, repeats.title_repeat, fixed="safe"),
    Check("body.unsafe_html", ERROR, safety.unsafe, fixed="safe", locked=True),
    Check("heading.repeat", WARNING, repeats.heading_repeat),
    Check("heading.bold", WARNING, headings.bold, fixed="safe"),
    Check("heading.level", WARNING, headings.level, fixed="safe"),
    Check("heading.none", WARNING, headings.none),
    Check("para.cut", WARNING, paragraphs.cut, JA),
    Check("para.noperiod", INFO, paragraphs.no_period, JA),
    Check("para.long", INFO, paragraphs.long, JA),
    Check("sentence.long", INFO, paragraphs.long_sentence, JA),
    Check("body.bracket", WARNING, paragraphs.bracket, JA),
    Check("body.literal_bold", WARNING, paragraphs.literal_bold, JA),
    Check("body.template_tag", WARNING, markers.template_tag),
    Check("link.broken", WARNING, links.broken),
    Check("img.alt", WARNING, links.no_alt),
    Check("source.none", WARNING, links.no_source),
    Check("style.first_person", ERROR, voice.first_person, JA),
    Check("style.we", INFO, voice.we, JA),
    Check("style.address", INFO, voice.address, JA),
    Check("style.hype", INFO, voice.hype, JA),
    Check("style.mix", INFO, voice.mix, JA),
    Check("number.percent", WARNING, voice.percent),
    Check("legal.ad_label", ERROR, links.ad_label, JA, "choice", is_late=True),
    Check("legal.invest", INFO, voice.invest, JA),
    Check("legal.assertion", WARNING, voice.assertion, JA),
    Check("char.bad", WARNING, characters.bad, fixed="safe"),
    Check("cross.duplicate", WARNING, across.duplicate, is_late=True),
    Check("tag.duplicate", INFO, across.tag_duplicate),
    Check("tag.count", INFO, across.tag_count),
)
CHECKS: dict[str, Check] = {check.id: check for check in _ROWS}


def is_locked(check_id: str) -> bool:
    """Whether nothing switches the check off and nobody waives what it finds; a rule of the house never is."""
    return check_id in CHECKS and CHECKS[check_id].locked
