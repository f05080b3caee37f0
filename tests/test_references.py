"""The verdict on a path that a file names: the same for a fresh clone and a built tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolkit.checking import Inspection
from toolkit.outputs import outputs
from toolkit.references import Verdict, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

TREE = {
    ".gitignore": "dist/\nbuild/\ntarget/\nnode_modules/\n.env\nlocal.json\n",
    "docs": {"guide.md": "", "Setup.md": ""},
    "infra": {"main.tf": "", "init.sql": ""},
    "edge": {
        "package.json": json.dumps({"name": "edge", "scripts": {"build": "tsc -p tsconfig.json", "start": "node dist/worker.js"}}),
        "tsconfig.json": '{"extends": "../base.json", "compilerOptions": {"outDir": "dist"}, "include": ["src", "test"]}',
        "src": {"worker.ts": "", "routes": {"a.ts": ""}},
        "test": {"worker.test.ts": ""},
    },
    "site": {"package.json": json.dumps({"scripts": {"build": "vite build"}}), "src": {"index.ts": ""}},
    "pack": {"package.json": json.dumps({"scripts": {"build": "esbuild src/main.ts --bundle --outfile=dist/app.js"}})},
    "plain": {"package.json": json.dumps({"scripts": {"test": "vitest"}})},
    "programs": {"Anchor.toml": "", "Cargo.toml": "[workspace]\n"},
    "base.json": "{}",
    "linked": Path("docs"),
    "away": Path("/etc"),
}  # fmt: skip


@pytest.fixture
def context(repository: Callable[..., Repository]) -> Inspection:
    made = repository(TREE)
    made.write({"local.json": "{}", "edge": {"dist": {"worker.js": "built here, and wrongly"}}, "fresh.txt": ""})
    return Inspection(made.root, {})


@pytest.mark.parametrize(
    ("reference", "base", "expected"),
    [
        ("init.sql", "infra", Verdict("exists", "infra/init.sql")),
        ("../docs", "infra", Verdict("exists", "docs")),
        ("fresh.txt", ".", Verdict("exists", "fresh.txt")),
        ("docs/*.md", ".", Verdict("exists", "docs/*.md")),
        ("**/a.ts", "edge", Verdict("exists", "edge/**/a.ts")),
        ("*.rs", "docs", Verdict("missing", "docs/*.rs")),
        ("linked/guide.md", ".", Verdict("exists", "linked/guide.md")),
        ("away/passwd", ".", Verdict("outside", "away/passwd")),
        ("../../x", "docs", Verdict("outside", "../x")),
        ("x", "/tmp/context", Verdict("outside", "/tmp/context/x")),
        ("${HOME}/x", ".", Verdict("unknown", "${HOME}/x")),
        ("local.json", ".", Verdict("ignored", "local.json")),
        (".env", "docs", Verdict("ignored", "docs/.env")),
        ("infra/init.sql", "docs", Verdict("elsewhere", "docs/infra/init.sql", base=".", near="infra/init.sql", sure=True)),
        ("dist/src/worker.js", "edge", Verdict("built", "edge/dist/src/worker.js", producer="edge", command="npm run build")),
        ("dist/src", "edge", Verdict("built", "edge/dist/src", producer="edge", command="npm run build")),
        (
            "dist/worker.js", "edge",
            Verdict("missing", "edge/dist/worker.js", producer="edge", command="npm run build", near="edge/dist/src/worker.js", sure=True),
        ),
        ("dist/index.html", "site", Verdict("built", "site/dist/index.html", producer="site", command="npm run build")),
        ("dist/app.js", "pack", Verdict("built", "pack/dist/app.js", producer="pack", command="npm run build")),
        ("dist/app.js", "plain", Verdict("ignored", "plain/dist/app.js")),
        ("target/deploy/x.so", "programs", Verdict("built", "programs/target/deploy/x.so", producer="programs", command="anchor build")),
        ("docs/setup.md", ".", Verdict("missing", "docs/setup.md", near="docs/Setup.md", sure=True)),
        ("docs/giude.md", ".", Verdict("missing", "docs/giude.md", near="docs/guide.md", sure=True)),
        ("sql/init.sql", ".", Verdict("missing", "sql/init.sql", near="infra/init.sql", sure=True)),
        ("reports/main.tf", ".", Verdict("missing", "reports/main.tf")),
        ("prod/infra/main.tf", ".", Verdict("missing", "prod/infra/main.tf", near="infra/main.tf", sure=True)),
        ("docs/guides.json", ".", Verdict("missing", "docs/guides.json")),
        ("docs/nothing-like-it.png", ".", Verdict("missing", "docs/nothing-like-it.png")),
    ],
)  # fmt: skip
def test_verdicts(context: Inspection, reference: str, base: str, expected: Verdict) -> None:
    assert resolve(context, reference, base, bases=(".",)) == expected


def test_suffixes_are_tried(context: Inspection) -> None:
    assert resolve(context, "src/worker", "edge", suffixes=(".ts", "/index.ts")).kind == "exists"


def test_a_built_tree_and_a_fresh_clone_are_judged_alike(repository: Callable[..., Repository]) -> None:
    made = repository(TREE)
    before = resolve(Inspection(made.root, {}), "dist/worker.js", "edge")
    made.write({"edge": {"dist": {"worker.js": ""}}})

    assert resolve(Inspection(made.root, {}), "dist/worker.js", "edge") == before


def test_a_circle_of_configurations_ends(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "package.json": '{"scripts": {"build": "tsc"}}',
            "tsconfig.json": '{"extends": "./a.json", "compilerOptions": {"outDir": "out"}}',
            "a.json": '{"extends": "./tsconfig.json"}',
            "x.ts": "",
        }
    )

    assert resolve(Inspection(made.root, {}), "out/x.js").kind == "built"


def test_of_two_configurations_of_a_worker_wrangler_takes_the_one_in_json(
    repository: Callable[..., Repository],
) -> None:
    tree = {
        "package.json": json.dumps({"scripts": {"build": "wrangler deploy --dry-run --outdir dist"}}),
        "wrangler.json": '{"main": "src/new.ts"}',
        "wrangler.toml": 'main = "src/old.ts"\n',
    }

    assert [one.path for one in outputs(Inspection(repository(tree).root, {}), ".")] == ["dist/new.js"]
