"""JSON web tokens, judged by what their payload says: whom they let in, who made them, and for how long they hold."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from toolkit.checks.secrets._values import looks_drawn
from toolkit.expressions import regex

__all__ = ["is_head", "is_lasting", "is_live_service_role", "is_service_role"]

_LOCAL_ISSUER = regex(r"(?i)demo|localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|\bkong\b")
"""Tokens that a development environment makes for everybody: the issuer says so."""
_OPEN_ROLES = frozenset({"service_role", "supabase_admin"})
_PUBLIC_ROLES = frozenset({"anon", "anonymous", "public", "guest"})
_SAID = frozenset({"iss", "sub", "aud", "scope", "scopes", "scopedKey", "userInformation", "a", "id", "name", "jti", "permissions", "email"})  # fmt: skip
_EXAMPLES = regex(r"(?i)1234567890|john doe|jane doe|example|test|dummy|fake|mock|sample|\bfoo\b|\bdev\b")
_LONG = 60 * 60 * 24 * 30
"""Seconds: what holds no longer is of no use when somebody finds it."""
_SIGNATURE = 43
"""Letters of the shortest signature in use."""


def is_head(value: str) -> bool:
    """Whether a value is what any token begins with, and nothing behind: how it would be signed."""
    return value.startswith("eyJ") and value.rstrip(".").count(".") == 0 and "alg" in _payload(f".{value}")


def is_service_role(token: str) -> bool:
    """Whether a token opens everything: its payload says so. Keys of the role ``anon`` are made to be public."""
    data = _payload(token)
    if "scopedKeySecret" in data:
        return True  # a key of Pinata, which carries its own secret
    return bool(_roles(data) & _OPEN_ROLES) and not _LOCAL_ISSUER.search(str(data.get("iss", "")))


def is_live_service_role(token: str) -> bool:
    """Whether it is signed as the service signs those of a project: none that was made up for a test."""
    data, signature = _payload(token), token.rpartition(".")[2]
    named = data.get("iss") == "supabase" and isinstance(data.get("ref"), str) and not _EXAMPLES.search(data["ref"])
    return named and is_service_role(token) and len(signature) >= _SIGNATURE and looks_drawn(signature)


def is_lasting(token: str) -> bool:
    """Whether a token of any other service lets somebody in for long, and is none of an example, of a session or for everybody."""
    data, signature = _payload(token), token.rpartition(".")[2]
    if not _SAID & data.keys() or len(signature) < _SIGNATURE or not looks_drawn(signature):
        return False
    if is_service_role(token) or _roles(data) & _PUBLIC_ROLES or _LOCAL_ISSUER.search(str(data.get("iss", ""))):
        return False
    until, since = data.get("exp"), data.get("iat", data.get("nbf"))
    short = isinstance(until, int) and not (isinstance(since, int) and until - since > _LONG)
    return not short and not _EXAMPLES.search(json.dumps(data))


def _roles(data: dict[str, Any]) -> set[str]:
    return {str(role) for key in ("role", "user_role") if isinstance(role := data.get(key), str)}


def _payload(token: str) -> dict[str, Any]:
    """What a token says; empty if that cannot be read."""
    part = token.split(".")[1]
    try:
        data = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
