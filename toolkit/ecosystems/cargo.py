"""Cargo workspaces and crates, installed from ``Cargo.lock`` into Cargo's own cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.ecosystems import _rust, _rust_output, _rust_workspaces
from toolkit.ecosystems._diagnosis import tell
from toolkit.extension import Ecosystem, Install, Request, Step
from toolkit.model import Choice, Subproject
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context


class Cargo(Ecosystem):
    """Rust without Anchor."""

    name = "cargo"
    family = "rust"
    lockfiles = ("Cargo.lock",)
    outputs = ("target",)
    network_errors = _rust.NETWORK

    def discover(self, context: Context) -> Iterator[Subproject]:
        """Every workspace and lone crate that no ``Anchor.toml`` lies beside."""
        for folder, space in sorted(_rust_workspaces.workspaces(context).items()):
            if context.is_file(inside(folder, "Anchor.toml")):
                continue
            yield Subproject(
                path=folder,
                name=space.name,
                ecosystem=self.name,
                family=self.family,
                manifest=space.manifest,
                lockfile=space.lockfile(context),
                choice=Choice("cargo", "manifest", space.manifest),
                version=_rust.rust_need(context, folder).version,
                members=tuple(space.members),
                inputs=space.inputs(context),
                needs=space.needs,
                problem=space.problem,
            )

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """Fetch what the lock names; nothing is compiled."""
        need = _rust.rust_need(context, subproject.path)
        return Install((need,), (_rust.fetch(subproject.path, request),))

    def missing(self, context: Context, subproject: Subproject) -> str:
        """What the lock names and the cache lacks."""
        return _rust_output.absent(context, subproject)

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """Make ``Cargo.lock``, or bring it up to date with the fewest changes."""
        verb = ("update", "--workspace") if subproject.lockfile else ("generate-lockfile",)
        step = Step(("cargo", *verb), subproject.path, {"RUSTUP_AUTO_INSTALL": "0"})
        return Install((_rust.rust_need(context, subproject.path),), (step,))

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """``cargo build``, ``test``, ``clippy`` and ``check``."""
        del context
        return _rust.tasks(subproject, kind)

    def diagnose(self, log: str) -> tuple[str, str]:
        """What cargo's own words mean here."""
        return tell(log, _rust.FAILURES)
