"""What `manage.py check --deploy` says of the door."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def proxies_are_counted(app_configs, **kwargs) -> list:
    if not settings.BEHIND_PROXY or settings.PROXY_COUNT:
        return []
    words = "BEHIND_PROXY=1 without PROXY_COUNT: failed sign-ins of all people count as those of one address."
    hint = "Set PROXY_COUNT to the number of servers in front that append to X-Forwarded-For."
    return [Warning(words, hint=hint, id="editorial.W001")]
