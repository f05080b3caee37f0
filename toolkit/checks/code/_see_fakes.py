"""Functions that pretend: they answer with what somebody wrote down, with chance, or with yes, where work was promised.

A word alone proves nothing, since simulations, defaults and pure functions use the same ones. So a function is told
if its own comment admits that something else belongs there *and* nothing in it could do that work.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_pretence, is_test
from toolkit.checks.code._tree import (
    BRANCHES,
    CLASSES,
    COMMENTS,
    FUNCTIONS,
    body_of,
    function_name,
    function_of,
    is_abstract,
    is_conditional,
    name_of,
    own,
    statements,
    up,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["fake_answer", "fake_chance", "fake_note", "fake_refusal", "fake_verdict", "fake_wait"]

_REAL = (
    r"\bin (?:a |an |the )?(?:real|actual|full|true|production|prod)(?:[- ](?:world|life|production))?"
    r"(?: (?:implementation|app|application|system|environment|setup|deployment|service|scenario|version|code|build))?,?"
    r" (?:(?:this|you|we|it|the|one|i|these|that)(?:'d)?\b.{0,40}?\b(?:would|should be|will be|could)\b"
    r"|(?:integrate|call|replace|connect|fetch|query|implement|verify|send)\b)"
)
_WOULD = (
    r"\b(?:this|it|we) would (?:normally |typically |actually |really |usually |ideally )?(?:be (?:a |an |the )?(?:real|actual|call|fetch|replaced|implement)"
    r"|call|query|fetch|connect|integrate|send|make an?|verify|interact|involve|hit|execute|perform|invoke)\b"
)
_MADE_UP = (
    r"\b(?:placeholder|stub(?:bed)?|dummy|fake|mock(?:ed)?|hard-?coded)\b.{0,20}\b(?:implementation|data|response|result|value|logic|for now|verification|until|check|return)"
    r"|^\W*(?:placeholder|mock(?:ed)?|stub)\b(?! (?:text|for the|image|element|the\b))|\(placeholder\)"
    r"|\b(?:return|use|using|returns|returning) (?:a |an |some )?(?:mock|dummy|fake|placeholder|hard-?coded)\b"
    r"|\breplace (?:this )?with (?:the |a |an )?(?:real|actual|proper)\b|\bfor (?:demo|demonstration)\b"
)
_FOR_NOW = (
    r"\bfor now,?.{0,30}\b(?:return(?:s|ing)?|mock|fake|dummy|placeholder|hard-?coded?|simulat\w*|accept (?:all|any|everything)|allow all|always|stub|assum\w*|pretend)\b"
    r"|\bnot (?:yet )?implemented\b|\bto be implemented\b"
)
_ADMITS = re.compile(f"(?i){_REAL}|{_WOULD}|{_MADE_UP}")
_ADMITS_ANSWER = re.compile(f"{_ADMITS.pattern}|{_FOR_NOW}")
"""What is enough where the answer is written down as well."""
_CASES = frozenset({"switch_body", "case_clause", "match_arm", "match_block"})
"""What a comment in one of several cases says is not said of the function."""
_PLANS = re.compile(r"(?i)\b(?:todo|fixme|xxx)\b")
_SIMULATES = re.compile(
    r"(?i)\bsimulat(?:e|es|ed|ing)\b.{0,30}\b(?:api|requests?|network|processing|upload\w*|transactions?|payments?|fetch\w*|server|backend|calls?|sending|submission"
    r"|verification|async|database|db|blockchain|success\w*|responses?|operation|work|sync\w*|retry|deploy\w*|confirmation)\b"
)
_WAITS = re.compile(r"\bsetTimeout\b|\bsleep\s*\(|\bdelay\s*\(|\bwait\s*\(")
_INERT = re.compile(
    r"(?:console|logger|log|logging|Logger|tracing|Math|Date|JSON|Object|Number|String|Boolean|Array|Promise|random|crypto|datetime|time|uuid|Ok|Err|Some|vec|format|println"
    r"|eprintln|info|warn|debug|print|msg|Vec|HashMap|Duration|Utc|Instant|SystemTime|asyncio|_?log(?:ger)?)"
    r"(?:(?:\?\.|\.|::)\w+(?:\(\))?)*"
    r"|(?:this|self)\.(?:_?log(?:ger)?)\.\w+|setTimeout|resolve|reject|sleep|delay|wait|parseInt|parseFloat|uuidv4|nanoid|randomUUID|tokio::time::sleep|std::time::\S+"
    r"|(?:c|ctx|res|reply|response|NextResponse|Response)\.(?:json|send|text|status\(\d+\)\.(?:json|send))|jsonify|range|int|float|str|len|list|dict|round|Response|Error"
    r"|.*\.(?:toString|toFixed|toISOString|substring|slice|padStart|padEnd|join|push|getTime|hex|isoformat|to_string|to_owned|into|clone|append|repeat|toLowerCase|substr)"
)
_CONSTANT_WORDS = frozenset(
    [
        "true",
        "false",
        "null",
        "undefined",
        "none",
        "nothing",
        "some",
        "ok",
        "err",
        "new",
        "date",
        "now",
        "math",
        "random",
        "floor",
        "round",
        "ceil",
        "tostring",
        "toisostring",
        "string",
        "vec",
        "from",
        "default",
        "to_string",
        "into",
        "object",
        "json",
        "return",
        "hashmap",
        "as",
        "const",
        "uuid",
        "uuid4",
        "randomuuid",
        "crypto",
        "str",
        "int",
        "float",
        "bool",
    ]
)
_PRETENDS = re.compile(
    r"(?i)mock|fake|dummy|simulat|demo|sample|stub|placeholder|noop|no_op|null|always|allow_?all|example|fixture|in_?memory|test|local|offline|default|disabled|random"
)
_JUDGES = re.compile(
    r"(?:verify|authenticate|authori[sz]e)(?![a-z])\w*|check_?(?:[Ss]ignature|[Pp]roof|[Aa]uth|[Pp]ermission|[Aa]ccess|[Tt]oken|[Pp]ayment)\w*"
    r"|is_?(?:[Aa]uthori[sz]ed|[Aa]uthenticated|[Vv]alid_?(?:[Ss]ignature|[Pp]roof|[Tt]oken))|validate_?(?:[Ss]ignature|[Tt]oken|[Pp]roof|[Pp]ayment|[Tt]ransaction|[Jj][Ww][Tt]|[Ss]ession)\w*"
)
_YES = re.compile(
    r"(?:return\s+)?(?:true|True|Ok\(true\)|Ok\(\(\)\)|Promise\.resolve\(true\)|\{\s*[\"']?(?:valid|success|verified|ok|authorized|isValid)[\"']?\s*:\s*[tT]rue,?\s*\});?"
)
_MEASURES = re.compile(
    r"(?:get|fetch|calculate|compute|measure|estimate|predict|score|analy[sz]e|evaluate|assess|query|check|verify)_?[A-Z_a-z]\w*"
)
_BY_CHANCE = re.compile(
    r"(?i)rand|jitter|delay|backoff|noise|colou?r|(?:_|\b)id$|Id$|seed|sampl|position|offset|angle|nonce|hash|shuffle|dice|roll|spawn|particle|name|avatar|emoji|quote|tip|weight|interval|ttl|timeout|port|style|size|rotation|velocity"
)
_CHANCE = re.compile(r"Math\.random\(\)|\brandom\.(?:random|uniform|randint|choice|gauss)\(|\brand::random\b")


def _within(node: Any, function: Any) -> Iterator[Any]:
    """The ancestors of a node up to a function."""
    for one in up(node):
        if one.range().start.index == function.range().start.index and one.kind() == function.kind():
            return
        yield one


def _notes(function: Any) -> Iterator[str]:
    """What a function's own comments and its documentation say."""
    for one in own(function):
        if one.kind() in COMMENTS and not any(above.kind() in _CASES for above in _within(one, function)):
            yield one.text()
    body = body_of(function)
    first = body.named_children()[:1] if body is not None else []
    if first and first[0].kind() == "expression_statement" and first[0].text()[:1] in "\"'rR":
        yield first[0].text()
    holder = function
    while holder.parent() is not None and holder.parent().kind() in (
        "export_statement",
        "variable_declarator",
        "lexical_declaration",
        "decorated_definition",
    ):
        holder = holder.parent()
    before = holder.prev()
    if before is not None and before.kind() in COMMENTS and before.range().end.line + 1 >= holder.range().start.line:
        yield before.text()


