"""Versions of Anchor's parts, Solana and Rust that do not go together: where each stands, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._clients import clients
from toolkit.checks.onchain._crate_versions import apart
from toolkit.checks.onchain._installs import installs
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._versions import anchor_of, channel, line_of, pinned, row, table_date, toolchain
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.documents import jsonc, toml
from toolkit.model import EditFile, Fix
from toolkit.places import below, folder_of, upward
from toolkit.system.files import digest_bytes
from toolkit.versions import may_overlap, may_satisfy, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._clients import Client
    from toolkit.checks.onchain._installs import Install
    from toolkit.checks.onchain._workspaces import Workspace
    from toolkit.model import Severity

__all__ = ["Apart", "of_clients", "of_crates", "of_installs", "of_workspace"]


_NEWER = "newer"
_NEAR = frozenset({"0.30", "0.31", "0.32"})
"""Lines whose clients read the IDL of each other."""


class Apart(NamedTuple):
    """One version that does not go with anchor-lang: its place, the finding's text, its repair, and what is of that version."""

    path: str
    line: int | tuple[int, int]
    text: str
    evidence: str
    fix: Fix
    severity: Severity = "warning"
    what: str = ""


_SINGLY = 3
"""Packages with one and the same fault, up to which each has a finding of its own."""
_NAMED = 24


def of_workspace(context: Inspection, workspace: Workspace, version: str) -> Iterator[Apart]:
    """What Anchor.toml and the pinned Rust say, against the release of anchor-lang that most programs use."""
    if context.shows(workspace.path):
        yield from _command(context, workspace, version)
        yield from _solana(workspace, version)
        yield from _rust(context, workspace, version)


def _command(context: Inspection, workspace: Workspace, version: str) -> Iterator[Apart]:
    place, said = toolchain(workspace, "anchor_version")
    if not said or line_of(said) == line_of(version):
        return
    span = workspace.document.replace(place, version)
    edit = EditFile(workspace.path, (span,), digest_bytes(context.read(workspace.path)))
    crates = ", ".join(dict.fromkeys(one.anchor_at[0] for one in workspace.programs if one.is_program))[:200]
    yield Apart(
        workspace.path,
        workspace.document.position(place),
        f"anchor_version is {said}, but the programs use anchor-lang {version}: the command line and the crate must be of one line.",
        f"anchor-lang {version} in {crates}",
        Fix(f"set anchor_version to {version}", "unsafe", (edit,)),
        "error",
        "anchor",
    )


def _solana(workspace: Workspace, version: str) -> Iterator[Apart]:
    place, said = toolchain(workspace, "solana_version")
    wanted = row(version).get("solana", "")
    if said and wanted and not may_satisfy(said, wanted):
        text = f"solana_version is {said}, but anchor-lang {version} goes with Solana {wanted}."
        fix = Fix(f"set solana_version to a release that is {wanted}", "manual")
        yield Apart(workspace.path, workspace.document.position(place), text, _table(), fix, what="solana")


def _rust(context: Inspection, workspace: Workspace, version: str) -> Iterator[Apart]:
    least = row(version).get("rust", "")
    found = channel(context, workspace.folder)
    if least and found is not None and sort_key(found[2]) < sort_key(least):
        path, line, pin = found
        text = f"Rust {pin} is pinned, but anchor-lang {version} needs {least} at least."
        fix = Fix(f"set the channel in {path} to {least} or later", "manual")
        yield Apart(path, line, text, _table(), fix, what="rust")


def of_crates(context: Inspection, workspace: Workspace) -> Iterator[Apart]:
    """Crates of one workspace that are of different lines."""
    for one in apart(context, workspace):
        if context.shows(one.path):
            line = context.document(one.path, toml.parse).position(one.place)
            fix = Fix(f"write versions of one line in {one.path}, and make Cargo.lock again", "manual")
            yield Apart(one.path, line, one.message, _table(), fix, "error" if one.sure else "warning", one.crate)


def of_installs(context: Inspection, built: dict[str, set[str]]) -> Iterator[Apart]:
    """What images, scripts and workflows install, where it suits no program that it may be for; one of a version, however often.

    Args:
        context: the run.
        built: versions of anchor-lang of the programs of each workspace, by its folder.
    """
    found: dict[str, list[tuple[str, Install]]] = {}
    for one in installs(context) if built else ():
        versions = _meant(context, one.path, built)
        text = _anchor(one, versions) if one.tool == "anchor" else _platform(one, versions)
        if text:
            found.setdefault(_NEWER if _is_newer(one, versions) else text, []).append((text, one))
    every = sorted(set().union(*built.values()))
    for kind, places in found.items():
        text, first = places[0]
        others = "".join(f"; also {one.version} in {one.path}:{one.line}" for _, one in places[1:])
        fix = Fix(f"install a version that goes with anchor-lang {', '.join(every)}", "manual")
        yield Apart(
            first.path, first.line, text, _table() + others, fix, "info" if kind == _NEWER else "warning", first.tool
        )


