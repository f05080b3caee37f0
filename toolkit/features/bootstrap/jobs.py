"""The jobs that install what a bootstrap decided to install; :mod:`toolkit.system.jobs` runs them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.extension import ecosystem
from toolkit.features._census import take
from toolkit.features._logs import log_name
from toolkit.features._records import Record, fingerprint
from toolkit.features.bootstrap import census_of
from toolkit.model import Command
from toolkit.system.files import atomic_write
from toolkit.system.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import Ecosystem
    from toolkit.features._records import Records
    from toolkit.features.bootstrap import Decided
    from toolkit.model import Subproject

__all__ = ["jobs_of"]

_MODULES = "node_modules"


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

    def others(item: Subproject, paths: Sequence[str]) -> tuple[str, ...]:
        return tuple(key for path in paths for key in by_path.get(path, ()) if key != item.key)

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
                # What a folder needs of another to be built it does not need to be installed: a path dependency is read
                # from its manifest. Only what toolkit.toml names has to have succeeded.
                needs=others(item, settings.project(item.path).after),
                follows=others(item, item.needs),
                estimate_s=one.estimate_s,
                retry_on=leaf.network_errors,
                exclusive=leaf.exclusive,
                before=lambda key=item.key: records.begin(key),  # type: ignore[misc] # a default binds the loop's value
                after=_kept(context, one.install.kept),
                verify=lambda one=one, leaf=leaf: _verify(context, one, leaf, records),  # type: ignore[misc]
            )
        )
    return tuple(jobs)


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


def _verify(context: Context, one: Decided, leaf: Ecosystem, records: Records) -> str:
    """Record the install if its output is whole and its inputs are still what it was decided on."""
    item = one.subproject
    if reason := leaf.missing(context, item):
        return f"the install ended well, but its output is not whole: {reason}"
    now = fingerprint(os.fspath(context.root), one.files, None)
    changed = [path for path, (_, content) in now.items() if one.files[path][1] != content]
    if changed:
        return f"{changed[0]} changed during the install"
    if _MODULES in leaf.outputs:
        take(os.fspath(context.root), (item.path, *item.members), census_of(context, item))
    records.finish(item.key, Record(one.digest, one.files, at_ns=one.at_ns))
    return ""
