"""What one environment of a worker lacks of what the top binds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks.references._bindings_judged import Mismatch
from toolkit.checks.references._worker_env import is_used
from toolkit.checks.references._wrangler import bindings, environments
from toolkit.errors import ToolkitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler import Config
    from toolkit.documents import Path
    from toolkit.model import Span

__all__ = ["inherited"]

_NOT_INHERITED = (
    "vars", "kv_namespaces", "r2_buckets", "d1_databases", "durable_objects", "queues", "services", "analytics_engine_datasets",
    "vectorize", "hyperdrive", "workflows", "ai", "browser",
)  # fmt: skip
_SLIP = 0.8
_SHOWN = 12


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
