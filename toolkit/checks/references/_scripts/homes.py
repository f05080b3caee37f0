"""Folders of one person's machine that scripts go into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._scripts.rows import Row, rows_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["at_home"]

_HOME = regex(
    r"/Users/(?!(?:you|user|username|runner|me|shared|name)/)\w[\w.-]*/\S+"
    r"|/home/(?!(?:you|user|username|runner|me|name|ubuntu|debian|centos|admin|node|app|agent|ec2-user|vscode|coder|deploy|vagrant|pi|git|jovyan|azureuser)/)"
    r"\w[\w.-]*/\S+",
)
_ON_SERVERS = regex(r"(?i)deploy|server|prod|remote|backup|restore|rollback|cron")
"""Scripts that may run on a machine whose users are set up by hand."""

_ENDS_AT_FAILURES = regex(r"(?m)^[ \t]*set[ \t]+(?:-\w+[ \t]+)*(?:-\w*e\w*|-\w*o[ \t]+errexit)|\A#!\S*sh[ \t]+-\w*e")
_STOPS = "it ends there"


def at_home(context: Inspection, paths: Iterable[str]) -> Iterator[Fault]:
    """Scripts that go into one person's home folder: one for each person, at a script that ends there if any does."""
    people: dict[str, list[tuple[str, int, str, str]]] = {}
    for path in paths:
        if found := _home_in(context, path):
            people.setdefault("/".join(found[1].split("/")[:3]), []).append((path, *found))
    for many in people.values():
        (path, line, folder, ends), *others = sorted(many, key=lambda one: one[3] != _STOPS)
        more = f" (so do {len(others)} more scripts)" if others[1:] else " (so does one more)" if others else ""
        yield Fault(
            path,
            line,
            f"The script goes into {folder}, a folder of one person's machine{more}: {ends} for everybody else.",
            "; ".join((f"cd {folder}", *(f"{other}:{at}" for other, at, *_ in others[:24]))),
            'cd "$(dirname "$0")", or wherever the script counts from',
            severity="warning",
            related=tuple((other, at) for other, at, *_ in others),
        )


def _home_in(context: Inspection, path: str) -> tuple[int, str, str] | None:
    """The first line in which a script goes into somebody's home folder, that folder, and what follows; ``None`` where it does not."""
    for row in (Row(*one) for one in context.fact(rows_of, path)[0]):
        goes = row.words[0] in ("cd", "pushd") and len(row.words) == 2 and _HOME.fullmatch(row.words[1])
        if goes and (row.words[1].startswith("/Users/") or not _ON_SERVERS.search(path.rpartition("/")[2])):
            return None if row.tolerated or row.depth else (row.line, row.words[1], _end(context, path, row))
    return None


def _end(context: Inspection, path: str, row: Row) -> str:
    """What a script does after a ``cd`` that fails: a shell ends where it is told to, and not at what ``&&`` follows."""
    if row.after == "&&":
        return "what hangs on it does not run"
    told = row.after == "||" or not path.endswith((".sh", ".bash"))
    return _STOPS if told or _ENDS_AT_FAILURES.search(text_of(context, path)) else "it goes on in another folder"
