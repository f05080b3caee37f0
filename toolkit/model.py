"""The value types that every layer shares: immutable, without behaviour that touches the world.

Paths are POSIX text relative to the repository's root, ``"."`` for the root itself, and may hold
surrogate escapes where a name is not UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from toolkit.values import frozen

__all__ = [
    "Action",
    "Choice",
    "EditFile",
    "Finding",
    "Fix",
    "Materialize",
    "MoveFile",
    "Outcome",
    "Place",
    "Plan",
    "RemoveTree",
    "Role",
    "RunCommand",
    "Safety",
    "Severity",
    "Span",
    "Status",
    "Subproject",
    "WriteFile",
]

Severity = Literal["error", "warning", "info"]
"""error: will fail or leak; warning: will bite; info: worth knowing."""

Safety = Literal["safe", "unsafe", "manual"]
"""Whether a fix may be applied unasked, only on request, or only by a person."""

Status = Literal["done", "skipped", "failed"]

Role = Literal["own", "example", "vendored", "template", "fixture", "submodule", "ignored"]
"""What a folder is to the repository; only ``own`` and ``example`` are bootstrapped unasked."""


@frozen
class Choice:
    """A value with its provenance, so that a message can say why it was taken.

    Args:
        value: what was chosen.
        rule: which rule decided, for example ``packageManager`` or ``lock file``.
        source: the file that says so; empty for a default.
        because: what spoke for that file where others of its kind lie beside it, for example ``ci.yml runs npm ci``.
    """

    value: str
    rule: str
    source: str = ""
    because: str = ""

    @property
    def why(self) -> str:
        """The reason in words, for example ``packageManager in apps/web/package.json``."""
        return f"{self.place}: {self.because}" if self.because else self.place

    @property
    def place(self) -> str:
        """Where the reason stands."""
        if not self.source:
            return self.rule
        named = self.rule in ("lock file", "manifest", self.source.rsplit("/", 1)[-1])
        return self.source if named else f"{self.rule} in {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subproject:
    """One installable unit of the repository: a workspace with its members, or a lone project.

    Args:
        path: its folder.
        name: the name its manifest gives it, else the folder's.
        ecosystem: the leaf that owns it, for example ``pnpm``.
        family: ``javascript``, ``rust``, ``python``, ``go`` or ``terraform``.
        manifest: the file that makes it a subproject.
        lockfile: the lock its frozen install reads, if there is one.
        choice: which manager was chosen and by which rule.
        version: the manager's version that the repository asks for, exact or a range.
        members: folders of the workspace members it owns, without itself.
        inputs: further files whose content decides what an install does (members' manifests,
            ``.npmrc``, ``rust-toolchain.toml`` ...), besides manifest and lock.
        needs: paths of the subprojects that have to be installed before.
        role: what the folder is to the repository.
        role_why: the rule that gave the role; empty for ``own``.
        kept_in: the folder whose name says that what lies in it is only kept; empty for what is left out otherwise, or not at all.
        problem: why it cannot be installed as it is (a manifest that does not parse); empty if it can.
    """

    path: str
    name: str
    ecosystem: str
    family: str
    manifest: str
    lockfile: str | None
    choice: Choice
    version: str | None = None
    members: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    role: Role = "own"
    role_why: str = ""
    kept_in: str = ""
    problem: str = ""

    @property
    def key(self) -> str:
        """Identifies it within the repository: one folder may hold several ecosystems."""
        return f"{self.path}:{self.ecosystem}"

    @property
    def active(self) -> bool:
        """Whether tasks work on it unasked."""
        return self.role in ("own", "example")


@frozen
class Span:
    """A replacement of the bytes ``start`` to ``end`` of a file, counted before any edit."""

    start: int
    end: int
    text: bytes


@frozen
class Materialize:
    """Bring the content of a dataless file back."""

    path: str
    size: int


@frozen
class WriteFile:
    """Write a whole file.

    Args:
        expected_digest: sha256 in hex of what must be there before; ``None`` means nothing may be.
        mode: permission bits of a new file.
    """

    path: str
    content: bytes
    expected_digest: str | None
    mode: int = 0o644


@frozen
class EditFile:
    """Replace spans of a file whose whole content still has the expected sha256 (hex)."""

    path: str
    spans: tuple[Span, ...]
    expected_digest: str


@frozen
class MoveFile:
    """Rename a file within the repository; the target must not exist, in any letter case."""

    source: str
    target: str
    expected_digest: str


@frozen
class RemoveTree:
    """Move a file or folder into the quarantine.

    Args:
        owner: which rule makes it removable; re-tested when applied.
        tracked: the plan knows that git tracks it, and takes it out of the index too.
    """

    path: str
    reason: str
    owner: str
    tracked: bool = False


@frozen
class RunCommand:
    """Run a program in a folder of the repository.

    Args:
        argv: the program and its arguments.
        cwd: the folder to run in.
        because: why, for whoever reads the plan.
        env: changes to the environment; ``None`` removes a variable.
        changes: the one file whose content or whose entry in git's index it changes, so that it can be taken back;
            empty where that is not known.
    """

    argv: tuple[str, ...]
    cwd: str
    because: str
    env: tuple[tuple[str, str | None], ...] = ()
    changes: str = ""


Action = Materialize | WriteFile | EditFile | MoveFile | RemoveTree | RunCommand


@frozen
class Plan:
    """What a feature decided to do; :mod:`toolkit.apply` is the only thing that does it."""

    title: str
    actions: tuple[Action, ...]
    notes: tuple[str, ...] = ()


@frozen
class Outcome:
    """What became of one action."""

    action: Action
    status: Status
    reason: str = ""


@frozen
class Fix:
    """A repair as data; a check never writes."""

    title: str
    safety: Safety
    actions: tuple[Action, ...] = ()


@frozen
class Place:
    """A line of a file.

    Args:
        path: the file or folder.
        line: 1-based; 0 where all of it is meant.
    """

    path: str
    line: int = 0


@frozen
class Finding:
    """One trouble at one place.

    Args:
        check: the id of the check, for example ``nested-workflow``.
        line: 1-based; 0 where the finding is about a whole file or folder.
        column: 1-based; 0 where it is not known.
        message: what was found and what it breaks.
        evidence: what proves it; secrets redacted.
        vendored: the place is a copy that others maintain, a template or a fixture.
        causes: names of what is wrong that other checks may tell, too (``version anchor-lang programs/a/Cargo.toml``);
            one check tells each of them.
        related: the other places where the same has to be mended, if one row tells of several.
    """

    check: str
    family: str
    severity: Severity
    path: str
    message: str
    line: int = 0
    column: int = 0
    evidence: str = ""
    vendored: bool = False
    fixes: tuple[Fix, ...] = ()
    causes: tuple[str, ...] = field(default=(), compare=False)
    related: tuple[Place, ...] = field(default=(), compare=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it is, its own place first."""
        return (Place(self.path, self.line), *self.related)
