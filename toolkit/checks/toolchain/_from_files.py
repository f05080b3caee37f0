"""Versions in files made to pin, and in manifests."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from toolkit.checks.toolchain._said import Said
from toolkit.context import Unreadable
from toolkit.documents import gomod, jsonc, toml
from toolkit.places import folder_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["canonical", "said", "text_of"]

_NAMES = {
    "nodejs": "node",
    "golang": "go",
    "python3": "python",
    "rustc": "rust",
    "solana-cli": "solana",
    "agave": "solana",
    "anchor-cli": "anchor",
}
_KNOWN = frozenset(
    {
        "node",
        "python",
        "rust",
        "go",
        "pnpm",
        "npm",
        "yarn",
        "bun",
        "uv",
        "poetry",
        "terraform",
        "solana",
        "anchor",
        "deno",
    }
)
_CODENAMES = {
    "lts/hydrogen": "18",
    "lts/iron": "20",
    "lts/jod": "22",
    "lts/krypton": "24",
    "lts/gallium": "16",
    "lts/fermium": "14",
}
_ONE_LINE = {
    ".nvmrc": "node",
    ".node-version": "node",
    ".python-version": "python",
    ".go-version": "go",
    ".terraform-version": "terraform",
    ".bun-version": "bun",
}
_NUMBERS = re.compile(r"v?\d+(?:\.\d+){0,2}(?:-[\w.]+)?")
_RUST_VERSIONS: tuple[tuple[str, ...], ...] = (("package", "rust-version"), ("workspace", "package", "rust-version"))
_MANAGERS = ("npm", "pnpm", "yarn", "bun")
_FLAKE = (
    ("node", re.compile(r"\bnodejs_(\d+)\b")),
    ("python", re.compile(r"\bpython3(\d{1,2})\b(?!\d)")),
    ("rust", re.compile(r"rust-bin\.stable\.\"(\d+\.\d+(?:\.\d+)?)\"")),
    ("go", re.compile(r"\bgo_1_(\d+)\b")),
)


def canonical(name: str) -> str:
    """One name for each tool."""
    return _NAMES.get(name, name)


def text_of(context: Inspection, path: str) -> str:
    """A file as text; empty where it cannot be read."""
    try:
        return context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return ""


def said(context: Inspection) -> Iterator[Said]:
    """What these files say."""
    yield from _settings(context)
    yield from _one_line(context)
    yield from _tool_versions(context)
    yield from _mise(context)
    yield from _rust(context)
    yield from _package_json(context)
    yield from _python(context)
    yield from _go(context)
    yield from _anchor(context)
    yield from _terraform(context)
    yield from _shells(context)


def _settings(context: Inspection) -> Iterator[Said]:
    pins = context.settings.toolchain
    if not pins:
        return
    document = context.document(context.settings.source, toml.parse)
    for name, versions in pins.items():
        tool = canonical(name)
        line = document.line(("toolchain", name))
        yield Said(tool, " || ".join(versions), context.settings.source, line, ".", "settings", "[toolchain]")


def _named(context: Inspection, *names: str) -> Iterator[str]:
    for path in context.inventory.named(*names):
        if "node_modules" not in path.split("/"):
            yield path


def _one_line(context: Inspection) -> Iterator[Said]:
    for path in _named(context, *_ONE_LINE, "runtime.txt"):
        name = path.rpartition("/")[2]
        text = text_of(context, path)
        found = re.search(r"(?m)^(?!\s*#)\s*(?:python-)?(?P<word>\S+)", text)
        if found is None or (name == "runtime.txt" and not text.lstrip().startswith("python-")):
            continue
        word = found["word"]
        spec = _CODENAMES.get(word.lower(), word)
        if _NUMBERS.fullmatch(spec):
            line = text.count("\n", 0, found.start("word")) + 1
            tool = _ONE_LINE.get(name, "python")
            span = found.span("word") if text.isascii() else None
            yield Said(tool, spec.removeprefix("v"), path, line, folder_of(path), "file", name, span)


def _tool_versions(context: Inspection) -> Iterator[Said]:
    for path in _named(context, ".tool-versions"):
        text = text_of(context, path)
        for found in re.finditer(r"(?m)^[ \t]*(?P<name>[\w-]+)[ \t]+(?P<word>v?\d[\w.-]*)", text):
            tool = canonical(found["name"])
            if tool in _KNOWN and _NUMBERS.fullmatch(found["word"]):
                line = text.count("\n", 0, found.start()) + 1
                span = found.span("word") if text.isascii() else None
                yield Said(
                    tool, found["word"].removeprefix("v"), path, line, folder_of(path), "file", ".tool-versions", span
                )


def _mise(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "mise.toml", ".mise.toml", "config.toml"):
        if path.endswith("/config.toml") and not path.endswith(("/mise/config.toml", ".mise/config.toml")):
            continue
        document = _toml(context, path)
        for name, value in table(document.data if document else {}, "tools").items():
            given = (
                value.get("version")
                if isinstance(value, dict)
                else value[0]
                if isinstance(value, list) and value
                else value
            )
            tool = canonical(name)
            if document and tool in _KNOWN and isinstance(given, str) and _NUMBERS.fullmatch(given):
                yield Said(tool, given, path, document.line(("tools", name)), _scope(path), "file", f"tools.{name}")


def _scope(path: str) -> str:
    """The folder that a file in a hidden folder of settings speaks for."""
    folder = folder_of(path)
    while folder.rpartition("/")[2].startswith(".") and folder != ".":
        folder = folder_of(folder)
    while folder.rpartition("/")[2] in ("mise", ".mise", ".config"):
        folder = folder_of(folder)
    return folder


def _toml(context: Inspection, path: str) -> toml.Document | None:
    try:
        return context.document(path, toml.parse)
    except Unreadable:
        return None


def _rust(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "rust-toolchain", "rust-toolchain.toml"):
        text = text_of(context, path)
        try:
            channel = table(tomllib.loads(text), "toolchain").get("channel")
        except ValueError:
            channel = text.strip()
        if isinstance(channel, str) and _NUMBERS.fullmatch(channel):
            start = text.find(channel)
            span = (start, start + len(channel)) if text.isascii() else None
            yield Said("rust", channel, path, text.count("\n", 0, start) + 1, folder_of(path), "file", "channel", span)
    for path in _named(context, "Cargo.toml"):
        document = _toml(context, path)
        for at in _RUST_VERSIONS:
            value = document.get(at) if document else None
            if document and isinstance(value, str):
                yield Said("rust", f">={value}", path, document.line(at), folder_of(path), "range", "rust-version")


def _package_json(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "package.json"):
        try:
            document = context.document(path, jsonc.parse)
        except Unreadable:
            continue
        if isinstance(document.data, dict):
            yield from _of_package(path, document)


def _of_package(path: str, document: jsonc.Document) -> Iterator[Said]:
    folder = folder_of(path)
    for name, value in table(document.data, "engines").items():
        if name in ("node", *_MANAGERS) and isinstance(value, str) and value.strip() not in ("", "*"):
            line = document.line(("engines", name))
            yield Said(name, value.strip(), path, line, folder, "range", f"engines.{name}")
    for name, value in table(document.data, "volta").items():
        if name in ("node", *_MANAGERS) and isinstance(value, str):
            yield Said(name, value, path, document.line(("volta", name)), folder, "file", f"volta.{name}")
    field = document.data.get("packageManager")
    if isinstance(field, str) and "@" in field:
        name, _, version = field.partition("@")
        if name in _MANAGERS and _NUMBERS.fullmatch(version.partition("+")[0]):
            spec = version.partition("+")[0]
            yield Said(name, spec, path, document.line(("packageManager",)), folder, "file", "packageManager")
    for key in ("runtime", "packageManager"):
        value = table(document.data, "devEngines").get(key)
        if isinstance(value, dict) and isinstance(value.get("version"), str) and isinstance(value.get("name"), str):
            line = document.line(("devEngines", key, "version"))
            yield Said(value["name"], value["version"], path, line, folder, "range", f"devEngines.{key}")


def _python(context: Inspection) -> Iterator[Said]:
    places = (
        ("python", ("project", "requires-python")),
        ("python", ("tool", "poetry", "dependencies", "python")),
        ("uv", ("tool", "uv", "required-version")),
        ("poetry", ("tool", "poetry", "requires-poetry")),
    )
    for path in _named(context, "pyproject.toml"):
        document = _toml(context, path)
        for tool, at in places:
            value = document.get(at) if document else None
            if document and isinstance(value, str) and value.strip() not in ("", "*"):
                yield Said(tool, value.strip(), path, document.line(at), folder_of(path), "range", ".".join(at[-2:]))
    for path in _named(context, "Pipfile"):
        document = _toml(context, path)
        for key in ("python_version", "python_full_version"):
            value = document.get(("requires", key)) if document else None
            if document and isinstance(value, str):
                yield Said("python", value, path, document.line(("requires", key)), folder_of(path), "file", key)
    for path in _named(context, "setup.py", "setup.cfg"):
        text = text_of(context, path)
        found = re.search(r"""(?m)^\s*python_requires\s*=\s*["']?([<>=!~\d., *]+)""", text)
        if found:
            line = text.count("\n", 0, found.start(1)) + 1
            yield Said("python", found[1].strip(" ,"), path, line, folder_of(path), "range", "python_requires")


