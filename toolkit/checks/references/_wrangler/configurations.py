"""Wrangler configurations: their environments, and the names that they bind."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.documents import jsonc, toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.outputs import WRANGLER_FILES
from toolkit.places import below, listed, path_from, table, texts
from toolkit.specifiers import last_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = [
    "Config",
    "bindings",
    "bound",
    "code",
    "config_for",
    "configs",
    "deployed_as",
    "entry",
    "environments",
    "reported",
    "scopes",
    "secrets",
    "sharing",
]

_NAME = regex(r"wrangler[\w.-]*\.(toml|json|jsonc)")
_CODE = (".ts", ".tsx", ".js", ".mjs", ".mts", ".jsx")
_LISTS = (
    "kv_namespaces", "r2_buckets", "d1_databases", "services", "analytics_engine_datasets", "dispatch_namespaces", "vectorize",
    "hyperdrive", "mtls_certificates", "pipelines", "workflows", "secrets_store_secrets", "ratelimits", "send_email", "vpc_services",
    "worker_loaders", "unsafe_hello_world",
)  # fmt: skip
_NESTED = (("queues", "producers"), ("durable_objects", "bindings"), ("unsafe", "bindings"), ("logfwdr", "bindings"))
_SINGLE = ("ai", "browser", "images", "media", "version_metadata", "assets")
_TABLES = ("vars", "wasm_modules", "text_blobs", "data_blobs")
_MOST_FILES = 600
_LARGEST = 400_000
_ENTRY = regex(r"\bexport\s+default\s*\{|\baddEventListener\s*\(\s*[\"']fetch[\"']")
"""What makes a file the beginning of a worker."""
_TEST = regex(r"(^|/)(tests?|__tests__|e2e|mocks?|scripts)/|[._](test|spec)\.")


@dataclass(frozen=True)
class Config:
    """One configuration."""

    path: str
    document: Any = field(repr=False)
    data: dict[str, Any] = field(repr=False)

    @property
    def folder(self) -> str:
        """Where its relative paths count from."""
        return posixpath.dirname(self.path) or "."

    @property
    def is_pages(self) -> bool:
        """Whether it is that of a Pages project, whose environments are other ones."""
        return "pages_build_output_dir" in self.data


@once_a_run
def configs(context: Inspection) -> tuple[Config, ...]:
    """Every configuration of the repository."""
    found = []
    names = [name for name in context.inventory.by_name if _NAME.fullmatch(name)]
    for path in context.living_first(sorted(set(context.inventory.named(*names)))):
        document = context.readable(path, toml.parse if path.endswith(".toml") else jsonc.parse)
        data = table(document.data) if document else {}
        if data.keys() & {
            "name",
            "main",
            "compatibility_date",
            "account_id",
            "env",
            "assets",
            "pages_build_output_dir",
        }:
            found.append(Config(path, document, data))
    return tuple(found)


def reported(context: Inspection) -> Iterator[Config]:
    """The configurations to report on."""
    return (one for one in configs(context) if context.shows(one.path))


def config_for(context: Inspection, folder: str, given: str = "") -> Config | None:
    """The configuration that wrangler finds from a folder: the one it is given, else the nearest above."""
    known = {one.path: one for one in configs(context)}
    if given:
        return known.get(path_from(folder, given))
    here = folder
    while True:
        for name in WRANGLER_FILES:
            if (found := known.get(path_from(here, name))) is not None:
                return found
        if here in (".", ""):
            return None
        here = posixpath.dirname(here) or "."


def environments(config: Config) -> dict[str, dict[str, Any]]:
    """The named environments."""
    return {name: table(value) for name, value in table(config.data, "env").items()}


def deployed_as(config: Config) -> frozenset[str]:
    """The names under which a configuration deploys workers: its own, and those of its environments."""
    name = config.data.get("name")
    own = [data.get("name", f"{name}-{environment}") for environment, data in environments(config).items()]
    return frozenset(one for one in (name, *own) if isinstance(one, str))


def entry(config: Config, data: dict[str, Any]) -> str:
    """The entry of one scope, relative to the root; empty if it names none."""
    main = data.get("main", config.data.get("main"))
    return path_from(config.folder, main) if isinstance(main, str) else ""


def sharing(context: Inspection, config: Config) -> tuple[Config, ...]:
    """The configurations that the code below the folder of one belongs to: those beside it, and those that start code there."""
    home, folders = config.folder, _folders(context)

    def starts_here(other: Config) -> bool:
        starts = {entry(other, data) for _, data in scopes(other)} - {""}
        return any(below(home, start) and not _below_any(start, folders, home) for start in starts)

    return tuple(one for one in configs(context) if one.folder == home or starts_here(one))


def scopes(config: Config) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The top and every environment, each with its path."""
    yield (), config.data
    for name, data in environments(config).items():
        yield ("env", name), data


