"""A newsroom of 10,000 articles, made in less than a minute: the same number and seed give the same texts.

Rows are written in bulk with the columns and the history that the rule book would have left, because the steps one by
one would take an hour. What decides the cost of a page is here at its worst: 3,000 open texts in every status, some
articles with 8 revisions and 40 entries, one with 400 entries, 60 notes and a text of 40 KB.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from bench import articles, beside, findings
from posts import roles
from posts.models import Author, Category, Image, Tag

POSTS = 10_000
SECTIONS, AUTHORS, TAGS, IMAGES = 40, 60, 300, 80
STAFF = {"writer": 12, "editor": 6, "publisher": 4, "admin": 3}
_AREAS = "政治 経済 国際 科学 技術 医療 文化 暮らし Markets Energy".split()
_THINGS = "半導体 電力 投資 規制 雇用 市場 教育 農業 物流 Cloud Robotics Policy".split()
_FAMILY = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 Smith Garcia".split()


@dataclass(frozen=True)
class Cast:
    """Who works here and what there is to name: people by role, names and addresses of pictures in their order."""

    people: dict[str, list]
    sections: list[str]
    authors: list[str]
    tags: list[str]
    covers: list[str]
    now: datetime

    @property
    def everybody(self) -> list:
        return [person for people in self.people.values() for person in people]


def fill(count: int = POSTS, *, lists: bool = True) -> Cast:
    """Fill the empty database; `lists`: with notes, notices and what else stands beside the texts."""
    with transaction.atomic():
        cast = _cast()
        articles.write(cast, count)
        if lists:
            beside.write(cast)
            findings.write(cast)
    return cast


def _cast() -> Cast:
    now = timezone.now()
    images = Image.objects.bulk_create(_image(number) for number in range(IMAGES))
    people = {role: [_person(role, number) for number in range(count)] for role, count in STAFF.items()}
    sections = [f"{_AREAS[n % 10]}・{_THINGS[n % 12]}" if n > 9 else _AREAS[n] for n in range(SECTIONS)]
    tags = [f"{_THINGS[n % 12]}{n}" for n in range(TAGS)]
    authors = [f"{_FAMILY[n % 10]} {n}" for n in range(AUTHORS)]
    Category.objects.rows(sections)
    Tag.objects.rows(tags)
    rows = Author.objects.rows(authors)
    for number, row in enumerate(rows.values()):
        row.portrait = images[number % IMAGES] if number % 3 else None
        row.aliases = [f"Writer {number}"] if number % 4 == 0 else []
    for person, row in zip(people["writer"], rows.values(), strict=False):
        row.user = person
    Author.objects.bulk_update(rows.values(), ["portrait", "aliases", "user"])
    Tag.objects.filter(pk__lte=60).update(aliases=["旧称", "Old name"])
    return Cast(people, sections, authors, tags, [image.address for image in images], now)


def _image(number: int) -> Image:
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    name = f"images/{digest[:2]}/{digest[2:]}.png"
    return Image(file=name, sha256=digest, width=1200, height=800, alt=f"図 {number}", credit="Photo Agency")


def _person(role: str, number: int):
    person = get_user_model().objects.create(
        username=f"{role}{number}",
        last_name=_FAMILY[number % 10],
        first_name=f"{role.title()} {number}",
        email=f"{role}{number}@example.com",
        is_staff=True,
    )
    person.groups.add(roles.group(role))
    return person
