"""Pipelines of GitLab: what it refuses, and files that they include and no clone has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.documents import yaml
from toolkit.references import resolve
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.yaml import Document

__all__ = ["PIPELINE", "PipelineFault", "lost_includes", "refused"]

PIPELINE = ".gitlab-ci.yml"
_STAGES = (".pre", "build", "test", "deploy", ".post")
_GLOBAL = frozenset(
    {
        "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script", "after_script", "pages",
        "spec", "types",
    }
)  # fmt: skip
"""Keys that are no jobs; ``pages`` is one, but has a meaning of its own."""


@frozen
class PipelineFault:
    """Something of a pipeline that is wrong.

    Args:
        line: where it stands.
        message: a whole sentence.
        evidence: as written.
    """

    line: int
    message: str
    evidence: str


def _read(context: Inspection) -> tuple[Document, dict[str, Any]] | None:
    if PIPELINE not in context.inventory.tracked_set or not context.shows(PIPELINE):
        return None
    document = context.readable(PIPELINE, yaml.parse)
    if document is None:
        return None
    return (document, document.data) if isinstance(document.data, dict) else None


def lost_includes(context: Inspection) -> Iterator[PipelineFault]:
    """Files of the repository that a pipeline includes and that are not there."""
    found = _read(context)
    given = found[1].get("include") if found else None
    items = given if isinstance(given, list) else [given]
    for index, item in enumerate(items):
        text = item.get("local") if isinstance(item, dict) else item
        if found is None or not isinstance(text, str) or "://" in text or (isinstance(item, dict) and "rules" in item):
            continue
        verdict = resolve(context, text.lstrip("/"))
        if verdict.kind in ("missing", "ignored", "elsewhere"):
            path = ("include", index) if isinstance(given, list) else ("include",)
            path = (*path, "local") if isinstance(item, dict) else path
            yield PipelineFault(
                found[0].line(path), f"include: {text} {verdict.why}; GitLab refuses the pipeline", text
            )


def refused(context: Inspection) -> Iterator[PipelineFault]:
    """Jobs that GitLab refuses, and the pipeline with them."""
    found = _read(context)
    if found is None:
        return
    document, data = found
    jobs = {name: job for name, job in data.items() if isinstance(job, dict) and name not in _GLOBAL}
    for name, job in jobs.items():
        if "include" in job:
            text = f"job {name} has an include, which stands at the top only: GitLab refuses the pipeline"
            yield PipelineFault(document.line((name, "include")), text, f"{name}: include")
        for path, message, evidence in _unknown(name, job, data) if "include" not in data else ():
            yield PipelineFault(document.line(path), f"{message}: GitLab refuses the pipeline", evidence)


def _unknown(name: str, job: dict[str, Any], data: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Stages and jobs that a job names and that a pipeline without includes does not have."""
    stages = data.get("stages")
    known = [*(stages if isinstance(stages, list) else _STAGES), ".pre", ".post"]
    stage = job.get("stage")
    if isinstance(stage, str) and "$" not in stage and stage not in known:
        yield (name, "stage"), f"job {name} is of the stage {stage!r}, which is none of stages", f"stage: {stage}"
    for key in ("extends", "needs", "dependencies"):
        given = job.get(key)
        for index, item in enumerate(given if isinstance(given, list) else [given]):
            other = (
                item.get("job")
                if isinstance(item, dict) and not {"pipeline", "project", "optional"} & set(item)
                else item
            )
            if isinstance(other, str) and "$" not in other and other not in data:
                place = (name, key, index) if isinstance(given, list) else (name, key)
                yield place, f"job {name} names {other!r} in {key}, and no job is called so", other
