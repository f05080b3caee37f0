"""Checks that the project declares itself: a command with a condition and an expected result.

They are commands that the repository's owner wrote into ``toolkit.toml``, run as they are, without a shell.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from toolkit.catalog import catalog
from toolkit.checking import FAMILIES, Check
from toolkit.commands import Command
from toolkit.errors import CannotCheckError, ConfigurationError
from toolkit.model import Finding
from toolkit.roles import glob_expression
from toolkit.system.process import NOT_FOUND, TIMED_OUT, run, show, which

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["FAMILY", "CustomCheck", "custom_checks"]

FAMILY = "project"

_CONDITIONS = ("file", "platform", "tool", "env")


class CustomCheck(Check):
    """A check that ``[checks.custom.ID]`` declares.

    Args:
        name: its id.
        given: its table, as :mod:`toolkit.manifest` read it.
    """

    scope = "repository"

    def __init__(self, name: str, given: Mapping[str, Any]) -> None:
        self.given = given
        self.id = name
        self.family = FAMILY
        self.timeout_s = given["timeout-s"] + 5.0
        kind = given["when"].partition(":")[0]
        if given["when"] and kind not in _CONDITIONS:
            raise ConfigurationError(
                f"toolkit.toml: checks.custom.{name}.when is {given['when']!r}",
                "one of file:GLOB, platform:darwin, tool:NAME, env:NAME",
            )

    def applies(self, context: Inspection) -> str:
        """Why it does not apply here, in a few words; empty if it does."""
        kind, _, value = self.given["when"].partition(":")
        if kind == "file":
            expression = glob_expression(value)
            return "" if any(expression.fullmatch(path) for path in context.inventory.files) else f"no {value} here"
        if kind == "platform":
            return "" if sys.platform == value else f"only on {value}"
        if kind == "tool":
            return "" if which(value, {"PATH": context.variables.get("PATH")}) else f"{value} is not installed"
        if kind == "env":
            return "" if context.variables.get(value) else f"{value} is not set"
        return ""

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Run the command and compare.

        Raises:
            CannotCheckError: the program is missing, or its time ran out.
        """
        given = self.given
        argv = given["command"]
        folder = context.absolute(given["cwd"])
        done = run(Command(argv, folder, timeout_s=given["timeout-s"]))
        if done.code == NOT_FOUND:
            raise CannotCheckError(f"{argv[0]} is not installed, or {given['cwd']} is no folder")
        if done.code == TIMED_OUT:
            raise CannotCheckError(f"{show(argv)} ran longer than {given['timeout-s']:g} s")
        output = done.stdout + done.stderr
        missing = given["contains"] and given["contains"].encode() not in output
        if done.code == given["exit-code"] and not missing:
            return
        wrong = (
            f"its output lacks {given['contains']!r}"
            if done.code == given["exit-code"]
            else f"it ended with {done.code}"
        )
        last = output.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        message = given["message"] or f"{show(argv)}: {wrong}, not as this project declares"
        yield Finding(
            self.id, FAMILY, given["severity"], given["cwd"], message, evidence=f"{wrong}: {last}" if last else wrong
        )


def custom_checks(context: Inspection) -> tuple[CustomCheck, ...]:
    """The declared checks, in the order of the manifest.

    Raises:
        ConfigurationError: a condition that is not known, or a name that a check or a family of ours has.
    """
    taken = {*FAMILIES, FAMILY, *(listed.id for listed in catalog())}
    for name in taken.intersection(context.settings.checks.custom):
        raise ConfigurationError(
            f"toolkit.toml: checks.custom.{name} has the name of a check or a family that is there already",
            "give it another one",
        )
    return tuple(CustomCheck(name, given) for name, given in context.settings.checks.custom.items())
