"""What the jobs of installs and of tasks share: their commands, whom they wait for, the names of their logs."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.commands import Command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolkit.context import Context
    from toolkit.extension import Step
    from toolkit.model import Subproject

__all__ = ["commands", "log_name", "others_in"]


def commands(
    context: Context, item: Subproject, steps: Iterable[Step], tools: Mapping[str, str | None]
) -> tuple[Command, ...]:
    """The steps of a subproject as commands, with the environment of the settings, of its tools and of each step.

    Args:
        context: the run's state.
        item: the subproject.
        steps: in order.
        tools: the environment changes that its tools need.
    """
    settings = context.settings
    env = {**settings.env, **settings.of(item).env, **tools}
    return tuple(
        Command(step.argv, context.absolute(step.cwd), {**env, **step.env}, settings.bootstrap.timeout_s)
        for step in steps
    )


def others_in(subprojects: Iterable[Subproject]) -> Callable[[Subproject, Sequence[str]], tuple[str, ...]]:
    """A function that tells the keys of those subprojects that lie in some folders, less the one that asks."""
    by_path: dict[str, list[str]] = {}
    for item in subprojects:
        by_path.setdefault(item.path, []).append(item.key)
    return lambda asking, paths: tuple(key for path in paths for key in by_path.get(path, ()) if key != asking.key)


def log_name(item: Subproject) -> str:
    """The file name of a subproject's log: its folder with dashes, with a digest where that would not be unique."""
    if item.path == ".":
        return f"root.{item.ecosystem}.log"
    dashed = item.path.replace("/", "-")
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in dashed)
    if plain != dashed or "-" in item.path or len(plain) > 100:
        plain = f"{plain[:80]}-{sha256(item.path.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    return f"{plain}.{item.ecosystem}.log"
