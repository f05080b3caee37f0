"""Subresource integrity: hashes as ``sha256-BASE64``, the form that Nix, npm and browsers share."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.values import frozen

if TYPE_CHECKING:
    from pathlib import Path

_SIZES = {"sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
"""Bytes of a digest; weaker algorithms prove nothing about what was downloaded and are refused."""


class IntegrityError(ToolkitError):
    """What arrived is not what was pinned."""


@frozen
class Integrity:
    """The digest that a file must have.

    Args:
        algorithm: ``sha256``, ``sha384``, ``sha512``, or ``sha224`` as older Corepacks write it.
        digest: its bytes.
    """

    algorithm: str
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> Integrity:
        """Read ``sha512-BASE64``; of several, separated by spaces, the strongest counts.

        Raises:
            ConfigurationError: no known algorithm, or a digest of the wrong length.
        """
        found = [cls._parse_one(word) for word in text.split()]
        if not found:
            raise ConfigurationError("A hash is empty", "write it as sha256-BASE64")
        return max(found, key=lambda item: _SIZES[item.algorithm])

    @classmethod
    def from_hex(cls, algorithm: str, text: str) -> Integrity:
        """Read the form that ``sha256sum`` and Corepack's ``packageManager`` field use.

        Raises:
            ConfigurationError: as for :meth:`parse`.
        """
        try:
            digest = bytes.fromhex(text)
        except ValueError:
            raise ConfigurationError(f"The hash {text!r} is not hexadecimal") from None
        return cls._checked(algorithm, digest, f"{algorithm}:{text}")

    @classmethod
    def of(cls, path: Path, algorithm: str = "sha256") -> Integrity:
        """Digest a file."""
        with path.open("rb") as stream:
            return cls(algorithm, hashlib.file_digest(stream, algorithm).digest())

    @classmethod
    def _parse_one(cls, word: str) -> Integrity:
        algorithm, dash, encoded = word.partition("-")
        if not dash:
            raise ConfigurationError(f"The hash {word!r} has no algorithm", "write it as sha256-BASE64")
        try:
            digest = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise ConfigurationError(f"The hash {word!r} is not base64", "write it as sha256-BASE64") from None
        return cls._checked(algorithm, digest, word)

    @classmethod
    def _checked(cls, algorithm: str, digest: bytes, shown: str) -> Integrity:
        if algorithm not in _SIZES:
            raise ConfigurationError(f"The hash {shown!r} uses {algorithm!r}", f"use one of {', '.join(_SIZES)}")
        if len(digest) != _SIZES[algorithm]:
            raise ConfigurationError(f"The hash {shown!r} has {len(digest)} bytes, {algorithm} has {_SIZES[algorithm]}")
        return cls(algorithm, digest)

    def __str__(self) -> str:
        return f"{self.algorithm}-{base64.b64encode(self.digest).decode('ascii')}"

    @property
    def hex(self) -> str:
        """The digest in hexadecimal."""
        return self.digest.hex()


def check_file(path: Path, expected: Integrity, what: str) -> None:
    """Hold a file against its pin.

    Args:
        path: the file.
        expected: the digest it must have.
        what: how to call it in the message, for example its address.

    Raises:
        IntegrityError: another digest; names both.
    """
    refuse_other(Integrity.of(path, expected.algorithm), expected, what)


def refuse_other(actual: Integrity, expected: Integrity, what: str) -> None:
    """See that a digest is the one that is pinned.

    Args:
        actual: of what arrived.
        expected: the pinned one.
        what: names it in the message.

    Raises:
        IntegrityError: it is another; both are named, and what has it.
    """
    if actual != expected:
        raise IntegrityError(
            f"{what} has the hash {actual}, but {expected} is pinned",
            "somebody changed the file, a mirror or proxy answered something else, or the pin is wrong; nothing was kept",
        )
