"""See :class:`AlgorithmMislabelled`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks.code._scan import NEEDED, TIMEOUT_S, matches
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_EDWARDS = re.compile(r"(?i)ed25519|nacl\.sign|EdDSA")
_OTHER = re.compile(r"(?i)ecdsa|secp256|secp_256|p-?256|prime256|es256|\bk256\b|ethers|keccak")


class AlgorithmMislabelled(Check):
    """Code for Ed25519 is called ECDSA.

    What it checks: Comments and names of functions that say ECDSA where the code they are about uses Ed25519 and nothing of ECDSA (no
        secp256, P-256, ES256). What speaks of both stays quiet.
    Why it matters: The two cannot verify each other's signatures. Whoever follows the name writes a client that fails, or an audit of the wrong
        algorithm.
    How to fix: Name what the code does.
    Fix safety: Manual. Perhaps the code is what is wrong.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        for match in matches(context, self.id):
            named = match.captures.get("name", "")
            code = match.captures.get("about", "")
            label = named or match.text
            if named:
                code = code.replace(named, "")
            if _EDWARDS.search(label) or not _EDWARDS.search(code) or _OTHER.search(code):
                continue
            at = re.search(r"(?i)ecdsa", match.text)
            yield self.finding(
                context,
                match.path,
                f"{f'The name {named}' if named else 'The comment'} says ECDSA, but the code uses Ed25519.",
                line=match.line + (match.text.count("\n", 0, at.start()) if at else 0),
                evidence=" ".join(label.split())[:160],
                fixes=(Fix("name what the code does", "manual"),),
            )
