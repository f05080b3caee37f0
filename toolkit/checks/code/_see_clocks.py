"""Times that are taken once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._paths import is_script, is_test
from toolkit.checks.code._tree import CLASSES, function_name, function_of, name_of, up

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["frozen_field", "frozen_module", "frozen_property"]


def frozen_field(node: Any, path: str) -> Seen:
    """A field of a class that is filled with the time when an instance is made, and nobody fills again."""
    around = next((one for one in up(node) if one.kind() in CLASSES), None)
    field = node.field("name") or node.field("property")
    if is_test(path) or is_script(path) or around is None or field is None:
        return None
    name = field.text()
    return {"name": name} if not re.search(rf"this\.{re.escape(name)}\s*=(?!=)", around.text()) else None


def frozen_module(node: Any, path: str) -> Seen:
    """A time that is taken when a module is loaded."""
    if is_test(path) or is_script(path) or function_of(node) is not None:
        return None
    if any(one.kind() in CLASSES for one in up(node)):
        return None
    top = list(up(node))[-1]
    name = name_of(node) or (node.field("left").text() if node.field("left") is not None else "")
    text = top.text()
    if not name or len(re.findall(rf"(?<![\w.=!<>]){re.escape(name)}\s*(?:=(?!=)|\+\+|\+=)", text)) > 1:
        return None
    if "__main__" in text or text.startswith("#!") or len(re.findall(rf"\b{re.escape(name)}\b", text)) < 2:
        return None
    return {"name": name} if _used_in_function(top, name) else None


def _used_in_function(top: Any, name: str) -> bool:
    return any(function_of(one) is not None for one in top.find_all(kind="identifier", regex=f"^{re.escape(name)}$"))


def frozen_property(node: Any, path: str) -> Seen:
    """A property that a constructor fills with the time, and nobody fills again."""
    function = function_of(node)
    if (
        is_test(path)
        or is_script(path)
        or function is None
        or function_name(function) not in ("constructor", "__init__")
    ):
        return None
    left = node.field("left")
    if left is None:
        return None
    around = next((one for one in up(node) if one.kind() in CLASSES), None)
    name = left.text()
    if around is None or len(re.findall(rf"{re.escape(name)}\s*=(?!=)", around.text())) != 1:
        return None
    return {"name": name}
