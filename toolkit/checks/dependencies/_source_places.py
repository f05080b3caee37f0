"""What the lack of a package counts by the place of the JavaScript source that imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._standing import standing
from toolkit.checks._texts import is_generated
from toolkit.checks.dependencies._held import LESS
from toolkit.expressions import regex
from toolkit.path_names import archive_of
from toolkit.places import below, folder_of, inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._javascript_world import World

__all__ = ["counted"]

_SHOWN = regex(r"(?:^|[/_-])(?:examples?|samples?|demos?|experiments?|playgrounds?|prototypes?)/")


def counted(context: Inspection, path: str, world: World, held: Held) -> tuple[Held, str]:
    """What a lack is told as, and the place where that is what is told."""
    if apart := _apart(context, path, world):
        return apart
    if context.role(path)[0] == "example" or _SHOWN.search(path):
        return "shown", ""
    outside = world.is_of_tools and folder_of(path) != world.folder
    if held == "no" and (outside or is_generated(context.read(path))):
        return "unknown", ""
    stray = bool(world.members_below) and standing(context, path) == "nobody's"
    return LESS.get(held, held) if stray else held, ""


def _apart(context: Inspection, path: str, world: World) -> tuple[Held, str] | None:
    """Whether a source is of an archive that no workspace builds, or of a folder among the members that has no manifest; and of which."""
    if world.is_alone and (archive := archive_of(path)):
        return "kept", archive
    homes = {folder_of(member) for member in world.members_below} - {"."}
    place = next((up for up in upward(folder_of(path)) if folder_of(up) in homes and up != "."), "")
    grouped = any(below(place, member) for member in world.members_below)
    grouped = grouped or context.is_file(
        inside(place, "project.json")
    )  # a project of Nx, whose packages the root declares
    return None if not place or grouped else ("homeless", place)
