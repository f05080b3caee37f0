"""``if:`` of jobs and steps, decided as far as the workflow's own triggers decide it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checks.workflows._workflows import Workflow

__all__ = ["BeginsWith", "Unknown", "can_be_true", "situations"]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?))|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[!<>().,\[\]*]))"
)
_MAX_TOKENS = 500
_GLOB = re.compile(r"[*?+!\[\]]")


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only the run knows."""


@dataclass(frozen=True, slots=True)
class BeginsWith:
    """A text of which only the beginning is known."""

    prefix: str


_UNKNOWN = Unknown()


def can_be_true(condition: Any, values: Mapping[str, Any]) -> bool:
    """Whether a condition may hold; ``True`` where it is not understood.

    Args:
        condition: ``if:`` as written.
        values: dotted names such as ``github.event_name`` to their values; all others are unknown.
    """
    if isinstance(condition, bool):
        return condition
    if not isinstance(condition, str):
        return True
    text = condition.strip()
    if text.startswith("${{"):
        inner = text[3:].removesuffix("}}")
        if not text.endswith("}}") or "${{" in inner:
            return True  # text around an expression makes it a text, which is true
        text = inner
    elif "${{" in text:
        return True
    try:
        found = _Parser(_tokens(text), values).whole()
    except (ValueError, IndexError, RecursionError):
        return True
    return isinstance(found, Unknown | BeginsWith) or _truthy(found)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(found) > _MAX_TOKENS:
            raise ValueError(text[at:])
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class _Parser:
    """Evaluates while it parses; the grammar is that of GitHub's expressions."""

    def __init__(self, tokens: list[tuple[str, str]], values: Mapping[str, Any]) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.values = values
        self.at = 0

    def whole(self) -> Any:
        found = self.either()
        if self.tokens[self.at][0] != "end":
            raise ValueError("more than one expression")
        return found

    def taken(self, *texts: str) -> str:
        kind, text = self.tokens[self.at]
        if kind == "operator" and text in texts:
            self.at += 1
            return text
        return ""

    def either(self) -> Any:
        found = self.both()
        while self.taken("||"):
            other = self.both()
            found = _or(found, other)
        return found

    def both(self) -> Any:
        found = self.compared()
        while self.taken("&&"):
            other = self.compared()
            found = _and(found, other)
        return found

    def compared(self) -> Any:
        found = self.negated()
        while operator := self.taken("==", "!=", "<", ">", "<=", ">="):
            other = self.negated()
            found = _compare(operator, found, other)
        return found

    def negated(self) -> Any:
        if self.taken("!"):
            found = self.negated()
            return _UNKNOWN if isinstance(found, Unknown | BeginsWith) else not _truthy(found)
        return self.value()

    def value(self) -> Any:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(int(text, 16)) if "0x" in text else float(text)
        if kind == "operator" and text == "(":
            found = self.either()
            if not self.taken(")"):
                raise ValueError("a bracket is open")
            return found
        if kind == "name":
            return self.named(text)
        raise ValueError(text)

    def named(self, name: str) -> Any:
        if self.taken("("):
            arguments = []
            while not self.taken(")"):
                arguments.append(self.either())
                self.taken(",")
            return _called(name.lower(), arguments)
        if name in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name]
        known = True
        while True:
            if self.taken("."):
                name += f".{self.tokens[self.at][1]}"
                self.at += 1
            elif self.taken("["):
                inner = self.either()
                known = known and isinstance(inner, str)
                name += f".{inner}"
                if not self.taken("]"):
                    raise ValueError("a bracket is open")
            else:
                return self.values.get(name.lower(), _UNKNOWN) if known else _UNKNOWN


def _truthy(value: Any) -> bool:
    return value not in (False, None, 0.0, "") if not isinstance(value, list) else True


def _or(one: Any, other: Any) -> Any:
    if not isinstance(one, Unknown | BeginsWith):
        return one if _truthy(one) else other
    return other if not isinstance(other, Unknown | BeginsWith) and _truthy(other) else _UNKNOWN


