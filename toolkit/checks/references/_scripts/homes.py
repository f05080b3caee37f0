"""Folders of one person's machine that scripts go into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.references._scripts.rows import Row, rows_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["home_in"]

_HOME = regex(
    r"/Users/(?!(?:you|user|username|runner|me|shared|name)/)\w[\w.-]*/\S+"
    r"|/home/(?!(?:you|user|username|runner|me|name|ubuntu|debian|centos|admin|node|app|agent|ec2-user|vscode|coder|deploy|vagrant|pi|git|jovyan|azureuser)/)"
    r"\w[\w.-]*/\S+",
)
_ON_SERVERS = regex(r"(?i)deploy|server|prod|remote|backup|restore|rollback|cron")
"""Scripts that may run on a machine whose users are set up by hand."""


def home_in(context: Inspection, path: str) -> tuple[int, str] | None:
    """The first line in which a script goes into somebody's home folder, and that folder; ``None`` where it does not."""
    for row in (Row(*one) for one in context.fact(rows_of, path)[0]):
        goes = row.words[0] in ("cd", "pushd") and len(row.words) == 2 and _HOME.fullmatch(row.words[1])
        if goes and (row.words[1].startswith("/Users/") or not _ON_SERVERS.search(path.rpartition("/")[2])):
            return None if row.tolerated or row.depth else (row.line, row.words[1])
    return None
