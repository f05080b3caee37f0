"""What a rule alone cannot say about a match: each function takes the node, and drops it or adds what it saw.

They run while a file's tree is alive, so that no tree is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_script, is_test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["REFINEMENTS"]

Seen = dict[str, str] | None

_FUNCTIONS = frozenset(
    {
        "function_declaration", "function_expression", "function", "arrow_function", "method_definition", "generator_function",
        "generator_function_declaration", "function_definition", "lambda", "function_item", "closure_expression",
    }
)  # fmt: skip
_CLASSES = frozenset(
    {"class_declaration", "abstract_class_declaration", "class", "class_definition", "impl_item", "trait_item"}
)
_BRANCHES = frozenset(
    {
        "if_statement", "switch_statement", "switch_case", "switch_default", "ternary_expression", "conditional_expression", "for_statement",
        "for_in_statement", "while_statement", "do_statement", "try_statement", "catch_clause", "except_clause", "match_arm", "match_statement",
        "case_clause", "if_expression", "match_expression", "for_expression", "while_expression", "binary_expression", "boolean_operator",
        "else_clause", "elif_clause", "let_chain", "with_statement", "assignment_pattern",
    }
)  # fmt: skip
_ABSTRACT_NAME = re.compile(
    r"(?:^|_)(?:Abstract|Base|I(?=[A-Z]))|(?:Base|Mixin|Interface|Protocol|Abstract|ABC|Trait)$"
)
_ABSTRACT_BASE = re.compile(r"\b(?:ABC|ABCMeta|Protocol|Interface)\b")
_SAYS_STUB = re.compile(
    r"(?i)not (?:yet |been |fully )?implement|unimplemented|\btodo\b|\bstub|coming soon|placeholder"
)
_SAYS_ABSTRACT = re.compile(
    r"(?i)subclass|sub-class|overrid|must (?:be )?implement|must (?:be )?define|abstract|derived|child class|implement(?:ed)? (?:this|by|in)|base class"
    r"|inherit|\bin (?:this|the) (?:environment|browser|runtime)|on this platform|in node|in jsdom|mock"
)
_SAYS_WORK = re.compile(r"(?i)\b(?:todo|fixme|implement|stub|placeholder)\b")
_LOGGER = re.compile(
    r"(?i)^_?(?:log|logger|info|warn|warning|error|err|debug|trace|fatal|verbose|critical|exception|print|emit_?log|log_?\w+|\w+_?log)$"
)
_ENDS = frozenset({"return_statement", "throw_statement", "raise_statement", "yield_expression", "yield"})
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})


def _up(node: Any) -> Iterator[Any]:
    """The ancestors, the nearest first."""
    found = node.parent()
    while found is not None:
        yield found
        found = found.parent()


def _below(node: Any) -> Iterator[Any]:
    """Every node below, in no order."""
    pending = node.children()
    while pending:
        found = pending.pop()
        yield found
        pending += found.children()


def _function(node: Any) -> Any:
    """The innermost function around a node."""
    return next((one for one in _up(node) if one.kind() in _FUNCTIONS), None)


def _name(node: Any) -> str:
    field = node.field("name")
    return field.text() if field is not None else ""


def _function_name(node: Any) -> str:
    """The name of a function: its own, or that of what it is given to."""
    own = _name(node)
    if own:
        return own
    holder = node.parent()
    if holder is not None and holder.kind() in (
        "variable_declarator",
        "public_field_definition",
        "field_definition",
        "pair",
    ):
        field = holder.field("name") or holder.field("property") or holder.field("key")
        return field.text() if field is not None else ""
    return ""


def _is_conditional(node: Any) -> bool:
    """Whether something between a node and the function around it decides if it runs."""
    for one in _up(node):
        if one.kind() in _FUNCTIONS:
            return False
        if one.kind() in _BRANCHES:
            return True
    return False


def _statements(body: Any) -> list[Any]:
    """The statements of a body, without comments and a documentation text."""
    found = [one for one in body.named_children() if one.kind() not in _COMMENTS]
    if (
        found
        and found[0].kind() == "expression_statement"
        and found[0].named_children()[:1]
        and found[0].child(0).kind() == "string"
    ):
        return found[1:]
    return found


def _body(function: Any) -> Any:
    return function.field("body") if function is not None else None


def _is_abstract(function: Any) -> bool:
    """Whether a method waits for a subclass: by its class's bases, name or modifiers."""
    around = next((one for one in _up(function) if one.kind() in _CLASSES), None)
    if around is None:
        return False
    head = around.text().partition("{" if "{" in around.text() else ":")[0]
    decorated = function.parent()
    marked = (
        decorated is not None
        and decorated.kind() == "decorated_definition"
        and re.search(r"@\S*(?:abstract|overload)", decorated.text())
    )
    return bool(
        marked
        or _ABSTRACT_NAME.search(_name(around))
        or _ABSTRACT_BASE.search(head)
        or around.kind() == "abstract_class_declaration"
    )


