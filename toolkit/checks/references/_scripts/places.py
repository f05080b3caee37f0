"""Where in a script a command stands, and what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["PRINTS", "is_away", "line_of"]

PRINTS = regex(r"\s*@?(?:echo|printf|log|info|warn|error|success|print|say|Write-(?:Host|Output))(?:[_-]?\w+)?\s")
"""A line that tells a person something."""
_GOES = regex(r"(?m)(?:^|[;&|({\"'])[ \t]*cd[ \t]+[\"']?([^\s;&|\"')]{1,200})")


def line_of(context: Inspection, path: str, text: str) -> tuple[int, bool]:
    """The line that gives a text to compose, and whether it only prints the command."""
    lines = text_of(context, path, errors="replace").splitlines()
    found = [number for number, one in enumerate(lines, 1) if text in one]
    line = next((number for number in found if "compose" in lines[number - 1].replace(text, "")), (*found, 0)[0])
    return line, bool(line) and PRINTS.match(lines[line - 1]) is not None


def is_away(context: Inspection, path: str, line: int) -> bool:
    """Whether a script has gone to a folder of the machine before a line, or in it: what lies there is in no repository."""
    before = "\n".join(text_of(context, path, errors="replace").splitlines()[:line])
    return ["", *_GOES.findall(before)][-1][:1] in ("/", "~")
