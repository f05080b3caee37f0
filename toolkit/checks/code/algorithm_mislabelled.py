"""See :class:`AlgorithmMislabelled`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import matches
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_QUOTES = "\"'`"

_NEAR = 4
"""Lines within which a name and its comment stand."""


class AlgorithmMislabelled(Check):
    """A name, a comment or a value says another algorithm than the code uses.

    What it checks: Names of functions, classes and files, comments above and in them, and fields such as ``algorithm``, that name one algorithm where the
        code uses one that excludes it: signatures (ECDSA, Ed25519, RSA, HMAC), hashes (MD5, SHA-1, SHA-256, SHA-512, SHA-3, Keccak, BLAKE), modes of AES,
        lengths of keys of AES, algorithms of web tokens, hashes of passwords (bcrypt, Argon2, scrypt, PBKDF2, a plain hash), and what is called encryption and is Base64 or XOR. Code that uses both, and comments
        that compare, stay quiet; a comment within a function, which may be about one step of it, is ``info``.
    Why it matters: Whoever reads the name relies on properties that the code does not have, and whoever talks to it uses the wrong algorithm.
    How to fix: Name what the code does, or do what the name says.
    Fix safety: Manual. Which of the two is meant has to be decided.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        told: dict[tuple[str, str, str], int] = {}
        functions: set[tuple[str, ...]] = set()
        for match in sorted(matches(context, self.id), key=lambda one: ("file" in one.captures, one.path, one.line)):
            seen = match.captures
            cause = match.path, seen["claimed"], seen["used"]
            if cause in told and ("file" in seen or seen["claimed"] == "encryption"):
                continue  # a part of the file was named alike, or the way there is wrong as the way back
            near = match.line - told.get(cause, -_NEAR) < _NEAR
            told[cause] = match.line
            within = (*cause, seen.get("function", ""))
            if near or (within[-1] and within in functions):
                continue  # the name and the comment of one function
            functions.add(within)
            label = seen["label"]
            where = (
                f"The name {label}"
                if "name" in seen
                else f"The {'value' if label[:1] in _QUOTES and label[1:2] not in _QUOTES else 'comment'}"
            )
            yield self.finding(
                context,
                match.path,
                f"{where} says {seen['claimed']}, but the code uses {seen['used']}.",
                line=match.line,
                evidence=" ".join(label.split())[:160],
                severity="info" if seen.get("grade") == "info" else "warning",
                fixes=(Fix("name what the code does", "manual"),),
            )
