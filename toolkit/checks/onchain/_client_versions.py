"""Which programs a client package talks to, and whether its library can read what they publish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._versions import anchor_of, line_of
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.places import below
from toolkit.versions import sort_key

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._clients import Client


__all__ = ["fits", "idl_generation", "is_imported", "programs_of"]

_IMPORTING = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts", "*.cts", "*.vue", "*.svelte")


def programs_of(context: Inspection, client: Client) -> dict[str, str]:
    """Versions of anchor-lang of the programs that a package talks to, each with the reason in words."""
    found: dict[str, str] = {}
    for workspace in workspaces(context):
        for one in workspace.programs if workspace.folder == client.folder else ():
            if one.is_program and (version := anchor_of(context, one)):
                found.setdefault(version, f"the program {one.name} beside it")
    for one in programs(context) if not found else ():
        hits = [declared.address for declared in one.declared if declared.address in client.ids]
        if hits and one.is_program and (version := anchor_of(context, one)):
            found.setdefault(version, f"{one.name}, whose id is in {client.ids[hits[0]]},")
    return found or _only(context, client)


def _only(context: Inspection, client: Client) -> dict[str, str]:
    """The one version of all programs of a repository with one workspace, for clients of which nothing says that they talk to others."""
    if client.others and not _reads_idl(context, client.folder):
        return {}
    spaces = [one for one in workspaces(context) if not context.is_foreign(one.path)]
    found: dict[str, str] = {}
    for one in spaces[0].programs if len(spaces) == 1 else ():
        if one.is_program and (version := anchor_of(context, one)):
            found.setdefault(version, f"{one.name}, the program of this repository,")
    return found if len(found) == 1 else {}


def _reads_idl(context: Inspection, folder: str) -> bool:
    """Whether a source below a folder names the IDL or the types of a program of this repository."""
    names = {name for one in programs(context) if one.is_program for name in (one.name, one.name.replace("_", "-"))}
    words = sorted({f"{place}/{name}" for name in names for place in ("idl", "types")})
    return any(below(folder, path) for path in files_with(context, words, ("*.ts", "*.tsx", "*.js", "*.mjs")))


def is_imported(context: Inspection, client: Client) -> bool:
    """Whether a source of a package takes the library that it declares: what nothing imports reads no IDL."""
    forms = tuple(f"{quote}{client.library}{end}" for quote in "'\"" for end in ("'", '"', "/"))
    return any(below(client.folder, path) for path in files_with(context, forms, _IMPORTING, everything=True))


def fits(said: str, version: str, library: str) -> bool:
    """Whether a client fits a crate: from 1.0 on by the major version, before by the release line."""
    if said.partition(".")[0] != version.partition(".")[0]:
        return False
    if not said.startswith("0."):
        return "-" in version or "-" not in said
    return line_of(said) == line_of(version) or (
        library == "@project-serum/anchor" and idl_generation(said) == idl_generation(version)
    )


def idl_generation(version: str) -> int:
    """The format of the IDL changed with 0.30."""
    return int(sort_key(line_of(version))[0] >= (0, 30))
