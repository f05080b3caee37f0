"""Moving nested workflows to where GitHub runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._relocation import decide
from toolkit.cli._task import Run, choose_format, task
from toolkit.cli._values import inside_repository

if TYPE_CHECKING:
    from collections.abc import Sequence


@task(
    group="repair",
    help={
        "only": "only nested workflows at or below this folder or file (repeatable)",
        "plan": "print what would change, write nothing",
        "check": "print what would change, write nothing, end with 1 if anything would",
        "format": "text or json",
        "verbose": "list every workflow that others maintain",
    },
    iterable=("only",),
    words="only",
)
def relocate_workflows(
    run: Run,
    only: Sequence[str] = (),
    plan: bool = False,
    check: bool = False,
    format: str = "text",
    verbose: bool = False,
) -> int:
    """Move workflows that lie below a subproject, where GitHub never runs them, to the root."""
    from toolkit.checking import Inspection
    from toolkit.report import relocation as report

    shape = choose_format(format, ("text", "json"))
    found = decide(Inspection(run.context.root, run.context.variables), inside_repository(run.context.root, only))
    run.print(report.to_json(found) if shape == "json" else report.text(found, verbose=verbose))
    if not plan and not check and found.plan.actions:
        from toolkit.cli._applying import perform

        return int(not perform(run, found.plan, "relocate-workflows").ok)
    return int(check and bool(found.plan.actions))
