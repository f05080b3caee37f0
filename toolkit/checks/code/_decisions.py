"""Decisions that nobody carries out: a value such as ``challenge`` is produced, its sibling ``block`` is acted on, and it itself is asked for nowhere.

The words are few on purpose. They are those of firewalls, limiters and moderation, where to fall through means to let pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import line_at
from toolkit.checks.code._asking import is_asked
from toolkit.checks.code._carried_out import KEYS, NAMES, STOPS, WORDS, asks_what_passes, stopped
from toolkit.checks.code._paths import is_generated
from toolkit.checks.code._sources import LANGUAGES
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.packages import MANIFESTS
from toolkit.places import home_of
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["RESTRICTS", "Unenforced", "unenforced"]

_RESTRICTS = (
    r"(?i:(?:js_?|managed_?)?challenged?|captcha|throttled?|rate_?limit(?:ed)?|quarantined?|block(?:ed)?|deny|denied|ban(?:ned)?|tarpit|step_?up|reject(?:ed)?|review|"
    r"escalated?|suspend(?:ed)?|require_?(?:mfa|2fa|approval|verification)|shadow_?ban(?:ned)?|mute[d]?|redact(?:ed)?)"
)
RESTRICTS = regex(_RESTRICTS)
"""What restricts somebody, and what stops him: of the second kind is the sibling that is acted on, of the first what passes."""
_OTHERS = ("*.go", "*.java", "*.kt", "*.cs", "*.php", "*.rb", "*.dart", "*.swift", "*.vue", "*.svelte", "*.html")
"""Sources of other languages, which may act on what these decide: whoever does, in whichever package, carries it out."""
_SOUGHT = tuple(
    text
    for word in WORDS
    for name in (word.capitalize(),)
    for text in (
        *(f"{word}{mark}" for mark in (" =", ": ", "=", ")", '":', "':", '"]', "']")),
        *(f"{name}{mark}" for mark in (".", "::", " {", "(")),
    )
)
"""What files hold that are looked at."""
_PRODUCED = regex(
    rf"\b{KEYS}[\"']?\s*[:=]\s*(?:[^,;{{}}\n\"']{{0,80}}\?\s*(?:[\"']\w+[\"']\s*:\s*)?)?[\"'](?P<member>{_RESTRICTS})[\"'](?!\s*\|)"
)
_RETURNED = regex(rf"\breturn\s+[\"'](?P<member>{_RESTRICTS})[\"']")
_HEAD = regex(
    r"(?:\bdef|\bfunction\*?|\bfn)\s+(\w+)[^\n]*|\b(\w+)\s*[:=]\s*(?:async\s*)?\([^()\n]*\)[^\n=]*=>|^[ \t]+(?:async )?(?!(?:if|for|while|switch|catch|match)\b)(\w+)\([^()\n]*\)[^\n;]*\{$",
    re.MULTILINE,
)
"""The head of a function: ``return "challenge"`` decides where its name or the type that it gives says so."""
_DECIDES = regex(
    r"(?i)action|decision|verdict|mitigation|enforce|outcome|disposition|sanction|decid|moderat|triage|\bjudge"
)
_FAR = 2_000
_RANGE = 30
"""Lines behind a refusal that belong to it."""
_REPORTED = regex(
    r"(?i)(?:\b(?:ok|success)\b[\"']?\s*[:=]\s*true\b[^{}]*|\b(?:frameguard|xFrameOptions)\b[\"']?\s*[:(]\s*\{[^{}]*|\b\w*(?:audit|track|analytics|history|activity)\w*(?:\.\w+)*\(\s*(?:\{\s*\w+:\s*)?\{?[^{}()]*"
    r"|(?:\bjson|\bstringify|\.(?:post|put|patch|send|emit|publish))\((?:[^;]{0,120},)?\s*\{[^{}]*)\Z"
)
"""What stands before a value that only tells what has been done, in an answer or in what is written to a log of deeds; or that a library, a client or a server acts on."""
_CALLBACK = regex(
    r"\.(?!(?:map|flatMap|filter|reduce|forEach|then|find|some|every|sort)\()\w+\(\s*(?:[\"'`][^\"'`\n]*[\"'`]\s*,\s*)?(?:async\s*)?(?:function\s*)?(?:\([^()\n]*\)|\w+)\s*(?:=>\s*)?(?:\{|(?=\(\s*\{))"
)
"""A function that is given to something else, other than what goes through a list."""
_ANSWERED = regex(r"(?:\breturn\s*|=>\s*\()\{[^{}]*\Z")
_ROW = regex(
    r"[{,\s][\"']?(?:description|detection|label|title|help|event_?[tT]ype|event|actor\w*|target_?(?:[iI]d|[tT]ype)|entity_?(?:[iI]d|[tT]ype)|audit\w*|expression|resource)[\"']?\s*:"
    r"|\b(?:allowed|ok|success|permitted|valid)[\"']?\s*:\s*[fF]alse\b"
)
"""What an object has beside a value that describes a rule, or tells what has been done; or beside one that stops by itself."""
_OBJECT = 600
_DECLARED = regex(
    r"(?:\bLiteral\[|\b(?:z|s|t)\.enum\(\[|\b\w*Enum\(|\b[\"']?enum[\"']?\s*:\s*\[|\bchoices\s*=\s*[\[(]|\bCHECK\b[^\n]{0,60}\bIN\s*\(|=\s*\[(?=[^\]\n]{0,300}\]\s*as const))\s*(?:[\"'][\w.:-]+[\"']\s*(?:,\s*)?){1,16}"
)
"""Lists of what there is, which ask for none of it."""
_ENUM = regex(
    rf"(?:\benum\s+(?P<name>\w*{NAMES})\s*\{{(?P<body>[^}}]*)\}}"
    rf"|^class\s+(?P<python>\w*{NAMES})\([^)]*Enum[^)]*\):\n(?P<lines>(?:[ \t]+[^\n]*\n|\n)+))",
    re.MULTILINE,
)
_MEMBER = regex(rf"^\s*(?P<member>{_RESTRICTS})\b", re.MULTILINE)


@frozen
class Unenforced:
    """A member that is produced and never asked for.

    Args:
        line: where it is produced.
        name: of the property or type.
        enforced: a sibling that is acted on, and where.
    """

    path: str
    line: int
    name: str
    member: str
    enforced: str
    place: str


def unenforced(context: Inspection) -> Iterator[Unenforced]:
    """Every such member, one for each package and name."""
    endings = [f"*{ending}" for ending in LANGUAGES if ending != ".go"]
    for texts in _by_home(context, files_with(context, _SOUGHT, endings)).values():
        lost = [*_of_properties(texts), *_of_enums(texts)]
        words = sorted({one.member for one in lost})
        named = _by_home(context, files_with(context, words, (*endings, *_OTHERS))) if words else {}
        asking = [_DECLARED.sub("", text) for held in named.values() for text in held.values()]
        for one in lost:
            if not any(is_asked(one.member, text, any_list=False) for text in asking):
                yield one


def _by_home(context: Inspection, paths: Iterable[str]) -> dict[str, dict[str, str]]:
    """The sources among some files by their package."""
    homes: dict[str, dict[str, str]] = {}
    for path in paths:
        if is_test(path) or is_generated(path) or context.is_foreign(path):
            continue
        try:
            text = context.read(path).decode("utf-8", "replace")
        except Unreadable:
            continue
        homes.setdefault(home_of(context, path, MANIFESTS), {})[path] = text
    return homes


def _of_properties(texts: dict[str, str]) -> Iterator[Unenforced]:
    compared = {member: (path, at) for path, text in texts.items() for member, at in stopped(text)}
    compared = {} if compared and any(asks_what_passes(text) for text in texts.values()) else compared
    stems = {_stem(one) for one in compared}
    asking = [_DECLARED.sub("", text) for text in texts.values()] if compared else []
    told: set[str] = set()
    for path, text in texts.items():
        for hit, name in _produced(text) if compared else ():
            member = hit["member"]
            alike = [one for one in compared if one.isupper() == member.isupper()]
            if (
                not alike
                or member in told
                or _stem(member) in stems
                or any(is_asked(member, one, any_list=False) for one in asking)
            ):
                continue
            told.add(member)
            sibling = next((one for one in alike if compared[one][0] == path), alike[0])
            where, at = compared[sibling]
            place = f"{where}:{line_at(texts[where], at)}"
            yield Unenforced(path, line_at(text, hit.start()), name, member, sibling, place)


def _produced(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where a decision is made, with the name of what it is given to, or of the function that gives it."""
    for hit in _PRODUCED.finditer(text):
        before = text[max(hit.start() - _FAR, 0) : hit.start()]
        heads = [one[1] or one[2] or one[3] for one in _HEAD.finditer(before)][-3:]
        carries_out = any(_stem(hit["member"]) in one.lower() for one in heads)
        if (
            not carries_out
            and not _is_for_caller(before)
            and not _REPORTED.search(before[-200:])
            and not _is_of_row(text, hit)
        ):
            yield hit, hit[0].partition(":")[0].partition("=")[0].strip("\"' ")
    for hit in _RETURNED.finditer(text):
        name, head = _function(text[max(hit.start() - _FAR, 0) : hit.start()])
        if _DECIDES.search(head) and _stem(hit["member"]) not in name.lower():
            yield hit, name


