"""Sources of COPY that the build context does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_missing_sources(inspect: Inspect) -> None:
    dockerfile = "FROM node\nCOPY package.json yarn.lock ./\nCOPY src ./src\nADD config/*.yml /config/\n"
    tree = {"api": {"Dockerfile": dockerfile, "package.json": "{}", "src": {"a.js": ""}}}
    tree["docker-compose.yml"] = "services:\n  api:\n    build: ./api\n"  # type: ignore[assignment]

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "api/Dockerfile", 2), ("error", "api/Dockerfile", 4)]
    assert "`yarn install` makes yarn.lock" in found[0].message


def test_what_is_left_out_of_the_context(inspect: Inspect) -> None:
    tree = {"Dockerfile": "FROM a\nCOPY docs ./docs\nCOPY keep/a ./\n", ".dockerignore": "docs\nkeep\n!keep/a\n"}
    tree |= {"docs": {"a": ""}, "keep": {"a": ""}}  # type: ignore[dict-item]

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == [2]


def test_quiet_about_stages_globs_arguments_and_builds(inspect: Inspect) -> None:
    dockerfile = """\
ARG APP=api
FROM node AS build
COPY --from=other /x /x
COPY package.json package-lock.json* ./
COPY $APP ./
COPY <<EOF /etc/motd
hello
EOF
ADD https://example.invalid/a.tgz /a.tgz
COPY . .
COPY dist ./dist
FROM scratch
COPY --from=build /app/dist /app
ONBUILD COPY later ./
"""
    package = '{"scripts": {"build": "vite build"}}'

    assert inspect("dockerfile-copy-missing", {"Dockerfile": dockerfile, "package.json": package}) == []


def test_outputs_of_a_build_are_information(inspect: Inspect) -> None:
    found = inspect("dockerfile-copy-missing", {"Dockerfile": "FROM a\nCOPY target/app.jar /app.jar\n"})

    assert {one.severity for one in found} <= {"info"}


def test_what_a_build_binds_and_what_lies_above_the_context(inspect: Inspect) -> None:
    dockerfile = """\
FROM node
COPY package.json ./
COPY ../shared ./shared
COPY ../src ./src
COPY .git/HEAD ./
RUN --mount=type=cache,target=/cache/npm \\
    --mount=type=bind,source=schema.sql,target=/schema.sql \\
    --mount=type=bind,from=other,source=gone,target=/gone true
"""
    tree = {"Dockerfile": dockerfile, "package.json": "{}", "src": {"a.js": ""}}

    assert places(inspect("dockerfile-copy-missing", tree)) == [
        ("warning", "Dockerfile", 3),
        ("warning", "Dockerfile", 7),
    ]


def test_quiet_about_dots_that_do_not_leave_the_context(inspect: Inspect) -> None:
    tree = {"docker": {"Dockerfile": "FROM a\nCOPY ../docker/entry.sh /\n", "entry.sh": ""}}

    assert inspect("dockerfile-copy-missing", tree) == []


def test_one_finding_for_what_several_files_miss(inspect: Inspect) -> None:
    dockerfile = "FROM node\nCOPY package.json ./\nCOPY packages/stores/package.json ./stores/\n"
    tree = {
        "package.json": "",
        "packages": {"store": {"package.json": ""}},
        "docker": {"a.Dockerfile": dockerfile, "b.Dockerfile": dockerfile},
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "docker/a.Dockerfile", 3)]
    assert found[0].evidence.endswith("so with docker/b.Dockerfile:3")


def test_sources_that_are_somewhere_and_nowhere_together(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": "FROM python\nCOPY requirements.txt requirements.lock ./\n",
        "requirements.txt": "",
        "web": {"requirements.lock": ""},
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.line) == ("error", 2)
    assert "requirements.lock does not exist" in found.evidence


def test_a_copy_that_is_written_like_a_command(inspect: Inspect) -> None:
    found = inspect(
        "dockerfile-copy-missing", {"Dockerfile": "FROM node\nCOPY a.json* ./ 2>/dev/null || true\n", "a.json": ""}
    )

    assert [one.fixes[0].title for one in found] == [
        "take 2>/dev/null and what follows it out of the COPY, and commit what may be missing"
    ]


def test_patterns_that_match_nothing(inspect: Inspect) -> None:
    dockerfile = "FROM node\nCOPY package*.json ./\nCOPY yarn.lock* ./\nCOPY *.toml ./\nCOPY gone/*.sql ./\n"
    compose = "services:\n  api:\n    build: ./api\n"

    found = inspect("dockerfile-copy-missing", {"docker-compose.yml": compose, "api": {"Dockerfile": dockerfile}})

    assert places(found) == [
        ("error", "api/Dockerfile", 2),
        ("warning", "api/Dockerfile", 4),
        ("error", "api/Dockerfile", 5),
    ]


def test_one_cause_is_told_once(inspect: Inspect) -> None:
    dockerfile = """\
