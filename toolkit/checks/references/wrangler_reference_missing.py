"""See :class:`WranglerReferenceMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._repair import mapping, position, relative, replace
from toolkit.checks.references._wrangler import reported, scopes
from toolkit.checks.references._wrangler_claims import (
    listed,
    unbuildable,
    unexported,
    unexposed,
    unfilled,
    unhandled,
    unknown_workers,
    unmigrated,
)
from toolkit.checks.references._wrangler_commands import misnamed
from toolkit.context import Unreadable
from toolkit.places import upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler import Config
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity

_GENERATED = re.compile(r"(^|/)(\.[\w-]+|dist(?:[-_][\w-]+)?|build|out|public|output|_worker\.js|node_modules)(/|$)")
_TRIAL = re.compile(r"(^|[/.-])(?:test|tests|vitest|e2e)[.-][^/]*$")
_SERVED = re.compile(r"(?:public|static)(?:/|$)")
_CODE = re.compile(r"\.(ts|tsx|js|mjs|mts|jsx)$")
_IMAGE_FILE = re.compile(r"^\.{0,2}/|Dockerfile[\w.-]*$")
_FILE = re.compile(r"\.(ts|tsx|js|mjs|cjs|mts|jsx|py|wasm)$")


class WranglerReferenceMissing(Check):
    """A wrangler configuration names a file, class, resource or worker that is not there.

    What it checks: ``main``, ``assets.directory``, ``site.bucket``, ``tsconfig``, ``migrations_dir``, module files, images of
        containers and the build command, at the top and in every environment; classes of durable objects and workflows that
        ``main`` does not export or no migration brings in; queues and cron triggers that ``main`` never mentions; identifiers of
        KV, D1 and Hyperdrive that are empty or placeholders; bindings to workers that nothing here deploys, or to entry points that these do not export; databases and files
        that commands of scripts and workflows give to wrangler. Entries that a
        framework or ``[build]`` makes, package names, and placeholders that a script or README speaks of, are left alone.
    Why it matters: ``wrangler deploy`` stops; or the worker is deployed and its queue, schedule or store does nothing.
    How to fix: Correct the path or name, export the class or handler, add the migration, fill in the identifier.
    Fix safety: Unsafe. The path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for config in reported(context):
            for where, data in scopes(config):
                yield from self._paths(context, config, where, data)
            yield from self._claims(context, config)
        for one in misnamed(context):
            yield self.finding(context, one.path, one.text, line=one.line, evidence=one.evidence, severity=one.severity)

    def _claims(self, context: Inspection, config: Config) -> Iterator[Finding]:
        claims = (
            *unexported(context, config),
            *unmigrated(config),
            *unhandled(context, config),
            *unfilled(context, config),
            *unknown_workers(context, config),
            *unexposed(context, config),
            *unbuildable(context, config),
        )
        told: set[Path] = set()
        for claim in claims:
            # A class that is not exported is the first thing to mend; its migration comes with it.
            if claim.where in told:
                continue
            told.add(claim.where)
            yield self.finding(
                context,
                config.path,
                claim.text,
                line=position(config.document, claim.where),
                severity="info" if _TRIAL.search(config.path) and claim.severity == "warning" else claim.severity,
                evidence=claim.evidence,
            )

    def _paths(self, context: Inspection, config: Config, where: Path, data: dict[str, Any]) -> Iterator[Finding]:
        build = "command" in mapping(data.get("build")) or "command" in mapping(config.data.get("build"))
        for key, value, level in _named(data):
            place = (*where, *key)
            main = key == ("main",)
            if main and not value.startswith(".") and _is_package(context, config, value):
                continue
            verdict = resolve(context, value, config.folder)
            if verdict.kind not in ("missing", "ignored") or (main and build):
                continue
            generated = bool(_GENERATED.search(posixpath.normpath(value))) and not verdict.command
            # A folder for what is served as it is comes from nowhere if nothing is built.
            generated &= build or not _SERVED.match(posixpath.normpath(value)) or _builds(context, config.folder)
            made = verdict.kind == "ignored" or generated
            text = f"{'.'.join(map(str, key))} names {value}, which "
            text += "a build has to make first." if made else "does not exist: the worker cannot be deployed."
            yield self.finding(
                context,
                config.path,
                text,
                line=position(config.document, place),
                evidence=f"{verdict.path} {verdict.why}",
                severity="info" if made else level,
                fixes=self._near(context, config, place, verdict.near) if main and not made else (),
            )

    def _near(self, context: Inspection, config: Config, place: Path, near: str) -> tuple[Any, ...]:
        if not near or not _CODE.search(near) or not near.startswith(config.folder.removeprefix(".")):
            return ()
        written = config.document.get(place)
        return replace(context, config.path, config.document, place, relative(near, config.folder, str(written)))


def _is_package(context: Inspection, config: Config, value: str) -> bool:
    """Whether an entry without a leading dot is a package's and not a file: its package is a dependency."""
    if value.startswith("@") or not _FILE.search(value):
        return "/" not in value or value.startswith("@") or _depends(context, config, value.partition("/")[0])
    return _depends(context, config, value.partition("/")[0])


def _builds(context: Inspection, folder: str) -> bool:
    """Whether the package of a folder, or one above it, has a script that builds."""
    for path in (posixpath.normpath(posixpath.join(above, "package.json")) for above in upward(folder)):
        try:
            scripts = mapping(mapping(context.json(path)).get("scripts")) if context.is_file(path) else {}
        except Unreadable:
            return True
        if any("build" in name for name in scripts):
            return True
    return False


def _depends(context: Inspection, config: Config, name: str) -> bool:
    folder = config.folder
    while True:
        path = posixpath.normpath(posixpath.join(folder, "package.json"))
        if context.is_file(path):
            try:
                data = mapping(context.json(path))
            except Unreadable:
                return False
            if any(name in mapping(data.get(key)) for key in ("dependencies", "devDependencies", "peerDependencies")):
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
        if isinstance(path := mapping(data.get(section)).get(key), str):
            yield (section, key), path, "warning"
    for index, item in enumerate(listed(data.get("containers"))):
        if isinstance(path := item.get("image"), str) and _IMAGE_FILE.search(path):
            yield ("containers", index, "image"), path, "error"
    for index, item in enumerate(listed(data.get("d1_databases"))):
        if isinstance(path := item.get("migrations_dir"), str):
            yield ("d1_databases", index, "migrations_dir"), path, "warning"
    for key in ("wasm_modules", "text_blobs", "data_blobs"):
        yield from (
            ((key, name), path, "error") for name, path in mapping(data.get(key)).items() if isinstance(path, str)
        )
