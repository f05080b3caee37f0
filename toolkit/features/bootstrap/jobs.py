"""The jobs that install what a bootstrap decided to install; :mod:`toolkit.system.jobs` runs them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.extension import ecosystem
from toolkit.features._census import take
from toolkit.features._jobs import commands, log_name, others_in
from toolkit.features._records import Record, fingerprint
from toolkit.features.bootstrap import census_of
from toolkit.system.files import atomic_write
from toolkit.system.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import Ecosystem
    from toolkit.features._records import Records
    from toolkit.features.bootstrap import Decided

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
    others = others_in(one.subproject for one in decided)
    jobs = []
    for one in decided:
        if one.verdict == "install":
            item = one.subproject
            job = _job(context, one, records, environments.get(item.key, {}), logs / log_name(item))
            # What a folder needs of another to be built it does not need to be installed: a path dependency is read
            # from its manifest. Only what toolkit.toml names has to have succeeded.
            after = others(item, context.settings.of(item).after)
            jobs.append(replace(job, needs=after, follows=others(item, item.needs)))
    return tuple(jobs)


def _job(context: Context, one: Decided, records: Records, environment: Mapping[str, str | None], log: Path) -> Job:
    """The install of one subproject, with nothing to wait for."""
    item = one.subproject
    leaf = ecosystem(item.ecosystem)
    return Job(
        key=item.key,
        commands=commands(context, item, one.install.steps, environment),
        log=log,
        estimate_s=one.estimate_s,
        retry_on=leaf.network_errors,
        exclusive=leaf.exclusive,
        before=lambda: records.begin(item.key),
        after=_kept(context, one.install.kept),
        verify=lambda: _verify(context, one, leaf, records),
    )


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
