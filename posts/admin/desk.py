"""The admin site of the newsroom."""

from django.contrib.admin import AdminSite


class DeskSite(AdminSite):
    pass
