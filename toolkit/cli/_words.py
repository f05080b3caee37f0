"""The command line as it is typed, made into what invoke reads; and what invoke says of it, in our words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.errors import UsageError
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from invoke.parser import Argument

    from toolkit.cli._invoke import Collection, Task

__all__ = ["arranged", "flagged", "told"]

_POSITIONAL = regex(r"'(?P<task>[^']+)' did not receive required positional arguments: (?P<names>.+)")
_UNKNOWN = regex(r"No idea what '(?P<word>.*)' is!?")
_NO_VALUE = regex(r"Flag '?(?P<flag>[^']+?)'? needed value and was not given one!?")


def arranged(argv: Sequence[str]) -> list[str]:
    """The words in the order that invoke wants them.

    ``help TASK`` and ``TASK ... --help`` become ``--help TASK`` (invoke takes the flag for the value of a position),
    and the two flags of every task may stand in front of its name.
    """
    end = argv.index("--") if "--" in argv else len(argv)
    words = list(argv[1:end])
    if words[:1] == ["help"]:
        words = ["--help", *words[1:2]]
    front: list[str] = []
    while words and words[0].startswith(("--root", "--quiet")):
        count = 2 if words[0] == "--root" else 1
        front, words = [*front, *words[:count]], words[count:]
    if words and not words[0].startswith("-") and {"--help", "-h"} & set(words):
        words, front = ["--help", words[0]], []
    return [argv[0], *words[:1], *front, *words[1:], *argv[end:]]


def flagged(words: Sequence[str], tasks: Collection) -> list[str]:
    """The command line with each bare word of a task that takes some put behind its flag.

    Raises:
        UsageError: a flag is without its value, which invoke does not notice where it may be repeated.
    """
    end = list(words).index("--") if "--" in words else len(words)
    found: list[str] = []
    task: Task[Any] | None = None
    flags: dict[str, Argument] = {}
    awaiting = ""
    for word in words[:end]:
        if awaiting and word in flags:
            break
        if awaiting:
            awaiting = ""
        elif word.startswith("-"):
            awaiting = word if word in flags and flags[word].takes_value and not flags[word].optional else ""
        elif word in tasks.task_names:
            task = tasks[word]
            flags = {f"--{name}": argument for argument in task.get_arguments() for name in argument.names}
        elif flag := getattr(task, "words", ""):
            found.append(f"--{flag.replace('_', '-')}")
        found.append(word)
    if awaiting:
        raise UsageError(f"{awaiting} needs a value", f"{awaiting} VALUE, or {awaiting}=VALUE if it begins with a dash")
    return [*found, *words[end:]]


def told(message: str, task: str) -> str:
    """What invoke says of a command line, as one sentence.

    Args:
        message: its error.
        task: the task in whose flags it lies; empty before any.
    """
    if match := _POSITIONAL.fullmatch(message):
        names = " and ".join(name.strip(" '").upper() for name in match["names"].split(","))
        return f"{match['task']} needs {names}"
    if match := _UNKNOWN.fullmatch(message):
        word = match["word"]
        return f"{word} is no flag of {task or 'the toolkit'}" if word.startswith("-") else f"there is no task {word}"
    if match := _NO_VALUE.fullmatch(message):
        return f"{match['flag']} needs a value"
    return message.rstrip(".!")
