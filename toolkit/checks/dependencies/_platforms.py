"""Packages of npm that are for one platform: by their names, and by what a lock says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.expressions import regex
from toolkit.places import table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Bound", "Halved", "bound", "halved"]

_SYSTEM = regex(
    r"(?:^|[-/])(?P<system>darwin|linux|linuxmusl|win32)-(?:x64|arm64|ia32|arm|x86_64|64|universal)(?:-\w+)?$"
)
"""The end of a name that makers of programs give to the package of one platform."""
_ANYWHERE = regex(r"(?:^|[-/])wasm")
_FETCHED = regex(r"@next/swc-|@sentry/cli-|@esbuild/|esbuild-|@cloudflare/workerd-|turbo-")
"""Programs whose package fetches them anew where they lack, or does without them."""


class Bound(NamedTuple):
    """A package that a manifest asks for and that installs on some systems only.

    Args:
        kind: the table of the manifest.
        systems: as npm calls them; those that it does not install on begin with ``!``.
    """

    kind: str
    name: str
    systems: tuple[str, ...]

    def takes(self, system: str) -> bool:
        """Whether it installs there."""
        allowed = [one for one in self.systems if not one.startswith("!")]
        return f"!{system}" not in self.systems and (not allowed or system in allowed)


class Halved(NamedTuple):
    """A package of a lock whose programs the lock has for some systems only.

    Args:
        name: of the package that loads them.
        held: the programs that the lock has.
        lost: those for Linux that it lacks.
    """

    name: str
    held: tuple[str, ...]
    lost: tuple[str, ...]
    dev: bool


def bound(data: Mapping[str, Any], lock: Mapping[str, Any]) -> Iterator[Bound]:
    """What a manifest asks for without a choice and what is for some systems only, by npm's lock, else by its name."""
    entries = table(lock, "packages")
    for kind in ("dependencies", "devDependencies"):
        for name in table(data, kind):
            entry = table(entries, f"node_modules/{name}")
            systems = tuple(texts(entry.get("os")))
            named = _SYSTEM.search(name)
            if not entry and named:
                systems = (named["system"].removesuffix("musl"),)
            if systems and name not in table(data, "optionalDependencies"):
                yield Bound(kind, name, systems)


def halved(lock: Mapping[str, Any]) -> Iterator[Halved]:
    """The packages of npm's lock that have programs for other systems, and none for Linux.

    npm writes those of its own system alone where ``node_modules`` lay beside the manifest, and never adds the others.
    """
    entries = table(lock, "packages")
    names = {place.rpartition("node_modules/")[2] for place in entries}
    for place, entry in entries.items():
        asked = [name for name in table(entry, "optionalDependencies") if _SYSTEM.search(name)]
        if (
            not asked
            or entry.get("optional")
            or any(_ANYWHERE.search(name) for name in names & set(table(entry, "optionalDependencies")))
        ):
            continue
        held = tuple(name for name in asked if name in names)
        lost = tuple(name for name in asked if name not in names and "linux" in name and "x64" in name)
        if lost and held and not any("linux" in name for name in held) and not any(map(_FETCHED.match, lost)):
            yield Halved(place.rpartition("node_modules/")[2], held, lost, bool(entry.get("dev")))
