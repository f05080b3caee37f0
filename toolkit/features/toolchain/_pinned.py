"""The provider ``pinned``: which version, from where, and what it needs beside it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit import versions as _versions
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.expressions import regex
from toolkit.features.toolchain import _isolated, _python, _registry
from toolkit.features.toolchain._managers import MANAGERS
from toolkit.features.toolchain._obtain import Obtained, Obtainer, check_runs
from toolkit.features.toolchain._tool import Tool
from toolkit.system import process
from toolkit.system import programs as _host
from toolkit.system.archive import link_executable
from toolkit.system.download import Integrity, check_file
from toolkit.system.machine import current_system
from toolkit.system.store import Store, default_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.features.toolchain._pins import Pin
    from toolkit.features.toolchain._tool import Resolver

_HASH = regex(r"\+(sha\d+)\.([0-9a-fA-F]+)")
_USABLE_HASHES = ("sha224", "sha256", "sha384", "sha512")


class Pinned:
    """Resolves one tool from pins and registries.

    Args:
        toolchain: whose settings hold, and which resolves what a tool needs beside it.
    """

    def __init__(self, toolchain: Resolver) -> None:
        self._toolchain = toolchain
        self._system = current_system()
        self._store = Store(toolchain.store_folder or default_folder())
        self._obtainer = Obtainer(
            self._store,
            toolchain.mirrors,
            toolchain.offline,
            self._npm_environment,
            toolchain.progress,
            toolchain.announce,
        )

    def resolve(self, name: str, spec: str, node: Tool | None = None) -> Tool:
        """Have the newest version that satisfies the pin; arguments and errors as of :meth:`Toolchain.pinned`.

        Raises:
            ConfigurationError, IntegrityError, ToolkitError: as there.
        """
        if name == "python":
            return _python.resolve(self._toolchain, spec)
        version, unavailable = self._choose(name, spec)
        if version is not None:
            pin = self._toolchain.pins.pin(name, version, self._system)
            exact = _versions.is_exact(spec)
            why = "in nix/pins.json" if exact else f"the newest in nix/pins.json for {_shown(spec)}"
            return self._obtain(name, version, pin, (spec, why), node)
        if unavailable:
            raise ToolkitError(
                f"{name} {_shown(spec)} cannot be had on {self._system}: {unavailable.rstrip('.')}",
                "use the provider nix or host for it",
            )
        if name not in _registry.TOOLS:
            raise ConfigurationError(*self._unknown(name, spec))
        finder = _registry.Registry(self._store, self._system, self._npm_environment, offline=self._toolchain.offline)
        version, pin, why = finder.find(name, spec)
        return self._obtain(name, version, pin, (spec, why), node)

    def planned(self, name: str, spec: str) -> str | None:
        """The version that :meth:`resolve` would take, asking nobody; see :meth:`Toolchain.pinned_version`."""
        version, unavailable = self._choose(name, spec)
        if version is not None:
            return version
        if unavailable or name not in ("python", *_registry.TOOLS):
            return None
        return _versions.without_hash(spec).strip().removeprefix("v") or "newest"

    def _choose(self, name: str, spec: str) -> tuple[str | None, str]:
        """The newest pinned version that is asked for, else why this system cannot have it.

        An older one that this system could have is taken only where no version is asked for: two systems
        with one pin must not silently get two versions.
        """
        pins = self._toolchain.pins
        unavailable = ""
        left = list(pins.versions(name))
        while (version := _versions.newest(left, spec)) is not None:
            pin = pins.pin(name, version, self._system)
            if not pin.unavailable:
                return version, ""
            unavailable = unavailable or pin.unavailable
            if not _versions.is_any(spec):
                break
            left.remove(version)
        return None, unavailable

    def _unknown(self, name: str, spec: str) -> tuple[str, str]:
        pins = self._toolchain.pins
        if name not in pins.tools:
            return f"{name} cannot be provided: it is not in nix/pins.json", "install it, or use the provider nix"
        known = ", ".join(pins.versions(name))
        return f"{name} {_shown(spec)} is not in nix/pins.json", f"pinned are {known}; or install it yourself"

    def _obtain(self, name: str, version: str, pin: Pin, reason: tuple[str, str], node: Tool | None) -> Tool:
        if name in MANAGERS and not _registry.is_native(name, version):
            return self._manager(name, version, pin, reason, node)
        why = reason[1]
        if pin.requirements is not None:
            check = check_runs(name, version, pin.bins, {})
            folder = _isolated.obtain(self._toolchain, self._store, (name, version), pin.requirements, check)
            bins = tuple(folder / place for place in pin.bins)
            return Tool(name, version, "pinned", bins, f"{name} {version}, {why}, from hashed Python packages", folder)
        finish = check_runs(name, version, pin.bins, {}) if pin.bins else None
        got = self._obtainer.obtain(name, version, pin, finish)
        bins = tuple(got.folder / folder for folder in pin.bins)
        for tool, wanted in got.sources[0].companions.items():
            bins = (*bins, self._companion(tool, wanted))
        return Tool(name, version, "pinned", bins, f"{name} {version}, {why}, from {got.how}", got.folder)

    def _companion(self, name: str, version: str) -> Path:
        """The programs of an npm that goes with a Node which came without; it runs with that Node."""
        got = self._manager_files(name, version, self._toolchain.pins.pin(name, version, self._system))
        return got.folder / "bin"

    def _manager(self, name: str, version: str, pin: Pin, reason: tuple[str, str], beside: Tool | None) -> Tool:
        """A package manager written in JavaScript, with a Node that it can run on."""
        spec, why = reason
        pin, program_hash, note = _with_hash(name, version, pin, spec)
        got = self._manager_files(name, version, pin)
        if program_hash is not None:
            check_file(got.folder / "package" / "bin" / "yarn.js", program_hash, f"yarn {version}'s program")
        node = self._node_for(name, version, got.folder, beside)
        why = f"{name} {version}, {why}, from {got.how}{note}, run by node {node.version} ({node.provider})"
        return Tool(name, version, "pinned", (got.folder / "bin", *node.bin_dirs), why, got.folder)

    def _manager_files(self, name: str, version: str, pin: Pin) -> Obtained:
        return self._obtainer.obtain(name, version, pin, _link_programs)

    def _node_for(self, name: str, version: str, folder: Path, beside: Tool | None) -> Tool:
        engines = _package_json(folder).get("engines", {}).get("node", "")
        if beside is not None and (not engines or _versions.satisfies(beside.version, engines)):
            return beside
        asked = self._toolchain.spec("node")
        node = self._toolchain.resolve("node", asked or engines)
        if engines and not _versions.satisfies(node.version, engines):
            raise ConfigurationError(
                f"{name} {version} needs node {engines}, but {asked} is asked for, which is {node.version}",
                f"change the version of node or of {name}",
            )
        return node

    def _npm_environment(self) -> Mapping[str, str | None]:
        """Where npm is: on the search path, else beside the Node that Python's registry has."""
        if _host.probe("npm") is not None:
            return {}
        pins = self._toolchain.pins
        for version in sorted(pins.versions("node"), key=_versions.sort_key, reverse=True):
            pin = pins.pin("node", version, self._system)
            sources = tuple(source for part in pin.parts for source in part if source.manager == "pip")
            if sources:
                pin = replace(pin, parts=(sources,))
                got = self._obtainer.obtain("node", version, pin, check_runs("node", version, pin.bins, {}))
                bins = [str(got.folder / folder) for folder in pin.bins]
                return {"PATH": os.pathsep.join([*bins, process.environment().get("PATH", os.defpath)])}
        raise ToolkitError(f"npm is needed, and no Node for {self._system} comes as a Python package", "install Node")


