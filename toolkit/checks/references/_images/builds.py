"""Who builds which Dockerfile from which build context: compose files, commands of scripts, actions of workflows, and blueprints of Render."""

from __future__ import annotations

import posixpath
import re
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._shell import commands
from toolkit.checks._templates import is_of_templates, is_to_fill_in
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.files import all_files
from toolkit.checks.references._compose.sections import built
from toolkit.checks.references._scripts.texts import builds as build_commands
from toolkit.checks.references._scripts.texts import lines
from toolkit.checks.references._scripts.workflow_steps import filled_in, legs, steps_of
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, path_from, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = [
    "Use",
    "asked",
    "composed",
    "documented_elsewhere",
    "is_built_elsewhere",
    "is_for_others",
    "is_part",
    "is_staged",
    "names_context",
    "uses",
]

_FILE_KEY = regex(r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?:file|dockerfile|dockerfilePath|DOCKERFILE)[\"']?[ \t]*[:=]")
_RELEASED = regex(r"(?m)^[ \t]*(?:-[ \t]+)?dockerfile:[ \t]*[\"']?([\w./-]+)")
_RELEASES = regex(r"(?m)^dockers\w*:")
_ACTION = "docker/build-push-action"
_BUILDS = regex(r"\b(?:docker|podman|buildah)\b[^\n]*\bbuild\b")
_VALUE = regex(r"\$\{\{[^{}\n]*\}\}")
_DOCUMENT = regex(r"\.(?:md|mdx|rst)$")
"""What may be out of date."""
_ELSEWHERE = regex(r"\.(?:sh|bash|zsh|ps1|bat|cmd)$")
"""What changes its folder before it builds from ``.``, as often as not."""
_END = regex(r"[&|;>\\]|\d>.*")
_VALUED = """
    -t --tag -f --file --build-arg --target --platform --cache-from --cache-to --label --secret --ssh -o --output --progress
    --network --iidfile --add-host --build-context --builder -m --memory --shm-size --ulimit --metadata-file --attest
    --annotation --no-cache-filter"""
"""Options of ``docker build`` that take a value, separated by blanks."""


@frozen
class Use:
    """A build of a Dockerfile: from which context, who says so, and whether a matrix fills it in."""

    context: str
    source: str
    of_matrix: bool = False


def uses(context: Inspection, path: str) -> tuple[Use, ...]:
    """The builds of a Dockerfile whose context is known for certain."""
    known = _all_uses(context)
    return known.get(path, ())


@once_a_run
def composed(context: Inspection, path: str) -> tuple[str, ...]:
    """The contexts that compose files name for a Dockerfile; where they name none, those for others of its folder."""
    named = list(_composed(context))
    own = [use.context for file, use in named if file == path]
    beside = [use.context for file, use in named if posixpath.dirname(file) == posixpath.dirname(path)]
    return tuple(dict.fromkeys(own or ([] if uses(context, path) else beside)))


@once_a_run
def _all_uses(context: Inspection) -> dict[str, tuple[Use, ...]]:
    """Every build of each Dockerfile."""
    found: dict[str, tuple[Use, ...]] = {}
    for file, use in (
        *_composed(context),
        *_commanded(context),
        *_stepped(context),
        *_acted(context),
        *_deployed(context),
    ):
        found[file] = (*found.get(file, ()), use)
    return found


def _composed(context: Inspection) -> Iterator[tuple[str, Use]]:
    for compose in all_files(context):
        yield from ((build.file, Use(build.folder, compose.path)) for build in built(context, compose))


def _commanded(context: Inspection) -> Iterator[tuple[str, Use]]:
    for command in build_commands(context):
        given, rest = asked(command.words)
        moved = _ELSEWHERE.search(command.source) and posixpath.normpath("".join(rest[:1]) or ".") == "."
        if (
            len(rest) == 1
            and not moved
            and not _DOCUMENT.search(command.source)
            and not set("$(){}") & set(rest[0] + given)
        ):
            for base in dict.fromkeys((command.folder, ".")):
                folder = path_from(base, rest[0])
                file = path_from(base, given) if given else path_from(folder, "Dockerfile")
                if context.is_file(file) and (folder == "." or folder in context.inventory.folders):
                    yield file, Use(folder, command.source)


