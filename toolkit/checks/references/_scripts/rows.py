"""The commands of files that people build and deploy with: shell scripts, Makefiles, justfiles, pipelines of other hosts than GitHub."""

from __future__ import annotations

import posixpath
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._shell import commands
from toolkit.checks.references._repair import strings
from toolkit.checks.references._scripts.task_scripts import PATTERNS as TASKS
from toolkit.checks.references._scripts.task_scripts import parser, task_scripts
from toolkit.checks.references._scripts.text import ROOT, expanded, looped, without_lists
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._shell import Simple
    from toolkit.documents import Path

__all__ = ["Row", "is_cloud_build", "rows_of", "scripts"]

_PATTERNS = (
    "*.sh",
    "*.bash",
    "Makefile",
    "makefile",
    "GNUmakefile",
    "*.mk",
    "justfile",
    "Justfile",
    ".gitlab-ci.yml",
    "*.gitlab-ci.yml",
    "buildspec*.yml",
    "bitbucket-pipelines.yml",
    "azure-pipelines*.yml",
    "config.yml",
    *TASKS,
)
_PRINTS = ("echo", "printf")
_TESTS = ("[", "[[", "test", "command")
_GIVES_UP = frozenset(
    {"exit", "return", "die", "fail", "error", "err", "abort", "fatal", "error_exit", "log_error", "print_error"}
)
_SETTING = regex(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*(::?=|\?=|\+=|=)[ \t]*([^\n#]{0,500})")
_VALUE = regex(r"\$\((\w+)\)|\$\{(\w+)\}")
_FOLDER = regex(r"""(?:\[|,[ \t]*)working-directory(?:[ \t]*:[ \t]*|\()[ \t]*["']([^"'{}$\n]{1,200})["']""")
"""The attribute by which a recipe of just runs in another folder."""
_FROM_ELSEWHERE = regex(r"\[(?:[^\]\n]{0,200},[ \t]*)?no-cd\b")
"""The attribute by which it runs where just was started."""
_ROUNDS = 3
_SCRIPTS = frozenset({"script", "bash", "commands", "command", "run", "after-script"})
_FOLDERS = ("workingDirectory", "working_directory", "dir")
_SHELLS = ("bash", "sh", "ash", "dash")
_TEXT = regex(r"-[a-z]*c")
_CLOUD_BUILD = regex(r"(?:^|/)cloudbuild[^/]*\.ya?ml$|(?:^|/)\.?cloud-?build/(?:[^/]+/)?[^/]+\.ya?ml$")
_MOST = 500

Plain = tuple[tuple[tuple[str, ...], int, str, int, bool, str], ...]
"""The rows as plain values."""


class Row(NamedTuple):
    """One command.

    Args:
        words: the program and its arguments.
        line: where it stands.
        cwd: where it runs, from the folder in which the script is started, or from the root; empty where that is not known.
        depth: how many conditions and loops enclose it.
        tolerated: whether the script goes on in some other way where it fails.
        after: the operator behind it.
    """

    words: tuple[str, ...]
    line: int
    cwd: str
    depth: int
    tolerated: bool
    after: str


def is_cloud_build(path: str) -> bool:
    """Whether a file is one of Cloud Build, by its name or that of its folder."""
    return _CLOUD_BUILD.search(path) is not None


def scripts(context: Inspection) -> Iterator[str]:
    """The files to report on."""
    yield from context.matching(*_PATTERNS)
    yield from filter(is_cloud_build, context.matching("*.yaml", "*.yml"))


def rows_of(context: Inspection, path: str) -> tuple[Plain, dict[str, tuple[str, ...]]]:
    """The commands of a file, and what its loops go through, as plain values: nothing but its own content is asked."""
    name = posixpath.basename(path).lower()
    try:
        if (parse := parser(path)) is not None:
            return tuple(map(tuple, _of_tasks(path, context.document(path, parse)))), {}  # type: ignore[arg-type]
        if name.endswith((".yml", ".yaml")) and not name.endswith(".gitlab-ci.yml"):
            is_known = name != "config.yml" or path == ".circleci/config.yml"
            return tuple(map(tuple, _of_steps(context.document(path, yaml.parse)))) if is_known else (), {}  # type: ignore[arg-type]
        if name.endswith(".yml"):
            return tuple(map(tuple, _of_pipeline(context.document(path, yaml.parse)))), {}  # type: ignore[arg-type]
        text = context.read(path).decode("utf-8", "replace").replace("\r\n", "\n")
    except Unreadable:
        return (), {}
    folder = posixpath.dirname(path) or "."
    if name.endswith(("makefile", ".mk", "justfile")):
        # A part runs where the Makefile lies that includes it, which its own text does not say.
        home = "." if name.endswith(".mk") else ROOT if folder == "." else f"{ROOT}/{folder}"
        return tuple(map(tuple, _of_recipes(text, home))), {}  # type: ignore[arg-type]
    full = expanded(text, folder)
    return tuple(map(tuple, _rows(full, 1))), looped(full)  # type: ignore[arg-type]


def _rows(text: str, first: int, home: str = "") -> Iterator[Row]:
    """The commands of a shell's text, of which the first line has a number."""
    found = commands(without_lists(text))
    for index, one in enumerate(found):
        if one.words[0] in _PRINTS and not any(word.startswith(">") for word in one.words):
            continue
        cwd = one.cwd if one.cwd is None or not home else path_from(home, one.cwd)
        yield Row(one.words, one.line + first, cwd or "", one.depth, _is_tolerated(found, index), one.after)


def _is_tolerated(found: tuple[Simple, ...], index: int) -> bool:
    """Whether a failure of a command is expected: it is asked about, or something else is done then."""
    one = found[index]
    if one.tested and one.negated and one.words[0].startswith(("./", "../")):
        inner = takewhile(lambda other: other.branches[one.depth - 1 : one.depth] == ("then",), found[index + 1 :])
        return not any(other.words[0] in _GIVES_UP and other.words[1:] != ("0",) for other in inner)
    if (
        one.tested
        or one.negated
        or one.before == "||"
        or any("/dev/null" in word and "2" in word for word in one.words)
    ):
        return True
    if one.before == "&&" and index and found[index - 1].words[0] in _TESTS:
        return True
    if one.after == "||":
        following = [other.words[0] for other in found[index + 1 : index + 3]]
        return following[:1] not in [[word] for word in _GIVES_UP] and "exit" not in following
    return False


def _of_recipes(text: str, home: str) -> Iterator[Row]:
    """Those of a Makefile or justfile, of which every line runs in a shell of its own, in the folder that make is started in.

    A recipe of just that begins with ``#!`` is one script.
    """
    settings: dict[str, list[str]] = {}
    for match in _SETTING.finditer(text):
        settings.setdefault(match[1], []).append(match[3].strip().strip("\"'"))
    known = {name: values[0] for name, values in settings.items() if len(values) == 1 and values[0]}
    held, first = "", 0
    place, attributed, whole = home, False, False
    lines = [*text.split("\n"), "end"]
    for number, line in enumerate(lines[:-1], 1):
        if not held:
            first, whole = number, line.lstrip().startswith("#!")
            if line[:1] not in ("\t", " "):
                if line[:1] not in ("#", ""):  # attributes hold for the recipe that follows them
                    place = place if attributed else home
                    attributed = line.startswith("[")
                if attributed and (folder := _FOLDER.search(line)):
                    yield Row(("cd", folder[1]), number, home, 0, tolerated=False, after="\n")
                    place = path_from(home, folder[1])
                elif attributed and _FROM_ELSEWHERE.match(line):
                    place = ""
                continue
        held += line + "\n"
        if not (lines[number][:1] in ("\t", " ", "") if whole else line.endswith("\\")):
            plain = held.lstrip(" \t")
            ignored = plain[:2].lstrip("@").startswith("-")
            for row in (
                _rows(_filled(plain.lstrip("@-+"), known).replace("$$", "$"), first, place)
                if len(plain) < 8_000
                else ()
            ):
                yield row._replace(tolerated=row.tolerated or ignored, cwd=row.cwd if place else "")
            held = ""


def _filled(text: str, known: dict[str, str]) -> str:
    """A recipe's line with the variables of its file."""
    text = text.replace("$(MAKE)", "make").replace("$(CURDIR)", ".").replace("${CURDIR}", ".")
    for _ in range(_ROUNDS if "$" in text else 0):
        text = _VALUE.sub(lambda match: known.get(match[1] or match[2], match[0]), text)
    return text


def _of_pipeline(document: yaml.Document) -> Iterator[Row]:
    """Those of a pipeline of GitLab, whose jobs begin at the root: before all of them what the file says for all."""
    data = table(document.data)
    shared = [("default", "before_script"), ("before_script",)]
    general = next(((where, value) for where in shared if isinstance(value := document.get(where), (str, list))), None)
    for job, given in data.items():
        own = table(given)
        if job in ("default", "variables", "workflow", "include") or "trigger" in own:
            continue
        parts = [general] if general and "before_script" not in own else []
        parts += [((job, key), own[key]) for key in ("before_script", "script") if key in own]
        yield from _joined(
            document, [((*where, *below), text) for where, value in parts for below, text in strings(value)], ROOT
        )


def _of_steps(document: yaml.Document) -> Iterator[Row]:
    """Those of the pipelines of AWS, Azure, Bitbucket, CircleCI and Google: every text below one of their keys, from the root."""
    stack: list[tuple[Path, Any, str]] = [((), document.data, ROOT)]
    while stack:
        where, value, home = stack.pop()
        if isinstance(value, list):
            # The last is taken first: what a step makes, the next one has.
            stack += reversed([((*where, index), one, home) for index, one in enumerate(value[:_MOST])])
        if not isinstance(value, dict):
            continue
        folder = next((value[key] for key in _FOLDERS if isinstance(value.get(key), str)), "")
        inner = (
            posixpath.normpath(f"{home}/{folder}")
            if folder and not set("$(~") & set(folder)
            else ""
            if folder
            else home
        )
        if inner and isinstance(value.get("name"), str) and "args" in value:
            yield from _of_builder(document, where, value, inner)
        for key, given in value.items():
            if key not in _SCRIPTS or isinstance(given, dict):
                stack.append(((*where, key), given, inner))
            elif inner:
                # One after the other in one shell: ``cd`` of one holds for the next.
                yield from _joined(document, [((*where, key, *below), text) for below, text in strings(given)], inner)
                stack.append(((*where, key), given if isinstance(given, list) else None, inner))


def _of_tasks(path: str, document: Any) -> Iterator[Row]:
    """Those of a file of tasks, of which every script runs in a shell of its own, in the folder of its task."""
    for where, script, folder in task_scripts(path, document.data):
        if "$" not in folder:
            yield from _joined(document, [(where, script)], ROOT if folder == "." else f"{ROOT}/{folder}")


def _of_builder(document: yaml.Document, where: Path, step: dict[str, Any], home: str) -> Iterator[Row]:
    """The commands of a step of Cloud Build: its entry point, or what its image is called after, with the arguments."""
    image = step["name"] if "cloud-builders/" in step["name"] else ""
    program = posixpath.basename(str(step.get("entrypoint", image))).partition(":")[0]
    first, *others = [*strings(step["args"]), ((), "")]
    if program in _SHELLS and _TEXT.fullmatch(first[1]):
        yield from _joined(document, [((*where, "args", *others[0][0]), others[0][1].replace("$$", "$"))], home)
    elif program and others:
        words = (program, first[1], *(text for _, text in others[:-1]))
        yield Row(words, document.position((*where, "args"))[0], home, 0, tolerated=False, after="\n")


def _joined(document: Any, parts: list[tuple[Path, str]], home: str) -> Iterator[Row]:
    """The commands of several texts that run one behind the other."""
    text, numbers = "", []
    for where, script in parts:
        line = document.position(where)[0]
        pieces = script.rstrip("\n").split("\n")
        text += script.rstrip("\n") + "\n"
        numbers += [line + (offset + 1 if len(pieces) > 1 else 0) for offset in range(len(pieces))]
    for row in _rows(text, 0, home):
        yield row._replace(line=numbers[row.line] if row.line < len(numbers) else numbers[-1])
