"""Go sources: what they import, and which of them the go command looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["imports", "is_left_out"]

_IMPORT = regex(r'(?m)^import[ \t]+(?:[\w.]+[ \t]+)?"(?P<one>[^"\n]+)"|^import[ \t]*\((?P<many>[^)]*)\)')
_LISTED = regex(r'(?m)^[ \t]*(?:[\w.]+[ \t]+)?"([^"\n]+)"')
_CONSTRAINED = regex(r"(?m)^//go:build[^\n]*|^// \+build[^\n]*")
_MAX_BYTES = 400_000


def is_left_out(path: str, folder: str) -> bool:
    """Whether the go command does not look at a file: of test data, or below a name that begins with a dot or an underscore."""
    inner = path if folder == "." else path[len(folder) + 1 :]
    return any(part in ("testdata", "vendor") or part.startswith((".", "_")) for part in inner.split("/"))


def imports(context: Inspection, path: str) -> tuple[tuple[str, int], ...]:
    """What a file imports, with the lines; nothing of one that is built on some systems alone."""
    # Whatever is imported stands before the first function, and what constrains a build before the package's name.
    text = text_of(context, path, _MAX_BYTES, errors="replace").partition("\nfunc ")[0]
    if "import" not in text or _CONSTRAINED.search(text[: text.find("\npackage ") + 1]):
        return ()  # what is built on some systems or never is tidied by others
    found: list[tuple[str, int]] = []
    for match in _IMPORT.finditer(text):
        if match["one"]:
            found.append((match["one"], match.start("one")))
        else:
            found += [(one[1], match.start("many") + one.start(1)) for one in _LISTED.finditer(match["many"])]
    return tuple((name, line_at(text, at)) for name, at in found)
