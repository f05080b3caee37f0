"""Versions of images against those of CI, of their own stages and of what they compile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def job(tool: str, version: str, run: str = "npm test", extra: str = "") -> str:
    """A workflow that sets up one version and then works."""
    return (
        f"on: push\njobs:\n  a:\n    runs-on: x\n{extra}    steps:\n      - uses: actions/setup-{tool}@v4\n"
        f"        with:\n          {tool}-version: {version}\n      - run: {run}\n"
    )


def ci(text: str) -> dict[str, object]:
    return {"workflows": {"ci.yml": text}}


@pytest.mark.parametrize(
    ("workflow", "tree", "line"),
    [
        (job("node", "18"), {"web": {"Dockerfile": "FROM node:22-alpine\nCOPY . .\n"}}, 8),
        (job("node", "${{ env.N }}").replace("on: push", "on: push\nenv:\n  N: '18'"), {"web": {"Dockerfile": "FROM node:22\nCOPY . .\n"}}, 3),
        (
            job("go", "'1.23'", "go test ./...", "    defaults:\n      run:\n        working-directory: services/${{ matrix.s }}\n"),
            {"services": {"a": {"go.mod": "module a\n\ngo 1.25\n", "Dockerfile": "FROM golang:1.26.3 AS b\nCOPY . .\n"}}},
            11,
        ),
        (job("node", "18"), {"api": {".nvmrc": "20\n", "index.js": ""}}, 8),
        (job("node", "18", "pnpm anchor:build"), {"api": {"Dockerfile": "FROM node:20\nCOPY . .\n"}}, 8),
        (
            job("uv", "0.11.18", "uv run pytest").replace("actions/setup-uv", "astral-sh/setup-uv").replace("uv-version", "version"),
            {"api": {"Dockerfile": "FROM debian\nCOPY --from=ghcr.io/astral-sh/uv:0.9.26 /uv /bin/\nCOPY . .\n"}},
            8,
        ),
        (job("java", "17", "./gradlew build"), {"a": {"build.gradle": "sourceCompatibility = '21'\n"}}, 8),
        (job("node", "20", "pnpm --filter web build"), {"web": {"netlify.toml": '[build.environment]\nNODE_VERSION = "18"\n'}}, 8),
        (job("node", "20"), {"web": {"wrangler.toml": 'pages_build_output_dir = "out"\n[vars]\nNODE_VERSION = "23.6.0"\n'}}, 8),
    ],
)  # fmt: skip
def test_ci_tries_another_version_than_all_that_it_builds(
    inspect: Callable[..., list[Finding]], workflow: str, tree: dict[str, object], line: int
) -> None:
    found = inspect("toolchain-drift", {".github": ci(workflow), **tree})

    assert places(found) == [("warning", ".github/workflows/ci.yml", line)]


@pytest.mark.parametrize(
    ("workflow", "tree"),
    [
        # One of the images suits: which of them the job builds is not known.
        (job("node", "18"), {"a": {"Dockerfile": "FROM node:18\nCOPY . .\n"}, "b": {"Dockerfile": "FROM node:22\nCOPY . .\n"}}),
        # A release, a report: nothing of the repository is built.
        (job("node", "18", "npx semantic-release"), {"a": {"Dockerfile": "FROM node:22\nCOPY . .\n"}}),
        (job("python", "'3.9'", "pip install mkdocs"), {"a": {"Dockerfile": "FROM python:3.12\nCOPY . .\n"}}),
        # The image runs a program of others.
        (job("node", "18"), {"a": {"Dockerfile": "FROM node:22\nRUN npm install -g serve\n"}}),
        (job("node", "18", extra="    defaults:\n      run:\n        working-directory: web\n"), {"api": {"Dockerfile": "FROM node:22\nCOPY . .\n"}}),
        (job("node", "20"), {"a": {"wrangler.toml": 'main = "x.js"\n[vars]\nNODE_VERSION = "23.6.0"\n'}}),
        (job("java", "21", "mvn verify"), {"a": {"pom.xml": "<java.version>17</java.version>\n"}}),
        # What is compiled for 17 by a newer compiler runs in an image of 17.
        (job("java", "21", "mvn verify"), {"a": {"pom.xml": "<java.version>17</java.version>\n", "Dockerfile": "FROM eclipse-temurin:17-jre\nCOPY . .\n"}}),
        (job("java", "17", "mvn verify"), {"a": {"pom.xml": "<java.version>17</java.version>\n"}, "b": {"pom.xml": "<java.version>21</java.version>\n"}}),
    ],
)  # fmt: skip
def test_quiet_about_jobs_that_may_build_something_else(
    inspect: Callable[..., list[Finding]], workflow: str, tree: dict[str, object]
) -> None:
    assert inspect("toolchain-drift", {".github": ci(workflow), **tree}) == []


RUST = "FROM rust:1.75 AS b\nCOPY . .\n"


def many(text: str, odd: str, count: int = 6) -> dict[str, object]:
    """Services with a Dockerfile each, one of which is another."""
    return {**{f"s{number}": {"Dockerfile": text} for number in range(count)}, "odd": {"Dockerfile": odd}}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (many(RUST, "ARG V=1.70\nFROM rust:${V} AS b\nCOPY . .\n"), [("warning", "odd/Dockerfile", 2)]),
        (many("FROM python:3.12\nCOPY . .\n", "FROM python:3.9\nCOPY . .\n"), [("info", "odd/Dockerfile", 1)]),
        ({".github": {"workflows": {f"{name}.yml": job("node", "22" if name == "odd" else "20") for name in ("a", "b", "c", "d", "e", "odd")}}}, [("info", ".github/workflows/odd.yml", 8)]),
        ({".github": {"workflows": {f"{name}.yml": job("node", "22" if name == "publish" else "20") for name in ("a", "b", "c", "d", "e", "publish")}}}, []),
        (many(RUST, "FROM rust:1.70 AS b\nCOPY . .\n", 4), []),
        (many(RUST, "FROM rust:1 AS b\nCOPY . .\n"), []),
        ({**many(RUST, "FROM rust:1.70\nCOPY . .\n"), "odd2": {"Dockerfile": "FROM rust:1.70\nCOPY . .\n"}}, []),
        (many(RUST, "FROM rust:1.70 AS b\nRUN cargo install other\n"), []),
    ],
)  # fmt: skip
def test_one_beside_many_that_agree(
    inspect: Callable[..., list[Finding]], tree: dict[str, object], expected: list[tuple[str, str, int]]
) -> None:
    assert places(inspect("toolchain-drift", tree)) == expected


def test_the_one_that_nobody_agrees_with_is_told_and_once(inspect: Callable[..., list[Finding]]) -> None:
    python = "FROM python:3.11\nCOPY . .\n"
    tree = {
        "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.12"\n',
        **{f"d{number}": {"Dockerfile": python} for number in range(2)},
        ".github": {"workflows": {f"{name}.yml": job("python", "'3.11'", "pytest") for name in "abcde"}},
    }

    found = inspect("toolchain-drift", tree)

    assert places(found) == [("warning", "pyproject.toml", 3)]
    assert "3.11 (python-version in .github/workflows/a.yml:8)" in found[0].evidence


def test_the_pin_of_one_service_against_all_others(inspect: Callable[..., list[Finding]]) -> None:
    pin = {"Dockerfile": RUST, "rust-toolchain.toml": '[toolchain]\nchannel = "1.74.1"\n'}

    assert places(inspect("toolchain-drift", {**many(RUST, RUST), "s1": pin})) == [
        ("warning", "s1/rust-toolchain.toml", 2)
    ]


def test_a_lock_that_the_compiler_does_not_read(inspect: Callable[..., list[Finding]]) -> None:
    lock = '# made by cargo\n\nversion = 4\n\n[[package]]\nname = "a"\nversion = "0.1.0"\n'
    tree = {
        "Cargo.lock": lock,
        "Cargo.toml": "[workspace]\n",
        "s": {"Dockerfile": "FROM rust:1.75 AS b\nCOPY . .\n"},
        "own": {"Cargo.lock": lock.replace("4", "3", 1), "rust-toolchain.toml": '[toolchain]\nchannel = "1.70"\n', "m.rs": ""},
        "new": {"Cargo.lock": lock, "Dockerfile": "FROM rust:1.78\nCOPY . .\n"},
        "tool": {"Dockerfile": "FROM rust:1.70\nRUN cargo install other\n"},
    }  # fmt: skip

    found = inspect("toolchain-drift", tree)

    assert places(found) == [("error", "s/Dockerfile", 1)]
    assert ">=1.78 (version of the lock in Cargo.lock:3)" in found[0].message


def test_a_version_file_among_documents_concerns_nobody(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"docs": {".nvmrc": "14\n", "a.md": ""}, ".github": ci(job("node", "20"))}

    assert inspect("toolchain-drift", tree) == []


def test_what_is_judged_for_a_newer_python_than_runs(inspect: Callable[..., list[Finding]]) -> None:
    def told(image: str) -> list[tuple[str, str, int]]:
        settings = '[tool.pyright]\npythonVersion = "3.13"\n'
        return places(
            inspect("toolchain-drift", {"a": {"pyproject.toml": settings, "Dockerfile": f"FROM {image}\nCOPY . .\n"}})
        )

    assert told("python:3.11") == [("warning", "a/pyproject.toml", 2)]
    assert told("python:3.13") == told("python:3.14") == []


def test_stages_that_take_from_each_other(inspect: Callable[..., list[Finding]]) -> None:
    python = "FROM python:3.13 AS base\nFROM base AS build\nCOPY . /app\nFROM python:3.12-slim\nCOPY --from=build /app/.venv /app/.venv\n"
    library = "FROM python:3.13 AS b\nCOPY . .\nFROM python:3.13-slim\nCOPY --from=b /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages\n"
    tree = {
        "a": {"Dockerfile": python},
        "b": {"Dockerfile": "ARG V=18\nFROM node:22 AS deps\nFROM node:${V}\nCOPY --from=0 /app /app\n"},
        "c": {"Dockerfile": library},
        "d": {"Dockerfile": "FROM node:22\nCOPY . .\n", "Dockerfile.prod": "FROM node:18\nCOPY . .\n"},
    }

    assert places(inspect("toolchain-drift", tree)) == [
        ("warning", "a/Dockerfile", 4),
        ("warning", "b/Dockerfile", 3),
        ("error", "c/Dockerfile", 4),
        ("warning", "d/Dockerfile.prod", 1),
    ]


def test_quiet_about_stages_that_have_nothing_to_do_with_each_other(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {"Dockerfile": "FROM node:18 AS old\nCOPY . .\nFROM node:22\nCOPY . .\n"},
        "b": {"Dockerfile": "FROM golang:1.22 AS tool\nFROM golang:1.26\nCOPY --from=tool /bin/x /bin/x\nCOPY . .\n"},
        "c": {"Dockerfile": "FROM node:20 AS w\nCOPY . .\nFROM python:3.12\nCOPY --from=w /dist /static\nCOPY . .\n"},
        "d": {"Dockerfile.node18": "FROM node:18\nCOPY . .\n", "Dockerfile.node22": "FROM node:22\nCOPY . .\n"},
        "e": {"Dockerfile": "FROM python:3.12 AS b\nFROM python:3.12-slim\nCOPY --from=b /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages\n"},
        "f": {"Dockerfile": "FROM a AS a\nFROM b AS a\nCOPY --from=9 /x /x\nCOPY --from=nothere /x /x\n"},
    }  # fmt: skip

    assert inspect("toolchain-drift", tree) == []


@pytest.mark.parametrize(
    ("build", "image"),
    [
        ({"build.gradle": "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n"}, "gradle:8.14-jdk17"),
        ({"build.gradle.kts": "kotlin {\n  jvmToolchain(21)\n}\n"}, "eclipse-temurin:17-jre-alpine"),
        ({"pom.xml": "<project><properties><java.version>21</java.version></properties></project>\n"}, "maven:3.9-eclipse-temurin-17"),
        ({"pom.xml": "<maven.compiler.release>21</maven.compiler.release>\n"}, "openjdk:17-jdk-slim"),
        ({"pom.xml": "<java.version>21</java.version>\n"}, "gcr.io/distroless/java17-debian12"),
        ({"build.gradle": "sourceCompatibility = JavaVersion.VERSION_21\n"}, "amazoncorretto:17"),
        ({"a.csproj": "<TargetFramework>net8.0</TargetFramework>\n"}, "mcr.microsoft.com/dotnet/sdk:6.0"),
        ({"a.csproj": "<TargetFramework>net8.0</TargetFramework>\n"}, "mcr.microsoft.com/dotnet/aspnet:9.0-alpine"),
    ],
)  # fmt: skip
def test_images_too_old_for_what_is_compiled(
    inspect: Callable[..., list[Finding]], build: dict[str, str], image: str
) -> None:
    tree = {"a": {**build, "Dockerfile": f"FROM scratch AS x\nFROM {image}\nCOPY . .\n"}}

    assert places(inspect("toolchain-drift", tree)) == [("error", "a/Dockerfile", 2)]


def test_quiet_about_newer_java_and_sdks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "build.gradle": "subprojects { java { toolchain { languageVersion = JavaLanguageVersion.of(17) } } }\n",
        "a": {"Dockerfile": "FROM gradle:8-jdk21 AS b\nCOPY . .\nFROM eclipse-temurin:21-jre\nCOPY --from=b /x /x\n"},
        "b": {"pom.xml": "<java.version>1.8</java.version>\n", "Dockerfile": "FROM openjdk:11\nCOPY . .\n"},
        "c": {"c.csproj": "<TargetFramework>net8.0</TargetFramework>\n", "Dockerfile": "FROM mcr.microsoft.com/dotnet/sdk:9.0 AS b\nCOPY . .\nFROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY --from=b /x /x\n"},
        "d": {"Dockerfile": "FROM maven:3.9.6 AS b\nFROM gradle:8.5\nFROM eclipse-temurin:latest\n"},
    }  # fmt: skip

    assert inspect("toolchain-drift", tree) == []


def test_conda_pins_python(inspect: Callable[..., list[Finding]]) -> None:
    image = "FROM python:3.12-slim\nCOPY . .\n"
    tree = {
        "a": {"environment.yml": "name: a\ndependencies:\n  - python=3.10\n  - pip\n", "Dockerfile": image},
        "b": {"environment.yml": "name: b\ndependencies:\n  - python>=3.10\n  - python-dateutil=2.9\n", "Dockerfile": image},
    }  # fmt: skip

    assert places(inspect("toolchain-drift", tree)) == [("warning", "a/Dockerfile", 1)]


def test_hostile_workflows_and_builds_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".github": ci(job("node", "18", "npm -a npm -b " * 8_000)),
        "a": {"build.gradle": "sourceCompatibility " * 8_000 + " " * 90_000, "pom.xml": "<java.version>" * 8_000},
        "b": {"environment.yml": "  - python" * 8_000, "Dockerfile": "FROM gradle:" + "jdk-" * 8_000 + "\nCOPY . .\n"},
        "c": {"Dockerfile": "FROM node:22 AS a\n" + "COPY --from=a /x /x\n" * 2_000},
    }

    assert inspect("toolchain-drift", tree) == []


def test_a_matrix_that_only_includes_is_told_where_it_does(inspect: Callable[..., list[Finding]]) -> None:
    matrix = "    strategy:\n      matrix:\n        include:\n          - name: a\n            node: 18\n"
    tree = {
        ".github": ci(job("node", "${{ matrix.node }}", extra=matrix)),
        "web": {"Dockerfile": "FROM node:22\nCOPY . .\n"},
    }

    assert places(inspect("toolchain-drift", tree)) == [("warning", ".github/workflows/ci.yml", 9)]


def test_a_backup_of_an_image_says_nothing(inspect: Callable[..., list[Finding]]) -> None:
    image = {"Dockerfile": "FROM node:22\nCOPY . .\n", "Dockerfile.bak_20260312_000629": "FROM node:18\nCOPY . .\n"}

    assert inspect("toolchain-drift", {"web": {**image, ".nvmrc": "22\n"}}) == []


def test_images_of_other_services_in_a_folder_that_collects_them(inspect: Callable[..., list[Finding]]) -> None:
    old, new = (f"FROM node:{version}\nCOPY . .\n" for version in (18, 20))
    several = {"Dockerfile.gateway": old, "Dockerfile.worker": new}
    stages = {"Dockerfile.dev": old, "Dockerfile.prod": new}

    assert inspect("toolchain-drift", {"docker": several}) == []
    assert [one.severity for one in inspect("toolchain-drift", {"other": stages})] == ["warning"]
    assert [one.severity for one in inspect("toolchain-drift", {"app": {"package.json": "{}", **several}})][:1] == [
        "warning"
    ]


def test_what_go_would_rather_have_excludes_no_image(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "go.mod": "module a\n\ngo 1.23.1\n\ntoolchain go1.23.2\n",
        "Dockerfile": "FROM golang:1.23.1 AS b\nCOPY . .\n",
    }

    assert inspect("toolchain-drift", tree) == []


@pytest.mark.parametrize(("wanted", "count"), [("1.24", 0), ("1.22", 1)])
def test_an_image_that_differs_as_its_manifest_wants(
    inspect: Callable[..., list[Finding]], wanted: str, count: int
) -> None:
    others = {f"s{number}": {"Dockerfile": "FROM golang:1.22 AS b\nCOPY . .\n"} for number in range(6)}
    own = {"Dockerfile": "FROM golang:1.24 AS b\nCOPY . .\n", "go.mod": f"module a\n\ngo {wanted}\n"}

    assert len(inspect("toolchain-drift", {**others, "a": own})) == count


@pytest.mark.parametrize(("wanted", "lines"), [(">=24", []), (">=18", [9])])
def test_a_job_in_a_project_whose_manifest_refuses_what_the_image_above_has(
    inspect: Callable[..., list[Finding]], wanted: str, lines: list[int]
) -> None:
    head = "    defaults:\n      run:\n        working-directory: tools/sweep\n"
    own = {"package.json": f'{{"name": "sweep", "engines": {{"node": "{wanted}"}}}}', "package-lock.json": "{}"}
    tree = {"Dockerfile": "FROM node:20\nCOPY . .\n", "tools": {"sweep": own}}

    found = inspect("toolchain-drift", {".github": ci(job("node", "24", extra=head)), **tree})

    assert [one.line for one in found] == [one + 2 for one in lines]


def test_a_job_of_one_module_is_measured_by_no_other(inspect: Callable[..., list[Finding]]) -> None:
    def job(module: str) -> str:
        steps = "      - uses: actions/setup-java@v4\n        with:\n          java-version: 8\n"
        return f"on: push\njobs:\n  a:\n    steps:\n{steps}      - run: mvn install -pl {module} -am\n"

    pom = "<project><properties><java.version>{}</java.version></properties></project>\n"
    tree = {
        "orders": {"pom.xml": pom.format(8)},
        "phone": {"app": {"build.gradle": "java {\n  sourceCompatibility = JavaVersion.VERSION_17\n}\n"}},
        "stock": {"pom.xml": pom.format(21)},
        ".github": {"workflows": {"a.yml": job("orders")}},
    }

    assert inspect("toolchain-drift", tree) == []
    tree[".github"] = {"workflows": {"a.yml": job("stock")}}
    assert places(inspect("toolchain-drift", tree)) == [("warning", ".github/workflows/a.yml", 7)]


def test_a_job_of_the_project_in_its_own_folder(inspect: Callable[..., list[Finding]]) -> None:
    job = (
        "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n"
        "          node-version: 20\n      - run: npm test\n"
    )
    package = '{"scripts": {"test": "x"}}'
    tree = {
        "package.json": package,
        "seeds": {"starter": {"package.json": package, ".nvmrc": "22\n"}},
        ".github": {"workflows": {"a.yml": job}},
    }

    assert inspect("toolchain-drift", tree) == []
    tree[".github"] = {"workflows": {"a.yml": f"{job}      - run: npm --prefix seeds/starter test\n"}}
    assert [one.line for one in inspect("toolchain-drift", tree)] == [7]


def test_a_build_of_java_that_is_none_of_the_folders_above(inspect: Callable[..., list[Finding]]) -> None:
    image = "FROM maven:3.9-eclipse-temurin-17\nCOPY pom.xml ./\nRUN mvn package\n"
    above = "<project><properties><java.version>25</java.version></properties></project>\n"
    alone, member = "<project></project>\n", "<project><parent><artifactId>x</artifactId></parent></project>\n"

    for inner, told in ((alone, []), (member, [("warning", "tools/Dockerfile", 1)])):
        tree = {"pom.xml": above, "tools": {"pom.xml": inner, "Dockerfile": image}}
        assert places(inspect("toolchain-drift", tree)) == told
