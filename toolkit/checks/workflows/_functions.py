"""Functions of shell scripts, by their lines: what happens at a failure in one is for its callers to decide."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = ["end_of"]

_BEGINS = regex(r"(?P<indent>\s*)(?:function\s+[\w:.-]+\s*(?:\(\s*\))?|[\w:.-]+\s*\(\s*\))\s*(?P<rest>[{(].*)?$")
_MOST = 400
"""Lines of a function that is looked at."""


def end_of(lines: list[str], line: int) -> int | None:
    """The last line of the function in which a line lies; ``None`` outside of any.

    Args:
        lines: the script.
        line: 0-based.
    """
    for start in range(line, max(line - _MOST, -1), -1):
        found = _BEGINS.match(lines[start]) if len(lines[start]) < _MOST else None
        if found is None:
            continue
        if (found["rest"] or "").rstrip(" ;").endswith(("}", ")")) and len(found["rest"]) > 1:
            return start if start == line else None
        closing = (f"{found['indent']}}}", f"{found['indent']})")
        ends = (at for at in range(start + 1, min(start + _MOST, len(lines))) if lines[at].startswith(closing))
        end = next(ends, None)
        return end if end is not None and end >= line else None
    return None
