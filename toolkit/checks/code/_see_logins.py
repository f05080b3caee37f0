"""Logins that are given a password and never read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._pretence import is_honest, pretends
from toolkit.checks.code._tree import CLASSES, COMMENTS, body_of, function_name, name_of, own, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.code._tree import Seen

__all__ = ["fake_login"]

_NAME = regex(
    r"(?:handle_?)?(?:log_?in|sign_?in|authenticate)(?:_?(?:user|with_?(?:password|credentials|email)|request))?|(?:verify|check|validate)_?(?:password|credentials)",
    re.IGNORECASE,
)
_SECRET = regex(r"(?i)pass(?:word|wd|code)?(?![a-z])|passphrase|pwd|secret|hash|bcrypt|argon|scrypt|otp\b|\bpin\b")
_WHOLE = regex(r"(?i)credentials?|creds")
_KEY = regex(r"(?i)token|key|cookie|code|signature")
"""What somebody may be known by in place of a password."""
_YES = regex(
    r"(?i)\b(?:success|ok|valid|authenticated)[\"']?\s*[:=]\s*true\b|\breturn\s+true\b|\bOk\(|\b(?:access_?)?token\b|\bjwt\b|\bsession\b|=>\s*true\b"
)
"""What says that somebody is let in."""
_ELSEWHERE = regex(r"(?i)super|\*\*|\barguments\b|\.\.\.|oauth|saml|sso|ldap|magic|remote")
"""What passes on what was given without its name, or asks somebody else."""


def fake_login(node: Any, path: str) -> Seen:
    """A function that logs somebody in by a password that it is given, lets him in, and has never looked at it."""
    name, body, taken = function_name(node), body_of(node), node.field("parameters")
    if not _NAME.fullmatch(name) or body is None or taken is None or is_honest(node, path):
        return None
    text = "".join(_code(body))
    head = next((one.text().partition("{")[0].partition(":")[0] for one in up(node) if one.kind() in CLASSES), "")
    if _SECRET.search(text) or not _YES.search(body.text()) or _ELSEWHERE.search(text + head + taken.text()):
        return None
    given = [_named(one) for one in taken.named_children()]
    whole = next((one for one in given if _WHOLE.fullmatch(one)), "")
    parts = re.findall(rf"\b{whole}\s*\??\.\s*(\w+)", text) if whole else []
    unread = whole and text.count(whole) == len(parts) and not any(_KEY.search(one) for one in parts)
    if not unread and not any(_SECRET.search(one) for one in given):
        return None
    return pretends(node, name, "lets everybody in without a look at the password that it is given")


def _code(body: Any) -> list[str]:
    """The texts of a body's leaves without comments and what stands in quotes."""
    return [
        f"{one.text()} " if one.kind() not in ("string_fragment", "string_content") else "text "
        for one in own(body, deep=True)
        if not one.children() and one.kind() not in COMMENTS
    ]


def _named(parameter: Any) -> str:
    """What a parameter is called, without its type and default; all names of one that is taken apart."""
    pattern = parameter.field("pattern")
    named = pattern if pattern is not None else parameter
    return (
        name_of(parameter) or re.split(r"[:=]", named.text(), maxsplit=1)[0].strip()
        if named.kind() != "object_pattern"
        else named.text()
    )
