"""Buckets, queues and databases that wrangler names and Terraform makes by nearly the same name."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from toolkit.checks.references._bindings_judged import Mismatch
from toolkit.checks.references._repair import position
from toolkit.checks.references._scripts import mentioned
from toolkit.checks.references._terraform import modules
from toolkit.checks.references._worker_routes import filled
from toolkit.checks.references._wrangler import scopes
from toolkit.checks.references._wrangler_claims import items_of
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler import Config

__all__ = ["misnamed_stores"]

_STORES = (
    (("r2_buckets",), "bucket_name", "cloudflare_r2_bucket"),
    (("d1_databases",), "database_name", "cloudflare_d1_database"),
    (("queues", "producers"), "queue", "cloudflare_queue"),
    (("queues", "consumers"), "queue", "cloudflare_queue"),
)
_LIKE = 0.8
_SHORTEST = 4
"""Letters of a word from which a slip in it can be told from another word."""


def misnamed_stores(context: Inspection, config: Config) -> Iterator[Mismatch]:
    """Names of one configuration that Terraform makes nothing by, where it makes something by a name with one slip."""
    made = _made(context)
    for where, data in scopes(config):
        for path, key, kind in _STORES if made else ():
            for place, item in items_of(data, path):
                name = item.get(key)
                known = made.get(kind, frozenset()) - _named(config)
                near = [one for one in sorted(known) if isinstance(name, str) and _is_slip(name, one)]
                if len(near) == 1 and isinstance(name, str) and not mentioned(context, name, besides=config.path):
                    yield Mismatch(
                        config.path,
                        f"{key} is {name}, and Terraform makes {near[0]}: by the other name nothing is there.",
                        f"write {near[0]} in place of {name}",
                        position(config.document, (*where, *place, key))[0],
                        f"made: {', '.join(sorted(made[kind]))}"[:200],
                    )


@once_a_run
def _made(context: Inspection) -> dict[str, frozenset[str]]:
    """What Terraform makes, by kind, with plain values filled in."""
    kinds = {kind for _, _, kind in _STORES}
    found: dict[str, set[str]] = {}
    for module in modules(context):
        for block in module.document.blocks("resource"):
            given = block.attribute("queue_name") or block.attribute("name")
            if block.labels[:1] and block.labels[0] in kinds and given is not None:
                text = given.expression
                name = filled(context, module.folder, text[1:-1] if text.startswith('"') else f"${{{text}}}")
                found.setdefault(block.labels[0], set()).update(() if "$" in name else (name,))
    return {kind: frozenset(names) for kind, names in found.items()}


def _named(config: Config) -> frozenset[str]:
    """Every name of a store that a configuration has."""
    found = (
        item.get(key) for _, data in scopes(config) for path, key, _ in _STORES for _, item in items_of(data, path)
    )
    return frozenset(name for name in found if isinstance(name, str))


def _is_slip(name: str, other: str) -> bool:
    """Whether two names differ in the letters of one word: ``uploads-dev`` and ``uploads-prod`` are two names."""
    first, second = re.split(r"[-_]", name), re.split(r"[-_]", other)
    unlike = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    if len(first) != len(second) or len(unlike) != 1:
        return False
    one, two = unlike[0]
    if min(len(one), len(two)) < _SHORTEST or re.sub(r"\D", "", one) != re.sub(r"\D", "", two):
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _LIKE
