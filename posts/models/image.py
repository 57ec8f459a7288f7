"""Pictures: stored once by the hash of the bytes that the gate wrote."""

import re
from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from posts import pictures


class ImageQuerySet(models.QuerySet):
    def take(self, picture: pictures.Picture, alt: str = "", credit: str = "") -> "Image":
        """The row for a picture that came through the gate; its file is written when it is not there yet."""
        known = self.filter(sha256=picture.sha256).first()
        if known:
            return known
        image = self.model(
            sha256=picture.sha256, width=picture.width, height=picture.height, alt=alt, credit=credit
        )
        storage = image.file.storage
        image.file.name = picture.name
        if not storage.exists(picture.name):
            image.file.name = storage.save(picture.name, ContentFile(picture.data))
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


class Image(models.Model):
    file = models.ImageField(_("file"), max_length=200, width_field="width", height_field="height")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    alt = models.CharField(_("alternative text"), max_length=1000, blank=True, help_text=_("A default only."))
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
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