FROM node AS build_image
COPY apps/web/package.json ./
COPY docs/a.md ./
COPY lib/go.mod lib/go.sum ./
COPY lib ./lib
FROM node
COPY --from=js_build_image /a /a
COPY --from=js_build_image /b /b
"""
    tree = {
        "Dockerfile": dockerfile,
        ".dockerignore": "apps/\n*.md\ndocs\n",
        "apps": {"web": {"package.json": "{}"}},
        "docs": {"a.md": ""},
        "docker-compose.yml": "services:\n  api:\n    build: .\n",
    }
    found = inspect("dockerfile-copy-missing", tree)

    assert [one.line for one in found] == [2, 4, 7]
    assert ["1 more place" in one.message or "Dockerfile:8" in one.evidence for one in found] == [True, True, True]


def test_quiet_about_a_file_that_a_script_joins_with_others(inspect: Inspect) -> None:
    tree = {
        "docker": {"run.Dockerfile": "FROM debian\nCOPY --from=builder /a /a\n"},
        "Makefile": "image:\n\tcat docker/build.Dockerfile docker/run.Dockerfile > Dockerfile\n",
    }
    assert inspect("dockerfile-copy-missing", tree) == []


_ARGUED = """\
FROM node
ARG APP=example
ARG KIND
COPY apps/$APP/package.json ./
COPY libs/${KIND} ./lib
COPY apps/$APP ./
"""


def test_the_default_of_an_argument_that_a_command_gives_is_not_looked_for(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": _ARGUED,
        "apps": {"web": {"package.json": "{}"}},
        "build.sh": "docker build --build-arg APP=web -t web .\n",
    }
    assert inspect("dockerfile-copy-missing", tree) == []


def test_the_default_of_an_argument_that_nobody_gives(inspect: Inspect) -> None:
    tree = {"Dockerfile": _ARGUED, "apps": {"web": {"package.json": "{}"}}}

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == [4]


def test_a_missing_source_is_named_from_where_most_of_its_way_is(inspect: Inspect) -> None:
    tree = {"deploy": {"a": {"Dockerfile": "FROM go\nCOPY platform/svc/go.mod ./\n"}}, "platform": {"b": {"x": ""}}}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.evidence == "platform/svc/go.mod does not exist"


def test_braces_in_comments_and_texts_make_no_template_and_backups_are_no_image(inspect: Inspect) -> None:
    said = "# docker inspect --format='{{index .RepoDigests 0}}'\nFROM a\nRUN x --format '{{.Id}}'\nCOPY gone /\n"
    tree = {
        "a": {
            "Dockerfile": said,
            "Dockerfile.bak_20260304": "FROM a\nCOPY gone /\n",
            "Dockerfile-old": "FROM a\nCOPY gone /\n",
        },
        "b": {"Dockerfile": "FROM {{ .Base }}\nCOPY gone /\n"},
    }

    assert [(one.path, one.line) for one in inspect("dockerfile-copy-missing", tree)] == [("a/Dockerfile", 4)]


def test_a_dockerfile_that_lost_many_sources_and_copies_of_one_are_told_once(inspect: Inspect) -> None:
    copy = "FROM go\nCOPY x /x\nFROM a\nCOPY --from=builder /b /b\n"
    tree = {
        "old": {"Dockerfile": "FROM a\nCOPY a.txt /\nCOPY b.txt /\nCOPY c.txt /\nCOPY d.txt /\n", "d.txt": ""},
        "one": {"Dockerfile": copy, "x": {"a": ""}},
        "two": {"Dockerfile": copy, "x": {"a": ""}},
    }

    assert [(one.path, one.line) for one in inspect("dockerfile-copy-missing", tree)] == [
        ("old/Dockerfile", 2),
        ("one/Dockerfile", 4),
    ]


@pytest.mark.parametrize("folder", ["dockerfiles", "images"])
def test_a_template_for_the_apps_of_others(inspect: Inspect, folder: str) -> None:
    text = "FROM node:22 AS builder\nWORKDIR /app\nCOPY package.json gone.json ./\nFROM node:22\nCOPY --from=nobody /app/public ./public\n"
    tree = {"package.json": "{}", "services": {"runner": {"src": {"run.ts": ""}, folder: {"Dockerfile.app": text}}}}

    assert bool(inspect("dockerfile-copy-missing", tree)) == (folder == "images")


@pytest.mark.parametrize(("there", "level"), [("entrpoint.sh", "error"), ("entry.sh", "warning")])
def test_a_source_that_lies_beside_by_a_slip(inspect: Inspect, there: str, level: str) -> None:
    tree = {"tools": {"Dockerfile": "FROM alpine:3\nCOPY entrypoint.sh /\n", there: ""}}

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == [level]


def test_a_file_that_nobody_builds_here_and_whose_sources_lie_nowhere_is_of_another_repository(
    inspect: Inspect,
) -> None:
    text = "FROM scratch\nCOPY outer/a/x /x\nCOPY outer/b/y /y\nCOPY outer/c/z /z\nCOPY outer/d /d\n"
    tree: dict[str, str | dict[str, str]] = {"deploy": {"Dockerfile": text}, "a": {"x": ""}, "b": {"y": ""}}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.line) == ("info", 2)
    assert found.message.startswith("No build here has the folder outer")
    tree["compose.yml"] = "services:\n  a:\n    build:\n      context: .\n      dockerfile: deploy/Dockerfile\n"
    assert {one.severity for one in inspect("dockerfile-copy-missing", tree)} == {"error"}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("./databas[e]/seed.sql*", ""),
        ("Cargo.loc[k]", ""),
        ("db/*/seed.sql", "warning"),
        ("gone/*/seed.sql", "error"),
    ],
)
def test_patterns_in_folders(inspect: Inspect, name: str, level: str) -> None:
    tree = {"compose.yaml": "services: {a: {build: .}}\n", "Dockerfile": f"FROM a\nCOPY {name} /x/\n", "db/a.txt": ""}

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == [level] * bool(level)


@pytest.mark.parametrize(
    ("comment", "paths"),
    [
        ("#   docker build -f Dockerfile.try -t a .\n", ["svc/lost.py"]),
        ("#   docker build -t a \\\n#     -f svc/Dockerfile.try svc\n", ["svc/lost.py"]),
        ("#   docker build -t a .\n", ["svc/cmd/lost.py", "svc/cmd/check.py"]),
    ],
)
def test_a_comment_that_builds_the_file(inspect: Inspect, comment: str, paths: list[str]) -> None:
    text = f"# go build -o proxy ./cmd/proxy\n{comment}FROM a\nCOPY proxy agent shim /bin/\nCOPY check.py .\nCOPY lost.py .\n"
    tree = {
        "svc": {
            "Dockerfile.try": text,
            "check.py": "",
            "cmd": {one: {"main.go": ""} for one in ("proxy", "agent", "shim")},
        }
    }

    found = inspect("dockerfile-copy-missing", tree)

    said = " ".join(one.evidence for one in found if one.severity != "info")
    assert [path for path in ("svc/lost.py", "svc/cmd/lost.py", "svc/cmd/check.py") if path in said] == paths


@pytest.mark.parametrize(("module", "told"), [("{{ module_name }}", False), ("example.invalid/a", True)])
def test_a_folder_whose_manifest_is_to_be_filled_in(inspect: Inspect, module: str, told: bool) -> None:
    tree = {
        "a": {
            "go.mod": f"module {module}\n",
            "Dockerfile": "FROM golang\nCOPY go.mod go.sum ./\n",
            "README.md": "docker build -t a .\n",
        }
    }

    assert bool(inspect("dockerfile-copy-missing", tree)) is told


@pytest.mark.parametrize(
    ("path", "code", "level"),
    [
        pytest.param("run.py", '(where / "made.py").write_text(code)\n', "info", id="at once"),
        pytest.param(
            "run.py",
            'made = where / "made.py"\nwith open(made, "w") as f:\n    f.write(code)\n',
            "info",
            id="by a name",
        ),
        pytest.param(
            "run.ts", "const made = join(where, 'made.py');\nawait writeFile(made, code);\n", "info", id="TypeScript"
        ),
        pytest.param("run.py", 'print(open(where / "made.py").read())\n', "error", id="read"),
        pytest.param("run.py", '(where / "remade.py").write_text(code)\n', "error", id="another name"),
    ],
)
def test_code_that_writes_a_source_beside_a_copy_of_the_file(
    inspect: Inspect, path: str, code: str, level: str
) -> None:
    copies = {".py": "shutil.copy('Dockerfile', where)\n", ".ts": "await copyFile('Dockerfile', where);\n"}
    tree = {"api": {"Dockerfile": "FROM python\nCOPY made.py .\n", path: copies[path[-3:]] + code}}
    tree["compose.yml"] = "services:\n  api:\n    build: ./api\n"  # type: ignore[assignment]

    (found,) = inspect("dockerfile-copy-missing", tree)
    tree["api"][path] = code
    (unrelated,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, unrelated.severity) == (level, "error")
    assert (f"api/{path} writes a file of that name" in found.evidence) is (level == "info")


def test_programs_that_write_manifests_excuse_no_missing_one(inspect: Inspect) -> None:
    tree = {
        "api": {"Dockerfile": "FROM node\nCOPY package.json .\n"},
        "make.js": "fs.writeFileSync(join(to, 'package.json'), '{}');\nfs.writeFileSync(join(to, 'Dockerfile'), '');\n",
        "compose.yml": "services:\n  api:\n    build: ./api\n",
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [("error", "api/Dockerfile", 2)]
