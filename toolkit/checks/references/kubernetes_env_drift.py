"""See :class:`KubernetesEnvDrift`."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._environment.needs import demanded, reads, wished
from toolkit.checks.references._environment.parts import has_port, is_addressed, is_in_address
from toolkit.checks.references._environment.renamed import by_a_word, read_by
from toolkit.checks.references._environment.variable_names import renamed
from toolkit.checks.references._kubernetes.charts import in_every_view
from toolkit.checks.references._kubernetes.given import given
from toolkit.checks.references._kubernetes.pods import LASTING, file_of, in_focus
from toolkit.checks.references._kubernetes.programs import running, variables
from toolkit.checks.references._repair import by_hand, replace
from toolkit.checks.references._services import environment
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container
    from toolkit.checks.references._services import Program
    from toolkit.model import Finding


class KubernetesEnvDrift(Check):
    """A manifest does not give a program the environment that its code and compose speak of.

    What it checks: For programs whose Dockerfile or package, manifest and code belong together by the image's name: variables of the
        container, and of ConfigMaps that it takes as a whole, that neither the code reads nor compose sets, where one of nearly the same name is wanted and not set, or one that differs
        by a word and nothing in the repository reads the other; and
        variables that the container lacks though the code stops without them, or reads them without a value of its own and
        compose sets them. A container whose ConfigMaps and Secrets are not all known, or that runs a command of its own, is
        not asked for what it lacks.
    Why it matters: The program starts without the variable and falls back to a default, or fails, in the cluster only.
    How to fix: Use one name in code, compose and manifest; add what the manifest lacks.
    Fix safety: Unsafe. The manifest's variable is renamed to what the code reads.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        return in_every_view(context, self._seen)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        told: dict[str, Finding] = {}
        shared: set[tuple[str, int]] = set()
        for program, container in running(context):
            if in_focus(context, container.pod.owner):
                others = tuple(self._compare(context, program, container))
                yield from (one for one in others if (one.path, one.line) not in shared)
                shared.update((one.path, one.line) for one in others)
                for one in self._lacking(context, program, container) if not others else ():
                    # Several manifests of one program that lack the same are one cause.
                    cause = f"{program.folder}: {one.message.partition(' does not set ')[2]}"
                    known = told.get(cause)
                    more = f"; {one.path}:{one.line} neither"
                    new = known and (known.path, known.line) != (one.path, one.line) and more not in known.evidence
                    told[cause] = replaced(known, evidence=known.evidence + more) if known and new else known or one
        yield from told.values()

    def _lacking(self, context: Inspection, program: Program, container: Container) -> Iterator[Finding]:
        known = given(context, program, container)
        whole = container.pod.owner.kind in LASTING and "initContainers" not in container.where
        if known is None or not whole or container.data.keys() & {"command", "args"}:
            return
        composed = {
            name
            for compose, service in program.services
            for name, value in environment(compose.services[service].get("environment")).items()
            # Who gives it nothing by default says that the program does without.
            if not str(value).endswith((":-}", "-}"))
        }
        stops = demanded(context, program.folder)
        lost, loud = _lost(context, program, known, composed, stops)
        if not lost:
            return
        names = sorted(lost, key=lambda name: (name not in stops, name not in composed, name))
        hard = any(name in stops for name in names)
        owner = container.pod.owner
        line = owner.at((*container.where, "name"))
        yield self.finding(
            context,
            file_of(line, owner.path),
            f"{owner.kind} {owner.name} does not set {', '.join(names[:8])}, which the program in {program.folder} "
            f"{'stops without' if hard else 'reads and compose sets'}.",
            line=line,
            severity="warning" if loud and not _takes_files(container) else "info",
            evidence="; ".join(
                f"{lost[name]} {'needs' if name in stops else 'reads'} {name}{' (set by compose)' if name in composed else ''}"
                for name in names[:8]
            ),
            fixes=by_hand(
                f"add {', '.join(names[:8])} to env of container {container.data.get('name')}, or to a ConfigMap or Secret that it takes"
            ),
        )

    def _compare(self, context: Inspection, program: Program, container: Container) -> Iterator[Finding]:
        owner = container.pod.owner
        wanted = _wanted(context, program) if program.dockerfile else read_by(context, program, container)
        names = list(variables(context, container))
        # What only compose sets may be as wrong there: the code is the judge.
        asked = read_by(context, program, container)
        missing = asked - {name for _, _, name in names}
        unread = by_a_word(context, program, container, tuple(name for _, _, name in names))
        for holder, where, name in names:
            # `Jwt__Issuer` is how the settings of .NET are written, and read under another name.
            plain = name and name not in wanted and "__" not in name
            near = renamed(name, missing) if plain else ""
            # What several programs take may be for another of them.
            apart = holder is not owner
            near = unread.get(name, "") if not near or (apart and _is_wanted(context, name)) else near
            if not near or not in_focus(context, holder):
                continue
            place, line = (*owner.where, *where), holder.at(where)
            path = file_of(line, holder.path)
            fixes = replace(context, path, owner.document, place, near) if not apart else ()
            yield self.finding(
                context,
                path,
                f"{holder.kind} {holder.name} sets {name}, and the program in {program.folder} wants {near}: in the cluster "
                "it runs without it.",
                line=line,
                evidence=f"no code of the repository reads {name}"
                if name in unread
                else _evidence(context, program, near),
                fixes=fixes or by_hand(f"write {near} in place of {name} in {holder.kind} {holder.name}"),
            )


