"""See :class:`ComposeDependencyUndefined`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._compose.bundles import assembled, partners, spoken, written_with
from toolkit.checks.references._compose.files import all_files, files
from toolkit.checks.references._compose.health import unhealthy
from toolkit.checks.references._compose.hosts import hosts_of, strangers
from toolkit.checks.references._compose.started import unstarted
from toolkit.checks.references._compose.uses import circles, defined, line, uses
from toolkit.checks.references._repair import by_hand, replace, reword, stands
from toolkit.checks.references._scripts.texts import sets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.hosts import Stranger
    from toolkit.checks.references._compose.uses import Use
    from toolkit.model import Finding, Severity

_MOST = 4
"""How many names are told of one by one where the section is missing that defines them."""


class ComposeDependencyUndefined(Check):
    """A compose service names another service, a volume, a network, a secret or a config that no file defines.

    What it checks: ``depends_on``, ``links``, ``volumes_from``, ``extends``, ``network_mode: service:X``, named volumes,
        networks, secrets and configs, against the file, what it includes, and files that are run together with it; for
        ``extends`` with a file, that file. A name that only a neighbouring file defines is information, for this file may be laid
        over that one; not where both define the same services or are projects of two names, so that each is run alone. Many names of a section that is missing
        are one finding. Services that wait for each other in a circle, one that needs
        another which only a profile starts, hosts in variables and environment files that are no service of any compose file, and ``condition: service_healthy``
        for a service that has no health check, neither in compose nor in its image. Services that commands of ``docker compose`` in scripts,
        Makefiles, `package.json` and workflows name and that no compose file of the repository has.
    Why it matters: Compose refuses the whole file, not only the service; a service that waits for health that nobody
        measures never starts.
    How to fix: Correct the name, define it, or remove the dependency on a service that is gone; give the service that
        is waited for a ``healthcheck``, or wait for ``service_started``.
    Fix safety: Unsafe. A misspelled name is replaced by the only one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        every = {one.path: one for one in all_files(context)}
        yield from self._started(context)
        for compose in files(context):
            yield from self._undefined(context, compose, every)
            yield from self._disabled(context, compose)
            yield from self._strangers(context, compose)
            for use, way in circles(compose):
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {use.where[1]} waits for {use.name}, which waits for it: compose refuses to start a circle.",
                    line=line(compose, use),
                    evidence=" -> ".join(way),
                    fixes=by_hand(f"take one of the dependencies out of the circle {' -> '.join(way)}"),
                )
            for where, name, why in unhealthy(context, compose):
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {where[1]} waits until {name} is healthy, and {why}: compose stops.",
                    line=compose.line(where),
                    evidence=f"{name} has no healthcheck",
                    fixes=by_hand(f"give {name} a healthcheck, or wait for it with condition: service_started"),
                )

    def _started(self, context: Inspection) -> Iterator[Finding]:
        """Services that commands name and that no file has."""
        for one in unstarted(context):
            known = {name for each in all_files(context) if one.file in {"", each.path} for name in each.services}
            near = likely(one.name, sorted(known))
            hint = f"; {near} is one" if near else ""
            places = ", ".join(f"{path}:{line}" for path, line in one.others[:9])
            yield self.finding(
                context,
                one.path,
                f"docker compose is told the service {one.name}, which {f'{one.file} does not define' if one.file else 'no compose file defines'}{hint}: the command stops.",
                line=one.line,
                evidence=one.command + (f"; so in {places}" if places else ""),
                severity="error" if one.fails else "warning",
                fixes=by_hand(instead(one.name, near, f"define the service {one.name}, or name one that there is")),
                related=one.others,
            )

    def _disabled(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        """Services that are needed by one that runs without their profile."""
        for use in uses(compose):
            needed = compose.services.get(use.name) if use.starts else None
            theirs = _profiles(needed) if needed is not None else ()
            # One that has profiles too is started together with others, by those who know which.
            alone = theirs and not _profiles(compose.services[str(use.where[1])])
            if alone and not sets(context, "COMPOSE_PROFILES"):
                yield self.finding(
                    context,
                    compose.path,
                    f"Service {use.where[1]} always runs and needs {use.name}, which only a profile starts: without it "
                    "compose refuses.",
                    line=line(compose, use),
                    evidence=f"profiles of {use.name}: {', '.join(theirs)}",
                    severity="warning",
                    fixes=by_hand(f"give {use.where[1]} the profile {theirs[0]} too, or start {use.name} without one"),
                )

    def _strangers(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        """Hosts in variables that nothing is, each once; what is told as an undefined service is left out."""
        told = {use.name for use in uses(compose) if use.kind == "service"}
        reached = hosts_of(compose, *assembled(context, compose))
        found: dict[str, list[Stranger]] = {}
        for one in strangers(context, compose):
            same = found.setdefault(one.host, []) if one.host not in told else []
            if (one.path, one.line) not in {(other.path, other.line) for other in same}:
                same.append(one)
        for host, (first, *others) in found.items():
            near = likely(host.lower(), reached)
            lines = "; ".join(f"{one.path}:{one.line}: {one.variable}" for one in others[:8])
            yield self.finding(
                context,
                first.path,
                f"{first.variable} of service {first.service} asks the host {host}, and no service is reached by that name.",
                line=first.line,
                evidence=f"{first.variable}: {host}" + (f"; {lines}" if lines else ""),
                severity="info" if first.is_default else "warning",
                fixes=by_hand(instead(host, near, f"name a service that there is, or define {host}")),
            )

    def _undefined(self, context: Inspection, compose: Compose, every: dict[str, Compose]) -> Iterator[Finding]:
        whole, together = assembled(context, compose), partners(context, compose)
        groups: dict[tuple[str, str, str], dict[str, list[Use]]] = {}
        for use in uses(compose):
            place = every.get(use.file) if use.file else compose
            if place is None or "$" in use.name or use.name in defined(place, use.kind):
                continue
            if not use.file and any(use.name in defined(other, use.kind) for other in whole):
                continue  # it runs as a part of the file that includes it
            holders = () if use.file else (*together, *spoken(context, compose), *written_with(context, compose))
            holder = next((other.path for other in holders if _holds(other, use)), "")
            groups.setdefault((use.kind, use.file, holder), {}).setdefault(use.name, []).append(use)
        for (kind, file, holder), names in groups.items():
            level: Severity = "info" if holder else "error"
            nobody = f"{file} does not define" if file else "no file that it is run with defines"
            why = f"only {holder} defines" if holder else nobody
            known = defined(every[file] if file else compose, kind)
            # Each misspelled service is a mistake of its own; what a whole section lacks is one.
            if len(names) > _MOST and (holder or (kind != "service" and set(known) <= {"default"})):
                yield self._several(context, compose, list(names.values()), why, level)
                continue
            for found in names.values():
                yield self._told(context, compose, found, known, why, level)

    def _told(  # noqa: PLR0913, PLR0917 - the parts of one message
        self, context: Inspection, compose: Compose, found: list[Use], known: tuple[str, ...], why: str, level: Severity
    ) -> Finding:
        use, *others = found
        near = likely(use.name, known, 0.8, slip=True)
        places = ((compose.path, line(compose, one)[0]) for one in found)
        fixes = reword(context, dict.fromkeys(places), use.name, near) if near else ()
        if near and not others and compose.document.get(use.where) == use.name and stands(compose.document, use.where):
            fixes = replace(context, compose.path, compose.document, use.where, near)
        todo = f"run this file behind {why.split()[1]}" if level == "info" else f"define the {use.kind} {use.name}"
        fixes = fixes or by_hand(instead(use.name, near, f"{todo}, or take it out of {use.where[1]}"))
        lines = f"; also line {', '.join(str(line(compose, other)[0]) for other in others)}" if others else ""
        return self.finding(
            context,
            compose.path,
            f"Service {use.where[1]} needs the {use.kind} {use.name}, and {why} it"
            f"{', so this file works behind that one' if level == 'info' else ''}.",
            line=line(compose, use),
            evidence=f"defined: {', '.join(sorted(known)) or 'none'}{lines}",
            severity=level,
            fixes=fixes,
        )

    def _several(
        self, context: Inspection, compose: Compose, found: list[list[Use]], why: str, level: Severity
    ) -> Finding:
        first = found[0][0]
        return self.finding(
            context,
            compose.path,
            f"Services need {len(found)} {first.kind}s that {why}: "
            f"{', '.join(same[0].name for same in found[:_MOST])} and others.",
            line=line(compose, first),
            evidence=", ".join(f"{same[0].name} (line {line(compose, same[0])[0]})" for same in found[:40]),
            severity=level,
            fixes=by_hand(f"add a section {first.kind}s that defines them, or run this file behind the one that does"),
        )


def _holds(other: Compose, use: Use) -> bool:
    """Whether another file defines what one uses; a service of which it only changes something has to come from a third."""
    whole = use.kind != "service" or other.services.get(use.name, {}).keys() & {"image", "build", "extends"}
    return bool(whole) and use.name in defined(other, use.kind)


def _profiles(service: dict[str, Any]) -> tuple[str, ...]:
    value = service.get("profiles")
    return tuple(map(str, value)) if isinstance(value, list) else ()