def _is_for_caller(before: str) -> bool:
    """Whether a value is what a function answers that was given to a library: that acts on it."""
    found = next(reversed([*_CALLBACK.finditer(before)]), None)
    if found is None or not _ANSWERED.search(before):
        return False
    within = before[found.end() :]
    return within.count("{") - within.count("}") >= 1 and not _HEAD.search(within)


def _is_of_row(text: str, hit: re.Match[str]) -> bool:
    """Whether a value belongs to an object that only describes or tells something, or that stops by itself."""
    start = text.rfind("{", max(hit.start() - _OBJECT, 0), hit.start())
    before = text[start : hit.start()] if start >= 0 else ";"
    if ";" in before or "return " in before or ":" not in hit[0]:
        return False
    end = text.find("}", hit.end(), hit.end() + _OBJECT)
    return _ROW.search(text[start:end]) is not None


def _function(before: str) -> tuple[str, str]:
    """The name and the head of the function that a text breaks off in."""
    found = list(_HEAD.finditer(before))
    return ((found[-1][1] or found[-1][2] or found[-1][3]), found[-1][0]) if found else ("", "")


def _stem(member: str) -> str:
    """A word without the ending of what has been done: ``rejected`` is what became of ``reject``."""
    return re.sub(r"(?:(?<=[pn])[pn]ed|ied|ed|e|y)$", "", member.lower())


