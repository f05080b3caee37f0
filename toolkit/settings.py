"""The typed settings of a repository; :mod:`toolkit.manifest` reads them from ``toolkit.toml``. Every one has a default."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.model import Role, Subproject

__all__ = ["Argv", "BootstrapSettings", "CheckSettings", "ProjectSettings", "Settings"]

Argv = tuple[str, ...]
_EMPTY: Mapping[str, Any] = MappingProxyType({})


@frozen
class BootstrapSettings:
    """``[bootstrap]``: how subprojects are installed.

    Args:
        jobs: installs at once; 0 for one per core.
        timeout_s: seconds that one subproject may take.
        provider: where tools come from.
        install_scripts: per ecosystem (``"*"`` for all): ``deny``, ``allow`` or the packages that may run theirs.
        exclude, include: globs of folders that are never, or always, subprojects.
        strict: whether a subproject without a lock fails the run; ``None`` means under ``CI``.
        allow_unlocked: install without a lock.
    """

    jobs: int = 0
    timeout_s: float = 1800.0
    provider: str = "auto"
    install_scripts: Mapping[str, str | tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    strict: bool | None = None
    allow_unlocked: bool = False


@frozen
class ProjectSettings:
    """``[projects."PATH"]``: what discovery cannot know about one folder.

    Args:
        install: whether a bootstrap installs it; not where something else makes its environment.
    """

    after: tuple[str, ...] = ()
    install: bool = True
    critical: bool = False
    role: Role | None = None
    commands: Mapping[str, tuple[Argv, ...]] = field(default_factory=lambda: _EMPTY)
    env: Mapping[str, str] = field(default_factory=lambda: _EMPTY)


@frozen
class CheckSettings:
    """``[checks]``: which checks run where, and how severe their findings are.

    Args:
        select: ids or families to run; empty for all.
        ignore: ids or families not to run.
        severity: id to ``error``, ``warning``, ``info`` or ``off``.
        paths: glob to the ids that are ignored below it (``ignore``) or re-graded (``severity``).
        baseline: file of accepted findings, relative to the root.
        custom: project-declared checks by id.
        rules: folder of the repository's own rules for the code checks, relative to the root; empty for none.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    paths: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _EMPTY)
    baseline: str | None = None
    custom: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _EMPTY)
    rules: str = ""


@frozen
class Settings:
    """The whole manifest; :func:`toolkit.manifest.load` gives the defaults where there is no file.

    Args:
        source: the file it was read from, relative to the root; empty without one.
        toolchain: tool to the versions that are pinned, the first being the default.
        packages: further nixpkgs attributes to a version or ``"*"``.
        decisions: the answers of ``[decisions]``, as written.
        mirrors: address prefix to the prefix that takes its place.
    """

    source: str = ""
    toolchain: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    packages: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    env: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    scripts: Mapping[str, Argv] = field(default_factory=lambda: _EMPTY)
    bootstrap: BootstrapSettings = field(default_factory=BootstrapSettings)
    projects: Mapping[str, ProjectSettings] = field(default_factory=lambda: _EMPTY)
    decisions: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    checks: CheckSettings = field(default_factory=CheckSettings)
    mirrors: Mapping[str, str] = field(default_factory=lambda: _EMPTY)

    def project(self, path: str) -> ProjectSettings:
        """The settings of one folder; the defaults where it has none."""
        return self.projects.get(path) or ProjectSettings()

    def of(self, item: Subproject) -> ProjectSettings:
        """The settings of a subproject: those of its folder, and its own (``PATH:ECOSYSTEM``) in front of them."""
        folder, own = self.project(item.path), self.project(item.key)
        return ProjectSettings(
            after=(*folder.after, *own.after),
            install=folder.install and own.install,
            critical=folder.critical or own.critical,
            role=own.role or folder.role,
            commands={**folder.commands, **own.commands},
            env={**folder.env, **own.env},
        )
