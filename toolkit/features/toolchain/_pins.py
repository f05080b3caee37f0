"""``nix/pins.json``: where each tool comes from and which digest it must have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import ConfigurationError
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.system._integrity import Integrity
    from toolkit.system.archive import Layout

_EMPTY: Mapping[str, str] = {}
_FILE = Path("nix", "pins.json")


@frozen
class Source:
    """One file and how to get it.

    Args:
        manager: ``url``, ``npm`` or ``pip``.
        address: the URL, or the package's name.
        version: of the package; empty for a URL.
        integrity: what the file must be; ``None`` if only the registry vouches for it.
        layout: how it is unpacked.
        links: programs to link after unpacking, both relative to the unpacked folder.
        companions: further tools that it needs beside it, with their versions.
        programs: folders whose files are made executable, for archives that do not say which are.
    """

    manager: str
    address: str
    version: str
    integrity: Integrity | None
    layout: Layout
    links: Mapping[str, str]
    companions: Mapping[str, str]
    programs: tuple[str, ...] = ()

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the unpacked content."""
        layout = {name: getattr(self.layout, name) for name in ("format", "strip", "root", "into", "name")}
        file = str(self.integrity) if self.integrity else f"{self.manager}:{self.address}@{self.version}"
        more = {"programs": list(self.programs)} if self.programs else {}
        return {"file": file, "layout": layout, "links": dict(self.links), **more}

    @property
    def shown(self) -> str:
        """Where it comes from, in words."""
        if self.manager == "url":
            return f"the archive from {self.address.split('/')[2]}"
        registry = {"npm": "npm package", "pip": "Python package", "go": "Go module"}[self.manager]
        return f"the {registry} {self.address} {self.version}"


@frozen
class Pin:
    """A tool's version on one system.

    Args:
        parts: all are unpacked into one folder; of each, the first source that answers is taken.
        bins: folders with programs, relative to the unpacked folder.
        requirements: for a tool that is a Python environment: the hashed list of what it is made of.
        unavailable: why there is nothing; empty if there is.
    """

    parts: tuple[tuple[Source, ...], ...] = ()
    bins: tuple[str, ...] = ("bin",)
    unavailable: str = ""
    requirements: Path | None = None


class Pins:
    """The pinned versions of every tool.

    Args:
        data: the parsed file.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        if data.get("schema_version") != 1:
            raise ConfigurationError(
                f"nix/pins.json has the schema {data.get('schema_version')!r}, this toolkit reads 1"
            )
        self._tools: Mapping[str, Mapping[str, Any]] = data["tools"]

    @property
    def tools(self) -> tuple[str, ...]:
        """Every tool's name."""
        return tuple(self._tools)

    def extended(self, data: Mapping[str, Any]) -> Pins:
        """These pins and others, which count where both name a tool's version.

        Raises:
            ConfigurationError: another schema.
        """
        merged = dict(self._tools)
        for tool, versions in Pins(data)._tools.items():  # noqa: SLF001 - another one of ours
            known = merged.get(tool, {})
            # System by system, as the flake does: who adds an archive for one keeps what is known of the others.
            merged[tool] = {**known, **{name: {**known.get(name, {}), **systems} for name, systems in versions.items()}}
        return Pins({"schema_version": 1, "tools": merged})

    def versions(self, tool: str) -> tuple[str, ...]:
        """The versions pinned of a tool; none of a tool that is not pinned."""
        return tuple(self._tools.get(tool, {}))

    def pin(self, tool: str, version: str, system: str) -> Pin:
        """What is pinned for a system.

        Args:
            tool: its name.
            version: one of :meth:`versions`.
            system: as Nix calls it, for example ``x86_64-linux``.

        Raises:
            ConfigurationError: a hash of the wrong form.
            KeyError: no such tool or version.
        """
        systems = self._tools[tool][version]
        entry = systems.get("any") or systems.get(system)
        if entry is None:
            return Pin(unavailable=f"{tool} {version} is not pinned for {system}.")
        if "unavailable" in entry:
            return Pin(unavailable=entry["unavailable"])
        bins = tuple(entry.get("bin", ("bin",)))
        if "requirements" in entry:
            return Pin(bins=bins, requirements=Path(entry["requirements"]))
        if "components" in entry:
            return Pin(tuple((_archive({**entry, **part}),) for part in entry["components"].values()), bins)
        own = (_archive(entry),) if "url" in entry else ()
        return Pin(((*own, *(_package(item) for item in entry.get("registry", ()))),), bins)


def load(path: Path | None = None, *, repository: Path | None = None) -> Pins:
    """Read the pins.

    Args:
        path: the file; else the one of this toolkit, packaged or in its repository.
        repository: a root whose own ``nix/pins.json`` adds to them, as the flake reads it too.

    Raises:
        ConfigurationError: it is missing or not JSON.
    """
    package = Path(__file__).parents[2]
    places = [path] if path is not None else [package / "_data" / _FILE, package.parent / _FILE]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ConfigurationError(f"{places[-1]} is missing", "reinstall the toolkit")
    pins = Pins(_read(found))
    more = repository / _FILE if repository is not None else None
    return pins.extended(_read(more)) if more is not None and more.is_file() and more != found else pins


def _read(place: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(place.read_bytes())
    except ValueError as error:
        raise ConfigurationError(f"{place} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ConfigurationError(f"{place} holds no object")
    for versions in data.get("tools", {}).values():
        for systems in versions.values():
            for entry in systems.values():
                if "requirements" in entry:  # named beside the file that names it
                    entry["requirements"] = str(place.parent / entry["requirements"])
    return data


def _archive(entry: Mapping[str, Any]) -> Source:
    from toolkit.system._integrity import Integrity

    return Source("url", entry["url"], "", Integrity.parse(entry["hash"]), _layout(entry), _links(entry), _EMPTY)


def _package(entry: Mapping[str, Any]) -> Source:
    from toolkit.system._integrity import Integrity

    return Source(
        entry["manager"],
        entry["package"],
        entry["version"],
        Integrity.parse(entry["hash"]),
        _layout(entry),
        _links(entry),
        entry.get("with", _EMPTY),
        tuple(entry.get("programs", ())),
    )


def _links(entry: Mapping[str, Any]) -> Mapping[str, str]:
    links: Mapping[str, str] = entry.get("links", _EMPTY)
    return links


def _layout(entry: Mapping[str, Any]) -> Layout:
    from toolkit.system.archive import Layout

    return Layout(
        entry["format"], entry.get("strip", 0), entry.get("root", ""), entry.get("into", ""), entry.get("name", "")
    )
