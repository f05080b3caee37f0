"""What compilers write of a source, told by its content or by what lies beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["OBJECTS", "compiled_beside", "is_compiled"]

OBJECTS = (".pyc", ".class", ".rlib", ".rmeta", ".o", ".obj")
"""Endings that nobody writes by hand."""
_OUTPUTS = (".js", ".jsx", ".mjs", ".cjs")
_SOURCES = (".ts", ".tsx", ".mts", ".cts")
_HEAD = regex(
    rb'\A\s*(?:/\*.*?\*/\s*)?"use strict";\s*(?:var __\w+ = |Object\.defineProperty\(exports, "__esModule")|\A/\*{6}/ \(|\Avar __(?:create|defProp|getOwnProp\w*|export) = '
    rb'|\A(?:[^\n]*\n){0,40}?Object\.defineProperty\(exports, ["\']__esModule["\']|\A(?:[^\n]*\n){0,3}?(?:var|const) __(?:awaiter|assign|importDefault|importStar|createBinding) = '
)
_MAPPED = regex(rb"\n//# sourceMappingURL=[\w.@-]+\.map\s*\Z")
_HEAD_BYTES = 4000
_TAIL_BYTES = 300


def is_compiled(context: Inspection, path: str) -> bool:
    """Whether a JavaScript file begins or ends as compilers begin and end theirs."""
    try:
        content = context.read(path)
    except Unreadable:
        return False
    return _HEAD.search(content[:_HEAD_BYTES]) is not None or _MAPPED.search(content[-_TAIL_BYTES:]) is not None


def compiled_beside(context: Inspection) -> Iterator[tuple[str, str]]:
    """Tracked JavaScript that was compiled from a tracked source of the same name beside it, with that source."""
    tracked = context.inventory.tracked_set
    for path in context.inventory.tracked:
        if path.endswith(_OUTPUTS):
            stem = path.rpartition(".")[0]
            source = next((stem + one for one in _SOURCES if stem + one in tracked), "")
            if source and (f"{path}.map" in tracked or context.fact(is_compiled, path)):
                yield path, source
