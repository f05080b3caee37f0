"""What variables of a script hold, where its own text says so: plain values, lists of a loop, folders of the script."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROOT", "Values", "filled"]

ROOT = "\ue000/"
"""Stands before a path that counts from the root of the repository and not from where a command runs."""
_ASSIGNED = regex(r"(?:export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)")
_LOOP = regex(r"for\s+([A-Za-z_]\w*)\s+in\s+([^;$`*]{1,1000})(?:;\s*(.*))?")
_OWN = regex(r"\$\(\s*cd\s+[^\n]{0,200}?(?:dirname|BASH_SOURCE|\$0)[^\n]{0,200}?&&\s*pwd[^\n]{0,40}?\)")
_OWN_SHORT = regex(r"\$\(\s*dirname\s+[^()]{0,200}(?:\$\([^()]{0,200}\))?[^()]{0,200}\)")
_TOP = regex(r"\$\(\s*git\s+(?:-C\s+[^\n;|&]{1,160}?\s+)?rev-parse\s+--show-toplevel[^()]*\)")
_UP = regex(r"(?:/\.\.)+")
_VARIABLE = regex(r"\$(?:(\w+)|\{(\w+)\})")
_BRANCH = regex(
    r"(?:el)?if\s+\[{1,2}\s+[\"']?\$\{?([A-Za-z_]\w*)\}?[\"']?\s+(==?|!=)\s+[\"']?([\w.-]+)[\"']?\s+\]{1,2}\s*;?\s*(?:then)?"
)
_MOST = 24
"""Values that one line is filled in with."""


class _Branch(NamedTuple):
    """A condition that is open: the variable it asks, what the variable may be in the branch at hand and in the others, and what it was before."""

    name: str = ""
    here: tuple[str, ...] | None = None
    others: tuple[str, ...] | None = None
    before: tuple[str, ...] | None = None


@dataclass
class Values:
    """Variables with every value that they may have; ``folder`` is that of the script."""

    folder: str
    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    branches: list[_Branch] = field(default_factory=list)

    def follow(self, line: str) -> None:
        """Take a line as the head, the other branch or the end of a condition: ``[ "$STAGE" = local ]`` leaves no ``local`` for its ``else``."""
        word = line.partition(" ")[0].rstrip(";")
        if word == "if" and not re.search(r"\bfi\b", line):
            self.branches.append(self._asked(line))
        elif word in ("elif", "else", "fi") and self.branches:
            was = self.branches.pop()
            now = self.known.get(was.name)
            if word == "fi":
                kept = (*(was.before or ()), *(now or ()))
                self._hold(was.name, tuple(dict.fromkeys(kept)) if was.before or now != was.here else None)
            else:
                self._hold(was.name, was.others)
                other = self._asked(line) if word == "elif" else was._replace(here=was.others)
                self.branches.append(other._replace(before=was.before) if other.name == was.name else was)

    def _asked(self, line: str) -> _Branch:
        match = _BRANCH.fullmatch(line)
        if match is None:
            return _Branch()
        before = self.known.get(match[1])
        rest = tuple(value for value in before if value != match[3]) if before is not None else None
        here, others = ((match[3],), rest) if match[2] != "!=" else (rest, (match[3],))
        self._hold(match[1], here)
        return _Branch(match[1], here, others, before)

    def _hold(self, name: str, values: tuple[str, ...] | None) -> None:
        if values is not None:
            self.known[name] = values
        else:
            self.known.pop(name, None)

    def learn(self, line: str) -> bool:
        """Take a line as an assignment or the head of a loop; whether it was nothing else."""
        loop = _LOOP.fullmatch(line)
        if loop:
            self.known[loop[1]] = tuple(word.strip("\"'") for word in loop[2].split())[:_MOST]
            return loop[3] in (None, "", "do")
        match = _ASSIGNED.fullmatch(line)
        if match is None:
            own = _ASSIGNED.match(line)
            where = self.place(line[own.start(2) :]) if own else None
            if own and where is not None:
                self.known[own[1]] = (where,)
                return True
            return False
        text = match[2].strip("\"'")
        where = self.place(text)
        values = (where,) if where is not None else tuple(filled(text, self))
        if all("$" not in value and "`" not in value for value in values):
            self.known[match[1]] = values
        else:
            self.known.pop(match[1], None)
        return True

    def place(self, text: str) -> str | None:
        """The folder that an expression for the script's own place, or the top of the repository, stands for."""
        if _TOP.search(text):
            rest = _TOP.sub("", text).strip("\"' ")
            return ROOT + posixpath.normpath(f"./{rest.lstrip('/')}")
        if re.search(r"dirname|BASH_SOURCE", text) and "$" in text:
            ups = max((match[0].count("..") for match in _UP.finditer(text)), default=0)
            return ROOT + path_from(self.folder, *([".."] * ups))
        return None


def filled(line: str, values: Values) -> Iterator[str]:
    """A line with every value of the variables that it names; those that are not known stay as they are."""
    line = _OWN.sub(lambda match: values.place(match[0]) or "", line)
    line = _OWN_SHORT.sub(lambda match: values.place(match[0]) or match[0], line)
    names = list(dict.fromkeys(match[1] or match[2] for match in _VARIABLE.finditer(line)))
    names = [name for name in names if name in values.known]
    for many in islice(product(*(values.known[name] for name in names)), _MOST):
        text = line
        for name, value in zip(names, many, strict=True):
            text = text.replace(f"${{{name}}}", value)
            text = re.sub(rf"\${name}(?!\w)", value.replace("\\", r"\\"), text)
        yield text
