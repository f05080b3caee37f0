"""Whether the two halves of a Solana secret key belong together: the public half follows from the secret one (RFC 8032)."""

from __future__ import annotations

from hashlib import sha512

__all__ = ["KEY_BYTES", "may_be_pair", "public_half"]

KEY_BYTES = 64
_SEED_BYTES = 32
_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_BASE_Y = 4 * pow(5, -1, _PRIME) % _PRIME
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_Point = tuple[int, int, int, int]
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _PRIME)
_SMALL_SCALAR = 0x1F


def public_half(seed: bytes) -> bytes:
    """The public key of a 32-byte seed; about two milliseconds."""
    head = int.from_bytes(sha512(seed).digest()[:_SEED_BYTES], "little")
    scalar = (head & ((1 << 254) - 8)) | (1 << 254)
    result: _Point = (0, 1, 1, 0)
    point = _BASE
    while scalar:
        if scalar & 1:
            result = _sum(result, point)
        point = _sum(point, point)
        scalar >>= 1
    x, y, z, _ = result
    inverse = pow(z, -1, _PRIME)
    return (y * inverse % _PRIME | (x * inverse % _PRIME & 1) << 255).to_bytes(_SEED_BYTES, "little")


def may_be_pair(key: bytes) -> bool:
    """Whether 64 bytes can be a key: signatures of transactions end in a number below the group's order, seven of eight keys do not."""
    return len(key) == KEY_BYTES and key[-1] > _SMALL_SCALAR


def _sum(one: _Point, other: _Point) -> _Point:
    """The sum of two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % _PRIME
    c = 2 * one[3] * other[3] * _D % _PRIME
    d = 2 * one[2] * other[2] % _PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _PRIME, g * h % _PRIME, f * g % _PRIME, e * h % _PRIME
