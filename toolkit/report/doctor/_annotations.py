"""Findings as workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.features.doctor import Examination
    from toolkit.model import Finding

__all__ = ["github"]

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def github(examination: Examination) -> str:
    """A line for each finding, and one for each check that could not find out."""
    lines = [_annotation(one) for one in examination.findings]
    lines += [
        f"::warning title={_property(one.id)}::{_data(f'could not check: {one.reason}')}"
        for one in examination.checks
        if one.status == "unknown"
    ]
    return "\n".join(lines)


def _annotation(one: Finding) -> str:
    place = {"file": one.path, "line": str(one.line or ""), "col": str(one.column or ""), "title": one.check}
    named = ",".join(f"{name}={_property(value)}" for name, value in place.items() if value)
    text = f"{one.message} ({one.evidence})" if one.evidence else one.message
    return f"::{_LEVELS[one.severity]} {named}::{_data(text)}"


# Escapes of the runner's own parser: actions/toolkit, packages/core/src/command.ts.
def _data(text: str) -> str:
    return _safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _safe(text: str) -> str:
    """Names that are not UTF-8 as they would be typed; the runner reads UTF-8 only."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
