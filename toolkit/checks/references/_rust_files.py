"""Files that Rust sources take by path: texts and data built into a program, and modules out of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at
from toolkit.context import Unreadable
from toolkit.documents import rust
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Taken", "taken"]

_TAKES = regex(
    r"\b(?P<macro>include(?:_str|_bytes)?)!\s*[(\[{]\s*\"(?P<file>[^\"\n]+)\"\s*,?\s*[)\]}]"
    r"|#\[\s*path\s*=\s*\"(?P<module>[^\"\n]+)\"\s*\]"
)
_TEXTS = ("include_str!", "include_bytes!", "include!", "[path")
_MAX_BYTES = 1_000_000


class Taken(NamedTuple):
    """One file: who takes it at which line, how that is written, what kind it is, and the folder of the crate."""

    path: str
    line: int
    written: str
    what: str
    crate: str


def taken(context: Inspection) -> Iterator[Taken]:
    """Every file that a source of a crate takes by a literal path, from the folder of that source."""
    for path in files_with(context, _TEXTS, ("*.rs",)):
        crate = next((up for up in upward(folder_of(path)) if context.is_file(inside(up, "Cargo.toml"))), None)
        for line, written, what in context.fact(_of_source, path) if crate is not None else ():
            yield Taken(path, line, written, what, crate or ".")


def _of_source(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    """Line, text and kind of what one source takes."""
    try:
        content = context.read(path)
        code = rust.parse(content[:_MAX_BYTES]).uncommented
    except (Unreadable, ToolkitError):
        return ()
    found = []
    for match in _TAKES.finditer(code):
        what = "module" if match["module"] else match["macro"]
        found.append((line_at(code, match.start()), match["module"] or match["file"], what))
    return tuple(found)
