"""Moving nested workflows to where GitHub runs them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from toolkit.cli._task import Run, choose_format, task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.context import Context
    from toolkit.features.relocation.relocate import Relocation

_REMOTE = re.compile(r"[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?$")


@task(
    group="repair",
    help={
        "only": "only nested workflows at or below this folder or file (repeatable)",
        "plan": "print what would change, write nothing",
        "check": "print what would change, write nothing, end with 1 if anything would",
        "format": "text or json",
        "verbose": "list every workflow that others maintain",
    },
    iterable=("only",),
    words="only",
)
def relocate_workflows(
    run: Run,
    only: Sequence[str] = (),
    plan: bool = False,
    check: bool = False,
    format: str = "text",
    verbose: bool = False,
) -> int:
    """Move workflows that lie below a subproject, where GitHub never runs them, to the root."""
    from toolkit.report import relocation as report

    shape = choose_format(format, ("text", "json"))
    found = _decide(run.context, tuple(only))
    run.print(report.to_json(found) if shape == "json" else report.text(found, verbose=verbose))
    if not plan and not check and found.plan.actions:
        from toolkit.cli._applying import perform

        return int(not perform(run, found.plan, "relocate-workflows").ok)
    return int(check and bool(found.plan.actions))


def _decide(context: Context, paths: Sequence[str]) -> Relocation:
    """The relocation of a repository.

    Raises:
        CannotCheckError: a file that has to be looked at cannot be read.
    """
    from toolkit.context import Unreadable
    from toolkit.errors import CannotCheckError
    from toolkit.features.relocation.relocate import World, relocate
    from toolkit.roles import role_of

    inventory = context.inventory
    files = inventory.tracked_set if inventory.is_git else inventory.files
    world = World(
        frozenset(files),
        context.read,
        links=inventory.links,
        role=partial(role_of, context),
        origin=_origin(context),
        failures=(Unreadable,),
    )
    try:
        return relocate(world, paths)
    except Unreadable as error:
        raise CannotCheckError(
            f"a workflow, or a file beside one, cannot be read: {error}", "invoke hydrate brings evicted files back"
        ) from error


def _origin(context: Context) -> str:
    """``owner/name`` of the repository's own remote; empty if it has none."""
    from toolkit.system import git

    if not context.inventory.is_git:
        return ""
    done = git.git(context.root, "config", "--get", "remote.origin.url")
    match = _REMOTE.search(done.text.strip()) if done.ok else None
    return match[1] if match else ""
