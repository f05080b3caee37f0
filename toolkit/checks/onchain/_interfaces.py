"""Committed IDL files of programs and their TypeScript types, with the id that each bears."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._programs import normal
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Interface", "interfaces"]

_ADDRESS_IN_TYPES = regex(r"^[ \t]*[\"']?address[\"']?[ \t]*:\s{0,80}[\"'](\w{32,44})[\"']", re.MULTILINE)


class Interface(NamedTuple):
    """The description of a program for its clients: the program's name, the id in it, and where that stands."""

    path: str
    program: str
    address: str
    line: tuple[int, int]


def interfaces(context: Inspection, names: Iterable[str]) -> Iterator[Interface]:
    """Every interface to report on that bears an address.

    Args:
        context: the run.
        names: of programs; files called so are looked into, and those in folders of IDL.
    """
    known = frozenset(names)
    for path in context.matching("*.json"):
        if _may_be_one(path, known) and (found := _of_document(context, path)):
            yield found
    for path in context.named(*{f"{stem}.ts" for name in known for stem in (name, name.replace("_", "-"))}):
        if types := _of_types(context, path):
            yield types


def _may_be_one(path: str, names: frozenset[str]) -> bool:
    folder, _, base = path.rpartition("/")
    name = normal(base.removesuffix(".json").removesuffix("_idl").removesuffix("-idl"))
    return name in names or name == "idl" or folder.rpartition("/")[2] in ("idl", "idls")


def _of_document(context: Inspection, path: str) -> Interface | None:
    """The program of an IDL and its id, with the id's place."""
    try:
        if b'"instructions"' not in context.read(path):
            return None
        document = context.document(path, jsonc.parse)
    except Unreadable:
        return None
    said = document.get(("metadata", "name")) or document.get(("name",)) or document.get(("program", "name"))
    for place in (("address",), ("metadata", "address"), ("program", "publicKey")) if isinstance(said, str) else ():
        address = document.get(place)
        if isinstance(address, str) and not problem(address):
            return Interface(path, _named(str(said)), address, document.position(place))
    return None


def _named(name: str) -> str:
    """The name of a crate that an interface means: Codama writes ``acmeVault``."""
    return normal(re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower())


def _of_types(context: Inspection, path: str) -> Interface | None:
    if (content := context.content(path)) is None:
        return None
    if b"instructions" not in content or b"export type" not in content:
        return None
    text = content.decode("utf-8", "replace")
    match = _ADDRESS_IN_TYPES.search(text, 0, text.find("instructions"))
    if match is None or problem(match[1]):
        return None
    name = normal(path.rpartition("/")[2].removesuffix(".ts"))
    return Interface(path, name, match[1], (line_at(text, match.start(1)), 0))
