"""Yarn 2 and later ("berry"): ``yarn install --immutable``, with any of its three linkers."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from toolkit.ecosystems import _javascript_output as output
from toolkit.ecosystems._javascript import QUIET, JavaScript
from toolkit.expressions import regex
from toolkit.extension import Install, Request, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.model import Subproject

_STATE = ".yarn-state.yml"
_ENTRY = regex(r'^"?(?P<key>[^"\n]+)"?:\n(?P<body>(?:[ ].*\n?)+)', re.MULTILINE)
_RESOLUTION = regex(r'^  resolution: "([^"]+)"', re.MULTILINE)
_LOCATIONS = regex(r"^  locations:\n((?:    - .*\n?)*)", re.MULTILINE)
_LOCATION = regex(r'^    - "([^"]*)"', re.MULTILINE)
_VIRTUAL = regex(r"@virtual:[0-9a-f]+#")
_PNP_LOCATION = regex(r'"packageLocation": "([^"]+)"')
_PNP_VIRTUAL = regex(r"(?:\.yarn/)?(?:__virtual__|\$\$virtual)/[^/]+/(\d+)/")


class Yarn(JavaScript):
    """Yarn berry."""

    name = "yarn"
    tool = "yarn"
    lockfiles = ("yarn.lock",)
    outputs = ("node_modules", ".pnp.cjs", ".pnp.loader.mjs", ".yarn/unplugged", ".yarn/install-state.gz")

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """The pinned yarn and not the repository's own copy; nothing reported, nothing animated."""
        offline = {"YARN_ENABLE_NETWORK": "0"} if request.offline else {}
        return {"YARN_IGNORE_PATH": "1", "YARN_ENABLE_TELEMETRY": "0", "YARN_ENABLE_PROGRESS_BARS": "0", **offline}

    def mending(self, context: Context, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """Without its state file, which may be removed at any time as it says itself, yarn links every package anew."""
        state = f"node_modules/{_STATE}"
        if not request.repair or not (context.absolute(subproject.path) / state).exists():
            return ()
        return (("node", "-e", f"require('fs').rmSync({state!r})"),)

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """The install; ``skip-build`` holds back the workspaces' own scripts too, ``enableScripts`` would not."""
        del subproject
        frozen = "--immutable" if request.frozen else "--no-immutable"
        first = ("yarn", "install", frozen, *(() if request.scripts == "allow" else ("--mode=skip-build",)))
        return (first, ("yarn", "rebuild", *request.scripts)) if isinstance(request.scripts, tuple) else (first,)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """The lock alone."""
        argv = ("yarn", "install", "--no-immutable", "--mode=update-lockfile")
        step = Step(argv, subproject.path, {**QUIET, **self.environment(Request())})
        return Install(self.tools(context, subproject), (step,))

    def missing(self, context: Context, subproject: Subproject) -> str:
        """Look for what the linker recorded: the state of ``node_modules``, the store's folders, or the archives of Plug'n'Play."""
        if subproject.lockfile is None:
            return ""
        base = context.absolute(subproject.path)
        lock = output.fresh(context.absolute(subproject.lockfile)).decode("utf-8", "surrogateescape")
        resolved, conditional = _resolved(lock)
        names = output.entries(base / "node_modules")
        if not (base / ".yarn" / "install-state.gz").exists():
            return output.foreign(names, _STATE) or "yarn has not finished an install here (no .yarn/install-state.gz)"
        if _STATE in names:
            state = output.fresh(base / "node_modules" / _STATE).decode("utf-8", "surrogateescape")
            gaps = _state_gaps(str(base), state, resolved)
        elif ".store" in names:
            gaps = _store_gaps(base, resolved, conditional)
        elif (base / ".pnp.cjs").exists():
            gaps = _pnp_gaps(base, conditional)
        else:
            packages = any("@workspace:" not in one for one in resolved)
            other = output.foreign(names, _STATE) or "neither node_modules nor .pnp.cjs is there"
            gaps = iter((other,) if packages else ())
        return next(gaps, "")


def _resolved(lock: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """What the lock resolves to everywhere, and the names of packages that only some platforms get."""
    found, conditional = [], set()
    for entry in _ENTRY.finditer(lock):
        if resolution := _RESOLUTION.search(entry["body"]):
            if "\n  conditions: " in entry["body"]:
                conditional.add(resolution[1][: resolution[1].find("@", 1)])
            else:
                found.append(resolution[1])
    return tuple(found), frozenset(conditional)


def _state_gaps(base: str, state: str, resolved: tuple[str, ...]) -> Iterator[str]:
    """Recorded places without a package; every place is listed, so a package that the record lacks shows in ``resolved``."""
    recorded = set()
    for entry in _ENTRY.finditer(state):
        key = _VIRTUAL.sub("@", entry["key"])
        recorded.add(key)
        block = _LOCATIONS.search(entry["body"])
        for place in _LOCATION.findall(block[1]) if block else ():
            if place and not output.package_there(base, place):
                yield output.absent(place)
    direct = {one for one in resolved if "@workspace:" in one}
    for one in sorted(direct - recorded):
        yield f"{one} was not linked"


def _store_gaps(base: Path, resolved: tuple[str, ...], conditional: frozenset[str]) -> Iterator[str]:
    """Packages without a folder in the store of the pnpm linker, and links of the root that lead nowhere."""
    store = base / "node_modules" / ".store"
    there = sorted(output.entries(store))
    for one in resolved:
        name, _, version = one[1:].partition("@npm:")
        slug = (one[0] + name).replace("/", "-")
        wanted = (f"{slug}-npm-{version}-", f"{slug}-virtual-")
        if version and not any(folder.startswith(wanted) for folder in there):
            yield output.absent(f"node_modules/.store/{wanted[0].rstrip('-')}")
    optional = tuple(f"{name.replace('/', '-')}-" for name in conditional)
    for folder in there:
        if not folder.startswith(optional) and not output.package_there(str(store), f"{folder}/package"):
            yield output.absent(f"node_modules/.store/{folder}")
    for name in sorted(output.entries(base / "node_modules")):
        if name[0] != "." and name not in conditional and not os.path.exists(base / "node_modules" / name):
            yield output.absent(f"node_modules/{name}")


def _pnp_gaps(base: Path, conditional: frozenset[str]) -> Iterator[str]:
    """Archives and unplugged folders that the loader names but that are gone."""
    text = output.fresh(base / ".pnp.cjs").decode("utf-8", "surrogateescape")
    seen = set()
    for place in _PNP_LOCATION.findall(text):
        if place.rpartition("node_modules/")[2].rstrip("/") in conditional:
            continue
        if virtual := _PNP_VIRTUAL.search(place):
            place = place[: virtual.start()] + "../" * int(virtual[1]) + place[virtual.end() :]  # noqa: PLW2901 - the real place
        archive, zipped, _ = place.partition(".zip/")
        path = os.path.normpath(os.path.join(base, f"{archive}.zip" if zipped else f"{place}package.json"))
        if path not in seen and not os.path.exists(path):
            yield output.absent(os.path.basename(path) if zipped else place.rstrip("/"))
        seen.add(path)
