"""What contradicts a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


def test_hosts_of_every_kind_of_route(inspect: Callable[..., list[Finding]]) -> None:
    record = 'resource "cloudflare_record" "a" {\n  zone_id = var.zone\n  name = "api.other.io"\n}\nresource "cloudflare_record" "b" {\n  name = "_acme-challenge.www"\n}\n'
    tree = {
        "toolkit.toml": '[decisions.domains]\nproduction = "https://ACME.io/"\nstaging = "*.acme.dev"\n',
        "infra": {"dns.tf": record},
        "docker-compose.yml": "services:\n  a:\n    labels:\n      - traefik.http.routers.a.rule=Host(`app.other.io`)\n      - traefik.http.routers.b.rule=Host(`app.acme.io`)\n",
        "nginx": {"a.conf": "server {\n  server_name acme.io old.biz;\n}\nserver {\n  server_name _;\n}\n"},
        "Caddyfile": "acme.io, other.rocks {\n  reverse_proxy api:3000\n}\n",
        "k8s": {
            "route.yaml": "kind: IngressRoute\nspec:\n  routes:\n    - match: Host(`a.old.net`) && PathPrefix(`/x`)\n",
            "cert.yaml": "kind: Certificate\nspec:\n  dnsNames:\n    - acme.io\n    - acme-pay.com\n",
        },
        "web": {".env.production": "API=https://api.acme.xyz\nDSN=https://a.sentry.io\n"},
    }

    assert [(path, line) for _, path, line in places(inspect("decision-violated", tree))] == [
        ("Caddyfile", 1),
        ("docker-compose.yml", 4),
        ("infra/dns.tf", 3),
        ("k8s/cert.yaml", 5),
        ("k8s/route.yaml", 4),
        ("nginx/a.conf", 2),
        ("web/.env.production", 1),
    ]


def test_a_host_of_another_environment(inspect: Callable[..., list[Finding]]) -> None:
    ingress = "kind: Ingress\nspec:\n  rules:\n    - host: {}\n"
    tree = {
        "toolkit.toml": '[decisions.domains]\nproduction = "acme.io"\nstaging = "stg.acme.io"\n',
        "overlays": {
            "prod": {"a.yaml": ingress.format("api.stg.acme.io"), "b.yaml": ingress.format("api.acme.io")},
            "staging": {"a.yaml": ingress.format("api.acme.io"), "b.yaml": ingress.format("stg.acme.io")},
        },
        "base": {"a.yaml": ingress.format("api.stg.acme.io")},
    }

    assert [(one.path, one.line, one.message) for one in inspect("decision-violated", tree)] == [
        ("overlays/prod/a.yaml", 4, "api.stg.acme.io is a host of staging, and this file is for production"),
        ("overlays/staging/a.yaml", 4, "api.acme.io is a host of production, and this file is for staging"),
    ]


def test_paths_as_people_write_them_and_critical_projects(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "toolkit.toml": '[projects."svc"]\ncritical = true\n[decisions]\nonchain = "./programs/"\ncritical = ["./web/"]\nsecrets = "HashiCorp Vault"\n',
        "programs": {"Anchor.toml": ""},
        "web": {"package.json": "{}", "a.test.js": ""},
        "svc": {"pyproject.toml": '[project]\nname = "svc"\ndependencies = ["a"]\n'},
        "api": {"package.json": '{"dependencies": {"@aws-sdk/client-secrets-manager": "3"}}'},
        ".github": {
            "workflows": {"ci.yml": "on: push\njobs: {a: {steps: [{run: npm test, working-directory: web}]}}\n"}
        },
    }

    assert [(one.severity, one.path, one.line, one.message) for one in inspect("decision-violated", tree)] == [
        ("warning", "api/package.json", 0, "takes secrets from AWS Secrets Manager, and HashiCorp Vault was decided"),
        ("error", "toolkit.toml", 2, "svc is critical and lacks tests and a workflow that runs for it and a lock"),
    ]


def test_providers_of_stores_and_addresses_in_scripts(inspect: Callable[..., list[Finding]]) -> None:
    store = "kind: {}\nspec:\n  provider:\n    {}:\n      region: x\n"
    tree = {
        "toolkit.toml": '[decisions]\nsecrets = "vault"\n' + DOMAINS,
        "k8s": {
            "a.yaml": store.format("SecretStore", "aws"),
            "b.yaml": store.format("ClusterSecretStore", "vault"),
            "c.yaml": "kind: SecretProviderClass\nspec:\n  provider: azure\n",
        },
        "scripts": {"setup.sh": "echo https://docs.acme.io\necho https://docs.acme.xyz/start\n"},
    }

    assert places(inspect("decision-violated", tree)) == [
        ("warning", "k8s/a.yaml", 0),
        ("warning", "k8s/c.yaml", 0),
        ("error", "scripts/setup.sh", 2),
    ]


CRATE = '[package]\nname = "a"\nversion = "1.0.0"\n'
CARGO = {
    "Cargo.toml": '[workspace]\nmembers = ["services/*"]\n',
    "Cargo.lock": "",
    "services": {"pay": {"Cargo.toml": CRATE, "src": {"lib.rs": "#[test]\nfn a() {}\n"}}},
}
PACKAGES = {
    "package.json": '{"workspaces": ["services/*"], "scripts": {"ci": "turbo run test", "lint": "eslint ."}}',
    "package-lock.json": "{}",
    "services": {"pay": {"package.json": '{"name": "pay"}', "a.test.js": ""}},
}


@pytest.mark.parametrize(
    ("tree", "workflow", "covered"),
    [
        (CARGO, "strategy:\n  matrix:\n    service: [auth, pay]\nworking-directory: ./services/${{ matrix.service }}\n", True),
        (CARGO, "strategy:\n  matrix:\n    service: [auth, payments]\nworking-directory: ./services/${{ matrix.service }}\n", False),
        (CARGO, "with:\n  service: pay\n---\nrun: cd services/${{ inputs.service }} && make\n", True),
        (CARGO, "matrix: ${{ fromJson(needs.list.outputs.all) }}\nrun: make -C services/${{ matrix.name }}\n", True),
        (CARGO, "run: cargo test --locked\n", True),
        (CARGO, "run: cargo clippy --workspace\n", True),
        (CARGO, "run: cargo test -p auth\n", False),
        (CARGO, "run: npm test\n", False),
        (PACKAGES, "run: npm run ci\n", True),
        (PACKAGES, "run: pnpm -r test\n", True),
        (PACKAGES, "run: npm run lint\n", False),
        (PACKAGES, "run: cargo test\n", False),
    ],
)  # fmt: skip
def test_what_runs_for_a_critical_folder(
    inspect: Callable[..., list[Finding]], tree: dict[str, object], workflow: str, covered: bool
) -> None:
    settings = {
        "toolkit.toml": '[decisions]\ncritical = ["services/pay"]\n',
        ".github": {"workflows": {"ci.yml": workflow}},
    }

    found = inspect("decision-violated", {**tree, **settings})

    assert [one.message for one in found] == (
        [] if covered else ["services/pay is critical and lacks a workflow that runs for it"]
    )


def test_names_for_examples_and_one_host_in_several_files(inspect: Callable[..., list[Finding]]) -> None:
    ingress = "kind: Ingress\nspec:\n  rules:\n    - host: {}\n"
    tree = {
        "toolkit.toml": DOMAINS,
        "k8s": {
            "a.yaml": ingress.format("api.acme.example"),
            "b.yaml": ingress.format("app.example.com") + "    - host: api.example.com\n",
            "c.yaml": ingress.format("other.org"),
            "d.yaml": ingress.format("other.org"),
        },
        "openapi.json": '{"url": "https://api.acme.example"}',
    }

    found = inspect("decision-violated", tree)

    assert places(found) == [("warning", "k8s/a.yaml", 4), ("warning", "k8s/b.yaml", 4), ("error", "k8s/c.yaml", 4)]
    assert found[2].evidence.endswith("; also other.org in k8s/d.yaml:4")


def test_secrets_that_the_repository_holds_itself(inspect: Callable[..., list[Finding]]) -> None:
    secret = "kind: Secret\ntype: Opaque\nstringData:\n  # made up\n  A: change-me\n"
    tree = {
        "toolkit.toml": '[decisions]\nsecrets = "vault"\n',
        "k8s": {
            "a.yaml": f"kind: ConfigMap\n---\n{secret}",
            "filled.yaml": secret.replace("change-me", "<path:kv/a#b>"),
            "chart.yaml": secret.replace("change-me", "{{ .Values.a }}"),
            "token.yaml": secret.replace("Opaque", "kubernetes.io/service-account-token"),
            "empty.yaml": "kind: Secret\nstringData:\n",
        },
        ".env.production": "A=1\n",
        ".env.example": "A=\n",
        ".env.test": "A=1\n",
    }

    found = inspect("decision-violated", tree)

    assert places(found) == [("warning", ".env.production", 0), ("warning", "k8s/a.yaml", 0)]
    assert inspect("decision-violated", {**tree, "toolkit.toml": '[decisions]\nsecrets = "sops"\n'}) == []
