"""Sources that a rule of git hides, which was meant for a folder of another kind."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.memory import once_a_run
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["Rule", "swallowing"]

_WRITTEN = {
    ".py": (".py",),
    ".rs": (".rs",),
    "": (".ts", ".tsx", ".mts", ".cts", ".jsx", ".vue", ".svelte"),
}
"""By the ending of who imports: what people write, and no compiler puts anywhere."""
_OF_PYTHON = frozenset({"lib/", "lib64/"})
"""What the usual rules of Python hide wherever it lies, to mean what an installation makes."""


class Rule(NamedTuple):
    """A rule of git: its file, its line, its text."""

    path: str
    line: str
    text: str

    def __str__(self) -> str:
        """As a sentence has it."""
        return f"line {self.line} of {self.path} ({self.text})"


def swallowing(context: Inspection, path: str, target: str) -> Rule | None:
    """The rule that hides what an import leads to and cannot have meant it; ``None`` where it may have.

    It names a folder by its last part alone, wherever one lies; and sources of the same folder are in git all the same, or it is
    one of Python's rules for what is installed, and sources of another language lie there.
    """
    ups = [up for up in reversed(upward(folder_of(target))) if up != "."]
    hidden = context.inventory.ignored([f"{up}/" for up in ups])
    folder = next((up for up in ups if f"{up}/" in hidden), "")
    return _rule(context, folder, path[-3:] if path.endswith((".py", ".rs")) else "") if folder else None


@once_a_run
def _rule(context: Inspection, folder: str, ending: str) -> Rule | None:
    rule = Rule(*context.inventory.rules.rule(f"{folder}/"))
    if rule.text.rstrip("/") != posixpath.basename(folder):
        return None
    beside = any(
        one.endswith(_WRITTEN[ending]) and not one.endswith(".d.ts") and one in context.inventory.tracked_set
        for one in context.below(folder)
    )
    others = {line.strip() for line in text_of(context, rule.path).splitlines()}
    return rule if beside or (not ending and rule.text in _OF_PYTHON <= others) else None
