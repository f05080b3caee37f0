"""Secrets that sign or encrypt for a program, and what it takes in their place where the environment has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._secret_forms import is_key
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["Fallback", "by_project", "fallbacks", "set_instead"]

_NAME = r"(?:(?:[A-Z0-9]+_){0,4}(?:(?:JWT|SESSION|COOKIE|REFRESH|SIGNING|HMAC|NEXTAUTH|AUTH)_(?:[A-Z0-9]+_){0,2}SECRET(?:_KEY)?|(?:INTERNAL|SERVICE|WEBHOOK|LINK|BRIDGE|CLAIM|TRIGGER|CRON|UNSUBSCRIBE|CACHE|TOKEN|ENCRYPTION)_SECRET|JWT_KEY|SESSION_KEY)|(?:DJANGO_|FLASK_)?SECRET_KEY)"
_VALUE = r"""(?P<quote>["'`])(?P<value>[^"'`\n$]{2,200})(?P=quote)"""
_TAKEN = regex(
    rf"""(?:(?:process\.env|Bun\.env|c\.env|env)(?:\.|\[\s?["'])|\.get(?:OrThrow)?(?:<string>)?\(\s?["'])(?P<name>{_NAME})["'\])]{{0,3}}!?\s?(?:\|\||\?\?)\s{{0,40}}{_VALUE}"""
    rf"""|(?:os\.environ\.get|os\.getenv|\benv(?:\.str)?|\bconfig|\b[gG]et_?[eE]nv\w{{0,12}}|[cC]onfig\w{{0,10}}\.get(?:<string>)?)\(\s?["'](?P<called>{_NAME})["'],\s?(?:default\s?=\s?)?(?P<mark>["'`])(?P<given>[^"'`\n$]{{2,200}})(?P=mark)\s?\)"""
    rf"""|\b(?P<declared>{_NAME})\s?=\s?\(\s?str\s?,\s?(?P<sign>["'])(?P<stands>[^"'\n]{{2,200}})(?P=sign)\s?\)"""
)
_WORDS = ("_SECRET", "JWT_KEY", "SESSION_KEY", "SECRET_KEY")
"""One of them is in every name."""
_BEFORE, _AFTER = 200, 320
"""Characters around such a word in which a hit lies."""
_GUARDED = regex(
    r"(?i)NODE_ENV|is_?prod|is_?dev|production|APP_ENV|ENVIRONMENT\b|throw new|raise \w|log\.fatal|process\.exit"
)
"""A program that looks where it runs, or stops, may refuse the value there."""
_READS_ONLY = regex(
    r"(?m)^[ \t]*\w+[ \t]*:[ \t]*[gG]et_?[eE]nv\w{0,12}\([ \t]*\"\w+\"[ \t]*,[ \t]*\"\w*\"[ \t]*\),?[ \t]*$"
)
"""A setting that is taken as it is: that a program knows where it runs is no decision yet."""
_SENT = regex(r"(?:INTERNAL|SERVICE|WEBHOOK|LINK|BRIDGE|CLAIM|TRIGGER|CRON|UNSUBSCRIBE|CACHE)_SECRET\Z")
_ASKED = regex(
    r"(?i)hmac|sha256|create_?hash|timing_?safe|compare_digest|(?:secret|expected)\w*[ \t]*[!=]==?[ \t]*[^\s\"']|[!=]==?[ \t]*[\w.]*(?:secret|expected)"
)
"""Secrets that callers send, too, and signs of a source that looks at what they sent."""
_FIELD = regex(r"(?:^|[\s{,])(?P<field>[A-Z]\w*)[ \t]*:[ \t]*\Z")
_NEAR = 600
"""Characters around within which it would."""


_BY_HAND = regex(r"(?:^|/)(?:scripts?|tools|seeds?|migrations)/")
_DEPLOYS = regex(r"(?:^|/)(?:[^/]*\.env[^/]*|[^/]+\.(?:ya?ml|tf|tfvars|toml|sh)|(?:Docker|Container)file[^/]*)$")
_WORD = regex(r"(?<![*\w])[A-Z][A-Z0-9_]{0,80}(?![*\w])")
_MANIFESTS = ("package.json", "pyproject.toml", "requirements.txt", "go.mod")


class Fallback(NamedTuple):
    """A variable, where a source takes a text for it, whether the source refuses that elsewhere, and the field of Go that keeps it."""

    name: str
    path: str
    line: int
    refused: bool
    field: str = ""


def fallbacks(path: str, content: str) -> Iterator[Fallback]:
    """Every secret of a source for which a text stands that the source shows."""
    if not any(word in content for word in _WORDS) or _BY_HAND.search(path):
        return
    for match in _taken(content):
        around = content[max(match.start() - _NEAR, 0) : match.end() + _NEAR].replace(match[0], "")
        around = _READS_ONLY.sub("", around)
        kept = _FIELD.search(content, max(match.start() - _BEFORE, 0), match.start()) if path.endswith(".go") else None
        name, value = match["name"] or match["called"] or match["declared"], match["value"] or match["given"]
        value = value or match["stands"]
        told = is_key(value, is_form=False)  # what looks drawn by lot is told as a secret
        if not told and (not _SENT.search(name) or _ASKED.search(content)):
            asked = f"!process.env.{name}" in content or f"{name} must be set" in content
            refused = asked or _GUARDED.search(around) is not None
            yield Fallback(name, path, line_at(content, match.start()), refused, kept["field"] if kept else "")


def _taken(content: str) -> Iterator[re.Match[str]]:
    """Hits around the words of their names: over whole files the expression takes fifty times as long."""
    end = 0
    for at in sorted(place.start() for word in _WORDS for place in re.finditer(word, content)):
        for match in _TAKEN.finditer(content, max(at - _BEFORE, end), at + _AFTER):
            end = match.end()
            yield match


def by_project(context: Inspection, found: Iterable[Fallback]) -> Iterator[list[Fallback]]:
    """The fallbacks of each folder with a manifest, but for secrets that it refuses anywhere, and for what no code reads."""
    projects: dict[str, list[Fallback]] = {}
    for one in found:
        project = _project(context, folder_of(one.path))
        if not one.field or _is_read(context, project, one.field):
            projects.setdefault(project, []).append(one)
    for members in projects.values():
        refused = {one.name for one in members if one.refused}
        if left := [one for one in members if one.name not in refused]:
            yield left


def _is_read(context: Inspection, project: str, field: str) -> bool:
    """Whether a source of Go below a folder takes a field from a value."""
    word = re.compile(rf"\.{re.escape(field)}\b(?![ \t]*=[^=])")
    sources = (path for path in context.below(project or ".") if path.endswith(".go"))
    return any(word.search(text_of(context, path)) for path in sources)


def _project(context: Inspection, folder: str) -> str:
    while folder not in ("", ".") and not any(context.is_file(f"{folder}/{name}") for name in _MANIFESTS):
        folder = folder_of(folder)
    return folder


def set_instead(context: Inspection, name: str) -> str:
    """What deployments set that nearly has the name of a secret, with the first of them, where none sets the secret itself."""
    near = name.removesuffix("_KEY") if name.endswith("_KEY") else f"{name}_KEY"
    found: dict[str, list[str]] = {name: [], near: []}
    for path in sorted(filter(_DEPLOYS.search, holding(context, (min(name, near),)))):
        for word in set(_WORD.findall(text_of(context, path))) & found.keys():
            found[word].append(path)
    if found[name] or not found[near]:
        return ""
    first, *others = found[near]
    return f"{near} is set in its place by {first}{f' and {len(others)} more files' if others else ''}"
