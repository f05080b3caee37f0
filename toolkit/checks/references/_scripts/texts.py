"""What people and CI run: the texts of scripts, workflows and instructions, to find out what they set or make."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.values import frozen
from toolkit.words import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Invocation", "builds", "compositions", "helms", "lines", "mentioned", "sets", "texts_with"]

_NAMES = regex(
    r"(?i:(gnu)?makefile|justfile|tiltfile|jenkinsfile|procfile|vagrantfile|earthfile|skaffold\.ya?ml|taskfile\.ya?ml"
    r"|cloudbuild.*\.ya?ml|buildspec.*\.ya?ml|\.gitlab-ci\.yml|azure-pipelines.*\.yml|(?:package|project)\.json|docker-bake\.hcl"
    r"|bake\.hcl|\.env.*|.*\.(mk|just|sh|bash|zsh|ps1|bat|cmd|md|mdx|rst|tf|star|bzl|bazel|envrc))|.*/\.github/.*\.ya?ml"
)
_PROSE = regex(r"(?i)(?:^|/)(?:adrs?|decisions|rfcs?|blogs?|posts|changelogs?|content)/[^\n]*\.(?:md|mdx|rst|adoc)$")
_LARGEST = 400_000
_CONTINUED = regex(r"\\\r?\n\s*")
_COMMENT = regex(r"(?m)^[ \t]*#+[ \t]*([^\n]*)")
_EMPTY = regex(r"(?<=\s)(?:\"\"|'')(?=\s)")
"""A word without letters, which is one when the quotes are gone."""
_STANDS = regex(
    r"""(?m)^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*["']?((?:docker|podman)[- ]compose(?![\w.-])[^"'\n#]*)"""
)
"""A variable of a shell or of make that holds such a command."""
_COMPOSE = regex(r"(?i)(?:[\w-]+[.-])?compose[\w.-]{0,80}\.ya?ml")


@frozen
class Invocation:
    """A command that names files: ``folder`` is where the script that has it lies."""

    source: str
    folder: str
    words: tuple[str, ...]

    def values(self, *names: str) -> tuple[str, ...]:
        """The values of an option, in their order."""
        return tuple(values_of(self.words, *names))


@once_a_run
def _texts(context: Inspection) -> tuple[tuple[str, str], ...]:
    found = []
    for path in context.inventory.tracked:
        name = path.rpartition("/")[2]
        if not (_NAMES.fullmatch(name) or (name.endswith((".yml", ".yaml")) and ".github/" in path)):
            continue
        if text := text_of(context, path, _LARGEST, errors="replace"):
            found.append((path, _CONTINUED.sub(" ", text)))
    return tuple(found)


def lines(context: Inspection, needle: re.Pattern[str], *words: str) -> Iterator[tuple[str, str]]:
    """Lines of scripts in which an expression is found, each with its file.

    Args:
        context: the run.
        needle: the expression.
        words: texts of which every hit has one: most files are ruled out by them in a tenth of the time.
    """
    yield from _lines_of(_texts(context), needle, words)


def _lines_of(
    texts: Iterable[tuple[str, str]], needle: re.Pattern[str], words: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for path, text in texts:
        for match in needle.finditer(text) if not words or any(word in text for word in words) else ():
            begin = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            yield path, text[begin : len(text) if end < 0 else end]


def texts_with(context: Inspection, word: str) -> Iterator[str]:
    """The scripts that hold a text; not what people only read, which lists many files and runs none of them."""
    prose = (".md", ".mdx", ".rst")
    return (text for path, text in _texts(context) if word in text and not path.endswith(prose))


@once_a_run
def sets(context: Inspection, variable: str) -> bool:
    """Whether any script, workflow, example or instruction gives an environment variable a value or speaks of it."""
    spoken = re.compile(rf"\b{re.escape(variable)}\b[`\"']?\s*(?::=|\?=|=(?!=)|:(?=\s)|[`|])")
    return any(variable in text and spoken.search(text) for _, text in _texts(context))


def mentioned(context: Inspection, name: str, *, besides: str = "", qualified: bool = True) -> str:
    """The first script or instruction that names something as a whole word; empty if none does.

    What people read (decisions, posts, pages of a site) names what there once was or may be, and makes nothing.

    Args:
        context: the run.
        name: the word.
        besides: a file that does not count.
        qualified: whether the word counts behind a colon, as in ``namespace:name``.
    """
    needle = re.compile(rf"(?<![\w.{'' if qualified else ':'}-]){re.escape(name)}(?![\w-])")
    texts = (path for path, text in _texts(context) if name in text and path != besides and needle.search(text))
    return next((path for path in texts if not _PROSE.search(path)), "")


def _usages(context: Inspection) -> Iterator[tuple[str, str]]:
    """The comments of compose files that say how these are run."""
    for name, paths in context.inventory.by_name.items():
        for path in paths if _COMPOSE.fullmatch(name) else ():
            comments = _COMMENT.findall(text_of(context, path, _LARGEST, errors="replace"))
            if any("compose" in one for one in comments):
                yield path, _CONTINUED.sub(" ", "\n".join(comments))


def _commands(texts: Iterable[tuple[str, str]], needle: re.Pattern[str], *hints: str) -> tuple[Invocation, ...]:
    found = []
    for path, text in texts:
        for match in needle.finditer(text) if any(hint in text for hint in hints) else ():
            line = _EMPTY.sub("-", text[match.start() :].partition("\n")[0])
            words = re.sub(r"[\"'`,\[\]]", " ", line).split()
            found.append(Invocation(path, posixpath.dirname(path) or ".", tuple(words)))
    return tuple(found)


def _written_out(text: str) -> str:
    """A script in which the variables that stand for ``docker compose`` are replaced by it."""
    for match in _STANDS.finditer(text):
        text = re.sub(rf"\$(?:{match[1]}\b|[({{]{match[1]}[)}}])", match[2].strip().replace("\\", r"\\"), text)
    return text


@once_a_run
def compositions(context: Inspection) -> tuple[Invocation, ...]:
    """Every ``docker compose`` command, also in comments of compose files; without the ``-f`` of ``logs``, which names no file."""
    needle = re.compile(r"\b(?:docker|podman)[- ]compose\b")
    texts = ((path, _written_out(text)) for path, text in (*_texts(context), *_usages(context)) if "compose" in text)
    return tuple(
        dataclasses.replace(one, words=(*one.words[:at], *(word for word in one.words[at:] if word != "-f")))
        for one in _commands(texts, needle, "compose")
        for at in [one.words.index("logs") if "logs" in one.words else len(one.words)]
    )


@once_a_run
def builds(context: Inspection) -> tuple[Invocation, ...]:
    """Every ``docker build`` command, and lines of workflows and tools that name a Dockerfile."""
    needle = re.compile(r"\b(?:docker|podman|buildah)\b[^\n]*\bbuild\b|docker_build\(")
    return _commands(_texts(context), needle, "docker", "podman", "buildah")


@once_a_run
def helms(context: Inspection) -> tuple[Invocation, ...]:
    """Every command of helm that makes what a chart holds."""
    return _commands(_texts(context), re.compile(r"\bhelm\s+(?:install|upgrade|template)\b"), "helm")
