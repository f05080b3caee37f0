"""What a bootstrap has to do for each subproject, and why; :mod:`toolkit.features.bootstrap.jobs` makes jobs of it.

A subproject is fresh when the digest of everything that decides its install is the recorded one *and* its
output is there and whole. Nothing is started to find that out.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Literal

from toolkit.context import Unreadable
from toolkit.discovery import lock_command
from toolkit.errors import ToolkitError, UsageError
from toolkit.extension import Install, Request, ecosystem
from toolkit.features._census import loss
from toolkit.features._jobs import log_name
from toolkit.features._records import digest_of, fingerprint
from toolkit.features._tools import choose_all, offer
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import Step
    from toolkit.features._records import Record, Records, Stamp
    from toolkit.features._tools import Chosen, Toolbox
    from toolkit.model import Subproject

__all__ = ["Decided", "Options", "census_of", "decide", "without_lock", "worker_count"]

_MOST_JOBS = 256
_LOOK = "see what the file is, and where it leads"

Verdict = Literal["fresh", "install", "no lock", "left out", "cannot"]


@frozen
class Options:
    """How to bootstrap.

    Args:
        jobs: installs at once; 0 for what the settings say, else one per core.
        offline: use caches only.
        allow_unlocked: install subprojects without a lock.
        force: install also what is fresh.
    """

    jobs: int = 0
    offline: bool = False
    allow_unlocked: bool = False
    force: bool = False


@frozen
class Decided:
    """What is to be done for one subproject.

    Args:
        verdict: ``cannot`` when it cannot be installed as it is, ``left out`` when the settings say so.
        reason: why that verdict, in a few words.
        hint: what to do about ``cannot``.
        digest, files, at_ns: what a successful install records.
    """

    subproject: Subproject
    verdict: Verdict
    reason: str = ""
    hint: str = ""
    install: Install = field(default_factory=lambda: Install((), ()))
    tools: tuple[Chosen, ...] = ()
    digest: str = ""
    files: Mapping[str, tuple[Stamp, str]] = field(default_factory=dict)
    at_ns: int = 0
    estimate_s: float = 0.0


def worker_count(given: int | None, settings: int) -> int:
    """Jobs at once.

    Raises:
        UsageError: the number is not between 1 and 256.
    """
    chosen = (
        given
        or settings
        or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
    )
    if not 1 <= chosen <= _MOST_JOBS:
        raise UsageError(f"--jobs {chosen} is not between 1 and {_MOST_JOBS}", "leave it out for one per core")
    return chosen


def _script_policy(context: Context, name: str) -> str | tuple[str, ...]:
    """The install-script policy of an ecosystem: its own, else the one for all, else ``deny``."""
    policies = context.settings.bootstrap.install_scripts
    return policies.get(name, policies.get("*", "deny"))


def decide(
    context: Context, subprojects: Sequence[Subproject], options: Options, toolbox: Toolbox, records: Records
) -> tuple[Decided, ...]:
    """Look at every subproject; reads only.

    Args:
        context: the run's state.
        subprojects: those to bootstrap.
        options: how.
        toolbox: where programs come from.
        records: what was installed before.
    """
    return tuple(_decide_one(context, item, options, toolbox, records) for item in subprojects)


def without_lock(context: Context, subprojects: Sequence[Subproject]) -> tuple[Subproject, ...]:
    """Those that cannot be installed for want of a lock alone: what the settings leave out or cannot be read is not among them."""
    return tuple(
        item
        for item in subprojects
        if _held_back(context, item) is None and ecosystem(item.ecosystem).lacks_lock(context, item)
    )


def _decide_one(context: Context, item: Subproject, options: Options, toolbox: Toolbox, records: Records) -> Decided:
    if (held := _held_back(context, item)) is not None:
        return held
    leaf = ecosystem(item.ecosystem)
    unlocked = leaf.lacks_lock(context, item)
    if unlocked and not options.allow_unlocked:
        return Decided(item, "no lock", f"{item.manifest} has no lock", lock_command(context, item))
    request = Request(frozen=not unlocked, offline=options.offline, scripts=_script_policy(context, item.ecosystem))
    try:
        install = leaf.install(context, item, request)
        tools = offer(toolbox, install.tools) + choose_all(toolbox, (need for need in install.tools if need.required))
    except (ToolkitError, Unreadable) as error:
        told = error if isinstance(error, ToolkitError) else ToolkitError(f"its lock cannot be read: {error}", _LOOK)
        return Decided(item, "cannot", told.message, told.hint)
    if not install.steps:
        return Decided(item, "fresh", install.note or "nothing to install", install=install)
    at_ns = time.time_ns()
    record = records.get(item.key)
    inputs = dict.fromkeys((item.manifest, *((item.lockfile,) if item.lockfile else ()), *item.inputs))
    files = fingerprint(os.fspath(context.root), inputs, record)
    digest = digest_of(
        files,
        item.ecosystem,
        [_facts(step, offline=request.offline) for step in install.steps],
        [(t.name, t.version, t.provider) for t in tools],
        # A tree that a cloud drive carries to another machine carries the record along, and what it is of.
        [sys.platform, os.uname().machine],
    )
    stale = "forced" if options.force else _stale(record, digest, files)
    damage = leaf.missing(context, item) or ("" if stale else loss(os.fspath(context.root), census_of(context, item)))
    if damage:
        install = leaf.install(context, item, replace(request, repair=True))
    reason = stale or damage
    decided = Decided(item, "install" if reason else "fresh", reason, "", install, tools, digest, files, at_ns)
    if not reason:
        return decided
    from toolkit.features.bootstrap._estimate import estimate

    return replace(decided, estimate_s=estimate(context, item, records))


def _held_back(context: Context, item: Subproject) -> Decided | None:
    """What the settings leave out or a manifest that cannot be read forbids; ``None`` for all others."""
    settings = context.settings
    for name in (item.path, item.key):
        if not settings.project(name).install:
            return Decided(item, "left out", f'install = false in [projects."{name}"]')
    if item.problem:
        return Decided(
            item,
            "cannot",
            item.problem if item.manifest in item.problem else f"{item.manifest}: {item.problem}",
            f'mend the file, or set install = false in [projects."{item.path}"] of toolkit.toml',
        )
    return None


def _facts(step: Step, *, offline: bool) -> Any:
    """What of a step decides its result: an offline flag does not, or going offline would reinstall everything."""
    argv = [word for word in step.argv if not (offline and "offline" in word)]
    env = {name: value for name, value in step.env.items() if "offline" not in name.lower()}
    return [argv, step.cwd, sorted(env.items())]


def _stale(record: Record | None, digest: str, files: Mapping[str, tuple[Stamp, str]]) -> str:
    if record is None:
        return "not installed yet"
    if record.digest == digest:
        return ""
    changed = [path for path, (_, content) in files.items() if record.files.get(path, ((), None))[1] != content]
    changed += [path for path in record.files if path not in files]
    if changed:
        return f"{changed[0]} changed" + (f" and {len(changed) - 1} more" if len(changed) > 1 else "")
    return "its tools, policy or commands changed"


def census_of(context: Context, item: Subproject) -> Path:
    """The file that says what the last install left in the subproject's ``node_modules``."""
    return context.state / "census" / log_name(item).removesuffix(".log")
