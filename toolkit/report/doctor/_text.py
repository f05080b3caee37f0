"""The examination for a person: a line for each family, then what is to be done, worst first, then the one next step."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from toolkit.catalog import documentation
from toolkit.checking import FAMILIES
from toolkit.report._text import COLUMNS, hanging, seconds, shortened, table
from toolkit.report.doctor._blocks import Block, blocks, most_common

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from toolkit.checking import Check
    from toolkit.features.doctor import CheckResult, Examination
    from toolkit.model import Finding, Safety, Severity
    from toolkit.report._text import Line

__all__ = ["explanation", "lines", "listing", "place", "summary", "text", "timings"]

_WIDEST = 110
_NARROW = 60
"""Fewer columns than this have no room for what a family found, only for how much."""
_INDENT = " " * 9
_PLACES = 3
"""Places of one block that are shown."""
_ITEM_LINES = 2
_EVIDENCE_LINES = 8
_BEGIN_WITH = 3


def text(examination: Examination, *, verbose: bool = False) -> str:
    """The whole report without colour, as wide as where nothing is known of the terminal."""
    return "\n".join(line for _, line in lines(examination, verbose=verbose))


def lines(examination: Examination, *, verbose: bool = False, columns: int = 0) -> list[Line]:
    """The whole report.

    Args:
        examination: what was found.
        verbose: show each finding for itself, also those of level ``info``, and why checks were skipped.
        columns: width of the terminal; 0 if there is none.
    """
    width = min(columns or COLUMNS, _WIDEST)
    found: list[Line] = [*_families(examination, width), ("", "")] if examination.checks else []
    grouped = blocks(one for one in examination.findings if one.severity != "info")
    if verbose:
        for one in examination.findings:
            found += [*_finding(one, width), ("", "")]
        found += [("dim", f"skipped  {one.id}: {one.reason}") for one in examination.checks if one.status == "skipped"]
        found += [
            ("dim", f"accepted {one.finding.check} {place(one.finding)}: {one.reason} ({one.by})")
            for one in examination.silenced
        ]
    else:
        for block in grouped:
            found += [
                *(_block(block, width) if len(block.findings) > 1 else _finding(block.first, width, cut=True)),
                ("", ""),
            ]
    for lost in (one for one in examination.checks if one.status == "unknown"):
        found += _styled("warning", hanging("unknown  ", f"{lost.id}: {lost.reason}", width))
    return [*found, *_closing(examination, grouped, width)]


def _styled(style: str, shown: str) -> Iterator[Line]:
    """A wrapped text as lines of one style; of an error or a warning, only the word in front is marked."""
    for at, line in enumerate(shown.splitlines()):
        yield (style if style == "dim" or not at else "", line)


def _families(examination: Examination, width: int) -> list[Line]:
    """One line for each family with findings or unknowns, the fine ones together."""
    order = [*FAMILIES, *dict.fromkeys(one.family for one in examination.checks if one.family not in FAMILIES)]
    rows: list[tuple[str, str, str, str, str]] = []
    styles: list[str] = []
    fine: list[str] = []
    for family in order:
        found = [one for one in examination.findings if one.family == family and one.severity != "info"]
        lost = [one for one in examination.checks if one.family == family and one.status == "unknown"]
        if found or lost:
            cells = (
                _count(found, "error"),
                _count(found, "warning"),
                f"{len(lost)} unknown" if lost else "",
                _gist(found) if found else f"could not check {lost[0].id}",
            )
            rows.append((family, *cells))
            styles.append(found[0].severity if found else "warning")
        elif any(one.family == family for one in examination.checks):
            fine.append(family)
    shown: list[Line] = (
        list(
            zip(
                styles,
                table(("", "", "", "", " "), rows, columns=width, spare=(" ",) if width < _NARROW else ())[1:],
                strict=True,
            )
        )
        if rows
        else []
    )
    if fine:
        skipped = sum(one.status == "skipped" for one in examination.checks)
        note = f", {skipped} skipped: --verbose says why" if skipped else ""
        count = len(examination.checks)
        shown += _styled("done", hanging("", f"{', '.join(fine)}: fine ({count} check{_s(count)}{note})", width))
    return shown


def _gist(found: Sequence[Finding]) -> str:
    """What a family found in a few words: the one cause, or the names of the checks."""
    grouped = blocks(found)
    if len(grouped) == 1 and len(grouped[0].causes) == 1:
        return " ".join(grouped[0].first.message.split())
    counts: dict[str, int] = {}
    for block in grouped:
        counts[block.first.check] = counts.get(block.first.check, 0) + len(block.findings)
    return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in counts.items())


def _count(found: Iterable[Finding], severity: Severity) -> str:
    number = sum(one.severity == severity for one in found)
    return f"{number} {severity}{_s(number)}" if number else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def place(one: Finding) -> str:
    """Path, line and column as editors take them."""
    return one.path + (f":{one.line}" if one.line else "") + (f":{one.column}" if one.line and one.column else "")


def _head(one: Finding, where: str) -> Line:
    copied = "  (a copy that others maintain)" if one.vendored else ""
    return one.severity, f"{one.severity:<7}  {one.check}  {where}{copied}"


def _finding(one: Finding, width: int, *, cut: bool = False) -> Iterator[Line]:
    """One finding with its evidence and its fixes.

    Args:
        one: the finding.
        width: of a line of prose.
        cut: shorten evidence to a line each, and leave out what the message says already.
    """
    yield _head(one, place(one))
    yield from _styled("", hanging(_INDENT, one.message, width))
    if not (cut and (one.evidence in one.message or place(one).startswith(one.evidence))):
        for line in one.evidence.splitlines()[:_EVIDENCE_LINES]:
            yield "dim", _INDENT + (shortened(line, width - len(_INDENT)) if cut else line)
    yield from _fixes((one,), width, limit=2)


def _block(block: Block, width: int) -> Iterator[Line]:
    """Findings of one check: how many, the first few places, what mends them, and what shows them all."""
    count, paths = len(block.findings), block.paths
    where = f"{count} in {paths[0]}" if len(paths) == 1 else f"{count} places in {len(paths)} files"
    yield _head(block.first, f"{count} places" if count == len(paths) else where)
    shown = 0
    for message, found in block.causes[:_PLACES]:
        if len(found) > 1 or len(block.causes) == 1:
            yield from _styled("", hanging(_INDENT, message, width))
            for one in found[: max(_PLACES - shown, 1)]:
                yield "dim", f"{_INDENT}  {place(one)}"
                shown += 1
        elif shown < _PLACES:
            yield "dim", f"{_INDENT}{place(found[0])}"
            yield from _styled("", _clipped(hanging(f"{_INDENT}  ", message, width)))
            shown += 1
    if count > shown:
        yield "dim", f"{_INDENT}and {count - shown} more: invoke doctor --only {block.first.check} --verbose"
    yield from _fixes(block.findings, width)


def _clipped(shown: str) -> str:
    """The first lines of a wrapped text."""
    kept = shown.splitlines()
    return shown if len(kept) <= _ITEM_LINES else "\n".join((*kept[: _ITEM_LINES - 1], f"{kept[_ITEM_LINES - 1]} .."))


def _fixes(findings: Sequence[Finding], width: int, limit: int = 1) -> Iterator[Line]:
    """What mends the findings: of one, its first fixes; of several, the one that most of them share."""
    some = [one for one in findings if one.fixes]
    for fix in some[0].fixes[:limit] if len(findings) == 1 and some else ():
        yield from _styled("", hanging(f"{_INDENT}fix   ", f"{fix.title}  ({fix.safety})", width))
    if len(findings) > 1 and some:
        title, others = most_common(f"{one.fixes[0].title}  ({one.fixes[0].safety})" for one in some)
        more = f", and {others} more like it" if others else ""
        yield from _styled("", hanging(f"{_INDENT}fix   ", title + more, width))
    if not some:
        yield "", f"{_INDENT}see   invoke explain {findings[0].check}"


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


def _closing(examination: Examination, grouped: Sequence[Block], width: int) -> Iterator[Line]:
    """The counts, where to begin if it is not in sight any more, and the one next step."""
    yield "", summary(examination)
    if len(grouped) > _BEGIN_WITH:
        yield from _styled("", hanging("first  ", ", ".join(_urgent(grouped)), width))
    kinds = [kind for one in examination.findings if (kind := _mended(one))]
    safe, unsafe = kinds.count("safe"), kinds.count("unsafe")
    if kinds:
        flag = "" if safe else " --unsafe"
        more = f"; {unsafe} more with --unsafe" if safe and unsafe else ""
        yield (
            "",
            f"next   invoke doctor --fix{flag} --plan    (for {safe or unsafe} of {len(examination.findings)}{more})",
        )
    elif grouped:
        yield "", f"next   invoke explain {grouped[0].first.check}"
    elif examination.findings:
        yield "", "next   invoke doctor --verbose"


def _urgent(grouped: Sequence[Block]) -> Iterator[str]:
    """The first few checks with what they found, errors and warnings together."""
    found: dict[str, list[Finding]] = {}
    for block in grouped:
        found.setdefault(block.first.check, []).extend(block.findings)
    for check, findings in list(found.items())[:_BEGIN_WITH]:
        counts = (_count(findings, "error"), _count(findings, "warning"))
        yield f"{check} ({', '.join(count for count in counts if count)})"


def _mended(one: Finding) -> Safety | None:
    """How safe the safest fix is that can be applied; ``None`` if there is none."""
    kinds = {fix.safety for fix in one.fixes if fix.actions and not one.vendored}
    return "safe" if "safe" in kinds else "unsafe" if "unsafe" in kinds else None


def timings(results: Sequence[CheckResult]) -> str:
    """The checks by the time they took, slowest first; threads share the processor, so the sum says little."""
    rows = [
        (one.id, one.family, one.status, f"{one.duration_ms} ms")
        for one in sorted(results, key=lambda one: (-one.duration_ms, one.id))
        if one.status != "skipped"
    ]
    return "\n".join(table(("check", "family", "status", "time"), rows, right=("time",))) if rows else "no check ran"


def listing(checks: Iterable[Check], columns: int = 0) -> str:
    """Every check with its family, severity, kind of fix and first line.

    Args:
        checks: what is listed.
        columns: width of the terminal; 0 for lines as long as they need.
    """
    rows = []
    for one in checks:
        page = documentation(one)
        rows.append((one.id, one.family, one.severity, page.safety, page.title))
    return (
        "\n".join(table(("check", "family", "severity", "fix", "finds"), rows, columns=columns, spare=("fix",)))
        if rows
        else "no checks"
    )


def explanation(check: Check) -> str:
    """A check's own page, wrapped."""
    page = documentation(check)
    lines = [f"{check.id} ({check.family}, {check.severity}, {page.safety} fix)", "", page.title]
    for heading, body in page.sections:
        lines += ["", heading]
        for paragraph in body.split("\n\n"):
            wrapped = textwrap.wrap(
                " ".join(paragraph.replace("``", "`").split()),
                COLUMNS,
                initial_indent="  ",
                subsequent_indent="  ",
                break_long_words=False,
            )
            lines += wrapped
    return "\n".join(lines)
