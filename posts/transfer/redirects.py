"""Old paths that lead to articles; the paths of many articles at once."""

import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote

from posts.models import Post, Redirect
from posts.models.post import place_at

from .native import MAX_PATH
from .problems import Problem


def lead(pairs: Sequence[tuple[Post, Sequence[str]]]) -> list[list[Problem]]:
    """Old paths lead to the article, unless an article stands there or another one had the path first."""
    asked = [(post, [_path(old) for old in old_paths]) for post, old_paths in pairs]
    paths = {path for _post, found in asked for path in found if len(path) <= MAX_PATH and "\0" not in path}
    standing = Post.objects.at_places(filter(None, map(place_at, paths)))
    holders = dict(Redirect.objects.filter(path__in=paths).values_list("path", "post_id")) if paths else {}
    new: list[Redirect] = []
    problems: list[list[Problem]] = []
    for post, found in asked:
        taken = []
        for path in (path for path in dict.fromkeys(found) if path in paths):
            place = place_at(path)
            if place in standing:
                is_free = standing[place] == post
            elif is_free := holders.setdefault(path, post.pk) == post.pk:
                new.append(Redirect(path=path, post=post))
            if not is_free:
                taken.append(Problem("info", "redirect.taken", 0, {"path": path}))
        problems.append(taken)
    Redirect.objects.bulk_create(new, ignore_conflicts=True)
    return problems


def _path(old: str) -> str:
    return unicodedata.normalize("NFC", unquote(old))