def _is_inert(function: Any) -> bool:
    """Whether nothing that a function calls could reach anything outside of it."""
    for one in own(function, deep=True):
        callee = one.field("function") if one.kind() in ("call_expression", "call") else None
        callee = one.field("constructor") if one.kind() == "new_expression" else callee
        callee = one.field("macro") if one.kind() == "macro_invocation" else callee
        if callee is not None and not _INERT.fullmatch("".join(callee.text().split())):
            return False
        if one.kind() in ("jsx_element", "jsx_self_closing_element", "jsx_fragment", "unsafe_block"):
            return False
    return True


def _answers(function: Any) -> list[Any]:
    """The expressions that a function ends with."""
    body = body_of(function)
    if body is None:
        return []
    if body.kind() not in ("statement_block", "block"):
        return [body]
    found = [one for one in own(function) if one.kind() in ("return_statement", "return_expression")]
    last = statements(body)[-1:]
    if (
        function.kind() == "function_item"
        and last
        and last[0].kind() not in ("expression_statement", "let_declaration")
    ):
        found += [one for one in last if one.kind() != "return_expression"]
    return found


def _is_constant(node: Any) -> bool:
    """Whether an expression is written down: literals, the time and chance."""
    text = re.sub(r"\"[^\"]*\"|'[^']*'", "0", node.text())
    text = re.sub(r"`(?:[^`$]|\$\{(?:Date\.now\(\)|Math\.random\(\)[^}]*|\w+)\})*`", "0", text)
    words = re.findall(r"[A-Za-z_]\w*(?!\w*\s*:(?!:))", re.sub(r"\b[A-Za-z_]\w*\s*:(?!:)", "", text))
    return all(word.lower() in _CONSTANT_WORDS or not word.strip("_") for word in words)


