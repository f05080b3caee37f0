"""Names outside of the crates that hold a program's id: constants of clients, variables of environments and deployments.

``VITE_VAULT_PROGRAM_ID=...``, ``export const PROGRAM_ID = new PublicKey("...")``, ``variable "program_id" { default = "..." }``: the name says
which program is meant. What is left of it without the words that every such name has is either a program of this repository,
or nothing (then any of them), or a program of others (``TOKEN_PROGRAM_ID``), which is left alone.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.onchain._binding_texts import EXAMPLE, Binding, Known, bindings_of
from toolkit.checks.onchain._keypairs import for_tests
from toolkit.checks.onchain._placeholder import placeholder
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["NETWORK", "bindings", "known_ids"]

_WORDS = (
    "program_", "programid", "programaddress", "program-id", "programs: {", "programs = {", "programs=(", "_program =", "_program=",
)  # fmt: skip
_GLOBS = (
    "*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts", "*.py", "*.rs", "*.go", "*.vue", "*.svelte", "*.dart", "*.kt", "*.swift",
    "*.env", ".env*", "*.env.*", ".dev.vars*", "*.toml", "*.yaml", "*.yml", "*.tf", "*.tfvars", "*.json", "*.jsonc", "Dockerfile*", "*.sh", "Makefile",
    "justfile",
)  # fmt: skip
_WRITTEN = regex(r"(?i)(?:^|/)(?:generated|__generated__|codegen|upstream|vendor|dist|build|node_modules)/")
_INTERFACE_ADDRESS = regex(rb"\"address\"\s*:\s*\"([1-9A-HJ-NP-Za-km-z]{32,44})\"")
_FEW = 3
"""In more files than this an unknown id is a program of others that the repository works with."""
NETWORK = regex(r"(?i)(?:(?P<public>devnet|testnet)|local(?:net)?)\d*(?=[/_.-])")
"""A local network has the program under the id that it declares; devnet and testnet may have another one, which Anchor.toml may not list."""
_NO_BINDINGS = frozenset(
    {"package.json", "package-lock.json", "tsconfig.json", "Cargo.toml", "Anchor.toml", "pnpm-lock.yaml"}
)
_MAX_BYTES = 400_000


def known_ids(context: Inspection) -> dict[str, set[str]]:
    """Every id that a program of this repository has, by the normalised name of the program; without those that only a compiler knows."""
    found: dict[str, set[str]] = {}
    for one in programs(context):
        if one.has_entry or one.declared:
            found.setdefault(one.name, set()).update(declared.address for declared in one.declared)
    for workspace in workspaces(context):
        for listing in workspace.listings:
            program = workspace.program(listing.name)
            name = program.name if program else listing.name.replace("-", "_")
            found.setdefault(name, set()).add(listing.address)
    for one in programs(context):
        if one.unreadable_id:
            found.pop(one.name, None)
    return found


@once_a_run
def bindings(context: Inspection) -> tuple[Binding, ...]:
    """Every name that holds the id of a program of this repository, or should."""
    known = known_ids(context)
    return tuple(_find(context, known)) if known else ()


def _find(context: Inspection, ids: dict[str, set[str]]) -> Iterator[Binding]:
    known = Known.of(ids, set(_foreign_interfaces(context, ids)))
    sources = {one.root for one in programs(context)}
    listed = {(one.cluster, one.name.replace("-", "_")) for space in workspaces(context) for one in space.listings}
    found: list[Binding] = []
    for path in files_with(context, _WORDS, _GLOBS, ignore_case=True):
        base = posixpath.basename(path)
        if base in _NO_BINDINGS or path in sources or _is_written(path) or context.is_foreign(path):
            continue
        if for_tests(NETWORK.sub("", path)) and not EXAMPLE.search(base):
            continue
        if (content := context.content(path)) is None:
            continue
        if len(content) <= _MAX_BYTES:
            network = next((one["public"].lower() for one in NETWORK.finditer(path) if one["public"]), "")
            told = bindings_of(path, content.decode("utf-8", "replace"), known)
            found += (one for one in told if not network or (network, one.program) in listed)
    places = Counter(one.value for one in found if not one.program and not placeholder(one.value))
    yield from (one for one in found if one.program or (one.value not in known.foreign and places[one.value] <= _FEW))


def _is_written(path: str) -> bool:
    """Whether a folder says that a generator or another project wrote what is in it."""
    return bool(_WRITTEN.search(path))


def _foreign_interfaces(context: Inspection, known: dict[str, set[str]]) -> Iterator[str]:
    """Addresses in IDL files of programs that are not of this repository."""
    for path in files_with(context, ('"instructions"',), ("*.json",)):
        try:
            match = _INTERFACE_ADDRESS.search(context.read(path))
        except Unreadable:
            continue
        if match and posixpath.basename(path).removesuffix(".json").replace("-", "_") not in known:
            yield match[1].decode()
