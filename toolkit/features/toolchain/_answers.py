"""What programs on the search path say of their version, remembered between runs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from toolkit.errors import ConfigurationError
from toolkit.system import process, programs
from toolkit.system.files import atomic_write
from toolkit.values import frozen
from toolkit.versions import without_hash

if TYPE_CHECKING:
    from toolkit.context import Context

__all__ = ["Answer", "Answers", "program_of"]

_SELECTORS = {
    "rust": ("~/.rustup/settings.toml", "RUSTUP_TOOLCHAIN"),
    "python": ("~/.pyenv/version", "PYENV_VERSION", "VIRTUAL_ENV"),
    "node": ("~/.tool-versions", "NODENV_VERSION"),
}
"""Files and variables that decide which version a shim on the search path runs."""
_PROGRAM = {"agave": "solana", "python": "python3", "rust": "cargo"}


def program_of(tool: str) -> str:
    """The program that stands for a tool on the search path."""
    return _PROGRAM.get(tool, tool)


@frozen
class Answer:
    """What a program said, and where it lies."""

    version: str
    path: str


class Answers:
    """What programs on the search path said about their version, kept while they stay the same file.

    A run that finds everything fresh starts no program at all.

    Args:
        context: the run's state, in whose folder they are kept.
    """

    def __init__(self, context: Context) -> None:
        self._file = context.state / "tools.json"
        self._variables = context.variables
        try:
            data = json.loads(self._file.read_bytes())
            self._known: dict[str, list[Any]] = data if isinstance(data, dict) else {}
        except (OSError, ValueError):
            self._known = {}

    def ask(self, name: str, spec: str) -> Answer | None:
        """The version of a tool on the search path, asked with the version that is wanted; ``None`` without an answer."""
        key = f"{name} {without_hash(spec)}"
        mark = [self._program(name), *self._selection(name)]
        known = self._known.get(key)
        if isinstance(known, list) and len(known) == 4 and known[0] == mark and _stamp(str(known[2])) == known[3]:
            return Answer(known[1], known[2])
        found = _probe(name, spec)
        if found is None:
            return None
        version, path = found
        self._known[key] = [mark, version, path, _stamp(path)]
        self._save()
        return Answer(version, path)

    def _program(self, name: str) -> str | None:
        return process.which(program_of(name))

    def _selection(self, name: str) -> list[Any]:
        chosen = _SELECTORS.get(name, ())
        return [_stamp(os.path.expanduser(at)) if at.startswith("~") else self._variables.get(at, "") for at in chosen]

    def _save(self) -> None:
        # A cache: where the state folder cannot be written to, programs are asked again the next time.
        if self._file.parent.is_dir() and os.access(self._file.parent, os.W_OK):
            atomic_write(self._file, json.dumps(self._known, separators=(",", ":")).encode())


def _probe(name: str, spec: str) -> tuple[str, str] | None:
    """Version and path of the program on the search path; a version text that nobody can read asks for any."""
    try:
        return programs.probe(name, spec)
    except ConfigurationError:
        return programs.probe(name)


def _stamp(path: str) -> list[int]:
    try:
        status = os.stat(path)
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ino]
