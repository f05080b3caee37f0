"""What every feature is given: the root, the settings, the one inventory and the documents read so far."""

from __future__ import annotations

import errno
import json
import os
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from toolkit import manifest
from toolkit.errors import ToolkitError
from toolkit.system import files
from toolkit.system.file_facts import UNKNOWN, FileFacts
from toolkit.system.inventory import Inventory, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["Context", "Unreadable"]

_AWAY = "it is not on this machine: invoke hydrate brings it back"
T = TypeVar("T")


class Unreadable(Exception):  # noqa: N818 - a state of a document, reported as a finding or a problem
    """A document that cannot be read or parsed; the text says why in a few words.

    Args:
        message: why.
        line, column: 1-based place of the fault; 0 where it is not known, or the file could not be read at all.
        parsed: the file was read, and its content is what is wrong.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0, *, parsed: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.parsed = parsed


class Context:
    """The state of one run; everything in it is read at most once.

    Args:
        root: the absolute folder of the repository.
        variables: the process environment.
    """

    def __init__(self, root: Path, variables: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._top = os.path.join(os.fspath(root), "")
        self.variables = dict(os.environ if variables is None else variables)  # noqa: TID251 - the one place that reads it
        self.shared: dict[str, Any] = {}
        """Results that several leaves of one family share within a run, by the name of their module; see :func:`toolkit.memory.once_a_run`."""
        self.facts = FileFacts(os.fspath(root))
        """What functions told of single files; kept from run to run where a command asks for it."""
        self._bytes: dict[str, bytes | Unreadable] = {}
        self._data: dict[str, Any] = {}
        self._documents: dict[tuple[str, Any], Any] = {}
        self._locks: dict[str, threading.RLock] = {}

    @cached_property
    def settings(self) -> manifest.Settings:
        """The typed ``toolkit.toml``."""
        return manifest.load(self.root)

    @cached_property
    def inventory(self) -> Inventory:
        """The one walk of this run."""
        return take(self.root)

    @cached_property
    def ci(self) -> bool:
        """Whether this is a run in continuous integration."""
        return self.variables.get("CI", "").lower() not in ("", "0", "false")

    @cached_property
    def state(self) -> Path:
        """The folder of logs, journal and freshness records.

        It lies in the repository or, where that cannot be written to, in the user's state folder.
        """
        inside = self.root / ".toolkit"
        if os.access(inside if inside.is_dir() else self.root, os.W_OK):
            return inside
        from hashlib import sha256

        import platformdirs

        name = f"{self.root.name}-{sha256(os.fsencode(self.root)).hexdigest()[:12]}"
        return Path(platformdirs.user_state_dir("toolkit", appauthor=False)) / "repositories" / name

    def prepare_state(self) -> Path:
        """Make the state folder, with a file that keeps git from seeing it.

        Raises:
            ToolkitError: it cannot be made.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            if not (self.state / ".gitignore").exists():
                files.atomic_write(self.state / ".gitignore", b"*\n")
        except OSError as error:
            raise ToolkitError(
                f"{self.state} cannot be written to: {error.strerror}", "free space, or make the folder writable"
            ) from error
        return self.state

    def absolute(self, path: str) -> Path:
        """The absolute form of a path relative to the root."""
        return self.root if path == "." else self.root / path

    def read(self, path: str) -> bytes:
        """The content of a file.

        Raises:
            Unreadable: it is missing, unreadable or too large.
        """
        found = self._bytes.get(path)
        if found is None:
            try:
                found = files.read_bounded(f"{self._top}{path}")
            except (OSError, ToolkitError) as error:
                away = getattr(error, "errno", None) == errno.EDEADLK
                found = Unreadable(_AWAY if away else getattr(error, "strerror", None) or str(error))
            self._bytes[path] = found
        if isinstance(found, Unreadable):
            raise found
        return found

    def json(self, path: str) -> Any:
        """A JSON file's data (plain JSON: what package managers themselves accept).

        Raises:
            Unreadable: it cannot be read, or is not JSON; the text names line and column.
        """
        return self._parsed(path, _load_json)

    def toml(self, path: str) -> dict[str, Any]:
        """A TOML file's data.

        Raises:
            Unreadable: it cannot be read, or is not TOML.
        """
        found: dict[str, Any] = self._parsed(path, _load_toml)
        return found

    def yaml(self, path: str) -> Any:
        """A YAML file's data (the first document, scalars by YAML 1.1's safe rules).

        Raises:
            Unreadable: it cannot be read, or is not YAML.
        """
        return self._parsed(path, _load_yaml)

    def document(self, path: str, parse: Callable[[bytes], T]) -> T:
        """A file read by one of the readers of :mod:`toolkit.documents`, with positions; each file is parsed once.

        Safe to call from several threads. Treat the result as read-only::

            for part in context.document("deploy/api.yaml", yaml.parse_all): ...

        Args:
            path: relative to the root.
            parse: ``yaml.parse_all``, ``jsonc.parse``, ``toml.parse``, ``hcl.parse``, ``dockerfile.parse`` ...; a named
                function, because the result is kept under its name.

        Raises:
            Unreadable: it cannot be read, or is not of that format; carries line and column.
        """
        key = (path, parse)
        if key not in self._documents:
            with self._locks.setdefault(path, threading.RLock()):
                if key not in self._documents:
                    self._documents[key] = self._read_document(path, parse)
        found = self._documents[key]
        if isinstance(found, Unreadable):
            raise found
        return cast("T", found)

    def _read_document(self, path: str, parse: Callable[[bytes], T]) -> T | Unreadable:
        try:
            return parse(self.read(path))
        except Unreadable as error:
            return error
        except ToolkitError as error:
            line, column = getattr(error, "line", 0), getattr(error, "column", 0)
            return Unreadable(error.message, line, column, parsed=True)

    def fact(self, tell: Callable[[Any, str], T], path: str) -> T:
        """What a function tells of one file, asked once for as long as the file stays as it is.

        Args:
            tell: given this context and the path; it may look at nothing but this file's content and path, and returns
                plain values. A named function, because the fact is kept under its name.
            path: relative to the root.
        """
        table = self.facts.told_by(tell)
        found: T = table.get(path)
        if found is UNKNOWN:
            found = tell(self, path)
            if self.is_readable(path):  # what is not here or not ours today may be tomorrow, and be the same file
                table.put(path, found)
        return found

    def readable(self, path: str, parse: Callable[[bytes], T]) -> T | None:
        """As :meth:`document`; ``None`` for what is not listed or cannot be read, of which ``config-unparsable`` tells."""
        try:
            return self.document(path, parse) if self.is_file(path) else None
        except Unreadable:
            return None

    def content(self, path: str) -> bytes | None:
        """As :meth:`read`; ``None`` for what cannot be read."""
        found = self._bytes.get(path)
        if isinstance(found, bytes):
            return found
        try:
            return self.read(path)
        except Unreadable:
            return None

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Path and content of each file that can be read."""
        return ((path, content) for path in paths if (content := self.content(path)) is not None)

    def documents(self, paths: Iterable[str], parse: Callable[[bytes], T]) -> Iterator[tuple[str, T]]:
        """Path and document of each file that can be read."""
        for path in paths:
            if (found := self.readable(path, parse)) is not None:
                yield path, found

    def is_readable(self, path: str) -> bool:
        """Whether a file's content can be had."""
        return self.content(path) is not None

    def is_file(self, path: str) -> bool:
        """Whether the inventory lists the path."""
        return path in self.inventory.files

    def _parsed(self, path: str, load: Any) -> Any:
        if path not in self._data:
            try:
                self._data[path] = load(self.read(path))
            except Unreadable as error:
                self._data[path] = error
            except (ValueError, RecursionError) as error:
                self._data[path] = Unreadable(" ".join(str(error).split()) or type(error).__name__, parsed=True)
        found = self._data[path]
        if isinstance(found, Unreadable):
            raise found
        return found


def _load_json(content: bytes) -> Any:
    return json.loads(content.decode("utf-8-sig"))


def _load_toml(content: bytes) -> Any:
    from toolkit.documents import DocumentError, toml

    try:
        return toml.parse(content).data  # refuses what would take a time that grows with the square
    except DocumentError as error:
        raise ValueError(f"{error.message} (line {error.line})" if error.line else error.message) from error


def _load_yaml(content: bytes) -> Any:
    import yaml

    try:
        return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, in C
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
