"""The examination for a person: a line for each family, then each finding, worst first, then the one next step."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from toolkit.checking import FAMILIES, documentation
from toolkit.report._text import seconds, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from toolkit.checking import Check
    from toolkit.features.doctor import CheckResult, Examination
    from toolkit.model import Finding, Severity

__all__ = ["explanation", "listing", "place", "summary", "text", "timings"]

_WIDTH = 80
_INDENT = " " * 9


def text(examination: Examination, *, verbose: bool = False) -> str:
    """The whole report.

    Args:
        examination: what was found.
        verbose: show findings of level ``info``, those in copies, and why checks were skipped.
    """
    shown = [one for one in examination.findings if verbose or one.severity != "info"]
    lines = [*_families(examination), ""] if examination.checks else []
    for one in shown:
        lines += [*_finding(one), ""]
    if verbose:
        lines += [f"skipped  {one.id}: {one.reason}" for one in examination.checks if one.status == "skipped"]
        lines += [
            f"accepted {one.finding.check} {place(one.finding)}: {one.reason} ({one.by})"
            for one in examination.silenced
        ]
    lines += [f"unknown  {one.id}: {one.reason}" for one in examination.checks if one.status == "unknown"]
    return "\n".join((*lines, _last(examination)))


def _families(examination: Examination) -> list[str]:
    """One line for each family with findings or unknowns, the fine ones together."""
    order = [*FAMILIES, *dict.fromkeys(one.family for one in examination.checks if one.family not in FAMILIES)]
    rows: list[tuple[str, str, str, str, str]] = []
    fine: list[str] = []
    for family in order:
        found = [one for one in examination.findings if one.family == family and one.severity != "info"]
        lost = [one for one in examination.checks if one.family == family and one.status == "unknown"]
        if found or lost:
            first = found[0].message if found else f"could not check {lost[0].id}"
            cells = (
                _count(found, "error"),
                _count(found, "warning"),
                f"{len(lost)} unknown" if lost else "",
                _cut(first),
            )
            rows.append((family, *cells))
        elif any(one.family == family for one in examination.checks):
            fine.append(family)
    lines = table(("", "", "", "", ""), rows)[1:] if rows else []
    if fine:
        skipped = sum(one.status == "skipped" for one in examination.checks)
        note = f", {skipped} skipped: --verbose says why" if skipped else ""
        count = len(examination.checks)
        lines.append(f"{', '.join(fine)}: fine ({count} check{_s(count)}{note})")
    return lines


def _count(found: Iterable[Finding], severity: Severity) -> str:
    number = sum(one.severity == severity for one in found)
    return f"{number} {severity}{_s(number)}" if number else ""


def _cut(message: str) -> str:
    return message if len(message) <= 60 else message[:57].rstrip() + "..."


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def place(one: Finding) -> str:
    """Path, line and column as editors take them."""
    return one.path + (f":{one.line}" if one.line else "") + (f":{one.column}" if one.line and one.column else "")


def _finding(one: Finding) -> list[str]:
    lines = [
        f"{one.severity:<7}  {one.check}  {place(one)}" + ("  (a copy that others maintain)" if one.vendored else "")
    ]
    lines += textwrap.wrap(
        one.message, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False
    )
    if one.evidence:
        lines += [f"{_INDENT}{line}" for line in one.evidence.splitlines()[:8]]
    lines += [f"{_INDENT}fix   {fix.title}  ({fix.safety})" for fix in one.fixes[:2]]
    if not one.fixes:
        lines.append(f"{_INDENT}see   invoke explain {one.check}")
    return lines


def summary(examination: Examination) -> str:
    """The counts in one line: never "fine" where something could not be checked."""
    parts = [_count(examination.findings, severity) for severity in ("error", "warning", "info")]
    said = [part for part in parts if part]
    copies = sum(one.vendored for one in examination.findings)
    lost = sum(one.status == "unknown" for one in examination.checks)
    if not said:
        said = ["no findings"]
    if copies:
        said[-1] += f" ({copies} in copies that others maintain)"
    if lost:
        said.append(f"{lost} check{_s(lost)} could not find out")
    if examination.silenced:
        said.append(f"{len(examination.silenced)} accepted")
    if examination.fixed:
        said.append(f"{examination.fixed} fixed since the baseline")
    return f"{', '.join(said)} in {seconds(examination.duration_ms / 1000)}"


def _last(examination: Examination) -> str:
    line = summary(examination)
    if any(fix.actions and not one.vendored for one in examination.findings for fix in one.fixes):
        return f"{line}    next  invoke doctor --fix --plan"
    if any(one.severity == "info" for one in examination.findings) and not examination.count("error"):
        return f"{line}    next  invoke doctor --verbose"
    return line


def timings(results: Sequence[CheckResult]) -> str:
    """The checks by the time they took, slowest first; threads share the processor, so the sum says little."""
    rows = [
        (one.id, one.family, one.status, f"{one.duration_ms} ms")
        for one in sorted(results, key=lambda one: (-one.duration_ms, one.id))
        if one.status != "skipped"
    ]
    return "\n".join(table(("check", "family", "status", "time"), rows, right=("time",))) if rows else "no check ran"


def listing(checks: Iterable[Check]) -> str:
    """Every check with its family, severity, kind of fix and first line."""
    rows = []
    for one in checks:
        page = documentation(one)
        rows.append((one.id, one.family, one.severity, page.safety, page.title))
    return "\n".join(table(("check", "family", "severity", "fix", "finds"), rows)) if rows else "no checks"


def explanation(check: Check) -> str:
    """A check's own page, wrapped."""
    page = documentation(check)
    lines = [f"{check.id} ({check.family}, {check.severity}, {page.safety} fix)", "", page.title]
    for heading, body in page.sections:
        lines += ["", heading]
        for paragraph in body.split("\n\n"):
            wrapped = textwrap.wrap(
                " ".join(paragraph.split()), _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False
            )
            lines += wrapped
    return "\n".join(lines)
