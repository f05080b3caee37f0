"""Every check over repositories that mean harm, or were cut off: it says something or nothing, soon, and never fails.

No time is asserted in seconds: where work is counted, four times the text may take some ten times the work of the process,
which a quadratic search exceeds by far.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks.references.test_damaged import damaged
from tests.messy.build import build
from tests.program import toolkit
from toolkit.catalog import catalog
from toolkit.checking import Inspection
from toolkit.errors import CannotCheckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.repository import Repository, Tree
    from toolkit.model import Finding

CHECKS = tuple(one for one in catalog() if one.family != "machine")
READ = re.compile(
    r"\.(ya?ml|jsonc?|tf|md|ts|js|py|rs|sql|toml|lock|txt|prisma|sh)$|^(Dockerfile|Procfile|\.npmrc|\.env.*)$"
)
STARTS = {
    "src/a.ts": "const a = ",
    "src/b.js": "",
    "src/c.py": "a = ",
    "src/d.rs": "const A: &str = ",
    "db/migrations/001_a.sql": "CREATE TABLE a (id int);\n",
    "db/queries/a.sql": "",
    "prisma/schema.prisma": "model A {\n  a String ",
    "migrations/2_b.ts": "exports.up = (knex) => knex.schema.createTable('b', (t) => { ",
    "alembic/versions/1.py": "def upgrade():\n    op.create_table('c', ",
    "docker-compose.yml": "services:\n  a:\n    image: ",
    ".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: ",
    "k8s/a.yaml": "kind: Ingress\nspec: ",
    ".env": "A=",
    ".env.example": "A=",
    ".npmrc": "",
    "README.md": "# a\n",
    "STATUS.md": "production-ready ",
    "infra/main.tf": 'resource "a" "b" {\n  c = ',
    "Dockerfile": "FROM a\nRUN ",
    "Caddyfile": "",
    "nginx/a.conf": "server {\n  server_name ",
    "package.json": '{"name": "a", "scripts": {"a": "',
    "tsconfig.json": '{"extends": "./tsconfig.json", "a": "',
    "Anchor.toml": '[programs.localnet]\na = "',
    "Cargo.toml": '[package]\nname = "',
    "wrangler.toml": 'main = "',
    "pyproject.toml": '[project]\nname = "',
    "requirements.txt": "a==",
    "package-lock.json": '{"lockfileVersion": 3, "a": "',
    "yarn.lock": "",
    "pnpm-lock.yaml": "lockfileVersion: ",
    "programs/a/src/lib.rs": 'declare_id!("',
    "Procfile": "web: ",
    "run.sh": "",
}
RUNS = {
    "blanks": " ",
    "quotes": "\"'`",
    "brackets": "([{<",
    "closed": ")]}>",
    "backslashes": "\\",
    "holes": "${a",
    "statements": "select a from b, ",
    "tables": "create table a(",
    "conditions": "if [ -f a ] && cd a || ",
    "members": "a.",
    "addresses": "http://a.b/",
    "calls": "console.log(headers, ",
    "words": "password=eyJ",
}


def told(root: Path) -> Iterator[tuple[str, list[Finding], float]]:
    """What each check finds and the work that it takes; a tool that is not there is no fault."""
    context = Inspection(root, {"PATH": os.environ["PATH"]})
    context.offline = True
    for one in CHECKS:
        before = time.process_time()
        try:
            found = list(one.load().run(context))
        except CannotCheckError:
            found = []
        yield one.id, found, time.process_time() - before


def settle(root: Path) -> list[Finding]:
    """Run every check to its end."""
    return [finding for _, found, _ in told(root) for finding in found]


def lines_of(run: str, size: int) -> Tree:
    """Every kind of file, each with a long line of one run of letters, and sources with many shorter ones."""
    text = run * (size // len(run))
    short = "\n".join([run * (1_500 // len(run))] * (size // 1_500))
    flat = {path: start + text for path, start in STARTS.items()}
    return nested(
        {**flat, "src/e.ts": f"// select from\n{short}", "src/f.py": short, "src/g.rs": short, "src/h.tsx": short}
    )


def nested(flat: dict[str, str]) -> Tree:
    """A tree of folders from paths."""
    tree: dict[str, object] = {}
    for path, text in flat.items():
        *folders, name = path.split("/")
        at = tree
        for folder in folders:
            at = at.setdefault(folder, {})  # type: ignore[assignment]
        at[name] = text
    return tree  # type: ignore[return-value]


def grown(few: Path, many: Path) -> set[str]:
    """The checks that take far more than some times the work for four times the text."""
    less = {name: work for name, _, work in told(few)}
    more = {name: work for name, _, work in told(many)}
    usual = sum(less.values()) / 10  # what is small beside the whole is noise
    return {name for name, work in more.items() if work > 12 * max(less[name], usual)}


@pytest.mark.parametrize("run", RUNS)
def test_four_times_the_text_takes_some_times_the_work(repository: Callable[..., Repository], run: str) -> None:
    few, many = (repository(lines_of(RUNS[run], size)).root for size in (8_000, 32_000))
    suspects = grown(few, many)
    # A machine that does something else adds to the work of one run; a square of it is there in each.
    for _ in range(4):
        suspects = suspects & grown(few, many) if suspects else suspects

    assert suspects == set()


@pytest.mark.parametrize("seed", [7, 23])
def test_damaged_files_of_every_kind(tmp_path: Path, seed: int) -> None:
    root = build(tmp_path / "messy")
    dice = random.Random(seed)
    for path in sorted(root.rglob("*")):
        if path.name == "toolkit.toml" or "rules" in path.parts or path.is_symlink() or ".git" in path.parts:
            continue  # settings that cannot be read end the run, and rules their check, as they should
        if path.is_file() and READ.search(path.name):
            text = damaged(path.read_text("utf-8", "replace"), dice)
            path.write_text(text[: dice.randrange(len(text) + 1)] if dice.random() < 0.2 else text, "utf-8")

    assert all(one.path and one.line >= 0 for one in settle(root))


DEEP = 100_000


def test_deep_nesting(repository: Callable[..., Repository]) -> None:
    texts = {
        "package.json": '{"a":' * DEEP,
        "tsconfig.json": "[" * DEEP,
        "wrangler.jsonc": "[" * DEEP + "]" * DEEP,
        "docker-compose.yml": "services: " + "[" * DEEP,
        ".github/workflows/ci.yml": "jobs: " + "{a: " * DEEP,
        "k8s/a.yaml": "- " * DEEP,
        "Cargo.toml": "a = " + "[" * DEEP,
        "wrangler.toml": "a = " + "{a = " * DEEP,
        "infra/main.tf": "a {\n" * DEEP,
        "infra/b.tf": "a = " + "(" * DEEP,
        "README.md": ">" * DEEP,
        "src/a.ts": "f(\n" * DEEP,
        "src/b.py": "(\n" * DEEP,
        "src/c.rs": "fn a() {\n" * DEEP,
        "src/d.js": "q(`SELECT " + "(SELECT " * 2_000 + "1 FROM a`);\n",
        "db/1.sql": "CREATE TABLE a (id int);\nSELECT "
        + "(" * DEEP
        + ";\nCREATE VIEW v AS SELECT "
        + "(SELECT " * 5_000
        + ";\n",
        "schema.prisma": "model A {\n" * 20_000,
    }

    assert isinstance(settle(repository(nested(texts)).root), list)


def laughs(depth: int = 30) -> str:
    """A few lines of YAML that would be a thousand million ones."""
    levels = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, depth))
    return f"x0: &x0 [lol]\n{levels}"


def test_laughs_and_circles(repository: Callable[..., Repository]) -> None:
    texts = {
        "docker-compose.yml": f"{laughs()}services:\n  a: {{image: a, environment: *x29, volumes: *x29}}\n",
        "compose.b.yml": "services:\n  a: {extends: {file: compose.c.yml, service: a}}\ninclude: [compose.b.yml]\n",
        "compose.c.yml": "services:\n  a: {extends: {file: compose.b.yml, service: a}}\n",
        ".github/workflows/ci.yml": f"{laughs()}on: push\njobs: {{a: {{runs-on: x, steps: *x29}}}}\n",
        ".github/workflows/a.yml": "on: workflow_call\njobs: {a: {uses: ./.github/workflows/a.yml}}\n",
        "k8s/a.yaml": f"{laughs()}kind: Deployment\nspec: *x29\n",
        "tsconfig.json": '{"extends": "./tsconfig.base.json", "references": [{"path": "."}]}',
        "tsconfig.base.json": '{"extends": "./tsconfig.json"}',
        "package.json": '{"name": "a", "workspaces": [".", "./**"], "scripts": {"a": "npm run b", "b": "npm run a"}}',
        "Cargo.toml": '[workspace]\nmembers = [".", "**"]\n[package]\nname = "a"\n[dependencies]\na = { path = "." }\n',
        "alembic/versions/1.py": "revision = 'a'\ndown_revision = 'b'\ndef upgrade():\n    op.add_column('t', sa.Column('x'))\n",
        "alembic/versions/2.py": "revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n    op.drop_column('t', 'x')\n",
    }
    made = repository(nested(texts))
    (made.root / "around").symlink_to("around")
    (made.root / "up").mkdir()
    (made.root / "up" / "again").symlink_to("..")
    (made.root / "up" / "out").symlink_to("/")
    made.git("add", "--all")

    assert isinstance(settle(made.root), list)


ESCAPE = "\x1b[31mred\x1b]0;title\x07"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "sarif", "github", "markdown"])
def test_names_and_values_cannot_reach_the_terminal(repository: Callable[..., Repository], format_: str) -> None:
    texts = {
        f"{ESCAPE}/package.json": json.dumps(
            {"name": ESCAPE, "scripts": {ESCAPE: f"node {ESCAPE}.js"}, "main": ESCAPE}
        ),
        "docker-compose.yml": 'services:\n  a: {build: "./\\x1b[31mgone", env_file: "\\x1b]0;x\\x07"}\n',
        ".github/workflows/ci.yml": 'on: push\njobs: {a: {runs-on: x, needs: "\\x1b[31m", steps: [{uses: "./\\x1b[31m"}]}}\n',
        "README.md": f"[a](./{ESCAPE}.md)\n",
        "a.ts": f"q('SELECT id FROM {ESCAPE}');\n",
    }
    made = repository(nested(texts))
    (made.root / os.fsdecode(b"not-utf8-\xff.json")).write_text("{")
    (made.root / "two\nlines.json").write_text("{")
    made.git("add", "--all")

    done = toolkit(made.root, "doctor", "--offline", "--skip", "machine", "--format", format_, "--verbose")

    assert done.code in (1, 3)
    assert [letter for letter in "\x1b\x07" if letter in done.out + done.err] == []
    if format_ in ("json", "sarif"):
        unknown = [one for one in json.loads(done.out).get("checks", []) if one["status"] == "unknown"]
        # zizmor fails over the workflow itself, and that is said.
        assert [one for one in unknown if not one["reason"].startswith("zizmor failed")] == []


HUGE = 50_000_000


def test_huge_files_are_not_held_many_times(repository: Callable[..., Repository]) -> None:
    made = repository({"package.json": "{}"})
    for name, line in {"a.ts": "call(1);\n", "b.sql": "INSERT INTO a VALUES (1);\n", "c.json": '{"a": 1},\n'}.items():
        (made.root / name).write_text(line * (HUGE // len(line)))
    made.git("add", "--all")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert isinstance(settle(made.root), list)

    kilobytes = 1 if sys.platform == "linux" else 1024
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / kilobytes < 16 * HUGE / 1024


ALPHABET = "".join(sorted({*"-:[]{}#&*!|>'\"%@` \n\t?,~<=().$\\/;a1", "\x1b", "\ufeff", "é", "\0"}))
PIECES = st.lists(
    st.one_of(
        st.text(ALPHABET, max_size=12),
        st.sampled_from(
            ["services:", "jobs:", "kind: Service", "FROM ", "resource ", "fn a(", "SELECT a FROM ", "CREATE TABLE ", "declare_id!(", "${", "'''", "/*", "<<EOF"]
        ),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES, st.booleans())
def test_any_text_in_every_file(pieces: list[str], starts: bool) -> None:
    with TemporaryDirectory() as folder:
        for path, start in STARTS.items():
            place = Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text((start if starts else "") + "".join(pieces), "utf-8")

        assert all(one.path for one in settle(Path(folder)))
