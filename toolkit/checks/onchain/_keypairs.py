"""Where a Solana keypair stands in a repository: files of 64 numbers, and sources, settings and documents that hold one."""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._test_code import in_test
from toolkit.checks._texts import line_at, text_of
from toolkit.checks._told_public import is_said_public
from toolkit.checks.onchain._base58 import encode
from toolkit.checks.onchain._key_texts import key_texts, looks_drawn
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.system.files import read_bounded
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Keypair", "for_tests", "in_test_source", "keypairs", "on_shared_network"]

_MAX_BYTES = 1_200
"""64 numbers of three digits, each on a line of its own, are less."""
_MAX_TEXT_BYTES = 2_000_000
_FILES = ("*.json", "*.key", "*.keypair", "*keypair*", "*wallet*", "*.secret")
_WORDS = (
    "ecretKey", "secret_key", "SECRET_KEY", "secret-key", "rivateKey", "private_key", "PRIVATE_KEY", "eypair", "EYPAIR", "eyPair", "from_base58_string",
    "FromBase58", "from_bytes", "bs58.decode", "b58decode", "from_seed", "fromSeed", "_PAYER", "feePayer", "_WALLET", "WALLET_", "AUTHORITY",
)  # fmt: skip
"""One of them stands in every text that holds a key; fixed strings, because git finds these ten times as fast as expressions."""
_SOLANA_WORDS = (
    "igner", "IGNER", "ayer", "AYER", "uthority", "eployer", "DEPLOYER", "perator", "OPERATOR", "allet", "secret",
    "SECRET",
)  # fmt: skip
"""What accounts are called where a repository is about Solana; elsewhere everything is called so."""
_MANIFESTS = ("Cargo.toml", "package.json", "pyproject.toml", "requirements*.txt", "go.mod")
_NO_TEXTS = regex(
    r"(?:^|/)(?:package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|Cargo\.lock)$|\.(?:svg|map|min\.js|css)$"
)
_CONFIGURATION = regex(r"(?:package|tsconfig|turbo|nx|lerna|vercel|manifest|composer|deno|biome|jest)\b.*")
_TEST = regex(
    r"(?i)(?:^|[/_.-])(?:tests?|testing|testdata|__tests__|specs?|e2e|fixtures?|mocks?|playground|(?:devnet|testnet|localnet|local)\d*|example|sample|demo)(?=$|[/_.-])"
)
_TEST_SOURCE = regex(r"(?i)(?:^|[/_.-])(?:tests?|testing|__tests__|specs?|e2e|fixtures?|mocks?)(?=$|[/_.-])")
_LOCAL = regex(
    r"(?i)localhost|127\.0\.0\.1|0\.0\.0\.0|local(?:net|[ _-]?validator)|test[ _-]?validator|\bdevnet\s?[=:]\s?\{"
)
_NEAR = 7
"""Lines before a key and one behind it, where the address of its network stands."""
_SHARED_NETWORK = regex(r"(?i)(?:devnet|testnet)\d*")
_ROLE = regex(
    r"(?i)operator|authority|admin|deployer|treasury|upgrade|relayer|oracle|governance|guardian|keeper|faucet"
)
"""Who acts for a service on a shared network: others rely on that account, whatever its coins are worth."""


@frozen
class Keypair:
    """A committed keypair.

    Args:
        path: of its file.
        address: its public half, which is no secret.
        program: the program that has this address; empty if none has.
        line: where it begins; 0 if the file is nothing else.
        sure: its halves belong together; nothing is known of files that are nothing else.
    """

    path: str
    address: str
    program: str
    line: int = 0
    sure: bool = True


@once_a_run
def keypairs(context: Inspection) -> tuple[Keypair, ...]:
    """Every keypair that a clone has."""
    return tuple(_find(context))


def for_tests(path: str) -> bool:
    """Whether a path says that the key is for tests, a local network, or no service of a shared one."""
    if _ROLE.search(posixpath.basename(path)):
        path = _SHARED_NETWORK.sub("", path)
    return bool(_TEST.search(path))


def on_shared_network(path: str) -> bool:
    """Whether a key belongs to a network that many use, and to no test there."""
    return _TEST.search(_SHARED_NETWORK.sub("", path)) is None


def in_test_source(context: Inspection, pair: Keypair) -> bool:
    """Whether a key stands in the source of a test, or beside the address of a local network: it was made up for it, and nobody has it in use."""
    if not pair.line:
        return False
    if _TEST_SOURCE.search(pair.path) or in_test(context, pair.path, pair.line):
        return True
    content = text_of(context, pair.path)
    near = content.splitlines()[max(pair.line - _NEAR, 0) : pair.line + 1]
    if any(_LOCAL.search(line) for line in near):
        return True
    at = sum(len(line) for line in content.splitlines(keepends=True)[: pair.line - 1])
    return is_said_public(content, at)


def _find(context: Inspection) -> Iterator[Keypair]:
    owners: dict[str, str] = {}
    whole = set()
    for path in sorted(set(context.matching(*_FILES))):
        address = _whole_file(context, path)
        if address:
            whole.add(path)
            owners = owners or _owners(context)
            yield Keypair(path, address, owners.get(address, ""))
    for path in files_with(context, (*_WORDS, *_SOLANA_WORDS) if _is_about_solana(context) else _WORDS):
        if path in whole or _NO_TEXTS.search(path):
            continue
        for line, address, sure in context.fact(_in_text, path):
            owners = owners or _owners(context)
            yield Keypair(path, address, owners.get(address, ""), line, sure)


def _is_about_solana(context: Inspection) -> bool:
    if "Anchor.toml" in context.inventory.by_name:
        return True
    return bool(files_with(context, ("solana", "anchor-lang"), _MANIFESTS, everything=True))


def _whole_file(context: Inspection, path: str) -> str:
    """The public half of the keypair that a file is; empty if it is none."""
    if _CONFIGURATION.fullmatch(posixpath.basename(path)):
        return ""
    try:
        content = read_bounded(context.absolute(path), _MAX_BYTES)
    except (OSError, ToolkitError):
        return ""
    return _address(content)


def _address(content: bytes) -> str:
    if not content.lstrip().startswith(b"["):
        found = tuple(key_texts(content.decode("ascii", "replace"))) if len(content.split()) == 1 else ()
        return found[0].address if found and found[0].sure else ""
    try:
        numbers = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(numbers, list) or len(numbers) != 64:
        return ""
    if not all(type(one) is int and 0 <= one <= 255 for one in numbers) or not looks_drawn(numbers):
        return ""
    return encode(bytes(numbers[32:]))


def _in_text(context: Inspection, path: str) -> tuple[tuple[int, str, bool], ...]:
    """Line, public half and certainty of every key in a text."""
    if (content := context.content(path)) is None:
        return ()
    if len(content) > _MAX_TEXT_BYTES:
        return ()
    text = content.decode("utf-8", "replace")
    return tuple((line_at(text, one.at), one.address, one.sure) for one in key_texts(text))


def _owners(context: Inspection) -> dict[str, str]:
    """Programs by their ids."""
    found = {one.address: program.name for program in programs(context) for one in program.declared}
    for workspace in workspaces(context):
        for listing in workspace.listings:
            found.setdefault(listing.address, listing.name)
    return found
