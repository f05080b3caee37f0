"""Names that configurations of the TypeScript compiler lead to sources of the repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.context import Unreadable
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, home_of, inside, path_from, table, texts, upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection

__all__ = ["ENDINGS", "Known", "Mapped", "known", "mapped"]

ENDINGS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_NAMES = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json")
_SOURCES = (".", "src", "app", "lib")


@frozen
class Known:
    """What the configurations in a package's folder and above it make known.

    Args:
        folder: of the package.
        aliases: keys of ``paths``.
        bases: folders that plain names count from.
        whole: whether no parent of the nearest one that is out of reach may have more.
    """

    folder: str
    aliases: tuple[str, ...]
    bases: tuple[str, ...]
    whole: bool

    def leads(self, context: Inspection, name: str, specifier: str) -> bool:
        """Whether a specifier is an alias, the name of a source, or may be one by what is out of reach."""
        for alias in self.aliases:
            if specifier == alias or (alias.endswith("*") and specifier.startswith(alias[:-1])):
                return True
        listed = context.inventory
        first = specifier.partition("/")[0].lstrip("@~#")
        if not self.whole and any(inside(self.folder, path_from(one, first)) in listed.folders for one in _SOURCES):
            return True
        for base in self.bases:
            target = inside(base, name)
            # What the compiler makes of ``a.mts`` is imported as ``a.mjs``.
            names = {target + ending for ending in (*ENDINGS, ".d.ts")} | {re.sub(r"(?<=\.[mc])js$", "ts", target)}
            if target in listed.folders or (names - {target}) & listed.files:
                return True
        return False


@frozen
class Mapped:
    """What a configuration anywhere leads a specifier to (of several that differ, two), and whether it may serve the source that has it."""

    target: str
    serves: bool


def known(context: Inspection, folder: str) -> Known:
    """What the configurations in a package's folder and above it make known."""
    aliases: list[str] = []
    bases = [folder, inside(folder, "src"), inside(folder, "app")]
    whole, nearest = True, ""
    for up in upward(folder):
        for listed in sorted(context.inventory.files & {inside(up, name) for name in _NAMES}):
            try:
                found = tsconfig.read(context, listed)
            except Unreadable:
                continue
            nearest = nearest or up
            whole = whole and (up != nearest or found.is_known or "paths" in found.options)
            aliases += table(found.options, "paths")
            if isinstance(found.options.get("baseUrl"), str):
                bases.append(str(found.options["baseUrl"]))
    # A bare "*" maps everything and says nothing.
    return Known(folder, tuple(one for one in aliases if one != "*"), tuple(dict.fromkeys(bases)), whole)


def mapped(context: Inspection, path: str, specifier: str) -> Mapped | None:
    """What another configuration leads a specifier to that none around the package of a source explains; ``None`` for nothing that is there."""
    found = [
        Mapped(target, _serves(context, config, path, target))
        for before, config, targets in _everywhere(context)
        if specifier.startswith(before) and len(specifier) > len(before)
        for target in _there(context, (one.replace("*", specifier[len(before) :], 1) for one in targets))
    ]
    serving = next((one for one in found if one.serves), None)
    targets = " or ".join(sorted({one.target for one in found})[:2])
    return serving or (Mapped(targets, serves=False) if found else None)


def _serves(context: Inspection, config: str, path: str, target: str) -> bool:
    """Whether a source lies below a configuration or is named in it, or is of the package that it leads to and that has none of its own."""
    if below(folder_of(config), path) or path in tsconfig.taken(context, config):
        return True
    home = home_of(context, path, ("package.json",))
    inner = (up for up in upward(folder_of(path)) if below(home, up))
    own = any(context.is_file(inside(up, name)) for up in inner for name in _NAMES)
    return home != "." and not own and home == home_of(context, target, ("package.json",))


def _there(context: Inspection, targets: Iterable[str]) -> list[str]:
    """Those of some targets that are there, with their ending."""
    ends = ("", *ENDINGS, ".d.ts", "/index.ts", "/index.tsx", "/index.js")
    return [target + end for target in targets for end in ends if target + end in context.inventory.files]


@once_a_run
def _everywhere(context: Inspection) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Every alias with a star: what stands before it, the configuration that has it, and its targets from the root."""
    found = set()
    for path in context.matching("tsconfig*.json", "jsconfig*.json"):
        try:
            config = tsconfig.read(context, path) if not context.is_foreign(path) else None
        except Unreadable:
            continue
        options = config.options if config is not None else {}
        base = options.get("baseUrl")
        for alias, targets in table(options, "paths").items():
            home = base if isinstance(base, str) or config is None else folder_of(config.origin.get("paths", path))
            if alias.endswith("*") and len(alias) > 1:
                found.add((alias[:-1], path, tuple(path_from(str(home), one) for one in texts(targets))))
    return tuple(sorted(found))
