"""What several imports lack, which is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks.references.packages import package

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_folder_that_is_gone_is_one_cause(inspect: Inspect) -> None:
    code = "import b from './gone/b';\nimport a from './gone/a';\n"

    (found,) = inspect("import-missing", {"package.json": package(), "src": {"x.ts": "\n" + code, "y.ts": code}})

    assert (found.path, found.line) == ("src/x.ts", 2)
    assert (
        found.message
        == "./gone/b leads nowhere: src/gone/b does not exist. 1 more imported file does not exist, either."
    )
    assert [(one.path, one.line) for one in found.related] == [("src/x.ts", 3), ("src/y.ts", 1), ("src/y.ts", 2)]


def test_what_a_package_lost_is_told_once_a_file_or_once(inspect: Inspect) -> None:
    few = {"package.json": package(), "a.ts": "import './gone';\n", "deep": {"b.ts": "import '../gone';\n"}}
    many = {"package.json": package(), "a.ts": "".join(f"import './gone{number}';\n" for number in range(5))}

    found = inspect("import-missing", {"few": few, "many": many})

    assert [(one.path, one.message, one.evidence) for one in found] == [
        (
            "few/a.ts",
            "./gone leads nowhere: few/gone does not exist.",
            "few/a.ts:1 -> few/gone; also imported at few/deep/b.ts:1",
        ),
        (
            "many/a.ts",
            "./gone0 leads nowhere: many/gone0 does not exist. 4 more imported files do not exist, either.",
            ", ".join(f"many/a.ts:{number + 1} -> many/gone{number}" for number in range(5)),
        ),
    ]


def test_many_lost_imports_are_told_by_their_files_or_the_parts_of_their_package(inspect: Inspect) -> None:
    lost = "".join(f"import './gone{number}';\n" for number in range(3))
    few = {
        "package.json": package(),
        "web": {"a.ts": lost, "deep": {"b.ts": lost}, "__tests__": {"a.test.ts": "import './lost';\n"}},
        "night": {"c.ts": "import './lost';\n"},
    }
    many = {**few, "web": {f"{number}.ts": f"import './lost{number}';\n" for number in range(7)}}

    assert [(one.severity, one.path, one.message.partition(".ts.")[2]) for one in inspect("import-missing", few)] == [
        ("error", "night/c.ts", ""),
        ("error", "web/a.ts", ""),
        ("error", "web/deep/b.ts", ""),
        ("warning", "web/__tests__/a.test.ts", ""),
    ]
    assert [one.path for one in inspect("import-missing", many)] == [
        "night/c.ts",
        "web/0.ts",
        "web/__tests__/a.test.ts",
    ]


def test_what_several_files_lack_is_told_once(inspect: Inspect) -> None:
    one = {"package.json": package(), "a.ts": "import '../x/gone';\nimport '../y/lost';\n"}
    many = {
        "package.json": package(),
        **{f"{name}.ts": f"import './redis';\nimport './{name}-own';\nimport './{name}-other';\n" for name in "ab"},
    }

    found = inspect("import-missing", {"one": {"src": one}, "many": many})

    assert [(one.path, one.line, one.evidence.count("->")) for one in found] == [
        ("many/a.ts", 1, 3),
        ("many/b.ts", 2, 2),
        ("one/src/a.ts", 1, 2),
    ]
    assert found[0].evidence.endswith("also imported at many/b.ts:1")
