import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.documents import DocumentError, edit, toml
from toolkit.documents._tree import walk

SAMPLE = '''\
# comment
title = "x" # why
a.b.c = 1
"q u" = {x = [1, {y = 'z'}], d = 1979-05-27 07:32:00Z}
[t] # header
k = """
m"l"""
l = [
  1, # one ] not the end
  2,
]

[[p]]
n = 1
[[p.q]]
z = true
[[p]]
n = 2
[p.r]
s = 'lit'
'''

SCALARS = st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=8)
TABLES = st.recursive(
    st.dictionaries(st.text(max_size=4), SCALARS, max_size=3),
    lambda inner: st.dictionaries(st.text(max_size=4), inner | SCALARS | st.lists(SCALARS, max_size=3), max_size=3),
    max_leaves=8,
)


def test_every_value_has_its_place() -> None:
    document = toml.parse(SAMPLE)
    for path, value in walk(document.data):
        place = document.place(path)
        assert place is not None, path
        if path and not isinstance(value, dict) and path not in (("p",), ("p", 0, "q")):
            assert tomllib.loads(f"k = {document.source(path)}") == {"k": value}, path
    lines = {(): 1, ("a", "b"): 3, ("q u", "x", 1, "y"): 4, ("t",): 5, ("t", "l", 1): 10, ("p", 1, "r", "s"): 20}
    assert {path: document.line(path) for path in lines} == lines
    assert document.position(("p", 0, "q", 0)) == (15, 3)
    assert document.line(("t", "none")) == 5


def test_edits_keep_everything_else() -> None:
    source = SAMPLE.replace("\n", "\r\n").encode()
    document = toml.parse(source)
    expected = tomllib.loads(SAMPLE)
    expected["t"] |= {"new": ["é"]}
    expected["p"][1]["r"]["s"] = "o"
    expected |= {"nt": {"x": 1}, "top": True, "title": 'a"b'}
    spans = [
        document.insert(("t", "new"), ["é"]),
        document.insert(("nt", "x"), 1),
        document.insert(("top",), value=True),
        document.replace(("p", 1, "r", "s"), "o"),
        document.replace(("title",), 'a"b'),
    ]
    # tomllib keeps carriage returns out of multi-line strings, so both readings agree
    result = edit.edited(source, spans, parse=toml.loads, expected=expected)
    assert result.count(b"\n") == result.count(b"\r\n")
    assert b"s = 'o'\r\n" in result
    assert b'title = "a\\"b" # why\r\n' in result


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("", ("a",), "a = 1\n"),
        ("[t]\n", ("a",), "a = 1\n\n[t]\n"),
        ("[t]", ("t", "a"), "[t]\na = 1"),
        ("[t]", ("u", "v w", "a"), '[t]\n\n[u."v w"]\na = 1\n'),
        ("[t.u]\n", ("t", "a"), "[t.u]\n\n[t]\na = 1\n"),
    ],
)
def test_insert(before: str, path: tuple[str, ...], after: str) -> None:
    result = edit.apply(before.encode(), [toml.parse(before).insert(path, 1)]).decode()
    assert result == after
    assert toml.parse(result).get(path) == 1


@pytest.mark.parametrize("path", [("a",), ("a", "x"), ("i", "x"), ("d", "x")])
def test_insert_refuses(path: tuple[str, ...]) -> None:
    with pytest.raises(DocumentError):
        toml.parse("a = 1\ni = {k = 1}\nd.k = 1\n").insert(path, 1)


@pytest.mark.parametrize("path", [("t",), ("none",), (), ("p",)])
def test_replace_refuses_tables(path: tuple[str, ...]) -> None:
    with pytest.raises(DocumentError):
        toml.parse(SAMPLE).replace(path, 1)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a=", 1, 3),
        ("a=1\na=2", 2, 4),
        ("[a]\n[a]", 2, 3),
        ("a = 1e", 1, 6),
        ("a = 9" + "9" * 5000, 0, 0),
        ("a = " + "[" * 3000, 0, 0),
        ("a" + ".a" * 300 + " = 1", 1, 1),
        ("a = '\ud800'", 1, 6),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        toml.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@given(TABLES)
def test_written_is_read_back_with_places(table: dict[str, object]) -> None:
    text = "".join(f"{toml.key(name)} = {toml.written(value)}\n" for name, value in table.items())
    document = toml.parse(text)
    assert edit.difference(table, document.data) is None
    for path, value in walk(table):
        if path:
            assert tomllib.loads(f"k = {document.source(path)}") == {"k": value}


def test_a_key_of_very_many_parts_is_refused() -> None:
    assert toml.parse("a." * 150 + "b = 1").data["a"]["a"]
    with pytest.raises(DocumentError, match="too many parts"):
        toml.parse(b"x = 1\n" + b"a." * 100_000 + b"b = 1\n")
