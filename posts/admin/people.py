"""Users at the desk: the role of a person is the group they are in."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

from .lookups import StrictLookups

admin.site.unregister(Group)
admin.site.unregister(User)

_RESERVED = ("is_superuser", "user_permissions")


@admin.register(User)
class PersonAdmin(StrictLookups, UserAdmin):
    """Accounts. Only a superuser may make another superuser or touch one."""

    list_display = ["username", "full_name", "roles", "is_active"]
    list_filter = ["groups", "is_active"]
    lookups = ("groups__id__exact", "is_active__exact")
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request, obj=None):
        fixed = ("last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, *_RESERVED)

    def has_change_permission(self, request, obj=None):
        touches_superuser = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not touches_superuser

    def has_delete_permission(self, request, obj=None):
        return False  # a person who leaves is made inactive: history keeps the name

    @admin.display(description=_("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())
