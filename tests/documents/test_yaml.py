import pytest

from toolkit.documents import DocumentError, edit, yaml
from toolkit.documents._yaml_nodes import MAX_EXPANDED

WORKFLOW = """\
# header
name: CI   # trailing
on: [push]
env: &env
  GO: 1.10
  OCT: 0755
jobs:
  test:
    env: *env
    steps:
      - run: |
          npm ci

          npm test
      - {uses: './a', with: {x: "é"}}  # flow
"""


def test_plain_data_follow_the_core_schema() -> None:
    env = {"GO": 1.1, "OCT": 755}
    assert yaml.parse(WORKFLOW).data == {
        "name": "CI",
        "on": ["push"],
        "env": env,
        "jobs": {"test": {"env": env, "steps": [{"run": "npm ci\n\nnpm test\n"}, {"uses": "./a", "with": {"x": "é"}}]}},
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("~", None),
        ("", None),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("!Ref x", "x"),
        ("2024-01-02", "2024-01-02"),
        ("1:30", "1:30"),
        ("9" * 5000, "9" * 5000),
        ("-0.5", -0.5),
        ("TRUE", True),
    ],
)
def test_scalars(text: str, value: object) -> None:
    assert yaml.parse(f"k: {text}\n").data == {"k": value}


def test_raw_text_of_a_number_survives() -> None:
    document = yaml.parse(WORKFLOW)
    assert (document.raw(("env", "GO")), document.raw(("jobs", "test", "env", "OCT"))) == ("1.10", "0755")
    assert document.raw(("env",)) == ""


def test_positions() -> None:
    document = yaml.parse(WORKFLOW)
    assert document.position(("jobs", "test", "steps", 1, "with", "x")) == (15, 30)
    assert document.line(("jobs", "test", "steps", 0)) == 11
    assert document.line(("jobs", "test", "nothing", 4)) == 8, "the nearest ancestor"
    assert document.value_line(("jobs", "test", "nothing")) == 0
    assert document.source(("jobs", "test", "steps", 1)) == """{uses: './a', with: {x: "é"}}"""
    assert document.source(("env",)) == "GO: 1.10\n  OCT: 0755", "without the anchor"


def test_the_line_of_a_line_of_a_text() -> None:
    document = yaml.parse("plain: a\nkept: |\n  a\n  b\nfolded: >\n  a\n  b\n")

    assert [document.text_line((key,), 1) for key in ("plain", "kept", "folded", "none")] == [1, 4, 6, 0]
    assert yaml.parse(WORKFLOW).text_line(("jobs", "test", "steps", 0, "run"), 2) == 14


