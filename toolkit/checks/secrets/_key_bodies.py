"""Whether the text of a private key is all of one: documents and makers of samples show the beginning of a key between its lines."""

from __future__ import annotations

import base64
import binascii

from toolkit.expressions import regex

__all__ = ["is_cut_short"]

_END = "-----END"
_SEQUENCE = "MI"
"""What base64 makes of the first byte of a key in DER that says in two more how long it is."""
_NOT_BASE64 = regex(r"\\+[rn]|[^A-Za-z0-9+/]")
"""Ends of lines as sources write them, quotes, signs of comments."""
_HEAD = 4
"""Bytes that say what follows, and how long that is."""
_LONGEST = 20_000


def is_cut_short(content: str, at: int) -> bool:
    """Whether a key says of itself that it is longer than what stands there.

    Args:
        content: the text around it.
        at: where the base64 of the key begins.
    """
    if not content.startswith(_SEQUENCE, at):
        return False
    end = content.find(_END, at, at + _LONGEST)
    text = _NOT_BASE64.sub("", content[at : end if end >= 0 else at])
    try:
        body = base64.b64decode(text[: len(text) // 4 * 4])
    except (ValueError, binascii.Error):
        return False
    # 0x30 begins a sequence, 0x82 says that two bytes hold its length.
    return body[:2] == b"\x30\x82" and len(body) < (_HEAD + int.from_bytes(body[2:_HEAD], "big")) // 4 * 3
