"""Dockerfiles: instructions with their lines, stages and the sources of copies."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.documents._text import DocumentError, decode
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Copy", "Document", "Heredoc", "Instruction", "Stage", "parse", "substitute"]

_DIRECTIVE = regex(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
_INSTRUCTION = regex(r"\s*(\w+)(?:\s+(.*))?$", re.DOTALL)
_FLAG = regex(r"--([a-z][\w-]*)(?:=(\S*))?\s*")
_HEREDOC = regex(r"(?<!\S)\d*<<-?(['\"]?)([A-Za-z_][\w.-]*)\1")
_VARIABLE = regex(r"\\\$|\$(?:(\w+)|\{(\w+)(?::?([-+?])([^{}]*))?\})")


@frozen
class Heredoc:
    """A text given inline to RUN or COPY."""

    name: str
    content: str


@frozen
class Instruction:
    """One instruction.

    Args:
        name: in capitals; of ``ONBUILD X`` it is ``X``.
        value: what follows, continuation lines joined by a blank, flags taken off, comments dropped.
        flags: ``--from=x`` and the like, a bare one with an empty value; the last of equal ones.
        line, end_line: 1-based.
        heredocs: the inline texts it takes.
        onbuild: it runs in builds that start from this image.
        json_form: the arguments of the form ``["a", "b"]``; ``None`` for the shell form.
    """

    name: str
    value: str
    flags: Mapping[str, str]
    line: int
    end_line: int
    heredocs: tuple[Heredoc, ...] = ()
    onbuild: bool = False
    json_form: tuple[str, ...] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The arguments, quotes removed; split at blanks where quotes do not close."""
        if self.json_form is not None:
            return self.json_form
        try:
            return tuple(shlex.split(self.value, posix=True))
        except ValueError:
            return tuple(self.value.split())


@frozen
class Stage:
    """``FROM image AS name``, build arguments filled in where the file gives them a default."""

    image: str
    name: str
    line: int
    platform: str
    instructions: tuple[Instruction, ...]


@frozen
class Copy:
    """One COPY or ADD: sources below the build context, or in another stage or image (``origin``)."""

    sources: tuple[str, ...]
    target: str
    origin: str
    line: int
    instruction: Instruction


@frozen
class Document:
    """A Dockerfile; ``arguments`` are the ARG defaults before the first FROM."""

    instructions: tuple[Instruction, ...]
    arguments: Mapping[str, str]
    stages: tuple[Stage, ...]

    def copies(self) -> tuple[Copy, ...]:
        """Every COPY and ADD with variables filled in from ARG and ENV where they are known."""
        found: list[Copy] = []
        for stage in self.stages:
            known: dict[str, str] = {}
            for item in stage.instructions:
                known |= _defaults(item, known, self.arguments)
                if item.name in ("COPY", "ADD") and len(item.words) > 1:
                    *sources, target = (substitute(word, known) for word in item.words)
                    kept = tuple(source for source in sources if not source.startswith("<<"))
                    origin = substitute(item.flags.get("from", ""), known)
                    found.append(Copy(kept, target, origin, item.line, item))
        return tuple(found)


def parse(source: bytes | str) -> Document:
    """Read a Dockerfile.

    Raises:
        DocumentError: a line that is no instruction, a heredoc without its end, or beyond the bounds.
    """
    text = decode(source, strict=False)
    instructions = _instructions(text.content.replace("\r\n", "\n").split("\n"))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    begins = [index for index, item in enumerate(instructions) if item.name == "FROM" and not item.onbuild]
    for item in instructions[: begins[0] if begins else len(instructions)]:
        arguments |= _defaults(item, arguments, {})
    for index, following in pairwise([*begins, len(instructions)]):
        item = instructions[index]
        words = substitute(item.value, arguments).split()
        named = len(words) == 3 and words[1].upper() == "AS"
        platform = substitute(item.flags.get("platform", ""), arguments)
        body = tuple(instructions[index + 1 : following])
        stages.append(Stage(words[0] if words else "", words[2] if named else "", item.line, platform, body))
    return Document(tuple(instructions), arguments, tuple(stages))


