"""Packages that talk to programs: which client library they use, and which programs' ids they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.onchain._placeholder import is_own
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["LIBRARIES", "Client", "clients"]

LIBRARIES = ("@coral-xyz/anchor", "@project-serum/anchor", "@anchor-lang/core")
_OTHERS = (b"@solana/", b"gill", b"@metaplex-foundation/umi")
_GROUPS = ("dependencies", "devDependencies", "peerDependencies")
_SOURCES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".json", ".vue", ".svelte")
_SKIPPED = ("package.json", "package-lock.json", "tsconfig.json")
_ADDRESS = regex(rb"(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{32,44}(?![1-9A-HJ-NP-Za-km-z])")
_MAX_BYTES = 400_000
"""Larger files are bundles or data."""


@frozen
class Client:
    """One package.json that depends on a Solana library.

    Args:
        path: of the package.json.
        library: which of :data:`LIBRARIES` it uses; empty for none.
        requirement: the version that it asks for.
        place: of that requirement in the file.
        ids: program ids that its sources hold, each with one file that does.
        others: its sources hold addresses that are none of these.
    """

    path: str
    library: str
    requirement: str
    place: tuple[str, ...]
    ids: dict[str, str]
    others: bool = False

    @property
    def folder(self) -> str:
        """Where it lies."""
        return folder_of(self.path)


@once_a_run
def clients(context: Inspection) -> tuple[Client, ...]:
    """Every package that depends on a Solana library."""
    return tuple(_find(context)) if programs(context) else ()


def _find(context: Inspection) -> Iterator[Client]:
    named = {one.address for program in programs(context) for one in program.declared}
    named |= {listing.address for workspace in workspaces(context) for listing in workspace.listings}
    known = {address.encode() for address in named if is_own(address)}
    manifests = sorted(context.inventory.named("package.json"))
    folders = {folder_of(path) for path in manifests}
    for path in manifests:
        try:
            content = context.read(path)
            if not any(name.encode() in content for name in LIBRARIES) and not any(name in content for name in _OTHERS):
                continue
            document = context.document(path, jsonc.parse)
        except Unreadable:
            continue
        uses = [
            (library, value, (group, library))
            for group in _GROUPS
            for library in LIBRARIES
            if isinstance(value := table(document.data, group).get(library), str)
        ]
        ids, others = _ids(context, folder_of(path), folders, known)
        yield from (Client(path, library, value, place, ids, others) for library, value, place in uses[:1])
        if not uses and ids:
            yield Client(path, "", "", (), ids)


def _ids(context: Inspection, folder: str, packages: set[str], known: set[bytes]) -> tuple[dict[str, str], bool]:
    others = False
    inner = [other for other in packages if other != folder and below(folder, other)]
    found: dict[str, str] = {}
    for path in context.below(folder):
        if not path.endswith(_SOURCES) or path.rpartition("/")[2] in _SKIPPED or "/node_modules/" in path:
            continue
        if "/target/" in path or any(below(other, path) for other in inner):
            continue
        if (content := context.content(path)) is None:
            continue
        if len(content) > _MAX_BYTES:
            continue
        addresses = set(_ADDRESS.findall(content))
        others = others or not addresses <= known
        for address in known & addresses:
            found.setdefault(address.decode(), path)
    return found, others
