"""Yarn 1: ``yarn install --frozen-lockfile``."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.ecosystems import _javascript_output as output
from toolkit.ecosystems._javascript import QUIET, JavaScript
from toolkit.ecosystems._javascript_survey import package_json, served
from toolkit.expressions import regex
from toolkit.extension import Install, Request, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.context import Context
    from toolkit.model import Subproject

_RECORD = ".yarn-integrity"
_LAST_NAME = regex(r"(?:@[^/@*]+/)?[^/@*]+$")
"""The package that a key of ``resolutions`` is about: ``b`` of ``a/**/b``."""
# Without --check-files yarn believes its record, and a deleted package stays away.
_FLAGS = ("--non-interactive", "--no-progress", "--check-files")


class YarnClassic(JavaScript):
    """The frozen line of yarn, whose lock has a format of its own."""

    name = "yarn_classic"
    tool = "yarn"
    generation = "1"
    lockfiles = ("yarn.lock",)
    # Two that unpack a package into the cache they share break each other's files: "the file appears to be corrupt".
    exclusive = "yarn 1"

    def environment(self, request: Request) -> Mapping[str, str | None]:
        """Neither the repository's own copy of yarn nor the demand for corepack; npm rebuilds where a list asks for it."""
        allowed = {"npm_config_dangerously_allow_all_scripts": "true"} if isinstance(request.scripts, tuple) else {}
        return {"YARN_IGNORE_PATH": "1", "SKIP_YARN_COREPACK_CHECK": "1", **allowed}

    def commands(self, subproject: Subproject, request: Request) -> tuple[tuple[str, ...], ...]:
        """The install; yarn cannot run the scripts of chosen packages, npm can, and reads the same tree."""
        del subproject
        frozen = ("--frozen-lockfile",) if request.frozen else ()
        offline = ("--offline",) if request.offline else ()
        ignore = () if request.scripts == "allow" else ("--ignore-scripts",)
        first = ("yarn", "install", *frozen, *_FLAGS, "--production=false", *offline, *ignore)
        return (first, ("npm", "rebuild", *request.scripts)) if isinstance(request.scripts, tuple) else (first,)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """An install without scripts: yarn 1 has no way to write the lock alone."""
        argv = ("yarn", "install", *_FLAGS, "--production=false", "--ignore-scripts")
        step = Step(argv, subproject.path, {**QUIET, **self.environment(Request())})
        return Install(self.tools(context, subproject), (step,), note="yarn 1 installs in order to lock")

    def missing(self, context: Context, subproject: Subproject) -> str:
        """Compare yarn's record with the lock, and look for every package that is reached without an optional step."""
        if subproject.lockfile is None:
            return ""
        lock = parse(output.fresh(context.absolute(subproject.lockfile)))
        replaced = _replaced(package_json(context, subproject.path))
        lock = {key: entry for key, entry in lock.items() if key[: key.find("@", 1)] not in replaced}
        base = context.absolute(subproject.path)
        names = output.entries(base / "node_modules")
        record = output.fresh(base / "node_modules" / _RECORD)
        if not record:
            if not lock and not served(context, subproject)[1:]:
                return ""
            return output.foreign(names, _RECORD) or (
                "node_modules is missing" if not names else "node_modules lacks yarn's record of it"
            )
        needed = needs(lock, self._start(context, subproject))
        return (
            _stale(record, {key: lock[key] for key in needed})
            or next((output.absent(place) for place in _folders(record) if not (base / place).is_dir()), "")
            or next(self._gaps(context, subproject, lock), "")
        )

    def _gaps(self, context: Context, subproject: Subproject, lock: Mapping[str, Entry]) -> Iterator[str]:
        folders = served(context, subproject)
        bases = [str(context.absolute(folder)) for folder in folders]
        members = {str(package_json(context, folder).get("name")) for folder in folders[1:]}
        for name in sorted(members):
            if not output.package_there(bases[0], f"node_modules/{name}"):
                yield output.absent(f"node_modules/{name}")
        for folder, base in zip(folders, bases, strict=True):
            for name in _direct(package_json(context, folder)):
                place = f"node_modules/{name}"
                if not (output.package_there(base, place) or output.package_there(bases[0], place)):
                    yield output.absent(f"{folder}/{place}" if folder != "." else place)
        there = Counter(name for base in bases for name in installed(base))
        for name, versions in sorted(reached(lock, self._start(context, subproject)).items()):
            if name not in members and there[name] < versions:
                which = f"one of {versions} versions of {name}" if versions > 1 else f"node_modules/{name}"
                yield output.absent(which)

    def _start(self, context: Context, subproject: Subproject) -> list[str]:
        """The keys of the lock that the manifests ask for, members' names left out."""
        folders = served(context, subproject)
        members = {str(package_json(context, folder).get("name")) for folder in folders[1:]}
        return [
            f"{name}@{spec}"
            for folder in folders
            for name, spec in _direct(package_json(context, folder)).items()
            if name not in members
        ]


