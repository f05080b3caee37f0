"""Reading Go's text templates, as Helm's charts are written in: text, actions and their pipelines as a tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Block", "Branch", "Node", "Pipe", "TemplateError", "Term", "parse"]

_DEEPEST = 60
_LARGEST = 400_000
_OPEN = regex(r"\{\{(?:-(?=[\s]))?")
_COMMENT = regex(r"\s*/\*")
_COMMENT_END = regex(r"\*/(\s+-)?\s*\}\}")
_TOKEN = regex(
    r"""(?P<end>(?:\s+-)?\}\})|(?P<space>\s+)
      |(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*')
      |(?P<number>[-+]?\d[\w.]*)|(?P<chain>(?:\$\w*)?(?:\.\w+)+|\$\w*|\.)|(?P<word>\w+)|(?P<sign>:=|[()|=,])""",
    flags=64,  # re.VERBOSE
)


class TemplateError(Exception):
    """A template that cannot be read, or whose rendering is not sure."""


@dataclass(slots=True)
class Term:
    """One word of a command: a literal, a chain of fields below something, or the name of a function.

    Args:
        kind: ``literal``, ``chain`` or ``function``.
        value: the literal, or the function's name.
        base: for a chain: ``.``, ``$``, a variable, or a pipeline in brackets.
        names: the fields.
    """

    kind: str
    value: Any = None
    base: Any = "."
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Pipe:
    """Commands of which each is given the result of the one before; ``names`` are variables that take the last."""

    commands: list[list[Term]]
    names: tuple[str, ...] = ()
    is_new: bool = True


@dataclass(slots=True)
class Branch:
    """What a block holds under one condition; without a pipeline it is the rest."""

    pipe: Pipe | None
    body: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """``if``, ``with``, ``range``, ``define`` or ``block`` with its branches; the name is that of a definition."""

    kind: str
    branches: list[Branch]
    name: str = ""


@dataclass(slots=True)
class Node:
    """A piece of a template at an offset: text, a pipeline whose result is printed, or a block."""

    offset: int
    content: str | Pipe | Block


@dataclass(slots=True)
class _Action:
    start: int
    end: int
    words: list[tuple[str, str, bool]]
    """Kind, text, and whether a space stands before."""
    trims_left: bool
    trims_right: bool


def parse(text: str) -> tuple[list[Node], dict[str, list[Node]]]:
    """The nodes of a template, and those of what it defines.

    Raises:
        TemplateError: not a template.
    """
    if len(text) > _LARGEST:
        raise TemplateError("too large")
    defined: dict[str, list[Node]] = {}
    top = Branch(None)
    open_: list[tuple[Block, Branch]] = [(Block("top", [top]), top)]
    for node in _pieces(text):
        if isinstance(node, _Action):
            _take(node, open_, defined)
        else:
            open_[-1][1].body.append(node)
        if len(open_) > _DEEPEST:
            raise TemplateError("too deep")
    if len(open_) > 1:
        raise TemplateError("unclosed")
    return top.body, defined


def _pieces(text: str) -> Iterator[Node | _Action]:
    """Texts, trimmed as the actions around them say, and actions."""
    at, trim = 0, False
    while at < len(text):
        match = _OPEN.search(text, at)
        end = match.start() if match else len(text)
        piece = text[at:end]
        begin = at
        if trim:
            piece = piece.lstrip()
            begin = end - len(piece)
        action = _action(text, match.start(), match.end()) if match else None
        if action is not None and action.trims_left:
            piece = piece.rstrip()
        if piece:
            yield Node(begin, piece)
        if action is None:
            return
        if action.words:
            yield action
        at, trim = action.end, action.trims_right


def _action(text: str, start: int, at: int) -> _Action:
    trims = text[start:at].endswith("-")
    if (comment := _COMMENT.match(text, at)) is not None:
        close = _COMMENT_END.search(text, comment.end())
        if close is None:
            raise TemplateError("unclosed comment")
        return _Action(start, close.end(), [], trims, bool(close[1]))
    words: list[tuple[str, str, bool]] = []
    spaced = True
    while (match := _TOKEN.match(text, at)) is not None:
        at = match.end()
        kind = str(match.lastgroup)
        if kind == "end":
            return _Action(start, at, words, trims, match[0].strip().startswith("-"))
        if kind == "space":
            spaced = True
            continue
        words.append((kind, match[0], spaced))
        spaced = False
    raise TemplateError("not an action")


def _take(action: _Action, open_: list[tuple[Block, Branch]], defined: dict[str, list[Node]]) -> None:
    kind, word, _ = action.words[0]
    block, branch = open_[-1]
    if kind != "word" or word not in ("if", "with", "range", "define", "block", "else", "end"):
        branch.body.append(Node(action.start, _pipeline(action.words)))
    elif word == "end":
        if len(open_) == 1:
            raise TemplateError("an end of nothing")
        open_.pop()
        if block.kind in ("define", "block"):
            defined[block.name] = block.branches[0].body
    elif word == "else":
        rest = action.words[1:]
        pipe = _pipeline(rest[1:]) if rest and rest[0][1] in ("if", "with") else None
        if block.kind not in ("if", "with", "range") or block.branches[-1].pipe is None:
            raise TemplateError("an else of nothing")
        block.branches.append(Branch(pipe))
        open_[-1] = (block, block.branches[-1])
    else:
        name = _literal(action.words[1][1]) if word in ("define", "block") and len(action.words) > 1 else ""
        new = Branch(_pipeline(action.words[2 if name else 1 :]) if word != "define" else Pipe([]))
        inner = Block(word, [new], str(name))
        if word != "define":
            branch.body.append(Node(action.start, inner))
        open_.append((inner, new))


def _pipeline(words: list[tuple[str, str, bool]]) -> Pipe:
    names: tuple[str, ...] = ()
    is_new = True
    signs = [index for index, (kind, text, _) in enumerate(words[:4]) if kind == "sign" and text in (":=", "=")]
    if signs and words[0][1].startswith("$"):
        names = tuple(text for kind, text, _ in words[: signs[0]] if kind == "chain")
        is_new = words[signs[0]][1] == ":="
        words = words[signs[0] + 1 :]
    pipe, at = _commands(words, 0, 0)
    if at != len(words):
        raise TemplateError("a bracket too many")
    return Pipe(pipe.commands, names, is_new)


def _commands(words: list[tuple[str, str, bool]], at: int, depth: int) -> tuple[Pipe, int]:
    """Commands until a closing bracket or the end."""
    if depth > _DEEPEST:
        raise TemplateError("too deep")
    commands: list[list[Term]] = [[]]
    while at < len(words):
        kind, text, spaced = words[at]
        at += 1
        if kind != "sign":
            _append(commands[-1], kind, text, is_apart=spaced)
        elif text == ")":
            at -= 1
            break
        elif text == "(":
            inner, at = _commands(words, at, depth + 1)
            if at >= len(words):
                raise TemplateError("an unclosed bracket")
            at += 1
            commands[-1].append(Term("chain", base=inner))
        elif text == "|":
            commands.append([])
        else:
            raise TemplateError("an unknown sign")
    if not all(commands):
        raise TemplateError("an empty command")
    return Pipe(commands), at


def _append(command: list[Term], kind: str, text: str, *, is_apart: bool) -> None:
    last = command[-1] if command and not is_apart else None
    if kind == "chain" and last is not None and last.kind == "chain" and text.startswith("."):
        last.names += tuple(text[1:].split("."))
    elif kind == "chain":
        command.append(_chain(text))
    elif kind == "word":
        command.append(_word(text))
    else:
        command.append(Term("literal", _literal(text)))


def _chain(text: str) -> Term:
    base, *names = text.split(".")
    return Term("chain", base=base or ".", names=tuple(name for name in names if name))


def _word(text: str) -> Term:
    known = {"true": True, "false": False, "nil": None}
    return Term("literal", known[text]) if text in known else Term("function", text)


def _literal(text: str) -> Any:
    if text[0] in "\"'":
        inner = text[1:-1]
        return inner if "\\" not in inner else inner.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
    if text[0] == "`":
        return text[1:-1]
    try:
        return float(text) if "." in text else int(text[:40], 0)
    except ValueError:
        raise TemplateError("not a number") from None
