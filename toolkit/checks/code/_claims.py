"""What a document claims: that the work is finished, that the tests pass, or how much of it they cover."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.code._subjects import TICK, telling
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FINISHED", "TESTED", "Claim", "claims", "rows"]

FINISHED, TESTED = "finished", "tested"
_DONE = regex(
    r"(?i)\b(?:production|mainnet|enterprise|deployment|launch)[- ]ready\b(?!-)|\bready for (?:production|mainnet|launch|deployment|prime time)\b|\bproduction[- ]grade\b"
    r"|\b100\s?%\s+(?:complete|implemented|functional|done|finished|operational|working|production)\b"
    r"|\bfully (?:implemented|functional|operational|working|featured and tested)\b"
    r"|\ball (?:(?:core|planned|required|major|key|the) )?(?:features|functionality|components|modules|endpoints|requirements|phases|tasks|services|functions|methods) "
    r"(?:(?:are|is|have been|were|has been) )?(?:now )?(?:fully )?(?:implemented|complete[d]?|done|finished|working|operational|delivered)\b"
    r"|\bimplementation (?:is )?(?:100\s?% )?complete\b|\bfeature[- ]complete\b|\bbattle[- ]tested\b"
    r"|\bnothing (?:here |in (?:this|it) )?is (?:a )?(?:stub|mock|placeholder|fake)(?:bed|ed)?\b"
    r"|\b(?:no|zero|without(?: any)?) (?:more )?(?:mocks?|stubs?|placeholders?|todos?|fake (?:data|code)|mock data|placeholder code)\b(?! (?:needed|required|text|image))"
    r"|\bstatus[\s:*|_]{1,6}(?:✅\s*)?\**(?:100\s?%\s*)?(?:complete|completed|finished|production|done)\b(?!\s+(?!and\b)[A-Za-z])"
)
_PASS = regex(
    r"(?i)\b100\s?%\s+(?:tested|passing|(?:test |code )?coverage)\b|\bfully tested\b|\ball (?:\d+ )?(?:unit |integration |e2e |the )*tests (?:are )?(?:now )?(?:pass(?:ing|ed)?|green)\b"
    r"|\b(\d+)\s?/\s?\1 tests? (?:pass(?:ing|ed)?|green)\b|(?<![\d/])(?<!/ )\b\d+\+? tests? (?:are )?(?:all )?pass(?:ing|ed)\b"
    r"|!\[[^\]]*\]\([^)]*badge/tests?-(?:\d+(?:%20|_|-)?)?pass(?:ing|ed)"
    r"|!\[[^\]]*\]\([^)]*badge/(?:test[-_%20]*)?coverage-(?:100|[89]\d(?:\.\d+)?)%25"
    r"|\b(?:test |code )?coverage(?: is| of)?\W{1,5}(?:~|>|≥)?\s?(?:100|[89]\d(?:\.\d+)?)\s?%|\b(?:100|[89]\d(?:\.\d+)?)\s?%\+? (?:test |code )coverage\b"
)
_DENIED = regex(
    r"(?i)\bnot\b|n't\b|\bnever\b|\bno\b(?! (?:mocks?|stubs?|placeholders?|todos?|fake|more mocks?))|\bnor\b|\bbefore\b|\buntil\b|\bonce\b|\bwhen\b|\bif\b|\bshould\b|\bmust\b|\bwill\b"
    r"|\bmake (?:it|this|sure)\b|\bto be\b|\bgoal\b|\baim|\btodo\b(?!s)|\bwithout\b(?! (?:any )?(?:mocks?|stubs?|placeholders?|todos?))|\bensure|\bverify|\bcheck that\b|\bplanned\b|\broadmap\b"
    r"|\btoward|\bbecom|\bfor (?:a )?production[- ]ready|\bneeds?\b|\?\s*$|\[ \]|\bhow to\b|\blearn\b|\bguide\b|\bwant\b|\byou can\b|\bstill\b|\bremain|\brequire|\btarget|\bminimum|\bat least\b"
    r"|\bthreshold|\bmaintain|\bexpect|\bconfirm\b|\bassert|\bchecklist\b|\bcriteria\b|\bwould\b|\bcould\b|\bmay\b|\bmight\b|\bafter\b|\bstrive|\b❌|🚧|⏳|⚠|\bpartial|\bin progress\b|\bpending\b|\bTBD\b|\bdefinition of done\b"
    r"|\b(\d+)\s?/\s?(?!\1\b)\d+\b|[<>≥]=?\s?\d|\bmeans\b|\bthe bar\b|\bmerge\b|\bpolicy\b|\b[1-9]?\d(?:\.\d+)?\s?%\s+(?:production|complete|mainnet)|\bweeks?\b|\bdays\b|\w:\s+#|\bdefinition\b|\bpercentage|\bdocumented\b|\b(?:most|more|less|least|nearly|almost|close to) (?:feature|production|complete|battle|fully)|→|\bprompt\b|\bact as\b|\bwrite\b|\bgenerate\b|\bcreate\b|\bbuild\b|\bdeliver\b|\bimplement\b|\brationale\b|\bfocus(?:es|ed|ing)? on\b|\bfixes\b"
    r"|^\s*(?:[-*+]|\d+\.)\s+(?:deploy|develop|launch|finali[sz]e|establish|conduct|design|integrate|migrate|achieve|prepare|set up)\b(?![- ]ready)"
)
"""What denies a claim, puts it off, or asks for it: an item of a list that begins with what is to be done does."""
_NARROWED = regex(
    r"(?i)(?<![\d/.])(\d+)\s?(?:/|of)\s?\1(?![\d/.])|\bonly\b[^.;]{0,60}\b(?:disabled|missing|left|open|mock\w*|stub\w*|outstanding|deferred|unavailable)\b|\bfor (?:all )?non-"
    r"|\bexcept\b|\bexcluding\b|\b(?:apart|aside) from\b|\bbesides\b|\bwith the exception\b|\b(?:and|but) (?:\w+ ){1,4}(?:is|are) (?:still )?(?:disabled|missing|mock\w*|stub\w*)\b"
)
"""What a claim is narrowed by: the things that it counts, or what it leaves out."""
_OF_SOMETHING_ELSE = regex(
    r"(?i)production[- ](?:ready|grade)\s+(?:preset|build|bundle|bundles|mode|flag|configs?|settings|defaults|docker|image|example|template|starter|boilerplate|library|framework)\b|production[- ](?:ready|grade)\s+(?:\w+\s+){0,2}(?:documentation|docs|guides?|references?|reports?|specs?|specifications?|tutorials?|runbooks?|diagrams?|prompts?)\b|all (?:(?:core|critical) )?services (?:are )?(?:now )?operational"
)
_NO_MOCKS = regex(r"(?i)(?:no|zero|without(?: any)?) (?:more )?(?:mocks?|stubs?|fake|mock data)\b")
_OF_TESTS = regex(r"(?i)\btests?\b|\btesting\b|\bsuites?\b|\btest_\w+|\.test\.|\bspecs?\b")
_OF_OTHERS = regex(
    r"(?i)(?:change-?log|dev-?log|work-?log|work[-_]?record|task-?log|journal|diary|history|releases?|contributing|license|security|code_of_conduct|pull_request_template|issue|prompt|agents?|claude|gemini|copilot|cursor|skill|instructions|rules"
    r"|guidelines?|proposal|template|checklist|spec|strategy|standards?|best[-_]practices|research|analysis|comparison|evaluation|alternatives|notes|\bprd\b|_prd)"
)
_OF_PLANS = regex(r"(?i)(?:plan|roadmap|backlog|todo|tasks)")
"""Names of documents about what was, what is to be, or how one works."""
_UNTICK = regex(
    r"(?i)❌|🚧|⏳|⚠|🔄|\[ \]|\b(?:partial\w*|in progress|pending|todo|planned|not|missing|stub\w*|mock\w*|placeholder\w*|wip|remove\w*|delete\w*|drop|deprecat\w*|document\w*|plan|design|research"
    r"|collect|gather|monitor|review|communicate|announce|investigate|test\w*|needs?|should)\b"
)
_ROW = regex(r"^\s*(?:\||[-*+] |\d+\. )")
_LONGEST = 2_000
_OLD = regex(
    r"(?i)(?:^|/)(?:archived?|\w*[-_]?sessions?|specs?|\.?plans?|\.?planning|backlog|prompts?|templates?|skills?|agents?|\.claude|\.cursor|\.github|\.\w+|rfcs?|adrs?|decisions|proposals?|history|old|legacy)/"
)
"""Folders of documents about what was or is to be."""
_WHOLE = regex(
    r"(?i)\b(?:platform|system|app(?:lication)?|project|product|codebase|code|solution|services?|software|mvp|back-?end|front-?end|everything|all|repo(?:sitory)?|programs?|contracts?"
    r"|protocol|website|site|tool|engine|stack|release|extension|worker|bot|package|library|monorepo|we|it)\b"
)
_DEFINES = regex(
    r"(?i)^\s*(?:[-*+|]|\d+\.)\s*[*_`]*(?:alpha|beta|stable|ga|generally available|preview|experimental|released?|mature|production|ready|complete[d]?|done|gold|silver|platinum|tier \d|level \d)[*_`]*\s*(?::|\||[\u2014\u2013-]\s)"
)
"""What a word of a list of states means."""
_RULES = regex(
    r"(?i)\b(?:implementation notes|rules?|guidelines?|principles?|requirements?|standards?|checklists?|best practices|criteria|conventions?|goals?|objectives?|reminders?|must[- ]haves?|next steps)\b"
)
"""Headings of lists that say how to work or what is asked for."""
_ASKS = regex(r"(?i)\b(?:ensure|make sure|verify|confirm|must|should|before (?:you|submitting|opening))\b[^.]*:\s*$")
"""What introduces a list of what is asked for."""
_ALL_OF_IT = regex(r"(?i)\s*[*_`]*(?:[.!]|:.*\b(?:every|everything|all|each)\b)")
"""What follows a claim at the beginning of a paragraph that has no subject but the document's."""
_TASK = regex(
    r"\b(?i:task|sprint|story|ticket|step|day|week|iteration|item)\s*#?\d+\b|\b[A-Z]{1,4}\d*\.[A-Z]?\d+\b|\b(?!SHA|UTF|ISO|RFC|MD|ED|AES|V|HTTP)[A-Z]{2,6}-\d+\b"
)
"""What numbers one piece of the work among many."""
_LABEL = regex(
    r"^\s*(?:\*\*|__)[^*_\n]{2,40}(?:\*\*:?|__:?|:\*\*|:__)\s*:?\s*((?:[A-Z][\w.+-]*)(?: (?:or|and|/|\+|[A-Z][\w.+-]*)){0,4})(?:\s*\([^)\n]*\))?\s*$"
)
"""A label with a name or two for what it is."""
_CELL = regex(r"\s*\|([^|]{2,80})\|")
_NAMED = regex(r"`[\w@][\w@./-]*`|\b[\w@]+(?:[-/][\w.]+)+")
_SCOPED = regex(r"@[\w-]+/[\w.-]*\w")
_LETTERS = regex(r"[A-Za-z][a-z]{4,}|[A-Z]{5,}")
_SECTION = 40
"""Lines of a section that are read for what it is about."""
_HEADING = regex(r"^#{2,6} +(.*)")
_CUT = regex(r"[.;|,(!?\u2013\u2014]|\s-\s|\b(?:with|for|by|using|including|and|as|in|on|of)\b")
"""Where a claim's own words end."""
_FILLS = regex(
    r"(?i)comprehensive|successfully|fully|been|have|this|that|with|core|major|main|entire|whole|completed?|completely|microservices?|status|priority|current|now|enhanced|properly"
    r"|correctly|working|three|four|five|seven|eight|nine|each|every|both|these|those|real|some|your|ours?|their|also|features?"
)
"""Words beside a claim that say nothing of what it is about."""
_OF_STATE = regex(
    r"(?i)\b(?:stat(?:us|e)|overview|summary|conclusion|deploy\w*|production|readiness|progress|achievements?|highlights?|roadmap|features?|about|results?)\b"
)
"""Words of headings on how far the work has come."""
_DOES = regex(r"(?i)valid|verif|review|monitor|logg|notif|search|back-?up|cach|queu|import|export|upload|test")
"""What one system among others does."""
_AFTER = 3
_LIST = regex(r"^\s*(?:[-*+>|]|\d+\.)\s")
_STATUS = regex(r"(?i)^\W*(?:\w+ )?(?:status|state|verdict|result)\b|badge/")


