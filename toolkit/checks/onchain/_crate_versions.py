"""Crates beside anchor-lang that share its types, and must be of the same line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.onchain._path_crates import all_path_crates
from toolkit.checks.onchain._programs import requirement
from toolkit.checks.onchain._versions import anchor_of, line_of, pinned, row
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, table
from toolkit.versions import may_satisfy

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._programs import Program
    from toolkit.checks.onchain._workspaces import Workspace

__all__ = ["Apart", "apart"]

_OF_ANCHOR = ("anchor-spl", "anchor-client", "anchor-syn")
_OF_SOLANA = ("solana-program", "solana-sdk", "solana-program-test", "solana-client")
_WRITTEN = regex(r"[\^~=]?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?")


class Apart(NamedTuple):
    """A requirement that does not go with anchor-lang.

    Args:
        path: of the manifest that holds it.
        place: in that manifest.
        crate: whose version it is.
        message: what does not go together.
        sure: it does not compile, wherever types meet.
    """

    path: str
    place: tuple[str, ...]
    message: str
    sure: bool
    crate: str = "anchor-lang"


def apart(context: Inspection, workspace: Workspace) -> Iterator[Apart]:
    """What does not go together in the programs of a workspace, each place once."""
    told: set[tuple[str, tuple[str, ...]]] = set()
    for found in _all(context, workspace):
        if (found.path, found.place) not in told:
            told.add((found.path, found.place))
            yield found


def _all(context: Inspection, workspace: Workspace) -> Iterator[Apart]:
    built = {
        one.folder: version
        for one in workspace.programs
        if one.is_program and workspace.builds(one) and (version := anchor_of(context, one))
    }
    lines = Counter(line_of(version) for version in built.values() if version)
    usual = lines.most_common(1)[0][0] if lines else ""
    for program in workspace.programs:
        version = built.get(program.folder, "")
        if not version:
            continue
        odd = line_of(version) != usual
        apart = list(_of_path_crates(context, program, version, built))
        # A program that differs from the others is to blame, not the crates that it shares with them.
        shared = [one for one, theirs in apart if odd and theirs == usual]
        if odd:
            text = f"{program.name} uses anchor-lang {version}, the other programs of {workspace.path} use {usual}: "
            both = (
                f"{folder_of(shared[0].path)}, which is built into it, too, and types of two lines are not the same ones."
                if shared
                else ""
            )
            yield Apart(*program.anchor_at, text + (both or "one command line builds both."), sure=bool(shared))
        yield from _of_crate(context, program, version)
        yield from (one for one, _ in apart if one not in shared)


def _of_path_crates(
    context: Inspection, program: Program, version: str, built: Container[str]
) -> Iterator[tuple[Apart, str]]:
    """Crates of the repository that are built into a program, with another anchor-lang than its own, and the line of that."""
    for folder in all_path_crates(context, program.folder):
        if folder in built:
            continue  # a program that this one calls, which is compared with the others
        try:
            data = context.toml(inside(folder, "Cargo.toml"))
        except Unreadable:
            continue
        said, place = requirement(context, folder, data)
        own = pinned(said or "")
        if own and line_of(own) != line_of(version):
            text = f"{folder} uses anchor-lang {said}, but {program.name}, which is built with it, uses {version}: their types are not the same ones."
            yield Apart(*place, text, sure=True), line_of(own)


def _of_crate(context: Inspection, program: Program, version: str) -> Iterator[Apart]:
    try:
        data = context.toml(program.manifest)
    except Unreadable:
        return
    for group in ("dependencies", "dev-dependencies"):
        for name in (*_OF_ANCHOR, *_OF_SOLANA):
            if name not in table(data, group):
                continue
            said, place = requirement(context, folder_of(program.manifest), data, name, group)
            why = _why(name, said or "", version)
            if why:
                yield Apart(*place, why, sure=name in _OF_ANCHOR, crate=name)


def _why(name: str, said: str, version: str) -> str:
    if name in _OF_ANCHOR:
        own = pinned(said)
        if own and line_of(own) != line_of(version):
            return f"{name} is {said}, but the program uses anchor-lang {version}: their types are not the same ones."
        return ""
    wanted = row(version).get("crates", "")
    match = _WRITTEN.fullmatch(said.strip())
    if not wanted or match is None or may_satisfy(".".join(part or "0" for part in match.groups()), wanted):
        return ""
    return f"{name} is {said}, but anchor-lang {version} shares its types with {wanted} of Solana's crates."
