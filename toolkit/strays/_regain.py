"""How what may go comes back: the command that makes it again."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.advice import advised, fresh_install
from toolkit.extension import ecosystem
from toolkit.outputs import outputs, package_of
from toolkit.places import word

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["INSTALLS", "maker", "regain_by", "reinstall_by"]

INSTALLS = frozenset({"node_modules", "bower_components", ".venv", "venv", "Pods", ".terraform", ".pnpm-store"})


def maker(context: Inspection, folder: str) -> str:
    """The script of the package around a folder that writes into it; empty if none is known."""
    package = package_of(context, folder)
    for made in outputs(context, package) if package is not None else ():
        if folder in (made.path, made.whole) or made.path.startswith(f"{folder}/"):
            return made.command
    return ""


def regain_by(context: Inspection, path: str) -> str:
    """The task that makes an output or an install again."""
    owner = context.owner(posixpath.dirname(path) or ".")
    name = posixpath.basename(path)
    if owner is None:
        return "made again by the tool that made it"
    if name in INSTALLS and name in ecosystem(owner.ecosystem).outputs:
        return fresh_install(context, owner)
    return advised(context, f"a build of {owner.path}", f"invoke build --only {word(owner.path)}")


def reinstall_by(context: Inspection, path: str) -> str:
    """What brings a ``node_modules`` folder back."""
    folder = posixpath.dirname(path) or "."
    if not context.is_file(posixpath.join(folder, "package.json").removeprefix("./")):
        return "nothing needs it"
    owner = context.owner(folder)
    return fresh_install(context, owner) if owner else "install the package"
