"""Functions that say that they are not written yet."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from toolkit.checks._test_code import is_test
from toolkit.checks.code._paths import is_pretence
from toolkit.checks.code._pretence import is_one_way
from toolkit.checks.code._tree import (
    CLASSES,
    COMMENTS,
    FUNCTIONS,
    above,
    below,
    body_of,
    function_name,
    function_of,
    is_abstract,
    is_conditional,
    may_end_before,
    name_of,
    own,
    statements,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = [
    "stub_class",
    "stub_empty",
    "stub_file",
    "stub_pass",
    "stub_program",
    "stub_python",
    "stub_rust",
    "stub_script",
]

_SAYS_STUB = regex(r"(?i)not (?:yet |been |fully )?implement|unimplemented|\btodo\b|\bstub|coming soon|placeholder")


_SAYS_ABSTRACT = regex(
    r"(?i)subclass|sub-class|overrid|must (?:be )?implement|must (?:be )?define|abstract|derived|child class|implement(?:ed)? (?:this|by|in)|base class"
    r"|inherit|\bin (?:this|the) (?:environment|browser|runtime)|on this platform|in node|in jsdom|mock"
)


_FOR_OTHERS = regex(
    r"(?:Provider|Strategy|Adapter|Backend|Handler|Plugin|Connector|Driver|Mixin|Interface|Template|Agent|Tool|Task|Model|Loader|Parser|Store|Storage|Repository|Client)$"
)
"""Names of classes that others derive from, perhaps in another file."""
_ON_PURPOSE = regex(
    r"(?i)cannot|can't|not (?:be )?supported|unsupported|does(?: not|n't)|read-?only|not (?:allowed|available|possible|applicable)|irreversible|one-way|\buse \w+"
)
"""What says that it is never to be done, rather than not yet."""
_INVARIANT = regex(r"(?i)\bqed\b|\bunreachable\b|\bnever (?:called|reached|used)\b|\bdo(?:es)? not have\b")
"""What proves that nobody comes there."""
_MAY_BE_EMPTY = regex(
    r"(?i)\b(?:extends|implements|abstract)\b|noop|null|mock|dummy|stub|fake|base|silent|empty|void|marker"
)
_WORKS = regex(
    r"_?(?:send|save|store|persist|delete|create|update|notify|publish|upload|charge|pay|refund|sync|export|import|generate|verify|validate|calculate|compute|archive|sign|encrypt|revoke|transfer)_"
)
"""Names of functions that are to do something."""
_REFUSES = regex(r"(?i)not_?(?:yet_?)?implemented|unimplemented|not_?supported|unsupported")
"""Names of functions that others call to refuse."""
_MAY_REST = regex(
    r"(?i)hook|overrid|no-?op|nothing|optional|intentional|on purpose|deprecated|default|dummy|stub|mock|placeholder for|subclass|plugin|compat|reserved|callback|signal"
)
"""What explains that a function rests."""
_CHANGES = regex(r"(?:set|put|save|store|write|update|remove|delete|clear|reset)([A-Z]\w*)")
_OF_CYPRESS = "setupNodeEvents"
"""What Cypress writes into each configuration, with a note of its own."""
_SEVERAL = 3
_HEAD = 10
"""Lines of a file in which its head begins, behind a license and the like."""
_SAYS_WORK = regex(r"(?i)\b(?:todo|fixme|implement|stub|placeholder)\b")


def stub_rust(node: Any, _path: str) -> Seen:
    """A ``todo!`` or ``unimplemented!``; one in a branch or a closure is ``partial``, and where ``let`` has no other answer it is the error itself."""
    if any(one.kind() == "macro_definition" for one in up(node)):
        return None
    if _INVARIANT.search(node.text()):
        return None
    around = [one for one in up(node) if one.kind() in FUNCTIONS]
    function = next((one for one in around if one.kind() == "function_item"), None)
    otherwise = _is_otherwise(node)
    if otherwise and not node.text().startswith("todo!"):
        return None
    partial = function is None or around[0].kind() == "closure_expression" or otherwise or is_conditional(node)
    return {"name": function_name(function) if function is not None else "", "partial": "1" if partial else ""}


def _is_otherwise(node: Any) -> bool:
    """Whether code stands behind the ``else`` of a ``let``."""
    within = takewhile(lambda one: one.kind() not in FUNCTIONS, up(node))
    return any(one.kind() == "let_declaration" and one.field("alternative") is not None for one in within)


def stub_python(node: Any, path: str) -> Seen:
    """A ``NotImplementedError`` of an ordinary function; methods that subclasses give are no stubs."""
    function = function_of(node)
    text = node.text()
    if function is None or _SAYS_ABSTRACT.search(text) or is_abstract(function):
        return None
    says = _SAYS_STUB.search(text.replace("NotImplementedError", ""))
    if is_one_way(name_of(function), path) or (not says and _ON_PURPOSE.search(text)):
        return None
    method = next((one for one in up(function) if one.kind() in ("class_definition", "function_definition")), None)
    if method is not None and not says and not _is_left_out(function, method, text):
        return None
    sole = len(statements(body_of(function))) == 1
    whole = not is_conditional(node) and (sole or (says and not may_end_before(node, function)))
    owner = name_of(method) if method is not None and method.kind() == "class_definition" else ""
    return {"name": name_of(function), "partial": "" if whole else "1", "owner": owner}


def _is_left_out(function: Any, holder: Any, text: str) -> bool:
    """Whether a method of a class that does other work, and that nothing here derives from, says in words what it does not do."""
    name, owner = name_of(function), name_of(holder)
    words = re.search(r"NotImplementedError\(\s*f?[\"'][^\"']*\w[^\"']*[\"']", text)
    if holder.kind() != "class_definition" or words is None or _ON_PURPOSE.search(text) or _FOR_OTHERS.search(owner):
        return False
    methods = [
        one for one in below(holder) if one.kind() == "function_definition" and not name_of(one).startswith("__")
    ]
    working = [one for one in methods if "NotImplementedError" not in one.text() and len(statements(body_of(one))) > 1]
    top = list(up(holder))[-1].text()
    derived = re.search(rf"^[ \t]*class \w+\([^)]*\b{re.escape(owner)}\b", top, re.MULTILINE)
    called = re.search(rf"\b(?:self|cls|{re.escape(owner)})\.{re.escape(name)}\(", holder.text())
    return len(working) > 1 and derived is None and called is None


def _is_default(function: Any) -> bool:
    """Whether a function belongs to the default of a context, which says that its provider is missing."""
    calls = (one.field("function") for one in up(function) if one.kind() == "call_expression")
    return any(one is not None and one.text().endswith("createContext") for one in calls)


def stub_program(node: Any, _path: str) -> Seen:
    """A program of Anchor without a single instruction."""
    body = body_of(node)
    if body is None or all(one.text() != "#[program]" for one in above(node, {"attribute_item", *COMMENTS})):
        return None
    empty = not any(one.kind() in ("function_item", "macro_invocation", "mod_item") for one in body.named_children())
    return {"name": f"The program {name_of(node)}", "partial": ""} if empty else None


def stub_class(node: Any, path: str) -> Seen:
    """A class of which no method does anything."""
    body = body_of(node)
    head = node.text().partition("{")[0]
    if body is None or is_pretence(path) or _MAY_BE_EMPTY.search(head):
        return None
    methods = [
        one for one in body.named_children() if one.kind() == "method_definition" and name_of(one) != "constructor"
    ]
    bodies = [body_of(one) for one in methods]
    if len(methods) < _SEVERAL or any(one is None or one.named_children() for one in bodies):
        return None
    return {"name": f"{len(methods)} methods of {name_of(node)}, the whole class,", "partial": "", "several": "1"}


def stub_file(node: Any, path: str) -> Seen:
    """A file with functions whose head says that it is a stub."""
    top = list(up(node))[-1]
    begins = node.range().start.line <= _HEAD and node.parent().kind() in ("program", "module", "expression_statement")
    if not begins or is_pretence(path) or is_test(path) or not any(one.kind() in FUNCTIONS for one in own(top)):
        return None
    name = path.rpartition("/")[2]
    return {"name": f"The file {name}", "partial": "", "pretends": "says so at its head", "whole": "1"}


def stub_script(node: Any, path: str) -> Seen:
    """A ``throw new Error("not implemented")`` that a function always comes to."""
    function = function_of(node)
    if function is None or _SAYS_ABSTRACT.search(node.text()) or is_abstract(function) or _is_default(function):
        return None
    name = function_name(function)
    if is_one_way(name or _assigned(function), path) or _only_gives(function, name) or _REFUSES.search(name):
        return None
    return {
        "name": name,
        "partial": "1" if not name or is_conditional(node) or may_end_before(node, function) else "",
        "owner": next((name_of(one) for one in up(function) if one.kind() in CLASSES), ""),
        "uncalled": "1" if _is_uncalled(function, name) else "",
    }


def _only_gives(function: Any, name: str) -> bool:
    """Whether a method without parameters would change what its class reads under the same name: an interface wants it, and the class only reads."""
    changes, taken, body = _CHANGES.match(name), function.field("parameters"), function.parent()
    if changes is None or body is None or body.kind() != "class_body" or taken is None or taken.named_children():
        return False
    readers = (one for one in body.named_children() if name_of(one) in {f"get{changes[1]}", f"read{changes[1]}"})
    return any(len(statements(body_of(one))) > 1 for one in readers)


def _is_uncalled(function: Any, name: str) -> bool:
    """Whether the name of a function that no other module sees stands nowhere else in its file."""
    if function.kind() != "function_declaration" or function.parent().kind() != "program":
        return False
    text = function.parent().text()
    return "export" in text and len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)) == 1


def _assigned(function: Any) -> str:
    """The last part of what a function is assigned to: ``exports.down``."""
    holder = function.parent()
    left = holder.field("left") if holder is not None and holder.kind() == "assignment_expression" else None
    return left.text().rpartition(".")[2] if left is not None else ""


def stub_empty(node: Any, _path: str) -> Seen:
    """A function whose body is nothing but a note that it has to be written."""
    body = body_of(node)
    if body is None or statements(body):
        return None
    comments = [one for one in body.children() if one.kind() in COMMENTS]
    if not any(
        _SAYS_WORK.search(one.text())
        and re.search(r"(?i)\b(?:todo|fixme)\b|not (?:yet )?implemented|^\W*implement\b", one.text())
        for one in comments
    ):
        return None
    name = function_name(node)
    return {"name": name, "partial": ""} if name and name not in ("constructor", _OF_CYPRESS) else None


def stub_pass(node: Any, _path: str) -> Seen:
    """A function of Python that only passes, with a note that it has to be written."""
    body = body_of(node)
    found = statements(body) if body is not None else []
    if len(found) != 1 or found[0].text() not in ("pass", "...") or is_abstract(node) or name_of(node) == "__init__":
        return None
    comments = [one.text() for one in (*node.children(), *body.children()) if one.kind() in COMMENTS]
    after = node.next()
    comments += (
        [after.text()]
        if after is not None and after.kind() in COMMENTS and after.range().start.line == found[0].range().start.line
        else []
    )
    noted = any(re.search(r"(?i)\b(?:todo|fixme)\b|not (?:yet )?implemented", one) for one in comments)
    return {"name": name_of(node), "partial": ""} if noted or _is_promised(node, body) else None


def _is_promised(node: Any, body: Any) -> bool:
    """Whether a function of a module says what it does to what it is given, and does nothing."""
    said, above, taken = body.child(0), node.parent(), node.field("parameters")
    told = said.text() if said is not None and said.kind() == "expression_statement" else ""
    alone = above is not None and above.kind() == "module" and taken is not None and bool(taken.named_children())
    return alone and _WORKS.match(name_of(node)) is not None and bool(told) and _MAY_REST.search(told) is None