@frozen
class Claim:
    """One claim.

    Args:
        line: where it stands.
        text: its words.
        kind: what it is about.
        about: the beginnings of the words for the part that it speaks of; empty if it speaks of the whole.
        near: the beginnings of the words of its section, which tell the best proof from others.
        named: what its line calls by a name with a hyphen or in backticks, and the package that the heading above is about.
        beside: the beginnings of the words right beside it that narrow it down: ``Docker deployment ready`` says nothing of the program.
    """

    line: int
    text: str
    kind: str
    about: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    named: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a document outside of blocks of code, cut to a length."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        mark = line.lstrip().startswith(("```", "~~~"))
        fenced ^= mark
        if not fenced and not mark:
            yield number, line[:_LONGEST]


def _is_elsewhere(path: str) -> bool:
    """Whether a document speaks of the past, of others, or of how one works."""
    return bool(_OF_OTHERS.search(path.rpartition("/")[2]) or _OLD.search(path))


def claims(path: str, text: str) -> Iterator[Claim]:
    """What a document says of its work in words.

    Args:
        path: of the document; some names and folders are about other things.
        text: the document.
    """
    if _is_elsewhere(path) or _OF_PLANS.search(path.rpartition("/")[2]):
        return
    done = _DONE.search(text) is not None
    above, before, leads = "", "", ""
    lines = list(_lines(text))
    for at, (number, line) in enumerate(lines):
        begins, before = not before.strip() or before.startswith("#"), line
        titled = _HEADING.match(line)
        above = titled[1] if titled else above
        leads = leads if not line.strip() or _LIST.match(line) else line
        asked = _RULES.search(above) or _ASKS.search(leads)
        if _DEFINES.match(line) or (_LIST.match(line) and asked and not TICK.search(line)):
            continue
        small = line.lower()
        tested = "test" in small or "coverage" in small
        for kind, pattern, possible in ((FINISHED, _DONE, done), (TESTED, _PASS, tested)):
            match = pattern.search(line) if possible else None
            if match is None or _OF_SOMETHING_ELSE.match(line, match.start()) or _is_quoted(line, match):
                continue
            sentence = _sentence(line, match)
            if _NO_MOCKS.match(match[0]) and _OF_TESTS.search(sentence):
                continue  # of what tests run against
            if kind == FINISHED and _NARROWED.search(line):
                continue  # of what was counted, or of all but something that it names
            if not _DENIED.search(sentence):
                whole = kind != FINISHED or (begins and _is_said_of_all(line, match))
                about = _of_row(line, match)
                about = about or (frozenset() if whole else _of_label(line, leads) or _part(line, match, above))
                named = (*_NAMED.findall(sentence)[:5], *_SCOPED.findall(above)[:1])
                yield Claim(
                    number, _plain(match[0]), kind, about, _section(lines, at, above), named, _beside(line, match)
                )


def _beside(line: str, match: re.Match[str]) -> frozenset[str]:
    """The beginnings of the words of a claim's own clause that are not said of any work."""
    before = _CUT.split(line[: match.start()])[-1]
    after = " ".join(_CUT.split(line[match.end() :].partition(":")[0])[0].split()[:_AFTER])
    if _LIST.match(line) and match[0].lower().endswith("ready") and re.match(r" [A-Za-z]", line[match.end() :]):
        return frozenset({"?"})  # an item of a list that praises some part
    words = (word for word in re.findall(r"[A-Za-z]{4,}", f"{before} {after}") if not _FILLS.fullmatch(word))
    return telling((word for word in words if not _WHOLE.fullmatch(word)), 4)


def _of_row(line: str, match: re.Match[str]) -> frozenset[str]:
    """What a row of a table is about, by its first cell."""
    cell = _CELL.match(line)
    return telling(re.findall(r"[A-Za-z]{4,}", cell[1]), 4) if cell and cell.end() <= match.start() else frozenset()


def _of_label(line: str, leads: str) -> frozenset[str]:
    """What a list is about that stands below a label and what it is: ``**Search**: Elasticsearch``."""
    label = _LABEL.match(leads) if _LIST.match(line) else None
    return telling(re.findall(r"[A-Za-z]{4,}", label[1]), 4) if label else frozenset()


def _section(lines: list[tuple[int, str]], at: int, above: str) -> frozenset[str]:
    """The beginnings of the words of a line, of the heading above it, and of what follows up to the next."""
    words = _LETTERS.findall(above)
    for _, line in lines[at : at + _SECTION]:
        if words and line.startswith("#") and line is not lines[at][1]:
            break
        words += _LETTERS.findall(line[:300])
    return telling(words, 5)


def _is_said_of_all(line: str, match: re.Match[str]) -> bool:
    """Whether a paragraph begins with a claim and goes on to say it of everything."""
    return not line[: match.start()].strip("*_ ") and _ALL_OF_IT.match(line, match.end()) is not None


def _part(line: str, match: re.Match[str], above: str) -> frozenset[str]:
    """The part that a claim is about: none for headings and sentences on the whole; a line of a status is about what stands above it."""
    task = _TASK.search(line) or (_TASK.search(above) if _STATUS.search(line) else None)
    if task and not line.startswith("# "):
        said = re.findall(r"[A-Za-z]{4,}", f"{above} {line[: match.start()]}")
        return telling(said, 5) or frozenset({"?"})
    if above and _STATUS.search(line) and (not _WHOLE.search(above) or _names_part(above)):
        headed = telling(re.findall(r"[A-Za-z]{4,}", above), 4)
        if headed or _LIST.match(line) or _WHOLE.search(above):
            return headed or frozenset({"?"})
    rest = line[: match.start()] + " " + line[match.end() :]
    words = re.findall(r"[A-Za-z]{4,}", rest)
    listed = _LIST.match(line) is not None
    whole = _WHOLE.search(rest) is not None and (not listed or len(words) <= 4)
    if (
        re.match(r"##? ", line)
        or re.match(r"(?i)no|zero|without|all\b", match[0])
        or _STATUS.search(line)
        or whole
        or len(words) <= 1
    ):
        return frozenset()
    return telling(words, 5)


def _names_part(above: str) -> bool:
    """Whether a heading calls one system among others by what it does: ``Automated Backup System``; one on how the work stands is about all."""
    words = [
        word for word in re.findall(r"[A-Za-z]{4,}", above) if not _WHOLE.fullmatch(word) and not _FILLS.fullmatch(word)
    ]
    if _OF_STATE.search(above):
        return False
    return (len(words) > 1 and bool(telling(words, 4))) or (len(words) == 1 and _DOES.match(words[0]) is not None)


def _plain(text: str) -> str:
    """The words of a claim, of a badge only what it shows."""
    shown = text.rpartition("badge/")[2].replace("%25", "%").replace("%20", " ") if "badge/" in text else text
    return " ".join(re.sub(r"[*`|]+", "", shown).split())


def _is_quoted(line: str, match: re.Match[str]) -> bool:
    """Whether the words stand in backticks or quotes: another's words."""
    before = line[: match.start()]
    return before.count("`") % 2 == 1 or before.count('"') % 2 == 1


def _sentence(line: str, match: re.Match[str]) -> str:
    start = max(line.rfind(end, 0, match.start()) for end in (". ", "! ", "? ", "| "))
    stop = min((at for end in (". ", "! ", " |") if (at := line.find(end, match.end())) >= 0), default=len(line))
    return line[max(start, 0) : stop + 1]


def rows(path: str, text: str) -> Iterator[tuple[int, str]]:
    """The rows of tables and lists that are ticked off."""
    if _is_elsewhere(path) or not TICK.search(text):
        return
    for number, line in _lines(text):
        if _ROW.match(line) and TICK.search(line) and not _UNTICK.search(line):
            yield number, line
