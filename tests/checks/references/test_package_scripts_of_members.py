"""Scripts that choose members of a workspace, and what each member reaches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.references.package_scripts import told, workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_script_that_npm_runs_in_every_member(inspect: Inspect) -> None:
    root = {
        "workspaces": ["a", "b"],
        "scripts": {
            "build": "npm run build --workspaces",
            "test": "npm run test -ws --if-present",
            "lint": "npm run lint --workspaces",
        },
    }
    tree = {
        "package.json": json.dumps(root, indent=0),
        "a": {"package.json": '{"name": "a", "scripts": {"build": "true", "lint": "true"}}'},
        "b": {"package.json": '{"name": "b", "scripts": {"lint": "true"}}'},
    }

    found = inspect("package-script-broken", tree)

    assert places(found) == [("error", "package.json", 7)]
    assert (
        found[0].message == "The script build fails: b has no script build, and npm stops there without --if-present."
    )


def test_what_a_filter_hands_on_runs_in_the_folder_of_the_member(inspect: Inspect) -> None:
    root = {
        "a": "pnpm --filter @x/sdk exec tsx ../../scripts/gone.ts",
        "b": "npm exec -w @x/sdk -- node src/gone.js",
        "c": "yarn workspace @x/sdk exec node src/lost.js",
        "d": "pnpm -C packages/sdk exec node src/away.js",
        "e": "pnpm --filter @x/sdk exec tsx ../../scripts/there.ts && pnpm -r exec node src/gone.js && pnpm exec node scripts/there.ts",
    }
    sdk = {"package.json": '{"name": "@x/sdk", "devDependencies": {"tsx": "1"}}', "src": {"a.js": ""}}
    tree = {**workspace(root, sdk=sdk), "scripts": {"there.ts": ""}}

    assert told(inspect("package-script-broken", tree)) == [
        ("error", "The script a fails: ../../scripts/gone.ts does not exist."),
        ("error", "The script b fails: src/gone.js does not exist."),
        ("error", "The script c fails: src/lost.js does not exist."),
        ("error", "The script d fails: src/away.js does not exist."),
    ]


def test_scripts_that_only_choose_a_member_are_followed(inspect: Inspect) -> None:
    root = {
        "common": "yarn workspace @x/common",
        "web": "npm run -w @x/web",
        "loop": "yarn loop",
        "a": "yarn common watch",
        "b": "npm run web -- lint && yarn loop build",
        "c": "yarn common build && npm run web build",
    }
    member = '{"name": "@x/%s", "scripts": {"build": "true"}}'
    tree = workspace(root, common={"package.json": member % "common"}, web={"package.json": member % "web"})

    assert told(inspect("package-script-broken", tree)) == [
        ("error", "The script a fails: packages/common/package.json has no script watch."),
        ("error", "The script b fails: packages/web/package.json has no script lint."),
    ]


def test_words_that_people_call_scripts_by_are_no_programs(inspect: Inspect) -> None:
    root = {"a": "pnpm --filter api dev", "b": "pnpm --filter api... build", "c": "pnpm --filter api vitest"}
    api = {"package.json": '{"name": "@x/api", "devDependencies": {"vitest": "1", "ts-node-dev": "1"}}'}
    other = {"package.json": '{"name": "@x/other", "scripts": {"build": "true"}}'}

    assert told(inspect("package-script-broken", workspace(root, api=api, other=other))) == [
        ("error", "The script a fails: packages/api/package.json has no script dev.")
    ]


def test_npm_and_bun_want_whole_names_and_pnpm_does_nothing_for_an_unknown_one(inspect: Inspect) -> None:
    root = {
        "a": "bun run --filter emails export",
        "b": "npm run export -w emails",
        "c": "pnpm --filter emails export",
        "d": "pnpm --filter gone export",
        "e": "pnpm --filter lost --fail-if-no-match export",
        "f": "npm run export -w packages/emails && npm run export --workspace=@x/emails && bun run --filter ./packages/emails export",
    }
    emails = {"package.json": '{"name": "@x/emails", "scripts": {"export": "true"}}'}

    assert told(inspect("package-script-broken", workspace(root, emails=emails))) == [
        ("error", "The scripts a, b fail: no workspace is called emails; @x/emails is one."),
        ("warning", "The script d does nothing: no workspace is called gone."),
        ("error", "The script e fails: no workspace is called lost."),
    ]


def test_pnpm_reaches_what_a_member_declares_alone(inspect: Inspect) -> None:
    def tree(**more: str) -> dict[str, object]:
        api = {
            "name": "@x/api",
            "dependencies": {"a": "1", "@x/own": "workspace:*"},
            "scripts": {"a": "tsx a.ts", "b": "mocha", "c": "jest", "d": "eslint ."},
        }
        own = {"name": "@x/own", "bin": {"jest": "./a.js"}}
        web = {"name": "@x/web", "devDependencies": {"tsx": "1", "eslint": "8"}}
        return {
            "package.json": '{"name": "root", "devDependencies": {"mocha": "1"}}',
            ".eslintrc": "{}",
            "pnpm-workspace.yaml": "packages: ['packages/*']\n",
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n  tsx@1.0.0: {}\n",
            "packages": {
                "api": {"package.json": json.dumps(api), "a.ts": ""},
                "own": {"package.json": json.dumps(own), "a.js": ""},
                "web": {"package.json": json.dumps(web)},
            },
            **more,
        }

    text = "The script a fails: tsx is a program of the package of that name, which others ask for, and this package does not reach."
    assert told(inspect("package-script-broken", tree())) == [("warning", text)]
    assert inspect("package-script-broken", tree(**{".npmrc": "node-linker=hoisted\n"})) == []
    assert inspect("package-script-broken", tree(**{".npmrc": "public-hoist-pattern[]=*tsx*\n"})) == []


def test_what_a_root_and_a_member_of_pnpm_reach(inspect: Inspect) -> None:
    root = '{"devDependencies": {"mocha": "1"}, "scripts": {"a": "wrangler deploy", "b": "vercel", "c": "pnpm tsx", "tsx": "pnpm -r tsx"}}'
    api = '{"name": "@x/api", "dependencies": {"a": "1"}, "scripts": {"lint": "eslint ."}}'
    web = '{"name": "@x/web", "devDependencies": {"wrangler": "4", "eslint": "8", "tsx": "1"}}'
    tree = {
        "package.json": root,
        "pnpm-workspace.yaml": "packages: ['packages/*']\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\npackages:\n  a@1.0.0: {}\n",
        "packages": {"web": {"package.json": web}, "api": {"package.json": api}},
    }

    assert sorted(told(inspect("package-script-broken", tree))) == [
        ("error", "The script lint fails: eslint 8 finds no .eslintrc or eslintConfig beside package.json or above, and stops."),
        ("warning", "The script a fails: wrangler is a program of the package of that name, which others ask for, and this package does not reach."),
    ]  # fmt: skip


def test_packages_beside_each_other_share_no_programs(inspect: Inspect) -> None:
    tree = {
        "web": {"package.json": '{"name": "web", "devDependencies": {"vitest": "1"}}'},
        "server": {"package.json": '{"name": "server", "dependencies": {"a": "1"}, "scripts": {"test": "vitest"}}'},
    }

    assert told(inspect("package-script-broken", tree)) == [
        (
            "warning",
            "The script test fails: vitest is a program of the package of that name, which no manifest asks for.",
        )
    ]


def test_eslint_8_wants_a_configuration_at_the_package_above_or_within(inspect: Inspect) -> None:
    def project(script: str = "eslint . --ext ts,tsx", **more: object) -> dict[str, object]:
        manifest = {"name": "a", "devDependencies": {"eslint": "^8.57.0", "next": "14"}, "scripts": {"lint": script}}
        table = {name: more.pop(name) for name in ("eslintConfig",) if name in more}
        return {"package.json": json.dumps({**manifest, **table}), **more}

    tree = {
        "web": project(),
        "quietly": project("eslint --fix src"),
        "table": project(eslintConfig={"root": True}),
        "classic": project(**{".eslintrc.cjs": ""}),
        "within": project("eslint src", src={".eslintrc.json": "{}"}),
        "above": {".eslintrc": "{}", "inner": project()},
        "next": project("next lint"),
        "usage": project("eslint --ext .ts"),
        "others": project("eslint ../shared/src"),
        "given": project("eslint --no-eslintrc --rule x src"),
        "tolerated": project("eslint . || true"),
    }

    found = inspect("package-script-broken", tree)

    text = "The script lint fails: eslint 8 finds no .eslintrc or eslintConfig beside package.json or above, and stops."
    assert [(one.path, one.message) for one in found] == [
        ("quietly/package.json", text),
        ("web/package.json", text),
    ]
    (one,) = inspect("package-script-broken", {**tree, **{f"more{number}": project() for number in range(3)}})
    assert one.message.startswith("Scripts of 5 packages fail: eslint 8 finds no")


def test_eslint_9_wants_a_configuration(inspect: Inspect) -> None:
    def project(version: str, script: str = "eslint .", **more: str) -> dict[str, object]:
        manifest = {"name": "a", "devDependencies": {"eslint": version}, "scripts": {"lint": script}}
        return {"package.json": json.dumps(manifest), **more}

    tree = {
        "web": project("^9.1.0"),
        "old": project("^7.1.0"),
        "catalog": project("catalog:"),
        "given": project("^9.1.0", "eslint -c lint.mjs . || true"),
        "flat": project("^9.1.0", **{"eslint.config.mjs": ""}),
        "classic": project("^9.1.0", **{".eslintrc.json": "{}"}),
        "above": {"eslint.config.js": "", "inner": project("^9.1.0")},
    }

    text = "The script lint fails: eslint 9 finds no eslint.config.js beside package.json or above, and stops."
    assert told(inspect("package-script-broken", tree)) == [("error", text)]


@pytest.mark.parametrize(
    ("lock", "text", "told"),
    [
        ("package-lock.json", '{"packages": {"node_modules/eslint": {}}}', False),
        ("package-lock.json", '{\n "dependencies": {\n  "eslint": {"version": "8"}}}', False),
        ("package-lock.json", '{"packages": {"node_modules/x": {"peerDependencies": {\n"eslint": "^8"\n}}}}', True),
        (
            "package-lock.json",
            '{"packages": {"node_modules/x": {"funding": "https://opencollective.com/eslint"}}}',
            True,
        ),
        ("yarn.lock", 'eslint@^8.0.0:\n  version "8.1.0"\n', False),
        ("yarn.lock", '"eslint@npm:^8":\n  version: 8.1.0\n', False),
        ("pnpm-lock.yaml", "packages:\n\n  eslint@9.1.0:\n    resolution: {}\n", False),
        ("pnpm-lock.yaml", "packages:\n\n  /eslint/8.1.0:\n    dev: true\n", False),
        ("pnpm-lock.yaml", "packages:\n\n  x@1.0.0:\n    peerDependencies:\n      eslint: ^8\n", True),
    ],
)
def test_what_others_would_take_is_in_no_lock(inspect: Inspect, lock: str, text: str, told: bool) -> None:
    manifest = json.dumps({"name": "a", "scripts": {"lint": "eslint src"}, "dependencies": {"x": "1"}})

    found = inspect("package-script-broken", {"package.json": manifest, lock: text})

    assert [one.severity for one in found] == (["error"] if told else [])


@pytest.mark.parametrize(("manager", "told"), [("pnpm@9.15.0", False), ("pnpm@10.11.0", True)])
def test_pnpm_gives_members_no_linter_of_another_since_ten(inspect: Inspect, manager: str, told: bool) -> None:
    asks = {"name": "b", "devDependencies": {"eslint": "^9"}}
    runs = {"name": "a", "scripts": {"lint": "eslint src"}, "dependencies": {"x": "1"}}
    tree = {
        "package.json": json.dumps({"name": "root", "private": True, "packageManager": manager}),
        "pnpm-workspace.yaml": "packages: [packages/*]\n",
        "pnpm-lock.yaml": "packages:\n\n  eslint@9.1.0:\n    resolution: {}\n",
        "packages": {
            "a": {"package.json": json.dumps(runs), "src": {"a.js": ""}},
            "b": {"package.json": json.dumps(asks)},
        },
    }

    found = inspect("package-script-broken", {**tree, "eslint.config.js": ""})

    assert [(one.path, one.severity) for one in found] == ([("packages/a/package.json", "warning")] if told else [])


@pytest.mark.parametrize(
    ("manifest", "lock", "job", "told"),
    [
        ("{}", "", "bunx biome check .", True),
        ("{}", "", "npx --yes biome@2 check && npx prettier .", True),
        ('{"devDependencies": {"@biomejs/biome": "2"}}', "", "bunx biome check .", False),
        ("{}", '"packages": {\n  "@biomejs/biome": ["@biomejs/biome@2.0.0"]}', "bunx biome check .", False),
        ("{}", "", "npm i -g @biomejs/biome && npx biome check", False),
        ("{}", "", "bunx -p x biome && bunx biomes && bunx prettier .", False),
        ("{}", "", "echo run npx biome", False),
    ],
)
def test_a_program_that_is_fetched_by_the_name_of_a_stranger(
    inspect: Inspect, manifest: str, lock: str, job: str, *, told: bool
) -> None:
    workflow = f"jobs:\n  a:\n    steps:\n      - run: {job}\n"
    tree = {
        "package.json": manifest,
        "bun.lock": f"{{\n{lock}\n}}",
        ".github": {"workflows": {"ci.yml": workflow}},
        ".husky": {"pre-commit": f"{job}\n"},
    }

    found = inspect("package-script-broken", tree)

    assert [(one.path, one.line, one.evidence) for one in found] == (
        [(".github/workflows/ci.yml", 4, ".github/workflows/ci.yml:4, .husky/pre-commit:1")] if told else []
    )


def test_programs_by_another_name_and_the_command_that_next_has_no_more(inspect: Inspect) -> None:
    def project(version: str, **scripts: str) -> dict[str, str]:
        return {"package.json": json.dumps({"dependencies": {"next": version}, "scripts": scripts})}

    tree = {
        "old": project("^13.5.0", a="next export"),
        "new": project("14.2.5", a="next build && next export", b="opennextjs-cloudflare build"),
        "any": project("latest", a="next export"),
    }

    assert told(inspect("package-script-broken", tree)) == [
        ("error", "The script a fails: next export is a command that Next.js has no more from version 14 on."),
        (
            "warning",
            "The script b fails: opennextjs-cloudflare is a program of @opennextjs/cloudflare, which no manifest asks for.",
        ),
    ]


def test_a_package_that_pnpm_does_not_list_is_chosen_by_no_script(inspect: Inspect) -> None:
    tree = {
        "package.json": json.dumps({"name": "root", "scripts": {"e2e": "pnpm --filter e2e test"}}),
        "pnpm-workspace.yaml": "packages: [web]\n",
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "web": {"package.json": '{"name": "web"}'},
        "e2e": {"package.json": '{"name": "e2e", "scripts": {"test": "true"}}'},
    }

    (found,) = inspect("package-script-broken", tree)

    assert found.message == "The script e2e does nothing: no workspace is called e2e, and e2e/package.json is in none."
    assert [fix.title for fix in found.fixes] == ["list e2e in the workspace, or run it in that folder"]


def test_an_option_for_the_folder_that_the_manager_does_not_know(inspect: Inspect) -> None:
    root = {
        "a": "pnpm --cwd web build",
        "b": "pnpm run --cwd=web build",
        "c": "npm --dir web run build",
        "d": "yarn --prefix web build",
        "e": "bun run -C web build",
        "f": "pnpm -C web build && pnpm run --dir web build && npm --prefix web run build && yarn --cwd web build",
        "g": "bun run --cwd web build && pnpm exec turbo --cwd web && pnpm build --cwd web && npx --cwd web tool",
        "h": "yarn --cwd web gone",
        "build": "true",
    }
    tree = {
        "package.json": json.dumps({"scripts": root, "devDependencies": {"turbo": "1"}}, indent=0),
        "web": {"package.json": '{"scripts": {"build": "true"}}'},
    }

    assert [one.message.split(":")[0] for one in inspect("package-script-broken", tree)] == [
        "The scripts a, b fail",
        "The script c fails",
        "The script d fails",
        "The script e fails",
        "The script h fails",
    ]


@pytest.mark.parametrize(
    ("steps", "fails"),
    [
        (["npm ci", "npm run lint"], True),
        (["npm ci", "npm test"], False),
        (["npm ci", "npm run lint", "cd .. && npm ci"], False),
        (["npm ci --prefix ..", "npm run lint"], False),
    ],
)
def test_a_job_that_installs_one_package_alone(inspect: Inspect, steps: list[str], fails: bool) -> None:
    lock = '{{"lockfileVersion": 3, "packages": {{"": {{}}{}}}}}'
    run = "".join(f"      - run: {step}\n" for step in steps)
    head = "on: push\njobs:\n  a:\n    runs-on: x\n    defaults: {run: {working-directory: kit}}\n    steps:\n"
    kit = {"name": "kit", "dependencies": {"a": "1"}, "scripts": {"lint": "eslint src", "test": "node a.js"}}
    tree = {
        "package.json": '{"name": "root", "devDependencies": {"lint-rules": "1"}}',
        "package-lock.json": lock.format(', "node_modules/eslint": {"version": "8.0.0"}'),
        ".eslintrc": "{}",
        ".github": {"workflows": {"a.yml": head + run}},
        "kit": {
            "package.json": json.dumps(kit),
            "package-lock.json": lock.format(""),
            "a.js": "",
            "src": {"b.js": ""},
        },
    }
    text = "which no manifest asks for, and the job of .github/workflows/a.yml:8 installs this package alone."
    found = [one for one in inspect("package-script-broken", tree) if "eslint is a program" in one.message]
    assert [(one.severity, one.message.endswith(text)) for one in found] == [("error", True)] * fails


def test_a_member_that_is_not_there_is_told_once_for_all_that_ask_for_it(inspect: Inspect) -> None:
    asking = {"dependencies": {"@x/tool": "workspace:*"}}
    tree = {
        "package.json": '{"name": "@x/tools", "workspaces": ["packages/*"]}',
        "bun.lock": "{}",
        "packages": {
            "a": {"package.json": json.dumps({"name": "@x/tool-a", **asking})},
            "b": {"package.json": json.dumps({"name": "@x/b", **asking})},
        },
    }

    (found,) = inspect("package-script-broken", tree)

    assert (found.path, found.message) == (
        "packages/a/package.json",
        "The workspace has no member @x/tool: the install fails.",
    )
    assert "packages/b/package.json:1" in found.evidence


def test_what_a_workspace_leaves_out_asks_for_no_member(inspect: Inspect) -> None:
    asking = json.dumps({"name": "@x/old", "dependencies": {"@x/gone": "workspace:*"}})
    tree = {
        "package.json": '{"name": "x"}',
        "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "packages": {"a": {"package.json": '{"name": "@x/a"}'}},
    }

    assert inspect("package-script-broken", {**tree, "forks": {"old": {"package.json": asking}}}) == []
    assert [
        one.path
        for one in inspect(
            "package-script-broken", {**tree, "packages": {"old": {"package.json": asking}}, "forks": {}}
        )
    ] == ["packages/old/package.json"]


def test_the_root_and_the_asking_package_are_never_the_member_that_was_meant(inspect: Inspect) -> None:
    root = {"name": "@x/sdks", "workspaces": ["sdk-*"], "scripts": {"build": "lerna run build --scope=@x/sdk"}}
    tree = {
        "package.json": json.dumps({**root, "devDependencies": {"lerna": "8"}}),
        "lerna.json": "{}",
        "sdk-ts": {"package.json": '{"name": "@x/sdk-ts", "scripts": {"build": "x"}}'},
        "sdk-go": {"package.json": '{"name": "@x/sdk-go", "scripts": {"build": "x"}}'},
    }

    assert [one.message for one in inspect("package-script-broken", tree)] == [
        "The script build fails: no workspace is called @x/sdk."
    ]


@pytest.mark.parametrize(("name", "told"), [("@fork/patch-package", 0), ("@other/patches", 1)])
def test_a_fork_under_a_scope_has_the_same_program(inspect: Inspect, name: str, told: int) -> None:
    package = {"scripts": {"postinstall": "patch-package"}, "devDependencies": {name: "^6.4.14"}}
    lock = f"packages:\n\n  '{name}@6.4.14':\n    resolution: {{integrity: sha512-x}}\n    hasBin: true\n"
    tree = {"package.json": json.dumps(package), "pnpm-lock.yaml": lock}

    assert len(inspect("package-script-broken", tree)) == told


def test_programs_are_those_of_the_package_whose_script_goes_elsewhere(inspect: Inspect) -> None:
    """A manager puts the programs of the script's own package within reach, wherever the script goes then."""
    service = {"scripts": {"prepare": "cd .. && husky install a/.husky", "fmt": "cd .. && prettier ."}}
    tree = {
        "a": {
            "package.json": json.dumps({**service, "devDependencies": {"prettier": "3"}}),
            "package-lock.json": '{"packages": {"node_modules/prettier": {}}}',
        }
    }

    assert told(inspect("package-script-broken", tree)) == [
        (
            "error",
            "The script prepare fails: husky is a program of the package of that name, which no manifest asks for.",
        )
    ]
