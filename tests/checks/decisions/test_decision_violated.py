"""What contradicts a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

DOMAINS = '[decisions.domains]\nproduction = ["acme.io"]\nstaging = ["acme.dev"]\n'


def test_hosts_outside(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "toolkit.toml": DOMAINS,
        "edge": {
            "wrangler.toml": 'routes = [\n  { pattern = "api.acme.io/*", zone_name = "acme.io" },\n  { pattern = "api.acme.net/*" },\n]\n'
        },
        "infra": {
            "main.tf": 'resource "r" "x" {\n  pattern = "*other.io/*"\n}\nresource "r" "y" {\n  pattern = "*acme.io/*"\n}\n'
        },
        "k8s": {"i.yaml": "kind: Ingress\nspec:\n  rules:\n    - host: app.acme.org\n    - host: app.acme.dev\n"},
    }

    assert places(inspect("decision-violated", tree)) == [
        ("error", "edge/wrangler.toml", 3),
        ("error", "infra/main.tf", 2),
        ("error", "k8s/i.yaml", 4),
    ]


def test_quiet_hosts(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "toolkit.toml": DOMAINS,
        "src": {"a.js": 'fetch("https://api.github.com"); fetch("http://localhost")', "a.svg": "http://www.w3.org"},
        "infra": {
            "main.tf": 'locals {\n  host = "db.internal"\n  hostname = "x.workers.dev"\n  domain = var.domain\n  domains = ["www.acme.io"]\n  source = "a.b.c/d"\n}\n'
        },
        "k8s": {
            "i.yaml": "kind: Ingress\nspec:\n  rules:\n    - host: app.local\n    - host: '*.acme.io'\n  http: {backend: a.b.com}\n"
        },
        "wrangler.toml": 'main = "src/a.js"\nroute = "acme.io/*"\n# pattern = "gone.io"\n',
    }

    assert inspect("decision-violated", tree) == []


def test_a_runtime_that_was_not_chosen(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "toolkit.toml": '[decisions]\nruntime = "kubernetes"\n',
        "compose.yml": "",
        "compose.prod.yml": "",
        "k8s": {"a.yaml": "kind: Deployment\n"},
        "fly.toml": "",
    }

    assert places(inspect("decision-violated", tree)) == [
        ("warning", "compose.prod.yml", 0),
        ("warning", "fly.toml", 0),
    ]


def test_critical_subprojects(inspect: Callable[..., list[Finding]]) -> None:
    manifest = '{"name": "a", "dependencies": {"x": "1"}}'
    tree = {
        "toolkit.toml": '[decisions]\ncritical = [\n  "api",\n  "web",\n  "gone",\n]\nonchain = "nowhere"\n',
        "api": {"package.json": manifest, "a.js": ""},
        "web": {"package.json": manifest, "package-lock.json": "{}", "a.test.js": ""},
        ".github": {
            "workflows": {"ci.yml": "on: push\njobs: {a: {steps: [{run: npm test, working-directory: web}]}}\n"}
        },
    }
    found = inspect("decision-violated", tree)

    assert [(one.line, one.message) for one in sorted(found, key=lambda one: one.line)] == [
        (3, "api is critical and lacks tests and a workflow that runs for it and a lock"),
        (5, "gone is critical and lacks the folder"),
        (7, "the source of truth of the programs, nowhere, does not exist"),
    ]
