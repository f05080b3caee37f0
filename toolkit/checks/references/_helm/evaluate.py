"""What pipelines of Helm's templates give, as far as the chart alone tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks.references._helm.functions import FUNCTIONS
from toolkit.checks.references._helm.templates import Pipe, TemplateError
from toolkit.checks.references._helm.values import GUARDS, LONGEST, OFF, Given, Off, Unknown, is_tainted, printed, truth
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checks.references._helm.templates import Term

__all__ = ["MOST_MISSING", "STEPS", "Absent", "Budget", "Evaluator", "Missing", "Tree", "tree"]

MOST_MISSING = 5000
STEPS = 150_000
"""Words and pieces that are looked at before a template counts as hostile."""


@dataclass
class Budget:
    """What all templates of a repository together may cost; a chart of seventy files takes some ten thousand steps."""

    left: int = 2_000_000

    def spend(self, steps: int = 1) -> None:
        """Take some.

        Raises:
            TemplateError: nothing is left.
        """
        self.left -= steps
        if self.left < 0:
            raise TemplateError("too many")


class Tree(dict[str, Any]):
    """A table of ``values.yaml`` that knows its path."""

    path: tuple[str, ...] = ()


def tree(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Values as templates see them: tables know their path, texts that they are given, ``false`` that it is a switch."""
    if isinstance(value, dict):
        found = Tree({str(key): tree(item, (*path, str(key))) for key, item in value.items()})
        found.path = path
        return found
    if isinstance(value, list):
        return [tree(item, ("[]",)) for item in value]
    return OFF if value is False else Given(value) if isinstance(value, str) else value


@frozen
class Missing:
    """What a template names and nobody has: a value by its path, or a file of the chart.

    Args:
        template, offset: where it is named.
        path: the keys of the value; of a file or a template its only one.
        kind: ``value``, ``asked`` (the template does without), ``table`` (the rendering fails), ``file`` or ``include``.
        by_default: whether the default values render that place.
    """

    template: str
    offset: int
    path: tuple[str, ...]
    kind: str
    by_default: bool


class Absent(NamedTuple):
    """What a variable holds that was given a value which is not there."""

    path: tuple[str, ...]


class Evaluator:
    """Evaluates pipelines; what includes templates is the renderer's.

    Args:
        read: gives the text of a file of the chart of a template, or nothing.
        budget: of the repository.
    """

    def __init__(self, read: Callable[[str, str], str | None], budget: Budget) -> None:
        self._read = read
        self._budget = budget
        self._steps = STEPS
        self._scopes: list[dict[str, Any]] = []
        self._template = ""
        self._offset = 0
        self._watching = False
        self._dark = 0
        self.missing: list[Missing] = []
        self.absent: tuple[str, ...] = ()
        """The last value that was asked for and is not there."""

    def _include(self, values: list[Any], dot: Any) -> Any:
        raise NotImplementedError

    def _tpl(self, values: list[Any]) -> Any:
        raise NotImplementedError

    def _spend(self) -> None:
        self._steps -= 1
        self._budget.spend()
        if self._steps < 0:
            raise TemplateError("too long")

    def _pipe(self, pipe: Pipe, dot: Any, *, watching: bool = False) -> Any:
        before = self._watching
        guarded = any(command[0].kind == "function" and command[0].value in GUARDS for command in pipe.commands)
        self._watching = watching and not guarded
        value: Any = None
        for index, command in enumerate(pipe.commands):
            self._spend()
            value = self._command(command, dot, [value] if index else [])
        self._watching = before
        return value

    def _command(self, command: list[Term], dot: Any, piped: list[Any]) -> Any:
        first, *rest = command
        if first.kind == "function":
            return self._call(first.value, rest, dot, piped)
        if first.kind == "literal":
            return first.value
        if first.base in (".", "$") and first.names[:1] in (("Files",), ("Capabilities",)):
            return self._asked(first, [self._term(term, dot) for term in rest] + piped)
        return self._term(first, dot)

    def _asked(self, term: Term, values: list[Any]) -> Any:
        """What a template asks the chart's files or the cluster for."""
        if term.names[-1] == "Has":
            return True
        if term.names != ("Files", "Get") or len(values) != 1 or is_tainted(values[0]):
            return Unknown(".".join(term.names))
        text = self._read(self._template, printed(values[0]))
        if text is None:
            self.missing.append(Missing(self._template, self._offset, (printed(values[0]),), "file", not self._dark))
        return text or ""

    def _call(self, name: str, terms: list[Term], dot: Any, piped: list[Any]) -> Any:
        if name in ("and", "or"):
            return self._logic(name, terms, dot, piped)
        values = [self._term(term, dot) for term in terms] + piped
        if name in ("include", "template"):
            return self._include(values, dot) if values else Unknown("include")
        if name == "tpl":
            return self._tpl(values)
        function = FUNCTIONS.get(name)
        if function is None:
            return Unknown(name)
        if sum(len(value) for value in values if isinstance(value, str)) > LONGEST:
            raise TemplateError("too long")
        try:
            return function(*values)
        except (TypeError, ValueError, IndexError, AttributeError, KeyError, RecursionError):
            return Unknown(name)

    def _logic(self, name: str, terms: list[Term], dot: Any, piped: list[Any]) -> Any:
        """``and`` and ``or``, which ask no more than they have to."""
        value: Any = None
        off = False
        for item in (*terms, *piped):
            value = self._term(item, dot) if item in terms else item
            known = truth(value)
            off |= isinstance(value, Off)
            if known is None or known is (name == "or"):
                return value
        return OFF if name == "or" and off else value

    def _term(self, term: Term, dot: Any) -> Any:
        self._spend()
        if term.kind == "literal":
            return term.value
        if term.kind == "function":
            return self._call(term.value, [], dot, [])
        if isinstance(term.base, Pipe):
            value = self._pipe(term.base, dot, watching=self._watching)
            if value is None:
                return None  # a field of nothing in brackets is nothing
        elif term.base == ".":
            value = dot
        else:
            value = next(
                (scope[term.base] for scope in reversed(self._scopes) if term.base in scope), Unknown("variable")
            )
            if isinstance(value, Absent):
                if self._watching:
                    self._lost(value.path, "value")
                value = None
        return self._fields(value, term.names)

    def _fields(self, value: Any, names: tuple[str, ...]) -> Any:
        path: tuple[str, ...] = ()
        for index, name in enumerate(names):
            if isinstance(value, Tree):
                path = value.path
            if isinstance(value, Unknown):
                return Unknown(f"{value.label}.{name}")
            if value is None or not isinstance(value, dict):
                if value is None and path:
                    self._lost((*path, name), "table")
                return Unknown(name)
            if name not in value and isinstance(value, Tree) and value.path[:1] != ("[]",):
                is_last = index + 1 == len(names)
                self._lost((*value.path, name), "value" if is_last else "table")
                return None if is_last else Unknown(name)
            path = (*value.path, name) if isinstance(value, Tree) and value.path[:1] != ("[]",) else ()
            value = value.get(name)
        return value

    def _lost(self, path: tuple[str, ...], kind: str) -> None:
        kind = kind if kind == "table" or self._watching else "asked"
        if path[0] != "global" and len(self.missing) < MOST_MISSING:
            self.missing.append(Missing(self._template, self._offset, path, kind, not self._dark))
        self.absent = path