def stub_rust(node: Any, path: str) -> Seen:
    """A ``todo!`` or ``unimplemented!`` that is not of a test; one in a branch is ``partial``."""
    if is_test(path):
        return None
    for one in _up(node):
        if one.kind() in ("mod_item", "function_item", "impl_item") and _rust_test(one):
            return None
        if one.kind() == "macro_definition":
            return None
    function = _function(node)
    partial = function is None or _is_conditional(node)
    return {"name": _function_name(function) if function is not None else "", "partial": "1" if partial else ""}


def _rust_test(node: Any) -> bool:
    before = node.prev()
    while before is not None and before.kind() in ("attribute_item", "line_comment", "block_comment"):
        if re.search(r"\btest\b|\bbench\b", before.text()) and before.kind() == "attribute_item":
            return True
        before = before.prev()
    return bool(re.search(r"(?i)\bmock", _name(node)))


def stub_python(node: Any, path: str) -> Seen:
    """A ``NotImplementedError`` of an ordinary function; methods that subclasses give are no stubs."""
    function = _function(node)
    text = node.text()
    if is_test(path) or function is None or _SAYS_ABSTRACT.search(text) or _is_abstract(function):
        return None
    says = _SAYS_STUB.search(text.replace("NotImplementedError", ""))
    method = next((one for one in _up(function) if one.kind() in ("class_definition", "function_definition")), None)
    if method is not None and not says:
        return None
    sole = len(_statements(_body(function))) == 1
    whole = not _is_conditional(node) and (sole or (says and not _may_end_before(node, function)))
    return {"name": _name(function), "partial": "" if whole else "1"}


def stub_script(node: Any, path: str) -> Seen:
    """A ``throw new Error("not implemented")`` that a function always comes to."""
    function = _function(node)
    if is_test(path) or function is None or _SAYS_ABSTRACT.search(node.text()) or _is_abstract(function):
        return None
    name = _function_name(function)
    return {
        "name": name,
        "partial": "1" if not name or _is_conditional(node) or _may_end_before(node, function) else "",
    }


def stub_empty(node: Any, path: str) -> Seen:
    """A function whose body is nothing but a note that it has to be written."""
    body = _body(node)
    if is_test(path) or body is None or _statements(body):
        return None
    comments = [one for one in body.children() if one.kind() in _COMMENTS]
    if not any(
        _SAYS_WORK.search(one.text())
        and re.search(r"(?i)\b(?:todo|fixme)\b|not (?:yet )?implemented|^\W*implement\b", one.text())
        for one in comments
    ):
        return None
    name = _function_name(node)
    return {"name": name, "partial": ""} if name and name != "constructor" else None


def stub_pass(node: Any, path: str) -> Seen:
    """A function of Python that only passes, with a note that it has to be written."""
    body = _body(node)
    found = _statements(body) if body is not None else []
    if is_test(path) or len(found) != 1 or found[0].text() not in ("pass", "...") or _is_abstract(node):
        return None
    comments = [one.text() for one in (*node.children(), *body.children()) if one.kind() in _COMMENTS]
    after = node.next()
    comments += (
        [after.text()]
        if after is not None and after.kind() in _COMMENTS and after.range().start.line == found[0].range().start.line
        else []
    )
    noted = any(re.search(r"(?i)\b(?:todo|fixme)\b|not (?:yet )?implemented", one) for one in comments)
    return {"name": _name(node), "partial": ""} if noted else None


def frozen_field(node: Any, path: str) -> Seen:
    """A field of a class that is filled with the time when an instance is made, and nobody fills again."""
    around = next((one for one in _up(node) if one.kind() in _CLASSES), None)
    field = node.field("name") or node.field("property")
    if is_test(path) or is_script(path) or around is None or field is None:
        return None
    name = field.text()
    return {"name": name} if not re.search(rf"this\.{re.escape(name)}\s*=(?!=)", around.text()) else None


