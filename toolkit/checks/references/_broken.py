"""What commands need and that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._packages import named
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.near_paths import is_letter_off
from toolkit.path_names import is_kept_only
from toolkit.places import upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["Broken", "no_script", "no_workspace"]

_HIDDEN = regex(r"(?:^|/)\.[\w-]+$")


@frozen
class Broken:
    """One thing that is missing.

    Args:
        word: the word of the command that names it.
        text: what is wrong with it, to end a sentence.
        todo: what a person does about it.
        near: what was probably meant; of a path, relative to the folder of the command.
        idle: the command succeeds all the same, and does nothing.
        cause: what others may lack for the same reason: ``workspace``, ``file`` or ``program`` (or its configuration); empty for what stands for itself.
        gone: the folder that is not there, of which a missing file would be one; empty where its folder is.
    """

    word: str
    text: str
    todo: str
    severity: Severity = "error"
    near: str = ""
    idle: bool = False
    cause: str = ""
    gone: str = ""

    @property
    def ends(self) -> str:
        """What becomes of the command."""
        return "is not run" if self.idle else "fails"

    @property
    def scripts(self) -> str:
        """The manifest that lacks a script which none of its own is like, as one cause: the scripts were moved away, or are yet to come."""
        manifest, lacks, name = self.text.partition(" has no script ")
        return f"scripts of {manifest}" if lacks and name == self.word else ""


def no_workspace(context: Inspection, name: str, *, idle: bool = False) -> Broken:
    """That no workspace has a name, with the one that was probably meant; pnpm succeeds then, and does nothing."""
    outside = named(context).get(name)  # there, and in no workspace
    near = "" if outside else _likely(context, name)
    todo = instead(name, near, f"name a workspace that there is in place of {name}, or remove the command")
    todo = f"list {outside.folder} in the workspace, or run it in that folder" if outside else todo
    more = f", and {outside.path} is in none" if outside else f"; {near} is one" if near else ""
    text = f"no workspace is called {name}{more}"
    same = near.rpartition("/")[2] == name.rpartition("/")[2]
    sure = near if same or is_letter_off(name, near) else ""
    return Broken(name, text, todo, "warning" if idle else "error", sure, idle, "workspace")


@once_a_run
def _likely(context: Inspection, name: str) -> str:
    """The package that was meant: of the same name in another scope, of a like name in the same, or else of a like one."""
    roots = {one.path for one in context.subprojects if one.members}
    known = [
        full for full, one in named(context).items() if one.folder not in roots and not _is_kept(context, one.folder)
    ]
    scope, slash, own = name.rpartition("/")
    scoped = [full for full in known if full.rpartition("/")[2] == own and full != name]
    if len(scoped) == 1:
        return scoped[0]
    prefix = f"{scope}{slash}"
    beside = likely(own, [full.removeprefix(prefix) for full in known if full.startswith(prefix)])
    if beside or slash:
        return prefix + beside if beside else ""  # that names share a scope says nothing of what they mean
    return likely(name, known)


def _is_kept(context: Inspection, folder: str) -> bool:
    """Whether a package lies where old things are kept: no workspace takes it."""
    return any(is_kept_only(up, context.is_file) or _HIDDEN.search(up) for up in upward(folder))


def no_script(name: str, severity: Severity) -> Broken:
    """That no package has a script."""
    todo = f"add a script {name} to the package that needs it, or take {name} out of the command"
    return Broken(name, f"no package has a script {name}", todo, severity)
