"""Who may do what: a table of roles, and the questions the rest of the house asks."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext

# role: (name of its group, permissions in the posts app beyond those of the role before it)
ROLES = {
    "writer": (
        "記者 (writer)",
        ["add_post", "view_post", "change_post", "view_revision", "add_revision", "change_revision"]
        + ["view_historyentry", "view_category", "view_author", "view_tag", "view_image", "add_image"],
    ),
    "editor": (
        "編集者 (editor)",
        ["review_revision", "see_every_revision"]
        + [f"{verb}_{name}" for name in ("category", "author", "tag") for verb in ("add", "change", "delete")]
        + ["change_image", "view_houserule"],
    ),
    "publisher": (
        "公開担当 (publisher)",
        ["publish_revision", "view_redirect", "add_houserule", "change_houserule", "delete_houserule"],
    ),
    "admin": (
        "管理者 (admin)",
        ["purge_revision", "delete_image", "add_redirect", "change_redirect", "delete_redirect"],
    ),
}
ADMIN_EXTRA = ["auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"]


class RoleBackend(ModelBackend):
    """Django's, but what a person may do is asked in one query, not in two."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):
            by_group = Group.permissions.through.objects.filter(group__user=user_obj)
            own = type(user_obj).user_permissions.through.objects.filter(user=user_obj)
            held = Q(pk__in=by_group.values("permission")) | Q(pk__in=own.values("permission"))
            names = Permission.objects.filter(held).values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names.order_by()}
        return user_obj._perm_cache


class System:
    """The machine as an explicit actor: import and maintenance. It never approves."""

    pk = None
    is_active = True
    _permissions = {"view", "add", "change", "publish", "see_every", "adopt"}

    def __str__(self) -> str:
        return "SYSTEM"

    def may(self, verb: str) -> bool:
        return verb in self._permissions


SYSTEM = System()


@dataclass(frozen=True)
class Outsider:
    """Somebody without an account who came through a shared preview: a name, and no permission at all."""

    name: str
    pk = None
    is_active = False

    def __str__(self) -> str:
        return gettext("%(name)s (shared preview)") % {"name": self.name}

    def has_perm(self, permission: str) -> bool:
        return False


def name_of(actor) -> str:
    """What the desk calls a person: the full name, else the name of the account."""
    return (
        str(actor) if isinstance(actor, System | Outsider) else actor.get_full_name() or actor.get_username()
    )


def _holders(permission: str):
    return get_user_model().objects.with_perm(
        f"posts.{permission}", backend="django.contrib.auth.backends.ModelBackend"
    )


def reviewers():
    """The active people who may review, in the order of their names."""
    return _people_who_may("review")


def writers():
    """The active people who may write, and so be given an article, in the order of their names."""
    return _people_who_may("change")


def _people_who_may(verb: str):
    return _holders(f"{verb}_revision").order_by("last_name", "first_name", "username")


def may(actor, verb: str) -> bool:
    """Whether the actor has one of our permissions at all.

    `verb`: view, add, change, review, publish, see_every, purge, adopt.
    """
    if isinstance(actor, System):
        return actor.may(verb)
    return verb != "adopt" and actor is not None and actor.has_perm(f"posts.{verb}_revision")


def may_add_image(actor) -> bool:
    """Whether the actor may bring in pictures."""
    return actor is not None and actor.has_perm("posts.add_image")


def role_of(user) -> str:
    """The role of a person, the highest when there are several, "" when there is none. Reads `groups.all()`."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in reversed(ROLES) if ROLES[role][0] in names), "")


def chiefs():
    """The active people who may change accounts; there has to be one."""
    is_chief = Q(is_superuser=True) | Q(groups__name=ROLES["admin"][0])
    people = get_user_model().objects
    return people.filter(pk__in=people.filter(is_chief, is_active=True, is_staff=True).values("pk"))


def may_see_outbox(actor) -> bool:
    """Who keeps accounts sees whom mail could not reach: addresses are shown to the admin role only."""
    return not isinstance(actor, System) and actor.has_perm("auth.view_user")


def may_give(actor, role: str) -> bool:
    """Nobody gives a role with a right that is not their own."""
    return actor.has_perms(_granted(role))


def may_name(actor, verb: str, model) -> bool:
    """Whether the actor may add, change or delete sections, people or tags (by their model)."""
    return not isinstance(actor, System) and actor.has_perm(f"posts.{verb}_{model._meta.model_name}")


def may_merge(actor, model) -> bool:
    """Who may change and delete the rows of a taxonomy may make several of them one."""
    return may_name(actor, "change", model) and may_name(actor, "delete", model)


def may_edit(actor, post) -> bool:
    """Writers edit their own articles and imported ones that nobody has taken; who sees every draft edits all."""
    if not may(actor, "change") or post.erased_at:
        return False
    own = actor.pk is not None and actor.pk in (post.created_by_id, post.assignee_id)
    return own or may(actor, "see_every") or (post.is_imported and post.assignee_id is None)


def may_see(actor, post) -> bool:
    """Whether drafts and history of the article may be shown to the actor; a tombstone to those who may erase."""
    if post.erased_at:
        return may(actor, "purge")
    return may(actor, "view") and (may(actor, "see_every") or may_edit(actor, post))


def with_rights(people) -> list:
    """The users of a queryset, each knowing what they may already: four queries, however many people are asked of."""
    found = list(people)
    keys, model = [person.pk for person in found], get_user_model()
    names = ("permission__content_type__app_label", "permission__codename")
    granted = Group.permissions.through.objects.values_list("group", *names)
    own = model.user_permissions.through.objects.filter(user__in=keys).values_list("user", *names)
    groups: dict[int, set[str]] = {}
    for group_key, app, codename in granted:
        groups.setdefault(group_key, set()).add(f"{app}.{codename}")
    held: dict[int, set[str]] = {key: set() for key in keys}
    for key, group_key in model.groups.through.objects.filter(user__in=keys).values_list("user", "group"):
        held[key] |= groups.get(group_key, set())
    for key, app, codename in own:
        held[key].add(f"{app}.{codename}")
    for person in found:
        person._perm_cache = held[person.pk]
    return found


def visible_posts(actor, posts):
    """The queryset cut down to what `may_see` allows."""
    if not may(actor, "view"):
        return posts.none()
    posts = posts if may(actor, "purge") else posts.filter(erased_at=None)
    if may(actor, "see_every"):
        return posts
    return posts.filter(Q(created_by=actor) | Q(assignee=actor) | Q(assignee=None, source__isnull=False))


def keep_groups(**kwargs) -> None:
    """Make the groups of ROLES and give them exactly their permissions; runs after every migrate."""
    for label in ("posts", "auth"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    for role, (name, _own) in ROLES.items():
        wanted = Q()
        for full in _granted(role):
            app, codename = full.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(wanted))


def _granted(role: str) -> list[str]:
    """All permissions of a role: those of the roles before it, then its own."""
    before = list(ROLES)[: list(ROLES).index(role) + 1]
    ours = [f"posts.{codename}" for name in before for codename in ROLES[name][1]]
    return ours + (ADMIN_EXTRA if role == "admin" else [])


def group(role: str):
    """The group of a role: writer, editor, publisher or admin."""
    return Group.objects.get(name=ROLES[role][0])
