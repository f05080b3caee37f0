"""Configuration that its own reader refuses, and what only looks broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Tree
    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("tree", "path", "line"),
    [
        ({"package.json": '{\n  "a": 1,\n}\n'}, "package.json", 3),
        ({"package.json": '{\n  // no\n  "a": 1\n}\n'}, "package.json", 2),
        ({"tsconfig.json": '{"compilerOptions": \n'}, "tsconfig.json", 2),
        ({"values.yml": "a: 1\nprose after it\n"}, "values.yml", 2),
        ({"compose.yaml": "x:\n  b: 1\n  b: 2\n"}, "compose.yaml", 3),
        ({"a.yaml": "apiVersion: v1\nx:\n  b: 1\n  b: 2\n"}, "a.yaml", 4),
        ({"config/a.yml": "x:\n\t- tab\n"}, "config/a.yml", 2),
        ({"Cargo.toml": "x = 1\nx = 2\n"}, "Cargo.toml", 2),
        ({"main.tf": 'resource "a" "b" {\n  x = 1\n'}, "main.tf", 3),
    ],
)
def test_with_its_line(inspect: Callable[..., list[Finding]], tree: Tree, path: str, line: int) -> None:
    assert places(inspect("config-unparsable", tree)) == [("error", path, line)]


@pytest.mark.parametrize(
    "tree",
    [
        {"tsconfig.base.json": '{\n  // why\n  "a": [1,],\n}\n'},
        {"wrangler.jsonc": '{ /* x */ "a": 1, }'},
        {".vscode": {"anything.json": "{ // x\n}", "mcp.json": '{"servers": {},}'}},
        {"ignition": {"parameters": {"sepolia.json": '{"a": [1,],}'}}},
        {"many.yaml": "a: 1\n---\nb: 2\n---\n"},
        {"chart": {"templates": {"a.yaml": "name: {{ .Release.Name }}\n{{- if x }}\n"}}},
        {"middlewares.yaml": "a:\n%{ if length(hosts) > 0 }\n  b: 1\n%{ endif }\n"},
        {"ci.yml": "on: push\njobs:\n  a:\n    if: ${{ x }}\n    steps: []\n"},
        {"data.json": "this is somebody's data, not configuration"},
        {"empty.yml": "", "comment.toml": "# only\n"},
        {"merge.yml": "a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\n"},
        {"template.json": '{"name": "{{ name }}", {% if x %}}'},
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], tree: Tree) -> None:
    assert inspect("config-unparsable", tree) == []


def test_merges_that_were_never_finished(inspect: Callable[..., list[Finding]]) -> None:
    left, middle, right = "<" * 7 + " HEAD\n", "=" * 7 + "\n", ">" * 7 + " other\n"
    both = f"a\n{left}b\n{middle}c\n{right}"
    tree = {
        "src": {"a.ts": both, "b.ts": f"{right}x\n", "tests": {"c.ts": both}},
        "guide.md": both,
        "Dockerfile": both,
        ".dockerignore": both,
        ".env": both,
    }

    assert places(inspect("config-unparsable", tree)) == [
        ("warning", ".dockerignore", 2),
        ("error", ".env", 2),
        ("error", "Dockerfile", 2),
        ("error", "src/a.ts", 2),
    ]


def test_configuration_in_a_merge_is_told_at_its_first_mark(inspect: Callable[..., list[Finding]]) -> None:
    left, middle, right = "<" * 7 + " HEAD\n", "=" * 7 + "\n", ">" * 7 + " other\n"
    tree = {
        "package.json": f'{{\n{left}"a": 1\n{middle}"a": 2\n{right}}}\n',
        "compose.yml": f"services:\n{left}  a: {{}}\n{middle}  b: {{}}\n{right}",
        "pyproject.toml": f"[project]\n{left}name = 1\n{middle}name = 2\n{right}",
    }

    found = inspect("config-unparsable", tree)

    assert {(one.path, one.line, one.message[:25]) for one in found} == {
        ("package.json", 2, "a merge was never finishe"),
        ("compose.yml", 2, "a merge was never finishe"),
        ("pyproject.toml", 2, "a merge was never finishe"),
    }


def test_keys_that_stand_twice_in_json_that_people_write(inspect: Callable[..., list[Finding]]) -> None:
    twice = '{\n"scripts": {\n"build": "a",\n"test": "b",\n"build": "c"\n}}'

    names = ("package.json", "cdk.json", "tsconfig.base.json", ".prettierrc.json", "start.config.json")
    tree = dict.fromkeys(names, twice)
    quiet = {"openapi.json": twice, "rows.json": twice, "tests": {"app.config.json": twice}}

    found = inspect("config-unparsable", {**tree, "data": quiet})

    assert places(found) == [("warning", name, 5) for name in sorted(tree)]


def test_variables_with_two_values(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".env": "A=1\nB=x\n# A=3\nA=2\nB=x\n",
        ".env.example": "A=1\nA=\n",
        ".envrc": "export A=1\nexport A=2\n",
        "ci": {"test.env": 'A="1"\nA=1\n'},
    }

    assert places(inspect("config-unparsable", tree)) == [("warning", ".env", 4), ("info", ".env.example", 2)]


def test_environment_files_that_were_pasted_together_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    first, second = "A=1\nB=1\nC=1\n", "A=2\nB=2\nC=2\n"

    (found,) = inspect("config-unparsable", {"prod.env": first + second})

    assert (found.severity, found.line) == ("warning", 4)
    assert "the key A stands twice (first in line 1), and so do B, C" in found.message


@pytest.mark.parametrize(
    ("path", "text", "level"),
    [
        ("settings.yaml", "x:\n  b: 1\n  b: 2\n", "warning"),
        ("settings.yaml", "x:\n  b: 1\n  b: 1\n", "info"),
        ("notes.toml", "x = 1\nx = 2\n", "warning"),
        (".cargo/config.lints.toml", "x = 1\nx = 2\n", "warning"),
        ("docs/openapi.json", "", "warning"),
        ("package.json", "", "error"),
    ],
)
def test_what_no_strict_reader_is_known_of(
    inspect: Callable[..., list[Finding]], path: str, text: str, level: str
) -> None:
    assert [one.severity for one in inspect("config-unparsable", {path: text})] == [level]


def test_yaml_that_nothing_is_known_to_read(inspect: Callable[..., list[Finding]]) -> None:
    broken = "a: 1\nprose after it\n"
    tree = {
        "notes": {
            "plan.yaml": broken,
            "told.yaml": broken,
            "run.yaml": broken,
            "kinds.yaml": f"openapi: 3.0.0\n{broken}",
            "stages.yaml": f"stages: 1\n{broken}",
        },
        "README.md": "Start it with `tool notes/run.yaml`.\n",
        "guide.md": "See plan.yaml.\n",
        "src": {"main.py": "open('told.yaml')\n"},
        ".github": {"workflows": {"ci.yml": broken, "tests": {"ci.test.yml": broken}}},
        "api": {"Archive": {"openapi.yaml": broken}, ".circleci": {"config.yml": f"jobs:\n{broken}"}},
    }

    assert places(inspect("config-unparsable", tree)) == [
        ("error", ".github/workflows/ci.yml", 2),
        ("warning", ".github/workflows/tests/ci.test.yml", 2),
        ("warning", "api/.circleci/config.yml", 3),
        ("warning", "api/Archive/openapi.yaml", 2),
        ("error", "notes/kinds.yaml", 3),
        ("warning", "notes/plan.yaml", 2),
        ("error", "notes/run.yaml", 2),
        ("warning", "notes/stages.yaml", 3),
        ("error", "notes/told.yaml", 2),
    ]


def test_prose_behind_yaml_is_told_where_it_begins(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a.yaml": "kind: A\ndata:\n  x: 1\n\nThis explains\nthe file.\n"}

    assert places(inspect("config-unparsable", tree)) == [("error", "a.yaml", 5)]


def test_many_keys_that_stand_twice_are_few_findings(inspect: Callable[..., list[Finding]]) -> None:
    keys = "".join(f"  a{number}: 1\n  a{number}: 2\n" for number in range(1000))
    found = inspect("config-unparsable", {"a.yml": "x:\n" + keys})

    assert [one.line for one in found] == [3, 5, 7, 9, 11]
    assert "995 more keys" in found[-1].message


def test_one_key_however_often_files_that_were_pasted_together_and_the_same_said_twice(
    inspect: Callable[..., list[Finding]],
) -> None:
    workflow = "name: A\non: push\njobs:\n  a:\n    x: 1\n    x: 2\n"
    tree = {
        "often.json": '{\n"a": 1}',
        "package.json": '{"scripts": {\n"a": "1",\n"a": "2",\n"a": "3",\n"b": "4",\n"b": "4"}}',
        ".github": {"workflows": {"two.yml": f"{workflow}{workflow}"}},
    }

    found = inspect("config-unparsable", tree)

    assert [(one.severity, one.path, one.line, one.message) for one in found] == [
        ("error", ".github/workflows/two.yml", 6, "the key jobs.a.x stands twice (first in line 5, again in line 12): one of them is lost"),
        ("error", ".github/workflows/two.yml", 7, "the key name stands twice (first in line 1), and so do on, jobs: one of them is lost"),
        ("warning", "package.json", 3, "the key scripts.a stands twice (first in line 2, again in line 4): the first one is lost"),
        ("info", "package.json", 6, "the key scripts.b stands twice (first in line 5): the first one is lost"),
    ]  # fmt: skip


def test_names_that_mean_something_in_some_places_only(inspect: Callable[..., list[Finding]]) -> None:
    commented = '{\n// why\n"compilerOptions": {"strict": true,}}'
    merge = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n"
    tree = {
        "bases": {"app.json": commented, "global.json": '{\n// mine\n"a": 1}', "manifest.json": "[\n1,\n]"},
        "mobile": {"app.json": '{\n// why\n"expo": {"name": "x"}}'},
        "dotnet": {"global.json": '{\n"sdk": {"version": "8.0.100",}}'},
        "src.js": merge,
    }

    assert places(inspect("config-unparsable", tree)) == [
        ("warning", "bases/manifest.json", 3),
        ("error", "dotnet/global.json", 2),
        ("error", "mobile/app.json", 2),
        ("error", "src.js", 1),
    ]


def test_json_that_programs_read_by_name(inspect: Callable[..., list[Finding]]) -> None:
    broken = '{"a": 1 "b": 2}'
    tree = {
        "web": {
            "messages": {"de.json": broken},
            "src": {"idl": {"vault.json": broken}},
            "tests": {"schemas": {"x.json": broken}},
        },
        "data": {"x.json": broken},
        "config": {"default.json": '{"a": 1, /* why */ "b": 2}', "rows.json": '{"a": 1}\n{"a": 2}\n'},
    }

    assert places(inspect("config-unparsable", tree)) == [
        ("warning", "data/x.json", 1),
        ("error", "web/messages/de.json", 1),
        ("error", "web/src/idl/vault.json", 1),
    ]


@pytest.mark.parametrize(
    ("path", "content", "level", "line"),
    [
        ("data/prices.json", '{\n  "a": [1, 2],\n}\n', "warning", 3),
        ("seed.json", '[\n  {"a": 1}\n  {"a": 2}\n]\n', "warning", 3),
        ("public/map.json", '{\n  "a": 1,\n  "b": [\n', "warning", 4),
        ("infra/grafana/dashboards/a.json", '{\n  "panels": [],\n}\n', "error", 3),
        ("locales/de.json", '{"a": "b",}\n', "error", 1),
        ("grafana/b.json", '{\n  "legend": "{{instance}}",\n}\n', "error", 3),
        ("k8s/kustomization.yaml", "", "warning", 0),
        ("chart/Chart.yaml", "# later\n---\n", "error", 0),
        (".github/dependabot.yml", "\n", "error", 0),
    ],
)
def test_files_whose_reader_is_not_known_and_files_that_may_not_be_empty(
    inspect: Callable[..., list[Finding]], path: str, content: str, level: str, line: int
) -> None:
    tree: dict[str, object] = {}
    *folders, name = path.split("/")
    here = tree
    for folder in folders:
        here = here.setdefault(folder, {})  # type: ignore[assignment]
    here[name] = content

    assert places(inspect("config-unparsable", tree)) == [(level, path, line)]


@pytest.mark.parametrize(
    "content",
    [
        '{\n  // why\n  "a": 1,\n}\n',
        '{ /* x */ "a": 1, }\n',
        "{\n  a: 1,\n}\n",
        "{'a': 1,}\n",
        '{"a": 1,} // x\n',
        '{"a": 1}\n{"a": 2}\n',
        "hello",
        "",
        '{"a": {{ a }},}\n',
        '{"a": #INDEX#}\n',
        '{"compilerOptions": {"jsx": "react-jsx",},}\n',
        '{"a": NaN, "b": [1, -Infinity]}\n',
        '\ufeff{"a": 1}\n',
        '{"a": ${VALUE}, "b": @b@}\n',
        '{"a": "' + "x" * 1_100_000 + '",}',
    ],
)
def test_quiet_about_json_of_looser_readers(inspect: Callable[..., list[Finding]], content: str) -> None:
    tree = {"a.json": content, "appsettings.json": '{"a": 1,}', "tests": {"b.json": "{,}"}, "invalid-a.json": "{,}"}

    assert inspect("config-unparsable", tree) == []


def test_quiet_about_the_dialect_of_opencv_and_empty_files_that_may_be(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "other.yml": "# x\n\n%YAML:1.0\n---\na: 1\n",
        "tracker.yml": "%YAML:1.0\n---\nBase:\n  a: 1\n  a: 2\n",
        "a.yml": "",
        "mkdocs.yml": "# x\n",
    }

    assert inspect("config-unparsable", tree) == []


def test_hostile_json_takes_no_time(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.json": "[" * 100_000,
        "b.json": '{"' + "'a" * 200_000,
        "c.json": "{" + " " * 300_000 + "x",
        "e.json": "{" + "\n" * 200_000 + ",",
        "d.json": "[" + "a" * 300_000,
    }

    assert {one.severity for one in inspect("config-unparsable", tree)} <= {"warning"}


def test_json_under_other_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "site.webmanifest": '{"name": "a"\n"icons": []}',
        "good.webmanifest": '{"name": "a"}',
        "map.geojson": '{"type": "Point"\n"a": 1}',
        "a.code-workspace": '{// folders\n"folders": [],}',
        "b.code-workspace": '{"folders": [}',
        ".lighthouserc.json": "{\n  // thresholds\n  \"a\": 'x'\n}",
    }

    assert places(inspect("config-unparsable", tree)) == [
        ("error", ".lighthouserc.json", 2),
        ("error", "b.code-workspace", 1),
        ("warning", "map.geojson", 2),
        ("error", "site.webmanifest", 2),
    ]


def test_inline_tables_of_mise(inspect: Callable[..., list[Finding]]) -> None:
    newer = '[tasks.a]\nrun = "x"\nenv = {\n  A = "}", # why\n  B = [1,\n    2],\n  C = { D = \'{\', },\n}\ntext = """\n{\n"""\n'
    tree = {
        "mise.toml": newer,
        ".config": {"mise": {"config.toml": newer}},
        "a": {".mise.local.toml": newer + "x = = 1\n", "Cargo.toml": newer},
        "b": {"mise.toml": "a = {" * 3_000 + "\n" * 3_000 + '"' * 9_999},
    }

    assert [
        (one.severity, one.path) for one in sorted(inspect("config-unparsable", tree), key=lambda one: one.path)
    ] == [
        ("error", "a/.mise.local.toml"),
        ("error", "a/Cargo.toml"),
        ("error", "b/mise.toml"),
    ]


def test_keys_that_stand_twice_in_many_translations_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    twice = '{\n"a": {"x": "1"},\n"a": {"y": "2"}\n}'
    tree = {"locales": {name: {"common.json": twice} for name in ("cs", "da", "de", "en", "fi", "sv")}}

    (found,) = inspect("config-unparsable", tree)

    assert (found.severity, found.path, found.line) == ("warning", "locales/cs/common.json", 3)
    assert "locales/sv/common.json:3 a" in found.evidence


def test_an_empty_file_is_one_of_no_settings_where_comments_are_read(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("config-unparsable", {"tsconfig.json": "", "a": {"tsconfig.json": " \n"}, "package.json": ""})

    assert [one.path for one in found] == ["package.json"]


def test_what_to_do_says_where(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".mcp.json": "",
        "infra": {"main.tf": 'variable "zone" { type = string, default = "eu" }\n'},
    }

    found = inspect("config-unparsable", tree)

    assert sorted((one.path, one.line, one.message, one.fixes[0].title) for one in found) == [
        (".mcp.json", 1, "cannot be parsed: not JSON: the file ends too early", "delete .mcp.json, or fill it"),
        (
            "infra/main.tf",
            1,
            "cannot be parsed: not HCL: ',' between arguments: each wants a line of its own",
            "mend line 1 of infra/main.tf",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("pytest.ini", "# tests\n[tool:pytest]\naddopts = -q\n", [("warning", "pytest.ini", 2)]),
        ("pytest.ini", "[tool:pytest]\naddopts = -q\n[pytest]\naddopts = -q\n", []),
        ("pytest.ini", "[pytest]\n# [tool:pytest] is for setup.cfg\naddopts = -q\n", []),
        ("setup.cfg", "[tool:pytest]\naddopts = -q\n", []),
    ],
)
def test_the_section_of_another_file_of_pytest(
    inspect: Callable[..., list[Finding]], name: str, text: str, told: list[tuple[str, str, int]]
) -> None:
    assert places(inspect("config-unparsable", {name: text})) == told


def test_a_pin_of_rust_in_a_file_that_rustup_does_not_read(inspect: Callable[..., list[Finding]]) -> None:
    """That it is not read is told elsewhere, and that it is TOML says nothing more."""
    assert inspect("config-unparsable", {"rust-toolchain.yml": '[toolchain]\nchannel = "1.80"\n'}) == []


PAGE = "# Releases\n\n> **Status**: kept by hand\n\n## Out\n\nreleases:\n  - version: 1\n"


def test_a_page_under_the_name_of_configuration(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("config-unparsable", {"notes": {"releases.yaml": PAGE}})

    assert (found.severity, found.line) == ("warning", 3)
    assert found.message.startswith("a page of Markdown, and no YAML")
    assert found.fixes[0].title == "rename it to notes/releases.md, or turn its prose into comments"


def test_comments_above_a_slip_are_no_page(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("config-unparsable", {"notes.yaml": '# Releases\n\n## Out\na: "x\nb: 1\n'})

    assert found.message.startswith("cannot be parsed")
    assert found.fixes[0].title.startswith("mend line ")


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ({"tests": {"read_test.cpp": 'open("bad.yaml");\n'}}, False),
        ({"tests": {"read_test.cpp": 'open("not_bad.yaml");\n'}}, True),
        ({"tests": {"read_test.cpp": 'open("bad.yaml");\n'}, "src": {"read.cpp": 'open("tests/bad.yaml");\n'}}, True),
        ({}, True),
    ],
)
def test_what_tests_alone_read_is_left_to_them(
    inspect: Callable[..., list[Finding]], sources: dict[str, dict[str, str]], *, told: bool
) -> None:
    tree = {**sources, "tests": {**sources.get("tests", {}), "bad.yaml": "a:\n  b\n  c: 1\n"}}

    assert [one.path for one in inspect("config-unparsable", tree)] == (["tests/bad.yaml"] if told else [])


def test_what_stands_twice_is_told_as_that(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"pyproject.toml": "[project]\nname = 'a'\nname = 'b'\n", "chart": {"values.yaml": "a: 1\nb: 2\na: 3\n"}}

    found = inspect("config-unparsable", tree)

    # Helm takes the last one without a word.
    assert places(found) == [("warning", "chart/values.yaml", 3), ("error", "pyproject.toml", 3)]
    assert {fix.title for one in found for fix in one.fixes} == {
        "keep one a: that of line 1 or that of line 3",
        "keep one of the two in pyproject.toml: line 3 says what stands above once more",
    }


def test_a_model_that_a_schema_of_prisma_declares_twice(inspect: Callable[..., list[Finding]]) -> None:
    schema = "model A {\n  id Int @id\n}\n// model A {\nenum B {\n  X\n}\nmodel A {\n  id Int @id\n}\n"

    found = inspect("config-unparsable", {"prisma": {"schema.prisma": schema, "other.prisma": "enum B {\n  X\n}\n"}})

    assert [(one.severity, one.path, one.line) for one in found] == [("error", "prisma/schema.prisma", 8)]
    assert "first in line 1" in found[0].message
