"""What only those who look for trouble ask of a run: the texts of a repository, read once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from toolkit.context import Unreadable
from toolkit.inspection import Inspection
from toolkit.system import file_facts
from toolkit.system.file_facts import FileFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository

TREE = {"a.py": "a\n", "b": {"c.md": "c\n" * 5, "d.png": "d\n"}, "empty": ""}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are opened from here on."""
    names: list[str] = []
    really = os.open

    def noting(path: str | Path, *flags: int, **given: int) -> int:
        names.append(os.path.basename(path))
        return really(path, *flags, **given)

    monkeypatch.setattr(os, "open", noting)
    return names


def test_texts_are_read_ahead_once(
    repository: Callable[..., Repository], opened: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(file_facts, "_RACY_NS", -3_600_000_000_000)
    made = repository(TREE)
    context = Inspection(made.root, {})
    context.facts = FileFacts(os.fspath(made.root), tmp_path / "cache")
    _ = context.inventory
    opened.clear()
    context.read_ahead()
    told = {path: context.facts.identity(path) for path in ("a.py", "b/c.md", "empty")}

    assert context.is_read
    assert dict(context.contents(sorted(told))) == {"a.py": b"a\n", "b/c.md": b"c\n" * 5, "empty": b""}
    assert sorted(opened) == ["a.py", "c.md", "empty"]
    fresh = FileFacts(os.fspath(made.root), tmp_path / "cache")
    assert told == {path: fresh.identity(path) for path in told}


def test_of_a_large_repository_only_a_part_is_held(repository: Callable[..., Repository], opened: list[str]) -> None:
    context = Inspection(repository(TREE).root, {})
    _ = context.inventory
    opened.clear()
    context.read_ahead(most=1)

    assert not context.is_read
    assert opened == ["a.py"]
    assert context.read("b/c.md") == b"c\n" * 5


def test_links_and_what_cannot_be_read_are_left_to_those_who_ask(repository: Callable[..., Repository]) -> None:
    made = repository(TREE)
    (made.root / "link").symlink_to("a.py")
    made.commit()
    context = Inspection(made.root, {})
    _ = context.inventory
    (made.root / "a.py").unlink()
    (made.root / "a.py").symlink_to("empty")
    (made.root / "b/c.md").unlink()
    context.read_ahead()

    assert context.is_read
    assert set(context._bytes) == {"empty"}
    with pytest.raises(Unreadable):
        context.read("b/c.md")
    assert [path for path, _ in context.contents(["a.py", "b/c.md", "link"])] == ["a.py", "link"]
