"""Which tables a backup holds, in an order in which each row finds those it points to."""

from functools import cache
from graphlib import TopologicalSorter

from django.apps import apps
from django.db.models import Model

# Every table is in a backup unless it stands here with the reason; a test says so.
LEFT_OUT = {
    "sessions.Session": "people sign in again",
    "contenttypes.ContentType": "made by migrate; rows name it by app and model",
    "auth.Permission": "made by migrate; rows name it by app, model and codename",
    "posts.SearchText": "made anew from the texts",
    "axes.AccessAttempt": "failed sign-ins of the last minutes",
    "axes.AccessAttemptExpiration": "the same",
    "axes.AccessFailureLog": "not written",
    "axes.AccessLog": "not written",
    "posts.Restoration": "belongs to the database, not to the newsroom",
}
# What a new database has after `migrate`; everything else makes it one that is in use.
FROM_THE_START = {"auth.Group", "auth.Group_permissions", "posts.SiteStamp"}


@cache
def tables() -> tuple[type[Model], ...]:
    """The models, what is pointed to before what points; always in the same order."""
    models = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)
    kept = [model for model in models if model._meta.label not in LEFT_OUT]
    order = TopologicalSorter({model: _before(model, kept) for model in kept})
    return tuple(order.static_order())


def _before(model: type[Model], kept: list[type[Model]]) -> list[type[Model]]:
    targets = [field.related_model for field in model._meta.concrete_fields if field.remote_field]
    return [target for target in targets if target in kept and target is not model]
