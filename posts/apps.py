"""App configuration: the posts app, and the admin with our site class."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PostsConfig(AppConfig):
    name = "posts"
    verbose_name = _("Newsroom")

    def ready(self) -> None:
        from . import roles  # noqa: PLC0415 - needs the models

        post_migrate.connect(roles.keep_groups, sender=self)


class DeskConfig(AdminConfig):
    default_site = "posts.admin.desk.DeskSite"

    def ready(self) -> None:
        super().ready()
        import_module("posts.admin.registry")
        import_module("posts.admin.signin.checks")