Entry = tuple[str, tuple[str, ...]]
"""What a key of the lock resolves to, and the keys that it depends on (optional ones left out)."""

_PAIR = regex(r'^    "?([^"\s]+)"? "?([^"]*?)"?$')


def parse(content: bytes) -> dict[str, Entry]:
    """Every ``name@range`` of a lock; it is made by yarn, so its lines are enough."""
    found: dict[str, Entry] = {}
    keys: list[str] = []
    resolved, section = "", ""
    wanted: list[str] = []

    def close() -> None:
        found.update((key, (resolved, tuple(wanted))) for key in keys)

    for line in content.decode("utf-8", "surrogateescape").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] != " ":
            close()
            keys = [key.strip().strip('"') for key in line.rstrip(":").split(", ")]
            resolved, section, wanted = "", "", []
        elif line.startswith("  resolved "):
            resolved = line[11:].strip('"')
        elif line[2] != " ":
            section = line.strip().rstrip(":")
        elif section == "dependencies" and (pair := _PAIR.match(line)):
            wanted.append(f"{pair[1]}@{pair[2]}")
    close()
    return found


def needs(lock: Mapping[str, Entry], start: list[str]) -> set[str]:
    """Keys that the starting ones need, directly or not; a lock may hold others, which yarn neither installs nor records."""
    seen: set[str] = set()
    stack = [key for key in start if key in lock]
    while stack:
        key = stack.pop()
        if key not in seen:
            seen.add(key)
            stack.extend(one for one in lock[key][1] if one in lock)
    return seen


def reached(lock: Mapping[str, Entry], start: list[str]) -> dict[str, int]:
    """Packages that the starting keys need, directly or not, with the number of different ones of the name.

    One that is asked for by its name and by an alias too (``string-width-cjs@npm:string-width@^4``) is not counted:
    yarn 1 warns that it "is trying to unpack in the same destination", and puts it under one of the names only.
    """
    names: dict[str, set[str]] = {}
    for key in needs(lock, start):
        names.setdefault(lock[key][0], set()).add(key[: key.find("@", 1)])
    return Counter(name for known in names.values() if len(known) == 1 for name in known)


def installed(base: str) -> Iterator[str]:
    """The name of every package below a folder's ``node_modules``, nested ones too, once for each place."""
    pending = [f"{base}/node_modules"]
    while pending:
        folder = pending.pop()
        for name in output.entries(Path(folder)):
            for package in (
                (f"{name}/{one}" for one in output.entries(Path(folder, name))) if name[0] == "@" else (name,)
            ):
                if package[0] != "." and not os.path.islink(f"{folder}/{package}"):
                    pending.append(f"{folder}/{package}/node_modules")
                    if output.package_there(folder, package):
                        yield package


def _folders(record: bytes) -> tuple[str, ...]:
    """The ``node_modules`` folders that yarn filled, members' own among them."""
    try:
        data: Any = json.loads(record)
    except ValueError:
        return ()
    places = data.get("modulesFolders") if isinstance(data, dict) else None
    return tuple(dict.fromkeys(one for one in places if isinstance(one, str))) if isinstance(places, list) else ()


def _stale(record: bytes, lock: Mapping[str, Entry]) -> str:
    """Why yarn's record is not that of this lock; it lists what each key resolved to."""
    try:
        data: Any = json.loads(record)
    except ValueError:
        return "yarn's record of node_modules is damaged"
    entries = data.get("lockfileEntries") if isinstance(data, dict) else None
    if not isinstance(entries, dict):
        return "yarn's record of node_modules is damaged"
    for key, (resolved, _) in lock.items():
        if key not in entries or (resolved and entries[key] != resolved):
            return f"node_modules was not installed with {key} of the lock"
    return ""


def _replaced(data: Mapping[str, Any]) -> set[str]:
    """Names that ``resolutions`` sets another version for: the lock may still hold the ones that were asked for."""
    given = data.get("resolutions")
    found = (_LAST_NAME.search(key) for key in given) if isinstance(given, dict) else ()
    return {match[0] for match in found if match}


def _direct(data: Mapping[str, Any]) -> dict[str, str]:
    optional = data.get("optionalDependencies")
    skipped = optional if isinstance(optional, dict) else {}
    tables = (data.get("dependencies"), data.get("devDependencies"))
    return {
        name: str(spec)
        for table in tables
        if isinstance(table, dict)
        for name, spec in table.items()
        if name not in skipped
    }
