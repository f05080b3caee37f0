"""Build outputs where the build does not write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def tree(path: str, options: str) -> dict[str, object]:
    return {
        "package.json": '{"scripts": {"build": "tsc"}}',
        "tsconfig.json": f'{{"compilerOptions": {{"outDir": "dist"{options}}}, "include": ["src", "test"]}}',
        "src": {"worker.ts": ""},
        "test": {"worker.test.ts": ""},
        "infra": {"main.tf": f'locals {{\n  code = file("${{path.module}}/../{path}")\n}}\n'},
    }


def test_tests_move_the_output(inspect: Inspect) -> None:
    found = inspect("terraform-artifact-mismatch", tree("dist/worker.js", ""))

    assert places(found) == [("error", "infra/main.tf", 2)]
    assert [fix.title for fix in found[0].fixes] == ["write ${path.module}/../dist/src/worker.js"]


def test_quiet_about_the_right_place(inspect: Inspect) -> None:
    assert inspect("terraform-artifact-mismatch", tree("dist/src/worker.js", "")) == []


def test_quiet_where_a_bundler_writes(inspect: Inspect) -> None:
    files = tree("dist/worker.js", "") | {"package.json": '{"scripts": {"build": "rollup -c", "check:types": "tsc"}}'}

    assert inspect("terraform-artifact-mismatch", files) == []


def bundled(path: str, **files: str) -> dict[str, object]:
    return {
        "app": {name.replace("__", "."): text for name, text in files.items()},
        "infra": {"main.tf": f'locals {{\n  code = file("${{path.module}}/../app/{path}")\n}}\n'},
        ".gitignore": "dist\nout\n",
    }


ESBUILD = "import { build } from 'esbuild';\nawait build({ entryPoints: ['src/a.ts'], %s });\n"


@pytest.mark.parametrize(
    ("path", "right", "files"),
    [
        ("dist/a.js", "out/a.js", {"package__json": '{"scripts": {"build": "node build.mjs"}}', "build__mjs": ESBUILD % "outdir: 'out'"}),
        ("dist/a.js", "dist/a.mjs", {"package__json": '{"scripts": {"build": "node build.mjs"}}', "build__mjs": ESBUILD % "outfile: 'dist/a.mjs'"}),
        ("dist/a.js", "dist/b/a.js", {"package__json": '{"scripts": {"build": "rollup -c"}}', "rollup__config__js": "export default { output: { file: 'dist/b/a.js' } };\n"}),
        ("dist/index.html", "out/index.html", {"package__json": '{"scripts": {"build": "vite build --outDir out"}}'}),
        ("out/index.js", "dist/index.js", {"package__json": '{"scripts": {"build": "ncc build src/index.ts"}}'}),
        ("dist/index.js", "out/index.js", {"package__json": '{"scripts": {"build": "bun build src/index.ts --outdir out"}}'}),
    ],
)  # fmt: skip
def test_places_of_bundlers(inspect: Inspect, path: str, right: str, files: dict[str, str]) -> None:
    wrong = inspect("terraform-artifact-mismatch", bundled(path, **files))
    fine = inspect("terraform-artifact-mismatch", bundled(right, **files))

    assert places(wrong) == [("error", "infra/main.tf", 2)]
    assert [fix.title for fix in wrong[0].fixes] == [f"write ${{path.module}}/../app/{right}"]
    assert fine == []


@pytest.mark.parametrize("script", ["next build", "node build.mjs", "vite build", "turbo build"])
def test_quiet_where_a_place_is_computed(inspect: Inspect, script: str) -> None:
    files = {
        "package__json": f'{{"scripts": {{"build": "{script}"}}}}',
        "build__mjs": "build({ outdir: process.argv[2] });\n",
        "vite__config__ts": "export default { build: { outDir: where } };\n",
    }

    assert inspect("terraform-artifact-mismatch", bundled("dist/a.js", **files)) == []


def test_quiet_about_what_is_copied_there(inspect: Inspect) -> None:
    files = {"package__json": '{"scripts": {"build": "vite build --outDir out"}}'}
    tree = {**bundled("dist/a.js", **files), "Makefile": "all:\n\tcp app/out/a.js app/dist/a.js\n"}

    assert inspect("terraform-artifact-mismatch", tree) == []


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ('"build": "echo no build step"', [("warning", "infra/main.tf", 2)]),
        ('"build": "echo a > dist/worker.js"', []),
        ('"build": "make"', []),
        ('"test": "echo none"', []),
    ],
)
def test_a_build_that_only_says_something(inspect: Inspect, scripts: str, expected: list[tuple[str, str, int]]) -> None:
    files = bundled("dist/worker.js", package__json=f'{{"scripts": {{{scripts}}}}}')

    assert places(inspect("terraform-artifact-mismatch", files)) == expected
    assert not expected or inspect("terraform-reference-missing", files) == []


def test_an_output_of_a_folder_that_is_gone(inspect: Inspect) -> None:
    text = 'data "archive_file" "a" {\n  source_dir = "${path.module}/../lambdas/gone/dist"\n}\n'
    files = {".gitignore": "lambdas/*/dist/\n", "lambdas/here/a.ts": "", "infra/main.tf": text}

    assert places(inspect("terraform-reference-missing", files)) == [("error", "infra/main.tf", 2)]
    assert places(inspect("terraform-reference-missing", files | {"lambdas/gone/a.ts": ""})) == [
        ("info", "infra/main.tf", 2)
    ]


WORKER = '{"scripts": {"deploy": "wrangler deploy", "dev": "wrangler dev"%s}}'


@pytest.mark.parametrize(
    ("extra", "files", "told"),
    [
        ("", {}, True),
        (', "types": "tsc --noEmit"', {}, True),
        (', "bundle": "node make.mjs"', {}, False),
        (', "deploy:all": "wrangler deploy --outdir dist"', {}, False),
        (', "x": "esbuild a.ts --outfile=dist/worker.js"', {}, False),
        ("", {"api": {"package.json": WORKER % "", "esbuild.mjs": ""}}, False),
        ("", {"release.sh": "cd api && npx esbuild a.ts --outfile=dist/worker.js\n"}, False),
        ("", {"web": {"package.json": '{"scripts": {"build": "tsup a.ts --out-dir dist"}}'}}, True),
        ("", {"api": {"package.json": WORKER % "", "vitest.config.ts": ""}}, True),
        ("", {"release.sh": "cp made.js api/dist/worker.js\n"}, False),
        (
            "",
            {"api": {"package.json": WORKER % "", "wrangler.toml": 'name = "a"\n[build]\ncommand = "sh b.sh"\n'}},
            False,
        ),
    ],
)
@pytest.mark.parametrize(
    "read", ['file("${path.module}/../api/dist/worker.js")', "file(local.bundle)", 'file("${local.bundle}")']
)
def test_an_output_that_nothing_makes(
    inspect: Inspect, read: str, extra: str, files: dict[str, object], told: bool
) -> None:
    terraform = f'locals {{\n  root = "${{path.module}}/.."\n  bundle = "${{local.root}}/api/dist/worker.js"\n  code = {read}\n}}\n'
    tree = {
        "api": {"package.json": WORKER % extra, "a.ts": ""},
        "infra": {"main.tf": terraform},
        ".gitignore": "dist/\n",
        **files,
    }

    found = inspect("terraform-artifact-mismatch", tree)

    assert places(found) == ([("warning", "infra/main.tf", 4)] if told else [])
    assert {one.severity for one in inspect("terraform-reference-missing", tree)} <= (set() if told else {"info"})


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("build/index.js", [("terraform-artifact-mismatch", "error")]),
        ("build/index.zip", [("terraform-reference-missing", "warning")]),
    ],
)
def test_one_finding_for_what_the_build_makes_elsewhere_or_nobody_packs(
    inspect: Inspect, written: str, told: list[tuple[str, str]]
) -> None:
    tree = {
        "infra": {
            "main.tf": f'resource "aws_lambda_function" "f" {{\n  filename = "${{path.module}}/../api/{written}"\n}}\n'
        },
        "api": {
            "package.json": '{"name": "api", "scripts": {"build": "tsc"}}',
            "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}',
            "src": {"index.ts": ""},
        },
    }

    checks = ("terraform-artifact-mismatch", "terraform-reference-missing")

    assert [(one.check, one.severity) for check in checks for one in inspect(check, tree)] == told
