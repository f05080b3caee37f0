from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.places import acyclic, as_index, below, folder_of, inside, join, matching, upward, word

FOLDERS = (".", "a", "a/b", "a/b/c", "a/bc", "d")


@pytest.mark.parametrize(
    ("folder", "pattern", "found"),
    [
        (".", "a/*", ("a/b", "a/bc")),
        ("a", "*", ("a/b", "a/bc")),
        (".", "**", ("a", "a/b", "a/b/c", "a/bc", "d")),
        (".", "a/**/c", ("a/b/c",)),
        (".", "a/b?", ("a/bc",)),
        (".", "[!a]", ("d",)),
        ("a", "../d", ("d",)),
        ("a", "not/there", ("a/not/there",)),
        ("a", "../../out", ()),
        (".", "./a/b/", ("a/b",)),
    ],
)
def test_globs_stay_within_a_part(folder: str, pattern: str, found: tuple[str, ...]) -> None:
    assert tuple(path for path in matching(FOLDERS, folder, pattern) if path != ".") == found


def test_a_path_is_one_word_of_a_shell() -> None:
    assert [word(path) for path in (".", "apps/web-1", "web app", "it's")] == [
        ".",
        "apps/web-1",
        "'web app'",
        "'it'\"'\"'s'",
    ]


def test_folders() -> None:
    assert (folder_of("a/b"), folder_of("b"), inside(".", "x"), inside("a", "x")) == ("a", ".", "x", "a/x")
    assert upward("a/b") == ("a/b", "a", ".")
    assert (join("a", "../b"), join(".", ".."), join("a", "/b")) == ("b", None, None)
    assert below("a", "a/b")
    assert not below("a", "ab")


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4)))
def test_needs_become_an_order(needs: dict[str, list[str]]) -> None:
    kept = acyclic(needs)
    assert kept.keys() == needs.keys()
    assert all(set(found) <= set(needs[path]) for path, found in kept.items())
    done: set[str] = set()
    while len(done & kept.keys()) < len(kept):
        ready = {path for path, found in kept.items() if path not in done and set(found) & kept.keys() <= done}
        assert ready, f"a circle is left among {set(kept) - done}"
        done |= ready


def test_the_index_of_a_folder_that_is_called_like_a_module() -> None:
    assert [as_index(path) for path in ("b.js", "a/b.d.ts", "a/b/c.mjs")] == [
        "b/index.js", "a/b/index.d.ts", "a/b/c/index.mjs",
    ]  # fmt: skip
