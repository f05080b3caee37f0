"""Stubs that old versions of macOS leave in place of files they evicted."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_MAX_BYTES = 4096
"""A stub is a property list of a few hundred bytes."""


class LegacyPlaceholder(Check):
    """A stub lies in place of a file that iCloud evicted.

    What it checks:
        Hidden files such as ``.minutes.pdf.icloud`` whose content is the property list that macOS before Sonoma
        left where it had evicted ``minutes.pdf``, also among files that git ignores.

    Why it matters:
        The file itself is not there under its name: builds do not find it, git shows it as deleted, and whoever
        commits all changes deletes it for everyone.

    How to fix:
        Download it (``brctl download FILE``, or Finder's "Download Now"), or restore it from git if it is
        tracked: ``invoke hydrate`` does either. A stub whose file has come back can be removed.

    Fix safety:
        Manual: the content is with the provider or in git.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at every hidden name that ends as the stubs do."""
        for name, paths in sorted(context.inventory.by_name.items()):
            if name.startswith(".") and name.endswith(".icloud") and len(name) > len("..icloud"):
                yield from (found for path in paths if (found := self._judge(context, path)))

    def _judge(self, context: Inspection, path: str) -> Finding | None:
        if not _is_stub(context, path):
            return None
        original = posixpath.join(posixpath.dirname(path), posixpath.basename(path)[1 : -len(".icloud")])
        if original in context.inventory.files and context.absolute(original).exists():
            return self.finding(
                context,
                path,
                f"the stub of {original} was left behind, though the file is back",
                severity="warning",
                fixes=(Fix(f"remove the stub {path}", "manual"),),
            )
        tracked = original in context.inventory.tracked_set
        title = f"git restore {original}" if tracked else f"download {original}: invoke hydrate"
        return self.finding(
            context,
            path,
            f"{original} is evicted: this stub lies in its place, and nothing that needs the file finds it",
            evidence="a property list with the file's name and size",
            fixes=(Fix(title, "manual"),),
        )


def _is_stub(context: Inspection, path: str) -> bool:
    if (content := context.content(path)) is None:
        return False
    text = content.startswith((b"<?xml", b"<!DOCTYPE plist", b"<plist")) and b"NSURL" in content
    return len(content) <= _MAX_BYTES and (text or content.startswith(b"bplist0"))
