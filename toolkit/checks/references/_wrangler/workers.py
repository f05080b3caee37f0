"""Workers that a wrangler configuration names and that nothing in the repository deploys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.checks.references._terraform.modules import WORKER_SCRIPTS, modules
from toolkit.checks.references._wrangler.claims import Claim, items_of
from toolkit.checks.references._wrangler.configurations import configs, deployed_as, scopes
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path

__all__ = ["unknown_workers"]

_COMMON = frozenset({"worker", "my", "api", "app", "the", "cf", "cloudflare", "service", "web"})
"""First words of workers' names that tell nothing about whose they are."""
_SERVICES = (("services",), ("tail_consumers",))


def unknown_workers(context: Inspection, config: Config) -> Iterator[Claim]:
    """Other workers by name that nothing in the repository deploys; loud where the name is like one that is."""
    known = _workers(context)
    told: set[str] = set()
    for where, data in scopes(config):
        items = [(place, "service", item) for path in _SERVICES for place, item in items_of(data, path)]
        items += [
            (place, "script_name", item)
            for path in (("durable_objects", "bindings"), ("workflows",))
            for place, item in items_of(data, path)
        ]
        lost: list[tuple[Path, str, str]] = []
        for place, key, item in items:
            name = item.get(key)
            if isinstance(name, str) and name and name not in known and name not in told and "$" not in name:
                told.add(name)
                lost.append(((*where, *place, key), key, name))
        yield from _unknown(context, config, known, lost)


def _unknown(
    context: Inspection, config: Config, known: frozenset[str], lost: list[tuple[Path, str, str]]
) -> Iterator[Claim]:
    """The names of one scope that nothing deploys: those that are like none, or are spoken of, are information."""
    loud: list[tuple[Path, str, str]] = []
    for place, key, name in lost:
        maker = _deployed_by(context, config, name)
        kin = sum(_stem(other) == _stem(name) for other in known) > 1 and _stem(name) not in _COMMON
        if not maker and (kin or likely(name, known) or _full(name, known)):
            loud.append((place, key, name))
            continue
        hint = f"; {maker} speaks of it" if maker else ""
        text = f"{key} names the worker {name}, which no configuration of the repository deploys{hint}."
        todo = f"say in the README who deploys {name}"
        yield Claim(place, text, todo, "info", f"known: {', '.join(sorted(known)[:8])}")
    if loud:
        place, key, name = loud[0]
        near = likely(name, known) or _full(name, known)
        hint = f"; {near} is one" if near else ""
        more = f" So does it {', '.join(other for _, _, other in loud[1:9])}." if loud[1:] else ""
        text = f"{key} names the worker {name}, which no configuration of the repository deploys{hint}.{more}"
        names = ", ".join(other for _, _, other in loud[:9])
        todo = instead(name, near, f"name workers that are deployed in place of {names}, or say who deploys them")
        known_as = f"known: {', '.join(sorted(known)[:8])}"
        yield Claim(place, text, todo, "warning", known_as, near if not loud[1:] else "")


def _deployed_by(context: Inspection, config: Config, name: str) -> str:
    """The first script or instruction that speaks of a worker of a name; a word such as ``api`` alone means none."""
    if _stem(name) not in _COMMON or "-" in name:
        return mentioned(context, name, besides=config.path)
    word = re.compile(
        rf"(?:--name[= ]+|\bworker[s\"'`]*[ ]+[\"'`]?|wrangler[^\n]{{0,80}}[ ]){re.escape(name)}(?![\w-])"
    )
    return next((path for path, _ in lines(context, word, name) if path != config.path), "")


def _full(name: str, known: frozenset[str]) -> str:
    """The one worker whose name ends with another, as ``shop-api`` does with ``api``."""
    found = [other for other in known if other.endswith(f"-{name}")]
    return found[0] if len(found) == 1 else ""


def _stem(name: str) -> str:
    """What a project puts before the names of its workers; the whole name if it has no dash."""
    return name.partition("-")[0]


@once_a_run
def _workers(context: Inspection) -> frozenset[str]:
    """The names under which the repository deploys workers."""
    found: set[str] = set()
    for config in configs(context):
        found |= deployed_as(config)
    for module in modules(context):
        for block in module.document.blocks("resource"):
            given = block.attribute("script_name") or block.attribute("name")
            if block.labels[:1] and block.labels[0] in WORKER_SCRIPTS and given and given.literal:
                found.add(given.literal)
    return frozenset(found)
