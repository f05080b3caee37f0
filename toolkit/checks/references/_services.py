"""Which container of a manifest and which service of a compose file are one program, and where its code lies."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._compose.files import Compose, all_files
from toolkit.checks.references._compose.sections import built
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.names import dockerfile_of, name_of
from toolkit.checks.references._images.stages import final
from toolkit.checks.references._kubernetes.pods import Container, containers, pods
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["CODE", "RECKONED", "Program", "code_ports", "environment", "exposed", "programs", "sources"]

CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".py", ".go", ".rs", ".rb", ".java", ".kt", ".cs", ".php")
RECKONED = regex(r"PORT[A-Z_]*\)? [+-] (\d{1,4})\b")
"""A port that code makes of another one, with the step."""
_PORT = regex(
    r"""\bPORT\b["']?\]?\s*\)?\s*(?:\?\?|\|\||:-|,(?!\s*1[06]\s*\))|or)\s*["']?(\d{2,5})\b
    |\bPORT\b\s*:\s*(?:z\.|\w+\()[^\n]{0,120}?\bdefault(?:\(|:)\s*["']?(\d{2,5})\b
    |\bPORT\b\s*\?[^:\n]{0,80}:\s*(\d{2,5})\b
    |\bPORT["']\s*\)[^;]{0,160}?\bunwrap_or(?:_else)?\(\s*(?:\|\w*\|\s*)?["']?(\d{2,5})\b
    |\.listen\(\s*(?:\{[^{}\n]{0,80}?\bport:\s*)?(\d{2,5})\s*[,)}]
    |\b(?:ListenAndServe|Listen|Run|Start|bind|serve)\(\s*["'](?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\])?:(\d{2,5})["']
    |\bbind\(\s*\(\s*["'][\d.]+["']\s*,\s*(\d{2,5})\b
    |\b(?:uvicorn|app|socketio)\.run\([^\n]{0,200}?\bport\s*=\s*(\d{2,5})\b
    |\b(?:DEFAULT_|SERVER_|HTTP_|LISTEN_|APP_)?PORT\s*(?::\s*\w+\s*)?=\s*(\d{2,5})\b
    |\bserve\(\s*\{\s*port:\s*(\d{2,5})\b""",
    re.VERBOSE,
)
_SPRING = regex(
    r"""^server\.port[ \t]*[=:][ \t]*(?:\$\{\w+:)?(\d{2,5})\b
    |^server:[ \t]*\n(?:[ \t]+[^\n]*\n){0,20}?[ \t]+port:[ \t]*["']?(?:\$\{\w+:)?(\d{2,5})\b""",
    re.VERBOSE | re.MULTILINE,
)
_SETTINGS = regex(r"(?:^|/)src/main/resources/application\.(?:ya?ml|properties)$")
_HINTS = ("PORT", "isten", "Run(", ".run(", "Start(", "bind(", "erve(")
"""Of these every line that names a port has one."""
_HINTED = tuple(word.encode() for word in _HINTS)
_OF_TESTS = regex(r"[/._](?:(?<=/)(?:tests?|__tests__|spec|examples?|scripts)/|(?<!/)(?:test|spec)\.)")
"""In a path that begins with a slash."""
_LONGEST = 500
_MOST_FILES = 300
_LARGEST = 300_000


@dataclass
class Program:
    """One program of the repository: the folder of its Dockerfile, and who runs it."""

    folder: str
    dockerfile: str
    services: list[tuple[Compose, str]] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)


@once_a_run
def programs(context: Inspection) -> tuple[Program, ...]:
    """Every folder with a Dockerfile that compose files or manifests run."""
    return tuple(_programs(context))


def _programs(context: Inspection) -> list[Program]:
    found: dict[str, Program] = {}
    images: dict[str, list[str]] = {}
    for compose in all_files(context):
        for build in built(context, compose):
            file = build.file
            if build.target:
                continue
            program = found.setdefault(file, Program(posixpath.dirname(file) or ".", file))
            program.services.append((compose, build.service))
            image = compose.services[build.service].get("image")
            if isinstance(image, str):
                images.setdefault(name_of(image), []).append(file)
    for pod in pods(context):
        for container in containers(pod):
            image = container.data.get("image")
            file = dockerfile_of(context, image, images) if isinstance(image, str) else ""
            if file:
                found.setdefault(file, Program(posixpath.dirname(file) or ".", file)).containers.append(container)
    return [found[key] for key in sorted(found)]


def environment(value: Any) -> dict[str, Any]:
    """The variables of a compose service: in the form of a mapping or of a list."""
    if isinstance(value, dict):
        return dict(value)
    pairs = (str(item).partition("=") for item in listed(value))
    return {name: text if equals else None for name, equals, text in pairs}


def exposed(context: Inspection, path: str) -> dict[int, int]:
    """Ports of EXPOSE in the last stage of a Dockerfile and those it begins from, to their lines."""
    document = read(context, path)
    found: dict[int, int] = {}
    for item in final(document) if document is not None else ():
        if item.name == "EXPOSE":
            for word in item.words:
                number = word.partition("/")[0]
                if number.isdigit():
                    found[int(number)] = item.line
    return found


@once_a_run
def sources(context: Inspection, folder: str) -> tuple[str, ...]:
    """The code of a folder without that of other images below it; nothing where there is more than a service would have."""
    if folder == ".":
        return ()
    inner = tuple(f"{one}/" for one in _image_folders(context) if one.startswith(f"{folder}/"))
    below = context.below(folder)
    found = (path for path in below if path.endswith(CODE) or ("src/main/" in path and _SETTINGS.search(path)))
    paths = [path for path in found if not path.startswith(inner)]
    return tuple(filter(context.inventory.tracked_set.__contains__, paths)) if len(paths) <= _MOST_FILES else ()


@once_a_run
def _image_folders(context: Inspection) -> tuple[str, ...]:
    """The folders that have a Dockerfile of their own."""
    return tuple({posixpath.dirname(path) for path in context.inventory.named("Dockerfile")})


def _listens_in(context: Inspection, path: str) -> tuple[tuple[int, int], ...]:
    """The ports that one source listens on, each with its line; 0 for one that it reckons from another."""
    content = context.content(path) or b""
    if path.endswith(CODE) and not any(hint in content for hint in _HINTED):
        return ()
    text = text_of(context, path, _LARGEST, errors="replace")
    found: dict[int, int] = {}
    if _SETTINGS.search(path):
        hits = ((int(match[1] or match[2]), match.end()) for match in _SPRING.finditer(text))
        return tuple((port, line_at(text, end)) for port, end in hits)
    if reckoned := RECKONED.search(text):
        return ((0, line_at(text, reckoned.start())),)
    for begin in sorted(set(_lines_with(text, _HINTS))):
        end = text.find("\n", begin)
        if text[begin:end].endswith(('PORT")', 'PORT").ok()')):  # Rust says its default in the lines below
            end = text.find(";", end)
        for match in _PORT.finditer(text, begin, min(len(text) if end < 0 else end, begin + _LONGEST)):
            found.setdefault(int(match[match.lastindex or 1]), line_at(text, begin))
    return tuple(found.items())


def _lines_with(text: str, words: tuple[str, ...]) -> Iterator[int]:
    """Where the lines begin that hold one of the words; an expression alone would take ten times as long."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            at = text.find(word, end) if end >= 0 else -1


@once_a_run
def code_ports(context: Inspection, folder: str) -> dict[int, tuple[str, int]]:
    """The ports that the code of a folder listens on unless told otherwise, each with a file and line that says so."""
    found: dict[int, tuple[str, int]] = {}
    for path in sources(context, folder):
        if not _OF_TESTS.search(f"/{path}"):
            for port, line in context.fact(_listens_in, path):
                found.setdefault(port, (path, line))
    return {} if 0 in found else found
