"""Notes of the TypeScript compiler in git whose output is not: by them it takes the sources for compiled, and writes nothing."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from toolkit import tsconfig
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.emission import emitted
from toolkit.outputs import outputs, package_of
from toolkit.packages import TEXT_LOCKS
from toolkit.places import below, folder_of, inside, path_from, upward
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.model import Severity
    from toolkit.tsconfig import Tsconfig

__all__ = ["Idle", "idle"]

_ENDING = ".tsbuildinfo"
_LARGEST = 20_000_000


@frozen
class Idle:
    """A build that writes nothing in a clone: its command, the folder that stays empty, and how sure that is."""

    command: str
    folder: str
    severity: Severity


def idle(context: Inspection, path: str) -> Idle | None:
    """The build that a file of notes in git stops; ``None`` where it may write its output all the same.

    Tried with TypeScript 5.6: ``tsc`` and ``tsc -b`` end with 0 and write no file, whichever of them wrote the notes. Notes of another
    version are not read, and those of a run with ``noEmit`` say what is still to be written.
    """
    home = package_of(context, path)
    config = next((one for one in _configs(context, home or ".") if _notes_of(one) == path), None)
    if home is None or config is None or not config.is_known or _forgets(context, home):
        return None
    made = emitted(context, config)
    out = config.options.get("outDir")
    if (
        not made
        or not isinstance(out, str)
        or any(below(out, one) for one in context.inventory.tracked_set if out in one)
    ):
        return None
    notes = _read(context, path)
    by = next((one for one in outputs(context, home) if one.exact and one.path in made), None)
    if by is None or "affectedFilesPendingEmit" in notes:
        return None
    locked = _is_locked(context, home, str(notes.get("version")))
    return None if locked is False else Idle(by.command, out, "error" if locked else "warning")


def _configs(context: Inspection, folder: str) -> list[Tsconfig]:
    """The configurations in a folder that have the compiler keep notes."""
    found = []
    for path in context.matching("tsconfig*.json"):
        try:
            config = tsconfig.read(context, path) if folder_of(path) == folder else None
        except Unreadable:
            continue
        if config is not None and (config.options.get("incremental") or config.options.get("composite")):
            found.append(config)
    return found


def _notes_of(config: Tsconfig) -> str:
    """Where the compiler keeps the notes of a configuration."""
    given, out, root = (config.options.get(name) for name in ("tsBuildInfoFile", "outDir", "rootDir"))
    stem = config.path.removesuffix(".json")
    if isinstance(given, str):
        return given
    if isinstance(out, str):
        within = posixpath.relpath(stem, root) if isinstance(root, str) else posixpath.basename(stem)
        stem = path_from(out, within)
    return stem + _ENDING


def _forgets(context: Inspection, home: str) -> bool:
    """Whether a script takes the notes away, or has the compiler overlook them."""
    texts = " ".join(by_folder(context)[home].scripts.values()) if home in by_folder(context) else ""
    return re.search(r"tsbuildinfo|--force\b|--incremental[ =]false|--clean\b", texts) is not None


def _read(context: Inspection, path: str) -> dict[str, object]:
    try:
        found = json.loads(text_of(context, path, _LARGEST) or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    inner = found.get("program")  # where versions before the fifth keep it
    return {**(inner if isinstance(inner, dict) else {}), **found}


def _is_locked(context: Inspection, home: str, version: str) -> bool | None:
    """Whether a lock has the very compiler that wrote the notes; ``None`` where none has any."""
    number = re.escape(version)
    entry = re.compile(
        rf"node_modules/typescript\": \{{\s*\"version\": \"{number}\"|(?<![\w/-])typescript@{number}(?![\w.-])"
        rf"|\ntypescript@[^\n]*:\n\s+version:? \"?{number}\"?\s|\"typescript@{number}\""
    )
    paths = (inside(up, name) for up in upward(home) for name in TEXT_LOCKS)
    locks = [text for path in paths if "typescript" in (text := text_of(context, path))]
    return any(map(entry.search, locks)) if locks else None
