"""Where wrangler, Terraform and the code of a worker do not agree on its bindings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.checks.references._wrangler.configurations import bindings, bound, environments, scopes, secrets
from toolkit.checks.references._wrangler.worker_env import (
    TYPES,
    is_read,
    is_switched_on,
    is_used,
    members,
    mentions,
    uses,
)
from toolkit.model import Span
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.checks.references._wrangler.worker_env import Member
    from toolkit.checks.references._wrangler.worker_resources import Resource
    from toolkit.model import Severity

__all__ = ["Mismatch", "added_later", "deployed", "inherited", "misspelt", "of_kind", "typed", "used"]

_SLIP = 0.8
"""Likeness from which a text's name is taken for a slip: what is not bound may be a secret."""


_NOT_INHERITED = (
    "vars", "kv_namespaces", "r2_buckets", "d1_databases", "durable_objects", "queues", "services", "analytics_engine_datasets",
    "vectorize", "hyperdrive", "workflows", "ai", "browser",
)  # fmt: skip
_OFF = ("false", "0", "off", "no", "")
_MOST_SHOWN = 12
_SHOWN = 5
_SINGLY = 3
"""Names that a configuration lacks up to which each is told by itself: more of them have one cause."""


class Mismatch(NamedTuple):
    """One disagreement: its place, the finding's text, and what a person does.

    ``edit`` is a span of the file and the name to write there.
    """

    path: str
    text: str
    todo: str
    line: int
    evidence: str = ""
    severity: Severity = "warning"
    edit: tuple[Span, str] | None = None


def typed(
    context: Inspection, config: Config, kinds: dict[str, str], names: set[str], taken: tuple[Member, ...]
) -> Iterator[Mismatch]:
    """Members of ``Env`` that nothing binds: bindings by their type, and texts that may be secrets."""
    known = names | secrets(context, config.folder)
    for member in taken:
        if member.name in known:
            continue
        if member.is_optional:
            yield from _renamed(context, config, kinds, member, taken)
            continue
        if member.binding and not added_later(context, member.name):
            near = likely(member.name, _resources(kinds) - {other.name for other in taken}, 0.7)
            # What no code of the worker reads is missed by nobody yet.
            unread = not near and not is_read(context, config, member.name)
            hint = f"; {near} is" if near else ""
            called = any(name == member.name for name, _, _ in uses(context, config))
            yield Mismatch(
                member.path,
                f"{member.name} is typed as a binding, and {config.path} binds it nowhere{hint}: it is undefined at run time.",
                instead(member.name, near, f"bind {member.name} in {config.path}, or take it out of the type"),
                member.line,
                f"{member.name}: {member.type}",
                "info" if unread else "error" if called else "warning",
            )
        elif member.type == "string" and not mentioned(context, member.name):
            yield Mismatch(
                member.path,
                f"{member.name} is typed, and neither a variable nor named in .dev.vars.example: perhaps a secret that nobody set.",
                f"name {member.name} in .dev.vars.example, or take it out of the type",
                member.line,
                severity="info",
            )


def _renamed(
    context: Inspection, config: Config, kinds: dict[str, str], member: Member, taken: tuple[Member, ...]
) -> Iterator[Mismatch]:
    """An optional member that the code reads and nothing binds, while one resource of its kind is bound and read by nothing."""
    if not member.binding or not is_read(context, config, member.name):
        return
    known = {one.name for one in taken}
    alike = [name for name, kind in kinds.items() if member.binding in TYPES.get(kind, ()) and name not in known]
    if len(alike) == 1 and not is_read(context, config, alike[0]):
        where = next(
            ((*at, *place) for at, data in scopes(config) for name, _, place in bindings(data) if name == alike[0]), ()
        )
        yield Mismatch(
            config.path,
            f"{alike[0]} is bound and read by nothing, and {member.name}, of the same kind, is read and bound nowhere: it is undefined at run time.",
            f"name both alike: {member.name} or {alike[0]}",
            config.document.line(where),
            f"{member.path}:{member.line} {member.name}: {member.type}",
        )


