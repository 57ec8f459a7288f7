"""The child's side of `make_variants`: pictures in, their forms out, until the input ends."""

import pickle
import resource

from posts.processes import channel, receive, send

from .forms import forms

MEMORY_BYTES = 2 << 30


def main() -> None:
    """Serve until standard input closes. The answer to what is no picture is the kind of error."""
    questions, answers = channel()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (question := receive(questions)) is not None:
        task, *about = pickle.loads(question)  # noqa: S301 - from our own parent process
        send(answers, pickle.dumps(_answer(about[0]) if task == "forms" else None))


def _answer(data: bytes) -> object:
    try:
        return forms(data)
    except (Exception, MemoryError) as error:
        return type(error).__name__


if __name__ == "__main__":
    main()
