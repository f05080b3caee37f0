"""Tables and paragraphs: as wide as they need in a log, as wide as the terminal on a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.report._text import hanging, last_lines, shortened, table, width

HEAD = ("subproject", "ecosystem", "chosen by", "lock", "time")
ROWS = [
    ("examples/shop/mvp/smart-contracts", "cargo", "Cargo.toml", "Cargo.lock", "3.0 s"),
    ("web", "pnpm", "packageManager in package.json", "pnpm-lock.yaml", "11.2 s"),
]


def test_the_end_of_a_log_is_what_went_wrong_and_not_npm_s_help() -> None:
    log = (
        "$ npm ci\n\n\x1b[31mnpm error\x1b[0m code EUSAGE\nnpm error\nnpm error Missing: a@1 from lock file\nnpm error\n"
        "npm error Clean install a project\nnpm error\nnpm error Usage:\nnpm error npm ci\nnpm error\nnpm error   --omit\n"
        'npm error Run "npm help ci" for more info\nnpm error A complete log is in x\n'
    )
    assert last_lines(log) == (
        "$ npm ci",
        "npm error code EUSAGE",
        "npm error Missing: a@1 from lock file",
        "npm error A complete log is in x",
    )
    assert last_lines("npm error Usage:\nloading\n") == ("npm error Usage:", "loading")


def test_of_a_line_that_was_written_over_the_last_state_is_told() -> None:
    assert last_lines("get 10 %\rget 99 %\r\nget 1\rdone\nwindows\r\n\r\n") == ("get 99 %", "done", "windows")


def test_a_name_that_is_no_text_is_as_wide_as_it_is_written() -> None:
    head, odd, plain = table(("a", "b"), [("caf\udce9", "x"), ("cafe", "y")])
    assert (odd, head.index("b"), plain.index("y")) == ("caf\\udce9  x", odd.index("x"), odd.index("x"))


def test_a_terminal_of_one_column_gets_something() -> None:
    assert [shortened("abc", columns, keep_end=end) for columns in (1, 2) for end in (False, True)] == [".."] * 4


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


def test_on_a_very_narrow_terminal_each_row_is_a_block() -> None:
    assert table(HEAD, ROWS, columns=40, spare=("lock",)) == [
        "subproject",
        "examples/shop/mvp/smart-contracts",
        "  ecosystem  cargo",
        "  chosen by  Cargo.toml",
        "  time       3.0 s",
        "web",
        "  ecosystem  pnpm",
        "  chosen by  packageManager in",
        "             package.json",
        "  time       11.2 s",
    ]
    assert len(table(("", "", ""), [("a" * 30, "b" * 30, "c" * 30)], columns=40)) == 2


@given(st.lists(st.tuples(st.text("ab/é漢", max_size=60), st.text("xy ", max_size=60)), min_size=1, max_size=4))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str]]) -> None:
    lines = table(("subproject", "why"), rows, columns=40)
    assert max(width(line) for line in lines) <= 40


def test_a_paragraph_hangs_behind_its_lead() -> None:
    assert hanging("node  ", "one two three four five six", 26) == "node  one two three four\n      five six"
    assert hanging("node  ", "a" * 200, 0) == "node  " + "a" * 200