def recursion(node: Any, path: str) -> Seen:
    """A function with a call of itself that nothing stands in the way of; the line is that of the call."""
    python = path.endswith(".py")
    method = node.kind() in ("method_definition", "public_field_definition") or (python and _is_method(node))
    name = _name(node) or (node.field("property").text() if node.field("property") is not None else "")
    function = node if node.field("body") is not None else node.field("value")
    body = _body(function)
    if is_test(path) or not name or body is None or "*" in node.text().partition("(")[0]:
        return None
    target = f"{'self' if python else 'this'}.{name}" if method else name
    if not re.search(rf"(?<![\w.$]){re.escape(target)}\(", body.text()):
        return None
    above = node.parent()
    decorated = above is not None and above.kind() == "decorated_definition"
    if decorated or re.match(r"(?:\w+ )*static\b", node.text()) or (not method and _is_shadowed(function, name)):
        return None
    logger = bool(_LOGGER.match(name))
    patient = bool(re.match(r"[\w ]*?\basync\b", node.text()[:200].partition("(")[0])) or re.search(
        r"=\s*async\b", node.text()[:200]
    )
    for call in _own_calls(body, target):
        certain = _is_certain(call, body) and not _may_end_before(call, function)
        if (certain and (logger or not patient)) or (logger and _passes_on(call, function)):
            return {
                "name": name,
                "logger": "1" if logger else "",
                "line": str(call.range().start.line + 1),
                "call": call.text(),
            }
    return None


def _own_calls(body: Any, target: str) -> Iterator[Any]:
    """Calls of a name in a body, those of functions within it aside."""
    pending = [body]
    while pending:
        found = pending.pop(0)
        if (
            found.kind() in ("call_expression", "call")
            and found.field("function") is not None
            and found.field("function").text() == target
        ):
            yield found
        pending += [one for one in found.children() if one.kind() not in _FUNCTIONS]


def _is_certain(call: Any, body: Any) -> bool:
    """Whether a body always comes to a call: it is a statement of its own, perhaps the first of a ``try``."""
    top = body.range()
    if call.range().start.index == top.start.index and call.range().end.index == top.end.index:
        return True
    for one in _up(call):
        here = one.range()
        if (here.start.index, here.end.index) == (top.start.index, top.end.index):
            return True
        if one.kind() not in (
            "expression_statement",
            "return_statement",
            "await_expression",
            "await",
            "statement_block",
            "block",
            "try_statement",
        ):
            return False
    return False


def _passes_on(call: Any, function: Any) -> bool:
    """Whether a call gives exactly what the function was given: nothing has changed the next time."""
    given, taken = call.field("arguments"), function.field("parameters")
    if given is None or taken is None:
        return False
    arguments = [one.text() for one in given.named_children()]
    names = [re.split(r"[?:=\s]", one.text().lstrip("."))[0] for one in taken.named_children()]
    names = names[1:] if names[:1] == ["self"] else names
    return bool(arguments) and [one.lstrip(".") for one in arguments] == names


def _is_method(function: Any) -> bool:
    around = next((one for one in _up(function) if one.kind() in ("class_definition", "function_definition")), None)
    return around is not None and around.kind() == "class_definition"


def _may_end_before(node: Any, function: Any) -> bool:
    """Whether the function can return, throw or yield before it comes to a node."""
    start = node.range().start.index
    for one in _below(function):
        if one.kind() in _ENDS and one.range().start.index < start and one.range().end.index <= start:
            return True
    return False


def _is_shadowed(function: Any, name: str) -> bool:
    """Whether the function's name means something else inside of it."""
    parameters = function.field("parameters")
    if parameters is not None and re.search(rf"\b{re.escape(name)}\b", parameters.text()):
        return True
    body = _body(function)
    return body is not None and bool(
        re.search(
            rf"(?:\b(?:const|let|var|function|import|as)\s+|\{{[^}}]*?)\b{re.escape(name)}\b[^(]*=|\bimport\b[^\n]*\b{re.escape(name)}\b",
            body.text(),
        )
    )


_ENTRY_CLASS = re.compile(
    r"\b(?:extends|implements)\s+\w*(?:DurableObject|WorkerEntrypoint|WorkflowEntrypoint|Agent)\b"
)


