"""Calls of the client of Prisma: the models and the fields that they name, against the schemas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._standing import is_idle
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.code._paths import is_script
from toolkit.checks.code._sources import sources
from toolkit.checks.code._sql.brackets import enclosed, entries
from toolkit.checks.code._sql.drift import Drift
from toolkit.checks.code._sql.files import prisma_blocks
from toolkit.checks.code._sql.names import meant
from toolkit.checks.code._sql.told import in_words
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Call", "of_client", "prisma_calls"]

_CALL = regex(
    r"(?<![\w$])prisma(?:Client|Service)?\s*\.\s*([a-z]\w*)\s*\.\s*(?:find(?:Many|First|Unique)(?:OrThrow)?|create(?:Many)?|update(?:Many)?|upsert"
    r"|delete(?:Many)?|count|aggregate|groupBy)\s*\("
)
_COMMENT = regex(r"[ \t]*(?:\*|//)")
_RENAMED = regex(r"(?<![\w$.])[\"']?([a-z]\w*)[\"']?\s*:\s*[\"']([a-z]\w*)[\"']\s*[,}]")
_LEAD = r"\s*(?:(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*\n)\s*)*"
_PART = regex(_LEAD + r"(where|data|create|update|orderBy|select|include|cursor|_sum|_avg|_min|_max)\s*:\s*(?=\{)")
_FIELD = regex(_LEAD + r"[\"']?([A-Za-z_]\w*)[\"']?\s*(?::|\Z)")
_OF_PRISMA = frozenset({"AND", "OR", "NOT", "_count", "_sum", "_avg", "_min", "_max", "_relevance"})
_MAX_BYTES = 2_000_000
_SHOWN, _MOST, _NAMED = 3, 25, 4
"""Places that a message names, and that the evidence lists; further names of one file that a message has."""
_FIX = "correct the name in the call, or add it to the schema and make a migration"


class Call(NamedTuple):
    """A call: where it stands, its model, and the fields that it names with their lines."""

    path: str
    line: int
    model: str
    fields: tuple[tuple[str, int], ...]


def prisma_calls(context: Inspection) -> Iterator[Call]:
    """Calls of the client in sources that are not made by a tool."""
    for path in sources(context):
        if is_test(path) or "generated/" in path or not path.endswith((".ts", ".tsx", ".js", ".mjs", ".cjs", ".mts")):
            continue
        yield from (Call(path, *one) for one in context.fact(_calls_in, path))


def _calls_in(context: Inspection, path: str) -> tuple[tuple[int, str, tuple[tuple[str, int], ...]], ...]:
    """Line, model and fields of each call in one file."""
    if b"prisma" not in (context.content(path) or b""):
        return ()
    text = text_of(context, path, _MAX_BYTES, errors="replace")
    return tuple(
        (line_at(text, match.start()), match[1], tuple(_fields(text, match.end() - 1)))
        for match in _CALL.finditer(text)
        if not _COMMENT.match(text, text.rfind("\n", 0, match.start()) + 1)
    )


def _fields(text: str, opening: int) -> Iterator[tuple[str, int]]:
    """The fields that the parts of a call's argument name, as far as these are written out."""
    for start, part in _inside(text, opening + 1):
        told = _PART.match(part)
        if told is None:
            continue
        for at, entry in _inside(part, told.end()):
            field = _FIELD.match(entry)
            if field is not None:
                yield field[1], line_at(text, start + at + field.start(1))


def _inside(text: str, at: int) -> Iterator[tuple[int, str]]:
    """The parts of an object that opens at a place or after blanks, each with where it starts in the text."""
    opening = re.compile(r"\s*").match(text, at)
    begin = opening.end() if opening is not None else at
    end = enclosed(text, begin) if text[begin : begin + 1] == "{" else -1
    if end > 0:
        yield from ((begin + 1 + where, part) for where, part in entries(text[begin + 1 : end]))


