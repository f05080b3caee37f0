"""Tools of hosting platforms that are started in a folder which lacks their configuration, where another folder has it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._scripts.recipe_lines import joined
from toolkit.checks.references._scripts.recipes import recipes
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._scripts.recipe_lines import Recipe

__all__ = ["unplaced"]

_TOOLS = {
    "flyctl": ("fly.toml",),
    "fly": ("fly.toml",),
    "firebase": ("firebase.json",),
    "serverless": ("serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js"),
    "sls": ("serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js"),
}
"""Programs, and the files without which their ``deploy`` stops."""
_TELLING = ("-c", "--config", "-a", "--app", "-i", "--image", "--cwd", "--project-dir")
"""Options that say what is deployed in place of the folder."""
_UPWARD = ("firebase",)
"""Programs that look in the folders above, too."""


def unplaced(context: Inspection) -> Iterator[Fault]:
    """Each such command of scripts, Makefiles and workflows."""
    for program, names in _TOOLS.items():
        known = sorted(context.inventory.named(*names))
        for one in recipes(context, program) if known else ():
            rest = one.words[one.words.index(program) + 1 :]
            told = any(word.partition("=")[0] in _TELLING for word in rest)
            # What the same file names it may copy to where it is wanted.
            named = any(name in text_of(context, one.path, errors="replace") for name in names)
            if rest[:1] != ("deploy",) or told or named or not context.shows(one.path):
                continue
            places = _places(one, rest[1:])
            if "$" in "".join(places) or any(_has(context, program, place, names) for place in places):
                continue
            where = "the root" if places[0] == "." else places[0]
            yield Fault(
                one.path,
                one.line,
                f"`{program} deploy` runs in {where}, which has no {names[0]}: the deployment stops.",
                f"{', '.join(known[:6])} {'is' if len(known) == 1 else 'are'} there",
                f"run it in {folder_of(known[0])}"
                if len(known) == 1
                else f"run it in the folder of the {names[0]} that is meant",
                severity="error" if one.path.endswith((".yml", ".yaml")) else "warning",
            )


def _places(one: Recipe, rest: tuple[str, ...]) -> tuple[str, ...]:
    """Where a command may run, or what it is given in place of that."""
    given = rest[0] if rest and not rest[0].startswith("-") else "."
    return tuple(joined(folder, given) for folder in one.folders)


def _has(context: Inspection, program: str, place: str, names: tuple[str, ...]) -> bool:
    """Whether a program finds its configuration from a folder; one that only a build makes may have it."""
    if place != "." and posixpath.normpath(place) not in context.inventory.folders:
        return True
    folders = upward(place) if program in _UPWARD else (place,)
    return any(context.is_file(inside(folder, name)) for folder in folders for name in names)
