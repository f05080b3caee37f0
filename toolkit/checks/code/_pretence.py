"""What functions that pretend have in common: who may, what they are called, and what stands written down in them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import is_test
from toolkit.checks.code._fake_words import OWNS_UP, WAITS
from toolkit.checks.code._paths import is_migration, is_pretence, is_shown_in
from toolkit.checks.code._tree import (
    CLASSES,
    COMMENTS,
    FUNCTIONS,
    body_of,
    function_name,
    is_abstract,
    name_of,
    own,
    statements,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checks.code._tree import Seen

__all__ = [
    "answers",
    "called",
    "given_name",
    "is_constant",
    "is_honest",
    "is_one_way",
    "is_shown",
    "notes_of",
    "of_product",
    "owner_of",
    "owns_up",
    "pretends",
    "replies",
    "stands_in",
    "within",
]

_CONSTANT_WORDS = frozenset(
    {
        "true", "false", "null", "undefined", "none", "nothing", "some", "ok", "err", "new", "date", "now", "math",
        "random", "floor", "round", "ceil", "tostring", "toisostring", "string", "vec", "from", "default",
        "to_string", "into", "object", "json", "return", "hashmap", "as", "const", "uuid", "uuid4", "randomuuid",
        "crypto", "str", "int", "float", "bool", "nil",
    }
)  # fmt: skip
_REPLY = regex(
    r"(?:return\s+)?(?:(?:res|response|reply|c|ctx|h)(?:\s?\.(?:status|code)\(\d+\))?\s?\.(?:json|send)|(?:NextResponse|Response)\.json)(?=\()"
)
"""What a handler answers with."""
_PRETENDS = regex(
    r"(?i)mock|fake|dummy|simulat|demo(?!graph|cra|te)|sample|stub|placeholder|noop|no_op|null|always|allow_?all|permissive|example|fixture|in_?memory|(?<!at)(?<!la)(?<!con)(?<!pro)(?<!grea)test|local(?!e|i[sz]|ity)|offline|default|disabled|random"
)


_AS_SCRIPT = regex(
    r"\bif\b[^\n]{0,20}(?:__name__\b|\brequire\.main\b|\bimport\.meta\.(?:main\b|url\b[^\n]{0,60}argv|filename\b[^\n]{0,60}argv)|\bargv\b[^\n]{0,60}\bimport\.meta\b)"
)
"""The condition of what runs only if a source is started by itself: mostly it shows how the source is used."""
_IN_DEMO = regex(r"\bif\b[^\n{]{0,100}?(?:DEMO|(?<![a-z])[dD]emo(?!graph|cra|te)|(?:USE|use|is|IS)_?M(?:ock|OCK))")
"""The condition of what runs only where somebody wants to see it at work."""
_HOLDERS = CLASSES | {"mod_item"}
_DOUBLE = regex(r"(?<![a-z])(?:fake|dummy|no_?op|stub)s?(?![a-z])|(?:Fake|Dummy|No[oO]p|Stub)s?(?![a-z])|(?i:mock)")
_OF_TESTS = regex(r"^Test(?=[A-Z_])|^tests?$|_tests?$")
_CASES = frozenset({"switch_body", "case_clause", "match_arm", "match_block"})
"""What a comment in one of several cases says is not said of the function."""
_ANSWERS = frozenset({"return_statement", "return_expression", *COMMENTS})
_HIGH = 40
"""Nodes above that are looked at: nobody shows anything further within, and to go up takes time in deep sources."""
_SHOWS = regex(
    r"(?:(?:^|_)(?:demo|example|playground|story|stories|tutorial|showcase|walkthrough)|Demo|Example|Playground|Story|Stories|Tutorial|Showcase|Walkthrough)s?(?![a-z])"
)
"""Names of functions and modules that show how something is used."""
_BACK = regex(r"(?i)down(?:grade)?|rollback|revert|reverse\w*|backwards?|undo")
_OWNS_UP = regex(r"^_*placeholder(?=[_A-Z])")
"""What stands in for the work under its own name is called by what is no pretence."""


def answers(function: Any) -> list[Any]:
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


def owns_up(found: list[Any]) -> bool:
    """Whether every answer tells its reader that there is nothing, or that it was not done."""
    return bool(found) and all(OWNS_UP.search(one.text()) for one in found)


def replies(function: Any) -> list[Any]:
    """What a handler sends that gives nothing back: the arguments of ``res.json(...)`` and its like."""
    sent = [one for one in own(function) if one.kind() == "call_expression" and _REPLY.match(one.text())]
    return [one.field("arguments") for one in sent if one.field("arguments") is not None]


def is_constant(node: Any) -> bool:
    """Whether an expression is written down: literals, the time and chance."""
    text = re.sub(r"\"[^\"]*\"|'[^']*'", "0", _REPLY.sub("", node.text(), count=1))
    text = re.sub(r"`(?:[^`$]|\$\{(?:Date\.now\(\)|Math\.random\(\)[^}]*|\w+)\})*`", "0", text)
    words = re.findall(r"[A-Za-z_]\w*(?!\w*\s*:(?!:))", re.sub(r"\b[A-Za-z_]\w*\s*:(?!:)", "", text))
    return all(word.lower() in _CONSTANT_WORDS or not word.strip("_") for word in words)


def is_one_way(name: str, path: str) -> bool:
    """Whether a function is the way back of a step of a database's history that knows none."""
    return is_migration(path) and _BACK.fullmatch(name) is not None