def empty_handler(node: Any, path: str) -> Seen:
    """A handler of a worker with nothing in its body, not even a word why."""
    body = _body(node)
    if is_test(path) or body is None or body.kind() != "statement_block" or body.named_children():
        return None
    around = next((one for one in _up(node) if one.kind() in ("object", *_CLASSES)), None)
    if around is None:
        return None
    if around.kind() != "object":
        return {"name": _function_name(node)} if _ENTRY_CLASS.search(around.text().partition("{")[0]) else None
    for one in _up(around):
        head = one.text()[:200]
        if one.kind() == "export_statement" and re.match(r"export\s+default\b", head):
            return {"name": _function_name(node)}
        if one.kind() in ("variable_declarator", "satisfies_expression") and "ExportedHandler" in (
            head + one.text()[-200:]
        ):
            return {"name": _function_name(node)}
    return None


def empty_python(node: Any, path: str) -> Seen:
    """A handler of Python that only passes."""
    found = _statements(_body(node)) if _body(node) is not None else []
    comments = [one for one in (_body(node).children() if _body(node) is not None else []) if one.kind() in _COMMENTS]
    if is_test(path) or comments or len(found) != 1 or found[0].kind() != "pass_statement" or _is_method(node):
        return None
    return {"name": _name(node)}


def frozen_module(node: Any, path: str) -> Seen:
    """A time that is taken when a module is loaded."""
    if is_test(path) or is_script(path) or _function(node) is not None:
        return None
    if any(one.kind() in _CLASSES for one in _up(node)):
        return None
    top = list(_up(node))[-1]
    name = _name(node) or (node.field("left").text() if node.field("left") is not None else "")
    text = top.text()
    if not name or len(re.findall(rf"(?<![\w.=!<>]){re.escape(name)}\s*(?:=(?!=)|\+\+|\+=)", text)) > 1:
        return None
    if "__main__" in text or text.startswith("#!") or len(re.findall(rf"\b{re.escape(name)}\b", text)) < 2:
        return None
    return {"name": name} if _used_in_function(top, name) else None


def _used_in_function(top: Any, name: str) -> bool:
    return any(_function(one) is not None for one in top.find_all(kind="identifier", regex=f"^{re.escape(name)}$"))


def frozen_property(node: Any, path: str) -> Seen:
    """A property that a constructor fills with the time, and nobody fills again."""
    function = _function(node)
    if (
        is_test(path)
        or is_script(path)
        or function is None
        or _function_name(function) not in ("constructor", "__init__")
    ):
        return None
    left = node.field("left")
    if left is None:
        return None
    around = next((one for one in _up(node) if one.kind() in _CLASSES), None)
    name = left.text()
    if around is None or len(re.findall(rf"{re.escape(name)}\s*=(?!=)", around.text())) != 1:
        return None
    return {"name": name}


def comment_above(node: Any, path: str) -> Seen:
    """A comment with the code that it is about."""
    if is_test(path):
        return None
    after = node.next()
    while after is not None and after.kind() in (*_COMMENTS, "decorator", "attribute_item"):
        after = after.next()
    inside = _function(node)
    about = after if after is not None and after.is_named() else inside
    return {"about": about.text()[:6000]} if about is not None else None


def named_code(node: Any, path: str) -> Seen:
    """A function with its name and its code."""
    return None if is_test(path) else {"name": _function_name(node), "about": node.text()[:6000]}


def union(node: Any, path: str) -> Seen:
    """A type that is a union of three or more texts."""
    value = node.field("value") or node.field("type")
    if value is None or is_test(path):
        return None
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", value.text().lstrip(": "), flags=re.DOTALL)
    parts = [part.strip() for part in text.strip().strip("|").split("|")]
    if len(parts) < 3 or not all(re.fullmatch(r"\"[\w.:-]+\"|'[\w.:-]+'", part) for part in parts):
        return None
    return {
        "name": _name(node),
        "members": " ".join(part.strip("\"'") for part in parts),
        "property": "1" if node.kind() == "property_signature" else "",
    }


_COMPARED = re.compile(r"^\(?\s*([\w.?!\[\]]+)\s*===?\s*[\"']([\w.:-]+)[\"']\s*\)?$")