def _stepped(context: Inspection) -> Iterator[tuple[str, Use]]:
    """Commands of workflows that build in a folder to which their step, or a ``cd`` before them, has led."""
    for path in context.below(".github/workflows"):
        if not path.endswith((".yml", ".yaml")) or not _BUILDS.search(text_of(context, path)):
            continue
        document = context.readable(path, yaml.parse)
        data = document.data if document else None
        for _, job, step in steps_of(data):
            set_in = (step, table(job, "defaults", "run"), table(data, "defaults", "run"))
            home = next((str(one["working-directory"]) for one in set_in if one.get("working-directory")), ".")
            run = step.get("run")
            for one in commands(_VALUE.sub("X", run)) if isinstance(run, str) and _BUILDS.search(run) else ():
                given, rest = asked(one.words)
                here = path_from(home, one.cwd or ".")
                folder = path_from(here, *rest)
                file = path_from(here, given) if given else path_from(folder, "Dockerfile")
                led = one.cwd is not None and here != "." and folder in context.inventory.folders
                if led and len(rest) == 1 and _BUILDS.match(" ".join(one.words)) and context.is_file(file):
                    yield file, Use(folder, path)


def asked(words: tuple[str, ...]) -> tuple[str, list[str]]:
    """The Dockerfile that a ``docker build`` names, and its operands, of which one is the build context."""
    rest, given, skip = [], "", ""
    behind = words[words.index("build") + 1 :] if "build" in words else ()
    for word in takewhile(lambda one: not _END.match(one), behind):
        name, equals, value = word.partition("=")
        if skip or (equals and name in ("-f", "--file")):
            given = (value if equals else word) if skip in ("-f", "--file") or not skip else given
            skip = ""
        elif word in _VALUED.split():
            skip = word
        elif not word.startswith("-") and "=" not in word:  # what stood behind a comma is a value, too
            rest.append(word)
    return given, rest


def _acted(context: Inspection) -> Iterator[tuple[str, Use]]:
    for path in context.below(".github/workflows"):
        if not path.endswith((".yml", ".yaml")) or _ACTION not in text_of(context, path):
            continue
        document = context.readable(path, yaml.parse)
        for _, job, step in steps_of(document.data if document else None):
            given = table(step, "with")
            folder, file = given.get("context", "."), given.get("file")
            if not str(step.get("uses")).startswith(_ACTION) or not isinstance(folder, str):
                continue
            for leg in legs(job) if "matrix." in f"{folder}{file}" else ({},):
                home = posixpath.normpath(filled_in(folder, leg))
                name = filled_in(file, leg) if isinstance(file, str) else posixpath.join(home, "Dockerfile")
                if "$" not in f"{home}{name}":
                    yield posixpath.normpath(name), Use(home, path, bool(leg))


def _deployed(context: Inspection) -> Iterator[tuple[str, Use]]:
    """The services of blueprints of Render, which count both paths from the root, or from the folder that they name for it."""
    for path in context.inventory.named("render.yaml", "render.yml"):
        document = context.readable(path, yaml.parse)
        for service in listed(table(document.data).get("services")) if document else ():
            told = table(service)
            if str(told.get("runtime", told.get("env"))) == "docker" and not told.get("image"):
                root = str(told.get("rootDir") or ".")
                file = path_from(root, str(told.get("dockerfilePath") or "Dockerfile"))
                yield file, Use(path_from(root, str(told.get("dockerContext") or ".")), path)


