"""Classes that a module gives to others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._tree import name_of, up
from toolkit.checks.code._uses import words_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["STARTED", "class_of_module", "class_of_python"]

STARTED = regex(
    r"(?:Processor|Consumer|Worker|Handler|Dispatcher|Listener|Scheduler|Publisher|Subscriber|Poller|Relay|Runner|Indexer|Notifier)$"
)
"""Names of classes that something has to start, whatever their tests do; others of Python may be an interface for programs elsewhere."""


_BY_NAME = regex(
    r"@(?:Injectable|Processor|Controller|WebSocketGateway|Resolver|Catch|CommandHandler|EventsHandler|QueryHandler|Pipe|UseGuards|UseInterceptors|UseFilters|UsePipes"
    r"|Api\w+|Public|Roles|Auth\w*|SkipThrottle|Throttle)\b"
)
"""Decorators of frameworks in which a module has to name what it shall know."""
_OF_MODULES = regex(r"from\s*[\"'](?:@nestjs|@angular)/")


def class_of_module(node: Any, _path: str) -> Seen:
    """A class that a module of JavaScript exports; ``default`` if others may give it any name."""
    name = name_of(node)
    holder = node.parent()
    if not name or holder is None:
        return None
    form = _form(node, holder, name)
    decorators = [part.text() for part in (*holder.children(), *node.children()) if part.kind() == "decorator"]
    if not form or not all(_BY_NAME.match(one) for one in decorators):
        return None
    if decorators and not _OF_MODULES.search(list(up(node))[-1].text()):
        return None
    return _seen(node, name, "1" if form == "default" else "")


def _form(node: Any, holder: Any, name: str) -> str:
    """How a class is exported: ``named``, ``default``, or not."""
    if holder.kind() == "export_statement":
        return "default" if "default" in [part.text() for part in holder.children()] else "named"
    if node.kind() == "class":
        left = holder.field("left") if holder.kind() == "assignment_expression" else None
        target = left.text() if left is not None else ""
        return "default" if target == "module.exports" else "named" if target.endswith(f"exports.{name}") else ""
    if holder.kind() != "program":
        return ""
    text = holder.text()
    if re.search(rf"^export\s+default\s+{name}\s*;?\s*$|^module\.exports\s*=\s*{name}\s*;?\s*$", text, re.MULTILINE):
        return "default"
    listed = re.search(
        rf"^(?:export|module\.exports\s*=)\s*\{{[^}}]*?(?<![\w.$]){name}(?P<renamed>\s+as\b|\s*:)?[^}}]*\}}(?!\s*from)",
        text,
        re.MULTILINE,
    )
    named = re.search(rf"^(?:module\.)?exports\.{name}\s*=\s*{name}\b", text, re.MULTILINE)
    return "named" if named or (listed and not listed["renamed"]) else ""


def class_of_python(node: Any, _path: str) -> Seen:
    """A class of a module of Python that is there to be started: without bases, so that nothing finds it by them."""
    name, above = name_of(node), node.parent()
    if not STARTED.search(name) or node.field("superclasses") is not None or above is None or above.kind() != "module":
        return None
    if "__main__" in list(up(node))[-1].text():
        return None
    return _seen(node, name, "")


def _seen(node: Any, name: str, default: str) -> Seen:
    text = node.text()
    own = str(words_of(text.encode()).count(name.encode()))
    return {"name": name, "head": re.split(r"[{:]", text, maxsplit=1)[0], "own": own, "default": default}