def of_kind(config: Config, kinds: dict[str, str], taken: tuple[Member, ...]) -> Iterator[Mismatch]:
    """Members whose type is that of another kind of binding than the configuration's."""
    for member in taken:
        kind = kinds.get(member.name, "")
        if member.binding and kind in TYPES and member.binding not in TYPES[kind]:
            yield Mismatch(
                member.path,
                f"{member.name} is typed {member.binding}, and {config.path} binds it in {kind}: its methods are not there at run time.",
                f"type {member.name} as {TYPES[kind][0]}, or bind it as a {member.binding}",
                member.line,
                f"{kind} are {TYPES[kind][0]}",
            )


def used(
    context: Inspection, config: Config, kinds: dict[str, str], names: set[str], taken: tuple[Member, ...]
) -> Iterator[Mismatch]:
    """Names that the code uses as bindings, whatever their type, and that nothing binds, if the configuration binds anything.

    What is typed as a binding is told at its type.
    """
    known = names | {one.name for one in taken if one.binding or one.is_optional}
    wanted = {one.name for one in taken}
    # Pages and assets without a folder bring their binding by themselves.
    implied = {"ASSETS"} if config.is_pages or "assets" in config.data else set()
    given = known | implied | secrets(context, config.folder)
    lost = [one for one in (uses(context, config) if kinds else ()) if one[0] not in given]
    lost = [one for one in lost if not added_later(context, one[0])]
    if len({name for name, _, _ in lost}) > _SINGLY:
        yield _many(config, lost)
        return
    places: dict[str, list[tuple[str, int]]] = {}
    for name, path, line in lost:
        places.setdefault(name, []).append((path, line))
    for name, ((path, line), *others) in places.items():
        also = f"; used in {', '.join(f'{other}:{at}' for other, at in others[:_SHOWN])}, too" if others else ""
        yield Mismatch(
            path,
            f"env.{name} is used, and {config.path} binds no {name}: it is undefined at run time.",
            instead(
                name, likely(name, _resources(kinds)), f"bind {name} in {config.path}, or use a name that is bound"
            ),
            line,
            f"known: {', '.join(sorted(known))}{also}",
            "error" if name in wanted else "warning",
        )


def _resources(kinds: dict[str, str]) -> set[str]:
    """The bindings of a configuration that are no plain values."""
    return {name for name, kind in kinds.items() if kind != "vars"}


def _many(config: Config, lost: list[tuple[str, str, int]]) -> Mismatch:
    """One disagreement for a configuration that the code has left far behind."""
    places = {name: f"{name} ({path}:{line})" for name, path, line in reversed(lost)}
    (name, path, line), names = lost[0], ", ".join(sorted(places))
    text = f"env.{name} and {len(places) - 1} more names are used that {config.path} does not bind: they are undefined at run time."
    return Mismatch(
        path, text, f"bind {names} in {config.path}, or use names that are bound", line, ", ".join(places.values())
    )


def misspelt(context: Inspection, config: Config, names: set[str], taken: tuple[Member, ...]) -> Iterator[Mismatch]:
    """Texts that the code takes by another name than the configuration gives them: nobody takes that one."""
    # A resource is no value: what is used as one, or typed so, is told as such.
    resources = {name for name, _, _ in uses(context, config)} | {member.name for member in taken if member.binding}
    asked = {(member.name, member.path, member.line) for member in taken} | set(mentions(context, config))
    asked = {one for one in asked if one[0] not in resources}
    free = (
        {name for name in names - {name for name, _, _ in asked} if not is_used(context, config, name)}
        if names
        else set()
    )
    known = names | secrets(context, config.folder)
    told: set[str] = set()
    for name, path, line in sorted(asked, key=lambda one: one[1:]) if free else ():
        near = likely(name, free, _SLIP) if name not in known and name not in told else ""
        if near and not mentioned(context, name):
            told.add(name)
            yield Mismatch(
                path,
                f"{name} is taken from the environment, and {config.path} gives {near}, which nobody takes: it is undefined at run time.",
                instead(name, near, ""),
                line,
                f"given: {', '.join(sorted(free))}",
            )


