"""See :class:`RecursiveLogger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match
    from toolkit.model import Finding


_SEVERAL = 3
"""Functions of one file that call themselves, from which on they have one cause."""


class RecursiveLogger(Check):
    """A function calls itself, and nothing ever stops it.

    What it checks: Functions and methods whose body calls itself without a condition, in functions, classes, objects, statics, functions put over
        ``console.error`` and the like, and Rust; for loggers also calls that pass the parameters on unchanged, and ways back through other functions
        of the module (``write`` calls ``logger[level]``, which calls ``write``), a condition on the level that is given and the ``catch`` of what is
        sent among them. Handlers of Python's ``logging``, sinks of loguru and transports of winston that log, and ``impl Log`` and ``Layer`` of Rust. Getters that return themselves. Methods of Rust's
        traits, restored originals and shrinking arguments stay quiet.
    Why it matters: The first line that is logged ends the process with a stack overflow. Mostly ``console.warn`` was replaced everywhere, in the
        logger too.
    How to fix: Call what the function was to wrap, for example ``console.warn``.
    Fix safety: Manual. What it was to call is not in the file.
    """

    severity = "error"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        plain: dict[str, list[Match]] = {}
        for match in matches(context, self.id):
            if not match.captures.keys() & {"handler", "grade", "circle"} and not match.captures.get("logger"):
                plain.setdefault(match.path, []).append(match)
        for match in matches(context, self.id):
            alike = plain.get(match.path, [])
            several = len(alike) >= _SEVERAL and match in alike
            if several and match is not alike[0]:
                continue
            name = match.captures.get("name", "")
            logger = bool(match.captures.get("logger"))
            certain = logger and not match.captures.get("grade")
            yield self.finding(
                context,
                match.path,
                _told(match.captures, name) + (_also(alike[1:]) if several else ""),
                line=match.line,
                evidence=" ".join(match.captures.get("call", "").split())[:160],
                severity="error" if certain else "warning",
                fixes=(
                    Fix(
                        f"call the function that {name} was meant to wrap"
                        + (f", for example console.{name}" if logger and not match.path.endswith(".py") else ""),
                        "manual",
                    ),
                ),
            )


def _also(others: list[Match]) -> str:
    """The other functions of a file that do the same: what they were to call has their names."""
    names = ", ".join(f"{one.captures['name']} in line {one.line}" for one in others[:5])
    return f" So do {len(others)} more of this file: {names}{' and others' if len(others) > 5 else ''}."


def _told(seen: dict[str, str], name: str) -> str:
    if seen.get("handler"):
        sure = (
            "each record makes another"
            if not seen.get("grade")
            else "if its logger is one that it hangs on, a record makes another without end"
        )
        return f"{name} logs what it is to handle: {sure}."
    if seen.get("grade") == "failing":
        return f"{seen['circle']} is a circle as soon as what is tried there fails: each failure reports another without end."
    if seen.get("grade") == "warning":
        way = f"{seen['circle']} is a circle" if "circle" in seen else f"{name} calls itself"
        asked = seen.get("asked") or "a variable of the environment or the level says so"
        return f"{way} wherever {asked}: the first call there overflows the stack."
    if seen.get("circle"):
        return f"{seen['circle']} is a circle that nothing breaks: the first call overflows the stack."
    return f"{name} calls itself unconditionally: the first call overflows the stack."
