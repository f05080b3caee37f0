"""What one environment or one of several configurations of a worker lacks of what another one binds."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks.references._bindings_judged import Mismatch, added_later
from toolkit.checks.references._repair import position
from toolkit.checks.references._worker_env import TYPES, is_read, is_used, members, uses
from toolkit.checks.references._wrangler import bindings, bound, configs, entry, environments
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.outputs import WRANGLER_FILES
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler import Config
    from toolkit.documents import Path
    from toolkit.model import Span

__all__ = ["inherited", "lacking"]

_NOT_INHERITED = (
    "vars", "kv_namespaces", "r2_buckets", "d1_databases", "durable_objects", "queues", "services", "analytics_engine_datasets",
    "vectorize", "hyperdrive", "workflows", "ai", "browser",
)  # fmt: skip
_SLIP = 0.8
_SHOWN = 12
_NEVER_DEPLOYED = regex(r"(^|[/.-])(?:tests?|vitest|e2e|examples?|templates?|samples?|tpl|dist)[./-]")
_LOCAL = regex(r"[.-](?:local|dev|development)[.-]")


class _Slip(NamedTuple):
    """A binding that nobody takes, in place of one that is lacking."""

    given: str
    wanted: str
    where: Path
    is_alike: bool


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
        used = {item: kind for item, kind in lost.items() if is_used(context, config, item)}
        top = {other for other, _, _ in bindings(config.data)}
        slips = _slips(context, config, used, (data, ("env", name), top))
        for slip in slips:
            yield _misnamed(config, slip, f"Environment {name} binds")
            del lost[slip.wanted], used[slip.wanted]
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
            f"{where} not inherit {', '.join(kinds)}, and {'lacks' if one else 'lack'} {', '.join(items[:_SHOWN])}: undefined there.",
            f"repeat {', '.join(items[:_SHOWN])} in [env.{names[0]}]" + ("" if one else " and the others"),
            config.document.line(("env", names[0])),
            f"the code uses {', '.join(items[:_SHOWN])}" if in_use else f"{', '.join(kinds)} stands at the top only",
            severity="warning" if in_use else "info",
        )


def lacking(context: Inspection) -> Iterator[Mismatch]:
    """What one configuration of a worker binds nowhere, another one binds, and the code needs."""
    workers: dict[str, list[Config]] = {}
    for config in configs(context):
        if main := _main(context, config):
            workers.setdefault(main, []).append(config)
    for main, group in workers.items():
        known = {config.path for config in group}
        needed = _needed(context, group) if len(group) > 1 else {}
        for config in group if needed else ():
            own = bound(config)
            passed = _NEVER_DEPLOYED.search(config.path) or _is_passed_over(config, known)
            lost = {name: kind for name, kind in needed.items() if name not in own}
            if not passed and own and lost:
                yield from _lost(context, config, main, lost, group)


def _main(context: Inspection, config: Config) -> str:
    """The entry of a worker; of one whose entry is gone, that of the other configurations of its folder."""
    own = entry(config, config.data)
    if not own or context.is_file(own):
        return own
    beside = {entry(other, other.data) for other in configs(context) if other.folder == config.folder}
    there = [main for main in beside if main and context.is_file(main)]
    return there[0] if len(there) == 1 else own


def _needed(context: Inspection, group: list[Config]) -> dict[str, str]:
    """The bindings that code cannot do without and that a configuration gives it, with their tables."""
    given = {name: kind for config in group for name, kind in _all(config) if kind in TYPES}
    asked: set[str] = set()
    optional: set[str] = set()
    for config in group:
        for member in members(context, config):
            if member.is_optional:
                optional.add(member.name)
            elif member.binding and is_read(context, config, member.name):
                asked.add(member.name)
        asked |= {name for name, _, _ in uses(context, config)}
    return {name: kind for name, kind in given.items() if name in asked - optional and not added_later(context, name)}


def _lost(
    context: Inspection, config: Config, main: str, lost: dict[str, str], group: list[Config]
) -> Iterator[Mismatch]:
    others = {name for other in group if other is not config for name, _ in _all(other)}
    scopes: list[tuple[dict[str, Any], Path, set[str]]] = [(config.data, (), others)]
    scopes += [(data, ("env", name), others) for name, data in environments(config).items()]
    misnamed: dict[str, list[_Slip]] = {}
    for scope in scopes:
        for slip in _slips(context, config, lost, scope):
            misnamed.setdefault(slip.wanted, []).append(slip)
    for slips in misnamed.values():
        yield _misnamed(config, slips[0], f"{config.path} binds")
    names = [name for name in lost if name not in misnamed]
    if names:
        giver = next(other.path for other in group if names[0] in bound(other))
        listed = ", ".join(names[:_SHOWN])
        yield Mismatch(
            config.path,
            f"{config.path} binds no {listed}, which {main} needs and {giver} binds: undefined where this one is deployed.",
            f"bind {listed} in {config.path}, as {giver} does",
            position(config.document, ("name",))[0],
            f"{', '.join(dict.fromkeys(lost[name] for name in names))} of {giver}",
            "info" if _LOCAL.search(config.path) else "warning",
        )


def _all(config: Config) -> Iterator[tuple[str, str]]:
    for data in (config.data, *environments(config).values()):
        yield from ((name, kind) for name, kind, _ in bindings(data))


def _is_passed_over(config: Config, known: Iterable[str]) -> bool:
    """Whether wrangler takes another configuration of the same folder unless it is told this one."""
    name = posixpath.basename(config.path)
    before = WRANGLER_FILES[: WRANGLER_FILES.index(name)] if name in WRANGLER_FILES else ()
    return any(path_from(config.folder, other) in known for other in before)


def _slips(
    context: Inspection, config: Config, lost: dict[str, str], scope: tuple[dict[str, Any], Path, set[str]]
) -> list[_Slip]:
    """What one scope binds that nobody takes and no other one knows, where it is like what is lacking or can be nothing else.

    Args:
        context: the run.
        config: the configuration.
        lost: the names that are lacking, with their tables.
        scope: what it binds, its place, and the names that others bind.
    """
    data, where, others = scope
    free = {
        name: (kind, place)
        for name, kind, place in bindings(data)
        if name not in others and not is_used(context, config, name)
    }
    found = []
    for wanted, kind in lost.items():
        same = [name for name, (other, _) in free.items() if other == kind]
        near = next((name for name in same if _words(name) == _words(wanted)), "") or likely(wanted, same, _SLIP)
        only = kind != "vars" and len(same) == 1 and [*lost.values()].count(kind) == 1
        if given := near or (same[0] if only else ""):
            found.append(_Slip(given, wanted, (*where, *free.pop(given)[1]), bool(near)))
    return found


def _misnamed(config: Config, slip: _Slip, who: str) -> Mismatch:
    edit: tuple[Span, str] | None = None
    if slip.is_alike and slip.where[-1] in ("binding", "name"):
        try:
            edit = (config.document.replace(slip.where, slip.wanted), slip.wanted)
        except ToolkitError:  # merged from elsewhere: a person writes it
            edit = None
    return Mismatch(
        config.path,
        f"{who} {slip.given}, which nobody takes, and lacks {slip.wanted}: undefined there.",
        f"write {slip.wanted} in place of {slip.given}",
        config.document.line(slip.where),
        f"the code uses {slip.wanted}",
        edit=edit,
    )


def _words(name: str) -> list[str]:
    """The parts of a name, whatever their order; those of one that is written without dashes are one."""
    return sorted(re.split(r"[_-]", name.lower())) if re.search(r"[_-]", name) else [name.lower()]
