"""Pictures: stored once by the hash of the bytes that the gate wrote."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from posts import pictures, rendering
from posts.rendering import Shown


class ImageQuerySet(models.QuerySet):
    def take(
        self,
        picture: pictures.Picture,
        alt: str = "",
        credit: str = "",
        *,
        forms: Iterable[pictures.Form] | None = None,
        make: bool = True,
    ) -> "Image":
        """The row for a picture that came through the gate; its file is written when it is not there yet.

        `forms` are what has been made of it already; `make` says whether to make them otherwise.
        """
        image = self.filter(sha256=picture.sha256).first() or self._stored(picture, alt, credit)
        if not image.is_made and forms is None and make:
            forms = pictures.made(picture)
        if not image.is_made and forms is not None:
            image.keep(forms)
        return image

    def unmade(self):
        """Those whose smaller forms or card nobody has made yet."""
        return self.filter(Q(variants__isnull=True) | Q(has_card__isnull=True))

    def _stored(self, picture: pictures.Picture, alt: str, credit: str) -> "Image":
        image = self.model(
            sha256=picture.sha256, width=picture.width, height=picture.height, alt=alt, credit=credit
        )
        image.file.name = _written(image.file.storage, picture)
        image.save()
        return image

    def at(self, address: str) -> "Image | None":
        """The image that is shown at an address such as /media/images/ab/cdef….png."""
        name = address.removeprefix(settings.MEDIA_URL)
        return self.filter(file=name).first() if name != address else None

    def at_addresses(self, addresses: Iterable[str]) -> "dict[str, Image]":
        """{address: image} for those that are there."""
        names = {a.removeprefix(settings.MEDIA_URL): a for a in addresses if a.startswith(settings.MEDIA_URL)}
        return {names[row.file.name]: row for row in self.filter(file__in=names)} if names else {}

    def dress(self, html: str, lang: str = "") -> str:
        """Sanitised HTML with what is known of the pictures in it; one query when there are any."""
        return dressed(html, lang, self.at_addresses(rendering.pictures_in(html)))


def dressed(html: str, lang: str, images: "Mapping[str, Image]") -> str:
    """The same with images at hand, by address; others than those in the text may be among them."""
    known = {address: image.shown for address, image in images.items()}
    return rendering.dressed(html, known, lang or "ja")


def _written(storage, picture: pictures.Picture) -> str:
    """The name of the picture's file, which is there afterwards with all its bytes."""
    if storage.exists(picture.name):
        if storage.size(picture.name) == len(picture.data):
            return picture.name
        storage.delete(picture.name)  # the part that a full disk or a killed process left
    return storage.save(picture.name, ContentFile(picture.data))


class CardShown(NamedTuple):
    """A picture for other sites: its address, which may lack the host, and its size in pixels."""

    url: str
    width: int
    height: int


class Image(models.Model):
    file = models.ImageField(_("file"), max_length=200, width_field="width", height_field="height")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    alt = models.CharField(_("alternative text"), max_length=1000, blank=True, help_text=_("A default only."))
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    variants = models.JSONField(null=True, editable=False)  # widths of its smaller forms; null: not made yet
    has_card = models.BooleanField(null=True, editable=False)  # null: not made yet; False: none can be made
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.alt or self.file.name

    @property
    def markdown(self) -> str:
        """The line that shows this image in a text."""
        words = re.sub(r"([\\\[\]])", r"\\\1", " ".join(self.alt.split()))
        return f"![{words}]({self.address})"

    @property
    def address(self) -> str:
        """What a document writes for this image."""
        return f"{settings.MEDIA_URL}{self.file.name}"

    @property
    def variant_names(self) -> list[str]:
        """The files of its smaller forms, the narrowest first."""
        return [pictures.variant_name(str(self.file.name), width) for width in self.variants or ()]

    @property
    def is_made(self) -> bool:
        return self.variants is not None and self.has_card is not None

    @property
    def form_names(self) -> list[str]:
        """The files of all its forms."""
        return [*self.variant_names, *([self._card_name] if self.has_card else [])]

    @property
    def _card_name(self) -> str:
        return pictures.card_name(str(self.file.name))

    @property
    def card(self) -> "CardShown":
        """What other sites are to show: its card, or the picture as it is where it has none."""
        if self.has_card:
            return CardShown(self.file.storage.url(self._card_name), *pictures.CARD_SIZE)
        return CardShown(self.file.url, self.width, self.height)

    @property
    def small_url(self) -> str:
        """Its smallest form, for lists of many."""
        return self.file.storage.url((self.variant_names or [str(self.file.name)])[0])

    @property
    def shown(self) -> Shown:
        """What a page says of it, with addresses as a document writes them."""
        return Shown(self.width, self.height, self._choice(settings.MEDIA_URL.__add__), self.credit)

    @property
    def srcset(self) -> str:
        """For an element whose `src` is `file.url`; "" when there is nothing to choose from."""
        return Shown(self.width, self.height, self._choice(self.file.storage.url)).srcset

    def _choice(self, address: Callable[[str], str]) -> tuple[tuple[str, int], ...]:
        """Addresses with widths. The picture itself is among them unless something as wide, or wide enough, is."""
        widths = self.variants or []
        names = list(zip(self.variant_names, widths, strict=True))
        if widths and widths[-1] < min(self.width, pictures.WIDTHS[-1]):
            names.append((str(self.file.name), self.width))
        return tuple((address(name), width) for name, width in names)

    def keep(self, forms: Iterable[pictures.Form]) -> set[str]:
        """Store its forms, over what has the same name; the files of earlier ones that are not among them."""
        earlier, widths, self.has_card = set(self.form_names), [], False
        for form in forms:
            if isinstance(form, pictures.Card):
                self.has_card = True
                self._store(self._card_name, form.data)
            else:
                widths.append(form.width)
                self._store(pictures.variant_name(str(self.file.name), form.width), form.data)
        self.variants = widths
        type(self).objects.filter(pk=self.pk).update(variants=widths, has_card=self.has_card)
        return earlier - set(self.form_names)

    def _store(self, name: str, data: bytes) -> None:
        storage = self.file.storage
        if storage.exists(name):
            storage.delete(name)
        storage.save(name, ContentFile(data))
