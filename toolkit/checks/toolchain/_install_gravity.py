"""How much an install by another manager than the project's matters, and what else it is the cause of."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._templates import is_of_templates
from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._project_managers import LOCKS
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import inside, path_from, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.installs import Install
    from toolkit.model import Severity

__all__ = ["causes", "gravity", "refused_by", "takes_over"]


def gravity(context: Inspection, one: Install) -> Severity:
    """How much an install by another manager matters: one that says that it wants no lock was thought about."""
    if "--no-package-lock" in one.text or "--no-lockfile" in one.text:
        return "info"
    if one.kind == "image" and is_of_templates(context, one.path):
        return "info"
    if takes_over(context, one):
        return "info"
    stops = one.kind == "workflow" or (one.kind == "image" and _is_certain(context, one))
    return "error" if one.frozen and one.manager != "yarn" and stops else "warning"


def takes_over(context: Inspection, one: Install) -> bool:
    """Whether a manager reads the lock of the other one where it has none: bun makes its own of those of npm, pnpm and yarn 1 (tried with bun 1.4)."""
    locks = (inside(one.folder, lock) for lock in ("package-lock.json", "pnpm-lock.yaml", "yarn.lock"))
    found = next((lock for lock in locks if context.is_file(lock)), "") if one.manager == "bun" else ""
    return bool(found) and "__metadata:" not in text_of(context, found)[:300]


def refused_by(context: Inspection, one: Install) -> str:
    """The first dependency of a package, or of the workspaces that it lists for npm, at whose form an install by npm stops; empty for none."""
    folder = one.folder
    if one.manager != "npm" or one.text.split()[1:2] not in (["install"], ["i"]):
        return ""
    own = by_folder(context).get(folder)
    globs = own.data.get("workspaces") if own is not None else ()
    named = texts(globs.get("packages") if isinstance(globs, dict) else globs)
    patterns = [path_from(folder, glob.removesuffix("/")) for glob in named if not glob.startswith("!")]
    members = [of for at, of in by_folder(context).items() if any(fnmatchcase(at, glob) for glob in patterns)]
    return next(
        (f"{name}: {value}" for of in (own, *members) if of is not None for kind in INSTALLED_KINDS
         for name, value in table(of.data, kind).items() if str(value).startswith(("workspace:", "catalog:"))),
        "",
    )  # fmt: skip


def _is_certain(context: Inspection, one: Install) -> bool:
    """Whether an image has no lock of a manager: it is built of the folder beside, nothing makes one, and nothing is done where it fails."""
    text = text_of(context, one.path)
    made = any(word in text for word in ("--package-lock-only", "--lockfile-only", f"{one.text.strip()} ||"))
    return one.manager in ("npm", "pnpm") and not made and context.is_file(inside(one.folder, "package.json"))


def causes(one: Install) -> Iterator[str]:
    """The lock that a workflow wants."""
    if one.kind == "workflow":
        yield from (f"lock {inside(one.folder, lock)} in {one.path}" for lock in LOCKS[one.manager])
