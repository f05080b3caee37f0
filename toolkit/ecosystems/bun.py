"""bun: ``bun install --frozen-lockfile`` from ``bun.lock`` or the older binary ``bun.lockb``."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.ecosystems import _javascript_output as output
from toolkit.ecosystems._javascript import QUIET, JavaScript
from toolkit.ecosystems._javascript_survey import package_json, served
from toolkit.expressions import regex
from toolkit.extension import Install, Request, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from toolkit.context import Context
    from toolkit.model import Subproject

_PART = regex(r"@[^/]+/[^/]+|[^/]+")
_TRAILING_COMMA = regex(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])')


class Bun(JavaScript):
    """The package manager of the bun runtime; it needs no Node, but what it installs usually does."""

    name = "bun"
    tool = "bun"
    lockfiles = ("bun.lock", "bun.lockb")

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """Nothing is reported home; npm rebuilds where a list of packages asks for it."""
        allowed = {"npm_config_dangerously_allow_all_scripts": "true"} if isinstance(request.scripts, tuple) else {}
        return {"DO_NOT_TRACK": "1", **allowed}

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """The install; where scripts are allowed, bun itself still runs only those of packages it is told to trust."""
        del subproject
        frozen = ("--frozen-lockfile",) if request.frozen else ()
        offline = ("--offline",) if request.offline else ()
        ignore = () if request.scripts == "allow" else ("--ignore-scripts",)
        first = ("bun", "install", *frozen, "--no-progress", *offline, *ignore)
        return (first, ("npm", "rebuild", *request.scripts)) if isinstance(request.scripts, tuple) else (first,)

    def mending(self, context: Context, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """Version 1.4 does not look for a link that it made before, unless forced to; where there is none, it fetches anew."""
        if not request.repair or not (context.absolute(subproject.path) / "node_modules").is_dir():
            return ()
        first, *_ = self.commands(subproject, request)
        return ((*first, "--force"),)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """The lock alone."""
        argv = ("bun", "install", "--lockfile-only", "--ignore-scripts", "--no-progress")
        step = Step(argv, subproject.path, {**QUIET, **self.environment(Request())})
        return Install(self.tools(context, subproject), (step,))

    def policy(self, context: Context, subproject: Subproject, request: Request) -> str:
        """As for the others; bun keeps a list of packages it trusts on top."""
        text = super().policy(context, subproject, request)
        return f"{text} for packages that bun trusts" if request.scripts == "allow" else text

    def missing(self, context: Context, subproject: Subproject) -> str:
        """Look for every package of the text lock, or for the direct ones where the lock is binary."""
        if subproject.lockfile is None:
            return ""
        base = context.absolute(subproject.path)
        names = output.entries(base / "node_modules")
        lock = {} if subproject.lockfile.endswith("b") else parse(output.fresh(context.absolute(subproject.lockfile)))
        needed = _needed(lock, self._direct(context, subproject), subproject.path)
        packages = {
            key: lock[key] for key in lock if key in needed and not _local(lock[key]) and not _for_some(lock[key])
        }
        if not names:
            return "node_modules is missing" if packages or self._direct(context, subproject) else ""
        if other := output.foreign(names, ".bun"):
            return other
        gaps = _isolated(str(base), packages) if ".bun" in names else _hoisted(context, subproject, lock, packages)
        return next(gaps, "") or next(self._gaps(context, subproject, hoisted=".bun" not in names), "")

    def _direct(self, context: Context, subproject: Subproject) -> tuple[tuple[str, str], ...]:
        found = []
        for folder in served(context, subproject):
            data = package_json(context, folder)
            for table in (data.get("dependencies"), data.get("devDependencies")):
                found += [(folder, name) for name in table] if isinstance(table, dict) else []
        return tuple(found)

    def _gaps(self, context: Context, subproject: Subproject, *, hoisted: bool) -> Iterator[str]:
        root = str(context.absolute(subproject.path))
        for folder, name in self._direct(context, subproject):
            place = f"node_modules/{name}"
            optional = package_json(context, folder).get("optionalDependencies")
            if isinstance(optional, dict) and name in optional:
                continue
            above = hoisted and output.package_there(root, place)
            if not (above or output.package_there(str(context.absolute(folder)), place)):
                yield output.absent(f"{folder}/{place}" if folder != "." else place)


def parse(content: bytes) -> dict[str, list[Any]]:
    """The packages of a text lock by their place; it is JSON but for trailing commas."""
    text = _TRAILING_COMMA.sub(lambda found: found[1] or "", content.decode("utf-8", "surrogateescape"))
    try:
        data = json.loads(text) if text else {}
    except ValueError:
        return {}
    packages = data.get("packages") if isinstance(data, dict) else None
    entries = packages.items() if isinstance(packages, dict) else ()
    return {key: entry for key, entry in entries if isinstance(entry, list) and entry and isinstance(entry[0], str)}


def _local(entry: list[Any]) -> bool:
    return bool(re.match(r".[^@]*@(?:workspace|link|file|root):", str(entry[0])))


def _for_some(entry: list[Any]) -> bool:
    """Whether a package is for some platforms only, or optional altogether."""
    return any(isinstance(part, dict) and ({"os", "cpu", "libc"} & part.keys()) for part in entry)


def _needed(lock: Mapping[str, list[Any]], direct: Iterable[tuple[str, str]], root: str) -> set[str]:
    """Places of what the subproject's packages depend on, and these in turn.

    The lock names more: what only packages for other platforms depend on, and peers, of which an isolated install
    leaves some out.

    Args:
        lock: the packages by their place.
        direct: folders of packages with the names that they depend on.
        root: the subproject's folder.
    """
    homes = {str(entry[0]).partition("@workspace:")[2]: key for key, entry in lock.items() if "@workspace:" in entry[0]}
    found: set[str] = set()
    queue = [(homes.get(posixpath.relpath(folder, root), ""), name) for folder, name in direct]
    while queue:
        parent, name = queue.pop()
        above = _PART.findall(parent)
        places = ("/".join((*above[:count], name)) for count in range(len(above), -1, -1))
        key = next((place for place in places if place in lock), "")
        if key and key not in found:
            found.add(key)
            if _for_some(lock[key]):
                continue
            details = next((part for part in lock[key] if isinstance(part, dict)), {})
            queue += [(key, other) for other in details.get("dependencies") or ()]
    return found


def _isolated(base: str, packages: Mapping[str, list[Any]]) -> Iterator[str]:
    there = output.entries(Path(base, "node_modules", ".bun"))
    for entry in packages.values():
        full = str(entry[0])
        name = full[: full.find("@", 1)]
        folder = full.replace("/", "+")
        places = (folder,) if folder in there else [one for one in there if one.startswith(f"{folder}+")]
        if not any(output.package_there(base, f"node_modules/.bun/{one}/node_modules/{name}") for one in places):
            yield output.absent(f"node_modules/.bun/{folder}")


def _hoisted(
    context: Context, subproject: Subproject, lock: Mapping[str, list[Any]], packages: Mapping[str, list[Any]]
) -> Iterator[str]:
    folders = {
        key: str(entry[0]).partition("@workspace:")[2] for key, entry in lock.items() if "@workspace:" in entry[0]
    }
    base = str(context.absolute(subproject.path))
    for key in (*packages, *(name for name, folder in folders.items() if folder)):
        parts = _PART.findall(key)
        if parts[0] in folders and len(parts) > 1:
            place = "/node_modules/".join((folders[parts[0]], *parts[1:]))
        else:
            place = "/node_modules/".join(("", *parts))[1:]
        if not output.package_there(base, place):
            yield output.absent(place)