def _link_programs(folder: Path) -> None:
    """Make ``bin/NAME`` for every program that the package declares."""
    declared = _package_json(folder)
    programs = declared.get("bin", {})
    if isinstance(programs, str):
        programs = {str(declared["name"]).rpartition("/")[2]: programs}
    for name, path in programs.items():
        link_executable(folder, f"bin/{name}", f"package/{path.removeprefix('./')}")


def _package_json(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "package" / "package.json").read_bytes())
    return data


def _with_hash(name: str, version: str, pin: Pin, spec: str) -> tuple[Pin, Integrity | None, str]:
    """Hold what arrives against the hash that ``packageManager`` carries.

    Corepack digests the package's archive, except for Yarn 2 and later, where it digests the one
    JavaScript file in it.

    Returns:
        The pin to use, the digest of Yarn's program if there is one, and a note for the reason.
    """
    match = _HASH.search(spec)
    if match is None:
        return pin, None, ""
    if match[1] not in _USABLE_HASHES:
        return pin, None, f" (packageManager's {match[1]} proves nothing and was not used)"
    integrity = Integrity.from_hex(match[1], match[2])
    if name == "yarn" and _versions.major(version) > 1:
        return pin, integrity, " and by the hash in packageManager"
    parts = tuple(tuple(replace(source, integrity=integrity) for source in part) for part in pin.parts)
    return replace(pin, parts=parts), None, " and by the hash in packageManager"


def _shown(spec: str) -> str:
    return _versions.without_hash(spec) or "any version"
