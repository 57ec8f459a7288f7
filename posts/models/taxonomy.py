"""Sections, people and tags: names that are matched however they are spelt, and keep their old names."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from posts import text

from . import languages
from .post import Redirect

_CHANCES = 5  # tries to make a name while others make names of the same slug


class NameQuerySet(models.QuerySet):
    def by_names(self, names: Iterable[str]) -> dict[str, Any]:
        """{key: row} for the names that exist, found by key and then by alias."""
        keys = {text.key(name) for name in names}
        found = {row.key: row for row in self.filter(key__in=keys)}
        if missing := keys - set(found):
            for row in self.exclude(aliases=[]):
                found |= {text.key(alias): row for alias in row.aliases if text.key(alias) in missing}
        return found

    def rows(self, names: Iterable[str]) -> dict[str, Any]:
        """{key: row} for all of these names, made where there is none.

        In the order of their keys: two saves that make the same names wait for each other and do not lock.
        """
        wanted: dict[str, str] = {}
        for name in names:
            wanted.setdefault(text.key(name), name)
        found = self.by_names(wanted.values()) if wanted else {}
        for key, name in sorted(wanted.items()):
            if key not in found:
                found[key] = self._make(name)
        return found

    def _make(self, name: str) -> models.Model:
        for chance in range(_CHANCES, 0, -1):
            try:
                with transaction.atomic():
                    return self.create(name=text.label(name))
            except (
                IntegrityError
            ):  # somebody else was faster, with this name or with another of the same slug
                if row := self.filter(key=text.key(name)).first():
                    return row
                if chance == 1:
                    raise
        raise AssertionError

    def free_slug(self, name: str) -> str:
        """A slug for the name that no other row has, and no row that has been merged or renamed had."""
        base, number = text.name_slug(name), 1
        slug = base
        while self.filter(slug=slug).exists() or Redirect.objects.at([self.model(slug=slug).path]).exists():
            number += 1
            slug = f"{text.cut(base, 95)}-{number}"
        return slug

    def matching(self, words: str):
        """Rows that hold each of the words in their name, their address or one of their other names, folded."""
        found = self
        for word in text.key(words).split():
            others = self.model.objects.exclude(aliases=[]).only("aliases")
            named = [row.pk for row in others if any(word in text.key(alias) for alias in row.aliases)]
            found = found.filter(Q(key__contains=word) | Q(slug__icontains=word) | Q(pk__in=named))
        return found


class Named(models.Model):
    """A name, its key (NFKC, casefold), an address that is never empty, and earlier or other names."""

    key = models.CharField(max_length=300, unique=True, editable=False)
    aliases = models.JSONField(
        _("other names"),
        default=list,
        blank=True,
        help_text=_('A list such as ["AI", "A.I."]; each leads here.'),
    )

    objects = NameQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.name = text.label(self.name)
        self._remember_old_name()
        self._complete()
        super().save(*args, **kwargs)

    @property
    def path(self) -> str:
        """The public path as a redirect spells it: decoded."""
        return unquote(self.get_absolute_url())

    def _complete(self) -> None:
        """The key, and a slug that can stand in an address: the one given, else one made from the name."""
        self.key = text.key(self.name)
        self.slug = text.address(self.slug, 100) or type(self).objects.free_slug(self.name)

    def clean(self):
        self._complete()
        if not isinstance(self.aliases, list) or not all(isinstance(alias, str) for alias in self.aliases):
            raise ValidationError({"aliases": _('Write a list of names such as ["AI", "A.I."].')})
        for name, row in type(self).objects.by_names([self.name, *self.aliases]).items():
            if row.pk != self.pk:
                raise ValidationError(
                    _("“%(name)s” already is a name of “%(other)s”."),
                    params={"name": name, "other": row.name},
                )

    def _remember_old_name(self) -> None:
        """A new name keeps the old one as an alias; addresses and approvals stay as they are."""
        old = (
            type(self).objects.filter(pk=self.pk).values_list("name", flat=True).first() if self.pk else None
        )
        names = [*self.aliases, *([old] if old else [])]
        self.aliases = list(dict.fromkeys(name for name in names if text.key(name) != text.key(self.name)))


class Category(Named):
    """A section; flat, in the order the newsroom gives."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.CharField(_("slug (address)"), max_length=100, unique=True, blank=True)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    disclaimer = models.TextField(
        _("disclaimer"), blank=True, help_text=_("Stands above and below each article.")
    )
    checks_off = models.JSONField(_("checks switched off"), default=list, blank=True)  # ids of checks

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
        constraints = [models.CheckConstraint(condition=~models.Q(slug=""), name="category_slug_not_empty")]

    def get_absolute_url(self) -> str:
        return languages.local(reverse("category", args=[self.slug]))


class Author(Named):
    """A byline. Never an account by itself; the desk may link one."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.CharField(_("slug (address)"), max_length=100, unique=True, blank=True)
    bio = models.TextField(_("about the author"), blank=True)
    portrait = models.ForeignKey(
        "posts.Image", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("portrait")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("user"),
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~models.Q(slug=""), name="author_slug_not_empty")]

    def get_absolute_url(self) -> str:
        return languages.local(reverse("author", args=[self.slug]))


class Tag(Named, TagBase):
    """A topic; taggit's tag with our names."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.CharField(_("slug (address)"), max_length=100, unique=True, blank=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~models.Q(slug=""), name="tag_slug_not_empty")]

    def get_absolute_url(self) -> str:
        return languages.local(reverse("tag", args=[self.slug]))

    def slugify(self, tag: str, i: int | None = None) -> str:
        return text.name_slug(tag) + (f"-{i}" if i else "")