def _go(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "go.mod", "go.work"):
        try:
            document = context.document(path, gomod.parse)
        except Unreadable:
            continue
        if re.fullmatch(r"\d+\.\d+(\.\d+)?", document.go):
            yield Said("go", f">={document.go}", path, document.line("go"), folder_of(path), "range", "go")
        if found := re.search(r"(?m)^toolchain\s+go(\d+\.\d+(?:\.\d+)?)", text := text_of(context, path)):
            line = text.count("\n", 0, found.start()) + 1
            yield Said("go", f">={found[1]}", path, line, folder_of(path), "range", "toolchain")


def _anchor(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "Anchor.toml"):
        document = _toml(context, path)
        for tool, key in (("anchor", "anchor_version"), ("solana", "solana_version")):
            keys: tuple[tuple[str, ...], ...] = (("toolchain", key), (key,))
            for at in keys:  # old files have it at the top
                value = document.get(at) if document else None
                if document and isinstance(value, str) and _NUMBERS.fullmatch(value):
                    yield Said(tool, value, path, document.line(at), folder_of(path), "file", key)


_REQUIRED = re.compile(r'(?m)^\s*required_version\s*=\s*"([^"]+)"')


def _terraform(context: Inspection) -> Iterator[Said]:
    names = [name for name in context.inventory.by_name if name.endswith(".tf")]
    for path in _named(context, *names):
        text = text_of(context, path)
        for found in _REQUIRED.finditer(text):
            line = text.count("\n", 0, found.start(1)) + 1
            spec = found[1].replace("~>", "~=")
            yield Said("terraform", spec, path, line, folder_of(path), "range", "required_version")


def _shells(context: Inspection) -> Iterator[Said]:
    for path in _named(context, "devbox.json"):
        text = text_of(context, path)
        for found in re.finditer(r'"(?P<name>[\w-]+)@(?P<word>\d[\w.]*)"', text):
            tool = canonical(found["name"])
            if tool in _KNOWN:
                line = text.count("\n", 0, found.start()) + 1
                yield Said(tool, found["word"], path, line, folder_of(path), "shell", "devbox")
    for path in _named(context, "flake.nix", "shell.nix"):
        if not context.settings.source:  # with it, the flake takes its versions from there
            yield from _flake(path, re.sub(r"(?m)#.*$", "", text_of(context, path)))


def _flake(path: str, text: str) -> Iterator[Said]:
    for tool, pattern in _FLAKE:
        versions: dict[str, int] = {}
        for found in pattern.finditer(text):
            prefix = {"python": "3.", "go": "1."}.get(tool, "")
            versions.setdefault(prefix + found[1], text.count("\n", 0, found.start()) + 1)
        if len(versions) == 1:  # several are a choice, and which shell has which is not known
            spec, line = next(iter(versions.items()))
            yield Said(tool, spec, path, line, folder_of(path), "shell", "flake")
