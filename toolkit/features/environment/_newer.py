"""What an update could bring."""

from __future__ import annotations

from toolkit.values import frozen

__all__ = ["Newer"]


@frozen
class Newer:
    """A pin that something newer exists for.

    Args:
        name: the tool or input.
        have: what is pinned or locked.
        newest: what there is.
        where: who says so.
    """

    name: str
    have: str
    newest: str
    where: str
