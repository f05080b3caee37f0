"""Expressions for many fixed texts, and which of them a text holds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from toolkit.checks._literals import Literals, any_of, each_of


@given(st.lists(st.text("ab.|", min_size=1, max_size=4), min_size=1, max_size=8), st.text("ab.|\n", max_size=12))
def test_one_expression_finds_what_any_word_is_in(words: list[str], text: str) -> None:
    assert (re.search(any_of(words), text) is not None) == any(word in text for word in words)


@given(st.lists(st.text("ab_.|k", min_size=1, max_size=4), min_size=1, max_size=8), st.text("ab_.|k\n", max_size=12))
def test_one_of_a_few_expressions_finds_what_any_text_is_in(texts: list[str], text: str) -> None:
    found = any(re.search(one, text) is not None for one in each_of(texts))
    assert found == any(one in text for one in texts)


def test_each_expression_begins_with_a_letter_that_is_rare() -> None:
    assert each_of(["npm_", "ntn_x", "key-a", "re_"]) == [
        "_(?:(?<=e_)(?<=re_)|(?<=m_)(?<=npm_)|(?<=n_)(?<=ntn_)x)",
        r"key\-a",
    ]


def test_shared_beginnings_stand_once() -> None:
    assert any_of(["token", "tok_a", "to", "pass", "passw"]) == "(?:pass|to)"


@given(st.lists(st.text("ab_.|k", min_size=1, max_size=4), max_size=8), st.text("ab_.|k\n", max_size=12))
def test_the_texts_that_another_holds(texts: list[str], content: str) -> None:
    assert Literals(texts).held(content) == {one for one in texts if one in content}
