"""The one place where an error becomes an exit code: what is said of it, and a report of what is a bug."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.cli._crash import report_bug
from toolkit.cli._streams import drop_output, show_error
from toolkit.errors import ExitCode, ToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

__all__ = ["exit_code_of"]


def exit_code_of(err: TextIO, work: Callable[[], int], worded: Callable[[str], str] = str) -> int:
    """What a piece of work ends with, and every error that comes out of it as an exit code.

    Args:
        err: where errors are told.
        work: answers an exit code.
        worded: puts a hint's commands in words that work here.
    """
    try:
        return int(work())
    except ToolkitError as error:
        show_error(err, error, worded)
        return int(error.exit_code)
    except KeyboardInterrupt:
        from toolkit.system.process import end_started

        end_started()
        err.write("\ntoolkit: interrupted\n")
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        drop_output()
        return int(ExitCode.FAILED)
    except OSError as error:
        return _lost(err, error, worded)
    except Exception as error:  # noqa: BLE001 - the boundary: a bug becomes a report
        return report_bug(err, error)


def _lost(err: TextIO, error: OSError, worded: Callable[[str], str]) -> int:
    """What to say of an error of the system that nobody expected: a full disk, and what may not be used, are no bugs."""
    import errno

    if error.errno == errno.EDEADLK:
        drop_output()
        away = os.fsdecode(error.filename) if error.filename else "a file"
        show_error(
            err, ToolkitError(f"{away} is not on this machine", "invoke hydrate brings evicted files back"), worded
        )
        return int(ExitCode.FAILED)
    if error.errno == errno.ENOENT and not error.filename:  # of os.getcwd alone: all others name what is not there
        show_error(err, ToolkitError("the current folder is gone", "change to a folder that is there"))
        return int(ExitCode.FAILED)
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        denied = f"{os.fsdecode(error.filename)} cannot be read or written: {error.strerror}"
        show_error(err, ToolkitError(denied, "make it readable and writable, and start again"))
        return int(ExitCode.FAILED)
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
        return report_bug(err, error)
    drop_output()
    where = f"{os.fsdecode(error.filename)} cannot be written" if error.filename else "writing failed"
    hint = "make it writable, or work on a copy" if error.errno == errno.EROFS else "free space, or write elsewhere"
    show_error(err, ToolkitError(f"{where}: {error.strerror}", f"{hint}, and start again"))
    return int(ExitCode.FAILED)
