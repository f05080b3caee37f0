"""Tests that pass whatever the code does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_shown_in
from toolkit.checks.code._tree import COMMENTS, FUNCTIONS, above, body_of, name_of, statements, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["hollow_test"]

_ALWAYS = regex(
    r"expect\((true|1)\)\.(?:toBe|toEqual|toStrictEqual|to\.equal|to\.be\.equal)\(\1\);?|expect\(true\)\.(?:toBeTruthy\(\)|to\.be\.true);?"
    r"|assert(?:\.ok)?\(true[^()]*\);?|assert\.(?:strictE|deepE|e)qual\((true|1), \2\);?|assert True(?:,.*)?|assert!\(true[^()]*\);?"
)
_RUNS = regex(r"(?:it|test)(?:\.only)?")
_SKIPS = regex(
    r"(?:describe|suite|context)\.(?:skip|todo)|x(?:describe|context)|(?:describe|suite)\.skip\.each\b.*", re.DOTALL
)


def hollow_test(node: Any, path: str) -> Seen:
    """A test with nothing in it but an assertion that is always true."""
    if is_shown_in(path):
        return None
    function, name = node, name_of(node)
    if node.kind() == "call_expression":
        callee, given = node.field("function"), node.field("arguments").named_children()
        function = next((one for one in reversed(given) if one.kind() in FUNCTIONS), None)
        name = given[0].text().strip("\"'`") if given else ""
        if function is None or callee is None or not _RUNS.fullmatch(callee.text()):
            return None
    elif node.kind() == "function_item" and not any(
        re.match(r"#\[(?:\w+::)?test\b", one.text()) for one in above(node, {"attribute_item", *COMMENTS})
    ):
        return None
    body = body_of(function)
    found = statements(body) if body is not None else []
    whole = len(found) == 1 and _ALWAYS.fullmatch(found[0].text().strip()) is not None and not _is_skipped(node)
    return {"name": name, "partial": "", "hollow": "1"} if whole else None


def _is_skipped(node: Any) -> bool:
    """Whether a test stands in a group that no run looks at, or takes the place of others by a condition: it passes nothing."""
    if any(one.kind() == "if_statement" for one in up(node)):
        return True
    calls = (one.field("function") for one in up(node) if one.kind() == "call_expression")
    return any(callee is not None and _SKIPS.fullmatch(callee.text()) for callee in calls)
