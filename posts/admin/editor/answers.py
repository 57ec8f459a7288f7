"""Answers to the editor's script: JSON that no cache keeps, refusals in words."""

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

LONGEST_QUESTION = 200


def told(data: dict, status: int = 200) -> JsonResponse:
    answer = JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, no-store"
    return answer


def refused(words: str, status: int) -> JsonResponse:
    return told({"error": words}, status)


def no_permission() -> JsonResponse:
    return refused(_("You do not have the permission for this."), 403)


def is_too_often(request: HttpRequest, act: str, most: int) -> bool:
    """Whether the person has asked for this more than `most` times in the present minute."""
    key = f"pace:{act}:{request.user.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > most
    except ValueError:  # the cache has dropped the count meanwhile
        return False


def too_often() -> JsonResponse:
    answer = refused(_("That was asked too often. It goes on in a moment."), 429)
    answer["Retry-After"] = "10"
    return answer


def question(request: HttpRequest, name: str = "q") -> str:
    """A short text that was asked for, without what no database wants to see."""
    asked = request.GET.get(name, "")[:LONGEST_QUESTION].replace("\0", "")
    return asked.encode("utf-8", "ignore").decode("utf-8")
