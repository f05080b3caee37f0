"""Ids that nobody has the key of, templates and fillers, and ids of programs that everybody uses."""

from __future__ import annotations

import re

from toolkit.checks.onchain._base58 import problem
from toolkit.expressions import regex

__all__ = ["SYSTEM", "is_own", "of_others", "placeholder"]

SYSTEM = "11111111111111111111111111111111"

_TEMPLATES = {
    "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS": "the id of Anchor's template",
    SYSTEM: "the system program's id",
}
_TEMPLATE = "Fg6PaFpoGXkYsidM"
"""No other key begins so, but somebody changed the end of this one."""
_FILLER = regex(r"(.)\1{11,}\Z")
_NATIVE = regex(
    r"(?:Sysvar\w{1,20}?|StakeConfig|Stake|Vote|Config|ComputeBudget|BPFLoader2?|BPFLoaderUpgradeab1e|LoaderV4|NativeLoader|AddressLookupTab1e"
    r"|Ed25519SigVerify|KeccakSecp256k|Secp256[kr]1SigVerify|ZkTokenProof|ZkE1Gama1Proof|Feature)1{8,}"
)
"""Ids of Solana's own programs and accounts, which are made so that nobody has their key."""
_WORDS = regex(r"(?i)\A[\W_]*(?:your|my|the|program|replace|change|todo|tbd|xxx|placeholder|insert|put|\$\{|<)")
_LETTERS = regex(
    r"(?:your|replace|placeholder|insert|change)_?(?:[A-Z_]|me\b|with|here)|(?i:your_?program|program_?id_?here|replace_?me)",
    re.ASCII,
)

_OF_OTHERS = regex(
    r"(?:Sysvar|Stake|Vote|Config|ComputeBudget|BPFLoader|AddressLookupTab|Ed25519|KeccakSecp|Secp256|NativeLoader|Feature|Token|AToken|So1|Memo|meta|Meta|namesLP|JUP|whir|Lighth|noop"
    r"|cmtD|BGUM|CoRE|SQDS|pump|6EF8rrecth|675kPX9|CAMMC|9xQeWv|srm|L2TEx|dRifty|MarB|SBond|rec5E|pyth|FsJ3A3|gSbeP|LBUZ|Eo7W|CPMM|Prop)"
)


def is_own(address: str) -> bool:
    """Whether an address can be that of a program of one's own: what repairs write, and what links a client to a program."""
    return not (problem(address) or placeholder(address) or of_others(address))


def of_others(address: str) -> bool:
    """Whether an address begins like that of a program that everybody uses."""
    return _OF_OTHERS.match(address) is not None


def placeholder(address: str) -> str:
    """Why an id is no real one, in a few words; empty if it looks like one."""
    if address in _TEMPLATES:
        return _TEMPLATES[address]
    if address.startswith(_TEMPLATE):
        return "made from the id of Anchor's template"
    if _FILLER.search(address) and not _NATIVE.fullmatch(address):
        return "it ends in twelve or more equal letters"
    words = (_WORDS.match(address) and not address.isalnum()) or _LETTERS.search(address)
    return "words in place of an id" if words else ""
