"""What a workflow does that cannot fail, as the modules tell it that look for one kind each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from toolkit.model import Severity

__all__ = ["Unfailing"]


class Unfailing(NamedTuple):
    """A step or a job that succeeds whatever happens.

    Args:
        line: where it stands, or line and column.
        text: what cannot fail and why.
        evidence: as written.
        todo: what a person does about it.
    """

    line: int | tuple[int, int]
    text: str
    evidence: str
    severity: Severity = "warning"
    todo: str = "let the step fail, or move it into a job whose name says that it is optional"
