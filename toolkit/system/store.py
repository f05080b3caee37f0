"""The user's cache of unpacked tools: one folder for each content, whole or not there at all."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["Store", "default_folder"]

_MARKER = ".complete.json"
_GENERATION = 1
"""Part of every name: raised when the way entries are laid out changes."""


def default_folder() -> Path:
    """``TOOLKIT_CACHE``, else the platform's cache folder, which no cloud drive synchronises."""
    given = os.environ.get("TOOLKIT_CACHE")
    if given:
        return Path(given).expanduser().absolute() / "store"
    import platformdirs

    return Path(platformdirs.user_cache_path("toolkit")) / "store"


class Store:
    """Entries are made in a temporary folder and renamed into place under a lock of their own.

    A process that is killed leaves a temporary folder, which the next maker of the same entry removes,
    and never an entry without its marker. Several processes may use one store.

    Args:
        folder: where it lies; made when the first entry is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def name(self, title: str, identity: Mapping[str, Any]) -> str:
        """The folder name of the entry with this identity.

        Args:
            title: for people, for example ``node-22.22.3``.
            identity: all that decides the content: hashes and layouts, as plain JSON values.
        """
        text = json.dumps([_GENERATION, identity], sort_keys=True, separators=(",", ":"))
        safe = "".join(char if char.isalnum() or char in ".-" else "-" for char in title)
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}-{safe}"

    def find(self, title: str, identity: Mapping[str, Any]) -> Path | None:
        """The entry if it is there and whole."""
        entry = self.folder / self.name(title, identity)
        return entry if (entry / _MARKER).is_file() else None

    def obtain(self, title: str, identity: Mapping[str, Any], make: Callable[[Path, Path], None]) -> Path:
        """The entry, made first if it is not there.

        Args:
            title: for people.
            identity: all that decides the content.
            make: called with the entry's folder-to-be and a scratch folder beside it; raises to give up.

        Raises:
            ToolkitError: the store cannot be written.
        """
        found = self.find(title, identity)
        if found is not None:
            return found
        name = self.name(title, identity)
        try:
            with self._locked(name):
                found = self.find(title, identity)
                return found if found is not None else self._make(name, identity, make)
        except OSError as error:
            raise ToolkitError(
                f"The tool cache {self.folder} cannot be written: {error.strerror or error}",
                "free space there or set TOOLKIT_CACHE to another folder",
            ) from error

    def _make(self, name: str, identity: Mapping[str, Any], make: Callable[[Path, Path], None]) -> Path:
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        for leftover in temporary.glob(f"{name}.*"):  # of a maker that was killed: we hold its lock
            _remove(leftover)
        import tempfile

        work = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=temporary))
        try:
            content, scratch = work / "content", work / "scratch"
            content.mkdir(mode=0o755)
            scratch.mkdir()
            make(content, scratch)
            _write_marker(content / _MARKER, identity)
            entry = self.folder / name
            if entry.exists():  # without its marker, or find() had seen it: somebody deleted parts
                entry.rename(work / "damaged")
            content.rename(entry)
            return entry
        finally:
            _remove(work)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold the entry's lock; the system releases it when we die."""
        locks = self.folder / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(locks / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _write_marker(path: Path, identity: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        json.dump({"generation": _GENERATION, "identity": identity}, stream, sort_keys=True, indent=1)
        stream.flush()
        os.fsync(stream.fileno())


def _remove(path: Path) -> None:
    """Remove a folder of our own in the cache; what cannot go now goes with the next attempt."""
    shutil.rmtree(path, ignore_errors=True)
