"""The child's side of checking many texts: judges each by itself. No Django, no database."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from posts.document import Document
from posts.processes import channel, receive, send

from .alone import Alone, alone, compared
from .around import Around
from .prepared import Prepared
from .rules import Rule

Rules = tuple[Rule, ...]


@dataclass(frozen=True)
class Failed:
    """The answer for a text that breaks a check; it costs itself alone."""

    reason: str


def judge(rules: Rules, document: Document, around: Around) -> Alone:
    return alone(Prepared(document), around, rules)


def compare(rules: Rules, document: Document, around: Around) -> Alone:
    return compared(Prepared(document))


TASKS: dict[str, Callable[..., Alone]] = {"judge": judge, "compare": compare}


def main() -> None:
    """Serve until standard input closes; the rules come before the first question."""
    questions, answers = channel()
    rules: Rules = ()
    while (question := receive(questions)) is not None:
        task, *about = pickle.loads(question)  # noqa: S301 - from our own parent process
        answer: Any = None
        if task == "rules":
            rules = about[0]
        else:
            try:
                answer = TASKS[task](rules, *about)
            except Exception as error:
                answer = Failed(f"{type(error).__name__}: {error}"[:300])
        send(answers, pickle.dumps(answer))


if __name__ == "__main__":
    main()
