"""Python packages that a manifest asks for in groups of development alone, and that nothing else of it brings."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._manifests import installers
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import normalized, python_requirements
from toolkit.places import folder_of, inside, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["is_shipped_without", "only_developed"]

_GROUP = regex(
    r"(?:dev|develop|development|tests?|testing|lint(?:ing|ers)?|typing|types|docs?|ci|qa|quality|style|format|benchmarks?|tooling|tools)"
)
"""How people call what only those who work on a project install."""
_NAME = regex(r"[A-Za-z0-9][\w.-]*")
_WITHOUT = regex(
    r"\buv\s+sync\b[^\n]*--(?:no-dev|no-default-groups|only-group|no-group)\b|UV_NO_DEV=1|\bpoetry\s+install\b[^\n]*--(?:only[= ]main|without[= ]|no-dev|only-root)"
    r"|\bpip3?\s+install\b(?:\s+-\S+)*\s+[\"']?\.{1,2}/?[\"']?(?=\s|$)"
)
"""Installs that leave groups of development out."""


@once_a_run
def only_developed(context: Inspection, path: str) -> frozenset[str]:
    """Names that a ``pyproject.toml`` has in groups of development, and that neither it nor, by the lock, anything it asks for brings otherwise.

    Nothing where there is no lock of uv or Poetry: what the others bring is not known then.
    """
    document = context.readable(path, toml.parse)
    lock = next(
        (
            name
            for up in upward(folder_of(path))
            for one in ("uv.lock", "poetry.lock")
            if context.is_file(name := inside(up, one))
        ),
        "",
    )
    if document is None or not lock:
        return frozenset()
    asked = [(normalized(name), _is_of_development(at)) for at, name in python_requirements(document.data)]
    own = normalized(
        str(table(document.data, "project").get("name") or table(document.data, "tool", "poetry").get("name"))
    )
    brought = _closure(context, lock, {own, *(name for name, dev in asked if not dev)})
    return frozenset(name for name, dev in asked if dev) - brought


def _is_of_development(at: tuple[str | int, ...]) -> bool:
    """Whether a place of a manifest is a group that only those who work on the project install."""
    words = [str(one) for one in at]
    if words[0] == "dependency-groups" or "dev-dependencies" in words:
        return True
    named = words[-2] if words[-1].isdigit() else words[3] if words[:3] == ["tool", "poetry", "group"] else ""
    return ("optional-dependencies" in words or words[:3] == ["tool", "poetry", "group"]) and _GROUP.fullmatch(
        named
    ) is not None


def _closure(context: Inspection, lock: str, first: set[str]) -> frozenset[str]:
    """What a lock installs for some packages, whatever extras they are asked for with."""
    asks = _asks(context, lock)
    seen, left = set(first), list(first)
    while left:
        found = asks.get(left.pop(), frozenset()) - seen
        seen |= found
        left += found
    return frozenset(seen)


@once_a_run
def _asks(context: Inspection, lock: str) -> Mapping[str, frozenset[str]]:
    """What each package of a lock asks for, without its groups of development."""
    try:
        data = tomllib.loads(text_of(context, lock, 20_000_000))
    except ValueError:
        return {}
    found: dict[str, frozenset[str]] = {}
    for one in data.get("package", ()):
        name = normalized(str(one.get("name")))
        found[name] = found.get(name, frozenset()) | frozenset(normalized(text) for text in _named(one))
    return found


def _named(entry: Mapping[str, Any]) -> Iterator[str]:
    asked = entry.get("dependencies")
    if isinstance(asked, dict):  # of Poetry
        yield from asked
        yield from (
            match[0] for text in table(entry, "extras").values() for item in text if (match := _NAME.match(str(item)))
        )
        return
    own = "registry" not in table(entry, "source")
    extras = [
        items for key, items in table(entry, "optional-dependencies").items() if not (own and _GROUP.fullmatch(key))
    ]
    for items in (asked or (), *extras):
        yield from (str(item.get("name")) for item in items if isinstance(item, dict))


def is_shipped_without(context: Inspection, path: str) -> str:
    """The image, workflow or script that installs a project without its groups of development; empty if none is known to."""
    folder = folder_of(path)
    near = (one for one in installers(context) if folder_of(one) in upward(folder) or one.startswith(f"{folder}/"))
    found = (one for one in near if _WITHOUT.search(re.sub(r"\\\n", " ", text_of(context, one, errors="replace"))))
    return next(found, "")
