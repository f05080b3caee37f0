"""What earlier runs of the doctor found out about files."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.cli._task import Run
    from toolkit.system.file_facts import FileFacts

__all__ = ["PATIENCE", "kept_facts"]

PATIENCE = 200
"""Questions about files of a change that are answered sooner than what is remembered of all files is read."""


def kept_facts(run: Run, patience: int = 0) -> FileFacts:
    """What earlier runs found out about files; it holds for these programs and parsers only."""
    import toolkit
    from toolkit.system.file_facts import FileFacts, program_stamp
    from toolkit.system.store import default_folder

    parsers = (f"{name} {_place(name)}" for name in ("yaml", "ast_grep_py", "sqlglot"))
    stamp = "\n".join((sys.version, program_stamp(Path(toolkit.__file__).parent), *parsers))
    return FileFacts(os.fspath(run.context.root), default_folder().parent / "facts", stamp, patience)


def _place(module: str) -> str:
    """Where a module lies and since when; empty if it is not installed."""
    found = importlib.util.find_spec(module)
    return f"{found.origin} {os.stat(found.origin).st_mtime_ns}" if found is not None and found.origin else ""
