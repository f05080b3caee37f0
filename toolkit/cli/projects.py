"""What the repository consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._task import Run, choose_format, task

if TYPE_CHECKING:
    from collections.abc import Sequence


@task(
    group="set up",
    help={
        "format": "text, json or mermaid",
        "only": "globs of folders or ecosystems (repeatable)",
        "skip": "globs that are left out (repeatable)",
    },
    iterable=("only", "skip"),
    folders=("only", "skip"),
)
def projects(run: Run, format: str = "text", only: Sequence[str] = (), skip: Sequence[str] = ()) -> int:
    """List the subprojects, with the evidence that decided for each."""
    from toolkit.discovery import Discovered, discover, select
    from toolkit.report import projects as report

    shape = choose_format(format, ("text", "json", "mermaid"))
    found = discover(run.context)
    chosen = Discovered(select(found.subprojects, tuple(only), tuple(skip)), found.excluded)
    if shape == "text":
        run.print(report.text(run.context.root, chosen, run.columns))
    else:
        run.print({"json": report.to_json, "mermaid": report.mermaid}[shape](run.context.root, chosen))
    return 0
