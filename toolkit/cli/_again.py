"""Starting the toolkit once more, in a process of its own: the same Python, the same toolkit, however this one was started."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import toolkit
from toolkit.commands import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["again"]


def again(root: Path, words: Sequence[str]) -> Command:
    """The command that runs a task of this toolkit in a repository.

    A checkout is on no search path of a fresh Python (``python3 tasks.py`` put it there for itself), and a variable
    would go on to every program that the task starts; so the address travels in the command.

    Args:
        root: the repository.
        words: the task and its flags, without ``--root``.
    """
    home = str(Path(toolkit.__file__).resolve().parent.parent)
    start = (
        f"import sys; {home!a} in sys.path or sys.path.insert(0, {home!a}); "
        "from toolkit.cli.program import main; main()"
    )
    return Command((sys.executable, "-P", "-c", start, *words, "--root", str(root)), root)
