"""Secret keys of Solana as they stand in texts: 64 numbers, a seed of 32 that a call takes, letters of base58, hexadecimal digits.

What holds a key for certain is told by arithmetic: the public half follows from the secret one. Keys that were made up, whose halves do
not belong together, are told where a name or a call before them says what they are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.onchain._base58 import decode, encode
from toolkit.checks.onchain._ed25519 import KEY_BYTES, may_be_pair, public_half
from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

__all__ = ["KeyText", "key_texts", "looks_drawn"]

_NUMBER = r"(?:0x[0-9a-fA-F]{1,2}|\d{1,3})(?:u8)?"
_ARRAY = regex(rf"[\[{{(]\s*+(?P<numbers>{_NUMBER}(?:\s*+,\s*+{_NUMBER}){{31,63}})\s*+(?:,\s*+)?[\]}})]")
_BASE58 = regex(r"(?<![1-9A-Za-z_+/-])[1-9A-HJ-NP-Za-km-z]{86,88}(?![\w+/=])")
_HEX = regex(r"(?<![0-9A-Za-z])(?:0x)?(?P<digits>[0-9a-fA-F]{128})(?![0-9A-Za-z])")
_SHORTEST = 86
"""Characters that 64 bytes take at least, in base58."""
_SECRET = regex(
    r"(?i)secret|priv(?:ate)?_?(?:key)?\b|private_?key|key_?pair|wallet|payer|signer|authority|deployer|bs58\.decode|b58decode|from_?bytes|fromseed|from_seed"
)
_SAYS_SECRET = regex(r"(?i)secret|priv(?:ate)?_?(?:key)?\b|private_?key|key_?pair|bs58\.decode|b58decode")
"""Of these, what a name must say of base58 that arithmetic does not prove: payers and signers make signatures, which are as long."""
_NO_SECRET = regex(
    r"(?i)signature|(?<![a-z])sigs?(?![a-z])|(?-i:[a-z]Sigs?\b)|\btx|transaction|public|\bhash|digest|proof|message|discriminator|table|lookup"
)
_SEED = regex(r"(?i)(?:from_?seed\w*|seed\w*\s*[:=][^=;\n]{0,40})\(?[^()\n]{0,40}\(?\s*\Z")
_BEFORE = 120
"""Characters before a key in which its name or the call that takes it stands."""
_UNNAMED = 20
"""Texts without a name that are tried in one file: data holds thousands of signatures."""
_LEAST_DIFFERENT = 12
"""Thirty-two random bytes hardly repeat; a table of small numbers does."""
_SEED_BYTES = 32


class KeyText(NamedTuple):
    """One secret key in a text.

    Args:
        at: its offset.
        address: its public half, which is no secret.
        sure: its halves belong together.
    """

    at: int
    address: str
    sure: bool


def key_texts(text: str) -> Iterator[KeyText]:
    """Every secret key of a text, each once."""
    told: set[str] = set()
    for found in (*_arrays(text), *_words(text)):
        if found.address not in told:
            told.add(found.address)
            yield found


def looks_drawn(numbers: Sequence[int]) -> bool:
    """Whether the first half of a list of bytes may be random: not small numbers, not a row of equal steps."""
    steps = {after - before for before, after in pairwise(numbers[:17])}
    return len(set(numbers[:_SEED_BYTES])) >= _LEAST_DIFFERENT and len(steps) > 2


def _arrays(text: str) -> Iterator[KeyText]:
    for match in _ARRAY.finditer(text):
        numbers = [int(one.removesuffix("u8"), 0 if "x" in one else 10) for one in _split(match["numbers"])]
        if max(numbers) > 255 or not looks_drawn(numbers):
            continue
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if len(numbers) == KEY_BYTES:
            yield from _judged(bytes(numbers), match.start(), before)
        elif len(numbers) == _SEED_BYTES and _SEED.search(before):
            yield KeyText(match.start(), encode(public_half(bytes(numbers))), sure=True)


def _split(numbers: str) -> list[str]:
    return [one.strip() for one in numbers.split(",")]


def _words(text: str) -> Iterator[KeyText]:
    unnamed = 0
    lines = _long_lines(text)
    for match in (one for expression in (_BASE58, _HEX) for line in lines for one in expression.finditer(text, *line)):
        digits = match["digits"] if match.re.groups else ""
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        if not _is_named(before):
            unnamed += 1
            if unnamed > _UNNAMED:
                continue
        if len(set(digits or match[0])) < (_LEAST_DIFFERENT if digits else _LEAST_DIFFERENT * 2):
            continue  # one letter or word again and again, to show where a key belongs
        key = bytes.fromhex(digits) if digits else decode(match[0])
        if len(key) == KEY_BYTES:
            # Digests have as many hexadecimal digits: of these only arithmetic decides.
            yield from (one for one in _judged(key, match.start(), before, _SAYS_SECRET) if one.sure or not digits)


def _long_lines(text: str) -> list[tuple[int, int]]:
    """Begin and end of the lines that are long enough for a key: most lines of code are shorter."""
    found, at = [], 0
    for line in text.split("\n"):
        if len(line) >= _SHORTEST:
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _judged(key: bytes, at: int, before: str, words: re.Pattern[str] = _SECRET) -> Iterator[KeyText]:
    """The key, if arithmetic proves it or the words before it say that it is one."""
    named = _is_named(before, words)
    if not named and not may_be_pair(key):
        return
    sure = public_half(key[:_SEED_BYTES]) == key[_SEED_BYTES:]
    if sure or named:
        yield KeyText(at, encode(key[_SEED_BYTES:]), sure)


def _is_named(before: str, words: re.Pattern[str] = _SECRET) -> bool:
    """Whether the nearest words before a value say that it is a secret key."""
    line = before.rpartition("\n\n")[2]
    secret = max((match.end() for match in words.finditer(line)), default=-1)
    other = max((match.end() for match in _NO_SECRET.finditer(line)), default=-1)
    return secret > other
