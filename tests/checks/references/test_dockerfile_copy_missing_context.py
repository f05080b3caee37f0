"""The build context that the sources of COPY are looked for in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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


def test_quiet_where_the_context_is_above_or_apart(inspect: Inspect) -> None:
    tree = {
        "services": {"api": {"Dockerfile": "FROM a\nCOPY services/api/main.go ./\nCOPY libs ./libs\n", "main.go": ""}},
        "libs": {"a.go": ""},
        "docker": {"web.Dockerfile": "FROM a\nCOPY package.json ./\nCOPY pages ./pages\n"},
        "apps": {"web": {"package.json": "{}", "pages": {"a.js": ""}}},
    }

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


@pytest.mark.parametrize(
    ("top", "given", "lines"),
    [
        ("env: {HOME_OF: services/api}", "'${{ env.HOME_OF }}'", [7]),
        ("env: {HOME_OF: .}", "'${{ env.HOME_OF }}', file: services/api/Dockerfile", []),
        ("env: {OTHER: services/api}", "'${{ env.HOME_OF }}'", []),
        ("env: {api: 1}", "'./services/${{ matrix.app }}'", [7]),
        ("env: {apis: 1}", "'./services/${{ matrix.app }}'", []),
    ],
)
def test_contexts_that_variables_and_computed_matrices_name(
    inspect: Inspect, top: str, given: str, lines: list[int]
) -> None:
    workflow = (
        f"on: push\n{top}\njobs:\n  image:\n    strategy: {{matrix: {{app: '${{{{ fromJson(needs.a.outputs.b) }}}}'}}}}\n    steps:\n"
        f"      - {{uses: docker/build-push-action@v5, with: {{context: {given}}}}}\n"
    )
    image = "FROM node\nCOPY package.json ./\nCOPY services/api services/api\n"
    tree = {
        ".github/workflows/a.yml": workflow,
        "compose.yml": "services: {api: {build: {context: ., dockerfile: services/api/Dockerfile}}}\n",
        "package.json": "{}",
        "services/api": {"Dockerfile": image, "a.js": ""},
    }

    assert [one.line for one in inspect("dockerfile-copy-missing", tree)] == lines


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


def test_a_build_that_compose_names_is_judged_from_its_context(inspect: Inspect) -> None:
    """Whatever documents say, and where nobody holds all: the first source that misses is told, at its own line."""
    tree = {
        "compose.yml": "services:\n  a:\n    build: {context: ./svc, dockerfile: Dockerfile.dev}\n",
        "svc": {"Dockerfile.dev": "FROM p\nCOPY libs/c /c\nCOPY app /app\nCOPY x /x\n", "app": {"a.py": ""}, "x": {"a": ""}},
        "libs": {"c": {"a.py": ""}}, "app": {"x": ""}, "README.md": "    dockerfile: Dockerfile.dev\n",
    }  # fmt: skip

    assert places(inspect("dockerfile-copy-missing", tree)) == [("error", "svc/Dockerfile.dev", 2)]


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


def test_a_lock_that_may_be_gone_hides_no_wrong_context(inspect: Inspect) -> None:
    text = "FROM golang\nCOPY ./common ./common\nCOPY ./auth/go.mod ./auth/go.sum* ./\nCOPY ./auth .\n"
    tree = {
        "services": {"common": {"a.go": ""}, "auth": {"Dockerfile": text, "go.mod": "module a\n"}},
        "compose.yml": "services:\n  auth:\n    build: ./services/auth\n",
    }

    assert [one.severity for one in inspect("dockerfile-copy-missing", tree)] == ["error"]
    tree["compose.yml"] = "services:\n  auth:\n    build: {context: ./services, dockerfile: auth/Dockerfile}\n"
    assert inspect("dockerfile-copy-missing", tree) == []


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


@pytest.mark.parametrize(("given", "count"), [("dockerContext: ./api", 1), ("dockerContext: .", 0), ("plan: free", 0)])
def test_the_build_context_of_a_blueprint(inspect: Inspect, given: str, count: int) -> None:
    blueprint = (
        f"services:\n  - type: web\n    name: a\n    env: docker\n    dockerfilePath: ./api/Dockerfile\n    {given}\n"
    )
    tree = {
        "render.yaml": blueprint,
        "api": {
            "Dockerfile": "FROM node:22\nCOPY api/package.json ./\nCOPY api/src src\n",
            "package.json": "{}",
            "src": {"a.js": ""},
        },
    }

    found = inspect("dockerfile-copy-missing", tree)

    assert ["render.yaml builds the file from api" in one.message for one in found] == [True] * count