def _meant(context: Inspection, path: str, built: dict[str, set[str]]) -> set[str]:
    """Versions of the programs that a file installs for: those of the workspace around it, and of others that it names."""
    folder = "." if path.startswith(".github/") else folder_of(path)
    own = next((up for up in upward(folder) if up in built), None)
    text = text_of(context, path) if own is not None else ""
    return set().union(*(built[one] for one in built if own in (None, one) or one in text))


def _is_newer(one: Install, versions: Iterable[str]) -> bool:
    """Whether a platform is newer than what goes with the crates: it mostly deploys what they build."""
    wanted = {row(version).get("solana", "") for version in versions} if one.tool != "anchor" else set()
    return bool(wanted) and all(may_overlap(f"<={one.version}", said) for said in wanted if said)


def _anchor(one: Install, versions: Iterable[str]) -> str:
    if any(line_of(one.version) == line_of(version) for version in versions):
        return ""
    return f"Anchor {one.version} is installed here, but the programs use anchor-lang {', '.join(sorted(versions))}."


def _platform(one: Install, versions: Iterable[str]) -> str:
    wanted = {row(version).get("solana", "") for version in versions}
    if any(not said or may_satisfy(one.version, said) for said in wanted):
        return ""
    crates, ranges = ", ".join(sorted(versions)), ", ".join(sorted(wanted))
    return f"Solana {one.version} is installed here, but anchor-lang {crates} goes with {ranges}."


def of_clients(context: Inspection) -> Iterator[Apart]:
    """Client packages of another line than the programs whose ids or IDL they use; one for all that read these IDLs nevertheless."""
    near: list[Apart] = []
    apart: dict[tuple[str, str], list[Apart]] = {}
    for client in clients(context):
        if client.library and context.shows(client.path):
            found = list(_client(context, client))
            near += [one for one in found if one.severity == "info"]
            for one in (one for one in found if one.severity != "info"):
                apart.setdefault((one.severity, one.evidence), []).append(one)
    for first, *more in apart.values():
        if len(more) < _SINGLY:
            yield from (first, *more)
        else:  # a habit of the whole repository
            named = "".join(f"; also {one.path}" for one in more[:_NAMED])
            text = f"{first.text} So it is in {len(more)} more packages."
            yield first._replace(text=text, evidence=first.evidence + named)
    if near:
        others = "".join(f"; also {one.path}" for one in near[1:])
        yield near[0]._replace(evidence=near[0].evidence + others)


def _client(context: Inspection, client: Client) -> Iterator[Apart]:
    said = pinned(client.requirement)
    versions = _programs_of(context, client) if said else {}
    if not versions or any(_fits(said, version, client.library) for version in versions):
        return
    version, why = next(iter(versions.items()))
    blind = _idl_generation(said) != _idl_generation(version) and _is_imported(context, client)
    near = _NEAR.issuperset({line_of(said), line_of(version)}) or not _is_imported(context, client)
    yield Apart(
        client.path,
        context.document(client.path, jsonc.parse).position(client.place),
        f"{client.library} is {client.requirement}, but {why} uses anchor-lang {version}"
        + (": this client cannot read its IDL." if blind else "."),
        f"{client.library} {client.requirement}, anchor-lang {version}",
        Fix(f"take the client package of {line_of(version)}, and make the lock file again", "manual"),
        "error" if blind else "info" if near else "warning",
        client.library,
    )


def _table() -> str:
    return f"compatibility table of {table_date()}"


_IMPORTING = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts", "*.cts", "*.vue", "*.svelte")


def _programs_of(context: Inspection, client: Client) -> dict[str, str]:
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
    found = files_with(context, words, ("*.ts", "*.tsx", "*.js", "*.mjs"), everything=True)
    return any(below(folder, path) for path in found)


def _is_imported(context: Inspection, client: Client) -> bool:
    """Whether a source of a package takes the library that it declares: what nothing imports reads no IDL."""
    forms = tuple(f"{quote}{client.library}{end}" for quote in "'\"" for end in ("'", '"', "/"))
    return any(below(client.folder, path) for path in files_with(context, forms, _IMPORTING, everything=True))


def _fits(said: str, version: str, library: str) -> bool:
    """Whether a client fits a crate: from 1.0 on by the major version, before by the release line."""
    if said.partition(".")[0] != version.partition(".")[0]:
        return False
    if not said.startswith("0."):
        return "-" in version or "-" not in said
    return line_of(said) == line_of(version) or (
        library == "@project-serum/anchor" and _idl_generation(said) == _idl_generation(version)
    )


def _idl_generation(version: str) -> int:
    """The format of the IDL changed with 0.30."""
    return int(sort_key(line_of(version))[0] >= (0, 30))
