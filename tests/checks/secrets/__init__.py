"""Checks of secrets. Fake values are assembled here, so that nothing in git looks like a live one."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["armored", "hexadecimal", "letters", "web_token"]


def letters(count: int, seed: str = "a") -> str:
    """Letters and digits of base32 that nobody uses anywhere."""
    data = b"".join(hashlib.sha256(f"{seed}{number}".encode()).digest() for number in range(count // 40 + 1))
    return base64.b32encode(data).decode().rstrip("=")[:count]


def hexadecimal(count: int, seed: str = "a") -> str:
    """Hexadecimal digits."""
    return (hashlib.sha256(seed.encode()).hexdigest() * 2)[:count]


def armored(kind: str = "") -> str:
    """A block that has the form of a private key."""
    body = base64.b64encode(hashlib.shake_256(b"key").digest(300)).decode()
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    dashes = "-" * 5
    name = f"{kind}PRIVATE" + " KEY"
    return f"{dashes}BEGIN {name}{dashes}\n{lines}\n{dashes}END {name}{dashes}\n"


def web_token(payload: Mapping[str, object]) -> str:
    """A JSON web token with that payload."""
    parts = [json.dumps({"alg": "HS256", "typ": "JWT"}), json.dumps(payload)]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts) + "." + letters(43)
