"""Sources of COPY that the build context does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def test_one_finding_where_the_context_is_another(inspect: Inspect) -> None:
    tree = {
        "api": {
            "Dockerfile": "FROM node\nCOPY package.json ./\nCOPY src ./src\n",
            "package.json": "{}",
            "src": {"a": ""},
        },
        "docker-compose.yml": "services:\n  api:\n    build: {context: ., dockerfile: api/Dockerfile}\n",
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "api/Dockerfile", 2)]
    assert found[0].evidence == "set the build context to api"


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


def test_quiet_where_the_context_is_above_or_apart(inspect: Inspect) -> None:
    tree = {
        "services": {"api": {"Dockerfile": "FROM a\nCOPY services/api/main.go ./\nCOPY libs ./libs\n", "main.go": ""}},
        "libs": {"a.go": ""},
        "docker": {"web.Dockerfile": "FROM a\nCOPY package.json ./\nCOPY pages ./pages\n"},
        "apps": {"web": {"package.json": "{}", "pages": {"a.js": ""}}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("build.sh", "docker build -t a --build-arg X=y -f api/Dockerfile api && docker push a\n"),
        ("Makefile", "a:\n\tdocker buildx build --file=api/Dockerfile --load ./api\n"),
        ("docker/package.json", '{"scripts": {\n"image": "docker build -t a ../api"\n}}'),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: ./api\n",
        ),
    ],
)
def test_the_context_that_a_command_or_an_action_gives(inspect: Inspect, name: str, text: str) -> None:
    dockerfile = "FROM a\nCOPY package.json server.js ./\nCOPY more.js ./\n"
    tree: dict[str, Any] = {"api": {"Dockerfile": dockerfile, "package.json": "{}"}, "server.js": "", "more.js": ""}
    *folders, file = name.split("/")
    inner = tree
    for folder in folders:
        inner = inner.setdefault(folder, {})
    inner[file] = text
    tree["package.json"] = "{}"

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == [("error", "api/Dockerfile", 2)]
    assert found[0].evidence == "set the build context to ."


@pytest.mark.parametrize("name", ["README.md", "build.sh"])
def test_quiet_where_a_document_or_a_script_may_have_changed_its_folder(inspect: Inspect, name: str) -> None:
    dockerfile = "FROM a\nCOPY web/package.json web/more.js ./\nCOPY web/ ./\n"
    web = {
        "Dockerfile": dockerfile,
        "package.json": "{}",
        "more.js": "",
        name: "cd ..; docker build -f web/Dockerfile -t a .\n",
    }

    assert inspect("dockerfile-copy-missing", {"web": web}) == []


def test_a_lock_that_git_ignores(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": "FROM rust\nCOPY Cargo.toml Cargo.lock ./\nCOPY dist ./dist\nCOPY .env settings.example ./\n",
        "b": {"Dockerfile": "FROM rust\nCOPY Cargo.toml Cargo.lock ./\n", "Cargo.toml": ""},
        "Cargo.toml": "",
        ".gitignore": "Cargo.lock\ndist\n.env\nsettings.example\n",
        "docker-compose.yml": "services:\n  a:\n    build: .\n  b:\n    build: ./b\n",
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [
        ("error", "Dockerfile", 2),
        ("warning", "Dockerfile", 4),
    ]


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


def test_a_service_that_is_built_from_another_folder_than_the_others(inspect: Inspect) -> None:
    dockerfile = "FROM node\nCOPY yarn.lock package.json ./\nCOPY apps ./apps\n"
    compose = """\
services:
  web: {build: {context: ./apps, dockerfile: web/Dockerfile}}
  other: {build: {context: ., dockerfile: apps/web/Dockerfile}}
