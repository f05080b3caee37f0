"""Addresses of accounts: 32 bytes in base58, as Solana writes them."""

from __future__ import annotations

__all__ = ["ADDRESS_BYTES", "decode", "encode", "problem"]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
ADDRESS_BYTES = 32
_MAX_LETTERS = 128
"""An address has 44 letters at most; the work grows with the square of the length."""


def decode(text: str) -> bytes:
    """The bytes of a base58 text.

    Raises:
        ValueError: a letter that base58 does not have, or more text than any key has.
    """
    if len(text) > _MAX_LETTERS:
        raise ValueError(f"{len(text)} letters")
    number = 0
    for letter in text:
        if letter not in _DIGITS:
            raise ValueError(f"the letter {letter!r} is not in base58")
        number = number * 58 + _DIGITS[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode(data: bytes) -> str:
    """The base58 text of bytes."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def problem(text: str) -> str:
    """Why a text is no address, in a few words; empty if it is one."""
    try:
        size = len(decode(text))
    except ValueError as error:
        return str(error)
    return "" if size == ADDRESS_BYTES else f"it has {size} bytes, not {ADDRESS_BYTES}"
