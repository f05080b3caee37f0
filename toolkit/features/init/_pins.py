"""Which versions a repository's own files ask for, each with the file that says so."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.model import Choice
from toolkit.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.context import Context

__all__ = ["Pinned", "infer"]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A tool's version with its provenance.

    Args:
        tool: as ``[toolchain]`` names it.
        versions: what to pin, the default first.
        why: the file and key that ask for it.
        asked: what stands there, where it is not a version by itself.
    """

    tool: str
    versions: tuple[str, ...]
    why: str
    asked: str = ""

    @property
    def line(self) -> str:
        """As it stands in ``toolkit.toml``."""
        texts = [f'"{version}"' for version in self.versions]
        value = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        said = f" ({self.asked})" if self.asked and self.asked not in self.versions else ""
        return f"# {self.why}{said}\n{self.tool} = {value}"


def infer(context: Context, newest: Callable[[str, str], str | None]) -> tuple[tuple[Pinned, ...], tuple[str, ...]]:
    """What the repository's own files ask for, and notes about what they disagree on.

    Args:
        context: the run's state.
        newest: the newest pinned version of a tool that satisfies a range; ``None`` if there is none or it is unreadable.
    """
    pins: list[Pinned] = []
    notes: list[str] = []
    for tool, ask in _ASKED.items():
        found = sorted(ask(context), key=_rank)
        if not found:
            continue
        first = found[0]
        pins.append(Pinned(tool, (_pinnable(tool, first.value, newest),), _why(first), first.value))
        found = [choice for choice in found if choice.rule != "default"] or found
        others = Counter(choice.value for choice in found if choice.value.lstrip("v") != first.value.lstrip("v"))
        if others:
            values = ", ".join(f"{value} ({count})" for value, count in sorted(others.items()))
            notes.append(f"{tool}: {_why(first)} decided ({first.value}); elsewhere: {values}")
    return _completed(tuple(pins)), tuple(notes)


def _why(choice: Choice) -> str:
    if choice.rule == "default":
        return f"no file says which; {choice.source} needs one"
    return choice.source if choice.rule in ("version file", "image", "workflow") else choice.why


def _rank(choice: Choice) -> tuple[int, int, str]:
    """Files made for the purpose first, then what stands higher in the tree."""
    return (_RULES.index(choice.rule), choice.source.count("/"), choice.source)


_RULES = (
    "version file",
    "volta",
    "packageManager",
    "engines",
    "requires-python",
    "rust-version",
    "toolchain",
    "dependency",
    "required-version",
    "lock file",
    "image",
    "workflow",
    "default",
)
_LTS = {
    "lts/*": "24",
    "lts/krypton": "24",
    "lts/jod": "22",
    "lts/iron": "20",
    "node": "24",
    "stable": "24",
    "latest": "24",
}


def _pinnable(tool: str, asked: str, newest: Callable[[str, str], str | None]) -> str:
    """A version that the providers understand: exact as it stands, a range as the newest pinned one it allows."""
    text = _LTS.get(asked, asked).strip().lstrip("v").partition("+")[0]
    plain = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.[x*])*", text)
    if plain:
        return plain[1]
    return newest(tool, text) or (re.search(r"\d+(?:\.\d+)*", text) or ["22"])[0]


def _files(context: Context, *names: str) -> Iterator[str]:
    """Own files of these names; copies of others are not asked."""
    for path in context.inventory.files:
        if path.rsplit("/", 1)[-1] in names and _is_own(context, path):
            yield path


def _is_own(context: Context, path: str) -> bool:
    """Whether the repository's own people wrote it: vendored copies, examples and fixtures decide nothing."""
    return role_of(context, path.rpartition("/")[0] or ".")[0] == "own"


def _first_lines(context: Context, *names: str) -> Iterator[tuple[str, str]]:
    for path in _files(context, *names):
        try:
            lines = context.read(path).decode("utf-8", "replace").split("\n")
        except Unreadable:
            continue
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
        base = path.rsplit("/", 1)[-1]
        named = base == "Dockerfile" or base.startswith("Dockerfile.") or base.endswith(".Dockerfile")
        if not named or not _is_own(context, path):
            continue
        try:
            text = context.read(path).decode("utf-8", "replace")
        except Unreadable:
            continue
        for found in re.finditer(rf"(?im)^FROM\s+(?:--\S+\s+)?(?:docker\.io/(?:library/)?)?{name}:(\d[\d.]*)", text):
            yield Choice(found[1].rstrip("."), "image", path)


def _workflows(context: Context, key: str) -> Iterator[Choice]:
    """Versions that GitHub workflows set up, by their ``with:`` key."""
    for path in context.inventory.files:
        if not (path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))):
            continue
        try:
            text = context.read(path).decode("utf-8", "replace")
        except Unreadable:
            continue
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

_ASKED: dict[str, Callable[[Context], Iterator[Choice]]] = {
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


def _completed(pins: tuple[Pinned, ...]) -> tuple[Pinned, ...]:
    """What belongs to on-chain programs and no file names: the tools that go with what is asked for.

    Anchor up to 1.1 recommends Agave 3.1.10; 1.2 is used with 4.x (docs/decisions/solana-versions.md).
    """
    by_name = {pin.tool: pin for pin in pins}
    if "anchor" not in by_name and "solana" not in by_name:
        return pins
    anchor = by_name.get("anchor")
    if anchor is not None and "solana" not in by_name:
        new = tuple(int(part) for part in re.findall(r"\d+", anchor.versions[0])[:2]) >= (1, 2)
        version = "4.3.0" if new else "3.1.10"
        by_name["solana"] = Pinned(
            "solana", (version,), f"no file says which; it goes with anchor {anchor.versions[0]}"
        )
    solana = by_name["solana"].versions[0]
    # The one that cargo-build-sbf asks for, then the one that `anchor build` names (nix/compatibility.json).
    tools = ("1.57", "1.52") if solana.startswith("4.3") else ("1.54", "1.52") if solana.startswith("4") else ("1.52",)
    pins = tuple(by_name.values())
    return (*pins, Pinned("platform-tools", tools, f"what goes with solana {solana}"))