"""
    tree = {
        "yarn.lock": "",
        "package.json": "",
        "apps": {"web": {"Dockerfile": dockerfile}, "package.json": ""},
        "docker-compose.yml": compose,
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [("error", "docker-compose.yml", 2)]


def test_quiet_where_the_own_folder_of_a_file_holds_all_but_a_glob(inspect: Inspect) -> None:
    dockerfile = (
        "FROM node AS build\nWORKDIR /app\nCOPY package.json ./\nCOPY package-lock.json* ./\nCOPY . .\nFROM node\n"
        "COPY --from=build /app/public ./public\n"
    )
    tree = {
        "package.json": "",
        "package-lock.json": "",
        "web": {"Dockerfile": dockerfile, "package.json": "", "public": {"a": ""}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


def test_sources_that_are_somewhere_and_nowhere_together(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": "FROM python\nCOPY requirements.txt requirements.lock ./\n",
        "requirements.txt": "",
        "web": {"requirements.lock": ""},
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.line) == ("error", 2)
    assert "requirements.lock does not exist" in found.evidence


MEMBER = """\
FROM %s
COPY package.json %s ./
COPY . .
CMD ["node", "src/http/index.js"]
"""


@pytest.mark.parametrize(
    ("lock", "todo"),
    [
        (
            "package-lock.json",
            "run `npm install --package-lock-only --no-workspaces` in services/two and commit services/two/package-lock.json, or build from ., whose package-lock.json is for all members, and copy that",
        ),
        (
            "bun.lock",
            "commit services/two/bun.lock, made by `bun install` in a copy of services/two outside of the workspace, or build from ., whose bun.lock is for all members, and copy that",
        ),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_a_member_without_the_lock_that_its_siblings_have(
    inspect: Inspect, lock: str, todo: str, *, beside: bool
) -> None:
    dockerfile = MEMBER % ("node", lock)
    member = {"package.json": "{}", "Dockerfile": dockerfile, "src": {"http": {"index.js": ""}}}
    tree = {
        "package.json": '{"name": "all", "workspaces": ["services/*"]}',
        lock: "{}",
        "services": {"one": {**member, lock: "{}"}, "two": member} if beside else {"two": member},
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.path, found.line) == ("error", "services/two/Dockerfile", 2)
    assert [fix.title for fix in found.fixes] == [todo]
    assert inspect("deploy-reference-missing", tree) == []


def test_a_member_that_asks_for_others_has_no_lock_of_its_own(inspect: Inspect) -> None:
    asks = '{"name": "two", "dependencies": {"one": "workspace:*"}}'
    dockerfile = "FROM node\nCOPY package.json pnpm-lock.yaml ./\nCOPY . .\n"
    tree = {
        "package.json": '{"name": "all"}',
        "pnpm-workspace.yaml": "packages: [services/*]\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "services": {
            "two": {"package.json": asks, "Dockerfile": dockerfile, "a.js": ""},
            "one": {"package.json": '{"name": "one"}'},
        },
        "compose.yml": "services: {two: {build: services/two}}\n",
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert [fix.title for fix in found.fixes] == [
        "build from ., whose pnpm-lock.yaml is for all members, and copy that"
    ]


def test_a_member_whose_image_copies_on_what_the_root_has_not(inspect: Inspect) -> None:
    dockerfile = (
        "FROM node AS build\nWORKDIR /app\nCOPY package.json pnpm-lock.yaml .npmrc ./\nCOPY . .\nRUN pnpm build\n"
        "FROM node\nCOPY --from=build /app/public ./public\n"
    )
    root = {"package.json": "{}", "pnpm-lock.yaml": "", ".npmrc": "", "pnpm-workspace.yaml": "packages: [apps/*]\n"}
    app = {"package.json": "{}", "Dockerfile": dockerfile, "public": {"a.svg": ""}}

    (found,) = inspect("dockerfile-copy-missing", {**root, "apps": {"web": app}})

    assert (found.severity, found.line) == ("error", 3)
    assert found.message.startswith("COPY pnpm-lock.yaml .npmrc: the build context does not hold it")
    again = dockerfile.replace("RUN", "COPY package.json pnpm-lock.yaml ./\nRUN")
    twice = inspect("dockerfile-copy-missing", {**root, "apps": {"web": {**app, "Dockerfile": again}}})
    assert [one.message[:22] for one in twice] == ["COPY pnpm-lock.yaml .n", "COPY pnpm-lock.yaml: t"]
    assert inspect("dockerfile-copy-missing", {**root, "public": {"a.svg": ""}, "apps": {"web": app}}) == []


def test_a_member_that_is_built_from_the_root(inspect: Inspect) -> None:
    tree = {
        "package.json": '{"name": "all", "workspaces": ["services/*"]}',
        "bun.lock": "{}",
        "services": {"two": {"package.json": "{}", "Dockerfile": MEMBER % ("node", "bun.lock"), "src": {"a.js": ""}}},
        "src": {"http": {"index.js": ""}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        (".goreleaser.yaml", "dockers:\n  - dockerfile: Dockerfile\n", 0),
        (".goreleaser.yml", "dockers_v2:\n  - images: [a]\n", 0),
        (".goreleaser.yaml", "builds:\n  - binary: tool\n", 1),
    ],
)
def test_what_a_releaser_puts_into_its_context(inspect: Inspect, name: str, text: str, count: int) -> None:
    tree = {name: text, "Dockerfile": "FROM alpine\nCOPY tool /usr/bin/tool\n", "main.go": "package main\n"}

    assert len(inspect("dockerfile-copy-missing", tree)) == count


def test_a_context_that_is_wrong_for_all_but_a_lock(inspect: Inspect) -> None:
    tree = {
        "Cargo.toml": "",
        "core": {"a.rs": ""},
        "workers": {
            "media": {
                "Cargo.toml": "",
                "Dockerfile": "FROM rust\nCOPY Cargo.toml Cargo.lock ./\nCOPY core core\nCOPY workers/media m\n",
            }
        },
        "compose.yml": "services:\n  media:\n    build: ./workers/media\n",
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert [(one.path, one.line, one.evidence) for one in found] == [
        ("workers/media/Dockerfile", 2, "set the build context to .")
    ]


def test_a_copy_that_is_written_like_a_command(inspect: Inspect) -> None:
    found = inspect(
        "dockerfile-copy-missing", {"Dockerfile": "FROM node\nCOPY a.json* ./ 2>/dev/null || true\n", "a.json": ""}
    )

    assert [one.fixes[0].title for one in found] == [
        "take 2>/dev/null and what follows it out of the COPY, and commit what may be missing"
    ]


def test_a_known_context_is_not_given_up_for_a_folder_with_a_file_of_that_name(inspect: Inspect) -> None:
    tree = {
        "Dockerfile": 'FROM python\nWORKDIR /app\nCOPY requirements.txt .\nCOPY . .\nCMD ["python", "core/main.py"]\n',
        "core": {"requirements.txt": "", "main.py": ""},
        "compose.yml": "services:\n  a: {build: .}\n",
        ".github": {
            "workflows": {"a.yml": "jobs:\n  a:\n    steps:\n      - with:\n          file: ./ui/Dockerfile.prod\n"}
        },
    }

    assert [(one.path, one.line) for one in inspect("dockerfile-copy-missing", tree)] == [("Dockerfile", 3)]
    assert inspect("deploy-reference-missing", tree) == []


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


def test_a_pattern_in_a_context_that_a_script_computes(inspect: Inspect) -> None:
    tree = {"docker": {"run.Dockerfile": "FROM eclipse-temurin:25-jre\nCOPY *.jar app.jar\n"}}
    build = 'for one in a b; do docker build -f docker/run.Dockerfile "services/$one/build/libs"; done\n'

    assert places(inspect("dockerfile-copy-missing", tree)) == [("warning", "docker/run.Dockerfile", 2)]
    assert inspect("dockerfile-copy-missing", {**tree, "build.sh": build}) == []


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("run: docker build -t shop/${{ matrix.app }} ./services/${{matrix.app}}", 7),
        (
            "run: |\n          echo\n          docker buildx build --push \\\n            -t a services/${{ matrix.app }}",
            10,
        ),
        ("{uses: docker/build-push-action@v5, with: {context: 'services/${{ matrix.app }}'}}", 7),
        ("{uses: docker/build-push-action@v5, with: {context: ., file: 'services/${{ matrix.app }}/Dockerfile'}}", 0),
        ("run: docker build -f services/${{ matrix.app }}/Dockerfile .", 0),
        ("run: docker build services/${{ matrix.other }}", 0),
        ("run: cd services && docker build ${{ matrix.app }}/../x", 0),
        ("working-directory: services\n        run: docker build ./services/${{ matrix.app }}", 0),
    ],
)
def test_images_of_a_matrix(inspect: Inspect, step: str, line: int) -> None:
    image = "FROM node\nCOPY package.json pnpm-lock.yaml ./\nCOPY services/{0} services/{0}\n"
    workflow = (
        f"on: push\njobs:\n  image:\n    strategy:\n      matrix: {{app: [api, web]}}\n    steps:\n      - {step}\n"
    )
    tree = {
        ".github": {"workflows": {"a.yml": workflow}},
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "services": {name: {"Dockerfile": image.format(name), "a.js": ""} for name in ("api", "web")},
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert places(found) == ([("error", ".github/workflows/a.yml", line)] if line else [])
    assert all(one.message.startswith("services/api/Dockerfile and 1 more copy") for one in found)


@pytest.mark.parametrize(("folder", "lines"), [("apps/web", []), ("apps", [2])])
def test_contexts_that_the_objects_of_a_matrix_name(inspect: Inspect, folder: str, lines: list[int]) -> None:
    workflow = (
        "on: push\njobs:\n  image:\n    strategy:\n      matrix:\n        app: [{file: Dockerfile.web, home: %s}]\n    steps:\n"
        "      - {uses: docker/build-push-action@v5, with: {context: '${{ matrix.app.home }}', file: '${{ matrix.app.file }}'}}\n"
    )
    tree = {
        ".github/workflows/a.yml": workflow % folder,
        "compose.yml": "services: {web: {build: {context: ., dockerfile: Dockerfile.web}}}\n",
        "Dockerfile.web": "FROM nginx\nCOPY nginx.conf /etc/nginx/nginx.conf\n",
        "apps/web/nginx.conf": "",
    }

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == lines


@pytest.mark.parametrize(
    ("manifest", "todo"),
    [
        ("module a\n", "set the build context to svc"),
        ("module a\nreplace lib => ../libs/go\n", "copy from . in the Dockerfile: svc/go.mod needs ../libs/go, which svc does not hold"),
    ],
)  # fmt: skip
def test_a_context_that_lacks_what_its_manifest_needs_is_not_advised(
    inspect: Inspect, manifest: str, todo: str
) -> None:
    tree = {
        "compose.yml": "services:\n  a:\n    build: {context: ., dockerfile: svc/Dockerfile}\n",
        "svc": {"Dockerfile": "FROM go\nCOPY go.mod ./\nCOPY cmd ./\n", "go.mod": manifest, "cmd": {"m.go": ""}},
    }

    assert {
        fix.title.partition(" in compose")[0] for one in inspect("dockerfile-copy-missing", tree) for fix in one.fixes
    } == {todo}


def test_a_wrapper_that_was_not_committed_is_told_once_and_locks_by_what_makes_them(inspect: Inspect) -> None:
    text = "FROM jdk\nCOPY build.gradle ./\nCOPY gradle gradle\nCOPY gradlew ./\nCOPY mix.exs mix.lock ./\nCOPY Cargo.lock ./\n"
    tree = {"a": {"Dockerfile": text, "build.gradle": "", "mix.exs": ""}, ".gitignore": "Cargo.lock\n"}

    found = inspect("dockerfile-copy-missing", tree)

    assert sorted((one.line, one.fixes[0].title) for one in found) == [
        (3, "commit a/gradle, or correct the path or the build context"),
        (5, "run `mix deps.get` and commit a/mix.lock"),
        (6, "take Cargo.lock out of .gitignore, run `cargo generate-lockfile` and commit a/Cargo.lock"),
    ]


def test_a_build_that_compose_names_is_judged_from_its_context(inspect: Inspect) -> None:
    """Whatever documents say, and where nobody holds all: the first source that misses is told, at its own line."""
    tree = {
        "compose.yml": "services:\n  a:\n    build: {context: ./svc, dockerfile: Dockerfile.dev}\n",
        "svc": {"Dockerfile.dev": "FROM p\nCOPY libs/c /c\nCOPY app /app\nCOPY x /x\n", "app": {"a.py": ""}, "x": {"a": ""}},
        "libs": {"c": {"a.py": ""}}, "app": {"x": ""}, "README.md": "    dockerfile: Dockerfile.dev\n",
    }  # fmt: skip

    assert places(inspect("dockerfile-copy-missing", tree)) == [("error", "svc/Dockerfile.dev", 2)]


def test_a_missing_source_is_named_from_where_most_of_its_way_is(inspect: Inspect) -> None:
    tree = {"deploy": {"a": {"Dockerfile": "FROM go\nCOPY platform/svc/go.mod ./\n"}}, "platform": {"b": {"x": ""}}}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.evidence == "platform/svc/go.mod does not exist"


@pytest.mark.parametrize(
    ("copies", "told"),
    [
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN cargo build --release -p api", [4]),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY libs/db libs/db\nRUN cargo build", [5]),
        (
            "COPY Cargo.toml api/Cargo.toml ./\nRUN mkdir -p api/src && echo 'fn main() {}' > api/src/main.rs\nRUN cargo build",
            [4],
        ),
        (
            "COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY libs libs\nCOPY jobs/Cargo.toml jobs/\nRUN cargo build",
            [],
        ),
        ("COPY Cargo.* ./\nCOPY api api\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY . .\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY */Cargo.toml ./\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN sed -i '/jobs/d' Cargo.toml\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nCOPY --from=b /jobs jobs\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN --mount=type=bind,source=.,target=. cargo build", []),
        ("COPY api/Cargo.toml ./\nCOPY api/src src\nRUN cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nCOPY api api\nRUN cd api && cargo build", []),
        ("COPY Cargo.toml Cargo.lock ./\nRUN cargo install cargo-chef", []),
        (
            "COPY Cargo.toml ./\nCOPY api api\nRUN cargo build || true\nCOPY jobs jobs\nCOPY libs libs\nRUN cargo build",
            [],
        ),
        ("COPY Cargo.toml ./\nRUN cargo build || true\nCOPY api api\nRUN cargo build", [5]),
    ],
)
def test_members_of_a_workspace_that_no_copy_brings(inspect: Inspect, copies: str, told: list[int]) -> None:
    crate = {"Cargo.toml": "[package]\nname = 'x'\n", "src": {"lib.rs": ""}}
    tree = {
        "Cargo.toml": "[workspace]\nmembers = ['api', 'jobs', 'libs/*', 'gone']\n", "Cargo.lock": "",
        "Dockerfile": f"FROM rust\n{copies}\n", "api": crate, "jobs": crate, "libs": {"db": crate, "net": crate},
    }  # fmt: skip

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == told


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


def test_a_folder_below_that_holds_every_source_is_the_context(inspect: Inspect) -> None:
    tree = {
        "Dockerfile.qa": "FROM dotnet\nCOPY Shared/ Shared/\nCOPY Auth/ Auth/\n",
        "backend": {"Shared": {"a.cs": ""}, "Auth": {"b.cs": ""}},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


def test_a_context_between_the_file_and_the_root_is_a_guess(inspect: Inspect) -> None:
    tree = {
        "box": {"config": {"start.sh": ""}, "images": {"Dockerfile": "FROM a\nCOPY config/start.sh config/gone.sh /\n"}}
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [("warning", "box/images/Dockerfile", 2)]


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


@pytest.mark.parametrize(
    ("command", "level"),
    [
        ('docker build --file "$STAGE/box/a.Dockerfile" "$STAGE"\n', "warning"),
        ("docker build -f box/a.Dockerfile -o type=local,dest=$OUT .\n", "error"),
    ],
)
def test_a_context_that_a_script_fills_holds_nobody_knows_what(inspect: Inspect, command: str, level: str) -> None:
    tree = {
        "box": {"a.Dockerfile": "FROM a\nCOPY src /src\nCOPY packed /packed\n"},
        "src": {"a": ""},
        "Makefile": f"image:\n\t{command}",
    }

    assert places(inspect("dockerfile-copy-missing", tree)) == [(level, "box/a.Dockerfile", 3)]


@pytest.mark.parametrize("folder", ["dockerfiles", "images"])
def test_a_template_for_the_apps_of_others(inspect: Inspect, folder: str) -> None:
    text = "FROM node:22 AS builder\nWORKDIR /app\nCOPY package.json gone.json ./\nFROM node:22\nCOPY --from=nobody /app/public ./public\n"
    tree = {"package.json": "{}", "services": {"runner": {"src": {"run.ts": ""}, folder: {"Dockerfile.app": text}}}}

    assert bool(inspect("dockerfile-copy-missing", tree)) == (folder == "images")


@pytest.mark.parametrize(("there", "level"), [("entrpoint.sh", "error"), ("entry.sh", "warning")])
def test_a_source_that_lies_beside_by_a_slip(inspect: Inspect, there: str, level: str) -> None:
    tree = {"tools": {"Dockerfile": "FROM alpine:3\nCOPY entrypoint.sh /\n", there: ""}}

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == [level]


def test_the_context_that_compose_names_counts_though_the_root_has_the_lock(inspect: Inspect) -> None:
    image = "FROM node:22\nCOPY package.json yarn.lock ./\nCOPY . .\n"
    core = {
        "docker-compose.yml": "services:\n  a:\n    build:\n      context: '.'\n",
        "Dockerfile": image,
        "Dockerfile.prod": image,
        "package.json": "{}",
    }
    tree = {"package.json": "{}", "yarn.lock": "", "Dockerfile": "FROM node:22\n", "services": {"core": core}}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.path, found.line) == ("error", "services/core/Dockerfile", 2)
    assert found.evidence.startswith("services/core/yarn.lock does not exist")


@pytest.mark.parametrize(
    ("compose", "context", "root"),
    [("docker-compose.yml", "apps/api", "."), ("ops/docker-compose.yml", "../apps/api", "..")],
)
def test_another_context_needs_another_way_to_the_dockerfile(
    inspect: Inspect, compose: str, context: str, root: str
) -> None:
    tree = {
        compose: f"services:\n  api:\n    build: {{context: {context}, dockerfile: Dockerfile}}\n",
        "apps": {"api": {"Dockerfile": "FROM node:22\nCOPY apps/api/main.js shared ./\n", "main.js": ""}},
        "shared": {"a.js": ""},
        "build.sh": "docker build -f apps/api/Dockerfile .\n",
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.path == compose
    assert [fix.title for fix in found.fixes] == [
        f"set the build context to {root}, and dockerfile to apps/api/Dockerfile"
    ]


def test_a_lock_by_the_name_that_bun_gave_it_before(inspect: Inspect) -> None:
    tree = {"Dockerfile": "FROM oven/bun\nCOPY package.json bun.lockb ./\n", "package.json": "{}", "bun.lock": ""}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert "makes bun.lockb" not in found.message
    assert [one.title for one in found.fixes] == ["write bun.lock in place of bun.lockb"]


def test_a_lock_that_another_manager_keeps(inspect: Inspect) -> None:
    tree = {
        "package.json": "{}",
        "pnpm-lock.yaml": "",
        "Dockerfile": "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
    }

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert found.message.endswith("and the build stops. `pnpm` makes pnpm-lock.yaml there instead.")
    assert [fix.title for fix in found.fixes] == [
        "copy pnpm-lock.yaml in place of package-lock.json, and install with pnpm"
    ]


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


def test_a_lock_that_may_be_gone_hides_no_wrong_context(inspect: Inspect) -> None:
    text = "FROM golang\nCOPY ./common ./common\nCOPY ./auth/go.mod ./auth/go.sum* ./\nCOPY ./auth .\n"
    tree = {
        "services": {"common": {"a.go": ""}, "auth": {"Dockerfile": text, "go.mod": "module a\n"}},
        "compose.yml": "services:\n  auth:\n    build: ./services/auth\n",
    }

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == ["error"]
    tree["compose.yml"] = "services:\n  auth:\n    build: {context: ./services, dockerfile: auth/Dockerfile}\n"
    assert inspect("dockerfile-copy-missing", tree) == []


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


def test_a_context_that_a_workflow_puts_together_elsewhere(inspect: Inspect) -> None:
    step = "      - uses: docker/build-push-action@v6\n        with: {context: /tmp/context, file: api/Dockerfile}\n"
    workflow = (
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: cp -r api shared /tmp/context/\n"
        + step
    )
    tree = {
        ".github": {"workflows": {"a.yml": workflow}},
        "api": {"Dockerfile": "FROM a\nCOPY shared ./shared\nCOPY api/pom.xml .\n", "pom.xml": ""},
        "shared": {"a.txt": ""},
    }

    assert inspect("dockerfile-copy-missing", tree) == []


@pytest.mark.parametrize(
    ("built", "severity"),
    [
        ("outer/images/Dockerfile.web", "info"),
        ("images/Dockerfile.web", "warning"),
        ("${DIR}/Dockerfile.web", "warning"),
    ],
)
def test_a_page_beside_it_builds_a_file_from_a_folder_of_another_repository(
    inspect: Inspect, built: str, severity: str
) -> None:
    page = f"Run from the root:\n\n```sh\ndocker build -t web -f {built} .\n```\n"
    tree = {"images": {"Dockerfile.web": "FROM node:20\nCOPY ./packages ./packages\n", "README.md": page}}

    (found,) = inspect("dockerfile-copy-missing", tree)

    assert (found.severity, found.line) == (severity, 2)
