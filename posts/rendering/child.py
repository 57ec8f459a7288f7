"""Rendering in child processes under limits, so that hostile text never holds up a web thread (C40, C41)."""

from __future__ import annotations

import json

from posts.processes import Died, Pool

from .finish import Heading
from .pipeline import MAX_CHARACTERS, Rendered, RenderError

WALL_SECONDS = 10

_pool = Pool("posts.rendering.worker")


def render_safely(source: str, format: str = "markdown", lang: str = "ja") -> Rendered:
    """As `render`, in a child process: 2 to 3 s of CPU, 10 s in all, about 1 GiB. Raises RenderError."""
    if len(source) > MAX_CHARACTERS:
        raise RenderError("too_large")
    question = json.dumps({"source": source, "format": format, "lang": lang}).encode()
    with _pool.child() as child:
        try:
            answer = json.loads(child.ask(question, WALL_SECONDS))
        except Died as died:
            raise RenderError("too_slow" if died.slow else "failed") from None
        if answer.get("error") == "too_large":
            child.retire()
    if "error" in answer:
        raise RenderError(answer["error"])
    contents = tuple(Heading(**heading) for heading in answer["toc"])
    return Rendered(answer["html"], contents, answer["text"], answer["minutes"])
