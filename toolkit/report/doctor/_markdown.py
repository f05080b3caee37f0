"""The examination as Markdown, for a job's summary or a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.report.doctor._text import place, summary

if TYPE_CHECKING:
    from toolkit.features.doctor import Examination
    from toolkit.model import Finding

__all__ = ["markdown"]

_SPECIAL = regex(r"([\\`*_{}\[\]<>|#@~])")


def markdown(examination: Examination) -> str:
    """A summary line, a table of the findings, and what could not be checked."""
    lines = [f"**doctor**: {_text(summary(examination))}", ""]
    if examination.findings:
        lines += ["| severity | check | place | finding |", "|---|---|---|---|"]
        lines += [_row(one) for one in examination.findings]
        lines.append("")
    lost = [one for one in examination.checks if one.status == "unknown"]
    lines += [f"- could not check `{one.id}`: {_text(one.reason)}" for one in lost]
    return "\n".join(lines).rstrip("\n")


def _row(one: Finding) -> str:
    note = f"<br>{_text(one.evidence)}" if one.evidence else ""
    copied = " (in a copy that others maintain)" if one.vendored else ""
    return f"| {one.severity} | {_text(one.check)} | {_text(place(one))} | {_text(one.message)}{copied}{note} |"


def _text(text: str) -> str:
    """Text that Markdown shows as it is, on one line; nothing in a repository may become a link or a mention."""
    one_line = " ".join(text.encode("utf-8", "backslashreplace").decode("utf-8").split())
    return _SPECIAL.sub(r"\\\1", one_line)
