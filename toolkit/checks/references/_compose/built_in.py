"""Variables that compose gives a container, and that the build of its image has written into what browsers load before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import files, filled
from toolkit.checks.references._compose.sections import built
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.build_arguments import is_commanded
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import chain, index_of
from toolkit.checks.references._services import environment
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build

__all__ = ["of_built_in"]

_PUBLIC = regex(r"(?:NEXT_PUBLIC|VITE|REACT_APP|VUE_APP)_\w+")
_BUILDS = regex(r"(?m)^[ \t]*(?:RUN|&&)[^\n]*\bbuild\b")
_AT_START = regex(
    r"\bdev\b|\bbuild\b|\.sh\b|\bsed\b|envsubst|docker-entrypoint|react-scripts start|vue-cli-service serve|\bvite(?! preview)\b"
)
"""What a command does that builds anew, or puts values in what is built."""
_RUNTIME = regex(r"runtime-env|env-runtime|import-meta-env|react-inject-env|runtimeconfig", re.IGNORECASE)
_ENV_FILE = regex(r"(?<![\w.])\.env(?![\w.]*ignore)\b")
_ENV_FILES = (".env", ".env.production", ".env.local", ".env.production.local")
_SOURCES = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.vue", "*.svelte")
_CLIENT = regex(r"\A(?:\s|//[^\n]*|/\*.*?\*/)*[\"']use client[\"']", re.DOTALL)
_PAGES = regex(r"(?:^|/)(?:components|pages(?!/api/)|hooks)/")
"""Where sources of Next lie that browsers load, though they do not say so."""


def of_built_in(context: Inspection) -> Iterator[Fault]:
    """One for each Dockerfile whose services are given such variables too late."""
    groups: dict[str, list[tuple[Compose, Build, list[str]]]] = {}
    for compose in files(context):
        for build in built(context, compose):
            if names := _late(context, compose, build):
                groups.setdefault(build.file, []).append((compose, build, names))
    for dockerfile, ((compose, build, names), *others) in groups.items():
        plural = len(names) > 1
        also = "".join(f"; {other.path}: {', '.join(more)}" for other, _, more in others[:8])
        shown = ", ".join(names[:4]) + (" and others" if names[4:] else "")
        yield Fault(
            compose.path,
            compose.line(("services", build.service, "environment")),
            f"{shown} of service {build.service} {'come' if plural else 'comes'} when the container runs, and the build in {dockerfile} "
            f"has written what it knew into what browsers load: they never see {'these values' if plural else 'this value'}.",
            f"{', '.join(names)}{also}",
            f"give {'them' if plural else 'it'} as build.args, and name {'them' if plural else 'it'} by ARG and ENV before the build",
            severity="warning",
        )


def _late(context: Inspection, compose: Compose, build: Build) -> list[str]:
    """The variables that a service is given, that its image is built without, and that sources for browsers read."""
    service, document = compose.services[build.service], read(context, build.file)
    given = {name: value for name, value in environment(service.get("environment")).items() if _PUBLIC.fullmatch(name)}
    given = {name: value for name, value in given.items() if value is None or filled(str(value))}  # empty it is anyway
    home = next(filter(None, map(by_folder(context).get, (folder_of(build.file), build.folder))), None)
    number = (index_of(document, build.target) if build.target else len(document.stages) - 1) if document else None
    if not given or document is None or home is None or number is None or service.keys() & {"command", "entrypoint"}:
        return []
    text = text_of(context, build.file, errors="replace")
    items = [item for at in chain(document, number) for item in document.stages[at].instructions]
    starts = " ".join(item.value for item in items if item.name in ("CMD", "ENTRYPOINT"))
    begun = re.search(r"\b(?:npm|pnpm|yarn|bun)\b[^\n]*\bstart\b", starts)
    starts += home.scripts.get("start", "") if begun else ""
    if (
        not _BUILDS.search(text)
        or _AT_START.search(starts)
        or _ENV_FILE.search(text)
        or _RUNTIME.search(str(home.data))
    ):
        return []
    known = {
        name
        for one in (compose, *bundle(context, compose))
        for name in environment(table(table(one.services.get(build.service)).get("build")).get("args"))
    }
    kept = "\n".join(
        text_of(context, path, errors="replace")
        for folder in {home.folder, build.folder}
        for name in _ENV_FILES
        if context.is_file(path := inside(folder, name))
    )
    return [
        name
        for name, value in given.items()
        if name not in known
        and name not in kept
        and not is_commanded(context, {name})
        and not _is_set(text, name)
        and _is_shown(context, home, name, value)
    ]


def _is_set(text: str, name: str) -> bool:
    """Whether a Dockerfile gives a variable a value of its own; ``ARG NAME`` and ``ENV NAME=$NAME`` only hand it on."""
    return re.search(rf"\b{name}[= ](?![\"']?\$(?:{name}\b|\{{{name}\}}))\s*[^\s\\]", text) is not None


def _is_shown(context: Inspection, home: Package, name: str, value: object) -> bool:
    """Whether a source that browsers load reads a variable, and does not do the same without it."""
    plain = filled(str(value or ""))
    paths = (path for path in files_with(context, (name,), _SOURCES, everything=True) if below(home.folder, path))
    for path in paths:
        text = text_of(context, path, errors="replace")
        loaded = not name.startswith("NEXT_") or _CLIENT.search(text) or _PAGES.search(path)
        if loaded and re.search(rf"\benv\.{name}\b", text) and not (plain and plain in text):
            return True
    return False