def of_client(context: Inspection, calls: list[Call], home_of: Callable[[str], str]) -> Iterator[Drift]:
    """Models and fields that calls name and no schema has; silent where most models are of a schema that is not here."""
    known = _schemas(context) if calls else {}
    if not known or sum(call.model in known for call in calls) * 2 < len(calls):
        return
    places: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    files: dict[str, dict[str, list[_Strange]]] = {}
    for call in calls:
        fields = known.get(call.model)
        strange = [("", call.line)] if fields is None else [one for one in call.fields if one[0] not in fields]
        for name, line in strange:
            places.setdefault((home_of(call.path), call.model, name), []).append((call.path, line))
    for (_, model, field), found in places.items():
        found.sort(key=lambda one: (is_script(one[0]), is_idle(context, one[0])))
        files.setdefault(found[0][0], {}).setdefault(model, []).append((field, found))
    for models in files.values():
        for one in _of_file([(model, several, _told(model, several, known)) for model, several in models.items()]):
            lives = any(not is_idle(context, path) for path in {one.path, *(path for path, _ in one.related)})
            yield one if lives else one._replace(severity="info")  # nothing loads what asks


_Strange = tuple[str, list[tuple[str, int]]]
"""A field that a model lacks, empty where there is no model, and the places that ask for it."""


def _of_file(models: list[tuple[str, list[_Strange], Drift]]) -> Iterator[Drift]:
    """What one file is the first to ask for, as one: it was written for another schema. A misspelt name is a cause of its own."""
    yield from (told for _, _, told in models if told.fix != _FIX)
    unlike = sorted((one for one in models if one[2].fix == _FIX), key=lambda one: one[2].line)
    if not unlike:
        return
    (_, _, first), *others = unlike
    names = [f"{model}.{field}" if field else model for model, several, _ in others for field, _ in several]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    said = f" Nor is there {', '.join(names[:_NAMED])}{more}, which this file asks for, too." if names else ""
    evidence = [first.evidence, *(f"{told.evidence} (line {told.line})" for _, _, told in others)]
    related = tuple(place for _, _, told in others for place in ((told.path, told.line), *told.related))
    yield first._replace(message=first.message + said, evidence="\n".join(evidence), related=first.related + related)


def _told(model: str, several: list[_Strange], known: dict[str, frozenset[str]]) -> Drift:
    """What a file asks of one model."""
    several.sort(key=lambda one: one[1][0][1])
    names = [field for field, _ in several]
    found = [one for _, places in several for one in places]
    if not names[0]:
        message, near = f"No Prisma schema here has the model {model}", meant(model, known)
    else:
        message = f"The Prisma model {model} has no field {names[0]}"
        message += f" (nor {', '.join(names[1:])})" if names[1:] else ""
        near = meant(names[0], known[model])
    others = in_words(sorted({*found[1:]} - {found[0]}))
    message += (f"; {near} is like it." if near else ".") + (f" Also in {others}." if others else "")
    listed = "\n".join(f"{path}:{line}" for path, line in found[1:_MOST]) if len(found) > _SHOWN else ""
    evidence = f"prisma.{model}" + (f": {', '.join(names)}" if names[0] else "") + (f"\n{listed}" if listed else "")
    return Drift(
        *found[0],
        message,
        evidence,
        "error",
        fix=f"write {near}" if near else _FIX,
        related=tuple(found[1:]),
    )


def _schemas(context: Inspection) -> dict[str, frozenset[str]]:
    """The models as calls name them, each with all that a call may name of it in any schema."""
    found: dict[str, frozenset[str]] = {}
    for path in context.matching("*.prisma"):
        for block in prisma_blocks(context, path, migrated=False) if path not in context.inventory.links else ():
            if block.kind in ("model", "view"):
                called = block.name[:1].lower() + block.name[1:]
                found[called] = found.get(called, _OF_PRISMA) | {*block.names}
    return _renamed(context, found) | found if found else found


def _renamed(context: Inspection, known: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Other names of models, which a Proxy around the client stands for."""
    texts = (text_of(context, path, errors="replace") for path in files_with(context, ("new Proxy(",), everything=True))
    renamed = (match.groups() for text in texts if "PrismaClient" in text for match in _RENAMED.finditer(text))
    return {name: known[model] for name, model in renamed if model in known}
