"""See :class:`ComposeDependencyUndefined`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._compose import bundle, files, mounts
from toolkit.checks.references._repair import mapping, position, replace, stands, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix, Severity


class ComposeDependencyUndefined(Check):
    """A compose service names another service, a volume or a network that no file defines.

    What it checks: ``depends_on``, ``links``, ``volumes_from``, ``extends`` within the file, ``network_mode: service:X``,
        named volumes and networks, against the file, what it includes, and files that are run together with it. A name
        that only a neighbouring file defines is information for an override, for it is laid over that file.
    Why it matters: Compose refuses the whole file, not only the service.
    How to fix: Correct the name, define it, or remove the dependency on a service that is gone.
    Fix safety: Unsafe. A misspelled name is replaced by the only one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for compose in files(context):
            others = bundle(context, compose)
            for kind, where, name in (*_services(compose), *_volumes(compose), *_networks(compose)):
                known = _known(compose, kind)
                if name in known or "$" in name:
                    continue
                holder = next((other for other in others if name in _known(other, kind)), None)
                level: Severity = "info" if holder is not None else "error"
                yield self._told(context, compose, where, (kind, name), holder.path if holder else "", level)

    def _told(  # noqa: PLR0913, PLR0917 - the parts of one message
        self,
        context: Inspection,
        compose: Compose,
        where: Path,
        what: tuple[str, str],
        holder: str,
        level: Severity,
    ) -> Finding:
        kind, name = what
        known = _known(compose, kind)
        near = difflib.get_close_matches(name, known, 1, 0.8)
        where_else = f"only {holder} defines it, so this file works behind that one" if holder else "no file defines it"
        fixes: tuple[Fix, ...] = ()
        if near and compose.document.get(where) == name and stands(compose.document, where):
            fixes = replace(context, compose.path, compose.document, where, near[0])
        return self.finding(
            context,
            compose.path,
            f"Service {where[1]} needs the {kind} {name}, and {where_else}.",
            line=_line(compose, where, name),
            evidence=f"defined: {', '.join(sorted(known)) or 'none'}",
            severity=level,
            fixes=fixes,
        )


def _line(compose: Compose, where: Path, name: str) -> tuple[int, int]:
    value = compose.document.get(where)
    return compose.document.position((*where, name)) if isinstance(value, dict) else position(compose.document, where)


def _known(compose: Compose, kind: str) -> tuple[str, ...]:
    if kind == "service":
        return tuple(compose.services)
    section = mapping(mapping(compose.document.data).get(f"{kind}s"))
    return (*section, "default") if kind == "network" else tuple(section)


def _services(compose: Compose) -> Iterator[tuple[str, Path, str]]:
    for where, value in compose.values("depends_on"):
        yield from (("service", (*where, *below), name) for below, name in strings(value))
        yield from (
            ("service", where, name)
            for name, how in mapping(value).items()
            if mapping(how).get("required") is not False
        )
    yield from _linked(compose)
    for key in ("network_mode", "pid", "ipc"):
        for where, value in compose.values(key):
            if isinstance(value, str) and value.startswith("service:"):
                yield "service", where, value.removeprefix("service:")
    for where, value in compose.values("extends"):
        yield from _extended(where, value)


def _linked(compose: Compose) -> Iterator[tuple[str, Path, str]]:
    for key in ("links", "volumes_from"):
        for where, value in compose.values(key):
            for below, text in strings(value):
                if not text.startswith("container:"):
                    yield "service", (*where, *below), text.partition(":")[0]


def _extended(where: Path, value: Any) -> Iterator[tuple[str, Path, str]]:
    if isinstance(value, str):
        yield "service", where, value
    elif isinstance(value, dict) and "file" not in value and isinstance(value.get("service"), str):
        yield "service", (*where, "service"), value["service"]


def _volumes(compose: Compose) -> Iterator[tuple[str, Path, str]]:
    for mount in mounts(compose):
        if not mount.is_bind:
            yield "volume", mount.where, mount.source


def _networks(compose: Compose) -> Iterator[tuple[str, Path, str]]:
    for where, value in compose.values("networks"):
        yield from (("network", (*where, *below), name) for below, name in strings(value))
        yield from (("network", where, name) for name in mapping(value))
