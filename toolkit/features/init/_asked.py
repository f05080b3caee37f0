"""What each tool is asked for, by the files that people write for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.installs import is_dockerfile
from toolkit.model import Choice
from toolkit.roles import role_of
from toolkit.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.context import Context

__all__ = ["ASKED"]


def _files(context: Context, *names: str) -> Iterator[str]:
    """Own files of these names; copies of others are not asked."""
    found = [path for path in context.inventory.files if path.rsplit("/", 1)[-1] in names and _is_own(context, path)]
    yield from sorted(found, key=lambda path: (path.count("/"), path))


def _is_own(context: Context, path: str) -> bool:
    """Whether the repository's own people wrote it: vendored copies, examples and fixtures decide nothing."""
    return role_of(context, path.rpartition("/")[0] or ".")[0] == "own"


def _first_lines(context: Context, *names: str) -> Iterator[tuple[str, str]]:
    for path in _files(context, *names):
        lines = text_of(context, path, errors="replace").split("\n")
        text = next((line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()), "")
        if text:
            yield path, text


def _json(context: Context, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _data(context, name, context.json)


def _toml(context: Context, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from _data(context, name, context.toml)


def _data(context: Context, name: str, read: Callable[[str], Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in _files(context, name):
        try:
            data = read(path)
        except Unreadable:
            continue
        if isinstance(data, dict):
            yield path, data


def _texts(rows: Iterable[tuple[str, Any]], rule: str) -> Iterator[Choice]:
    """A choice for every value that is a text."""
    for path, value in rows:
        if isinstance(value, str) and value.strip():
            yield Choice(value.strip(), rule, path)


def _table(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _images(context: Context, name: str) -> Iterator[Choice]:
    """Versions of official images in Dockerfiles, by tag: ``FROM node:22-alpine``."""
    for path in context.inventory.files:
        if is_dockerfile(path.rsplit("/", 1)[-1]) and _is_own(context, path):
            text = text_of(context, path, errors="replace")
            for found in re.finditer(
                rf"(?im)^FROM\s+(?:--\S+\s+)?(?:docker\.io/(?:library/)?)?{name}:(\d[\d.]*)", text
            ):
                yield Choice(found[1].rstrip("."), "image", path)


def _workflows(context: Context, key: str) -> Iterator[Choice]:
    """Versions that GitHub workflows set up, by their ``with:`` key."""
    for path in context.inventory.files:
        if path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml")):
            text = text_of(context, path, errors="replace")
            for found in re.finditer(rf"(?m)^\s*{key}:\s*[\"']?(\d[\w.]*)", text):
                yield Choice(found[1], "workflow", path)


def _node(context: Context) -> Iterator[Choice]:
    yield from _texts(_first_lines(context, ".nvmrc", ".node-version"), "version file")
    packages = tuple(_json(context, "package.json"))
    yield from _texts(((path, _table(data, "volta", "node")) for path, data in packages), "volta")
    yield from _texts(((path, _table(data, "engines", "node")) for path, data in packages), "engines")
    yield from _images(context, "node")
    yield from _workflows(context, "node-version")
    yield from (Choice("22", "default", path) for path, _ in packages[:1])


def _python(context: Context) -> Iterator[Choice]:
    yield from _texts(_first_lines(context, ".python-version"), "version file")
    projects = tuple(_toml(context, "pyproject.toml"))
    asked = ((path, _table(data, "project", "requires-python")) for path, data in projects)
    yield from (choice for choice in _texts(asked, "requires-python"))
    yield from _images(context, "python")
    yield from _workflows(context, "python-version")
    some = [path for path, _ in projects] or list(_files(context, "requirements.txt"))
    yield from (Choice("3.12", "default", path) for path in some[:1])


def _rust(context: Context) -> Iterator[Choice]:
    files = ((path, _table(data, "toolchain", "channel")) for path, data in _toml(context, "rust-toolchain.toml"))
    yield from _texts(files, "version file")
    yield from _texts(_first_lines(context, "rust-toolchain"), "version file")
    crates = tuple(_toml(context, "Cargo.toml"))
    for keys in (("package", "rust-version"), ("workspace", "package", "rust-version")):
        yield from _texts(((path, _table(data, *keys)) for path, data in crates), "rust-version")
    yield from (Choice("1.97.1", "default", path) for path, _ in crates[:1])


def _anchor(context: Context) -> Iterator[Choice]:
    files = tuple(_toml(context, "Anchor.toml"))
    yield from _texts(((path, _table(data, "toolchain", "anchor_version")) for path, data in files), "toolchain")
    crates = (
        (path, dependency if isinstance(dependency, str) else _table(dependency, "version"))
        for path, data in _toml(context, "Cargo.toml")
        for dependency in (
            _table(data, "dependencies", "anchor-lang"),
            _table(data, "workspace", "dependencies", "anchor-lang"),
        )
    )
    yield from _texts(crates, "dependency")
    yield from (Choice("1.2.0", "default", path) for path, _ in files[:1])


def _solana(context: Context) -> Iterator[Choice]:
    files = tuple(_toml(context, "Anchor.toml"))
    yield from _texts(((path, _table(data, "toolchain", "solana_version")) for path, data in files), "toolchain")


def _manager(name: str, lock: str) -> Callable[[Context], Iterator[Choice]]:
    """A package manager by ``packageManager``, else by its lock."""

    def ask(context: Context) -> Iterator[Choice]:
        for path, data in _json(context, "package.json"):
            value = data.get("packageManager")
            if isinstance(value, str) and value.startswith(f"{name}@"):
                yield Choice(value.removeprefix(f"{name}@").partition("+")[0], "packageManager", path)
        if _DEFAULTS.get(name):
            yield from (Choice(_DEFAULTS[name], "lock file", path) for path in list(_files(context, lock))[:1])

    return ask


def _uv(context: Context) -> Iterator[Choice]:
    projects = _toml(context, "pyproject.toml")
    yield from _texts(
        ((path, _table(data, "tool", "uv", "required-version")) for path, data in projects), "required-version"
    )
    yield from (Choice(_DEFAULTS["uv"], "lock file", path) for path in list(_files(context, "uv.lock"))[:1])


_DEFAULTS = {"pnpm": "9.15.9", "yarn": "1.22.22", "bun": "1.4.5", "uv": "0.13.9"}

ASKED: dict[str, Callable[[Context], Iterator[Choice]]] = {
    "node": _node,
    "pnpm": _manager("pnpm", "pnpm-lock.yaml"),
    "yarn": _manager("yarn", "yarn.lock"),
    "bun": _manager("bun", "bun.lock"),
    "python": _python,
    "uv": _uv,
    "rust": _rust,
    "solana": _solana,
    "anchor": _anchor,
}