def branches(node: Any, path: str) -> Seen:
    """A function that asks one value for several texts, and lets the others fall through to what one of them gets, or to nothing."""
    body = _body(node)
    if body is None or is_test(path):
        return None
    found: dict[str, list[tuple[str, str]]] = {}
    for one in _statements(body):
        if one.kind() == "if_statement" and one.field("alternative") is None:
            condition = one.field("condition")
            match = _COMPARED.match(condition.text()) if condition is not None else None
            result = one.field("consequence")
            if match and result is not None:
                found.setdefault(match[1], []).append((match[2], _result(result.text())))
        elif one.kind() == "switch_statement" and "switch_default" not in {
            part.kind() for part in one.field("body").children()
        }:
            cases = [part.field("value") for part in one.field("body").children() if part.kind() == "switch_case"]
            texts = [part.text().strip("\"'") for part in cases if part is not None and part.kind() == "string"]
            found.setdefault(one.field("value").text().strip("()"), []).extend((text, "") for text in texts)
    last = _statements(body)[-1:] if _statements(body) else []
    for subject, pairs in found.items():
        end = _result(last[0].text()) if last and last[0].kind() == "return_statement" else ""
        returned = {result for _, result in pairs if result}
        if len({text for text, _ in pairs}) >= 2:
            falls = (not end or end in returned) and (end or not returned)
            return {"subject": subject, "compared": " ".join(text for text, _ in pairs), "falls": "1" if falls else ""}
    return None


def _result(text: str) -> str:
    """What a branch returns, blanks aside; empty if it does not."""
    match = re.search(r"\breturn\b([^;]*);?\s*\}?$", text.strip())
    return "return " + "".join(match[1].split()) if match else ""


def class_of_module(node: Any, path: str) -> Seen:
    """A class that a module exports by name."""
    if is_test(path):
        return None
    export = node.parent()
    if path.endswith(".py"):
        return None
    if (
        export is None
        or export.kind() != "export_statement"
        or "default" in [part.text() for part in export.children()]
    ):
        return None
    head = node.text().partition("{")[0]
    decorated = any(part.kind() == "decorator" for part in (*export.children(), *node.children()))
    return (
        None
        if decorated
        else {
            "name": _name(node),
            "head": head,
            "own": str(len(re.findall(rf"\b{re.escape(_name(node))}\b", node.text()))),
        }
    )


_OTHER_LANGUAGE = re.compile(
    r"(?i)google-?ads|\bgaql\b|\bsoql\b|salesforce|jsforce|bigquery|\bathena\b|clickhouse|tinybird|\bnrql\b|cosmosdb|snowflake|duckdb|\bksql|flux\b|databricks|trino|redshift"
)


def query(node: Any, path: str) -> Seen:
    """The text of a query; what is filled in becomes a parameter, and a table that is filled in ends the matter."""
    text = node.text()
    if _OTHER_LANGUAGE.search(path) or _OTHER_LANGUAGE.search(list(_up(node))[-1].text()):
        return None
    if is_test(path) or any(
        one.kind() in ("import_statement", "jsx_attribute", "attribute_item", "comment") for one in _up(node)
    ):
        return None
    above = node.parent()
    if above is not None and above.kind() in (
        "binary_expression",
        "binary_operator",
        "concatenated_string",
        "expression_statement",
    ):
        return None  # a part of a query, or a documentation text
    prefix = re.match(r"^[rRbBfFuU]*", text)
    formatted = path.endswith(".py") and prefix is not None and "f" in prefix[0].lower()
    body = text[len(prefix[0]) if prefix else 0 :]
    body = re.sub(r"^(?:#*)(\"\"\"|'''|\"|'|`)|(\"\"\"|'''|\"|'|`)#*$", "", body.removeprefix("r"))
    if node.kind() == "template_string" or formatted:
        holes = r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}" if node.kind() == "template_string" else r"\{[^{}]*\}"
        if re.search(
            rf"(?i)\b(?:from|join|into|update|table|by|set|where|and|or|select|limit|offset)\s+{holes}", body
        ) and re.search(rf"(?i)\b(?:from|join|into|update|table|set|where|and|or|select)\s+{holes}", body):
            return None
        body = re.sub(holes, " NULL ", body)
    return {"sql": body}


REFINEMENTS: dict[str, Callable[[Any, str], Seen]] = {
    "branches": branches,
    "class-of-module": class_of_module,
    "comment-above": comment_above,
    "empty-handler": empty_handler,
    "empty-python": empty_python,
    "frozen-field": frozen_field,
    "frozen-module": frozen_module,
    "frozen-property": frozen_property,
    "named-code": named_code,
    "query": query,
    "recursion": recursion,
    "stub-empty": stub_empty,
    "stub-pass": stub_pass,
    "stub-python": stub_python,
    "stub-rust": stub_rust,
    "stub-script": stub_script,
    "union": union,
}
"""By the name that a rule's ``refine`` gives."""
