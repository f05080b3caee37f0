"""What may be cleaned, what was done and what lies in the quarantine, on a terminal of eighty columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.apply import Entry
from toolkit.context import Context
from toolkit.features.clean import Candidate
from toolkit.report import clean, history
from toolkit.report._text import width
from toolkit.strays import Stray
from toolkit.system.sizes import Size

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

COLUMNS = 80
SIZE = Size(bytes=412_000_000, files=31_207, newest=1.0)
"""A large install, written to once."""
STRAY = Stray("services/payments/gateway/node_modules", "install", "no manifest beside it", "invoke bootstrap payments")


def test_what_may_be_cleaned_fits_the_terminal() -> None:
    found = [
        Candidate(STRAY, SIZE, 12.0),
        Candidate(STRAY, SIZE, 12.0, keep="it holds the only copy of a package " * 3),
    ]

    lines = clean.text(found, COLUMNS).splitlines()

    assert max(map(width, lines)) <= COLUMNS
    assert "412 MB" in lines[1]
    assert [line[:6] for line in lines if line.startswith("kept")] == ["kept  "]
    assert len(clean.text(found).splitlines()) == 4


def test_what_was_done_fits_the_terminal(repository: Callable[..., Repository]) -> None:
    root = repository({"a": ""}).root
    title = "relocate three nested workflows to the root"
    entry = Entry(
        "20261130-101112-a1b2",
        root,
        title,
        "relocate-workflows",
        "2026-11-30T10:11:12",
        "applied",
        (),
        (),
        (),
        frozenset(),
        3,
    )

    lines = history.text(Context(root), [entry], COLUMNS).splitlines()

    assert max(map(width, lines)) <= COLUMNS
    assert "0 of 3" in "\n".join(lines)
    assert title in history.text(Context(root), [entry])


def test_the_quarantine_fits_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / ".toolkit" / "quarantine" / ("a-very-long-name-of-a-plan-" * 3)

    lines = history.quarantine(tmp_path, {folder: SIZE}, [folder], COLUMNS).splitlines()

    assert max(map(width, lines)) <= COLUMNS
    assert lines[1].endswith("to be deleted")
