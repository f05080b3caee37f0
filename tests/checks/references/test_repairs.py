"""A slip whose right name is known is mended as data, in each of its places; all else says what a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

COMPOSE = "services:\n  api:\n    image: busybox\n    depends_on:\n      %s:\n        condition: service_started\n    links: ['%s:db']\n  database: {image: postgres}\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  volumes: [{name: settings, emptyDir: {}}]
  containers:
    - name: web
      image: busybox
      env: [{name: API_HOST, value: "http://%s:80/x"}]
      ports: [{name: http, containerPort: 3000}]
      livenessProbe: {httpGet: {port: %s}}
      volumeMounts: [{name: %s, mountPath: /s}]
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: payments}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 3000}]}\n"
PATCH = "resources: [pod.yaml]\npatches:\n  - target: {kind: Pod, name: %s}\n    patch: |\n      - {op: replace, path: /spec/containers/0/image, value: b}\n"
WRANGLER = 'name = "edge"\nmain = "a.js"\n[env.staging]\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "orders"\ndatabase_id = "8b0f5a4e-0000-4000-8000-00000000000a"\n'
ANCHOR = '[scripts]\ntest = "npx ts-mocha -p ./%s tests/a.ts"\n'

SLIPS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("compose-dependency-undefined", {"compose.yml": COMPOSE}, "compose.yml", "databse", "database"),
    ("kubernetes-reference-missing", {"k": {"a.yaml": POD % ("%s", "http", "settings"), "s.yaml": SERVICE}}, "k/a.yaml", "payment", "payments"),
    ("kubernetes-reference-missing", {"k": {"a.yaml": POD % ("payments", "http", "%s"), "s.yaml": SERVICE}}, "k/a.yaml", "setings", "settings"),
    ("kubernetes-reference-missing", {"kustomization.yaml": PATCH, "pod.yaml": POD % ("x", "http", "settings")}, "kustomization.yaml", "wbe", "web"),
    ("kubernetes-port-mismatch", {"k": {"a.yaml": POD % ("x", "%s", "settings")}}, "k/a.yaml", "htpp", "http"),
    ("package-script-broken", {"package.json": '{"scripts": {"build": "tsc", "all": "npm run %s"}}\n'}, "package.json", "biuld", "build"),
    ("package-script-broken", {"package.json": '{"scripts": {"all": "make %s"}}\n', "Makefile": "release:\n\ttrue\n"}, "package.json", "relase", "release"),
    ("package-entry-missing", {"package.json": '{"name": "a", "types": "%s"}\n', "types.d.ts": ""}, "package.json", "tpyes.d.ts", "types.d.ts"),
    ("anchor-script-broken", {"Anchor.toml": ANCHOR, "tsconfig.json": "{}", "tests": {"a.ts": ""}}, "Anchor.toml", "tsconfg.json", "tsconfig.json"),
    ("cargo-member-missing", {"Cargo.toml": '[package]\nname = "a"\n[lib]\npath = "src/%s"\n', "src": {"main.rs": "", "engine.rs": ""}}, "Cargo.toml", "engin.rs", "engine.rs"),
    ("deploy-reference-missing", {"Procfile": "web: node src/%s\n", "src": {"server-main.js": ""}}, "Procfile", "server-mian.js", "server-main.js"),
    ("dockerfile-copy-missing", {"Dockerfile": "FROM node:22 AS builder\nFROM scratch\nCOPY --from=%s /x /x\n"}, "Dockerfile", "bulider", "builder"),
    ("dockerfile-copy-missing", {"Dockerfile": "FROM scratch\nCOPY %s ./\n", "server.js": ""}, "Dockerfile", "sevrer.js", "server.js"),
    ("compose-reference-missing", {"compose.yml": "services:\n  web:\n    image: nginx\n    volumes: ['./%s:/etc/proxy.conf:ro']\n", "proxy.conf": ""}, "compose.yml", "porxy.conf", "proxy.conf"),
    ("wrangler-environment-undefined", {"wrangler.toml": WRANGLER, "a.js": "", "package.json": '{"scripts": {"d": "wrangler deploy --env %s"}}\n'}, "package.json", "stagng", "staging"),
    ("wrangler-reference-missing", {"wrangler.toml": WRANGLER, "a.js": "", "package.json": '{"scripts": {"d": "wrangler d1 execute %s"}}\n'}, "package.json", "order", "orders"),
    ("terraform-reference-missing", {"main.tf": 'variable "region" {}\noutput "a" {\n  value = var.%s\n}\n'}, "main.tf", "regoin", "region"),
    ("tsconfig-path-missing", {"tsconfig.json": '{"compilerOptions": {"paths": {"@api": ["./src/%s"]}}}\n', "src": {"client.ts": "", "a.ts": 'import "@api";\n'}}, "tsconfig.json", "cleint.ts", "client.ts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "tree", "path", "slip", "right"), SLIPS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_slip_is_corrected(  # noqa: PLR0917 - a fixture, and one row of the table
    inspect: Inspect, check: str, tree: dict[str, Any], path: str, slip: str, right: str
) -> None:
    found = inspect(check, _filled(tree, slip))
    wrong = [one for one in found if one.severity != "info"]

    assert len(wrong) == 1, wrong
    assert [fix.safety for fix in wrong[0].fixes] == ["unsafe"]
    assert _mended(wrong[0], _filled(tree, slip)) == {path: _text(_filled(tree, right), path)}
    assert [one for one in inspect(check, _filled(tree, right)) if one.severity != "info"] == []


def test_a_name_is_corrected_in_all_files_that_use_it(inspect: Inspect) -> None:
    tree = {
        "variables.tf": 'variable "region" {}\n',
        "a.tf": 'output "a" {\n  value = var.regoin\n}\n',
        "b.tf": 'output "b" {\n  value = "${var.regoin}-b"\n}\n',
    }

    (found,) = inspect("terraform-reference-missing", tree)

    assert [fix.title for fix in found.fixes] == ["write var.region in place of var.regoin"]
    assert _mended(found, tree) == {name: tree[name].replace("regoin", "region") for name in ("a.tf", "b.tf")}


def test_two_words_in_one_line_are_left_to_a_person(inspect: Inspect) -> None:
    tree = {"main.tf": 'variable "region" {}\noutput "a" {\n  value = "${var.regoin} ${var.regoin}"\n}\n'}

    (found,) = inspect("terraform-reference-missing", tree)

    assert [(fix.title, fix.safety) for fix in found.fixes] == [("write var.region in place of var.regoin", "manual")]


@pytest.mark.parametrize(
    ("check", "tree", "title"),
    [
        (
            "compose-dependency-undefined",
            {"compose.yml": "services:\n  web:\n    image: busybox\n    depends_on: [queue]\n"},
            "define the service queue, or take it out of web",
        ),
        (
            "compose-variable-undefined",
            {"compose.yml": "services:\n  web:\n    image: a:${TAG}\n", ".env.example": "A=1\n"},
            "name TAG in .env.example, or write ${TAG:-value} or ${TAG:?why}",
        ),
        (
            "port-conflict",
            {"compose.yml": "services:\n  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:81']}\n"},
            "publish another host port than 80 for b or a",
        ),
        (
            "cargo-member-missing",
            {"Cargo.toml": '[workspace]\nmembers = ["oracle"]\n'},
            "bring oracle back, or remove the entry",
        ),
        (
            "package-script-broken",
            {"package.json": '{"scripts": {"e2e": "node scripts/e2e.mjs"}}\n'},
            "add scripts/e2e.mjs, or correct the path",
        ),
        (
            "dockerfile-copy-missing",
            {"Dockerfile": "FROM node:22\nCOPY package.json package-lock.json ./\n", "package.json": "{}"},
            "run `npm install --package-lock-only` and commit package-lock.json",
        ),
        ("config-unparsable", {"a.yaml": "a: 1\nb: 2\na: 3\n"}, "keep one a: that of line 1 or that of line 3"),
        (
            "import-escapes-project",
            {"a": {"package.json": '{"name": "a"}', "x.js": 'import "../b/y.js";\n'}, "b": {"y.js": ""}},
            "make b a package that a depends on, or move it into a",
        ),
    ],
)
def test_what_a_person_does_names_the_thing(inspect: Inspect, check: str, tree: dict[str, Any], title: str) -> None:
    (found,) = inspect(check, tree)

    assert [(fix.title, fix.safety) for fix in found.fixes] == [(title, "manual")]


def _filled(tree: dict[str, Any], word: str) -> dict[str, Any]:
    """The tree with a word in its gaps."""
    return {
        name: _filled(value, word) if isinstance(value, dict) else value.replace("%s", word)
        for name, value in tree.items()
    }


def _mended(found: Finding, tree: dict[str, Any]) -> dict[str, str]:
    """The files that the finding's first repair edits, as they are afterwards."""
    actions = [action for action in found.fixes[0].actions if isinstance(action, EditFile)]
    return {action.path: _edited(_text(tree, action.path), action) for action in actions}


def _edited(text: str, action: EditFile) -> str:
    content = text.encode()
    for span in sorted(action.spans, key=lambda one: one.start, reverse=True):
        content = content[: span.start] + span.text + content[span.end :]
    return content.decode()


def _text(tree: dict[str, Any], path: str) -> str:
    value: Any = tree
    for step in path.split("/"):
        value = value[step]
    return str(value)
