"""Members of a union that functions ask for, those they let through, and whether the sources produce them."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.code._decisions import RESTRICTS
from toolkit.checks.code._sources import sources
from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.code._scan import Match

__all__ = ["acts_on", "falls", "is_given", "is_produced", "is_restricted", "is_written_down", "texts_naming"]

_DECIDES = regex(r"(?i)action|decision|verdict|mitigation|enforce")
_LETS_THROUGH = regex(
    r"(?i)(?:allow|pass|none|ok|continue|skip|noop|log|monitor|accept|permit|bypass|ignore|default|unknown)"
)


def falls(member: str, members: list[str], asking: list[Match], name: str) -> bool:
    """Whether some function lets a member fall to nothing, or to what another member gets; by its default only where a decision is meant."""
    how = {match.captures["falls"] for match in asking}
    by_default = "default" in how and _DECIDES.search(name) is not None
    return "1" in how or by_default or _is_left_over(member, members, asking, name)


def is_restricted(member: str, name: str) -> bool:
    """Whether a member of a type of decisions restricts somebody: to do nothing about it lets him pass."""
    return RESTRICTS.fullmatch(member) is not None and _DECIDES.search(name) is not None


def is_given(context: Inspection, member: str, asking: list[Match]) -> bool:
    """Whether a member is given, as it is written, to a function that does nothing about it."""
    names = {one.captures["function"] for one in asking if len(one.captures["function"]) > 2}
    texts = texts_naming(context, names).values()
    calls = [rf"\b{re.escape(name)}\([^();]{{0,200}}?[\"']{re.escape(member)}[\"']" for name in names]
    return any(re.search(call, text) for call in calls for text in texts)


def is_written_down(member: str, asking: list[Match], name: str) -> bool:
    """Whether a member that restricts somebody is recorded where it comes in, whoever produced it."""
    return is_restricted(member, name) and any(match.captures["records"] for match in asking)


def acts_on(context: Inspection, match: Match, union: Match, texts: dict[str, str]) -> bool:
    """Whether a function asks a value of the type for some of its members."""
    name = union.captures["name"]
    compared = set(match.captures["compared"].split())
    if not compared < set(union.captures["members"].split()) or (len(compared) == 1 and not _DECIDES.search(name)):
        return False
    if union.captures["property"]:
        fits = match.captures["subject"].rpartition(".")[2].strip("?!") == name
        fits = fits and not _has_its_own(text_of(context, match.path, errors="replace"), match, union)
        return fits and (match.path == union.path or _knows(context, match.path, union))
    text = texts.get(match.path, "")
    return match.path == union.path or (name in text and re.search(rf"\b{name}\b", text) is not None)


def _has_its_own(text: str, match: Match, union: Match) -> bool:
    """Whether what a function asks is declared where it stands, as a choice of fewer texts than a type has."""
    subject = match.captures["subject"]
    own = re.findall(rf"[(,]\s*{re.escape(subject)}\??\s*:\s*((?:[\"'][\w.:-]+[\"'](?:\s*\|\s*)?)+)\s*[,)=]", text)
    members = union.captures["members"].split()
    return any(set(re.findall(r"[\w.:-]+", one)) < set(members) for one in own)


def _knows(context: Inspection, path: str, union: Match) -> bool:
    """Whether a source names the type that a property belongs to, or its file in an import."""
    stem = posixpath.splitext(posixpath.basename(union.path))[0]
    text = text_of(context, path, errors="replace")
    holder = union.captures["property"]
    return re.search(rf"[\"'][^\"'\n]*\b{re.escape(stem)}(?:\.\w+)?[\"']|\b{re.escape(holder)}\b", text) is not None


def _is_left_over(member: str, members: list[str], asking: list[Match], name: str) -> bool:
    """Whether what is not asked for is let through, as one of the members means, and this one does not mean it."""
    asked = {text for match in asking for text in match.captures["compared"].split()}
    rest = [one for one in members if one not in asked]
    return (
        bool(_DECIDES.search(name))
        and not _LETS_THROUGH.match(member)
        and any(_LETS_THROUGH.match(one) for one in rest)
    )


def texts_naming(context: Inspection, names: set[str]) -> dict[str, str]:
    """Sources that name one of the types."""
    found: dict[str, str] = {}
    inventory = context.inventory
    told = holding(context, names, ("*.ts", "*.tsx", "*.mts")) if names else frozenset()
    new = inventory.files - inventory.tracked_set if inventory.is_git and names else frozenset()
    for path in sources(context, everything=True) if names else ():
        if path in told or (path in new and path.endswith((".ts", ".tsx", ".mts"))):
            with suppress(Unreadable):
                found[path] = context.read(path).decode("utf-8", "replace")
    return found


_GIVES = regex(r"(?:(?:\breturn\s+|=>\s*\(?)(?:[^;\n]*[?:]\s*)?|\w\s*[:=]\s*|[(,]\s*)$")
_GIVEN = regex(r"\s*(?:[;,)}\n]|$)")


def is_produced(member: str, text: str) -> bool:
    """Whether a case is returned, assigned or given."""
    for hit in re.finditer(rf"[\"']{re.escape(member)}[\"']", text) if member in text else ():
        start = max(text.rfind("\n", 0, hit.start()), hit.start() - 200, 0)
        before, after = text[start : hit.start()], text[hit.end() : hit.end() + 40]
        if re.search(r"(?:\breturn\s+|=>\s*\(?)(?:[^;\n]*[?:]\s*)?$", before):
            return True
        if _GIVES.search(before) and _GIVEN.match(after):
            return True
    return False
