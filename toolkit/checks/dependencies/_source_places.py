"""What the lack of a package counts by the place of the JavaScript source that imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._compiled import is_compiled
from toolkit.checks._packages import by_folder
from toolkit.checks._standing import standing
from toolkit.checks._texts import is_generated
from toolkit.checks.dependencies._held import LESS
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.path_names import archive_of
from toolkit.places import below, folder_of, inside, path_from, texts, upward
from toolkit.specifiers import SOURCES, specifiers

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
    if context.role(path)[0] == "example" or _SHOWN.search(path) or _is_material(context, path, world.folder):
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


def _is_material(context: Inspection, path: str, home: str) -> bool:
    """Whether a source lies in a folder that a program publishes beside what is built, and that no compiler takes and none of its own sources imports: it copies or prints what is there."""
    top, inner, _ = path.removeprefix(f"{home}/").partition("/")
    return bool(inner) and top in _handed_out(context, home) and not is_compiled(context, home, path)


@once_a_run
def _handed_out(context: Inspection, home: str) -> frozenset[str]:
    """The folders that the ``files`` of a program name and that none of its own sources outside of them leads into."""
    package = by_folder(context).get(home)
    if package is None or not package.data.get("bin"):
        return frozenset()
    named = {one.removeprefix("./").partition("/")[0] for one in texts(package.data.get("files")) if "!" not in one}
    started = " ".join(str(package.data.get(key)) for key in ("bin", "main", "module", "exports", "types"))
    found = {one for one in named if f"{one}/" not in started}
    for source in context.below(home) if found else ():
        if source.endswith(SOURCES):
            own = source.removeprefix(f"{home}/").partition("/")[0]
            led = (path_from(folder_of(source), one) for one in context.fact(specifiers, source) if one.startswith("."))
            found -= {one.removeprefix(f"{home}/").partition("/")[0] for one in led} - {own}
    return frozenset(found)
