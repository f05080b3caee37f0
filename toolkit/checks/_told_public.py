"""What a source says of a secret in it: that everybody may know it, or that it opens only a machine of one's own."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = ["is_for_own_machine", "is_said_public"]

_BEFORE = 300
_LIST = 1_200
"""Characters before a value in which a comment, and the list that it stands in, begins."""
_AFTER = 400
"""Characters of its line."""
_SAYS = regex(
    r"(?i)(?<!not a )\bpublic (?:[\w-]+ ){0,2}client\b|(?:intentionally|deliberately|publicly|already)[ -](?:public|known)|well[- ]known (?:test|dev|private|key)|public test (?:key|material)|not (?:a )?(?:real )?secret\b"
    r"|(?:never|do not|don't) (?:be )?used? (?:\w+ ){0,3}(?:in|outside)(?: of)? (?:prod|test|dev)|not for production|throw-?away|\bdummy\b|\blooks? like\b"
    r"|(?:test|testing|fixture|development|local(?:net)?|anvil|hardhat|ganache|foundry)[ -](?:only|key|account|wallet|validator)s?\b"
)
_NAMED = regex(r"\b\w{0,40}(?:TEST|FIXTURE|SAMPLE|DEMO|ANVIL|HARDHAT)_\w{1,40}\s?(?::[^=\n]{1,80})?=\s?[\[{(\"'`]")
"""What holds keys of tests by its name."""
_ENDED = regex(r"[\"'`][ \t]*[;,]?[ \t]*\n\S|\n[\]})]")
"""Where it ends."""
_ADDRESS = regex(r"https?://(?P<own>localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal)?")


def is_said_public(content: str, at: int) -> bool:
    """Whether what stands beside a key, or the name of what it is in, says that nothing depends on it."""
    end = content.find("\n", at)
    behind = content[at : end if end >= 0 else len(content)][:_AFTER]
    if _SAYS.search(content, max(at - _BEFORE, 0), at) or _SAYS.search(behind):
        return True
    named = [match.end() for match in _NAMED.finditer(content, max(at - _LIST, 0), at)]
    return bool(named) and _ENDED.search(content, named[-1], at) is None


def is_for_own_machine(content: str) -> bool:
    """Whether all addresses of the web in a file are of one's own machine: what opens something opens nothing else."""
    found = list(_ADDRESS.finditer(content))
    return bool(found) and all(one["own"] for one in found)
