"""The report of a bug: versions, command and traceback in a file, ready to be pasted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["report_bug", "write_report"]


def report_bug(stream: TextIO, error: BaseException) -> int:
    """Write the report, say where it is, and return the exit code; where no file can be written, it goes to the stream."""
    stream.write(f"toolkit: a bug in the toolkit stopped this command: {type(error).__name__}\n")
    try:
        stream.write(f"hint: the report is in {write_report(error)}\n")
    except OSError as full:
        stream.write(f"hint: its report could not be written ({full.strerror}), so here it is\n{_report(error)}")
    return int(ExitCode.UNKNOWN)


def write_report(error: BaseException) -> Path:
    """Write the report into a private file of the temporary folder and return its path."""
    import tempfile
    from pathlib import Path

    with tempfile.NamedTemporaryFile(
        "w", prefix="toolkit-report-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as stream:
        stream.write(_report(error))
    return Path(stream.name)


def _report(error: BaseException) -> str:
    import platform
    import traceback

    import toolkit

    lines = [
        f"toolkit {toolkit.__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {sys.argv[1:]}",
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(lines)
