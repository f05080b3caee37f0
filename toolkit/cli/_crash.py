"""The report of a bug: versions, command and traceback in a file, ready to be pasted."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

import toolkit

__all__ = ["write_report"]


def write_report(error: BaseException) -> Path:
    """Write the report into a private file of the temporary folder and return its path."""
    lines = [
        f"toolkit {toolkit.__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {sys.argv[1:]}",
        "",
        *traceback.format_exception(error),
    ]
    with tempfile.NamedTemporaryFile(
        "w", prefix="toolkit-report-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as stream:
        stream.write("\n".join(lines))
    return Path(stream.name)
