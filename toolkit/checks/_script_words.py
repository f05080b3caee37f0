"""Whether a word of a command can be nothing but a script that its package does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks._package_managers import VERBS
from toolkit.checks._packages import all_packages, named
from toolkit.checks._workspaces import has_script
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import table

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.model import Severity

__all__ = ["SCRIPT", "lacks"]

SCRIPT = regex(r"[\w:.@/-]+")
"""A script's name without variables and globs."""
_BRINGS = "tsc tsserver ng sls cdk expo rn pod gatsby husky changeset playwright-core ava tap ncc zx tsc-watch vitest jest eslint playwright prettier turbo nx next vite prisma tsx"
"""Programs whose package is called otherwise, or that are often started without a package of their own, separated by blanks."""


def lacks(context: Inspection, package: Package, name: str, program: str, *, sure: bool) -> tuple[Severity, str] | None:
    """How bad it is that a package has no script of a name, and the script that was probably meant.

    Args:
        context: the run.
        package: which has to have it.
        name: of the script.
        program: the manager that is asked for it.
        sure: whether the word can be nothing but a script.

    Returns:
        ``None`` where the script is there, or something else may be meant: managers but npm take a program of an installed
        package, or a file, where there is no script of that name.
    """
    if not SCRIPT.fullmatch(name) or name in package.scripts:
        return None
    if name == "start" and context.is_file(package.at("server.js")):
        return None
    near = likely(name, package.scripts, slip=True)
    if sure:
        return "error", near
    if "/" in name or "." in name or (program == "yarn" and ":" in name and has_script(context, name)):
        return None
    script = ":" in name or name in VERBS
    return ("error" if script or near else "warning", near) if script or not _is_program(context, name) else None


def _is_program(context: Inspection, name: str) -> bool:
    """Whether a word may be the program of a package that the repository installs."""
    parts = _words_of_programs(context)
    return (
        name in parts
        or name in _BRINGS.split()
        or any(part in parts for part in re.split(r"[-_]", name) if len(part) > 2)
    )


@once_a_run
def _words_of_programs(context: Inspection) -> frozenset[str]:
    """The words that names of packages and of their programs consist of."""
    names = {
        item for one in all_packages(context) for key in (*INSTALLED_KINDS, "bin") for item in table(one.data, key)
    } | named(context).keys()
    return frozenset(part for item in names for part in (item, *re.split(r"[/@._-]", item)))
