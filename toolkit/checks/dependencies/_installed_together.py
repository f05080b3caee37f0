"""Requirements of Python that one image, job, script or README installs into one environment, and that exclude each other."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._shell import commands
from toolkit.checks._texts import line_at, text_of
from toolkit.documents import dockerfile, requirements, toml
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.installs import fences, is_dockerfile, jobs
from toolkit.packages import normalized
from toolkit.places import folder_of, inside, join, table, texts
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Clash", "clashes"]

_PIP = regex(r"pip[\d.]*")
_READS = ("-r", "--requirement", "-c", "--constraint")
_ELSEWHERE = regex(r"(?:-t|--target|--prefix|--root|--python)(?:=.*)?")
_VENV = regex(r"-m[ ]venv\b|\bvirtualenv[ ]|\buv[ ]venv\b|\bconda[ ]create\b")
_FILES = regex(
    r"(?i).*requirements?.*\.(?:txt|in)|(?:base|common|dev|development|test|tests|prod|production|local|ci)\.(?:txt|in)"
)
_LARGEST = 200_000


class Asked(NamedTuple):
    """A package in a range of versions, and where that stands."""

    name: str
    spec: str
    path: str
    line: int


class Clash(NamedTuple):
    """Two files that exclude each other.

    Args:
        first, second: the first package of theirs that no version serves; the second is installed later.
        others: further packages.
        places: what installs both.
        refused: one command asks for both, which pip refuses; else the later one replaces the other.
    """

    first: Asked
    second: Asked
    others: tuple[str, ...]
    places: tuple[str, ...]
    refused: bool


class _Command(NamedTuple):
    """What one command installs: manifests; and into which environment, by the folder of its program."""

    paths: tuple[str, ...]
    environment: str


def clashes(context: Inspection) -> Iterator[Clash]:
    """Every pair of files whose requirements exclude each other, where something installs both."""
    named = [name for name in context.inventory.by_name if _FILES.fullmatch(name)]
    if len([*context.inventory.named(*named, "pyproject.toml")]) < 2:
        return  # one manifest clashes with none
    pairs: dict[tuple[str, str], list[tuple[Asked, Asked, str, bool]]] = {}
    for place, together in _environments(context, named):
        asked = [(number, one) for number, command in enumerate(together) for path in command.paths
                 for one in _asked(context, path, set())]  # fmt: skip
        by_name: dict[str, dict[Asked, int]] = {}
        for number, one in asked:
            by_name.setdefault(one.name, {}).setdefault(one, number)
        for items in by_name.values():
            for (first, mine), (second, theirs) in combinations(items.items(), 2):
                if _exclude(first.spec, second.spec):
                    pairs.setdefault((first.path, second.path), []).append((first, second, place, mine == theirs))
    for found in pairs.values():
        first, second, _, _ = found[0]
        others = dict.fromkeys(one.name for one, _, _, _ in found if one.name != first.name)
        places = dict.fromkeys(place for _, _, place, _ in found)
        yield Clash(first, second, tuple(others), tuple(places), any(refused for *_, refused in found))


def _exclude(first: str, second: str) -> bool:
    try:
        return not overlap(first, second)
    except ConfigurationError:
        return False


def _asked(context: Inspection, path: str, seen: set[str]) -> Iterator[Asked]:
    """What a manifest asks for in any environment, and what it includes."""
    if path in seen or not context.is_file(path):
        return
    seen.add(path)
    if path.endswith(".toml"):
        yield from _of_project(context, path)
        return
    if (listed := context.readable(path, requirements.parse)) is None:
        return
    yield from (
        Asked(normalized(one.name), one.specifier, path, one.line) for one in listed.requirements if _is_plain(one)
    )
    for option in listed.includes:
        if (other := join(folder_of(path), option.value)) is not None:
            yield from _asked(context, other, seen)


def _of_project(context: Inspection, path: str) -> Iterator[Asked]:
    if (document := context.readable(path, toml.parse)) is None:
        return
    for number, text in enumerate(texts(table(document.data, "project").get("dependencies"))):
        for one in requirements.parse(text).requirements:
            if _is_plain(one):
                line = document.line(("project", "dependencies", number))
                yield Asked(normalized(one.name), one.specifier, path, line)


def _is_plain(one: requirements.Requirement) -> bool:
    """Whether it is a range of versions that holds wherever the file is installed."""
    return bool(one.specifier) and not one.marker and not one.url


def _environments(context: Inspection, named: Iterable[str]) -> Iterator[tuple[str, list[_Command]]]:
    """Each place with the commands that install into one environment of its, in their order."""
    for path in sorted(context.inventory.named(*named)):
        document = context.readable(path, requirements.parse)
        if document and document.includes:
            yield path, [_Command((path,), "")]
    for place, found in (*_of_jobs(context), *_of_images(context), *_of_texts(context)):
        for environment in dict.fromkeys(one.environment for one in found):
            yield place, [one for one in found if one.environment == environment]


def _of_jobs(context: Inspection) -> Iterator[tuple[str, list[_Command]]]:
    for path, document, steps in jobs(context, context.named):
        found: list[_Command] = []
        text = "\n".join(run for _, _, run in steps)
        if "pip" not in text or len(_VENV.findall(text)) > 1:
            continue
        for folder, place, run in steps:
            if document.get((*place[:-1], "if")) is None:
                found += _commands(context, run, folder)
        if found:
            yield f"{path}:{document.line(steps[0][1])}", found


def _of_images(context: Inspection) -> Iterator[tuple[str, list[_Command]]]:
    names = [name for name in context.inventory.by_name if is_dockerfile(name)]
    for path, document in context.documents(sorted(context.inventory.named(*names)), dockerfile.parse):
        copies = [one for one in document.copies() if not one.origin]
        stages: dict[str, list[_Command]] = {}

        def found_in(name: str, path: str = path, copies: list[dockerfile.Copy] = copies) -> str | None:
            return _copied(context, path, name, copies)

        for stage in document.stages:
            found = list(stages.get(stage.image, ()))
            for item in stage.instructions:
                if item.name == "RUN" and "pip" in item.value:
                    found += _commands(context, item.value, ".", found_in)
            stages[stage.name or str(stage.line)] = found
            if found:
                yield f"{path}:{stage.line}", found


def _copied(context: Inspection, path: str, name: str, copies: Iterable[dockerfile.Copy]) -> str | None:
    """The file of the repository that a name within an image means; ``None`` if it is not one alone."""
    last = name.rpartition("/")[2]
    sources = [
        source
        for one in copies
        for source in one.sources
        if last in (source.rpartition("/")[2], one.target.rpartition("/")[2] if len(one.sources) == 1 else "")
    ]
    hits = {
        place
        for source in sources or [name.lstrip("/")]
        for base in (folder_of(path), ".")
        if (place := join(base, source)) is not None and context.is_file(place)
    }
    return hits.pop() if len(hits) == 1 else None


def _of_texts(context: Inspection) -> Iterator[tuple[str, list[_Command]]]:
    """Scripts, each as a whole, and READMEs, fence by fence."""
    scripts = [name for name in context.inventory.by_name if name.endswith(".sh")]
    for path in sorted(context.inventory.named(*scripts)):
        text = text_of(context, path, _LARGEST)
        if "pip" in text and len(_VENV.findall(text)) < 2 and (found := _commands(context, text, folder_of(path))):
            yield path, found
    for path, text, offset in fences(context, context.named):
        if "pip" in text and len(_VENV.findall(text)) < 2 and (found := _commands(context, text, folder_of(path))):
            yield f"{path}:{line_at(text_of(context, path), offset)}", found


def _commands(
    context: Inspection, script: str, folder: str, found_in: Callable[[str], str | None] | None = None
) -> list[_Command]:
    """The installs of a script that certainly run, with the manifests that they read."""
    found: list[_Command] = []
    for one in commands(script) if "install" in script else ():
        at = next((n for n, word in enumerate(one.words) if word == "install" and n and _is_pip(one.words[n - 1])), 0)
        if not at or one.depth or one.cwd is None or any(_ELSEWHERE.fullmatch(word) for word in one.words):
            continue
        program = one.words[at - 3] if one.words[at - 2] == "-m" and at > 2 else one.words[at - 1]
        base = join(folder, one.cwd)
        names = list(_manifests(one.words[at + 1 :]))
        places = [found_in(name) if found_in else join(base, name) if base else None for name in names]
        paths = tuple(dict.fromkeys(place for place in places if place is not None and context.is_file(place)))
        if paths:
            found.append(_Command(paths, program.rpartition("/")[0]))
    return found


def _is_pip(word: str) -> bool:
    return _PIP.fullmatch(word.rpartition("/")[2]) is not None


def _manifests(words: tuple[str, ...]) -> Iterator[str]:
    """Files that an install reads: requirements, constraints, and the projects that it installs by their folder."""
    for number, word in enumerate(words):
        before = words[number - 1] if number else ""
        name, _, value = word.partition("=")
        if before in _READS:
            yield word
        elif name in _READS and value:
            yield value
        elif word.startswith("-r") and len(word) > 2 and not word.startswith("--"):
            yield word[2:]
        elif re.match(r"\.{1,2}(?:/|\[|$)", word):
            yield inside(word.partition("[")[0].rstrip("/"), "pyproject.toml")
