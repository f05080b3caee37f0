"""Anchor programs: the Cargo workspace below an ``Anchor.toml``, and the tool versions it declares.

The package.json beside it stays a JavaScript subproject of the same folder, so that nothing is installed twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems import _rust, _rust_output, _rust_workspaces
from toolkit.ecosystems._diagnosis import tell
from toolkit.ecosystems._javascript_survey import survey
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.model import Choice, Subproject
from toolkit.places import below, folder_of, inside, matching, name_of, table, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context

_DEFAULT_PROGRAMS = ("programs/*",)


class Anchor(Ecosystem):
    """A Cargo workspace that the Anchor command line builds and tests."""

    name = "anchor"
    family = "rust"
    lockfiles = ("Cargo.lock",)
    outputs = ("target", ".anchor", "test-ledger")
    network_errors = _rust.NETWORK

    def discover(self, context: Context) -> Iterator[Subproject]:
        """One for each ``Anchor.toml``; it owns the Cargo workspace of its folder."""
        for path in sorted(context.inventory.named("Anchor.toml")):
            folder = folder_of(path)
            data, problem = _read(context, path)
            own = _rust_workspaces.workspaces(context).get(folder)
            space = own or _around(context, folder, data)
            if space is None:
                problem = problem or "no Cargo.toml belongs to this Anchor.toml"
            elif own:
                problem = problem or own.problem
            yield Subproject(
                path=folder,
                name=name_of(context, folder),
                ecosystem=self.name,
                family=self.family,
                manifest=path,
                lockfile=space.lockfile(context) if space else None,
                choice=Choice("anchor", "manifest", path),
                version=_toolchain(data).get("anchor_version"),
                members=tuple(own.members) if own else (),
                inputs=(space.manifest, *space.inputs(context)) if space else (),
                needs=own.needs if own else ((space.folder,) if space else ()),
                problem=problem,
            )

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """Fetch the crates; the Anchor and Solana tools only matter for building and testing."""
        owner = next((item for item in survey(context) if subproject.path in (item.path, *item.members)), None)
        notes = (
            [f"its tests' JavaScript dependencies are the subproject {_place(owner, subproject.path)}"] if owner else []
        )
        steps: tuple[Step, ...] = (_rust.fetch(subproject.path, request),)
        if not context.is_file(inside(subproject.path, "Cargo.toml")) and subproject.needs:
            notes.append(f"its crates are installed with the Cargo workspace {subproject.needs[0]}")
            steps = ()
        return Install(_tools(context, subproject), steps, note="; ".join(notes))

    def missing(self, context: Context, subproject: Subproject) -> str:
        """What the lock names and Cargo's cache lacks."""
        return _rust_output.absent(context, subproject)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """Make or refresh ``Cargo.lock``, where the workspace is its own."""
        folder = folder_of(subproject.lockfile) if subproject.lockfile else subproject.path
        verb = ("update", "--workspace") if subproject.lockfile else ("generate-lockfile",)
        return Install(_tools(context, subproject), (Step(("cargo", *verb), folder, {"RUSTUP_AUTO_INSTALL": "0"}),))

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """``anchor build`` and ``anchor test``; the rest is Cargo's, where the workspace is its own.

        ``RUSTUP_TOOLCHAIN`` is removed: with it set, the IDL build of Anchor 1.1 asks cargo for a toolchain
        by a name that was never filled in.
        """
        if kind in ("build", "test"):
            return (Step(("anchor", kind), subproject.path, {"RUSTUP_TOOLCHAIN": None}),)
        return _rust.tasks(subproject, kind) if context.is_file(inside(subproject.path, "Cargo.toml")) else ()

    def diagnose(self, log: str) -> tuple[str, str]:
        """What cargo's own words mean here."""
        return tell(log, _rust.FAILURES)


def _read(context: Context, path: str) -> tuple[dict[str, Any], str]:
    try:
        return context.toml(path), ""
    except Unreadable as error:
        return {}, f"Anchor.toml: {error}"


def _toolchain(data: dict[str, Any]) -> dict[str, str]:
    """The declared versions; files older than ``[toolchain]`` hold them at the top level."""
    both = {**data, **table(data, "toolchain")}
    return {key: both[key] for key in ("anchor_version", "solana_version") if isinstance(both.get(key), str)}


def _tools(context: Context, subproject: Subproject) -> tuple[ToolNeed, ...]:
    declared = _toolchain(_read(context, subproject.manifest)[0])
    why = f"[toolchain] in {subproject.manifest}"
    optional = tuple(
        ToolNeed(name, declared.get(f"{name}_version"), why if f"{name}_version" in declared else "", required=False)
        for name in ("anchor", "solana")
    )
    return (*optional, _rust.rust_need(context, subproject.path))


def _place(owner: Subproject, folder: str) -> str:
    """Where the JavaScript subproject that installs a folder lies, in words."""
    return (
        "beside it" if owner.path == folder else f"{owner.path} ({owner.ecosystem}), whose workspace it is a member of"
    )


def _around(context: Context, folder: str, data: dict[str, Any]) -> _rust_workspaces.Workspace | None:
    """The Cargo workspace of other folders that holds this folder's programs."""
    patterns = texts(table(data, "workspace").get("members")) or _DEFAULT_PROGRAMS
    programs = {hit for pattern in patterns for hit in matching(context.inventory.folders, folder, pattern)}
    for space in _rust_workspaces.workspaces(context).values():
        if programs.intersection((space.folder, *space.members)) or any(below(folder, path) for path in space.members):
            return space
    return None
