"""Files that hold a Solana keypair: a JSON list of 64 bytes, the secret half first."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checks.onchain._base58 import encode
from toolkit.checks.onchain._programs import programs, workspaces
from toolkit.errors import ToolkitError
from toolkit.system.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Keypair", "for_tests", "keypairs"]

_MAX_BYTES = 600
"""64 numbers of three digits with a comma, a space and a line end each are less."""
_CONFIGURATION = re.compile(r"(?:package|tsconfig|turbo|nx|lerna|vercel|manifest|composer|deno|biome|jest)\b.*")
_TEST = re.compile(
    r"(?i)(?:^|[/_.-])(?:tests?|__tests__|specs?|e2e|fixtures?|mocks?|(?:devnet|testnet|localnet|local)\d*|example|sample|demo)(?=$|[/_.-])"
)


@dataclass(frozen=True, slots=True)
class Keypair:
    """A committed keypair.

    Args:
        path: of its file.
        address: its public half, which is no secret.
        program: the program that has this address; empty if none has.
    """

    path: str
    address: str
    program: str


def keypairs(context: Inspection) -> tuple[Keypair, ...]:
    """Every keypair that a clone has; computed once a run."""
    if "onchain.keypairs" not in context.shared:
        context.shared["onchain.keypairs"] = tuple(_find(context))
    found: tuple[Keypair, ...] = context.shared["onchain.keypairs"]
    return found


def for_tests(path: str) -> bool:
    """Whether a path says that the key is for tests or a local network."""
    return bool(_TEST.search(path))


def _find(context: Inspection) -> Iterator[Keypair]:
    owners: dict[str, str] = {}
    for path in sorted(context.matching("*.json", "*.key", "*.keypair")):
        if _CONFIGURATION.fullmatch(posixpath.basename(path)):
            continue
        try:
            content = read_bounded(context.absolute(path), _MAX_BYTES)
        except (OSError, ToolkitError):
            continue
        address = _address(content)
        if address:
            owners = owners or _owners(context)
            yield Keypair(path, address, owners.get(address, ""))


def _address(content: bytes) -> str:
    """The public half of a keypair; empty if the content is none."""
    if not content.lstrip().startswith(b"["):
        return ""
    try:
        numbers = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(numbers, list) or len(numbers) != 64:
        return ""
    if not all(type(one) is int and 0 <= one <= 255 for one in numbers) or len(set(numbers[:32])) < 12:
        return ""  # thirty-two random bytes hardly repeat; a table of small numbers does
    return encode(bytes(numbers[32:]))


def _owners(context: Inspection) -> dict[str, str]:
    """Programs by their ids."""
    found = {one.address: program.name for program in programs(context) for one in program.declared}
    for workspace in workspaces(context):
        for listing in workspace.listings:
            found.setdefault(listing.address, listing.name)
    return found