def _takes_files(container: Container) -> bool:
    """Whether Secrets come to a container as files, which a program may take for its environment."""
    mounted = {table(item).get("name") for item in listed(container.data.get("volumeMounts"))}
    volumes = [table(item) for item in listed(container.pod.data.get("volumes"))]
    brought = any(one.get("name") in mounted and one.keys() & {"secret", "csi", "projected"} for one in volumes)
    return brought or "agent-inject" in str(table(container.pod.owner.data, "spec"))


def _lost(
    context: Inspection, program: Program, known: frozenset[str], composed: set[str], stops: dict[str, str]
) -> tuple[dict[str, str], bool]:
    """Variables that a container is not given, each with the file that asks for it, and whether that is loud.

    Args:
        context: the run.
        program: what runs in the container.
        known: the variables that it is given.
        composed: those that compose files set for the same program.
        stops: those without which the program stops, each with its file.
    """
    lost = {name: path for name, path in stops.items() if name not in known}
    wishes = wished(context, program.folder).items()
    lost |= {name: path for name, path in wishes if name in composed - known and not is_in_address(name, known)}
    if lost:
        # What code reads without a value of its own it may as well do without: only that it stops is sure.
        return lost, not stops.keys().isdisjoint(lost)
    # A program that then calls its own machine may be set up to do without: another provider, another form of address.
    local = wished(context, program.folder, local=True).items()
    lost = {name: path for name, path in local if name in composed - known and not is_addressed(name, known)}
    # Who is given the port of a service is meant to have its host, too.
    return lost, any(has_port(name, known) for name in lost)


def _is_wanted(context: Inspection, name: str) -> bool:
    """Whether any program of a manifest reads a variable."""
    return any(name in _wanted(context, program) for program, _ in running(context) if program.dockerfile)


def _wanted(context: Inspection, program: Program) -> set[str]:
    """The variables that code or compose speak of."""
    wanted = set(reads(context, program.folder))
    wanted |= demanded(context, program.folder).keys()
    for compose, service in program.services if wanted else ():
        wanted |= environment(compose.services[service].get("environment")).keys()
    return wanted


def _evidence(context: Inspection, program: Program, name: str) -> str:
    found = [f"code in {program.folder} reads {name}"] if name in reads(context, program.folder) else []
    found += [
        f"{compose.path} sets {name} for {service}"
        for compose, service in program.services
        if name in environment(compose.services[service].get("environment"))
    ]
    return "; ".join(found)
