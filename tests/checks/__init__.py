"""One file a check, in the folders of their families; ``places`` keeps whole-value assertions short."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.model import Finding

__all__ = ["places"]


def places(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    """Severity, path and line of each finding, sorted by path and line."""
    return [(one.severity, one.path, one.line) for one in sorted(findings, key=lambda one: (one.path, one.line))]
