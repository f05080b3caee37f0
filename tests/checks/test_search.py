"""Searching all files for words: the same answer by any build of git, and without git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.checking import Inspection
from toolkit.checks import _search
from toolkit.checks._search import files_with, holders, holding
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.repository import Repository
    from toolkit.commands import Completed

WORDS = (
    "alpha",
    "alphabet",
    "beta(",
    "gam.ma",
    "delta",
    "épée",
    "zeta*",
    "eta|theta",
    "Iota",
    "k\\appa",
    "lambda",
    "mu",
)
MANY = {f"plain{number}.txt": "nothing of interest\n" for number in range(_search._MANY + 1)}
TREE = MANY | {
    "one.txt": "ALPHABET soup\n",
    "two.txt": "beta(1)\n",
    "three.txt": "gamma\n",
    "four.txt": "une épée\n",
    "five.txt": "theta\n",
    "six.txt": "eta|theta\n",
}


def test_forms_of_secrets_are_searched_for_by_a_few_expressions(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{chr(97 + number % 26)}{number}_key" for number in range(40)]
    asked: list[bytes] = []
    really = git.git

    def spy(root: Path, *args: str, data: bytes | None = None, timeout_s: float | None = None) -> Completed:
        asked.extend(data.split(b"\n") if data is not None and "-P" in args else ())
        return really(root, *args, data=data, timeout_s=timeout_s)

    monkeypatch.setattr(git, "git", spy)
    context = Inspection(repository(MANY | {"a.txt": "x c28_key y\n", "b.txt": "c29_key\n"}).root, {})

    assert files_with(context, texts) == ("a.txt",)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("ignore_case", "found"),
    [(False, ("four.txt", "six.txt", "two.txt")), (True, ("four.txt", "one.txt", "six.txt", "two.txt"))],
)
@pytest.mark.parametrize("perl", [True, False], ids=["perl", "fixed"])
def test_with_and_without_perl_expressions(
    repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    *,
    ignore_case: bool,
    found: Sequence[str],
    perl: bool,
) -> None:
    asked: list[bool] = []
    really = git.git

    def spy(root: Path, *args: str, data: bytes | None = None, timeout_s: float | None = None) -> Completed:
        asked.append("-P" in args)
        # A build without them takes no such expression at all.
        wrong = ("-P", "--no-such-option") if not perl and "-P" in args else ()
        return really(
            root,
            *(one for arg in args for one in (wrong if wrong and arg == "-P" else (arg,))),
            data=data,
            timeout_s=timeout_s,
        )

    context = Inspection(repository(TREE).root, {})
    assert len(context.inventory.tracked) == len(TREE)
    monkeypatch.setattr(git, "git", spy)
    assert files_with(context, WORDS, ignore_case=ignore_case) == tuple(found)
    assert asked == ([False] if not ignore_case else [True] if perl else [True, False])


@pytest.mark.parametrize("many", [2, 400], ids=["few", "more than one search takes"])
def test_each_text_with_the_files_that_hold_it(repository: Callable[..., Repository], many: int) -> None:
    context = Inspection(repository(TREE | {"seven.bin": "alpha\0"}).root, {})
    others = {f"{number}th/of none": frozenset[str]() for number in range(many)}

    told = holders(context, ["PHAB", "BET s", "eta", "theta", "épée", "alpha", *others])

    assert told == others | {
        "PHAB": {"one.txt"},
        "BET s": {"one.txt"},
        "eta": {"five.txt", "six.txt", "two.txt"},
        "theta": {"five.txt", "six.txt"},
        "épée": {"four.txt"},
        "alpha": frozenset(),
    }


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("texts", [WORDS, WORDS[:3], ("eta",), ()], ids=["many", "few", "one", "none"])
def test_what_was_read_ahead_is_searched_here_and_found_as_by_git(
    repository: Callable[..., Repository],
    monkeypatch: pytest.MonkeyPatch,
    *,
    texts: Sequence[str],
    ignore_case: bool,
) -> None:
    made = repository(TREE | {"eta.png": "eta\n", "eta.dat": "eta\0\n", "deep/épée.txt": "ETA\nBETA(\n"})
    globs = ("t*.txt", "*.dat")
    asking, reading = Inspection(made.root, {}), Inspection(made.root, {})
    told = [files_with(asking, texts, some, ignore_case=ignore_case) for some in ((), globs)] if texts else [(), ()]
    named = holding(asking, texts, globs)
    reading.read_ahead()

    def refuse(_root: Path, *args: str, **_given: object) -> Completed:
        raise AssertionError(args)

    monkeypatch.setattr(git, "git", refuse)

    assert [files_with(reading, texts, some, ignore_case=ignore_case) for some in ((), globs)] == told
    assert holding(reading, texts, globs) == named


def test_more_names_than_expressions_take_are_left_to_git(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Inspection(repository(TREE).root, {})
    context.read_ahead()
    asked: list[tuple[str, ...]] = []
    really = git.git

    def spy(root: Path, *args: str, data: bytes | None = None, timeout_s: float | None = None) -> Completed:
        asked.append(args)
        return really(root, *args, data=data, timeout_s=timeout_s)

    monkeypatch.setattr(git, "git", spy)

    assert holding(context, ["theta", *(f"{number} of none" for number in range(400))]) == {"five.txt", "six.txt"}
    assert len(asked) == 1


def test_a_text_may_be_as_long_as_a_line(repository: Callable[..., Repository]) -> None:
    line = "ab" * 3000
    made = repository(MANY | {"one.txt": f"{line}y\n", "two.txt": f"{line}\n"})
    context = Inspection(made.root, {})
    context.read_ahead()

    assert files_with(context, [f"{line}{end}" for end in "xyz0123456789"]) == ("one.txt",)
