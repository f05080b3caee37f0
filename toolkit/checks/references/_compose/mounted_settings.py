"""What settings that compose mounts into services name: hosts that no service is, files that no mount brings."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import all_files, filled
from toolkit.checks.references._compose.hosts import OUTSIDE, PLACEHOLDER, known_hosts, told_of_compose
from toolkit.checks.references._compose.nginx_includes import unbrought
from toolkit.checks.references._compose.sections import mounts
from toolkit.checks.references._compose.settings_files import HOST, SETTINGS, addresses, mounted
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._kubernetes.manifests import cluster
from toolkit.checks.references._repair import strings
from toolkit.checks.references._services import environment
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import listed, path_from, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.settings_files import Mounted
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["amiss", "targets"]

_LARGEST = 100_000
_VARIABLE = regex(r"\$\{(\w+)\}")
_RULES: tuple[tuple[str, Path, str], ...] = (
    ("scrape_configs", ("rule_files",), "the alerts and rules of"),
    ("route", ("templates",), "the templates of"),
)
"""What tells a kind of settings, where it lists files of the container, and what they hold."""


def amiss(context: Inspection) -> Iterator[Fault]:
    """Every fault, each file once, whatever services it is mounted into."""
    if context.focus is not None and not any(map(SETTINGS.search, context.focus)):
        return  # neither settings nor a compose file
    done: set[str] = set()
    for one in mounted(context):
        if one.path in done or not context.shows(one.path, one.compose.path):
            continue
        done.add(one.path)
        text = text_of(context, one.path, _LARGEST, errors="replace")
        if one.path.endswith((".yml", ".yaml")):
            document = context.readable(one.path, yaml.parse)
            if document is None:
                continue
            yield from _files(context, one, document)
        yield from _hosts(context, one, text)
    yield from _includes(context)


def _includes(context: Inspection) -> Iterator[Fault]:
    """Files that nginx is told to include and that its container lacks, each configuration once."""
    done: set[str] = set()
    for one in unbrought(context):
        if one.path in done or not context.shows(one.path, one.runner):
            continue
        done.add(one.path)
        names = ", ".join(f'"{name}"' for name in tuple(one.lacks)[:4])
        verb = "are" if len(one.lacks) > 1 else "is"
        yield Fault(
            one.path,
            min(one.lacks.values()),
            f"nginx includes {names}, which {verb} neither in its image nor brought by {one.runner}: it does not start.",
            "; ".join(f"line {line}: {name}" for name, line in one.lacks.items()),
            f"mount or copy {next(iter(one.lacks))} into the container, or take the include out",
            severity="error",
        )


def _hosts(context: Inspection, one: Mounted, text: str) -> Iterator[Fault]:
    """Hosts that are no service of any compose file and of no cluster."""
    known = known_hosts(context)
    lost: dict[str, int] = {}
    for host, _, number in (*targets(context, one), *addresses(text)):
        name = host.lower()
        if name not in known and name not in OUTSIDE and not PLACEHOLDER.search(name):
            lost.setdefault(host, number)
    lost = {host: number for host, number in lost.items() if host.lower() not in told_of_compose(context)}
    if not lost or _is_clusters(context, one.path, lost):
        return
    line, names = min(lost.values()), sorted(lost, key=lambda name: lost[name])
    near = likely(names[0], known, slip=True)
    first = ", ".join(f'"{name}"' for name in names[:6])
    text_of = f"{first} are names" if len(names) > 1 else f"{first} is the name"
    yield Fault(
        one.path,
        line,
        f"{text_of} of no service in any compose file, and {one.image or one.compose.path} "
        f"{'copies' if one.image else 'mounts'} this file into {one.service}: nothing answers there.",
        "; ".join(f"line {lost[name]}: {name}" for name in names[:12]) + (f"; {near} is one" if near else ""),
        f"write {near} in place of {names[0]}" if near else f"add the service {names[0]}, or take it out here",
        severity=_level(context, one, text),
    )


def _level(context: Inspection, one: Mounted, text: str) -> Severity:
    """How bad an unknown host is: nginx does not start, and another stack of the same network may have it."""
    if not _networks(one.compose, external=True) <= {
        name for other in all_files(context) for name in _networks(other, external=False)
    }:
        return "info"
    return "error" if "proxy_pass" in text and "resolver" not in text and not one.image else "warning"


def _networks(compose: Compose, *, external: bool) -> set[str]:
    """The networks that a file makes, or those that it takes from others, without the project that compose puts before."""
    given = table(compose.document.data, "networks")
    chosen = {str(name): table(one) for name, one in given.items() if bool(table(one).get("external")) is external}
    return {re.split(r"[-_]", str(one.get("name", name)))[-1] for name, one in chosen.items()}


def targets(context: Inspection, one: Mounted) -> Iterator[tuple[str, int, int]]:
    """The targets of Prometheus, its own and those of its alerts."""
    document = context.readable(one.path, yaml.parse) if one.path.endswith((".yml", ".yaml")) else None
    if document is None:
        return
    data = table(document.data)
    jobs, given = data.get("scrape_configs"), environment(one.compose.services[one.service].get("environment"))
    places: list[tuple[Path, Any]] = [(("scrape_configs", index), job) for index, job in enumerate(listed(jobs))]
    managers = table(data, "alerting").get("alertmanagers")
    places += [(("alerting", "alertmanagers", index), job) for index, job in enumerate(listed(managers))]
    for where, job in places:
        if "relabel_configs" in table(job) and "params" in table(job):
            continue  # what the blackbox exporter is to ask
        for index, group in enumerate(listed(table(job).get("static_configs"))):
            for below, target in strings(table(group).get("targets")):
                if match := HOST.fullmatch(_VARIABLE.sub(lambda found: _value(given, found), target)):
                    place = document.position((*where, "static_configs", index, "targets", *below))
                    yield match["host"], int(match["port"]), place[0]


def _value(given: dict[str, Any], found: re.Match[str]) -> str:
    """What a script puts in place of a variable of the service before it starts; the variable where that is not known."""
    value = given.get(found[1])
    return found[0] if value is None else filled(str(value))


def _is_clusters(context: Inspection, path: str, lost: dict[str, int]) -> bool:
    """Whether a cluster has the hosts, so that the file is written for that."""
    names = {one.name for one in cluster(context).objects if one.kind == "Service"}
    return "k8s" in path or "kubernetes" in path or not names.isdisjoint(lost)


def _files(context: Inspection, one: Mounted, document: yaml.Document) -> Iterator[Fault]:
    """Files of the container that settings list, and that no mount of the service brings."""
    data = table(document.data)
    named = [
        (where, what, below, text)
        for sign, where, what in _RULES
        if sign in data
        for below, text in strings(data.get(str(where[0])))
    ]
    for index, provider in enumerate(listed(data.get("providers"))):
        folder = table(provider, "options").get("path")
        if isinstance(folder, str) and "provisioning" in one.target:
            named.append((("providers", index, "options"), "the dashboards of", ("path",), folder))
    lost = [
        (document.position((*where, *below))[0], what, text)
        for where, what, below, text in named
        if not _is_brought(context, one, path_from(posixpath.dirname(one.target), text))
    ]
    if lost:
        line, what, text = lost[0]
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        yield Fault(
            one.path,
            line,
            f'No mount of {one.compose.path} brings "{text}"{more} into service {one.service}: {what} the service do not load.',
            "; ".join(f"line {number}: {other}" for number, _, other in lost[:8]),
            f"mount {text} into {one.service}",
            severity="info" if not any(_is_written(context, other) for *_, other in lost) else "warning",
        )


def _is_written(context: Inspection, text: str) -> bool:
    """Whether a path is of one file, or the repository has what a pattern is for: a stock pattern may find nothing."""
    folder, end = posixpath.split(text)
    known = context.inventory.by_name
    return "*" not in text or any(
        posixpath.basename(posixpath.dirname(path)) == posixpath.basename(folder)
        for name in known
        if fnmatchcase(name, end)
        for path in known[name]
    )


def _is_brought(context: Inspection, one: Mounted, path: str) -> bool:
    """Whether a mount of the service, or its image, may bring a path of the container."""
    services = [
        (file, file.services[one.service])
        for file in (one.compose, *bundle(context, one.compose))
        if one.service in file.services
    ]
    for file, service in services:
        if (
            service.keys() & {"build", "extends", "configs", "secrets", "tmpfs"}
            or len(environment(service.get("volumes"))) > 60
        ):
            return True
        for mount in mounts(file):
            target = posixpath.normpath(mount.target)
            if mount.service != one.service or not (path == target or path.startswith(f"{target}/")):
                continue
            if not mount.is_bind or mount.source.startswith(("/", "~")):
                return True
            # A source that is not there is told itself.
            sources = (mount.source, posixpath.join(mount.source, posixpath.relpath(path, target)))
            kinds = [resolve(context, path_from(file.folder, source)).kind for source in sources]
            if kinds[0] == "missing" or kinds[1] != "missing":
                return True
        if any(str(text).startswith(("$", "/")) for _, text in strings(service.get("volumes"))):
            return True
    return False