def deployed(context: Inspection, resource: Resource) -> Iterator[Mismatch]:
    """What Terraform binds and nobody knows; for a worker that it alone deploys, also what it does not bind."""
    config = resource.config
    taken = members(context, config)
    known = {member.name for member in taken} | (bound(config) if resource.is_configured else set())
    if not known:
        return
    free = known - {name for name, _ in resource.bound}
    strange: list[tuple[str, int]] = []
    for name, start in resource.bound:
        if name not in known and (resource.is_configured or not is_used(context, config, name)):
            if near := likely(name, free, 0.6):
                yield _unknown(resource, [name], start, known, near)
            else:
                strange.append((name, start))
    if strange:  # they have one cause: the worker has changed since
        yield _unknown(resource, [name for name, _ in strange], strange[0][1], known)
    names = {name for name, _ in resource.bound}
    for member in taken if names and not resource.is_configured else ():
        if member.binding and not member.is_optional and member.name not in names:
            yield Mismatch(
                member.path,
                f"{member.name} is typed as a binding, and {resource.module.path} binds it nowhere: it is undefined at run time.",
                f"bind {member.name} in {resource.module.path}, or take it out of the type",
                member.line,
                f"line {resource.line} binds {', '.join(sorted(names))}",
            )


def _unknown(resource: Resource, names: list[str], start: int, known: set[str], near: str = "") -> Mismatch:
    """Names that Terraform binds and nobody knows, from the offset of the first; one alone may be near to another."""
    module, called = resource.module, ", ".join(names)
    text = module.document.text
    span = Span(text.byte(start), text.byte(start + len(called)), near.encode()) if near else None
    many = len(names) > 1
    return Mismatch(
        module.path,
        f"Terraform binds {called}, and {resource.config.path} and the code do not know {'them' if many else 'it'}{f'; they say {near}' if near else ''}.",
        instead(called, near, f"take {called} out of {module.path}, or use {'them' if many else 'it'} in the code"),
        text.line(start),
        f"known: {', '.join(sorted(known))}",
        edit=(span, near) if span else None,
    )


def added_later(context: Inspection, name: str) -> bool:
    """Whether a script or workflow writes a binding into the configuration before it deploys."""
    written = re.compile(rf"\bbinding\W{{1,8}}{re.escape(name)}\b")
    return any(not path.endswith((".md", ".mdx")) for path, _ in lines(context, written, name))


def _is_off(config: Config, name: str) -> bool:
    """Whether the top gives a variable a word for no."""
    return str(table(config.data, "vars").get(name, "on")).lower() in _OFF


def inherited(context: Inspection, config: Config) -> Iterator[Mismatch]:
    """What environments lack and the top has: one finding for all that lack the same, however many tables it is."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...], bool], list[str]] = {}
    for name, data in environments(config).items() if not config.is_pages else ():
        lost = {
            item: key
            for key in _NOT_INHERITED
            for item, kind, _ in bindings({key: config.data.get(key)})
            if kind == key and item not in {other for other, _, _ in bindings({key: data.get(key)})}
        }
        used = {
            item: kind
            for item, kind in lost.items()
            # What is switched off at the top is off in an environment that lacks it, too.
            if is_used(context, config, item) and not (_is_off(config, item) and is_switched_on(context, config, item))
        }
        # A table that the environment repeats in part may leave out what it does not need.
        forgotten = [item for item in lost if lost[item] not in data or item in used]
        if forgotten:
            kinds = tuple(dict.fromkeys(lost[item] for item in used or forgotten))
            groups.setdefault((kinds, tuple(used or forgotten), bool(used)), []).append(name)
    for (kinds, items, in_use), names in groups.items():
        one = len(names) == 1
        where = f"Environment {names[0]} does" if one else f"Environments {', '.join(names)} do"
        yield Mismatch(
            config.path,
            f"{where} not inherit {', '.join(kinds)}, and {'lacks' if one else 'lack'} {', '.join(items[:_MOST_SHOWN])}: undefined there.",
            f"repeat {', '.join(items[:_MOST_SHOWN])} in [env.{names[0]}]" + ("" if one else " and the others"),
            config.document.line(("env", names[0])),
            f"the code uses {', '.join(items[:_MOST_SHOWN])}"
            if in_use
            else f"{', '.join(kinds)} stands at the top only",
            severity="warning" if in_use else "info",
        )
