"""Version bounds that no quotes keep from the shell, which takes ``>`` and ``<`` for itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Redirected", "redirected"]

_FILES = ("*.sh", "*.bash", "Makefile", "*.mk", "justfile", "*ockerfile*", "*ontainerfile*", "*.yml", "*.yaml")
_RUN_BY_MACHINES = regex(
    r"(?:^|/)(?:\.github/(?:workflows|actions)/[^\n]+|\.gitlab-ci[^/]*|\.circleci/config|[^/]*pipelines?[^/]*)\.ya?ml$"
)
_INSTALLS = regex(
    r"(?:\bpip3?|\bpython3?[ \t]+-m[ \t]+pip|\buv[ \t]+pip|\b(?:conda|mamba|micromamba))[ \t]+install\b(?P<rest>(?:[^\n\\;&|#]|\\\r?\n|\\.)*)"
    r"|\b(?:poetry|uv)[ \t]+add\b(?P<more>(?:[^\n\\;&|#]|\\\r?\n|\\.)*)"
)
_QUOTED = regex(r"\\?\"[^\"]*\"|'[^'\n]*'|\\[<>]")
_BOUND = regex(
    r"(?<![^\s])(?P<name>[A-Za-z][\w.-]*(?:\[[\w,.-]+\])?)(?:[=~!]=[\w.*]+,)?(?P<sign>[<>])(?P<file>=?\d[\w.*,<>=!~]*)(?![\w/-])"
)
_SAID = regex(
    r"\b(?:echo|printf|print|log\w*|warn\w*|error|die|fail\w*|raise|info|cat)\b|^\s*(?:#|//|\*|REM\b|-?\s*name:|description:|help)"
)
_BEGINS_IN_QUOTES = regex(r"(?:run|script|command)s?:[ \t]*[\"']$|^[ \t]*-[ \t]*[\"']$|\bsh[ \t]+-\w*c[ \t]+[\"']$")


class Redirected(NamedTuple):
    """A bound that the shell takes: where, of which package, as it is written, and the file that it reads or writes."""

    path: str
    line: int
    name: str
    text: str
    sign: str
    file: str


def redirected(context: Inspection) -> Iterator[Redirected]:
    """Each such bound of commands in scripts, Dockerfiles and pipelines."""
    for path in context.matching(*_FILES):
        if path.endswith((".yml", ".yaml")) and not _RUN_BY_MACHINES.search(path):
            continue
        text = text_of(context, path, errors="replace")
        for match in _INSTALLS.finditer(text) if "<" in text or ">" in text else ():
            before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            if _SAID.search(before) or (_is_in_quotes(before) and not _BEGINS_IN_QUOTES.search(before)):
                continue
            group = "rest" if match["rest"] is not None else "more"
            plain = _QUOTED.sub(lambda one: re.sub(r"[^\n]", "_", one[0]), match[group])
            for bound in _BOUND.finditer(plain):
                line = line_at(text, match.start(group) + bound.start())
                yield Redirected(path, line, bound["name"], bound[0], bound["sign"], bound["file"])


def _is_in_quotes(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("'") % 2 == 1
