"""Go's modules and workspaces as they are declared, and where the module cache lies."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.documents import DocumentError
from toolkit.memory import once_a_run
from toolkit.places import acyclic, below, folder_of, inside, join, variable
from toolkit.versions import numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from toolkit.context import Context
    from toolkit.documents import gomod
    from toolkit.ecosystems._diagnosis import Rule
    from toolkit.extension import Request

__all__ = ["FAILURES", "NETWORK", "Unit", "environment", "module_cache", "required", "sums", "units"]

NETWORK = (
    "i/o timeout", "connection refused", "connection reset by peer", "TLS handshake timeout", "no such host",
    "unexpected EOF", "503 Service Unavailable", "502 Bad Gateway", "504 Gateway", "Client.Timeout exceeded",
)  # fmt: skip
"""What Go writes when a module proxy or a repository's host could not be reached."""

FAILURES: tuple[Rule, ...] = (
    (
        r"verifying (?P<name>\S+): checksum mismatch",
        "{name} is not what go.sum holds the checksum of",
        "if no mirror is in between, treat it as an attack until it is explained",
    ),
    (
        r"missing go\.sum entry for (?:module providing package |go\.mod file; to add it:\s+go mod download )?(?P<name>\S+)",
        "go.sum has no checksum for {name}",
        "invoke lock PATH brings it up to date; commit it",
    ),
    (r"updates to go\.(?:mod|sum) needed", "go.mod and go.sum do not fit the code any more", "invoke lock PATH brings them up to date"),
    (
        r"go\.(?:mod|work) requires go >= (?P<want>\S+) \(running go (?P<have>[\d.]+)",
        "it asks for Go {want}, and {have} is here",
        "pin go in [toolchain], or install that version",
    ),
    (
        r"module lookup disabled by GOPROXY=off",
        "a module is not in the local cache",
        "run once without --offline",
    ),
    (
        r"cannot load module (?P<name>\S+) listed in go\.work file",
        "go.work uses {name}, which has no go.mod",
        "mend the use lines of go.work",
    ),
    (r"errors parsing (?P<file>go\.\w+):\s+(?P<what>[^\n]+)", "{file} does not parse: {what}", "mend the line it names"),
    (
        r"go: (?P<name>\S+@\S+): (?:reading \S+: (?:403|404|410)|invalid version: unknown revision|unrecognized import path)",
        "no module {name} can be had",
        "mend its name or version in go.mod, or set GOPRIVATE for a private one",
    ),
)  # fmt: skip


