"""Handlers that do nothing with what they are given: they are empty, or only log, acknowledge and answer."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._effects import is_idle, says_why
from toolkit.checks.code._tree import (
    CLASSES,
    COMMENTS,
    FUNCTIONS,
    above,
    body_of,
    function_name,
    is_abstract,
    is_method,
    name_of,
    statements,
    up,
)
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = [
    "empty_click",
    "empty_decorated",
    "empty_handler",
    "empty_lambda",
    "empty_listener",
    "empty_python",
    "empty_route",
    "empty_rust",
]

_ENTRY_CLASS = regex(r"\b(?:extends|implements)\s+\w*(?:DurableObject|WorkerEntrypoint|WorkflowEntrypoint|Agent)\b")
_TAKES = regex(
    r"(?i)(?:^|\.)(?:queue|consumer|worker|subscriber|subscription|channel|chan|sub|bus|event_?bus|events?|emitter|pubsub|broker|agenda|boss|bull\w*|kafka\w*|amqp\w*|nats\w*|\w+(?:Queue|Consumer|Worker|Bus|Channel|Emitter|Subscriber|Subscription))"
    r"\.(?:on|process|consume|subscribe|work|define|handle|addListener)$|(?:^|\.)(?:cron|schedule|scheduler|nodeCron|node_cron)\.(?:schedule|scheduleJob|every|job)$"
    r"|^(?:new\s+)?(?:Worker|CronJob|QueueWorker|Cron)$"
)
"""What is given a function for messages, jobs and times."""
_QUIET_EVENT = regex(
    r"^[\"'`](?:error|close|end|disconnect|drain|open|ready|connect\w*|exit|SIG\w+|finish|aborted?|ping|pong)[\"'`]$"
)
_WEBHOOK = regex(r"(?i)web_?-?hooks?|(?:^|[/_.-])hooks?(?:$|[/_.-])|[/_-](?:callback|ipn|notify)(?:$|[/_-])")
_PRESSED = regex(r"<(?:\w+\.)?(?:Pressable|Touchable\w+)\b")
_LOSES = frozenset({"queue", "scheduled", "email", "alarm", "tail"})
_OF_WORKERS = _LOSES | {"fetch", "webSocketMessage"}


def _nothing(function: Any, *, idle: bool) -> bool:
    """Whether a function does nothing and does not say why.

    Args:
        function: the function.
        idle: whether logging, acknowledging and answering count as nothing.
    """
    body = body_of(function)
    if body is None or says_why(function):
        return False
    found = statements(body) if body.kind() in ("statement_block", "block") else [body]
    todo = any(re.search(r"(?i)\b(?:todo|fixme)\b", one.text()) for one in body.children() if one.kind() in COMMENTS)
    if not found:
        return not todo or idle
    return (idle and is_idle(function)) or all(one.kind() == "pass_statement" for one in found)


def empty_handler(node: Any, _path: str) -> Seen:
    """A handler of a worker of the edge."""
    name = function_name(node)
    if name not in _OF_WORKERS:
        return None
    around = next((one for one in up(node) if one.kind() in ("object", *CLASSES)), None)
    if around is None or not _nothing(node, idle=name in _LOSES):
        return None
    if around.kind() != "object":
        return {"name": name} if _ENTRY_CLASS.search(around.text().partition("{")[0]) else None
    for one in takewhile(lambda one: one.kind() not in FUNCTIONS, up(around)):
        head = one.text()[:200]
        if one.kind() == "export_statement" and re.match(r"export\s+default\b", head):
            return {"name": name}
        if one.kind() in ("variable_declarator", "satisfies_expression") and "ExportedHandler" in (
            head + one.text()[-200:]
        ):
            return {"name": name}
    return None


def empty_listener(node: Any, _path: str) -> Seen:
    """A function that is given to a queue, a bus or a clock."""
    callee = node.field("function") or node.field("constructor")
    arguments = node.field("arguments")
    target = callee.text() if callee is not None else ""
    given = [one for one in arguments.named_children() if one.kind() not in COMMENTS] if arguments is not None else []
    if not given or (given[0].kind() in ("object", "identifier") and not _is_run(target)):
        return None
    if _is_run(target):
        pairs = [one for one in given[0].children() if one.kind() in ("pair", "method_definition")]
        function = next(
            (
                one.field("value") or one
                for one in pairs
                if re.match(r"(?:async\s+)?each(?:Message|Batch)\b", one.text())
            ),
            None,
        )
    else:
        function = next((one for one in given if one.kind() in FUNCTIONS), None)
        if not _TAKES.search(target) or (given[0].kind() == "string" and _QUIET_EVENT.match(given[0].text())):
            return None
    idle = not target.endswith((".on", ".addListener"))  # a listener may be there to log
    if function is None or not _nothing(function, idle=idle):
        return None
    about = given[0].text()[:40] if given[0].kind() == "string" else "each message"
    return {"name": f"{target.removeprefix('new ')} for {about}", "line": str(function.range().start.line + 1)}


def _is_run(target: str) -> bool:
    return bool(re.search(r"(?i)consumer\w*\.run$", target))


def empty_route(node: Any, path: str) -> Seen:
    """A route: with an empty body, or of a webhook and answering as if all were well."""
    if node.kind() in ("function_declaration", "variable_declarator"):  # Next's ``route.ts``
        name, function = name_of(node), node if node.kind() == "function_declaration" else node.field("value")
        place = re.sub(r"/route\.\w+$", "", path)
        fits = name == "POST" and path.rpartition("/")[2].startswith("route.") and _WEBHOOK.search(place)
        return {"name": f"POST {place}", "what": "webhook"} if fits and _nothing(function, idle=True) else None
    callee, arguments = node.field("function"), node.field("arguments")
    target = callee.text() if callee is not None else ""
    given = arguments.named_children() if arguments is not None else []
    if (
        not re.search(
            r"(?i)(?:^|\.)(?:\w*app|\w*router|routes|server|fastify|api|hono)\.(?:get|post|put|patch|delete|all)$",
            target,
        )
        or len(given) < 2
    ):
        return None
    route, function = given[0].text().strip("\"'`"), given[-1]
    if not route.startswith("/") or function.kind() not in FUNCTIONS:
        return None
    hook = bool(_WEBHOOK.search(route)) and target.endswith(("post", "all"))
    if not _nothing(function, idle=hook):
        return None
    return {"name": f"{target.rpartition('.')[2].upper()} {route}", "what": "webhook" if hook else ""}


def empty_lambda(node: Any, _path: str) -> Seen:
    """A function for records of a queue or a stream of AWS."""
    function = node if node.kind() == "function_declaration" else node.field("value")
    fits = name_of(node) == "handler" and function is not None and function.kind() in FUNCTIONS
    return {"name": "handler"} if fits and _nothing(function, idle=True) else None


def empty_decorated(node: Any, _path: str) -> Seen:
    """A method of a class that a framework calls for messages, jobs and times."""
    said = [one.text() for one in above(node, {"decorator", *COMMENTS})]
    found = next(
        (
            one
            for one in said
            if re.match(
                r"@(?:Process|Cron|Interval|OnEvent|EventPattern|MessagePattern|RabbitSubscribe|SqsMessageHandler|OnQueueEvent)\(",
                one,
            )
        ),
        "",
    )
    if not found or not _nothing(node, idle=not found.startswith("@On")):  # a listener may be there to log
        return None
    return {"name": f"{name_of(node)} for {found.partition('(')[0]}"}


def empty_python(node: Any, _path: str) -> Seen:
    """A handler of Python: of messages, tasks and signals, of a webhook, or an empty route."""
    above = node.parent()
    decorators = (
        above.text().partition("def ")[0] if above is not None and above.kind() == "decorated_definition" else ""
    )
    name = name_of(node)
    hook = bool(re.search(r"\.(?:post|route|api_route)\(", decorators)) and bool(_WEBHOOK.search(decorators))
    takes = re.search(
        r"@(?:\w+\.)*(?:shared_task|task|receiver|actor|subscriber|agent|scheduled_job|on_message|periodic_task|job)\b",
        decorators,
    )
    lambda_ = re.match(r"lambda_handler$|handler$", name) and "event" in node.field("parameters").text()
    handles = re.match(r"(?:handle|on|process)_(?:message|event|request|job)$", name)
    empty = handles or re.search(r"@(?:app|router|celery|api|bp)\.(?:get|post|put|patch|delete|route)\(", decorators)
    if is_method(node) or is_abstract(node):
        return None
    idle = bool(hook or takes or (lambda_ and re.search(r"\bevent\b", body_of(node).text())))
    if not (idle or lambda_ or empty) or not _nothing(node, idle=idle) or _is_pinned(node):
        return None
    if takes and _only_answers(node):
        return None
    return {"name": name, "what": "webhook" if hook else ""}


def _only_answers(node: Any) -> bool:
    """Whether a task is given nothing and answers: whoever starts it asks whether somebody is there."""
    taken, last = node.field("parameters"), statements(body_of(node))[-1]
    given = [one for one in taken.named_children() if one.text() != "self"] if taken is not None else []
    return not given and last.kind() == "return_statement" and bool(last.named_children())


def _is_pinned(node: Any) -> bool:
    """Whether a comment behind the only statement says why it is all."""
    after = node.next()
    last = statements(body_of(node))[-1:]
    return (
        bool(last)
        and after is not None
        and after.kind() in COMMENTS
        and after.range().start.line == last[0].range().end.line
    )


def empty_rust(node: Any, _path: str) -> Seen:
    """A function of Rust for messages and events that takes them, and nothing more."""
    around = next((one for one in up(node) if one.kind() in ("impl_item", "trait_item")), None)
    trait = around.field("trait") if around is not None else None
    if around is not None and (
        around.kind() == "trait_item"
        or trait is None
        or not re.search(r"(?:Handler|Consumer|Listener|Processor|Subscriber)\b", trait.text())
    ):
        return None
    found = statements(body_of(node)) if body_of(node) is not None else []
    if len(found) > 1 or (found and not re.fullmatch(r"Ok\(\(\)\)|\(\)", found[0].text())) or says_why(node):
        return None
    return {"name": name_of(node)}


def empty_click(node: Any, _path: str) -> Seen:
    """A button or link that does nothing when it is pressed."""
    parts = node.children()
    value = parts[-1].named_children() if parts and parts[-1].kind() == "jsx_expression" else []
    holder = node.parent()
    tag = holder.field("name") if holder is not None else None
    function = value[0] if value else None
    if tag is None or function is None or function.kind() not in FUNCTIONS or function.field("body") is None:
        return None
    pressed = re.fullmatch(
        r"(?:\w+\.)?(?:button|a|\w*Button|Link|TouchableOpacity|TouchableHighlight|Pressable|MenuItem|DropdownMenuItem)",
        tag.text(),
    )
    element = holder.parent() if holder.kind() == "jsx_opening_element" else holder
    if any(_PRESSED.match(one.text()) for one in up(element) if one.kind() == "jsx_element"):
        return None  # keeps a press from what lies below
    body = function.field("body")
    empty = body.kind() == "statement_block" and not statements(body) and not says_why(function)
    if (
        not pressed
        or not empty
        or re.search(
            r"\b(?:disabled|active|selected|current|isActive|busy|loading|pending|isLoading|isPending)\b|type=\"submit\"",
            holder.text()[:400],
        )
    ):
        return None
    return {"name": f"{parts[0].text()} of <{tag.text()}>", "what": "click"}
