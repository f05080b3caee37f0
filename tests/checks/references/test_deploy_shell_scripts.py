"""What shell scripts and Makefiles that build and deploy name and the repository does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "deploy-reference-missing"
REPOSITORY: dict[str, Any] = {
    "k8s": {"base": {"api.yaml": ""}, "overlays": {"prod": {"kustomization.yaml": ""}}},
    "charts": {"shop": {"Chart.yaml": "", "values.yaml": ""}},
    "services": {"api": {"Dockerfile": "FROM scratch\n"}},
    "ops": {"nginx.conf": "", "compose.yml": "services: {a: {image: a}}"},
    "package.json": '{"scripts": {"build": "true"}}',
}
DEPLOY = """\
#!/usr/bin/env bash
set -euo pipefail
SCRIPT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
ROOT_DIR="$(dirname "$SCRIPT_DIR")"
CHART=$ROOT_DIR/charts/shop
STAGE="${1:-staging}"
"""


@pytest.mark.parametrize(
    "line",
    [
        'source "$SCRIPT_DIR/log.sh"',
        '"$SCRIPT_DIR/migrate.sh" --all',
        "bash scripts/migrate.sh",
        'kubectl -n prod apply -f "$ROOT_DIR/k8s/base/web.yaml"',
        "kubectl apply -k k8s/overlays/dev",
        "kubectl create configmap a --from-file=ops/site.conf --dry-run=client -o yaml | kubectl apply -f -",
        "envsubst < k8s/base/web.yaml | kubectl apply -f -",
        "cat k8s/base/web.yaml | kubectl apply -f -",
        'helm upgrade --install shop "$CHART" -f "$CHART/values-prod.yaml"',
        "helm upgrade --install --wait shop ./charts/store",
        "docker build -t a -f docker/Dockerfile.api .",
        "docker build -t a services/web",
        "docker compose -f docker/compose.yml up -d",
        "scp -P 22 ops/nginx.prod.conf admin@host.invalid:/etc/nginx/",
        "rsync -az --delete -e ssh ops/ requirements-edge.txt admin@host.invalid:/opt",
        "tar -czf /tmp/a.tgz ops opsx/",
        "cp ops/nginx.prod.conf /etc/nginx/nginx.conf",
        "cp .env.production.example .env",
        'psql "$DATABASE_URL" < ops/seed.sql || exit 1',
        "aws ecs register-task-definition --cli-input-json file://ops/task.json",
        "curl -X POST -d @ops/dashboard.json http://host.invalid/api",
        "ansible-playbook ops/site.yml",
        "npm run build:prod",
        "make -C ops up",
        "FILES=(api web)\nfor name in ${FILES[@]}; do docker build services/$name; done",
        "cd $ROOT_DIR/infra\ndocker compose up -d",
    ],
)
def test_what_a_script_needs(inspect: Inspect, line: str) -> None:
    tree = {**REPOSITORY, "scripts": {"deploy.sh": f"{DEPLOY}{line}\n"}}

    found = inspect(ID, tree)

    assert [one.path for one in found] == ["scripts/deploy.sh"]
    assert found[0].line in (7, 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('kubectl apply -k "$ROOT_DIR/k8s/overlays/$STAGE"', [("warning", 7)]),
        ('if [ "$STAGE" = prod ]; then\n  kubectl apply -f k8s/base/web.yaml\nfi', [("warning", 8)]),
        ("cd k8s/base\nkubectl apply -f api.yaml\ncd ..\nkubectl apply -f services/api\ncat ops/nginx.conf | cat", [("error", 9)]),
        ("cd k8s/bases\nkubectl apply -f api.yaml\nkubectl apply -f web.yaml", [("error", 7)]),
        ("if a; then\n  cd k8s/base\n  cd ..\nelse\n  cd k8s/overlays\n  cd ..\nfi\ncp ops/nginx.conf /a", [("error", 9)]),
    ],
)  # fmt: skip
def test_one_finding_for_one_cause(inspect: Inspect, text: str, expected: list[tuple[str, int]]) -> None:
    tree = {**REPOSITORY, "scripts": {"deploy.sh": f"{DEPLOY}{text}\n"}}

    assert [(one.severity, one.line) for one in inspect(ID, tree)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "kubectl apply -f k8s/base/api.yaml",
        "cd k8s && kubectl apply -f base/",
        "kubectl apply -f -",
        "kubectl logs -f api",
        "kubectl apply -f https://host.invalid/a.yaml",
        "cp .env.production .env\nscp certs/site.pem id_rsa admin@host.invalid:/etc",
        "scp admin@host.invalid:/var/backup.sql ops/",
        "cd /opt/app\ndocker compose -f prod.yml up -d\ncp conf/a.conf /etc",
        "ssh admin@host.invalid 'cd app && bash run/update.sh'",
        "ssh admin@host.invalid <<EOF\ncp conf/a.conf /etc\nEOF",
        "[ -f ops/local.conf ] && cp ops/local.conf /etc",
        "if [ -f ops/local.conf ]; then\n  cp ops/local.conf /etc\nfi",
        "cp ops/local.conf /etc || true\ncp ops/other.conf /etc 2>/dev/null",
        "sed s/a/b/ ops/nginx.conf > ops/made.conf\nscp ops/made.conf admin@host.invalid:/etc",
        "git clone https://host.invalid/a.git\ncd a && bash run.sh",
        "npm run build\ncp web.config dist/app.js /srv",
        "build() {\n  cd k8s\n}\nkubectl apply -f k8s/base",
        "for one in k8s/*.yaml; do kubectl apply -f $one; done",
        "tar -xzf a.tgz\nbash a/install.sh",
        "if (( count < limit.max )); then cp a b; fi",
        "TARGET=k8s\nread TARGET\nkubectl apply -f $TARGET/gone.yaml",
        'ROOT_OF_APP="__APP_ROOT__"\ncd "$ROOT_OF_APP"\ncp @CONF_DIR@/a.conf /etc',
        'out="${OUT:-results}"\nmkdir -p "${out}"\nsummary="${out}/summary.md"\n{ echo a; } >"${summary}"\ncat "${summary}" | less',
        'D=gone\nif [ ! -f "$D/build/key.json" ]; then\n  exit 0\nfi\nnode "$D/verify.js"',
        "helm upgrade --install redis bitnami/redis --version 1",
        "helm upgrade --install shop oci://host.invalid/a/b/c",
    ],
)
def test_quiet_where_a_script_finds_or_makes_what_it_needs(inspect: Inspect, text: str) -> None:
    tree = {**REPOSITORY, "web.config": "", "scripts": {"deploy.sh": f"{DEPLOY}{text}\n"}}

    assert inspect(ID, tree) == []


def test_what_a_compiler_makes_of_a_source_beside_it_an_image_may_hold(inspect: Inspect) -> None:
    script = {"cli.sh": "node ./cli.js\nnode ./other.js\n", "cli.ts": ""}

    assert places(inspect(ID, {**REPOSITORY, "server": script})) == [("error", "server/cli.sh", 2)]


def test_what_a_generator_fills_nobody_commits(inspect: Inspect) -> None:
    script = f"{DEPLOY}cp ops/generated/a.conf .env\ncp ops/general/a.conf .env\n"

    found = inspect(ID, {**REPOSITORY, "scripts": {"deploy.sh": script}})

    assert places(found) == [("error", "scripts/deploy.sh", 8)]


def test_a_script_that_never_gets_to_what_is_missing(inspect: Inspect) -> None:
    script = 'cd "$(dirname "$0")/.."\nD=packages/prvacy/proofs\n[ -f "$D/key.json" ] || exit 0\nnode "$D/verify.js"\n'
    tree = {"packages": {"privacy": {"proofs": {"verify.js": ""}}}, "scripts": {"check.sh": script}}

    (found,) = inspect(ID, tree)

    assert (found.severity, found.line) == ("warning", 4)
    assert found.message.endswith(
        ": it asks for packages/prvacy/proofs/key.json before, goes no further, and does nothing."
    )


def test_modules_that_a_makefile_starts(inspect: Inspect) -> None:
    makefile = (
        "a:\n\tpython -m shop.workers.main\n\tpython3 -m shop.web --port 1\n\tpython -m shop.jobs\n"
        "\tpython -m pytest tests\n\tpython -m uvicorn.main shop:app\n\t-python -m shop.gone\n"
    )
    shop = {"__init__.py": "", "web.py": "", "jobs": {"__main__.py": ""}, "workers": {"__init__.py": ""}}

    found = inspect(ID, {"Makefile": makefile, "shop": shop, "tests": {"test_a.py": ""}})

    assert [(one.line, one.message) for one in found] == [
        (2, "The Makefile fails: shop/workers/main.py does not exist.")
    ]


def test_makefiles_and_pipelines(inspect: Inspect) -> None:
    makefile = (
        "FILE := k8s/base\nup:\n\tkubectl apply -f $(FILE)/web.yaml\n\t-kubectl delete -f k8s/gone.yaml\n"
        "\tcd ops && docker compose -f compose.yml up\n\t@$(MAKE) -C gone up\n"
    )
    pipeline = """\
