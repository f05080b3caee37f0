"""See :class:`KubernetesEnvDrift`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._kubernetes import listed
from toolkit.checks.references._repair import mapping, replace
from toolkit.checks.references._services import environment, programs, reads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Container
    from toolkit.checks.references._services import Program
    from toolkit.model import Finding

_SHORT = {
    "DB": "DATABASE",
    "PG": "POSTGRES",
    "URI": "URL",
    "PASS": "PASSWORD",
    "PWD": "PASSWORD",
    "HOSTNAME": "HOST",
    "USERNAME": "USER",
}


class KubernetesEnvDrift(Check):
    """A manifest sets an environment variable under another name than the program and compose use.

    What it checks: For programs whose Dockerfile, manifest and code belong together by the image's name: variables of the
        container that neither the code reads nor compose sets, where one of nearly the same name is wanted and not set.
    Why it matters: The program starts without the variable and falls back to a default, or fails, in the cluster only.
    How to fix: Use one name in code, compose and manifest.
    Fix safety: Unsafe. The manifest's variable is renamed to what the code reads.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for program in programs(context):
            if not program.containers:
                continue
            wanted = set(reads(context, program.folder))
            if not wanted:
                continue
            for compose, service in program.services:
                wanted |= environment(compose.services[service].get("environment")).keys()
            for container in program.containers:
                if context.focus is None or container.pod.owner.path in context.focus:
                    yield from self._compare(context, program, container, wanted)

    def _compare(
        self, context: Inspection, program: Program, container: Container, wanted: set[str]
    ) -> Iterator[Finding]:
        owner = container.pod.owner
        given = [str(mapping(item).get("name", "")) for item in listed(container.data.get("env"))]
        for index, name in enumerate(given):
            if not name or name in wanted:
                continue
            near = _renamed(name, wanted - set(given))
            if near:
                where = (*container.where, "env", index, "name")
                yield self.finding(
                    context,
                    owner.path,
                    f"{owner.kind} {owner.name} sets {name}, and the program in {program.folder} wants {near}: in the cluster "
                    "it runs without it.",
                    line=owner.at(where),
                    evidence=_evidence(context, program, near),
                    fixes=replace(context, owner.path, owner.document, (*owner.where, *where), near),
                )


def _evidence(context: Inspection, program: Program, name: str) -> str:
    found = [f"code in {program.folder} reads {name}"] if name in reads(context, program.folder) else []
    found += [
        f"{compose.path} sets {name} for {service}"
        for compose, service in program.services
        if name in environment(compose.services[service].get("environment"))
    ]
    return "; ".join(found)


def _renamed(name: str, missing: set[str]) -> str:
    """The missing variable that another name most likely stands for."""
    long = _spelled(name)
    same = [other for other in sorted(missing) if _spelled(other) == long]
    if same:
        return same[0]
    near: list[Any] = difflib.get_close_matches(name, sorted(missing), 1, 0.88)
    # API_KEY_1 and API_KEY_2, or FOO_HOST and FOO_PORT, are two variables.
    return (
        near[0]
        if near and len(near[0]) > 5 and abs(len(near[0]) - len(name)) == 1 and not near[0][-1].isdigit()
        else ""
    )


def _spelled(name: str) -> str:
    return "_".join(_SHORT.get(part, part) for part in name.upper().split("_") if part)
