"""What a bootstrap has to do for each subproject, and why; :mod:`toolkit.system.jobs` does it.

A subproject is fresh when the digest of everything that decides its install is the recorded one *and* its
output is there and whole. Nothing is started to find that out.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from toolkit.errors import ToolkitError, UsageError
from toolkit.extension import Install, Request, ecosystem
from toolkit.features._census import loss, take
from toolkit.features._logs import log_name
from toolkit.features._records import Record, digest_of, fingerprint
from toolkit.features._tools import choose_all
from toolkit.model import Command
from toolkit.system.files import atomic_write
from toolkit.system.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import Step
    from toolkit.features._records import Records, Stamp
    from toolkit.features._tools import Chosen, Toolbox
    from toolkit.model import Subproject

__all__ = ["Decided", "Options", "decide", "jobs_of", "script_policy", "worker_count"]

Verdict = Literal["fresh", "install", "no lock", "left out", "cannot"]

_DEFAULT_ESTIMATE_S = {
    "cargo": 20.0,
    "anchor": 30.0,
    "pnpm": 8.0,
    "npm": 8.0,
    "yarn": 8.0,
    "yarn_classic": 8.0,
    "go": 5.0,
    # Ten of them make the environment, before anything is downloaded: 5 s of processor time with pip's own wheel.
    "pip": 40.0,
}
_MODULES = "node_modules"
_ESTIMATE_S = 4.0
_LOCK_BYTES_PER_S = {
    "npm": 30_000,
    "pnpm": 10_000,
    "yarn": 10_000,
    "yarn_classic": 6_000,
    "uv": 20_000,
    "cargo": 20_000,
}
_BYTES_PER_S = 40_000
"""A first guess of how long an install takes, by the size of its lock: the median of some forty first installs of public
subprojects on two cores, one other beside each. A lock's lines say more of a package with npm than with yarn 1."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


def worker_count(given: int, settings: int) -> int:
    """Jobs at once.

    Raises:
        UsageError: the number is not between 1 and 256.
    """
    from toolkit.system.jobs import MAX_WORKERS

    chosen = (
        given
        or settings
        or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
    )
    if not 1 <= chosen <= MAX_WORKERS:
        raise UsageError(f"--jobs {chosen} is not between 1 and {MAX_WORKERS}", "leave it out for one per core")
    return chosen


def script_policy(context: Context, name: str) -> str | tuple[str, ...]:
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


def _decide_one(context: Context, item: Subproject, options: Options, toolbox: Toolbox, records: Records) -> Decided:
    if not context.settings.project(item.path).install:
        return Decided(item, "left out", f'install = false in [projects."{item.path}"]')
    if item.problem:
        return Decided(
            item,
            "cannot",
            f"{item.manifest}: {item.problem}",
            f'mend the file, or set install = false in [projects."{item.path}"] of toolkit.toml',
        )
    leaf = ecosystem(item.ecosystem)
    unlocked = leaf.lacks_lock(context, item)
    if unlocked and not options.allow_unlocked:
        return Decided(item, "no lock", f"{item.manifest} has no lock", f"invoke lock {item.path}")
    request = Request(frozen=not unlocked, offline=options.offline, scripts=script_policy(context, item.ecosystem))
    try:
        install = leaf.install(context, item, request)
        tools = choose_all(toolbox, (need for need in install.tools if need.required))
    except ToolkitError as error:
        return Decided(item, "cannot", error.message, error.hint)
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
    damage = leaf.missing(context, item) or ("" if stale else loss(os.fspath(context.root), _census(context, item)))
    if damage:
        install = leaf.install(context, item, replace(request, repair=True))
    reason = stale or damage
    decided = Decided(item, "install" if reason else "fresh", reason, "", install, tools, digest, files, at_ns)
    return replace(decided, estimate_s=_estimate(context, item, records)) if reason else decided


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


def _estimate(context: Context, item: Subproject, records: Records) -> float:
    """Seconds the install will take: the last time's, else a guess by ecosystem and size of the lock."""
    known = records.duration_s(item.key)
    if known is not None:
        return known
    base = _DEFAULT_ESTIMATE_S.get(item.ecosystem, _ESTIMATE_S)
    try:
        size = os.stat(context.absolute(item.lockfile)).st_size if item.lockfile else 0
    except OSError:
        return base
    return base / 4 + size / _LOCK_BYTES_PER_S.get(item.ecosystem, _BYTES_PER_S)


def jobs_of(
    context: Context,
    decided: Sequence[Decided],
    records: Records,
    environments: Mapping[str, Mapping[str, str | None]],
    logs: Path,
) -> tuple[Job, ...]:
    """The jobs that install what is to be installed.

    Args:
        context: the run's state.
        decided: what :func:`decide` said.
        records: where begin and end are noted.
        environments: for each subproject's key the environment changes that its tools need.
        logs: the folder of logs.
    """
    by_path: dict[str, list[str]] = {}
    for one in decided:
        by_path.setdefault(one.subproject.path, []).append(one.subproject.key)
    jobs = []
    for one in decided:
        if one.verdict != "install":
            continue
        item = one.subproject
        leaf = ecosystem(item.ecosystem)
        settings = context.settings
        env = {**settings.env, **settings.project(item.path).env, **environments.get(item.key, {})}
        jobs.append(
            Job(
                key=item.key,
                commands=tuple(
                    Command(step.argv, context.absolute(step.cwd), {**env, **step.env}, settings.bootstrap.timeout_s)
                    for step in one.install.steps
                ),
                log=logs / log_name(item),
                needs=tuple(key for path in item.needs for key in by_path.get(path, ()) if key != item.key),
                estimate_s=one.estimate_s,
                retry_on=leaf.network_errors,
                exclusive=leaf.exclusive,
                before=lambda key=item.key: records.begin(key),  # type: ignore[misc] # a default binds the loop's value
                after=_kept(context, one.install.kept),
                verify=lambda one=one, leaf=leaf: _verify(context, one, leaf, records),  # type: ignore[misc]
            )
        )
    return tuple(jobs)


def _census(context: Context, item: Subproject) -> Path:
    return context.state / "census" / log_name(item).removesuffix(".log")


def _kept(context: Context, paths: Sequence[str]) -> Callable[[], None] | None:
    """Puts files back that a command writes although it was told to install what is locked; read here, before it runs."""
    before = {path: _content(context, path) for path in paths}

    def restore() -> None:
        for path, content in before.items():
            if _content(context, path) == content:
                continue
            if content is None:
                context.absolute(path).unlink()
            else:
                atomic_write(context.absolute(path), content)

    return restore if before else None


def _content(context: Context, path: str) -> bytes | None:
    try:
        return context.absolute(path).read_bytes()
    except FileNotFoundError:
        return None


def _verify(context: Context, one: Decided, leaf: Any, records: Records) -> str:
    """Record the install if its output is whole and its inputs are still what it was decided on."""
    item = one.subproject
    reason: str = leaf.missing(context, item)
    if reason:
        return f"the install ended well, but its output is not whole: {reason}"
    now = fingerprint(os.fspath(context.root), one.files, None)
    changed = [path for path, (_, content) in now.items() if one.files[path][1] != content]
    if changed:
        return f"{changed[0]} changed during the install"
    if _MODULES in leaf.outputs:
        take(os.fspath(context.root), (item.path, *item.members), _census(context, item))
    records.finish(item.key, Record(one.digest, one.files, at_ns=one.at_ns))
    return ""
