"""Versions that manifests demand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain._said import Said
from toolkit.checks.toolchain._tools import NUMBERS, named
from toolkit.documents import gomod, jsonc, toml, yaml
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["LOCK", "WANTED", "said"]

_RUST_VERSIONS: tuple[tuple[str, ...], ...] = (("package", "rust-version"), ("workspace", "package", "rust-version"))
_REQUIRED = regex(r'(?m)^[^\S\n]*required_version\s*=\s*"([^"]+)"')


LOCK = "version of the lock"
"""What a lock of Cargo demands."""
WANTED = "wanted by "
"""What the place of a version begins with that a package of the lock asks for."""
_PROGRAM = r"(?P<name>next|vite|astro|wrangler|@angular/cli)"
_NODE = regex(r"\"?engines\"?: \{\s*\"?node\"?: (?P<mark>[\"'])(?P<spec>[^\"'\n]+)(?P=mark)")
_REFUSING = {
    "package-lock.json": regex(
        rf'(?s)\n    "node_modules/{_PROGRAM}": \{{\s*"version": "(?P<version>[^"]+)".*?\n    \}}'
    ),
    "pnpm-lock.yaml": regex(rf"\n  '?/?{_PROGRAM}[@/](?P<version>\d[\w.-]*)[^\n]*:\n(?:    [^\n]*\n)+"),
}
"""The locked programs that look at the version of Node.js as they start, and stop at one that is too old."""
_LOCKED = regex(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*version[ \t]*=[ \t]*([34])\b")
_READERS = {b"3": ">=1.47", b"4": ">=1.78"}
"""The first Rust that reads a lock of each version."""
_FLUTTER = dict(
    zip(
        ("2.17", "2.18", "2.19", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10"),
        ("3.0", "3.3", "3.7", "3.10", "3.13", "3.16", "3.19", "3.22", "3.24", "3.27", "3.29", "3.32", "3.35", "3.38"),
        strict=True,
    )
)
"""The first Flutter that brings each Dart."""
_LEAST = regex(r"(?:\^|>=[ \t]*)(\d+\.\d+)(?:\.\d+)?(?=[ \t]*(?:<|$))")
_HEAD = 500
"""Bytes of a lock in which its version stands."""


def said(context: Inspection) -> Iterator[Said]:
    """What manifests say."""
    for read in (_rust, _cargo_lock, _package_json, _refusing, _python, _go, _terraform, _pubspec):
        yield from read(context)


def _rust(context: Inspection) -> Iterator[Said]:
    for path, document in context.documents(named(context, "Cargo.toml"), toml.parse):
        for at in _RUST_VERSIONS:
            value = document.get(at)
            if isinstance(value, str):
                yield Said("rust", f">={value}", path, document.line(at), folder_of(path), "range", "rust-version")


def _cargo_lock(context: Inspection) -> Iterator[Said]:
    """Locks, which Cargo before some version refuses to read."""
    for path in named(context, "Cargo.lock"):
        if found := _LOCKED.match((context.content(path) or b"")[:_HEAD]):
            line = found[0].count(b"\n") + 1
            yield Said("rust", _READERS[found[1]], path, line, folder_of(path), "range", LOCK)


def _package_json(context: Inspection) -> Iterator[Said]:
    for path, document in context.documents(named(context, "package.json"), jsonc.parse):
        if isinstance(document.data, dict):
            yield from _of_package(path, document)


def _of_package(path: str, document: jsonc.Document) -> Iterator[Said]:
    folder = folder_of(path)
    for name, value in table(document.data, "engines").items():
        if name in ("node", *JAVASCRIPT_MANAGERS) and isinstance(value, str) and value.strip() not in ("", "*"):
            line = document.line(("engines", name))
            yield Said(name, value.strip(), path, line, folder, "range", f"engines.{name}")
    for name, value in table(document.data, "volta").items():
        if name in ("node", *JAVASCRIPT_MANAGERS) and isinstance(value, str):
            yield Said(name, value, path, document.line(("volta", name)), folder, "file", f"volta.{name}")
    field = document.data.get("packageManager")
    if isinstance(field, str) and "@" in field:
        name, _, version = field.partition("@")
        if name in JAVASCRIPT_MANAGERS and NUMBERS.fullmatch(version.partition("+")[0]):
            spec = version.partition("+")[0]
            yield Said(name, spec, path, document.line(("packageManager",)), folder, "file", "packageManager")
    for key in ("runtime", "packageManager"):
        value = table(document.data, "devEngines").get(key)
        if isinstance(value, dict) and isinstance(value.get("version"), str) and isinstance(value.get("name"), str):
            line = document.line(("devEngines", key, "version"))
            yield Said(value["name"], value["version"], path, line, folder, "range", f"devEngines.{key}")


def _refusing(context: Inspection) -> Iterator[Said]:
    """What programs that a package asks for itself want of Node.js, by its lock."""
    for path in named(context, *_REFUSING):
        folder = folder_of(path)
        document = context.readable(inside(folder, "package.json"), jsonc.parse)
        wanted = {**table(document.data, "dependencies"), **table(document.data, "devDependencies")} if document else {}
        text = text_of(context, path) if wanted else ""
        for found in _REFUSING[path.rpartition("/")[2]].finditer(text):
            node = _NODE.search(found[0]) if found["name"] in wanted else None
            if node is not None:
                line, what = line_at(text, found.start() + 1), f"{WANTED}{found['name']} {found['version']}"
                yield Said("node", node["spec"], path, line, folder, "range", what)


def _python(context: Inspection) -> Iterator[Said]:
    places = (
        ("python", ("project", "requires-python")),
        ("python", ("tool", "poetry", "dependencies", "python")),
        ("uv", ("tool", "uv", "required-version")),
        ("poetry", ("tool", "poetry", "requires-poetry")),
    )
    for path, document in context.documents(named(context, "pyproject.toml"), toml.parse):
        for tool, at in places:
            value = document.get(at)
            if isinstance(value, str) and value.strip() not in ("", "*"):
                yield Said(tool, value.strip(), path, document.line(at), folder_of(path), "range", ".".join(at[-2:]))
    for path, document in context.documents(named(context, "Pipfile"), toml.parse):
        for key in ("python_version", "python_full_version"):
            value = document.get(("requires", key))
            if isinstance(value, str):
                yield Said("python", value, path, document.line(("requires", key)), folder_of(path), "file", key)
    for path in named(context, "setup.py", "setup.cfg"):
        text = text_of(context, path)
        found = re.search(r"""(?m)^[^\S\n]*python_requires\s*=\s*["']?([<>=!~\d., *]+)""", text)
        if found:
            line = line_at(text, found.start(1))
            yield Said("python", found[1].strip(" ,"), path, line, folder_of(path), "range", "python_requires")


