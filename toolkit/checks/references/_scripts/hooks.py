"""What git hooks of the repository (husky's) run and nobody has: each commit or push fails on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._scripts.commands import commands, is_asked_for
from toolkit.checks.references._scripts.runs import broken
from toolkit.expressions import regex
from toolkit.places import inside
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_hooks"]

_HOOKS = ("pre-commit", "pre-push", "commit-msg", "prepare-commit-msg", "post-checkout", "post-merge", "post-commit")
_MAX_BYTES = 20_000
_GUARD = regex(r"[ \t]*if[ \t]+(?:ls|(?:\[\[?|test)[ \t]+-[defs])[ \t]+[\"']?(?P<path>[\w.@*/-]+)")
_OPENS = regex(r"[ \t]*if\b")
_CLOSES = regex(r"(?:^|;)[ \t]*fi\b")
_OTHERWISE = regex(r"[ \t]*(?:else|elif)\b")


def of_hooks(context: Inspection) -> Iterator[Fault]:
    """What each hook needs; git runs them at the root, wherever the folder of hooks lies."""
    for path in context.named(*_HOOKS):
        if ".husky/" not in path and ".githooks/" not in path:
            continue
        home = path.rpartition("/.husky/")[0]
        if home and not context.is_file(inside(home, "package.json")):
            continue  # hooks of a kit that was copied in: no install puts them where git looks
        text = re.sub(r"(?m)^[ \t]*#.*$", "", text_of(context, path, errors="replace")[:_MAX_BYTES])
        text = "\n".join(_running(context, text.splitlines()))
        told: set[str] = set()
        for command in commands(text):
            for one in broken(context, command, "."):
                if one.severity == "error" and one.word not in told and not is_asked_for(text, one.word):
                    told.add(one.word)
                    line = line_at(text, max(text.find(one.word), 0))
                    name = path.rpartition("/")[2]
                    said = f"The hook {name} fails: {one.text}."
                    yield Fault(path, line, said, " ".join(command.words)[:200], one.todo, one.word, one.near)


def _running(context: Inspection, lines: list[str]) -> Iterator[str]:
    """The lines of a hook, those empty that run only if something is there that the repository does not have."""
    depth = 0
    for line in lines:
        opens, closes = _OPENS.match(line) is not None, _CLOSES.search(line) is not None
        if depth:
            depth += opens - closes
            depth = 0 if depth == 1 and _OTHERWISE.match(line) else depth
            yield ""
        elif _asks_in_vain(context, line):
            depth = int(not closes)
            yield ""
        else:
            yield line


def _asks_in_vain(context: Inspection, line: str) -> bool:
    """Whether an ``if`` asks for nothing but a path that is not there, and that nothing is known to make."""
    match = _GUARD.match(line)
    if match is None or "||" in line:
        return False
    path = match["path"].partition("*")[0]
    path = path.rpartition("/")[0] if "*" in match["path"] else path
    return bool(path) and resolve(context, path).kind == "missing"
