"""Which programs this repository needs, and what the search path has of them; asked once a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.extension import Request, ecosystem
from toolkit.memory import once_a_run
from toolkit.system import programs
from toolkit.system.process import which
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.checking import Inspection

__all__ = ["Needed", "needed", "path_of", "probed"]

_PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "agave": ("solana",),
    "python": ("python3", "python"),
    "rust": ("cargo", "rustc"),
    "cargo-build-sbf": ("cargo-build-sbf",),
}


@frozen
class Needed:
    """A tool, by its canonical name.

    Args:
        spec: the version asked for; empty for any.
        why: the file that asks for it, or the subproject.
        required: whether an install runs it.
        pinned: ``[toolchain]`` names it.
    """

    tool: str
    spec: str
    why: str
    required: bool = True
    pinned: bool = False


@once_a_run
def needed(context: Inspection) -> tuple[Needed, ...]:
    """What ``[toolchain]`` pins, then what installs of the subprojects run, each tool once."""
    found: dict[str, Needed] = {}
    for name, versions in context.settings.toolchain.items():
        tool = programs.canonical(name)
        if tool not in programs.UNPROBED and versions:
            found[tool] = Needed(tool, " || ".join(versions), f"[toolchain] in {context.settings.source}", pinned=True)
    for item in context.subprojects:
        if not context.settings.project(item.path).install:
            continue
        try:
            tools = ecosystem(item.ecosystem).install(context, item, Request()).tools
        except ToolkitError:
            continue  # how it cannot be installed is told by other checks
        for need in tools:
            tool = programs.canonical(need.name)
            known = found.get(tool)
            if known is None or (need.required and not known.required):
                why = need.why or item.path
                found[tool] = Needed(tool, need.version or "", why, need.required)
    return tuple(found[tool] for tool in sorted(found))


def path_of(context: Inspection, tool: str) -> str | None:
    """Where the search path has a tool's program; nothing is started."""
    variables = {"PATH": context.variables.get("PATH")}
    places = (which(program, variables) for program in _PROGRAMS.get(tool, (tool,)))
    return next((place for place in places if place), None)


def probed(context: Inspection, tools: Iterable[Needed]) -> dict[str, tuple[str, str]]:
    """Version and path of each tool that answers, asked at once."""
    variables = {"PATH": context.variables.get("PATH")}
    asked = tuple(tools)
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = pool.map(lambda need: programs.probe(need.tool, need.spec.split(" || ")[0], variables), asked)
        return {need.tool: answer for need, answer in zip(asked, answers, strict=True) if answer}
