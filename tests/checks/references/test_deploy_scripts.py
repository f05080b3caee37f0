"""Where the commands of parts of Makefiles, of Cloud Build and of scripts run, and what is said to write in place of a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "deploy-reference-missing"
PART = "up:\n\t@$(MAKE) images\n\tdocker build -f docker/Dockerfile.api .\n\tbash ./scripts/up.sh\n\tbash scripts/gone.sh\n"
THERE: dict[str, Any] = {"docker": {"Dockerfile.api": "FROM scratch\n"}, "scripts": {"up.sh": ""}}


@pytest.mark.parametrize(
    "include",
    ["include make/parts.mk", "-include $(TOP)/make/parts.mk", "include $(wildcard make/*.mk)", "include $(PARTS)"],
)
def test_a_part_runs_where_the_makefile_lies_that_includes_it(inspect: Inspect, include: str) -> None:
    tree = {**THERE, "Makefile": f"{include}\nimages:\n\ttrue\n", "make": {"parts.mk": PART}}

    (found,) = inspect(ID, tree)

    assert (found.path, found.line, found.evidence) == ("make/parts.mk", 5, "scripts/gone.sh does not exist")


def test_a_part_that_another_part_includes_runs_in_a_folder_beside(inspect: Inspect) -> None:
    api = {"Makefile": "include ../make/all.mk\n", "deploy": {"up.sh": ""}}
    make = {"all.mk": "include parts.mk\n", "parts.mk": "up:\n\tcd deploy && bash up.sh\n\t$(MAKE) up\n"}

    assert inspect(ID, {"api": api, "make": make}) == []


def test_a_part_that_nothing_includes_is_not_judged(inspect: Inspect) -> None:
    assert inspect(ID, {"Makefile": "a:\n\ttrue\n", "make": {"parts.mk": PART}}) == []


@pytest.mark.parametrize(
    "command",
    [
        "protoc --proto_path=. --go_out=$OUT a.proto",
        "protoc --go_out=plugins=grpc:../gen a.proto",
        "protoc --ts_proto_out=../gen/ a.proto",
        "protoc --go-grpc_out ../gen a.proto",
        "buf generate -o ../gen",
        "openapi-generator generate -i a.yaml --output-dir=../gen",
    ],
)
def test_a_script_makes_what_it_tells_a_command_to_write_into(inspect: Inspect, command: str) -> None:
    script = f"OUT=../gen\ncd proto\n{command}\ncp -r ../gen/host.example/shop/rpc/* ../\n"
    tree = {"proto": {"a.proto": ""}, "gen": {"old.go": ""}, "scripts": {"proto.sh": script}}

    assert inspect(ID, tree) == []


def test_a_folder_that_a_command_writes_elsewhere_is_missing(inspect: Inspect) -> None:
    script = "cd proto\nprotoc --go_out=../other a.proto\ncp -r ../gen/host/rpc/* ../\n"
    tree = {"proto": {"a.proto": ""}, "gen": {"old.go": ""}, "scripts": {"proto.sh": script}}

    assert places(inspect(ID, tree)) == [("error", "scripts/proto.sh", 3)]


def test_what_is_submitted_is_the_folder_of_cloud_build(inspect: Inspect) -> None:
    build = "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -f, Dockerfile.{}, .]\n"
    tree = {
        "paymaster": {"Dockerfile.reaper": "FROM scratch\n"},
        "ci": {"cloudbuild.reaper.yaml": build.format("reaper"), "cloudbuild.gone.yaml": build.format("gone")},
        "deploy.sh": "gcloud builds submit paymaster/ --config=ci/cloudbuild.reaper.yaml\n",
    }

    assert places(inspect(ID, tree)) == [("error", "ci/cloudbuild.gone.yaml", 3)]


def test_what_to_write_counts_from_where_the_command_runs(inspect: Inspect) -> None:
    tree = {"scripts": {"publish.sh": ""}, "web": {"Makefile": "up:\n\tbash ./scripts/publish.sh\n"}}

    (found,) = inspect(ID, tree)

    assert '"../scripts/publish.sh" does' in found.message
    assert [fix.title for fix in found.fixes] == ["write ../scripts/publish.sh in place of ./scripts/publish.sh"]


def test_a_file_of_another_service_is_not_meant(inspect: Inspect) -> None:
    services = {
        "runner": {"go.mod": "module runner\n", "makefile": "proto:\n\t./scripts/proto.sh\n"},
        "listener": {"go.mod": "module listener\n", "scripts": {"proto.sh": ""}},
    }

    (found,) = inspect(ID, {"services": services})

    assert "listener" not in "".join((found.message, found.evidence, *(fix.title for fix in found.fixes)))


@pytest.mark.parametrize(
    ("written", "meant"), [("./Dockerfile.wbe", "./Dockerfile.web"), ("Dockerfile.wbe", "Dockerfile.web")]
)
def test_what_to_write_in_a_configuration_counts_from_its_folder(inspect: Inspect, written: str, meant: str) -> None:
    settings = f'[build]\ndockerfile = "{written}"\n'

    (found,) = inspect(ID, {"web": {"fly.toml": settings, "Dockerfile.web": "FROM scratch\n"}})

    assert [fix.title for fix in found.fixes] == [f"write {meant} in place of {written}"]


@pytest.mark.parametrize(("how", "told"), [("make -f ./docs/Makefile sync", 0), ("make -C docs sync", 1)])
def test_a_makefile_that_is_named_from_above_runs_there(inspect: Inspect, how: str, told: int) -> None:
    tree = {
        "docs": {"Makefile": "sync:\n\tcp -f packages/sdk/CHANGELOG.md packages/sdk/docs/CHANGELOG.md\n"},
        "packages": {"sdk": {"CHANGELOG.md": ""}},
        "README.md": f"Run `{how}`.\n",
    }

    assert len(inspect(ID, tree)) == told


@pytest.mark.parametrize(
    "script",
    [
        'DIR="${ENGINE_DIR:-/opt/engine}"\ncd "$DIR"\n',
        "helm upgrade --install a --namespace b ./a-0.1.0.tgz --values ./values.yaml\n",
        "cp ./actors/output/bundle.car ~/bundle.car\n",
        "pnpm stack:run -- pnpm --filter web exec playwright test --config=playwright.config.ts\n",
    ],
)
def test_what_is_of_another_machine_a_build_or_another_folder(inspect: Inspect, script: str) -> None:
    assert inspect(ID, {"run.sh": script, "values.yaml": "", "actors": {"a.rs": ""}}) == []


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ("[working-directory('tools/cli')]", []),
        ('[group("dev"), working-directory: "tools/cli"]', []),
        ("[no-cd]", []),
        ("[working-directory('tools/tools/cli')]", [("error", "justfile", 2)]),
        ("[group('dev')]", [("error", "justfile", 4)]),
    ],
)
def test_where_a_recipe_of_just_runs(inspect: Inspect, attribute: str, told: list[tuple[str, str, int]]) -> None:
    text = f"# Run it\n{attribute}\ncli:\n    ./cli.sh\n\nother:\n    ./tools/cli/cli.sh\n"

    assert places(inspect(ID, {"justfile": text, "tools": {"cli": {"cli.sh": "true\n"}}})) == told


@pytest.mark.parametrize(
    ("then", "told"),
    [("exit 1", 1), ("exit 0", 0), ("echo none", 0), ("echo none\nelse\n  exit 1", 0)],
)
def test_a_script_whose_failure_ends_the_one_that_asks(inspect: Inspect, then: str, told: int) -> None:
    """That it is asked whether it fails excuses nothing where the answer is to give up."""
    text = f"if ! ./scripts/gone.sh; then\n  {then}\nfi\n"

    assert len(inspect(ID, {"deploy.sh": text, "scripts": {"there.sh": "true\n"}})) == told


@pytest.mark.parametrize(("begins", "told"), [("#!/usr/bin/env bash", [6, 9]), ("# all of it", [4, 6])])
def test_a_recipe_of_just_that_is_one_script(inspect: Inspect, begins: str, told: list[int]) -> None:
    recipe = f"all:\n    {begins}\n    cd web\n    npm run build\n\n    npm run gone\n\nother:\n    npm run build\n"
    tree = {"justfile": recipe, "package.json": '{"name": "a"}', "web": {"package.json": '{"scripts": {"build": "x"}}'}}

    assert [one.line for one in inspect(ID, tree)] == told


def test_a_list_of_a_recipe_is_no_command(inspect: Inspect) -> None:
    recipe = "setup:\n    #!/usr/bin/env bash\n    commands=(pnpm cargo)\n    npm run gone\n"

    assert places(inspect(ID, {"justfile": recipe, "package.json": '{"name": "a"}'})) == [("error", "justfile", 4)]


@pytest.mark.parametrize(
    ("name", "script", "told"),
    [
        ("start.sh", "cd /Users/jane/work/shop\nnpm start\n", 1),
        ("start.sh", 'ROOT="/home/jane/shop"\ncd "$ROOT"\n', 1),
        ("start.sh", "cd /home/node/app\n", 0),
        ("start.sh", 'cd "${ROOT:-/Users/jane/work/shop}"\n', 0),
        ("deploy.sh", "cd /home/shop79/shop\n", 0),
    ],
)
def test_a_script_that_goes_into_somebodys_home(inspect: Inspect, name: str, script: str, told: int) -> None:
    assert [one.severity for one in inspect(ID, {name: script})] == ["warning"] * told


@pytest.mark.parametrize(
    ("script", "ends"),
    [
        ("cd /Users/jane/shop\nnpm start\n", "it goes on in another folder"),
        ("set -u\ncd /Users/jane/shop && {\n  npm start\n}\n", "what hangs on it does not run"),
        ("set -eu\ncd /Users/jane/shop\nnpm start\n", "it ends there"),
        ("#!/bin/bash -e\ncd /Users/jane/shop\nnpm start\n", "it ends there"),
        ("set -uo errexit\ncd /Users/jane/shop\nnpm start\n", "it ends there"),
        ("cd /Users/jane/shop || exit 1\nnpm start\n", "it ends there"),
    ],
)
def test_a_script_ends_at_a_home_only_where_it_is_told_to(inspect: Inspect, script: str, ends: str) -> None:
    (found,) = inspect(ID, {"start.sh": script})

    assert found.message.endswith(f"machine: {ends} for everybody else.")


def test_one_finding_for_a_person_at_the_script_that_ends(inspect: Inspect) -> None:
    tree = {"a.sh": "cd /Users/jane/shop\n", "b.sh": "set -e\ncd /Users/jane/shop\n"}

    (found,) = inspect(ID, tree)

    assert (found.path, found.line, "a.sh:1" in found.evidence) == ("b.sh", 2, True)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("npx spec --output-file api", 0),
        ("npx spec --output-file=api.ts", 0),
        ("[ ! -f api.ts ] && exit 1", 0),
        ("npx spec", 1),
    ],
)
def test_a_script_makes_a_file_or_asks_for_it_in_another_folder(inspect: Inspect, command: str, told: int) -> None:
    script = f"set -e\ncd gen\n{command}\ncd ..\ncp gen/api.ts web/api.ts\n"
    tree = {"sync.sh": script, "gen": {"package.json": '{"name": "gen"}'}, "web": {"index.html": ""}}

    assert [(one.path, one.line) for one in inspect(ID, tree)] == [("sync.sh", 5)] * told


def test_a_blueprint_in_a_folder_may_be_for_a_service_that_works_there(inspect: Inspect) -> None:
    text = "services:\n- name: a\n  startCommand: bash start.sh\n"

    tree = {"api": {"render.yaml": text, "start.sh": ""}, "web": {"render.yaml": text.replace("start.sh", "gone.sh")}}

    assert places(inspect(ID, tree)) == [("error", "web/render.yaml", 3)]


@pytest.mark.parametrize(
    ("guard", "told"),
    [('[ -d "$d/infra" ] || [ -f "${d}/SETUP.md" ]', False), ('[ -d "$d" ]', False), ('[ -n "$CI" ]', True)],
)
def test_a_loop_over_folders_that_asks_what_there_is(inspect: Inspect, guard: str, told: bool) -> None:
    script = f'PARTS=(kit-infra kit-run)\nfor d in "${{PARTS[@]}}"; do\n  if {guard}; then\n    rsync -a "$d/"/ ./\n  fi\ndone\n'

    found = inspect(ID, {"scripts": {"fix.sh": script, "kit-infra.sh": ""}})

    assert [(one.line, one.evidence) for one in found] == [(4, "kit-infra, kit-run do not exist")] * told
    assert all("//" not in one.message and "kit-infra.sh" not in one.fixes[0].title for one in found)


def test_many_files_that_a_script_copies_are_one_finding(inspect: Inspect) -> None:
    script = "".join(f"cp -v scripts/old-{name}.sh scripts/new/\n" for name in "abcd")

    (found,) = inspect(ID, {"scripts": {"migrate.sh": script, "new": {"a.sh": ""}}})

    assert (found.line, found.evidence) == (1, "scripts/old-a.sh does not exist; so with lines 2, 3, 4")


def test_many_programs_that_a_script_runs_are_one_finding(inspect: Inspect) -> None:
    script = "".join(f"node ./src/{name}.js\n" for name in ("a/one", "b/two", "c/three", "four"))

    (found,) = inspect(ID, {"audit.sh": script, "src": {"there.js": ""}})

    assert (found.line, found.evidence) == (1, "src/a/one.js does not exist; so with lines 2, 3, 4")


def test_the_patterns_of_a_case_are_no_commands(inspect: Inspect) -> None:
    script = 'case "$1" in\n  "scripts/gone.sh")\n    echo "bash scripts/gone.sh"\n    ;;\n  *)\n    bash scripts/lost.sh\n    ;;\nesac\n'

    assert [one.line for one in inspect(ID, {"scripts": {"all.sh": script}})] == [6]


def test_what_another_folder_of_the_same_name_lacks(inspect: Inspect) -> None:
    """A command that reads a path makes none, and each ``cd`` leads to a folder of its own."""
    make = "test:\n\tcd api && python -m pytest unit/\n\tcd web && python -m pytest unit/\n\tcargo run --bin gone\n"
    tree = {
        "Makefile": make,
        "api": {"unit": {"a.py": ""}},
        "web": {"a.py": ""},
        "tool": {"Cargo.toml": '[package]\nname = "tool"\n', "src": {"main.rs": ""}},
    }

    assert [one.line for one in inspect("deploy-reference-missing", tree)] == [3, 4]


def test_what_counts_from_above_and_not_from_the_script_is_one_cause(inspect: Inspect) -> None:
    script = (
        'ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\ncd "$ROOT/web"\ndocker build -t web .\ncd "$ROOT/api"\n'
        'docker build -t api .\ncd "$ROOT/gone"\n'
    )
    tree = {"ops/deploy.sh": script, "web/Dockerfile": "FROM a\n", "api/Dockerfile": "FROM a\n"}

    found = inspect("deploy-reference-missing", tree)

    assert [one.line for one in found] == [2, 6]
    assert "what counts from the root does; so with lines 3, 4, 5" in found[0].evidence


def test_scripts_that_a_makefile_starts_and_may_not(inspect: Inspect) -> None:
    tree = {
        "Makefile": "a:\n\t./ci/a.py\n\tcd ci && ./a.py --x\n\t./ci/b.sh\n\tpython ci/c.py\n",
        "ci": {"a.py": "", "b.sh": "", "c.py": ""},
        "web": {"Makefile": "a:\n\tchmod +x a.py\n\t./a.py\n", "a.py": ""},
    }

    (found,) = inspect("deploy-reference-missing", tree)
    assert (found.path, found.line, found.fixes[0].title) == ("Makefile", 2, "git update-index --chmod=+x ci/a.py")


def test_what_a_script_writes_by_a_variable_is_not_read(inspect: Inspect) -> None:
    script = '#!/bin/sh\nOUT="${OUT_FILE:-results.json}"\nIN="${IN_FILE:-input.json}"\ncat > "$OUT" <<END\n{}\nEND\ncat "$IN"\n'

    assert places(inspect(ID, {"scripts": {"a.sh": script}})) == [("warning", "scripts/a.sh", 3)]


def test_a_script_behind_options_of_uv(inspect: Inspect) -> None:
    make = "a:\n\tuv run --no-project --with rich --with httpx python scripts/gone.py\n\tuv run --directory api python scripts/own.py\n"

    assert places(inspect(ID, {"Makefile": make, "scripts": {"a.py": ""}, "api": {"a.py": ""}})) == [
        ("error", "Makefile", 2)
    ]


def test_one_folder_that_several_scripts_go_into_is_told_once(inspect: Inspect) -> None:
    go = "#!/bin/bash\nset -e\ncd services/gone\nnpm ci\n"
    tree = {
        "package.json": "{}",
        "scripts": {"a.sh": go, "b.sh": go, "c.sh": f"# so far\n{go}", "d.sh": "cd services/lost\n"},
    }

    found = inspect(ID, tree)

    assert [(one.path, one.line, one.message.rpartition(": ")[2]) for one in found] == [
        ("scripts/a.sh", 3, "it fails there. So do 2 more scripts."),
        ("scripts/d.sh", 1, "it fails there."),
    ]
    assert [(place.path, place.line) for place in found[0].related] == [("scripts/b.sh", 3), ("scripts/c.sh", 4)]


def test_a_folder_that_a_script_works_in_line_after_line_is_told_once(inspect: Inspect) -> None:
    script = "npm --prefix ./web run types\nnpm --prefix ./web run build\nnpm --prefix ./shop install\n"

    found = inspect(ID, {"package.json": "{}", "deploy.sh": script})

    assert [(one.line, one.message) for one in found] == [
        (1, 'The script needs "./web" (npm), which does not exist: it fails there.'),
        (3, 'The script needs "./shop" (npm), which does not exist: it fails there.'),
    ]


def test_what_is_published_of_a_folder_that_the_command_lacks_is_no_second_fault(inspect: Inspect) -> None:
    netlify = '[build]\ncommand = "npm --prefix web run build"\npublish = "web/.next"\n'

    assert places(inspect(ID, {"package.json": "{}", "netlify.toml": netlify})) == [("error", "netlify.toml", 2)]


@pytest.mark.parametrize(("there", "said"), [("app/routes.js", False), ("app/index.js", True)])
def test_a_folder_that_node_does_not_start_is_not_meant(inspect: Inspect, there: str, said: bool) -> None:
    (found,) = inspect(ID, {"start.sh": "node app.js\n", there: ""})

    assert ('; "app" does' in found.message) is said


def test_what_one_command_lacks_is_one_finding(inspect: Inspect) -> None:
    tree = {"pack.sh": "tar -czf a.tgz src/there src/gone other/gone.sh\n", "src": {"there": ""}, "other": {"x": ""}}

    (found,) = inspect(ID, tree)

    assert found.evidence == "src/gone, other/gone.sh do not exist"


@pytest.mark.parametrize(
    ("attribute", "line"), [("[working-directory('app')]", 5), ("[working-directory: 'gone']", 2), ("[private]", None)]
)
def test_where_a_recipe_of_a_justfile_works(inspect: Inspect, attribute: str, line: int | None) -> None:
    justfile = f"[group('a')]\n{attribute}\nrun:\n    ./go.sh\n    ./lost.sh\n\nother:\n    ./top.sh\n"
    tree = {"justfile": justfile, "app": {"go.sh": ""}, "top.sh": ""}
    if line is None:
        tree |= {"go.sh": "", "lost.sh": ""}

    assert [one.line for one in inspect(ID, tree)] == ([line] if line else [])


@pytest.mark.parametrize(("names", "told"), [("abc", 1), ("ab", 2)])
def test_many_scripts_that_a_makefile_runs_and_a_manifest_lacks_are_one_fault(
    inspect: Callable[..., list[Finding]], names: str, told: int
) -> None:
    make = "".join(f"{one}{one}:\n\tnpm run e2e:{one}\n" for one in names)

    found = inspect(ID, {"Makefile": make, "package.json": '{"name": "web", "scripts": {"start": "true"}}'})

    assert len(found) == told
    assert {place.line for one in found for place in one.places} == {2 * number for number in range(1, len(names) + 1)}
    assert (", nor 2 more that it runs." in found[0].message) == (told == 1)
