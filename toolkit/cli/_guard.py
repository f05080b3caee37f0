"""The guard before anything that reads the repository: no file that it needs may be evicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._again import again
from toolkit.errors import CannotCheckError, ToolkitError

if TYPE_CHECKING:
    from toolkit.cli._task import Run

__all__ = ["guard"]

_NEEDED = ("git control", "git objects", "tracked", "work tree")


def guard(run: Run, task: str, *, hydrate: bool = False) -> None:
    """Stop with the one command that helps, or bring the files back first; costs nothing where nothing is evicted.

    Args:
        run: the task's run.
        task: what wants to start, for the message.
        hydrate: whether to bring them back.

    Raises:
        ToolkitError: needed files are not on this machine.
    """
    from toolkit.features.hydration import guard as missing
    from toolkit.features.hydration import require_local

    root = run.context.root
    if hydrate and missing(root, areas=_NEEDED):
        _bring_back(run)
    require_local(root, task, areas=_NEEDED)


def _bring_back(run: Run) -> None:
    """Run the hydrate task in a process of its own: only it may download, and it can be killed.

    Raises:
        CannotCheckError: the provider is wedged or offline.
        ToolkitError: some files could not be brought back.
    """
    from toolkit.features.hydration.policy import run_with_deadline

    run.out.flush()
    # The install that follows reads the files anyway: what is evicted again meanwhile will show.
    code = run_with_deadline(again(run.context.root, ("hydrate", "--settle", "5")))
    if code == CannotCheckError.exit_code:
        raise CannotCheckError(
            "the provider of the evicted files does not answer", "invoke hydrate --scan says which it is"
        )
    if code:
        raise ToolkitError(f"hydrate ended with {code}", "see what it says above")
