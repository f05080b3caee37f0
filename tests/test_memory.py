"""Results that are made once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.context import Context
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from pathlib import Path

asked: list[tuple[str, str]] = []


@once_a_run
def joined(_context: Context, folder: str, name: str) -> str:
    asked.append((folder, name))
    return f"{folder} {name}"


def test_each_question_is_answered_once_a_run_and_none_for_another(tmp_path: Path) -> None:
    asked.clear()
    context = Context(tmp_path)
    # A colon may stand in a path.
    assert [joined(context, "a:b", "c"), joined(context, "a", "b:c"), joined(context, "a", "b:c")] == [
        "a:b c",
        "a b:c",
        "a b:c",
    ]
    assert asked == [("a:b", "c"), ("a", "b:c")]
    joined(Context(tmp_path), "a:b", "c")
    assert len(asked) == 3
