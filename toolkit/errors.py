"""The ways a command can end badly, each with one sentence, one hint and an exit code.

Only the command line catches these; every other layer raises them and prints nothing.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["CannotCheckError", "ConfigurationError", "ExitCode", "ToolkitError", "UsageError"]


class ExitCode(IntEnum):
    """The exit codes that every command shares."""

    OK = 0
    """Fine, or nothing to do."""
    FAILED = 1
    """Error-level findings, a failed action, or (with ``--check``) changes that would be made."""
    USAGE = 2
    """Wrong usage or configuration."""
    UNKNOWN = 3
    """Could not find out: a check crashed, timed out or lacked its tool."""
    INTERRUPTED = 130
    """Ended by an interrupt."""


class ToolkitError(Exception):
    """An expected error: shown as one sentence and one hint, without a traceback.

    Args:
        message: what was found, where, and what it breaks; one sentence without a final period.
        hint: what to do next; may be empty where there is nothing to do.
    """

    exit_code: ExitCode = ExitCode.FAILED
    """What the process ends with."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ToolkitError):
    """A flag, an argument or a path that the command cannot work with."""

    exit_code = ExitCode.USAGE


class ConfigurationError(ToolkitError):
    """A setting in ``toolkit.toml`` or the environment that is wrong."""

    exit_code = ExitCode.USAGE


class CannotCheckError(ToolkitError):
    """Something could not be found out, which is never the same as being fine."""

    exit_code = ExitCode.UNKNOWN
