"""Tables and paragraphs: as wide as they need in a log, as wide as the terminal on a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.report._text import hanging, table, width

HEAD = ("subproject", "ecosystem", "chosen by", "lock", "time")
ROWS = [
    ("examples/shop/mvp/smart-contracts", "cargo", "Cargo.toml", "Cargo.lock", "3.0 s"),
    ("web", "pnpm", "packageManager in package.json", "pnpm-lock.yaml", "11.2 s"),
]


def test_a_log_gets_everything() -> None:
    head, first, second = table(HEAD, ROWS, right=("time",), spare=("lock",))
    assert head.split() == ["subproject", "ecosystem", "chosen", "by", "lock", "time"]
    assert first.startswith("examples/shop/mvp/smart-contracts  cargo")
    assert second.endswith("packageManager in package.json  pnpm-lock.yaml  11.2 s")


def test_a_terminal_misses_what_can_be_missed_first() -> None:
    assert table(HEAD, ROWS, columns=95, spare=("lock",))[1].split() == [
        "examples/shop/mvp/smart-contracts",
        "cargo",
        "Cargo.toml",
        "3.0",
        "s",
    ]


def test_a_path_keeps_its_end_and_a_reason_its_beginning() -> None:
    _, first, second = table(HEAD, ROWS, columns=60, spare=("lock",))
    assert first.startswith("../mvp/smart-contracts  cargo ")
    assert "  packageManager ..  " in second or "  packageManager..   " in second
    assert max(width(first), width(second)) <= 60


@given(st.lists(st.tuples(st.text("ab/é漢", max_size=60), st.text("xy ", max_size=60)), min_size=1, max_size=4))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str]]) -> None:
    lines = table(("subproject", "why"), rows, columns=40)
    assert max(width(line) for line in lines) <= 40


def test_a_paragraph_hangs_behind_its_lead() -> None:
    assert hanging("node  ", "one two three four five six", 26) == "node  one two three four\n      five six"
    assert hanging("node  ", "a" * 200, 0) == "node  " + "a" * 200
