"""Versions in files that are made to pin one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain._said import Said
from toolkit.checks.toolchain._tools import CODENAMES, KNOWN, NUMBERS, canonical, named
from toolkit.documents import jsonc, toml
from toolkit.expressions import regex
from toolkit.places import folder_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["said"]

_ONE_LINE = {
    ".nvmrc": "node",
    ".node-version": "node",
    ".python-version": "python",
    ".go-version": "go",
    ".terraform-version": "terraform",
    ".bun-version": "bun",
}
_VARIABLE = regex(
    r"(?m)^(?:export )?(?P<name>[A-Z]{1,20})_VERSION=[\"']?v?(?P<word>\d+(?:\.\d+){0,2})[\"']?[ \t]*(?:#|\r?$)"
)
_CONDA = regex(r"(?m)^[ \t]+-[ \t]*[\"']?python[ \t]*(?P<operator>==?|>=|<=?|~=|>)[ \t]*(?P<word>\d+\.\d+(?:\.\d+)?)")
_FLAKE = (
    ("node", regex(r"\bnodejs_(\d+)\b")),
    ("python", regex(r"\bpython3(\d{1,2})\b(?!\d)")),
    ("rust", regex(r"rust-bin\.stable\.\"(\d+\.\d+(?:\.\d+)?)\"")),
    ("go", regex(r"\bgo_1_(\d+)\b")),
)


def said(context: Inspection) -> Iterator[Said]:
    """What these files say."""
    for read in (_settings, _one_line, _versions_env, _tool_versions, _mise, _fvm, _rust, _anchor, _shells, _conda):
        yield from read(context)


def _settings(context: Inspection) -> Iterator[Said]:
    pins = context.settings.toolchain
    if not pins:
        return
    document = context.document(context.settings.source, toml.parse)
    for name, versions in pins.items():
        tool = canonical(name)
        line = document.line(("toolchain", name))
        yield Said(tool, " || ".join(versions), context.settings.source, line, ".", "settings", "[toolchain]")


def _one_line(context: Inspection) -> Iterator[Said]:
    for path in named(context, *_ONE_LINE, "runtime.txt"):
        name = path.rpartition("/")[2]
        text = text_of(context, path)
        found = re.search(r"(?m)^(?![^\S\n]*#)[^\S\n]*(?:python-)?(?P<word>\S+)", text)
        if found is None or (name == "runtime.txt" and not text.lstrip().startswith("python-")):
            continue
        word = found["word"]
        spec = CODENAMES.get(word.lower(), word)
        if NUMBERS.fullmatch(spec):
            line = line_at(text, found.start("word"))
            tool = _ONE_LINE.get(name, "python")
            span = found.span("word") if text.isascii() else None
            yield Said(tool, spec.removeprefix("v"), path, line, folder_of(path), "file", name, span)


def _versions_env(context: Inspection) -> Iterator[Said]:
    """Versions that images, scripts and workflows take from one file of variables."""
    for path in named(context, "versions.env", ".versions.env", "toolchain.env"):
        text = text_of(context, path)
        for found in _VARIABLE.finditer(text):
            tool = canonical(found["name"].lower())
            if tool in KNOWN:
                span = found.span("word") if text.isascii() else None
                line = line_at(text, found.start("word"))
                yield Said(tool, found["word"], path, line, folder_of(path), "file", f"{found['name']}_VERSION", span)


def _fvm(context: Inspection) -> Iterator[Said]:
    """The Flutter that fvm takes for the folder of its file, or of the folder ``.fvm`` around it."""
    for path, document in context.documents(named(context, ".fvmrc", "fvm_config.json"), jsonc.parse):
        for key in ("flutter", "flutterSdkVersion"):
            value = document.data.get(key) if isinstance(document.data, dict) else None
            if isinstance(value, str) and NUMBERS.fullmatch(value):
                folder = folder_of(path).removesuffix(".fvm").rstrip("/") or "."
                yield Said("flutter", value, path, document.line((key,)), folder, "file", path.rpartition("/")[2])


def _tool_versions(context: Inspection) -> Iterator[Said]:
    for path in named(context, ".tool-versions"):
        text = text_of(context, path)
        for found in re.finditer(r"(?m)^[ \t]*(?P<name>[\w-]+)[ \t]+(?P<word>v?\d[\w.-]*)", text):
            tool = canonical(found["name"])
            if tool in KNOWN and NUMBERS.fullmatch(found["word"]):
                line = line_at(text, found.start())
                span = found.span("word") if text.isascii() else None
                yield Said(
                    tool, found["word"].removeprefix("v"), path, line, folder_of(path), "file", ".tool-versions", span
                )


def _mise(context: Inspection) -> Iterator[Said]:
    listed = named(context, "mise.toml", ".mise.toml", "config.toml")
    own = ("/mise/config.toml", ".mise/config.toml")
    paths = (one for one in listed if not one.endswith("/config.toml") or one.endswith(own))
    for path, document in context.documents(paths, toml.parse):
        for name, value in table(document.data, "tools").items():
            first = value[0] if isinstance(value, list) and value else value
            given = first.get("version") if isinstance(value, dict) else first
            tool = canonical(name)
            if tool in KNOWN and isinstance(given, str) and NUMBERS.fullmatch(given):
                yield Said(tool, given, path, document.line(("tools", name)), _scope(path), "file", f"tools.{name}")


def _scope(path: str) -> str:
    """The folder that a file in a hidden folder of settings speaks for."""
    folder = folder_of(path)
    while folder.rpartition("/")[2].startswith(".") and folder != ".":
        folder = folder_of(folder)
    while folder.rpartition("/")[2] in ("mise", ".mise", ".config"):
        folder = folder_of(folder)
    return folder


def _rust(context: Inspection) -> Iterator[Said]:
    for path in named(context, "rust-toolchain", "rust-toolchain.toml"):
        text = text_of(context, path)
        try:
            channel = table(tomllib.loads(text), "toolchain").get("channel")
        except ValueError:
            channel = text.strip()
        if isinstance(channel, str) and NUMBERS.fullmatch(channel):
            start = text.find(channel)
            span = (start, start + len(channel)) if text.isascii() else None
            yield Said("rust", channel, path, line_at(text, start), folder_of(path), "file", "channel", span)


def _anchor(context: Inspection) -> Iterator[Said]:
    for path, document in context.documents(named(context, "Anchor.toml"), toml.parse):
        for tool, key in (("anchor", "anchor_version"), ("solana", "solana_version")):
            keys: tuple[tuple[str, ...], ...] = (("toolchain", key), (key,))
            for at in keys:  # old files have it at the top
                value = document.get(at)
                if isinstance(value, str) and NUMBERS.fullmatch(value):
                    yield Said(tool, value, path, document.line(at), folder_of(path), "file", key)


def _shells(context: Inspection) -> Iterator[Said]:
    for path in named(context, "devbox.json"):
        text = text_of(context, path)
        for found in re.finditer(r'"(?P<name>[\w-]+)@(?P<word>\d[\w.]*)"', text):
            tool = canonical(found["name"])
            if tool in KNOWN:
                yield Said(tool, found["word"], path, line_at(text, found.start()), folder_of(path), "shell", "devbox")
    for path in named(context, "flake.nix", "shell.nix"):
        if not context.settings.source:  # with it, the flake takes its versions from there
            yield from _flake(path, re.sub(r"(?m)#.*$", "", text_of(context, path)))


def _conda(context: Inspection) -> Iterator[Said]:
    """The Python of conda's environments: ``python=3.11`` pins a line of versions, ``python>=3.11`` is a range."""
    for path in named(context, "environment.yml", "environment.yaml"):
        text = text_of(context, path)
        if found := _CONDA.search(text):
            line = line_at(text, found.start("word"))
            ranged = found["operator"][:1] in "<>~"
            spec = found["operator"] + found["word"] if ranged else found["word"]
            yield Said("python", spec, path, line, folder_of(path), "range" if ranged else "file", "conda")


def _flake(path: str, text: str) -> Iterator[Said]:
    for tool, pattern in _FLAKE:
        versions: dict[str, int] = {}
        for found in pattern.finditer(text):
            prefix = {"python": "3.", "go": "1."}.get(tool, "")
            versions.setdefault(prefix + found[1], line_at(text, found.start()))
        if len(versions) == 1:  # several are a choice, and which shell has which is not known
            spec, line = next(iter(versions.items()))
            yield Said(tool, spec, path, line, folder_of(path), "shell", "flake")
