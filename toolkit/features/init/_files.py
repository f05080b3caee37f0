"""Which of the files are written under which name, and what git is told to leave out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.model import EditFile, Span, WriteFile
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.context import Context

__all__ = ["default_branch", "ignored", "ignoring", "workflow"]

_WORKFLOW = ".github/workflows/ci.yml"
_BESIDE = ".github/workflows/toolkit.yml"
_OWN = (".envrc.local", ".direnv/")
"""What the environment leaves in the root that is one person's."""
_BRANCH = regex(r"[A-Za-z0-9][\w./-]*")


def workflow(context: Context, content: bytes) -> tuple[str, bytes]:
    """Name and content of the workflow: beside one of the same name that does something else, and for the default branch."""
    branch = default_branch(context).encode()
    content = content.replace(b"branches: [main]", b"branches: [%s]" % branch)
    try:
        taken = b"invoke ci" not in context.read(_WORKFLOW)
    except Unreadable:
        taken = context.absolute(_WORKFLOW).exists()
    if not taken:
        return _WORKFLOW, content
    return _BESIDE, content.replace(b"name: ci\n", b"name: toolkit\n", 1).replace(b"group: ci-", b"group: toolkit-")


def default_branch(context: Context) -> str:
    """What others branch from: the remote's default branch, else a usual name, else the current branch."""
    head = git.git(context.root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    if head.ok and _BRANCH.fullmatch(name := head.text.strip().removeprefix("origin/")):
        return name
    listed = git.git(context.root, "for-each-ref", "--format=%(refname:short)", "refs/heads")
    names = listed.text.split() if listed.ok else []
    current = git.git(context.root, "symbolic-ref", "--short", "HEAD")
    usual = [name for name in ("main", "master", "trunk", "develop", "dev") if name in names]
    name = usual[0] if usual else current.text.strip() if current.ok else ""
    return name if _BRANCH.fullmatch(name) else "main"


def ignoring(context: Context) -> WriteFile | EditFile | None:
    """What makes git leave out one person's files; ``None`` where it does already."""
    try:
        before = context.read(".gitignore")
    except Unreadable:
        if context.absolute(".gitignore").exists():
            return None
        return WriteFile(".gitignore", "".join(f"{name}\n" for name in _OWN).encode(), None)
    lines = [line.strip().strip("/") for line in before.decode("utf-8", "replace").splitlines()]
    missing = [name for name in _OWN if not any(line and fnmatchcase(name.strip("/"), line) for line in lines)]
    if not missing:
        return None
    end = b"\r\n" if b"\r\n" in before else b"\n"
    start = b"" if not before or before.endswith(b"\n") else end
    text = start + b"".join(name.encode() + end for name in missing)
    return EditFile(".gitignore", (Span(len(before), len(before), text),), sha256(before).hexdigest())


def ignored(context: Context, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that git leaves out here, so that nobody else would get them."""
    if not context.inventory.is_git:
        return ()
    done = git.git(context.root, "check-ignore", "--stdin", "-z", data=b"\0".join(path.encode() for path in paths))
    return tuple(path for path in done.text.split("\0") if path)