def test_duplicate_keys_are_reported_and_the_last_wins() -> None:
    document = yaml.parse("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert document.data == {"a": 3, "b": {"c": 2}}
    assert [(item.path, item.line, item.first_line) for item in document.duplicates] == [
        (("b", "c"), 4, 3),
        (("a",), 5, 1),
    ]


def test_merge_keys_only_on_request() -> None:
    text = "x: &x {a: 1, b: 1}\ny:\n  <<: *x\n  b: 2\n"
    assert yaml.parse(text).data["y"] == {"<<": {"a": 1, "b": 1}, "b": 2}
    assert yaml.parse(text, merge=True).data["y"] == {"a": 1, "b": 2}


def test_streams() -> None:
    documents = yaml.parse_all("a: 1\n---\nb: 2\n...\n---\n")
    assert [document.data for document in documents] == [{"a": 1}, {"b": 2}, None]
    assert documents[1].line(("b",)) == 3
    with pytest.raises(DocumentError, match="3 documents") as caught:
        yaml.parse("a: 1\n---\nb: 2\n---\n")
    assert caught.value.line == 2
    assert yaml.parse("").data is None
    assert yaml.parse("# only\n").line(("a",)) == 1


@pytest.mark.parametrize(
    ("path", "value", "changed"),
    [
        (("name",), "b", "name: b   # trailing"),
        (("name",), "a: b", "name: 'a: b'   # trailing"),
        (("name",), "on", "name: 'on'   # trailing"),
        (("on", 0), "a,b", "on: ['a,b']"),
        (("env", "GO"), "1.20", "  GO: '1.20'"),
        (("jobs", "test", "steps", 1, "uses"), "it's", "      - {uses: 'it''s', with: {x: \"é\"}}  # flow"),
        (("jobs", "test", "steps", 1, "with", "x"), 'a"\\', '      - {uses: \'./a\', with: {x: "a\\"\\\\"}}  # flow'),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_replace_keeps_style_and_everything_else(
    path: tuple[str | int, ...], value: str, changed: str, newline: str
) -> None:
    source = WORKFLOW.replace("\n", newline).encode()
    document = yaml.parse(source)
    result = edit.apply(source, [document.replace(path, value)])
    before, after = source.decode().split(newline), result.decode().split(newline)
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [changed]
    assert yaml.parse(result).get(path) == value


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_replace_reindents_a_literal_block(newline: str) -> None:
    source = WORKFLOW.replace("\n", newline).encode()
    path = ("jobs", "test", "steps", 0, "run")
    result = edit.apply(source, [yaml.parse(source).replace(path, "one\n\n  two\n")])
    assert yaml.parse(result).get(path) == "one\n\n  two\n"
    assert b"          npm ci" not in result
    assert result.count(b"\n") == source.count(b"\n")
    assert (b"\r\n" in result) == (newline == "\r\n")


def test_replace_refuses_what_would_change_more() -> None:
    document = yaml.parse(WORKFLOW)
    for path in (("jobs", "test", "env"), ("jobs",), ("nothing",)):
        with pytest.raises(DocumentError):
            document.replace(path, "x")


def test_an_anchor_and_a_tag_stay_in_front_of_an_edited_value() -> None:
    source = b"a: &x !t # why\n  'old'\nb: *x\n"
    result = edit.apply(source, [yaml.parse(source).replace(("a",), "new")])
    assert result == b"a: &x !t # why\n  'new'\nb: *x\n"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [", 1, 5),
        ("a: 1\nx: *y", 2, 4),
        ("&a [*a]", 1, 5),
        ("a:\n  b: {{ x }}", 2, 7),
        ("a\0b", 1, 2),
        ("a: \ud800", 1, 4),
        ("- " * 300, 1, 401),
        ("a:\n\t- x", 2, 1),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        yaml.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_billion_laughs_and_alias_chains_are_bounded() -> None:
    laughs = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300))
    for text in (laughs, chain):
        with pytest.raises(DocumentError, match="aliases expand"):
            yaml.parse(text)
    assert MAX_EXPANDED < 9**7


def test_the_pure_python_parser_gives_the_same_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml as pyyaml

    fast = yaml.parse(WORKFLOW)
    monkeypatch.delattr(pyyaml, "CSafeLoader", raising=False)
    slow = yaml.parse(WORKFLOW)
    paths = [("env",), ("jobs", "test", "steps", 0, "run"), ("jobs", "test", "steps", 1, "with", "x"), ("on",)]
    assert [fast.place(path) for path in paths] == [slow.place(path) for path in paths]
    assert fast.data == slow.data


@pytest.mark.parametrize(
    "value", ["a b", "a:b", "a#b", "./x/**", "1.0.0", "-x", "a: b", "a #b", "null", "é", "a\nb", "*"]
)
@pytest.mark.parametrize("style", ["", "'", '"'])
def test_quoted_is_read_back_by_both_kinds_of_reader(value: str, style: str) -> None:
    import yaml as pyyaml

    for text in (f"k: {yaml.quoted(value, style)}\n", f"k: [{yaml.quoted(value, style, flow=True)}]\n"):
        assert yaml.parse(text).data in ({"k": value}, {"k": [value]})
        assert pyyaml.safe_load(text) == yaml.parse(text).data