def _is_honest(function: Any, path: str) -> bool:
    """Whether a function says by its name or place that it pretends, or is one that others fill in."""
    holder = next((one for one in up(function) if one.kind() in CLASSES), None)
    names = function_name(function) + " " + (name_of(holder) if holder is not None else "")
    return is_test(path) or is_pretence(path) or bool(_PRETENDS.search(names)) or is_abstract(function)


def _called(function: Any) -> str:
    """The name of a function, or the route that it answers."""
    name = function_name(function)
    arguments = function.parent()
    call = arguments.parent() if not name and arguments is not None and arguments.kind() == "arguments" else None
    target = call.field("function") if call is not None else None
    if target is None or not re.search(r"\.(?:get|post|put|patch|delete|all|handle|on)$", target.text()):
        return name
    route = arguments.named_children()[0].text().strip("\"'`")
    return f"{target.text().rpartition('.')[2].upper()} {route}"


def _pretends(function: Any, name: str, how: str) -> Seen:
    """What is seen: ``function`` tells matches of several rules in one function apart from those of two."""
    return {"name": name, "partial": "", "pretends": how, "function": str(function.range().start.index)}


def fake_note(node: Any, path: str) -> Seen:
    """A function whose own comment admits that something else belongs there, and that does nothing."""
    name = _called(node)
    body = body_of(node)
    if not name or body is None or not statements(body) or _is_honest(node, path):
        return None
    notes = list(_notes(node))
    admits = any(_ADMITS.search(note) for note in notes)
    simulates = any(_SIMULATES.search(note) for note in notes)
    if not (admits or simulates or any(_PLANS.search(note) or _ADMITS_ANSWER.search(note) for note in notes)):
        return None
    answers = _answers(node)
    hollow = bool(answers) and all(_is_constant(one) for one in answers)
    single = len({one.text() for one in answers}) == 1
    enough = admits or (hollow and (single or simulates)) or (simulates and _WAITS.search(node.text()))
    return _pretends(node, name, "does nothing of what it says") if enough and _is_inert(node) else None


