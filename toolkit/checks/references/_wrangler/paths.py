"""Files and folders that a wrangler configuration names and that are not there."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import instead
from toolkit.checks.references._repair import relative
from toolkit.checks.references._wrangler.claims import tables
from toolkit.checks.references._wrangler.configurations import configs, scopes
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import below, path_from, table, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Absent", "absent"]

_GENERATED = regex(r"(^|/)(\.[\w-]+|dist(?:[-_][\w-]+)?|build|out|public|output|_worker\.js|node_modules)(/|$)")
_SERVED = regex(r"(?:public|static)(?:/|$)")
_CODE = regex(r"\.(ts|tsx|js|mjs|mts|jsx)$")
_IMAGE_FILE = regex(r"^\.{0,2}/|Dockerfile[\w.-]*$")
_ENTRIES = tuple(
    f"{folder}{name}.{end}" for folder in ("src/", "") for name in ("index", "worker", "main") for end in ("ts", "js")
)
_FILE = regex(r"\.(ts|tsx|js|mjs|cjs|mts|jsx|py|wasm)$")


class Absent(NamedTuple):
    """A path that is not there: its place, and the finding's text; ``near`` is what to write instead, if that is known."""

    where: Path
    text: str
    todo: str
    severity: Severity
    evidence: str
    near: str = ""


def absent(context: Inspection, config: Config) -> Iterator[Absent]:
    """Paths of every scope that are missing, or that a build has to make first."""
    for where, data in scopes(config):
        build = any(str(table(one, "build").get("command") or "").strip() for one in (data, config.data))
        for key, value, level in _named(data):
            main = key == ("main",)
            if main and not value.startswith(".") and _is_package(context, config, value):
                continue
            verdict = resolve(context, value, config.folder)
            if verdict.kind not in ("missing", "ignored") or (main and build):
                continue
            plain = posixpath.normpath(value)
            generated = bool(_GENERATED.search(plain)) and not verdict.command
            # A folder for what is served as it is comes from nowhere if nothing is built.
            generated &= build or not _SERVED.match(plain) or _builds(context, config.folder)
            made = verdict.kind == "ignored" or generated
            text = f"{'.'.join(map(str, key))} names {value}, which "
            effect = "no migration can be applied" if key[-1] == "migrations_dir" else "the worker cannot be deployed"
            text += "a build has to make first." if made else f"does not exist: {effect}."
            near = _near(context, config, verdict.near, value) if main and not made else ""
            near = near if not where or near != config.data.get("main") else ""  # an environment names one of its own
            other = f"let the build make {verdict.path} before" if made else f"add {verdict.path}, or correct the path"
            there = "" if made or main else relative(verdict.near, config.folder, value)
            todo = instead(value, near or there, other)
            yield Absent(
                (*where, *key),
                text,
                todo,
                "info" if made else level,
                f"{verdict.path} {verdict.why}",
                near if verdict.sure else "",
            )


def _near(context: Inspection, config: Config, near: str, written: str) -> str:
    """The entry that was meant: a file like it in the folder of the worker, or else the only one of a usual name; no other worker's."""
    others = {
        path_from(one.folder, str(data.get("main")))
        for one in configs(context)
        if one.path != config.path
        for _, data in scopes(one)
    }
    if near and near not in others and _CODE.search(near) and below(config.folder, near):
        return relative(near, config.folder, written)
    usual = [path for path in (path_from(config.folder, name) for name in _ENTRIES) if context.is_file(path)]
    return relative(usual[0], config.folder, written) if len(usual) == 1 and usual[0] not in others else ""


def _is_package(context: Inspection, config: Config, value: str) -> bool:
    """Whether an entry without a leading dot is a package's and not a file: its package is a dependency."""
    if value.startswith("@") or not _FILE.search(value):
        return "/" not in value or value.startswith("@") or _depends(context, config, value.partition("/")[0])
    return _depends(context, config, value.partition("/")[0])


def _builds(context: Inspection, folder: str) -> bool:
    """Whether the package of a folder, or one above it, has a script that builds."""
    for path in (path_from(above, "package.json") for above in upward(folder)):
        try:
            scripts = table(context.json(path), "scripts") if context.is_file(path) else {}
        except Unreadable:
            return True
        if any("build" in name for name in scripts):
            return True
    return False


def _depends(context: Inspection, config: Config, name: str) -> bool:
    folder = config.folder
    while True:
        path = path_from(folder, "package.json")
        if context.is_file(path):
            try:
                data = table(context.json(path))
            except Unreadable:
                return False
            if any(name in table(data, key) for key in ("dependencies", "devDependencies", "peerDependencies")):
                return True
        if folder in (".", ""):
            return False
        folder = posixpath.dirname(folder) or "."


def _named(data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, Severity]]:
    if isinstance(main := data.get("main"), str):
        yield ("main",), main, "error"
    if isinstance(path := data.get("tsconfig"), str):
        yield ("tsconfig",), path, "error"
    places: tuple[tuple[str, str], ...] = (("assets", "directory"), ("site", "bucket"))
    places += (("site", "entry-point"),) if "main" not in data else ()
    for section, key in places:
        if isinstance(path := table(data, section).get(key), str):
            yield (section, key), path, "warning"
    for index, item in enumerate(tables(data.get("containers"))):
        if isinstance(path := item.get("image"), str) and _IMAGE_FILE.search(path):
            yield ("containers", index, "image"), path, "error"
    for index, item in enumerate(tables(data.get("d1_databases"))):
        if isinstance(path := item.get("migrations_dir"), str):
            yield ("d1_databases", index, "migrations_dir"), path, "warning"
    for key in ("wasm_modules", "text_blobs", "data_blobs"):
        yield from (((key, name), path, "error") for name, path in table(data, key).items() if isinstance(path, str))