def is_built_elsewhere(context: Inspection, path: str) -> bool:
    """Whether scripts, workflows or tools build the Dockerfile too, from a context that is not known."""
    name = posixpath.basename(path)
    plain = name in ("Dockerfile", "Containerfile")
    folder = posixpath.dirname(path)
    known = {use.source for use in uses(context, path)}
    for command in build_commands(context):
        text = " ".join(command.words)
        if command.source in known or (known and _DOCUMENT.search(command.source)):
            continue
        if path in text or (not plain and name in text) or (folder and folder in text):
            return True
        if plain and command.folder == (folder or "."):
            return True
        # A command that runs in a folder above names the last parts of the path.
        if any("/" in word and path.endswith(f"/{word.removeprefix('./')}") for word in command.words):
            return True
    tail = path if plain else name
    return any(
        tail in line and source not in known and not (known and _DOCUMENT.search(source))
        for source, line in _file_keys(context)
    )


def documented_elsewhere(context: Inspection, path: str) -> str:
    """The folder from which a page beside a Dockerfile builds it and that no clone of this repository has; empty for none.

    A file that was copied from another repository brings its page along.
    """
    home = posixpath.dirname(path)
    for command in build_commands(context):
        given, rest = asked(command.words)
        beside = posixpath.dirname(command.source) == home and _DOCUMENT.search(command.source)
        plain = not set("$(){}<>") & set(given + "".join(rest[:1]))
        if beside and plain and posixpath.basename(given) == posixpath.basename(path) and "/" in given:
            first = posixpath.normpath(given).partition("/")[0]
            if first != ".." and not any(first in one.split("/") for one in context.inventory.folders):
                return posixpath.dirname(given)
    return ""


def is_for_others(context: Inspection, path: str) -> bool:
    """Whether a Dockerfile is a template for the apps of others, or a releaser puts its context together: that is not known."""
    if uses(context, path):
        return False
    if path in _released(context):
        return True
    return is_to_fill_in(context, path) or (is_of_templates(context, path) and not is_built_elsewhere(context, path))


@once_a_run
def _released(context: Inspection) -> frozenset[str]:
    """The Dockerfiles that GoReleaser builds from a folder of its own, of the programs that it has made and what they name besides."""
    found: set[str] = set()
    for path in context.matching(".goreleaser*.yml", ".goreleaser*.yaml", "goreleaser*.yml", "goreleaser*.yaml"):
        text = text_of(context, path, errors="replace")
        named = _RELEASED.findall(text) or (["Dockerfile"] if _RELEASES.search(text) else [])
        found |= {path_from(home, name) for home in (".", posixpath.dirname(path) or ".") for name in named}
    return frozenset(found)


def is_staged(context: Inspection, path: str) -> bool:
    """Whether a command builds the Dockerfile from a folder that a variable names, into which it may have put anything."""
    name = posixpath.basename(path)
    own = path if name in ("Dockerfile", "Containerfile") else name
    for command in build_commands(context):
        given, rest = asked(command.words)
        if f"/{given}".endswith(f"/{own}") and "$" in f"{given}{rest[:1]}":
            return True
    return False


@once_a_run
def _file_keys(context: Inspection) -> tuple[tuple[str, str], ...]:
    """The lines of scripts that name a file by a key, each with its script."""
    return tuple(lines(context, _FILE_KEY, "file", "FILE"))


def is_part(context: Inspection, path: str) -> bool:
    """Whether a script joins a Dockerfile with others, so that it need not have the stages that it names."""
    name = posixpath.basename(path)
    needle = re.compile(rf"\bcat\b[^\n]{{0,300}}(?<![\w.-]){re.escape(name)}(?![\w.-])")
    return any(True for _ in lines(context, needle, name))


def names_context(context: Inspection, name: str) -> bool:
    """Whether a compose file or a command gives builds another context of a name, which stands for a stage."""
    given = (
        table(one, "build", "additional_contexts")
        for compose in all_files(context)
        for one in compose.services.values()
    )
    if any(name in one for one in given):
        return True
    needle = re.compile(r"--build-context[ =]\S|(?m:^[ \t]*build-contexts:)|\bcontexts[ \t]*=")
    return any(True for _ in lines(context, needle, "build-context", "contexts"))