@dataclass(slots=True)
class Unit:
    """A workspace with its modules, or one module.

    Args:
        modules: the parsed ``go.mod`` of each of its modules, by folder.
        go: the highest Go version that one of its files asks for.
    """

    folder: str
    manifest: str
    name: str = ""
    members: tuple[str, ...] = ()
    modules: dict[str, gomod.Document] = field(default_factory=dict)
    go: str = ""
    needs: tuple[str, ...] = ()
    problem: str = ""

    @property
    def sums(self) -> tuple[str, ...]:
        """Where its checksums may stand, its own file first."""
        own = ("go.work.sum",) if self.manifest.endswith("go.work") else ()
        return tuple(
            dict.fromkeys(
                (*(inside(self.folder, name) for name in own), *(inside(path, "go.sum") for path in self.modules))
            )
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Manifests of its modules besides its own."""
        return tuple(path for folder in self.modules if (path := inside(folder, "go.mod")) != self.manifest)


@once_a_run
def units(context: Context) -> tuple[Unit, ...]:
    """Workspaces first claim their modules, the rest stand alone."""
    modules: dict[str, gomod.Document] = {}
    found: list[Unit] = []
    for path in sorted(context.inventory.named("go.mod")):
        try:
            parsed = _gomod().parse(context.read(path))
        except (Unreadable, DocumentError) as error:
            found.append(Unit(folder_of(path), path, problem=f"go.mod: {error}"))
            continue
        if parsed.directives:
            modules[folder_of(path)] = parsed
    claimed: set[str] = set()
    for path in sorted(context.inventory.named("go.work")):
        unit = _workspace(context, path, modules)
        claimed.update(unit.modules)
        found.append(unit)
    for folder in sorted(set(modules) - claimed):
        parsed = modules[folder]
        problem = "" if parsed.module else "go.mod names no module"
        path = inside(folder, "go.mod")
        found.append(Unit(folder, path, parsed.module, modules={folder: parsed}, go=parsed.go, problem=problem))
    for unit in found:
        unit.problem = unit.problem or _unreplaced(context, unit)
    _connect(found)
    return tuple(sorted(found, key=lambda unit: unit.manifest))


def _workspace(context: Context, path: str, modules: dict[str, gomod.Document]) -> Unit:
    unit = Unit(folder_of(path), path)
    try:
        parsed = _gomod().parse(context.read(path))
    except (Unreadable, DocumentError) as error:
        unit.problem = f"go.work: {error}"
        return unit
    used = [join(unit.folder, item.words[0]) for item in parsed.uses]
    unit.modules = {folder: modules[folder] for folder in used if folder in modules and folder is not None}
    unit.members = tuple(unit.modules)
    for item, folder in zip(parsed.uses, used, strict=True):
        reason = _absent(context, folder) if folder not in modules else ""
        unit.problem = unit.problem or (reason and f"go.work uses {item.words[0]}, {reason}")
    unit.go = max((parsed.go, *(item.go for item in unit.modules.values())), key=numbers_in)
    return unit


def _absent(context: Context, folder: str | None) -> str:
    """Why Go finds no module in a folder; empty if it does, or if the folder is outside.

    Submodules and ignored folders are in no inventory, and Go reads them all the same.
    """
    if folder is None or context.absolute(inside(folder, "go.mod")).is_file():
        return ""
    if any(below(link, folder) for link in context.inventory.gitlinks):
        return "which is in a submodule that is not checked out (git submodule update --init)"
    return "which has no go.mod"


def _unreplaced(context: Context, unit: Unit) -> str:
    """A module that is required and for which ``replace`` names a folder without one; vendored, it is not looked for."""
    if context.is_file(inside(unit.folder, "vendor/modules.txt")):
        return ""
    for folder, parsed in unit.modules.items():
        needed = {item.module for item in parsed.requires}
        for item in parsed.replaces:
            if item.is_local and item.module in needed and (reason := _absent(context, join(folder, item.target))):
                return f"{inside(folder, 'go.mod')} replaces {item.module} by {item.target}, {reason}"
    return ""


def _connect(found: list[Unit]) -> None:
    """Local replacements that lead to another unit become what it needs."""
    owner = {folder: unit.folder for unit in found for folder in unit.modules}
    wanted: dict[str, list[str]] = {unit.folder: [] for unit in found}
    for unit in found:
        for folder, parsed in unit.modules.items():
            targets = [join(folder, item.target) for item in parsed.replaces if item.is_local]
            wanted[unit.folder] += [owner[path] for path in targets if path in owner]
    ordered = acyclic(wanted)
    for unit in found:
        unit.needs = ordered[unit.folder]


def required(unit: Unit, *, selected: bool = False) -> Iterator[tuple[str, str]]:
    """Module and version of every requirement that comes from outside, replacements followed.

    Args:
        unit: whose.
        selected: only the highest version of each module, which is the one that a workspace downloads, and
            only those whose requirements are listed in full (``go`` 1.17 and later).
    """
    own = {parsed.module for parsed in unit.modules.values()}
    pairs: set[tuple[str, str]] = set()
    for parsed in unit.modules.values():
        if selected and numbers_in(parsed.go) < (1, 17):
            continue
        replaced = {(item.module, item.version): item for item in parsed.replaces}
        for item in parsed.requires:
            stand_in = replaced.get((item.module, item.version)) or replaced.get((item.module, ""))
            if stand_in is None and item.module not in own:
                pairs.add((item.module, item.version))
            elif stand_in is not None and not stand_in.is_local:
                pairs.add((stand_in.target, stand_in.target_version))
    if selected and len(unit.modules) > 1:
        highest: dict[str, str] = {}
        for module, version in pairs:
            highest[module] = max(highest.get(module, version), version, key=_order)
        pairs = set(highest.items())
    yield from sorted(pairs)


def _order(version: str) -> tuple[tuple[int, ...], bool, str]:
    numbers, _, suffix = version.removeprefix("v").removesuffix("+incompatible").partition("-")
    return (numbers_in(numbers), not suffix, suffix)


def sums(context: Context, unit: Unit) -> Iterator[tuple[str, str, bool]]:
    """Module, version and whether the checksum is the whole module's (else its ``go.mod``'s) for every line.

    Raises:
        Unreadable: a ``go.sum`` is there and cannot be read.
    """
    for path in unit.sums:
        if not context.is_file(path):
            continue
        for line in context.read(path).decode("utf-8", "replace").splitlines():
            words = line.split()
            if len(words) == 3:
                yield words[0], words[1].removesuffix("/go.mod"), not words[1].endswith("/go.mod")


def environment(context: Context, request: Request) -> dict[str, str | None]:
    """``-mod=readonly`` added to the user's flags; offline neither proxy nor toolchain is asked.

    ``GOTOOLCHAIN`` is otherwise the user's: Go verifies a toolchain by the checksum database, as any module.
    """
    flags = variable(context, ".", "GOFLAGS")
    found: dict[str, str | None] = {"GOFLAGS": flags if "-mod=" in flags else f"{flags} -mod=readonly".strip()}
    if not request.frozen:
        found["GOFLAGS"] = flags
    if request.offline:
        found |= {"GOPROXY": "off", "GOTOOLCHAIN": "local"}
    return found


def module_cache(context: Context, folder: str) -> str:
    """The module cache, as ``go env GOMODCACHE`` finds it: environment, user's settings, ``GOPATH``, home."""
    home = variable(context, folder, "HOME")
    stored = _user_settings(context, folder, home)

    def value(name: str) -> str:
        return variable(context, folder, name) or stored.get(name, "")

    first = value("GOPATH").split(os.pathsep)[0] or os.path.join(home, "go")
    return value("GOMODCACHE") or os.path.join(first, "pkg", "mod")


def _user_settings(context: Context, folder: str, home: str) -> dict[str, str]:
    """What ``go env -w`` has written."""
    base = variable(context, folder, "XDG_CONFIG_HOME") or os.path.join(home, ".config")
    path = variable(context, folder, "GOENV") or os.path.join(base, "go", "env")
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return dict(line.strip().split("=", 1) for line in stream if "=" in line)
    except OSError:
        return {}


def _gomod() -> ModuleType:
    """The reader, loaded where there is something to read: its patterns cost every start otherwise."""
    from toolkit.documents import gomod

    return gomod
