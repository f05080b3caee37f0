"""Toolchain providers without Nix: what is on the search path, or pinned files from the store.

``host`` takes the tool on ``PATH`` if it satisfies the pin; ``pinned`` unpacks exactly what
``nix/pins.json`` names; ``auto`` tries them in that order for each tool. Every result says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import versions as _versions
from toolkit.errors import CannotCheckError, ConfigurationError
from toolkit.features.toolchain import _pins
from toolkit.features.toolchain._tool import Tool, environment, venv_command
from toolkit.system import programs as _host
from toolkit.system.programs import canonical
from toolkit.versions import is_exact, newest, satisfies, without_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.features.toolchain._pinned import Pinned
    from toolkit.features.toolchain._pins import Pins

__all__ = [
    "PROVIDERS",
    "Tool",
    "Toolchain",
    "canonical",
    "environment",
    "is_exact",
    "load_pins",
    "newest",
    "satisfies",
    "venv_command",
    "without_hash",
]

PROVIDERS = ("auto", "host", "pinned")
load_pins = _pins.load

_NEED_NODE = frozenset({"npm", "pnpm", "yarn"})
_REMOVED: Mapping[str, tuple[str, ...]] = {"rust": ("RUSTUP_TOOLCHAIN",)}
"""Variables that would send a tool elsewhere; with ``RUSTUP_TOOLCHAIN`` Anchor calls rustup."""


@dataclass(slots=True)
class Toolchain:
    """Resolves tools, each once.

    Args:
        store_folder: the tool cache; the user's by default.
        provider: one of :data:`PROVIDERS`.
        wanted: tool to the versions that ``[toolchain]`` pins, the first being the default.
        mirrors: address prefix to its replacement.
        offline: whether nothing may be downloaded.
        pins: the pinned files; ``nix/pins.json`` by default.
        progress: told what is being downloaded, the bytes so far and in all.
        announce: told which tool has to be fetched, before it is; not called for what the cache has.
    """

    store_folder: Path | None = None
    provider: str = "auto"
    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mirrors: Mapping[str, str] = field(default_factory=dict)
    offline: bool = False
    pins: Pins = field(default_factory=_pins.load)
    progress: Callable[[str, int, int | None], None] | None = None
    announce: Callable[[str], None] | None = None
    _resolved: dict[tuple[str, str], Tool] = field(default_factory=dict, repr=False)
    _probed: dict[tuple[str, str], tuple[str, str] | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.provider not in PROVIDERS:
            raise ConfigurationError(
                f"The toolchain provider {self.provider!r} is unknown", f"use one of {', '.join(PROVIDERS)}"
            )

    def spec(self, tool: str) -> str:
        """The version that ``[toolchain]`` asks for by default; empty for any."""
        name = canonical(tool)
        for key, versions in self.wanted.items():
            if canonical(key) == name and versions:
                return versions[0]
        return ""

    def resolve(self, tool: str, version_spec: str | None = None) -> Tool:
        """Have a tool of a version that satisfies the pin.

        Args:
            tool: its name or an alias.
            version_spec: ``22``, ``22.22.3``, ``>=20 <23``, ``9.15.9+sha512.HEX``; else what ``[toolchain]`` says.

        Raises:
            CannotCheckError: the provider ``host`` and no such tool on the search path.
            ConfigurationError: an unreadable version, or a tool that no provider has.
            IntegrityError: a file that is not what was pinned.
            ToolkitError: it could not be had.
        """
        name = canonical(tool)
        spec = self.spec(name) if version_spec is None else version_spec
        known = self._resolved.get((name, spec))
        if known is None:
            known = self._resolved[name, spec] = self._resolve(name, spec)
        return known

    def host(self, tool: str, version_spec: str = "") -> tuple[Tool | None, str]:
        """The tool on the search path if it satisfies the pin, and the reason either way."""
        name = canonical(tool)
        key = (name, version_spec)
        if key not in self._probed:
            self._probed[key] = _host.probe(name, version_spec)
        found = self._probed[key]
        if found is None:
            return None, f"no {name} on PATH answers"
        version, path = found
        if not satisfies(version, version_spec):
            return None, f"{path} is {version}, not {_versions.without_hash(version_spec)}"
        why = f"{name} {version} on PATH ({path}) {_fits(version_spec)}"
        return Tool(name, version, "host", (Path(path).parent,), why, program=Path(path)), why

    def _resolve(self, name: str, spec: str) -> Tool:
        satisfies("0", spec)  # an unreadable version is said before anything is looked for
        missing = ""
        if self.provider != "pinned":
            found, missing = self.host(name, spec)
            if found is not None:
                return self._with_node(found)
            if self.provider == "host":
                raise CannotCheckError(
                    f"{name} {_versions.without_hash(spec)}".rstrip() + f" is needed and {missing}",
                    "install it, or set the toolchain provider to auto or pinned",
                )
        return self.pinned(name, spec, missing)

    def _with_node(self, tool: Tool) -> Tool:
        """A package manager of the host runs with the Node that this repository asks for."""
        if tool.name not in _NEED_NODE or not self.spec("node"):
            return tool
        node = self.resolve("node")
        return replace(tool, bin_dirs=(*node.bin_dirs, *tool.bin_dirs))

    def pinned(self, tool: str, version_spec: str = "", missing: str = "", *, node: Tool | None = None) -> Tool:
        """The tool from pins or registries, whatever the search path has.

        Args:
            tool: its name or an alias.
            version_spec: as for :meth:`resolve`.
            missing: why the one on the search path was not taken.
            node: the Node that a package manager runs on if it can; else one is resolved for it.

        Raises:
            ConfigurationError, IntegrityError, ToolkitError: as for :meth:`resolve`.
        """
        name = canonical(tool)
        made = self._provider().resolve(name, version_spec, node)
        why = f"{made.why}, because {missing}" if missing else made.why
        return replace(made, why=why, removed=_REMOVED.get(name, ()))

    def pinned_version(self, tool: str, version_spec: str = "") -> str | None:
        """The version that :meth:`pinned` would take; asks nobody.

        Returns:
            ``None`` if this system cannot have it, the pin itself where a registry would have to say.

        Raises:
            ConfigurationError: an unreadable version.
        """
        return self._provider().planned(canonical(tool), version_spec)

    def _provider(self) -> Pinned:
        from toolkit.features.toolchain._pinned import Pinned

        return Pinned(self)


def _fits(spec: str) -> str:
    return f"satisfies {_versions.without_hash(spec)}" if spec else "is taken, no version is asked for"