def bindings(data: dict[str, Any]) -> Iterator[tuple[str, str, Path]]:
    """Name, kind and path of everything that one scope binds."""
    for kind in _TABLES:
        yield from ((str(name), kind, (kind, name)) for name in table(data, kind))
    places: list[tuple[str, Path, Any]] = [(kind, (kind,), data.get(kind)) for kind in _LISTS]
    places += [(first, (first, second), table(data, first).get(second)) for first, second in _NESTED]
    for kind, where, value in places:
        for index, item in enumerate(listed(value)):
            key = next((key for key in ("binding", "name") if isinstance(table(item).get(key), str)), "")
            if key:
                yield item[key], kind, (*where, index, key)
    for kind in _SINGLE:
        if isinstance(name := table(data, kind).get("binding"), str):
            yield name, kind, (kind, "binding")


def bound(config: Config) -> set[str]:
    """Every name that any environment binds."""
    return {name for _, data in scopes(config) for name, _, _ in bindings(data)} | set(_required(config))


def _required(config: Config) -> list[str]:
    return texts(table(config.data, "secrets").get("required"))


def secrets(context: Inspection, folder: str) -> frozenset[str]:
    """Names in files of local secrets and their examples, from a folder upward."""
    known = _local_secrets(context)
    found: set[str] = set()
    here = folder
    while here not in (".", ""):
        found |= known.get(here, set())
        here = posixpath.dirname(here)
    return frozenset(found | known.get(".", set()))


@once_a_run
def _local_secrets(context: Inspection) -> dict[str, set[str]]:
    """The names in such files, by their folder."""
    named: dict[str, set[str]] = {}
    for name, paths in context.inventory.by_name.items():
        if name.startswith((".dev.vars", ".env")):
            for path in paths:
                named.setdefault(posixpath.dirname(path) or ".", set()).update(_assigned(context, path))
    return named


def _assigned(context: Inspection, path: str) -> set[str]:
    content = context.content(path) or b""
    return {name.decode() for name in re.findall(rb"(?m)^[\s#]*(?:export\s+)?([A-Za-z_]\w*)\s*=", content)}


@once_a_run
def code(context: Inspection, config: Config) -> tuple[tuple[str, str], ...]:
    """The code of a worker with its text: what lies in its folder, without tests, other workers below it, and those beside it that nothing starts."""
    folder = config.folder
    main = config.data.get("main")
    folders = _folders(context)
    paths = [path for path in context.below(folder) if path.endswith(_CODE) and not _TEST.search(path)]
    if len(paths) > _MOST_FILES and isinstance(main, str):
        inner = posixpath.dirname(path_from(folder, main)) or "."
        paths = [path for path in context.below(inner) if path.endswith(_CODE) and not _TEST.search(path)]
    found = []
    for path in paths if len(paths) <= _MOST_FILES else []:
        if path not in context.inventory.tracked_set or _below_any(path, folders, folder):
            continue
        if text := text_of(context, path, _LARGEST, errors="replace"):
            found.append((path, text))
    started = path_from(folder, main) if isinstance(main, str) else ""
    if started in paths:
        others = (path_from(one.folder, str(data.get("main"))) for one in configs(context) for _, data in scopes(one))
        entries = {started, *others}
        found = [one for one in found if one[0] in entries or not _ENTRY.search(one[1]) or _is_named(one[0], found)]
    return tuple(found)


def _is_named(path: str, texts: list[tuple[str, str]]) -> bool:
    """Whether another file of a worker names one as what it may import: of a worker that none names ``main`` starts nothing."""
    name = re.compile(rf"[/\"'`]{re.escape(last_part(path))}(?:[\"'`?/]|\.\w+[\"'`?])")
    return any(name.search(text) for other, text in texts if other != path)


@once_a_run
def _folders(context: Inspection) -> frozenset[str]:
    return frozenset(one.folder for one in configs(context))


def _below_any(path: str, folders: frozenset[str], own: str) -> bool:
    here = posixpath.dirname(path)
    while here and here != own:
        if here in folders:
            return True
        here = posixpath.dirname(here)
    return False
