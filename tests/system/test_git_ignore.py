"""Git's ignore rules, asked once a process and by one process for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.repository import Repository
from toolkit.errors import CannotCheckError
from toolkit.system import git_ignore
from toolkit.system.git_ignore import IgnoreRules
from toolkit.system.process import Child

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.commands import Command

RULES = "*.log\n!kept.log\nbuild/\n"
PATHS = ("a.log", "kept.log", "build/", "build/x", "src/main.py", "deep/er/b.log", "tracked.log", "with\nline end.log")
IGNORED = {"a.log", "build/", "build/x", "deep/er/b.log", "with\nline end.log"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.git("init", "--quiet")
    made.write({".gitignore": RULES, "tracked.log": "", "real": {"file": ""}, "link": "real"})
    made.git("add", "--force", "--all")
    return made


def test_both_ways_of_asking_agree(repository: Repository) -> None:
    rules = IgnoreRules(repository.root)
    assert rules.covered(PATHS) == IGNORED
    with rules.kept_open():
        assert rules.covered(PATHS) == IGNORED
        assert [rules.covered((path,)) == {path} & IGNORED for path in PATHS] == [True] * len(PATHS)


@pytest.mark.parametrize("blank", [" ", "\t", " \r", "!", "/", "# \n "])
def test_a_blank_rule_covers_nothing_and_hides_no_other(repository: Repository, blank: str) -> None:
    repository.write({".gitignore": f"{RULES}{blank}\n"})
    paths = ("absent/", "absent", "real/", "absent/deeper/", "build/", "deep/build/", "build")
    rules = IgnoreRules(repository.root)
    assert rules.covered(paths) == {"build/", "deep/build/"}
    with rules.kept_open():
        assert rules.covered(paths) == {"build/", "deep/build/"}


def test_one_process_answers_all(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Command] = []

    def counted(command: Command, **streams: Any) -> Child:
        started.append(command)
        return Child(command, **streams)

    monkeypatch.setattr(git_ignore, "Child", counted)
    rules = IgnoreRules(repository.root)
    with rules.kept_open():
        for number in range(50):
            assert rules.covered((f"{number}.log",)) == {f"{number}.log"}
    assert len(started) == 1


def test_more_than_a_pipe_holds(repository: Repository) -> None:
    rules = IgnoreRules(repository.root)
    many = [f"folder/{'x' * 100}-{number}.log" for number in range(5000)]
    with rules.kept_open():
        assert rules.covered(many) == set(many)


def test_a_question_that_git_refuses_is_an_error_and_no_answer(repository: Repository) -> None:
    (repository.root / "way").symlink_to("real")
    rules = IgnoreRules(repository.root)
    with rules.kept_open():
        with pytest.raises(CannotCheckError, match="symbolic link"):
            rules.covered(("way/file",))
        assert rules.covered(("a.log",)) == {"a.log"}
