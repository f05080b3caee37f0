"""Rendering a template of Helm without an installation: what only one knows stays open, and every text knows its origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks.references._helm.evaluate import MOST_MISSING, STEPS, Absent, Evaluator, Missing
from toolkit.checks.references._helm.templates import Block, Node, Pipe, TemplateError, parse
from toolkit.checks.references._helm.values import Given, Off, Unknown, is_tainted, printed, truth
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.checks.references._helm.evaluate import Budget
    from toolkit.checks.references._helm.templates import Branch

__all__ = ["KIND", "Output", "Renderer", "meant"]

KIND = regex(r"(?m)^kind:[ \t]*[\"']?(\w+)")
"""The kind of an object in the text of a template, which is no YAML before it is rendered."""
_NAME = regex(r"[\w.-]+")
"""Of a template that is defined."""
_FILE = regex(r"templates/[\w./-]+\.(?:ya?ml|tpl|txt)")
"""A whole file, which is included by its path."""
_ALIKE = 0.85
_DEEPEST = 40
_LARGEST = 400_000
_MOST_ITEMS = 200
_MOST_PARTS = 40
"""Blank parts of one line that are looked back at."""


@dataclass
class Output:
    """A text that knows where its parts come from.

    Args:
        marks: where a part begins, where its origin, and ``text``, ``given`` or ``made``.
        gaps: where an installation may add something.
        bounds: beginning and end of parts that stand under a condition, and whether the defaults render them.
    """

    parts: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[tuple[int, int, str]] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int, bool]] = field(default_factory=list)

    def add(self, text: str, origin: int, kind: str) -> None:
        """Append a part."""
        if text:
            self.marks.append((self.length, origin, kind))
            self.parts.append(text)
            self.length += len(text)
            if self.length > _LARGEST:
                raise TemplateError("too long")

    @property
    def text(self) -> str:
        """All parts."""
        return "".join(self.parts)

    @property
    def is_at_margin(self) -> bool:
        """Whether nothing but spaces stands on the last line."""
        for part in self.parts[: -_MOST_PARTS - 1 : -1]:
            last = part.rpartition("\n")
            if last[2].strip():
                return False
            if last[1]:
                return True
        return len(self.parts) < _MOST_PARTS


class Renderer(Evaluator):
    """Renders the templates of a chart and those below it.

    Args:
        defined: name to the template's file and nodes.
        read: gives the text of a file of a chart, or nothing.
        budget: of the repository.
    """

    def __init__(
        self, defined: dict[str, tuple[str, list[Node]]], read: Callable[[str, str], str | None], budget: Budget
    ) -> None:
        super().__init__(read, budget)
        self._defined = defined
        self._made: dict[tuple[str, int], tuple[Any, bool]] = {}
        self._depth = 0
        self._gap = False
        self._out = Output()
        self.asleep: set[str] = set()
        """Kinds of objects that stand under conditions which the defaults do not meet."""

    def render(self, template: str, nodes: list[Node], root: dict[str, Any]) -> Output:
        """A file of templates as the values render it.

        Raises:
            TemplateError: it takes too long, or is no template.
        """
        self._template, self._out, self._gap = template, Output(), False
        self._depth, self._dark, self._steps = 0, 0, STEPS
        self._scopes = [{"$": root}]
        self._run(nodes, root)
        self._budget.spend(self._out.length // 10)
        return self._out

    def _run(self, nodes: list[Node], dot: Any) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TemplateError("too deep")
        for index, node in enumerate(nodes):
            self._spend()
            if isinstance(node.content, str):
                self._out.add(node.content, node.offset, "text")
                continue
            self._offset = node.offset
            if isinstance(node.content, Pipe):
                following = nodes[index + 1].content if index + 1 < len(nodes) else "\n"
                self._print(node.content, dot, node.offset, following)
            else:
                self._block(node.content, dot)
        self._depth -= 1

    def _print(self, pipe: Pipe, dot: Any, offset: int, following: Any) -> None:
        self.absent = ()
        value = self._pipe(pipe, dot, watching=not pipe.names)
        if pipe.names:
            plain = len(pipe.commands) == 1 and len(pipe.commands[0]) == 1
            self._assign(pipe, Absent(self.absent) if plain and value is None and self.absent else value)
            return
        if isinstance(value, Unknown) and (
            value.is_block or (self._out.is_at_margin and isinstance(following, str) and following.startswith("\n"))
        ):
            self._gap, value = True, None
        self._out.add(printed(value), offset, "given" if isinstance(value, Given) else "made")
        if self._gap:
            self._out.gaps.append(self._out.length)
            self._gap = False

    def _assign(self, pipe: Pipe, value: Any) -> None:
        name = pipe.names[0]
        scope = self._scopes[-1]
        if not pipe.is_new:
            scope = next((one for one in reversed(self._scopes) if name in one), scope)
        scope[name] = value

    def _block(self, block: Block, dot: Any) -> None:
        if block.kind == "range":
            self._range(block, dot)
        elif block.kind == "block":
            branch = block.branches[0]
            body = self._defined.get(block.name, ("", branch.body))[1]
            self._run(body, self._pipe(branch.pipe, dot) if branch.pipe else dot)
        else:
            self._choose(block, dot)

    def _choose(self, block: Block, dot: Any) -> None:
        for branch in block.branches:
            self._scopes.append({})
            value = self._pipe(branch.pipe, dot) if branch.pipe is not None else True
            if branch.pipe is not None and branch.pipe.names:
                self._scopes[-1][branch.pipe.names[0]] = value
            known = truth(value)
            switched = isinstance(value, Off) and len(block.branches) == 1 and block.kind == "if"
            if known is not False or switched:
                inner = value if block.kind == "with" and branch.pipe is not None else dot
                self._inside(branch, inner, by_default=not switched)
                self._scopes.pop()
                if known is None:
                    self._out.gaps.append(self._out.length)
                return
            self._scopes.pop()
            self.asleep.update(_kinds(branch.body))
        self._out.gaps.append(self._out.length)

    def _inside(self, branch: Branch, dot: Any, *, by_default: bool = True) -> None:
        start = self._out.length
        self._dark += not by_default
        self._run(branch.body, dot)
        self._dark -= not by_default
        self._out.bounds.append((start, self._out.length, by_default))

    def _range(self, block: Block, dot: Any) -> None:
        branch, *others = block.branches
        value = self._pipe(branch.pipe or Pipe([]), dot)
        names = branch.pipe.names if branch.pipe else ()
        items = _items(value)
        for key, item in items:
            self._scopes.append(dict(zip(names, (key, item) if len(names) > 1 else (item,), strict=False)))
            self._inside(branch, item)
            self._scopes.pop()
        if not items and others:
            self._inside(others[0], dot)
        if not items or isinstance(value, Unknown):
            self._out.gaps.append(self._out.length)

    def _include(self, values: list[Any], dot: Any) -> Any:
        name = printed(values[0])
        inner = values[1] if len(values) > 1 else dot
        if name not in self._defined:
            written = not isinstance(values[0], Given) and not is_tainted(values[0])
            lost = _NAME.fullmatch(name) or (_FILE.fullmatch(name) and self._read(self._template, name) is None)
            if written and lost and len(self.missing) < MOST_MISSING:
                self.missing.append(Missing(self._template, self._offset, (name,), "include", not self._dark))
            name = meant(name, self._defined)
        if not name:
            return Unknown("include")
        key = (name, id(inner))
        if key not in self._made or not isinstance(inner, dict) or "Values" not in inner:
            self._made[key] = self._apart(*self._defined[name], inner)
        value, gap = self._made[key]
        self._gap |= gap
        return value

    def _tpl(self, values: list[Any]) -> Any:
        if not values or not isinstance(values[0], str) or is_tainted(values[0]):
            return Unknown("tpl")
        if "{{" not in values[0]:
            return values[0]
        nodes, _ = parse(values[0])
        value, gap = self._apart(self._template, nodes, values[1] if len(values) > 1 else None)
        self._gap |= gap
        return value

    def _apart(self, template: str, nodes: list[Node], dot: Any) -> tuple[Any, bool]:
        """The text of another template, and whether an installation may add to it."""
        before = (self._template, self._out, self._scopes, self._offset, self._watching, self._gap)
        self._template, self._out, self._gap, self._scopes = template, Output(), False, [{"$": dot}]
        self._run(nodes, dot)
        out = self._out
        self._template, self._out, self._scopes, self._offset, self._watching, self._gap = before
        text = out.text
        kinds = {kind for (_, _, kind), part in zip(out.marks, out.parts, strict=True) if part.strip()}
        return Given(text) if kinds == {"given"} else text, bool(out.gaps)


def meant(name: str, defined: Iterable[str]) -> str:
    """The template that one which nobody defines most likely means: the only one of the same last name, or a slip."""
    last = name.rpartition(".")[2]
    same = [other for other in defined if other.rpartition(".")[2] == last]
    return same[0] if len(same) == 1 else likely(name, defined, _ALIKE)


def _kinds(nodes: list[Node]) -> set[str]:
    """The kinds of the objects that begin in some nodes."""
    return {kind for node in nodes if isinstance(node.content, str) for kind in KIND.findall(node.content)}


def _items(value: Any) -> list[tuple[Any, Any]]:
    """What ``range`` goes through: once through what is not known."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, Unknown):
        items = [(value, value)]
    elif isinstance(value, dict):
        items = sorted(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    elif isinstance(value, int) and value <= _MOST_ITEMS:
        items = [(number, number) for number in range(value)]
    if len(items) > _MOST_ITEMS:
        raise TemplateError("too long")
    return items