def _and(one: Any, other: Any) -> Any:
    if not isinstance(one, Unknown | BeginsWith):
        return other if _truthy(one) else one
    return other if not isinstance(other, Unknown | BeginsWith) and not _truthy(other) else _UNKNOWN


def _compare(operator: str, one: Any, other: Any) -> Any:
    if operator not in ("==", "!=") or isinstance(one, Unknown) or isinstance(other, Unknown):
        return _UNKNOWN
    if isinstance(one, BeginsWith) or isinstance(other, BeginsWith):
        part, whole = (one, other) if isinstance(one, BeginsWith) else (other, one)
        if isinstance(whole, str) and not whole.lower().startswith(part.prefix.lower()):
            return operator == "!="
        return _UNKNOWN
    if isinstance(one, str) and isinstance(other, str):
        return (one.lower() == other.lower()) == (operator == "==")
    if type(one) is type(other):
        return (one == other) == (operator == "==")
    return _UNKNOWN


def _called(name: str, arguments: list[Any]) -> Any:
    if name == "always":
        return True
    if name == "fromjson" and len(arguments) == 1 and isinstance(arguments[0], str):
        import json

        found = json.loads(arguments[0])
        return found if isinstance(found, list) else _UNKNOWN
    if len(arguments) != 2 or not isinstance(arguments[1], str):
        return _UNKNOWN
    whole, part = arguments[0], arguments[1].lower()
    if isinstance(whole, BeginsWith) and name == "startswith":
        return _begins(whole.prefix.lower(), part)
    if isinstance(whole, list) and name == "contains":
        return part in [str(item).lower() for item in whole]
    tests = {"startswith": str.startswith, "endswith": str.endswith, "contains": str.__contains__}
    return tests[name](whole.lower(), part) if isinstance(whole, str) and name in tests else _UNKNOWN


def _begins(prefix: str, wanted: str) -> Any:
    if prefix.startswith(wanted):
        return True
    return _UNKNOWN if wanted.startswith(prefix) else False


def situations(workflow: Workflow) -> list[dict[str, Any]]:
    """The ways a workflow can be started: for each, what is known of ``github``."""
    found: list[dict[str, Any]] = []
    for event, filters in workflow.triggers.items():
        if event == "workflow_call":
            found.append({})  # the caller's event, whatever it is
            continue
        types = filters.get("types")
        actions = [types] if isinstance(types, str) else types if isinstance(types, list) else [None]
        for action in actions:
            for values in _refs(event, filters, action):
                known = {"github.event_name": event, **values}
                if isinstance(action, str):
                    known["github.event.action"] = action
                found.append(known)
    return found


def _refs(event: str, filters: Mapping[str, Any], action: Any) -> Iterator[dict[str, Any]]:
    if event == "push":
        yield from _pushed(filters)
    elif event == "pull_request" and action != "closed":
        yield {"github.ref": BeginsWith("refs/pull/"), "github.head_ref": _UNKNOWN}
    elif event == "release":
        yield {"github.ref": BeginsWith("refs/tags/"), "github.ref_type": "tag"}
    elif event == "schedule":
        yield {"github.ref": BeginsWith("refs/heads/"), "github.ref_type": "branch"}
    else:
        yield {}


def _pushed(filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Branches and tags that a push may bring: a filter for the one shuts out the other."""
    branches, tags = (any(f"{kind}{end}" in filters for end in ("", "-ignore")) for kind in ("branches", "tags"))
    for kind, wanted, other, word in (("heads", branches, tags, "branch"), ("tags", tags, branches, "tag")):
        if other and not wanted:
            continue
        given = filters.get("branches" if kind == "heads" else "tags")
        names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        literal = names and all(isinstance(name, str) and not _GLOB.search(name) for name in names)
        for name in names if literal else [None]:
            known: dict[str, Any] = {"github.ref_type": word}
            if name is None:
                known["github.ref"] = BeginsWith(f"refs/{kind}/")
            else:
                known |= {"github.ref": f"refs/{kind}/{name}", "github.ref_name": name}
            yield known