def _of_enums(texts: dict[str, str]) -> Iterator[Unenforced]:
    for found in (hit for text in texts.values() for hit in _ENUM.finditer(text)):
        name, body = found["name"] or found["python"], found["body"] or found["lines"] or ""
        members = [hit["member"] for part in re.split(r"[,\n]", body) for hit in _MEMBER.finditer(part)]
        using = {path: text for path, text in texts.items() if name in text}
        asked = {one: place for one in members if (place := _asked_at(name, one, using))}
        asked = asked if any(re.fullmatch(STOPS, one) for one in asked) else {}
        for member in members if asked else ():
            made = _made_at(name, member, using) if member not in asked else None
            sibling, place = next(iter(asked.items()))
            if made and not _goes_on_with(member, place, using):
                yield Unenforced(*made, name, member, sibling, place)


def _asked_at(name: str, member: str, texts: dict[str, str]) -> str:
    full = rf"{name}(?:\.|::){member}\b"
    pattern = re.compile(
        rf"(?:^|[{{,])\s*{full}\s*:(?!:)|(?:[!=]==?|\bis(?:\s+not)?|\bcase|\blet)\s*{full}|{full}\s*(?:[!=]==?|=>|\||\{{|\(|\])|\bin\s*[\[({{][^\])}}]*{full}|matches!\([^)]*{full}|includes\({full}",
        re.MULTILINE,
    )
    for path, text in texts.items():
        if hit := pattern.search(text):
            return f"{path}:{line_at(text, hit.start())}"
    return ""


def _goes_on_with(member: str, place: str, texts: dict[str, str]) -> bool:
    """Whether all that is not stopped is given over to what a member means: ``approvals.request()`` behind the refusal."""
    path, _, line = place.rpartition(":")
    rest = "\n".join(texts[path].split("\n")[int(line) : int(line) + _RANGE])
    noun = re.sub(r"(?i)^require_?|_", "", member)[:6]
    return re.search(rf"(?i)\b\w*{re.escape(noun)}\w*(?:\.\w+)?\(", rest) is not None


def _made_at(name: str, member: str, texts: dict[str, str]) -> tuple[str, int] | None:
    for path, text in texts.items():
        if hit := re.search(rf"{name}(?:\.|::){member}\b", text):
            return path, line_at(text, hit.start())
    return None
