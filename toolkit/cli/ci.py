"""The one task that continuous integration runs, and that a laptop can run before it."""

from __future__ import annotations

import time

from toolkit.cli._again import again
from toolkit.cli._task import Run, task
from toolkit.values import frozen


@frozen
class _Step:
    """A task of its own process, so that each says what it says on a terminal too.

    Args:
        words: the task and its flags.
        needed: whether what follows is pointless after a failure.
    """

    words: tuple[str, ...]
    needed: bool = False


@task(
    group="daily work",
    downloads=True,
    help={
        "affected": "build and test only what differs from --base, and what needs it",
        "base": "the commit to compare with (default: origin/main, else main)",
        "provider": "auto, nix, pinned or host",
        "plan": "print the commands, run nothing",
    },
)
def ci(run: Run, affected: bool = False, base: str = "", provider: str = "", plan: bool = False) -> int:
    """Check that every file is here, install from the locks alone, build, test."""
    chosen = ("--provider", provider) if provider else ()
    some = ("--affected", *(("--base", base) if base else ())) if affected or base else ()
    steps = (
        _Step(("hydrate", "--check"), needed=True),
        _Step(("bootstrap", "--strict", *chosen), needed=True),
        _Step(("build", *chosen, *some)),
        _Step(("test", *chosen, *some)),
    )
    if plan:
        run.print(*(f"toolkit {' '.join(step.words)}" for step in steps))
        return 0
    worst = 0
    for step in steps:
        code = _run(run, step)
        worst = worst or code
        if code and step.needed:
            run.note(f"toolkit: {step.words[0]} ended with {code}, so nothing after it is run")
            break
    return worst


def _run(run: Run, step: _Step) -> int:
    """Run one step on our own streams, folded into a group where GitHub shows the log."""
    from toolkit.features.hydration.policy import run_with_deadline

    on_github = run.context.variables.get("GITHUB_ACTIONS") == "true"
    title = f"toolkit {' '.join(step.words)}"
    run.print(f"::group::{title}" if on_github else f"== {title}")
    run.out.flush()
    began = time.monotonic()
    code = run_with_deadline(again(run.context.root, step.words))
    if on_github:
        run.print("::endgroup::")
    run.note(f"toolkit: {step.words[0]} ended with {code} after {time.monotonic() - began:.1f} s")
    return code
