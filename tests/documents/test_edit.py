import json

import pytest

from toolkit.documents import DocumentError, edit
from toolkit.model import Span


def test_spans_count_in_the_content_before_any_edit() -> None:
    spans = (Span(4, 5, b"long"), Span(0, 1, b""), Span(2, 2, b"+"), Span(2, 2, b"-"))
    assert edit.apply(b"abcdef", spans) == b"b+-cdlongf"


@pytest.mark.parametrize("spans", [(Span(0, 3, b""), Span(2, 4, b"")), (Span(3, 2, b""),), (Span(0, 9, b""),)])
def test_overlapping_and_outside_spans_are_refused(spans: tuple[Span, ...]) -> None:
    with pytest.raises(DocumentError, match="overlap or leave"):
        edit.apply(b"abcdef", spans)


def test_edited_returns_only_what_reads_as_expected() -> None:
    content = b'{"a": 1, "b": 2}'
    assert edit.edited(content, [Span(6, 7, b"3")], parse=json.loads, expected={"a": 3, "b": 2}) == b'{"a": 3, "b": 2}'
    with pytest.raises(DocumentError, match=r"more than intended: b differs"):
        edit.edited(content, [Span(14, 15, b"3")], parse=json.loads, expected={"a": 1, "b": 2})


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        ({"a": [1]}, {"a": [1, 2]}, "a differs"),
        ({"a": 1}, {"a": True}, "a differs"),
        ({"a": 1}, {"a": 1, "b": {}}, "the top differs"),
        ({"a": {"x": 1}}, {"a": {"y": 1}}, "a.y is new"),
        ([float("nan")], [float("nan")], None),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
    ],
)
def test_difference_names_the_first_place(expected: object, actual: object, words: str | None) -> None:
    assert edit.difference(expected, actual) == words
