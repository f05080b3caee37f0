"""Whose a key is whose form several services share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    import re

__all__ = ["whose"]

_OWNERS = regex(
    r"(?i)paystack|clerk|polar|creem|lemon_?squeezy|unkey|chargebee|flutterwave|dodo|moneroo|openpay|yoco|conekta"
)
"""Services beside Stripe whose keys begin with ``sk_live_``."""


def whose(name: str, path: str, content: str, match: re.Match[str]) -> str:
    """Whose secret it is: several services give keys that look like Stripe's, and the name or the file says which."""
    if name not in ("a Stripe key", "a Stripe test key"):
        return name
    before = content[content.rfind("\n", 0, match.start()) + 1 : match.start()][-200:]
    other = None if "stripe" in before.lower() else _OWNERS.search(before) or _OWNERS.search(path)
    return f"a {other[0].capitalize()} {name.removeprefix('a Stripe ')}" if other else name
