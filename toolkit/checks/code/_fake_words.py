"""The words with which a comment admits that something else belongs where it stands."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = [
    "ADMITS",
    "ADMITS_ANSWER",
    "ASIDE",
    "CHANCE",
    "DECIDED",
    "DEFAULTS",
    "DELEGATES",
    "GUARD_TO_BE",
    "KEPT",
    "LATER",
    "NOTHING",
    "OBSERVES",
    "OWES",
    "OWNS_UP",
    "PLANS",
    "REFUSES",
    "SIMPLER",
    "SIMULATES",
    "STANDS_FOR",
    "WAITS",
    "WORKED_OUT",
]

_REAL = (
    r"\bin (?:a |an |the )?(?:real|actual|full|true|production|prod)(?:[- ](?:world|life|production))?"
    r"(?: (?:implementation|app|application|system|environment|setup|deployment|service|scenario|version|code|build))?,?"
    r" (?:(?:this|you|we|it|the|one|i|these|that)(?:'d)?\b.{0,40}?\b(?:would|should be|will be)\b(?! also)"
    r"|(?:integrate|call|replace|connect|fetch|query|implement|verify|send)\b)"
)
_WOULD = (
    r"\b(?:this|it|we) would (?!also)(?:normally |typically |actually |really |usually |ideally )?(?:be (?:a |an |the )?(?:real|actual|call|fetch|replaced|implement)"
    r"|call|query|fetch|connect|implement|integrate|send|make an?|verify|interact|involve|hit|execute|perform|invoke)\b(?!.{0,80}\bif (?:needed|required|necessary|wanted)\b)"
    r"|^\W*implementation would\b|\b(?:the )?(?:actual|real) implementation (?:would|will|should|goes|follows|is pending|to follow)\b|\bpending implementation\b"
)
_MADE_UP = (
    r"(?!mock data (?:guards?|flags?|toggles?|switch)\b)(?<!\bno )(?<!\bnot )(?<!\bwithout )(?<!\bnever )(?<!removes )(?<!remove )(?<!removing )(?<!avoids )(?<!avoid )(?<!replaces )(?<!instead of )\b(?:placeholder|stub(?:bed)?|dummy|fake|mock(?:ed)?|hard-?coded)\b[^\"'|]{0,20}\b(?:implementation|data|response|result|value|logic|for now|verification|until|check|return)"
    r"|^\W*(?:placeholder|mock(?:ed)?|stub)\b(?! (?:for )?the\b)(?!(?: \w+){0,2} (?:text|image|element|ascii|art|patterns?|icons?|avatars?|logos?|pictures?|photos?|cards?|colou?rs?|styles?|svg|skeletons?|tiles?|charts?|guards?|flags?|toggles?)\b)|\(placeholder\)"
    r"|\bthis is (?:just |only )?(?:a |an )?(?:stub|placeholder|mock|dummy)\b(?!\W{1,3}(?:the )?(?:actual|real) [\w ]{1,30} (?:is|are) (?:rendered|drawn|shown|handled|done|made|provided) by\b)"
    r"|\b(?:will go|goes) here\b"
    r"|(?<!n't )(?<!not )(?<!never )\b(?:return|use|using|returns|returning) (?:a |an |some )?(?:mock|dummy|fake|placeholder|hard-?coded)\b"
    r"|\breplace (?:this )?with (?:the |a |an )?(?:real|actual|proper)\b|\bfor (?:demo|demonstration)\b"
)
_FOR_NOW = (
    r"\bfor now,?.{0,30}\b(?:return(?:s|ing)?|mock|fake|dummy|placeholder|hard-?coded?|simulat\w*|report\w* (?:a )?success|succeed|do(?:es)? nothing|accept (?:all|any|everything)|allow all|always|stub|assum\w*|pretend)\b"
    r"|\bnot (?:yet )?implemented\b|\bto be implemented\b"
)
ADMITS = regex(f"(?i){_REAL}|{_WOULD}|{_MADE_UP}")
SIMPLER = regex(r"(?i)\bsimpl(?:e|er|ified|istic)\b|\bbasic\b|\bna[iï]ve\b|\brough\w*|\bapproximat\w+|\bheuristic")
"""What says that work is done, in a plain way."""
OWES = regex(
    f"(?i){_REAL}|{_WOULD}"
    r"|\breplace (?:this )?with\b|\b(?:todo|fixme)\b|\bnot (?:yet )?implemented\b|\bfor now\b|\b(?:mock(?:ed)?|dummy|fake|stub(?:bed)?|hard-?coded)\b"
)
"""What says that the work is still to be done, or that an answer is made up; a placeholder may be a value that nobody uses."""
ADMITS_ANSWER = regex(f"{ADMITS.pattern}|{_FOR_NOW}")
"""What is enough where the answer is written down as well."""
_STAGE = (
    r"(?:(?:a |the )?(?:later|next|future|upcoming|separate|follow-?up)"
    r" (?:phase|release|version|sprint|milestone|iteration|stage|pr|story|ticket)|phase \d|v\d+|milestone \d|sprint \d|q[1-4]\b)"
)
LATER = regex(
    r"(?i)\b(?:comes?|coming|arrives?|lands?|landing|follows?|added|implemented|handled|done|enforced|enabled|wired(?: up)?|ships?|built|written|planned|scheduled|deferred|left)\b"
    rf".{{0,20}}\b(?:in|with|by|for|to|until) {_STAGE}"
    r"|\b(?:until|once|when|as soon as) (?:the |we have (?:the |a )?|there is (?:a )?)?[\w -]{0,40}"
    r"(?:(?:is|are|gets?|goes) (?:live|ready|available|implemented|done|in place|wired(?: up)?|deployed)|exists?|lands?|ships?)\b"
)
"""What puts the work off to another time."""
PLANS = regex(
    r"(?i)\b(?:todo|fixme|xxx)\b(?!.{0,60}\b(?:strings|wording|(?:re)?phras(?:e|ing)|translat(?:e|ions?)|i18n|locali[sz]\w*|typos?|renam\w+)\b)"
)
"""What puts work off, other than on how something is worded."""
SIMULATES = regex(
    r"(?i)\bsimulat(?:e|es|ed|ing)\b.{0,30}\b(?:api|requests?|network|processing|upload\w*|transactions?|payments?|fetch\w*|server|backend|calls?|sending|submission"
    r"|verification|async|database|db|blockchain|success\w*|responses?|operation|work|sync\w*|retry|deploy\w*|confirmation)\b"
)
WAITS = regex(r"\bsetTimeout\b|\bsleep\s*\(|\bdelay\s*\(|\bwait\s*\(")
STANDS_FOR = regex(
    r"(?i)\bsimulat(?:e|es|ed|ing)\b(?! (?:typing|a? ?(?:slow|key)|human|thinking))|\bpretend|\bmock(?:ed)?\b"
)
"""What says of a pause that it stands for work."""
GUARD_TO_BE = regex(
    r"(?i)\b(?:todo|fixme)\b.{0,40}\b(?:implement|add|valid\w*|verif\w*|check|enforce|limit\w*|auth\w*)\b|\bnot (?:yet )?implemented\b"
)
"""What a middleware says that it is to do."""
DEFAULTS = regex(
    r"(?i)^\W*default(?:s|ing)? to\b|\blast resort\b|\bif all else fails\b|\bfall(?:s|ing)?[- ]?back\b(?!.{0,60}\b(?:mock|dummy|fake|sample|demo|static|hard-?coded)\b)"
)
"""What is said of the last of several answers: the others come first where something speaks for them."""
CHANCE = regex(r"Math\.random\(\)(?!\.toString)|\brandom\.(?:random|uniform|randint|choice|gauss)\(|\brand::random\b")
OWNS_UP = regex(
    r"(?i)[\"'`][^\"'`]*\b(?:no [\w ]{1,40}\bavailable|not (?:yet )?available|unavailable|not supported|(?:is|are) (?:currently |temporarily )?disabled)\b|\b(?:code|status(?:_?code)?)[\"']?\s*:\s*[45]\d\d\b|\b(?:success|ok)[\"']?\s*:\s*false\b"
    r"|\bstatus[\"']?\s*[:=]\s*[\"'](?:skip(?:ped)?|not[ _-]?implemented|unimplemented|unsupported|disabled|n/?a)[\"']|(?-i:(?<![A-Z])[A-Z_]{0,40}(?:UNAVAILABLE|NOT_AVAILABLE|NOT_SUPPORTED)(?![A-Z]))"
)
"""An answer that owns up to having nothing, or that refuses."""
REFUSES = regex(
    r"\b(?:status|sendStatus|code|writeHead)\(\s*501\b|\bHTTP_501|\bstatus(?:_?[cC]ode)?\s*[=:]\s*501\b|\bNOT_IMPLEMENTED\b|\bNotImplemented\b|,\s*501\s*\)"
)
"""The status that says that nothing is done: whoever calls hears of it."""
DECIDED = regex(r"(?i)\bdisabled\s*[:.\u2013\u2014-]|\bintentional|\bdeliberate|\bon purpose\b|\bby design\b")
"""What says that nothing is to be done there."""
NOTHING = regex(r"(?:return\s+)?(?:null|undefined|None|nil)?\s*;?")
OBSERVES = regex(
    r"(?i)\b(?:would|send|raise|trigger|emit|report|forward)\b.{0,40}\b(?:observability|monitoring|metrics?|telemetry|alert\w*)\b"
)
"""What else could be done where something is logged."""
ASIDE = regex(
    r"(?i)(?<=\w )\((?:in|for) (?:a |an |the )?(?:real|production|prod)\b[^()\n]{0,120}\)|\bin (?:mock|demo|dry[- ]?run|offline|sandbox) mode\b[^.\n]*"
)
"""What a comment adds in brackets on what is done elsewhere, beside what is done here; and what is done in a mode that somebody chooses."""
DELEGATES = regex(
    r"(?i)\b(?:handles?|does|performs?|verifies|validates|checks) (?:its|their) own\b|\b(?:verified|validated|authenticated|checked|enforced|handled) (?:by the|by an?|in the|at the|upstream|elsewhere|already|before)\b|\balready (?:verified|validated|authenticated|checked|enforced)\b"
)
"""What says that another one verifies."""
WORKED_OUT = regex(
    r"(?:const|let)\s[^=]{1,80}=\s*(?:await\s+)?(?!mock|fake|dummy|create|Date|Math|new\b)[a-z]\w*[A-Z]\w*\((?!\s*\))"
)
"""A name for what a function makes of what it is given."""
REACHES = regex(
    r"(?:[^=!<>]=|\breturn|\bawait)\s+(?!mock|fake|dummy)(?:\w+\.)*\w*(?:[sS]ervice|[cC]lient|[rR]epository|[eE]ngine|[pP]rovider|[sS]dk|SDK|[aA]pi|API)\.\w+\(\s*[^\s)]"
)
"""What is kept of, or answered with, what a service gives for something that it was told."""
KEPT = regex(
    r"return (?:[A-Za-z_]\w* (?:not )?in (?:self\.\w+|[A-Z][A-Z_]+)|self\.(?!\w*(?i:mock|fake|dummy|default))\w+(?:\[[\w\"']+\])+|!?this\.#?\w+\.(?:has|includes)\([A-Za-z_]\w*\));?"
)
"""An answer that is what an object or a module keeps, or whether something is among it."""
