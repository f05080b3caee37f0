"""Checks and findings that a test gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check, Inspection
from toolkit.model import Finding, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.repository import Repository


BROKEN = {"a": {"package.json": "{\n  1\n}\n"}, "b": {"package.json": "{\n"}, "vendor": {"package.json": "{"}}


def context_of(made: Repository, focus: frozenset[str] | None = None) -> Inspection:
    return Inspection(made.root, {}, focus)


class Scripted(Check):
    """A check whose deeds a test gives."""

    family = "files"

    def __init__(self, name: str, body: Callable[[Inspection], Iterable[Finding]], timeout_s: float = 30.0) -> None:
        self.id = name
        self.body = body
        self.timeout_s = timeout_s

    def run(self, context: Inspection) -> Iterable[Finding]:
        return self.body(context)


def finding(check: str = "x", severity: Severity = "error", path: str = "a", line: int = 0, *fixes: Fix) -> Finding:
    return Finding(check, "files", severity, path, f"{check} in {path}", line, fixes=fixes)