def fake_answer(node: Any, path: str) -> Seen:
    """An answer that is written down, right below a comment that says what belongs there."""
    function = function_of(node)
    before = node.prev()
    if function is None or before is None or before.kind() not in COMMENTS or _is_honest(function, path):
        return None
    said = []
    while before is not None and before.kind() in COMMENTS:
        said.append(before.text())
        before = before.prev()
    name = _called(function)
    branch = next((one for one in up(node) if one.kind() in BRANCHES | FUNCTIONS), None)
    open_way = branch is None or branch.kind() in ("try_statement", "catch_clause") or branch.kind() in FUNCTIONS
    if not name or not open_way or not _is_constant(node) or not any(_ADMITS_ANSWER.search(one) for one in said):
        return None
    return _pretends(function, name, "answers what is written down")


def fake_wait(node: Any, path: str) -> Seen:
    """An awaited pause, right below a comment that says which work it stands for."""
    function = function_of(node)
    before = node.prev()
    if function is None or before is None or before.kind() not in COMMENTS or _is_honest(function, path):
        return None
    name = _called(function)
    if (
        not name
        or not _WAITS.search(node.text())
        or not (_SIMULATES.search(before.text()) or _ADMITS.search(before.text()))
    ):
        return None
    return _pretends(function, name, "waits in place of the work")


def fake_chance(node: Any, path: str) -> Seen:
    """A verdict or a measurement that is left to chance."""
    function = node if node.kind() in FUNCTIONS else function_of(node)
    if function is None or _is_honest(function, path):
        return None
    name = _called(function)
    if node.kind() in FUNCTIONS:
        body = body_of(node)
        found = statements(body) if body is not None and body.kind() in ("statement_block", "block") else [body]
        if len(found) != 1 or found[0] is None or not _MEASURES.fullmatch(name) or _BY_CHANCE.search(name):
            return None
        text = re.sub(r"^return\s+", "", found[0].text())
        text = re.sub(r"^(?:Math\.(?:floor|round|ceil)\(|Number\()+", "", text)
        return _pretends(function, name, "answers by chance") if _CHANCE.match(text) else None
    return _pretends(function, name or "this code", "decides by chance")


def fake_verdict(node: Any, path: str) -> Seen:
    """A function that is to verify something and always says yes."""
    name = function_name(node)
    body = body_of(node)
    parameters = node.field("parameters")
    if body is None or not _JUDGES.fullmatch(name) or _is_honest(node, path):
        return None
    given = parameters.named_children() if parameters is not None else []
    found = statements(body) if body.kind() in ("statement_block", "block") else [body]
    if not [one for one in given if one.text() not in ("self", "&self", "cls")] or len(found) != 1:
        return None
    return _pretends(node, name, "says yes to everything") if _YES.fullmatch(found[0].text().strip()) else None


def fake_refusal(node: Any, path: str) -> Seen:
    """A function that answers that it is not implemented, whatever it is asked."""
    function = function_of(node)
    if function is None or _is_honest(function, path) or is_conditional(node):
        return None
    name, body = _called(function), body_of(function)
    if name in ("", "constructor"):  # an error class that gives its own message
        return None
    if body is None or body.kind() not in ("statement_block", "block") or len(statements(body)) > 2:
        return None
    return {"name": name, "partial": ""}
