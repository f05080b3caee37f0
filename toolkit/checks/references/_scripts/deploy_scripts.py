"""What shell scripts that build and deploy name and the repository does not have."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._script_modes import MEND, refused
from toolkit.checks._shell import TESTS
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._repair import relative
from toolkit.checks.references._scripts.deploy_places import bases, judged, there_of
from toolkit.checks.references._scripts.makes import brings
from toolkit.checks.references._scripts.managers import PROGRAMS
from toolkit.checks.references._scripts.paths import asked_paths
from toolkit.checks.references._scripts.rows import Row, rows_of
from toolkit.checks.references._scripts.start_commands import lacking
from toolkit.checks.references._scripts.text import DEFAULT, ROOT
from toolkit.expressions import regex
from toolkit.near_paths import of_another, runs_instead
from toolkit.places import path_from, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._scripts.paths import Asked
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["Lost", "counted_above", "lacking_in", "lost_in"]

_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
_MANAGERS = PROGRAMS | {"make"}
_MODULES = (("python", "-m"), ("python3", "-m"))
"""How a module is started, which is missing where it is one of a package of the repository."""
_MOST = 40


class Lost(NamedTuple):
    """A path that a script needs.

    Args:
        line: where it is named; where a wrong ``cd`` is to blame, that of the latter.
        what: what asks for it.
        text: as it is written.
        verdict: what is known about it.
        severity: how bad it is.
        moved: the ``cd`` behind which it is not there, and would be without it; empty for none.
        near: what was probably meant, as the script would write it; empty where nothing is known.
        guard: what the script asks for before, of the same folder that is gone, so that it never gets there; empty for none.
        others: what the same words mean in other rounds of the loop, and is not there either.
    """

    line: int
    what: str
    text: str
    verdict: Verdict
    severity: Severity
    moved: str = ""
    near: str = ""
    guard: str = ""
    others: tuple[str, ...] = ()


def lost_in(context: Inspection, path: str) -> Iterator[Lost]:
    """The paths that a script names and that no clone has, from wherever it may be started."""
    raw, loops = context.fact(rows_of, path)
    rows = [Row(*row) for row in raw]
    asked = [(row.cwd, word.removeprefix("./")) for row in rows if row.words[0] in TESTS for word in row.words[1:]]
    # The same file may be asked for in one folder and taken from another.
    looked_for = {word for _, word in asked} | {path_from(cwd, word) for cwd, word in asked if cwd}
    for index, row in enumerate(rows):
        for one in asked_paths(row.words, row.after) if not row.tolerated else ():
            found = [
                lost
                for text in _variants(one.text, loops, rows[:index])
                if looked_for.isdisjoint((text.removeprefix("./"), path_from(row.cwd or "$", text)))
                for lost in _lost(context, path, rows[: index + 1], one, text)
            ]
            for lost in found[:1]:
                yield lost._replace(others=tuple(other.verdict.path for other in found[1:]))


def _lost(context: Inspection, path: str, rows: list[Row], one: Asked, text: str) -> Iterator[Lost]:
    """A path that the last of some commands needs and that is not there, with what is to blame."""
    *before, row = rows
    lost = judged(context, path, rows, one.kind, text)
    if lost is not None:
        level: Severity = "warning" if DEFAULT in text + row.cwd or row.depth else "error"
        line = _line_of(context, path, text, row.line) if text.startswith(DEFAULT) else row.line
        told = Lost(line, one.what, _shown(text), lost, level, near=_near(context, path, row.cwd, text, lost))
        guard = _guard(context, before, lost.path)
        if not guard:
            yield _with_cause(context, path, before, row, told)
        elif told.near:
            yield told._replace(severity="warning", guard=guard)


def _near(context: Inspection, path: str, cwd: str, text: str, lost: Verdict) -> str:
    """What was probably meant in place of a path, counted from where the command runs; nothing of another service."""
    if not lost.near or lost.command:
        return ""
    if of_another(context, lost.near, lost.path, path) or (text.endswith("/") and context.is_file(lost.near)):
        return ""
    if not runs_instead(context, lost.near, lost.path):
        return ""
    place = posixpath.join(cwd, text)
    known = "." if ROOT in text else cwd.rpartition(ROOT)[2].lstrip("/").replace(DEFAULT, "") or "."
    starts = (path_from(base, known) for base in bases(context, path, place))
    start = next((one for one in starts if path_from(one, _shown(text)) == lost.path), ".")
    found = relative(lost.near, start, text)
    return "" if posixpath.normpath(found) == posixpath.normpath(_shown(text)) else found


def _guard(context: Inspection, before: list[Row], path: str) -> str:
    """What a test before asks for below the folder that a missing path lacks; empty where none does."""
    there = there_of(context, path)
    gone, _, rest = path[len(there) :].lstrip("/").partition("/")
    asked = (_shown(word) for row in before if row.words[0] in TESTS for word in row.words[1:])
    return next((one for one in asked if f"/{gone}/" in f"/{one}"), "") if rest else ""


def _line_of(context: Inspection, path: str, text: str, line: int) -> int:
    """Where the default of a variable is written; the line that uses it where that is not clear."""
    written = f":-{text.rpartition(DEFAULT)[2].partition('/')[0]}"
    lines = context.read(path).decode("utf-8", "replace").splitlines()[:line]
    return next((number for number, one in enumerate(lines, 1) if written in one), line)


def _with_cause(context: Inspection, path: str, before: list[Row], row: Row, lost: Lost) -> Lost:
    """A path that would be there if ``cd`` had led elsewhere: told of at the latter."""
    without = (posixpath.join(base, lost.text) for base in bases(context, path, ""))
    if (
        row.cwd in ("", ".")
        or posixpath.normpath(lost.text) == "."
        or not any(resolve(context, posixpath.normpath(one)).kind == "exists" for one in without)
    ):
        return lost
    moves = (other for other in before if other.words[0] == "cd" and len(other.words) == 2 and other.cwd)
    for other in moves:
        if path_from(other.cwd, other.words[1]) == row.cwd:
            return lost._replace(line=other.line, moved=f"cd {_shown(other.words[1])}")
    return lost


def counted_above(context: Inspection, path: str, lost: str) -> str:
    """The folder above that of a script from which a path is there that the script counts from its own; empty for none."""
    home = posixpath.dirname(path)
    rest = lost.removeprefix(f"{home}/")
    known = (up for up in upward(home)[1:] if rest != lost and resolve(context, path_from(up, rest)).kind == "exists")
    return next((up if up != "." else "the root" for up in known), "") if home else ""


def lacking_in(context: Inspection, path: str) -> Iterator[tuple[int, str, Broken]]:
    """What package managers, ``make`` and ``python -m`` of a script are asked for by a name and do not have: line, command, what."""
    rows = [Row(*row) for row in context.fact(rows_of, path)[0]]
    told: set[str] = set()
    yield from _refused(context, rows)
    for index, row in enumerate(rows):
        asked = row.words[0] in _MANAGERS or row.words[:2] in _MODULES or {"cargo", "--bin"} <= {*row.words}
        if asked and not row.tolerated and row.cwd and not any(map(brings, rows[:index])):
            cwd = row.cwd.rpartition(ROOT)[2].lstrip("/").replace(DEFAULT, "") or "."
            folders = tuple(path_from(base, cwd) for base in bases(context, path, row.cwd))
            text = (
                shlex.join(word for word in row.words if not word.lstrip("012&").startswith((">", "<")))
                .replace(DEFAULT, "")
                .replace(f"{ROOT}/", "")
            )
            if DEFAULT not in text and ROOT not in text:
                found = () if text in told else tuple(lacking(context, text, folders))
                told |= {text} if found else set()
                yield from ((row.line, text, one) for one in found)


def _refused(context: Inspection, rows: list[Row]) -> Iterator[tuple[int, str, Broken]]:
    """Scripts that a Makefile starts by their path and that may not be started, unless one of its lines sees to that."""
    told = {"chmod"} if any("chmod" in row.words for row in rows) else set[str]()
    for row in rows:
        cwd = row.cwd.rpartition(ROOT)[2].lstrip("/") or "."
        file = refused(context, row.words[0], cwd) if ROOT in row.cwd and not row.tolerated else ""
        if file and told.isdisjoint({file, "chmod"}):
            told.add(file)
            text = f"{row.words[0]} may not be started (its mode in git is 100644)"
            yield row.line, " ".join(row.words), Broken(row.words[0], text, MEND.format(file))


def _shown(text: str) -> str:
    return re.sub("/{2,}", "/", text.replace(DEFAULT, "").replace(f"{ROOT}/", "").replace(ROOT, "."))


def _variants(text: str, loops: dict[str, tuple[str, ...]], before: list[Row]) -> tuple[str, ...]:
    """A path with every value of a loop's variable in it; none where the loop asks before what there is of each."""
    match = _VARIABLE.search(text)
    values = loops.get(match[1] or match[2], ()) if match else ()
    asked = (word for row in before if row.words[0] in TESTS and row.depth for word in row.words[1:])
    if match and values and any(_names(word, match[1] or match[2]) for word in asked):
        return ()
    return tuple(text.replace(match[0], value) for value in values[:_MOST]) if match and values else (text,)


def _names(word: str, variable: str) -> bool:
    """Whether a word begins with a variable."""
    found = _VARIABLE.match(word)
    return found is not None and variable in (found[1], found[2])
