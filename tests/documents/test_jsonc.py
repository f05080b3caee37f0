import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.documents import DocumentError, edit, jsonc
from toolkit.documents._tree import walk

TSCONFIG = """\
{
  // comment with a "fake": "key"
  "compilerOptions": {
    "paths": {"@/*": ["./src/*",],}, /* why */
    'target': 'es\\'5',
  },
  bare: 0x1F,
  "files": [],
}
"""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def test_comments_trailing_commas_and_json5() -> None:
    document = jsonc.parse(TSCONFIG)
    assert document.data == {
        "compilerOptions": {"paths": {"@/*": ["./src/*"]}, "target": "es'5"},
        "bare": 31,
        "files": [],
    }
    assert document.strict_error is not None
    assert document.strict_error.line == 2


def test_positions() -> None:
    document = jsonc.parse("\ufeff" + TSCONFIG)
    assert document.position(("compilerOptions", "paths", "@/*", 0)) == (4, 23)
    assert document.line(("compilerOptions", "none")) == 3
    assert document.source(("bare",)) == "0x1F"


def test_a_strict_file_is_strict_and_has_positions_on_request() -> None:
    document = jsonc.parse(b'\xef\xbb\xbf{"a": {"b": [1, {"c": 2}]}}')
    assert (document.data, document.strict_error) == ({"a": {"b": [1, {"c": 2}]}}, None)
    assert document.position(("a", "b", 1, "c")) == (1, 18)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "[1,]", "// x\n1", "'a'"])
def test_what_only_python_or_json5_accepts_is_not_strict(text: str) -> None:
    assert jsonc.parse(text).strict_error is not None


def test_duplicates() -> None:
    document = jsonc.parse('{"a": 1,\n "b": {"x": 1,\n "x": 2},\n "a": 3}')
    assert [(item.path, item.line, item.first_line) for item in document.duplicates] == [
        (("b", "x"), 3, 2),
        (("a",), 4, 1),
    ]
    assert document.get(("a",)) == 3
    assert document.source(("a",)) == "3"


def test_no_nodes_are_made_where_no_key_stands_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    document = jsonc.parse('{"a": [{"x": 1}, {"x": 2}], "x": {}}')
    monkeypatch.setattr(jsonc, "scan", lambda _text: pytest.fail("the nodes were read"))
    assert document.duplicates == ()


def test_edits_keep_everything_else() -> None:
    source = TSCONFIG.replace("\n", "\r\n").encode()
    document = jsonc.parse(source)
    spans = [
        document.replace(("bare",), {"x": "é"}),
        document.insert(("compilerOptions", "strict"), value=True),
        document.replace(("compilerOptions", "paths", "@/*", 0), "./lib/*"),
    ]
    expected = {
        "compilerOptions": {"paths": {"@/*": ["./lib/*"]}, "target": "es'5", "strict": True},
        "bare": {"x": "é"},
        "files": [],
    }
    result = edit.edited(source, spans, parse=jsonc.loads, expected=expected)
    assert b'\r\n    "strict": true,\r\n' in result
    assert result.count(b"\n") == result.count(b"\r\n") == source.count(b"\n") + 1


def test_insert_on_one_line_and_into_an_empty_object() -> None:
    for before, after in (('{"a": 1}', '{"a": 1, "n": 2}'), ("{}", '{"n": 2}'), ("{ }", '{"n": 2 }')):
        assert edit.apply(before.encode(), [jsonc.parse(before).insert(("n",), 2)]).decode() == after
    with pytest.raises(DocumentError):
        jsonc.parse('{"n": 1}').insert(("n",), 2)
    with pytest.raises(DocumentError):
        jsonc.parse('{"n": 1}').insert(("n", "x"), 2)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("{", 1, 2),
        ('{"a"\n 1}', 2, 2),
        ("[1\n 2]", 2, 2),
        ('{"a":1} x', 1, 9),
        ('["a', 1, 2),
        ("[1" * 250 + "]" * 250, 1, 3),
        ("nul", 1, 1),
        ("9" * 5000, 1, 1),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        jsonc.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@given(VALUES)
def test_the_tolerant_reader_agrees_with_the_strict_one(value: object) -> None:
    text = json.dumps(value, indent=1)
    slow = jsonc.parse(text + " // makes it tolerant")
    assert edit.difference(value, slow.data) is None
    fast = jsonc.parse(text)
    for path, item in walk(value):
        assert json.loads(fast.source(path)) == item == json.loads(slow.source(path))
