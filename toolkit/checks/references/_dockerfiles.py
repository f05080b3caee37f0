"""Dockerfiles, the build contexts they are used with, and what ``.dockerignore`` leaves out."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks.references._compose import all_files
from toolkit.checks.references._compose import builds as compose_builds
from toolkit.checks.references._repair import mapping, remembered
from toolkit.checks.references._scripts import builds as build_commands
from toolkit.checks.references._scripts import lines
from toolkit.context import Unreadable
from toolkit.documents import dockerfile
from toolkit.roles import glob_expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = [
    "Use",
    "bound",
    "dockerfiles",
    "ignored_by",
    "is_built_elsewhere",
    "is_listed",
    "names_context",
    "read",
    "uses",
]

PATTERNS = ("Dockerfile", "Dockerfile.*", "Dockerfile-*", "*.Dockerfile", "*.dockerfile", "Containerfile", "dockerfile")
_NOT = (
    ".dockerignore",
    ".md",
    ".tmpl",
    ".j2",
    ".tpl",
    ".template",
    ".jinja",
    ".erb",
    ".in",
    ".sh",
    ".py",
    ".ts",
    ".js",
    ".backup",
    ".bak",
    ".old",
    ".orig",
    ".disabled",
    ".example",
    ".sample",
)
_MOUNT = re.compile(r"--mount=(\S+)")
_FILE_KEY = re.compile(r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?:file|dockerfile|dockerfilePath|DOCKERFILE)[\"']?[ \t]*[:=]")


@dataclass(frozen=True, slots=True)
class Use:
    """A build of a Dockerfile: from which context, and who says so."""

    context: str
    source: str


def dockerfiles(context: Inspection) -> Iterator[str]:
    """The Dockerfiles to report on."""
    for path in context.matching(*PATTERNS):
        if not path.endswith(_NOT) and path not in context.inventory.links:
            yield path


def read(context: Inspection, path: str) -> dockerfile.Document | None:
    """A Dockerfile; ``None`` where it cannot be read, or is a template or a Windows image."""
    try:
        if b"{{" in context.read(path) or b"<%" in context.read(path):
            return None
        return context.document(path, dockerfile.parse)
    except Unreadable:
        return None


def uses(context: Inspection, path: str) -> tuple[Use, ...]:
    """The builds of a Dockerfile that compose files say for certain."""

    def make() -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = {}
        for compose in all_files(context):
            for build in compose_builds(compose):
                if "$" in build.context or build.is_inline:
                    continue
                for base in dict.fromkeys((compose.folder, ".")):
                    folder = posixpath.normpath(posixpath.join(base, build.context))
                    file = posixpath.normpath(posixpath.join(folder, build.dockerfile or "Dockerfile"))
                    if context.is_file(file):
                        found.setdefault(file, []).append(Use(folder, compose.path))
                        break
        return found

    known: dict[str, list[Use]] = remembered(context, "references.uses", make)
    return tuple(known.get(path, ()))


def bound(context: Inspection, path: str, document: dockerfile.Document) -> Iterator[dockerfile.Copy]:
    """What ``RUN --mount`` binds from the build context, as if it were copied."""
    try:
        lines = context.read(path).decode("utf-8", "replace").splitlines()
    except Unreadable:
        return
    for item in document.instructions:
        for number in range(item.line, item.end_line + 1) if item.name == "RUN" and "mount" in item.flags else ():
            for match in _MOUNT.finditer(lines[number - 1] if number <= len(lines) else ""):
                parts = dict(part.partition("=")[::2] for part in match[1].split(","))
                source = parts.get("source", parts.get("src", ""))
                if parts.get("type", "bind") == "bind" and "from" not in parts and source:
                    yield dockerfile.Copy((source,), parts.get("target", ""), "", number, item)


def names_context(context: Inspection, name: str) -> bool:
    """Whether a compose file or a command gives builds another context of a name, which stands for a stage."""
    given = (
        mapping(mapping(one.get("build")).get("additional_contexts"))
        for compose in all_files(context)
        for one in compose.services.values()
    )
    if any(name in one for one in given):
        return True
    needle = re.compile(r"--build-context[ =]\S|(?m:^[ \t]*build-contexts:)|\bcontexts[ \t]*=")
    return any(True for _ in lines(context, needle, "build-context", "contexts"))


def is_built_elsewhere(context: Inspection, path: str) -> bool:
    """Whether scripts, workflows or tools build the Dockerfile too, from a context that is not read here."""
    name = posixpath.basename(path)
    plain = name in ("Dockerfile", "Containerfile")
    folder = posixpath.dirname(path)
    for command in build_commands(context):
        text = " ".join(command.words)
        if path in text or (not plain and name in text) or (folder and folder in text):
            return True
        if plain and command.folder == (folder or "."):
            return True
    tail = path if plain else name
    named: tuple[str, ...] = remembered(
        context, "references.file_keys", lambda: tuple(line for _, line in lines(context, _FILE_KEY, "file", "FILE"))
    )
    return any(tail in line for line in named)


def is_listed(context: Inspection, path: str) -> bool:
    """Whether a path or a match of a glob is on this disk; cheaper than a verdict."""
    if "*" not in path and "?" not in path and "[" not in path:
        return path in context.inventory.files or path in context.inventory.folders
    fixed = posixpath.dirname(re.split(r"[*?\[]", path, maxsplit=1)[0] + "x") or "."
    expression = glob_expression(path)
    return any(expression.fullmatch(item) for item in context.below(fixed))


def ignored_by(context: Inspection, folder: str, file: str, source: str) -> str:
    """The pattern of the context's ``.dockerignore`` that leaves a source out; empty if none does."""
    for name in (f"{file}.dockerignore", posixpath.normpath(posixpath.join(folder, ".dockerignore"))):
        if context.is_file(name):
            try:
                text = context.read(name).decode("utf-8", "replace")
            except Unreadable:
                return ""
            return _last_match(text, posixpath.normpath(source))
    return ""


def _last_match(text: str, source: str) -> str:
    hit = ""
    parts = source.split("/")
    ancestors = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    for line in text.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        keep = pattern.startswith("!")
        clean = posixpath.normpath(pattern.removeprefix("!").strip().lstrip("/") or ".")
        expression = glob_expression(clean)
        if any(expression.fullmatch(item) for item in ancestors) or (clean == "." and source):
            hit = "" if keep else pattern
        elif keep and clean.startswith(f"{source}/"):
            hit = ""  # something within the folder is taken back in
    return hit
