"""Turning pins into folders of the store."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from toolkit import versions as _versions
from toolkit.errors import ToolkitError
from toolkit.features.toolchain import _packages
from toolkit.system import process
from toolkit.system import programs as _host
from toolkit.system.archive import link_executable, unpack
from toolkit.system.download import DownloadError, Limits, fetch, mirrored, tool_mirror
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.features.toolchain._pins import Pin, Source
    from toolkit.system.store import Store

_QUICK = Limits(attempts=2, connect_s=10.0)
"""For an address that is not the last resort."""


@frozen
class Obtained:
    """An unpacked tool.

    Args:
        folder: where it lies in the store.
        how: where it came from, in words; with what failed before.
        sources: what was taken, one for each part.
    """

    folder: Path
    how: str
    sources: tuple[Source, ...]


@frozen
class Obtainer:
    """Gets pinned files into the store.

    Args:
        store: where unpacked tools are kept.
        mirrors: address prefix to its replacement.
        offline: whether only what the store holds may be used.
        npm: gives the environment in which npm runs.
        progress: told what is being fetched, the bytes so far and in all.
        announce: told what has to be fetched, before it is.
    """

    store: Store
    mirrors: Mapping[str, str]
    offline: bool
    npm: Callable[[], Mapping[str, str | None]]
    progress: Callable[[str, int, int | None], None] | None = None
    announce: Callable[[str], None] | None = None

    def obtain(self, tool: str, version: str, pin: Pin, finish: Callable[[Path], None] | None = None) -> Obtained:
        """Have a tool's files, from the store or from the first source that answers.

        Args:
            tool: its name.
            version: its version.
            pin: where it comes from.
            finish: called with the unpacked folder before it counts as whole.

        Raises:
            IntegrityError: something else arrived than pinned; no other source is tried.
            ToolkitError: no source has it, or it does not run on this machine.
        """
        ways = _ways(pin)
        for way in ways:
            found = self.store.find(_title(tool, version), _identity(way))
            if found is not None:
                return Obtained(found, f"{way[0].shown}, in the tool cache", way)
        if self.offline:
            raise ToolkitError(f"{tool} {version} is not in the tool cache", "run once without --offline")
        if self.announce is not None:
            self.announce(f"{tool} {version}")
        failures: list[DownloadError] = []
        for way in ways:
            make = _Making(self, tool, version, way, Limits() if way is ways[-1] else _QUICK, finish)
            try:
                folder = self.store.obtain(_title(tool, version), _identity(way), make)
            except DownloadError as error:
                failures.append(error)
            else:
                before = f"; first tried in vain: {'; '.join(item.message for item in failures)}" if failures else ""
                return Obtained(folder, way[0].shown + before, way)
        reasons = "; ".join(error.message for error in failures)
        hint = next((error.hint for error in failures if error.hint), "")
        raise ToolkitError(f"{tool} {version} could not be had: {reasons}", hint)


@frozen
class _Making:
    """How one way makes a tool's folder: each source is fetched, checked and unpacked into it."""

    obtainer: Obtainer
    tool: str
    version: str
    way: tuple[Source, ...]
    limits: Limits
    finish: Callable[[Path], None] | None

    def __call__(self, content: Path, scratch: Path) -> None:
        """Fill ``content``; ``scratch`` is for what is needed in between."""
        for index, source in enumerate(self.way):
            own = scratch / str(index)
            own.mkdir()
            archive = self._file(source, own)
            unpack(archive, content, source.layout)
            archive.unlink()
            for name, to in source.links.items():
                link_executable(content, name, to)
            for folder in source.programs:
                for file in (content / folder).iterdir():
                    if file.is_file() and not file.is_symlink():
                        file.chmod(0o755)
        # What one component's installer needs is no part of the merged toolchain.
        with suppress(FileNotFoundError):
            (content / "manifest.in").unlink()
        if self.finish is not None:
            self.finish(content)

    def _file(self, source: Source, scratch: Path) -> Path:
        if source.manager == "npm":
            return _packages.npm_pack(source, scratch, self.obtainer.npm())
        if source.manager == "go":
            return _packages.go_module(source, scratch)
        if source.manager == "pip" or source.integrity is None:
            return _packages.pip_download(source, scratch)
        url = mirrored(source.address, self.obtainer.mirrors, tool_mirror(self.tool))
        target = scratch / "archive"
        report, title = self.obtainer.progress, f"{self.tool} {self.version}"
        each = None if report is None else (lambda done, total: report(title, done, total))
        fetch(url, target, source.integrity, limits=self.limits, progress=each)
        return target


def check_runs(
    tool: str, version: str, bins: tuple[str, ...], environment: Mapping[str, str | None]
) -> Callable[[Path], None]:
    """A last step for :meth:`Obtainer.obtain`: the tool must start here and say its version.

    An archive for another libc, or for a loader that this system lacks, unpacks well and never starts.

    Args:
        tool: its name.
        version: what it must say.
        bins: its folders with programs.
        environment: what else it needs, for example a ``PATH`` with Node.

    Returns:
        The step; it raises :class:`ToolkitError` if the tool does not start or says another version.
    """

    def check(folder: Path) -> None:
        path = os.pathsep.join(str(folder / name) for name in bins)
        rest = environment.get("PATH") or process.environment().get("PATH", "")
        changes = {**environment, "PATH": f"{path}{os.pathsep}{rest}"}
        found = _host.probe(tool, version, changes)
        if found is None:
            raise ToolkitError(
                f"{tool} {version} was unpacked and does not run on this machine: {_host.complaint(tool, changes)}",
                f"install {tool} by the system's own means and use the provider host",
            )
        if not _versions.satisfies(found[0], version):
            raise ToolkitError(f"What is pinned as {tool} {version} calls itself {found[0]}", "mend nix/pins.json")

    return check


def _ways(pin: Pin) -> tuple[tuple[Source, ...], ...]:
    """All combinations that make the tool; only a tool of one part has alternatives."""
    if len(pin.parts) == 1:
        return tuple((source,) for source in pin.parts[0])
    return (tuple(part[0] for part in pin.parts),)


def _title(tool: str, version: str) -> str:
    return f"{tool}-{version}"


def _identity(way: tuple[Source, ...]) -> dict[str, object]:
    return {"parts": [source.identity for source in way]}