def _go(context: Inspection) -> Iterator[Said]:
    """The line ``go`` alone: what ``toolchain`` says is taken where it can be had, and an older go that may build, does."""
    for path, document in context.documents(named(context, "go.mod", "go.work"), gomod.parse):
        if re.fullmatch(r"\d+\.\d+(\.\d+)?", document.go):
            yield Said("go", f">={document.go}", path, document.line("go"), folder_of(path), "range", "go")


def _pubspec(context: Inspection) -> Iterator[Said]:
    """The Flutter that a package wants, by its number or by the Dart that comes with it; pub looks at the lower bound alone."""
    for path, document in context.documents(named(context, "pubspec.yaml"), yaml.parse):
        wanted = table(document.data, "environment")
        for key in ("flutter", "sdk"):
            found = _LEAST.match(str(wanted.get(key, "")).strip())
            least = (found[1] if key == "flutter" else _FLUTTER.get(found[1], "")) if found else ""
            if least and "flutter" in table(document.data, "dependencies"):
                line, what = document.line(("environment", key)), f"environment.{key} {wanted[key]}"
                yield Said("flutter", f">={least}", path, line, folder_of(path), "range", what)


def _terraform(context: Inspection) -> Iterator[Said]:
    names = [name for name in context.inventory.by_name if name.endswith(".tf")]
    for path in named(context, *names):
        text = text_of(context, path)
        for found in _REQUIRED.finditer(text):
            line = line_at(text, found.start(1))
            yield Said("terraform", found[1], path, line, folder_of(path), "range", "required_version")