default:
  before_script:
    - source ci/setup.sh
build:
  script:
    - cd services
    - docker build api
    - docker build web
    - |
      echo "now"
      cp nginx.conf /etc
deploy:
  trigger:
    include: ci/child.yml
"""
    tree = {**REPOSITORY, "Makefile": makefile, ".gitlab-ci.yml": pipeline}

    assert places(inspect(ID, tree)) == [
        ("error", ".gitlab-ci.yml", 3),
        ("error", ".gitlab-ci.yml", 8),
        ("error", ".gitlab-ci.yml", 11),
        ("error", "Makefile", 3),
        ("error", "Makefile", 6),
    ]


def test_hostile_scripts_take_no_time(inspect: Inspect) -> None:
    tree = {
        "a.sh": "$(" * 40_000,
        "b.sh": "A=$A$A\n" * 5_000,
        "c.sh": '"$(cd "' * 12_000,
        "d.sh": "for a in " + "b " * 40_000,
        "e.sh": "A=(" * 20_000,
        "f.sh": "if a; then\n" * 5_000,
        "g.sh": "f() {\n" * 5_000,
        "Makefile": "a:\n\t" + "cp $(A) b \\\n" * 9_000,
        ".gitlab-ci.yml": "a:\n  script:\n" + "    - cp a/b.c d\n" * 3_000,
    }

    assert {one.path for one in inspect(ID, tree)} <= {".gitlab-ci.yml"}
