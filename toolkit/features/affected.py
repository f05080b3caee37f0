"""Which subprojects a change touches: those that own a changed file, and all that need one of them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.system import git
from toolkit.system.process import NOT_FOUND
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["Affected", "affected", "changed_files", "default_base"]

_EVERYTHING = frozenset(
    {
        "toolkit.toml",
        "flake.nix",
        "flake.lock",
        "rust-toolchain.toml",
        "rust-toolchain",
        ".nvmrc",
        ".node-version",
        ".tool-versions",
        ".envrc",
    }
)
"""Files at the root that decide the tools of every subproject."""


@frozen
class Affected:
    """A subproject that has to be built and tested again, and why."""

    subproject: Subproject
    why: str


def default_base(context: Context) -> str:
    """The branch that a change is compared with where none is named; in CI on that branch, what it was before the push.

    Raises:
        UsageError: no candidate exists.
    """
    head = _commit(context, "HEAD")
    for name in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
        if found := _commit(context, name):
            return (_before_push(context) if context.ci and found == head else "") or name
    if not head:
        raise UsageError(
            f"{context.root} has no commit to compare with", "git init, git add and git commit make the first"
        )
    raise UsageError(
        "there is no branch to compare with: neither origin/HEAD nor main or master", "name a commit: --base REF"
    )


def _commit(context: Context, name: str) -> str:
    """The commit that a name means; empty if there is none.

    Raises:
        CannotCheckError: there is no git to ask.
    """
    found = git.git(context.root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found.code == NOT_FOUND:
        git.expect(found)
    return found.text.strip() if found.ok else ""


def _before_push(context: Context) -> str:
    """What a branch was before it was pushed: as the event says, else its newest commit's first parent.

    Compared with itself it would never differ, and everything would pass without being built.

    Raises:
        UsageError: a shallow clone lacks it.
    """
    told = ""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        event = json.loads(Path(context.variables.get("GITHUB_EVENT_PATH", "")).read_text("utf-8"))
        told = str(event.get("before") or "")
    for name in (told, "HEAD^1"):
        if name and not name.startswith("-") and _commit(context, name):
            return name
    if git.git(context.root, "rev-parse", "--is-shallow-repository").text.strip() == "true":
        raise UsageError(
            "this is the branch itself, and the clone is too shallow to say what it was before",
            "fetch-depth: 0 in the checkout, or name a commit: --base REF",
        )
    return ""


def changed_files(context: Context, base: str) -> tuple[str, ...]:
    """Paths that differ between the merge base with ``base`` and the work tree, untracked files included.

    Raises:
        UsageError: there is no such commit, or no repository.
    """
    root = context.root
    merge_base = git.git(root, "merge-base", base, "HEAD")
    if not merge_base.ok:
        known = git.git(root, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
        if known.ok:
            raise UsageError(
                f"{base} and HEAD have no common commit", "a shallow clone lacks it: git fetch --unshallow"
            )
        raise UsageError(
            f"--base {base} is no commit of this repository",
            "name a branch, a tag or a commit; in a shallow clone fetch it first",
        )
    # Names relative to the root that was given, which may lie below the work tree's top; both ends of a rename count.
    diff = git.start(root, "diff", "--name-only", "-z", "--no-renames", "--relative", merge_base.text.strip(), "--")
    loose = git.start(root, "ls-files", "-z", "--others", "--exclude-standard")
    ended = (diff.wait(), loose.wait())
    text = "".join(git.expect(one).text for one in ended)
    return tuple(sorted({path for path in text.split("\0") if path}))


def affected(subprojects: Sequence[Subproject], changed: Sequence[str]) -> tuple[Affected, ...]:
    """The subprojects to build and test again, in the order given.

    Args:
        subprojects: all of the repository.
        changed: paths relative to the root.
    """
    reasons: dict[str, str] = {}
    everything = next((path for path in changed if path in _EVERYTHING), "")
    paths = {item.path for item in subprojects}
    for path in changed:
        reasons.setdefault(_owner(path, paths), f"{path} changed")
    for item in subprojects:
        outside = next((path for path in changed if path in item.inputs or path in (item.manifest, item.lockfile)), "")
        if everything or outside:
            reasons.setdefault(item.path, f"{everything or outside} changed")
    grew = True
    while grew:
        grew = False
        for item in subprojects:
            needed = next((other for other in item.needs if other in reasons and other != item.path), None)
            if item.path not in reasons and needed is not None:
                reasons[item.path] = f"needs {needed}"
                grew = True
    return tuple(Affected(item, reasons[item.path]) for item in subprojects if item.path in reasons)


def _owner(path: str, subprojects: set[str]) -> str:
    """The deepest subproject's folder above the path; the root's, which may be none, otherwise."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in subprojects:
            return folder
        folder = folder.rpartition("/")[0]
    return "."