def is_honest(function: Any, path: str) -> bool:
    """Whether a function says by its name or place that it pretends, or is one that others fill in."""
    holder = next((one for one in up(function) if one.kind() in CLASSES), None)
    own_name = _OWNS_UP.sub("", function_name(function))
    names = own_name + " " + (_type_name(holder) if holder is not None else "")
    return (
        is_test(path)
        or is_pretence(path)
        or is_one_way(own_name, path)
        or bool(_PRETENDS.search(names))
        or is_abstract(function)
        or is_shown(function, path)
        or stands_in(function)
    )


def stands_in(node: Any) -> bool:
    """Whether code is a double for tests by what it belongs to: a function, type or module that is called a mock, a fake, a dummy or a test."""
    around = [one for one in (node, *islice(up(node), _HIGH)) if one.kind() in _HOLDERS or one.kind() in FUNCTIONS]
    names = ((_type_name(one), one.kind() in _HOLDERS) for one in around)
    return any(_DOUBLE.search(name) or (holds and _OF_TESTS.search(name)) for name, holds in names)


def _type_name(node: Any) -> str:
    """The name of an item; of an ``impl`` the type that it is for."""
    field = node.field("type") if node.kind() == "impl_item" else None
    return field.text() if field is not None else name_of(node)


def is_shown(node: Any, path: str) -> bool:
    """Whether code only shows how something is used: by its place, by the function or module around it, or as what runs if the file is started."""
    if is_shown_in(path):
        return True
    for one in (node, *islice(up(node), _HIGH)):
        kind = one.kind()
        if kind in ("if_statement", "mod_item") or kind in FUNCTIONS:
            named = function_name(one) if kind in FUNCTIONS else name_of(one)
            if _SHOWS.search(named):
                return True
            if kind == "if_statement" and (_AS_SCRIPT.match(one.text()[:120]) or _IN_DEMO.match(one.text()[:120])):
                return True
    return False


def of_product(see: Callable[[Any, str], Seen]) -> Callable[[Any, str], Seen]:
    """A refinement that leaves alone what only shows how something is used, and doubles for tests."""

    def look(node: Any, path: str) -> Seen:
        seen = see(node, path)
        return None if seen is None or is_shown(node, path) or stands_in(node) else seen

    return look


def called(function: Any) -> str:
    """The name of a function, or the route that it answers."""
    name = function_name(function)
    arguments = function.parent()
    call = arguments.parent() if not name and arguments is not None and arguments.kind() == "arguments" else None
    target = call.field("function") if call is not None else None
    route = arguments.named_children()[0] if target is not None else function
    if route.kind() in FUNCTIONS:  # given to something else, as the getter of a field is
        return name
    if target is None or not re.search(r"\.(?:get|post|put|patch|delete|all|handle|on)$", target.text()):
        return name
    written = route.text().strip("\"'`")
    return f"{target.text().rpartition('.')[2].upper()} {written}"


def given_name(function: Any) -> str:
    """The name of what a function is given to: ``const swap = useCallback(() => ...)``."""
    arguments = function.parent()
    call = arguments.parent() if arguments is not None and arguments.kind() == "arguments" else None
    callee = call.field("function") if call is not None else None
    if call is None or callee is None or not re.fullmatch(r"(?:React\.)?useCallback", callee.text()):
        return ""
    holder = call.parent()
    return name_of(holder) if holder is not None and holder.kind() == "variable_declarator" else ""


def pretends(function: Any, name: str, how: str) -> Seen:
    """What is seen: ``function`` tells matches of several rules in one function apart from those of two."""
    return {
        "name": name,
        "partial": "",
        "pretends": how,
        "function": str(function.range().start.index),
        "of": owner_of(function),
    }


def owner_of(function: Any) -> str:
    """The class of a method, or what holds the object that a function stands in: ``execute`` alone says nothing."""
    for one in islice(up(function), _HIGH):
        kind, named = one.kind(), one.field("name") or one.field("key")
        if kind in FUNCTIONS:
            return ""
        if kind in CLASSES:
            return re.split(r"[<\s]", _type_name(one), maxsplit=1)[0]
        if kind in ("variable_declarator", "pair") and named is not None and one.range() != _holder(function):
            return named.text() if named.text().isidentifier() else ""
    return ""


def _holder(function: Any) -> Any:
    """Where what gives a function its own name stands."""
    return function.parent().range() if function.parent() is not None else None


def within(node: Any, function: Any) -> Iterator[Any]:
    """The ancestors of a node up to a function."""
    for one in up(node):
        if one.range().start.index == function.range().start.index and one.kind() == function.kind():
            return
        yield one


def _is_aside(note: Any) -> bool:
    """Whether a comment stands behind a part of a statement, or above one of an object, and is about that part."""
    before, holder, after = note.prev(), note.parent(), note.next()
    if holder is not None and holder.kind() == "object" and after is not None and after.kind() == "pair":
        value = after.field(
            "value"
        )  # what is said of one part of an answer, which is worked out, is said of that alone
        return value is not None and not is_constant(value)
    behind = before is not None and before.range().end.line == note.range().start.line
    if not behind or holder is None or holder.kind() in ("program", "module"):
        return False
    return holder.kind() not in ("statement_block", "block") or (
        before.is_named() and before.kind() not in _ANSWERS and not WAITS.search(before.text())
    )


def notes_of(function: Any) -> Iterator[str]:
    """What a function's own comments and its documentation say."""
    for one in own(function):
        if (
            one.kind() in COMMENTS
            and not _is_aside(one)
            and not any(above.kind() in _CASES for above in within(one, function))
        ):
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
