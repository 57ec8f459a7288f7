"""Registers everything the desk shows; imported once the site exists."""

from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import authors, image, people, post, reports, taxonomy
from .house import rules

__all__ = ["authors", "image", "people", "post", "reports", "rules", "taxonomy"]

# django-otp registers pages that show the keys of devices and let rows be edited: the desk has its own
admin.site.unregister([StaticDevice, TOTPDevice])
