"""Commands of READMEs that fail for whoever types them in a fresh clone."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.checks._likeness import likely

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

CHECK = "readme-command-broken"


def page(*lines: str, language: str = "bash", before: str = "# Harbor\n") -> str:
    """A page with one block, whose first command stands in the fourth line behind a heading of one line."""
    return "\n".join((before, f"```{language}", *lines, "```", ""))


def package(**scripts: str) -> str:
    return json.dumps({"name": "harbor", "scripts": scripts, "devDependencies": {"vitest": "1.0.0"}})


def messages(found: list[Finding]) -> list[str]:
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("command", "lack"),
    [
        ("npm run dev", "package.json has no script dev"),
        ("pnpm test:all", "package.json has no script test:all"),
        ("npm run dev --prefix web", "web/package.json has no script dev"),
        ("pnpm --filter @harbor/gone build", "no workspace is called @harbor/gone"),
        ("cd server", "the folder server does not exist"),
        ("node tools/seed.js", "tools/seed.js does not exist"),
        ("python3 manage.py migrate", "manage.py does not exist"),
        ("./setup.sh", "./setup.sh does not exist"),
        ("chmod +x setup.sh", "setup.sh does not exist"),
        ("cp .env.example .env", ".env.example does not exist"),
        ("pip install -r requirements.txt", "requirements.txt does not exist"),
        ("docker compose -f compose.dev.yml up", "compose.dev.yml does not exist"),
        ("docker compose logs -f api", "no compose file has a service api"),
        ("make serve", "Makefile has no target serve"),
        ("kubectl apply -f k8s/", "k8s/ does not exist"),
        ("go run ./cmd/api", "./cmd/api does not exist"),
        ("go run cmd/main.go", "cmd/main.go does not exist"),
        ("psql harbor < seed.sql", "seed.sql does not exist"),
        ("cargo test -p harbor-core", "no crate is called harbor-core"),
        ("cargo run --bin worker", "no crate has a program worker"),
        ("terraform -chdir=infra apply", "infra does not exist"),
        ("anchor build", "the root has no Anchor.toml"),
        ("uv run python scripts/load.py", "scripts/load.py does not exist"),
    ],
)
def test_commands_that_fail(inspect: Inspect, command: str, lack: str) -> None:
    tree = {
        "README.md": page(command),
        "package.json": package(build="vitest --version"),
        "web": {"package.json": package(build="vitest --version")},
        "compose.yml": "services:\n  web:\n    image: nginx\n",
        "Makefile": "build:\n\ttrue\n",
        "Cargo.toml": '[workspace]\nmembers = ["api"]\n',
        "api": {"Cargo.toml": '[package]\nname = "harbor-api"\n', "src": {"main.rs": "fn main() {}\n"}},
    }

    found = inspect(CHECK, tree)

    assert places(found) == [("warning", "README.md", 4)]
    assert messages(found) == [f"`{command}` fails: {lack}."]


def test_none_of_the_folders_that_a_placeholder_stands_for_has_it(inspect: Inspect) -> None:
    tree = {
        "README.md": page("cd sites/<site>", "npm run gone"),
        "package.json": package(gone="vitest"),
        "sites": {"shop": {"package.json": package(dev="vitest")}, "blog": {"package.json": package()}},
    }

    assert places(inspect(CHECK, tree)) == [("warning", "README.md", 5)]


@pytest.mark.parametrize(
    "lines",
    [
        ("npm install", "npm test", "npm run build"),
        ("make --version", "psql store < store-YYYYMMDD-HHMM.sql", "cp dump-yyyy-mm-dd.sql dump.sql"),
        ("cd web", "npm run dev"),
        ("cd web && npm run dev", "npm run build"),
        ("cd web", "npm run dev", "", "npm run build"),
        ("git clone https://example.invalid/a/harbor.git", "cd harbor/web", "npm run dev"),
        ("git clone --depth 1 -b main https://example.invalid/a/port.git", "cd port", "npm run build"),
        ("gh repo clone a/harbor", "cd harbor", "npm run build"),
        ("pushd web", "npm run dev", "popd", "npm run build"),
        ("mkdir shop", "npm init -y", "npm run shop"),
        ("git clone <address>", "cd anything", "npm run build"),
        ("git clone https://example.invalid/a/harbor.git && cd harbor", "npm run build"),
        ("git clone https://example.invalid/a/other.git", "cd harbor", "npm run build"),
        ("npm run <name>", "cd your-folder", "node scripts/$NAME.js", "cp ~/a.json .", "npm run [task]"),
        ("yarn vitest run", "pnpm vitest", "bun install", "npx prisma migrate dev"),
        ("mkdir -p data", "cd data"),
        ("npm create vite@latest shop", "cd shop", "npm run serve"),
        ("curl -o seed.js https://example.invalid/seed.js", "node seed.js"),
        ("npm run build", "node dist/index.js", "cd dist"),
        ("git checkout lesson-2", "npm run lesson"),
        ("docker compose exec web bash", "python manage.py migrate"),
        ("# npm run gone", "npm run build # npm run gone as well"),
        ("npm run gone || true", "npm run gone # if this script exists"),
        ("npm run gone -w web --if-present",),
        ("cd C:\\work\\harbor", "npm run gone"),
        ("npx expo prebuild", "cd ios && pod install"),
        ("cp .env .env.backup", "source venv/bin/activate", "cat notes.txt"),
        ("docker compose up -d web", "docker compose logs -f"),
        ("make build", "make -C web pages"),
        ("cmake -S . -B build", "make -C build serve", "./configure"),
        ("npx shop init", "npm run serve"),
        ("cd ~/other", "make serve"),
        ("cd ~/code/harbor", "npm run build"),
        ("kubectl create configmap a --dry-run=client -o yaml | kubectl apply -f -",),
        ("npm run build --filter=harbor",),
        ("cd existing_repo", "git push -uf origin main"),
        ("kubectl apply -f rendered.service.yaml",),
        ("cd sites/<site>", "npm run dev:site"),
        ("cd path/to/clone", "npm run gone"),
        ("cd own", "cp .env.example .env"),
    ],
    ids=lambda lines: lines[0],
)
def test_quiet_about_what_works_or_may(inspect: Inspect, lines: tuple[str, ...]) -> None:
    tree = {
        "README.md": page(*lines),
        "package.json": package(test="vitest", build="vitest --version"),
        "web": {"package.json": package(dev="vitest"), "Makefile": "include pages.mk\n"},
        "sites": {"shop": {"package.json": package(**{"dev:site": "vitest"})}, "blog": {"a.txt": ""}},
        ".gitignore": "own/\n",
        "compose.yml": "services:\n  web:\n    image: nginx\n",
        "Makefile": "build:\n\ttrue\n",
    }

    assert inspect(CHECK, tree) == []


@pytest.mark.parametrize(
    "text",
    [
        page("npm run gone", language="powershell"),
        page("Run `npm run gone` first.", "npm run gone", language=""),
        page("npm run gone", "├── package.json", language="text"),
        page("npm error Missing script: gone", "npm run gone", language="console"),
        page("npm run gone", before="# Harbor\n## Migration from 1.x\n"),
        page("npm run gone", before="Run this in each package's folder:\n"),
        page("npm run gone", before="If a suite is present, run it:\n"),
        page("npm run gone", before='Add `"gone": "true"` to the scripts of your manifest.\n'),
        page("python serve.py", before="Create `serve.py` first:\n"),
        page("node seed.mjs", before="```js\n// seed.mjs\nconsole.log(1)\n```\n"),
        page("npm run dev", before="In the `web` folder:\n"),
        page("npm run dev", before="## @harbor/web\n"),
    ],
)
def test_quiet_about_other_blocks(inspect: Inspect, text: str) -> None:
    web = '{"name": "@harbor/web", "scripts": {"dev": "vite"}}'
    tree = {"README.md": text, "package.json": package(build="true"), "web": {"package.json": web}}

    assert inspect(CHECK, tree) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (page("$ npm run gone", "Missing script: gone", language="console"), 4),
        (page("npm install", "npm run gone", language=""), 5),
        (page("npm run \\", "  gone", language="sh"), 4),
        ("1. Start it:\n\n   ```sh\n   npm run gone\n   ```\n", 4),
        ("> ~~~shell\n> npm run gone\n> ~~~\n", 2),
    ],
)
def test_blocks_of_other_forms(inspect: Inspect, text: str, line: int) -> None:
    found = inspect(CHECK, {"README.md": text, "package.json": package(build="true")})

    assert places(found) == [("warning", "README.md", line)]


def test_pages_that_are_read(inspect: Inspect) -> None:
    text = page("npm run gone")
    tree = {
        "package.json": package(build="true"),
        "CONTRIBUTING.md": text,
        "docs": {"setup.md": text, "decisions.md": text, "plans": {"setup.md": text}},
        "third_party": {"lib": {"README.md": text}},
        "tests": {"README.md": text},
    }

    found = inspect(CHECK, tree)

    assert places(found) == [("warning", "CONTRIBUTING.md", 4)]
    assert [(place.path, place.line) for place in found[0].related] == [("docs/setup.md", 4)]


def test_a_page_of_another_project_is_left_alone(inspect: Inspect) -> None:
    text = page("git clone https://example.invalid/b/broker.git", "cd broker", "npm run migrate")
    tree = {
        "package.json": package(build="true"),
        "docs": {"broker": {"README.md": text}},
        "api": {"package.json": package(), "README.md": text},
    }

    assert inspect(CHECK, tree) == []


def test_a_clone_whose_folder_is_called_otherwise(inspect: Inspect) -> None:
    text = page("git clone https://example.invalid/a/harbor.git", "cd port", "npm install")

    found = inspect(CHECK, {"README.md": text, "package.json": package()})

    assert messages(found) == ["`cd port` fails: git clone makes harbor, and there is no folder port."]


def test_installs_where_no_manifest_is(inspect: Inspect) -> None:
    tree = {"README.md": page("npm install", "npm run dev"), "web": {"package.json": package(dev="vite")}}

    found = inspect(CHECK, tree)

    assert messages(found) == ["`npm install` fails: the root has no package.json."]
    assert [place.line for place in found[0].related] == [5]
    assert found[0].fixes[0].title == "say in which folder: web"


def test_an_example_that_git_ignores(inspect: Inspect) -> None:
    tree = {"README.md": page("cp .env.example .env"), ".gitignore": ".env*\n"}

    found = inspect(CHECK, tree, loose={".env.example": "A=1\n"})

    assert messages(found) == ["`cp .env.example .env` fails: .env.example is ignored by git, and no clone has it."]


def test_what_one_manifest_lacks_is_one_finding(inspect: Inspect) -> None:
    text = page("npm run a:one", "npm run a:two", "npm run a:three", "npm run a:one", "cd gone")

    found = inspect(CHECK, {"README.md": text, "package.json": package(build="true")})

    assert messages(found) == [
        "3 commands of this page fail, the first of them `npm run a:one`: package.json has no script a:one.",
        "`cd gone` fails: the folder gone does not exist.",
    ]
    assert [place.line for place in found[0].related] == [5, 6, 7]


def test_a_name_that_is_spelt_otherwise_is_corrected(inspect: Inspect) -> None:
    text = page("npm run type-check", "npm run verify:api", "bash seed.sh")
    tree = {
        "README.md": text,
        "package.json": package(**{"typecheck": "true", "deploy:api": "true"}),
        "scripts": {"seed.sh": ""},
    }

    found = inspect(CHECK, tree)

    assert [(one.fixes[0].title, bool(one.fixes[0].actions)) for one in found] == [
        ("write typecheck in place of type-check", True),
        ("add a script verify:api to package.json, or name one that it has", False),
        ("write scripts/seed.sh in place of seed.sh", True),
    ]


def test_a_name_that_holds_another_is_a_hint_only(inspect: Inspect) -> None:
    text = page("docker compose up -d harbor-postgres", "docker compose logs -f pages")
    compose = "services:\n  postgres:\n    image: postgres\n  paths:\n    image: nginx\n"

    found = inspect(CHECK, {"README.md": text, "compose.yml": compose})

    assert [(one.message, one.fixes[0].title, one.fixes[0].actions) for one in found] == [
        (
            "`docker compose up -d harbor-postgres` fails: no compose file has a service harbor-postgres; postgres is one.",
            "write postgres if that is meant, add harbor-postgres, or take the command out",
            (),
        ),
        (
            "`docker compose logs -f pages` fails: no compose file has a service pages.",
            "name a service that there is in place of pages",
            (),
        ),
    ]


def test_what_fails_makes_nothing(inspect: Inspect) -> None:
    text = page("node first.mjs", "", "node first.mjs --again")

    found = inspect(CHECK, {"README.md": text, "package.json": package()})

    assert messages(found) == ["`node first.mjs` fails: first.mjs does not exist."]
    assert [place.line for place in found[0].related] == [6]


def test_a_folder_that_is_gone_is_one_finding(inspect: Inspect) -> None:
    text = page("node demo/first.mjs", "", "node demo/second.mjs", "cd demo")

    found = inspect(CHECK, {"README.md": text, "package.json": package()})

    assert messages(found) == ["`node demo/first.mjs` and 2 more commands fail: the folder demo does not exist."]
    assert [place.line for place in found[0].related] == [6, 7]


@pytest.mark.parametrize(
    ("shown", "command", "quiet"),
    [
        ("The services:\n\n```yaml\nservices:\n  db: {image: postgres}\n```\n", "docker compose -f docker-compose.yml up", True),
        ("```yaml\nname: x\n```\n", "docker compose -f docker-compose.yml up", False),
        ("```yaml\nkind: Deployment\n```\n", "kubectl apply -f deployment.yaml", True),
        ("```yaml\nkind: Service\n```\n", "kubectl apply -f deployment.yaml", False),
        ("**ecosystem.config.js:**\n```javascript\nmodule.exports = {}\n```\n", "node ecosystem.config.js", True),
        ("**ecosystem.config.js:** has the settings.\n", "node ecosystem.config.js", False),
    ],
)  # fmt: skip
def test_a_file_that_the_page_shows_is_the_readers_to_write(
    inspect: Inspect, shown: str, command: str, quiet: bool
) -> None:
    tree = {"package.json": package(dev="vite"), "README.md": page(command, before=f"# Harbor\n\n{shown}")}

    assert (inspect(CHECK, tree) == []) is quiet


def test_each_folder_that_lines_go_to(inspect: Inspect) -> None:
    text = page("cd gone && npm run dev", "cd lost && npm run dev", "cd web && npm run dev")

    found = inspect(CHECK, {"README.md": text, "web": {"package.json": package(dev="vite")}})

    assert messages(found) == [
        "`cd gone` fails: the folder gone does not exist.",
        "`cd lost` fails: the folder lost does not exist.",
    ]


def test_a_project_that_had_a_repository_of_its_own(inspect: Inspect) -> None:
    text = page("git clone https://example.invalid/a/billing.git", "cd billing", "kubectl apply -f k8s/")
    tree = {"package.json": package(), "billing": {"README.md": text, "pom.xml": "<project/>"}}

    found = inspect(CHECK, tree)

    assert messages(found) == ["`kubectl apply -f k8s/` fails: k8s/ does not exist."]


def test_what_the_reader_generates_is_left_alone_in_its_section(inspect: Inspect) -> None:
    text = page("npx nx g @nx/js:lib shop", "nx build shop") + page("npm run gone", before="## Next\n")

    found = inspect(CHECK, {"README.md": text, "package.json": package()})

    assert messages(found) == ["`npm run gone` fails: package.json has no script gone."]


def test_of_names_that_are_as_like_each_run_hints_at_the_same() -> None:
    assert {
        likely("test-all", frozenset(names)) for names in permutations(("test-one-all", "test-two-all", "test-3-all"))
    } == {likely("test-all", ["test-3-all", "test-one-all", "test-two-all"])}


def test_the_first_page_says_what_the_repository_is_called(inspect: Inspect) -> None:
    first = page("git clone -b main https://example.invalid/a/port.git && cd port", "npm run build")
    tree = {
        "README.md": first,
        "package.json": package(build="true"),
        "docs": {"setup.md": page("git clone https://example.invalid/a/port.git", "cd port", "npm run gone")},
    }

    found = inspect(CHECK, tree)

    assert messages(found) == ["`npm run gone` fails: package.json has no script gone."]


JUSTFILE = "set shell := ['bash', '-c']\nport := '80'\nalias t := test\n\n@test name='a:b' *rest:\n    true\n[private]\nbuild: test\n    true\n"


@pytest.mark.parametrize(
    ("command", "name", "text", "lacks"),
    [
        ("just test gone", "justfile", JUSTFILE, ""),
        ("just t", "justfile", JUSTFILE, ""),
        ("just port=81 build", "Justfile", JUSTFILE, ""),
        ("just --list", "justfile", JUSTFILE, ""),
        ("just bild", "justfile", JUSTFILE, "justfile has no recipe bild; build is one"),
        ("just gone", "justfile", f"import 'more.just'\n{JUSTFILE}", ""),
        ("just gone", "justfile", f"mod more\n{JUSTFILE}", ""),
        ("task build", "Taskfile.yml", "tasks:\n  build: go build\n", ""),
        ("task b docs:serve", "Taskfile.yml", "includes: {docs: ./docs}\ntasks:\n  build: {aliases: [b]}\n", ""),
        ("task build A=1 gone", "Taskfile.yml", "tasks:\n  build: go build\n", "Taskfile.yml has no task gone"),
        ("task gone", "Taskfile.yml", "includes: {docs: {taskfile: ./d, flatten: true}}\ntasks: {a: b}\n", ""),
        ("task gone", "Taskfile.yml", "tasks:\n  'run-*': echo\n", ""),
        ("task add milk", "other.yml", "tasks: {}\n", ""),
    ],
)
def test_recipes_of_just_and_tasks_of_task(inspect: Inspect, command: str, name: str, text: str, lacks: str) -> None:
    found = inspect(CHECK, {"README.md": page(command), name: text, "a": {"README.md": page(command)}})

    assert {one.message for one in found} == ({f"`{command}` fails: {lacks}."} if lacks else set())