def substitute(text: str, known: Mapping[str, str]) -> str:
    """Fill in ``$x``, ``${x}``, ``${x:-y}`` and ``${x:+y}``; what is not known stays as written."""

    def one(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name is None:
            return match[0]
        if match[3] == "+":
            return match[4] if known.get(name) else ""
        if name in known:
            return known[name]
        return match[4] if match[3] == "-" else match[0]

    return _VARIABLE.sub(one, text)


def _defaults(item: Instruction, known: Mapping[str, str], outer: Mapping[str, str]) -> dict[str, str]:
    """The variables that an ARG or ENV sets."""
    if item.name not in ("ARG", "ENV"):
        return {}
    if item.name == "ENV" and "=" not in item.value.split(" ")[0]:
        name, _, value = item.value.partition(" ")
        return {name: substitute(value.strip(), known)}
    found = {}
    for word in item.words:
        name, equals, value = word.partition("=")
        if equals:
            found[name] = substitute(value, {**outer, **known})
        elif name in outer:
            found[name] = outer[name]
    return found


def _instructions(lines: list[str]) -> list[Instruction]:
    escape = _escape(lines)
    found: list[Instruction] = []
    index = 0
    while index < len(lines):
        if not lines[index].strip() or lines[index].lstrip().startswith("#"):
            index += 1
            continue
        first = index
        value, index = _joined(lines, index, escape)
        instruction, index = _instruction(value, lines, first, index)
        found.append(instruction)
    return found


def _escape(lines: list[str]) -> str:
    """The escape directive, which stands with other directives before anything else."""
    for line in lines:
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"


def _joined(lines: list[str], index: int, escape: str) -> tuple[str, int]:
    """An instruction's logical line; comments and empty lines within it are dropped, as Docker does."""
    parts: list[str] = []
    while index < len(lines):
        line = lines[index]
        index += 1
        if parts and (line.lstrip().startswith("#") or not line.strip()):
            continue
        body = line.rstrip()
        if not body.endswith(escape):
            parts.append(body)
            break
        parts.append(body[:-1])
    return " ".join(part.strip() if place else part.lstrip() for place, part in enumerate(parts)).rstrip(), index


def _instruction(value: str, lines: list[str], first: int, index: int) -> tuple[Instruction, int]:
    match = _INSTRUCTION.match(value)
    if match is None:
        raise DocumentError(f"no Dockerfile instruction: {value[:40]}", first + 1, 1)
    name, rest, onbuild = match[1].upper(), (match[2] or "").strip(), False
    if name == "ONBUILD" and (inner := _INSTRUCTION.match(rest)):
        name, rest, onbuild = inner[1].upper(), (inner[2] or "").strip(), True
    flags: dict[str, str] = {}
    while flag := _FLAG.match(rest):
        flags[flag[1]] = flag[2] or ""
        rest = rest[flag.end() :]
    heredocs: list[Heredoc] = []
    if name in ("RUN", "COPY", "ADD"):
        for mark in _HEREDOC.finditer(rest):
            if rest.count("'", 0, mark.start()) % 2 or rest.count('"', 0, mark.start()) % 2:
                continue  # the shell's business, within quotes
            content, index = _heredoc(mark, lines, index, first)
            heredocs.append(Heredoc(mark[2], content))
    return Instruction(name, rest, flags, first + 1, index, tuple(heredocs), onbuild, _json_form(rest)), index


def _heredoc(mark: re.Match[str], lines: list[str], index: int, first: int) -> tuple[str, int]:
    strip = "<<-" in mark[0]
    for end in range(index, len(lines)):
        if (lines[end].lstrip("\t") if strip else lines[end]) == mark[2]:
            body = lines[index:end]
            return "".join(f"{line.lstrip(chr(9)) if strip else line}\n" for line in body), end + 1
    raise DocumentError(f"heredoc {mark[2]} has no end", first + 1, 1)


def _json_form(value: str) -> tuple[str, ...] | None:
    if not value.startswith("["):
        return None
    try:
        words = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None
