"""What patches of kustomizations make of objects: names, ports, Secrets and addresses in them count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

WORK = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: app
          image: org/app:1
          ports: [{containerPort: 3000, name: http}]
          envFrom: [{configMapRef: {name: app-config}}]
          readinessProbe: {httpGet: {port: 3000}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config}
data: {URL: "http://app:80"}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec: {selector: {app: app}, ports: [{port: 80, targetPort: http}]}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: seed}
spec: {template: {spec: {containers: [{name: seed, image: org/app:1, envFrom: [{configMapRef: {name: %s}}]}]}}}
"""
RENAME = """\
  - target: {kind: ConfigMap, name: app-config}
    patch: |-
      - op: replace
        path: /metadata/name
        value: shop-config
  - target: {kind: Deployment, name: app}
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/envFrom
        value:
          - configMapRef: {name: %s}
"""


def tree(patches: str, job: str = "shop-config", kind: str = "components") -> dict[str, str]:
    """A component or base and a kustomization that patches it."""
    component = "kind: Component\n" if kind == "components" else ""
    return {
        "k8s/base/kustomization.yaml": f"{component}resources: [work.yaml]\n",
        "k8s/base/work.yaml": WORK,
        "k8s/shop/kustomization.yaml": f"{kind}: [../base]\nresources: [job.yaml]\npatches:\n{patches}",
        "k8s/shop/job.yaml": JOB % job,
    }


@pytest.mark.parametrize(
    ("to", "job", "expected"),
    [
        ("shop-config", "shop-config", []),
        ("shop-conf", "shop-config", [("error", "k8s/shop/kustomization.yaml", 14)]),
        ("shop-config", "app-config", [("error", "k8s/shop/job.yaml", 4)]),
    ],
)
def test_names_that_operations_write(inspect: Inspect, to: str, job: str, expected: list[tuple[str, str, int]]) -> None:
    found = inspect("kubernetes-reference-missing", tree(RENAME % to, job))

    assert places(found) == expected


STRATEGIC = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  template:
    spec:
      containers:
        - name: app
          envFrom:
            - secretRef: {name: nowhere-else}
"""
INLINE = "  - target: {kind: Deployment}\n    patch: |\n" + "".join(
    f"      {line}\n" for line in STRATEGIC.splitlines()
)


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        ("patches:\n  - path: patch.yaml\n", ("warning", "k8s/shop/patch.yaml", 10)),
        ("patchesStrategicMerge: [patch.yaml]\n", ("warning", "k8s/shop/patch.yaml", 10)),
        ("patches:\n  - path: patch.yaml\n    target: {kind: Deployment, name: ap.*}\n", ("warning", "k8s/shop/patch.yaml", 10)),
        ("patches:\n  - path: patch.yaml\n    target: {labelSelector: app!=app}\n", ("warning", "k8s/shop/patch.yaml", 10)),
        (f"patches:\n{INLINE}", ("warning", "k8s/shop/kustomization.yaml", 16)),
        (f"patchesStrategicMerge:\n  - |\n{INLINE.partition(chr(10))[2].partition(chr(10))[2]}", ("warning", "k8s/shop/kustomization.yaml", 15)),
        ("patches:\n  - path: patch.yaml\n    target: {kind: Deployment, name: other.*}\n", ("warning", "k8s/shop/patch.yaml", 10)),
        ("", None),
    ],
)  # fmt: skip
def test_strategic_patches_in_every_form(inspect: Inspect, listed: str, line: tuple[str, str, int] | None) -> None:
    files = tree("", "app-config", "bases")
    files["k8s/shop/kustomization.yaml"] = f"# shop\n\nresources: [../base, job.yaml]\n{listed}"
    files["k8s/shop/patch.yaml"] = STRATEGIC if "path" in listed or "patch.yaml" in listed else "{}\n"

    assert places(inspect("kubernetes-reference-missing", files)) == ([line] if line else [])


OPERATION = "  - target: {kind: %s, name: app}\n    patch: '[{op: %s, path: %s, value: %s}]'\n"
CONTAINER = "/spec/template/spec/containers/0"


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        (OPERATION % ("Deployment", "replace", f"{CONTAINER}/readinessProbe/httpGet/port", "3001"), [("warning", "k8s/shop/kustomization.yaml", 5)]),
        (OPERATION % ("Deployment", "replace", f"{CONTAINER}/ports/0/name", "web"), [("error", "k8s/base/work.yaml", 24)]),
        (OPERATION % ("Service", "replace", "/spec/ports/0/port", "8080"), [("error", "k8s/base/work.yaml", 19)]),
        (OPERATION % ("Service", "add", "/spec/ports/-", "{port: 8080, targetPort: http}"), []),
        (OPERATION % ("Deployment", "add", f"{CONTAINER}/ports/-", "{containerPort: 9090, name: metrics}"), []),
        (OPERATION % ("Deployment", "replace", "/spec/replicas", "3"), []),
    ],
)  # fmt: skip
def test_ports_that_operations_change(inspect: Inspect, patch: str, expected: list[tuple[str, str, int]]) -> None:
    files = tree(patch, "app-config")
    files["k8s/base/work.yaml"] = WORK.replace("spec:\n  selector", "spec:\n  replicas: 1\n  selector", 1)
    expected = [(level, path, line + (path.endswith("work.yaml"))) for level, path, line in expected]

    assert places(inspect("kubernetes-port-mismatch", files)) == expected


def test_the_ports_of_a_patch_are_those_of_its_base_too(inspect: Inspect) -> None:
    probe = (
        STRATEGIC.partition("          envFrom")[0]
        + "          ports: [{containerPort: 9000}]\n          livenessProbe: {httpGet: {port: 3000}}\n"
    )
    files = tree("  - path: probe.yaml\n", "app-config", "bases") | {"k8s/shop/probe.yaml": probe}

    assert inspect("kubernetes-port-mismatch", files) == []


@pytest.mark.parametrize(
    ("patch", "line"),
    [
        (OPERATION % ("Deployment", "replace", f"{CONTAINER}/env/0/value", "x"), 5),
        (OPERATION % ("Deployment", "add", f"{CONTAINER}/env/-", "{name: A}"), 5),
        (OPERATION % ("Deployment", "remove", f"{CONTAINER}/resources", "x"), 5),
        (OPERATION.replace("name: app", "name: app-config") % ("ConfigMap", "remove", "/data/URL", "x"), 0),
        (OPERATION % ("Deployment", "add", f"{CONTAINER}/env", "[]"), 0),
        (OPERATION % ("Deployment", "add", "/metadata/annotations/a", "b"), 0),
        (OPERATION % ("Deployment", "test", f"{CONTAINER}/env", "[]"), 0),
    ],
)
def test_operations_on_what_is_not_there(inspect: Inspect, patch: str, line: int) -> None:
    found = inspect("kubernetes-reference-missing", tree(patch, "app-config"))

    assert places(found) == ([("error", "k8s/shop/kustomization.yaml", line)] if line else [])
    assert all("cannot be built" in one.message for one in found)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("configMapGenerator:\n  - name: extra\n    behavior: merge\n    literals: [A=b]\n", [4]),
        ("secretGenerator:\n  - {name: app-config, behavior: replace, literals: [A=b]}\n", [4]),
        ("configMapGenerator:\n  - {name: app-config, behavior: merge, literals: [A=b]}\n", []),
        ("configMapGenerator:\n  - {name: app-config, literals: [A=b]}\n", [4]),
        ("configMapGenerator:\n  - {name: extra, literals: [A=b]}\n", []),
        ("configMapGenerator:\n  - {name: extra, behavior: merge}\nbases: ['https://example.com/base']\n", []),
    ],
)
def test_generators_for_what_is_there_or_not(inspect: Inspect, more: str, expected: list[int]) -> None:
    files = tree("", "app-config", "bases")
    files["k8s/shop/kustomization.yaml"] = f"resources: [../base, job.yaml]\n\n{more}"

    assert [one.line for one in inspect("kubernetes-reference-missing", files)] == expected


@pytest.mark.parametrize(
    ("shop", "expected"),
    [
        ("resources: [../base, job.yaml]\n", []),
        ("resources:\n- ../base\n- job.yaml\n- ../base\n", [("error", "k8s/shop/kustomization.yaml", 4)]),
        ("resources:\n- job.yaml\n- ./job.yaml\n", [("error", "k8s/shop/kustomization.yaml", 3)]),
        ("resources:\n- ../one\n- ../two\n", [("error", "k8s/shop/kustomization.yaml", 3)]),
        ("resources:\n- ../one\n- ../three\n", []),
    ],
)
def test_bases_that_are_listed_twice(inspect: Inspect, shop: str, expected: list[tuple[str, str, int]]) -> None:
    files = tree("", "app-config", "bases") | {
        "k8s/shop/kustomization.yaml": shop,
        "k8s/one/kustomization.yaml": "resources: [../base]\n",
        "k8s/two/kustomization.yaml": "resources: [../base]\n",
        "k8s/three/kustomization.yaml": "namePrefix: three-\nresources: [../base]\n",
    }

    assert places(inspect("kubernetes-duplicate", files)) == expected


def test_a_patch_that_only_one_of_several_users_of_a_component_needs(inspect: Inspect) -> None:
    files = tree("", "app-config") | {
        "k8s/shop/kustomization.yaml": "components: [../base, ../more]\nresources: [job.yaml]\n",
        "k8s/more/kustomization.yaml": "kind: Component\npatches:\n  - {path: patch.yaml, target: {kind: Job, name: seed}}\n",
        "k8s/more/patch.yaml": "- {op: add, path: /spec/template/spec/restartPolicy, value: Never}\n",
        "k8s/other/kustomization.yaml": "components: [../base, ../more]\n",
    }

    assert inspect("kubernetes-reference-missing", files) == []


@pytest.mark.parametrize("pattern", ["(a+)+$", "a.*" * 60, "[a-z]+", "(", "*"])
def test_patterns_that_are_not_understood_mean_nothing(inspect: Inspect, pattern: str) -> None:
    patch = OPERATION.replace("name: app", f"name: '{pattern}'") % ("Deployment", "remove", "/nowhere", "x")

    assert inspect("kubernetes-reference-missing", tree(patch, "app-config")) == []


def test_correct_names_are_written_into_the_patch(inspect: Inspect) -> None:
    patch = STRATEGIC.replace("secretRef: {name: nowhere-else}", "configMapRef: {name: app-confg}")
    files = tree("  - path: patch.yaml\n", "app-config", "bases") | {"k8s/shop/patch.yaml": patch}

    found = inspect("kubernetes-reference-missing", files)

    assert places(found) == [("error", "k8s/shop/patch.yaml", 10)]
    ((fix,),) = (one.fixes for one in found)
    (action,) = fix.actions
    assert isinstance(action, EditFile)
    assert (fix.safety, action.path) == ("unsafe", "k8s/shop/patch.yaml")


SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: app-secrets}\nstringData: {%s: a}\n"


@pytest.mark.parametrize(("own", "line"), [("A", 4), ("URL", 0)])
def test_keys_of_the_secret_that_the_same_kustomization_brings(inspect: Inspect, own: str, line: int) -> None:
    job = JOB.replace(
        "envFrom: [{configMapRef: {name: %s}}]",
        "env: [{name: URL, valueFrom: {secretKeyRef: {name: app-secrets, key: URL}}}]",
    )
    files = {
        "k8s/one/kustomization.yaml": "resources: [job.yaml, secret.yaml]\n",
        "k8s/one/job.yaml": job,
        "k8s/one/secret.yaml": SECRET % own,
        "k8s/two/kustomization.yaml": "resources: [secret.yaml]\n",
        "k8s/two/secret.yaml": SECRET % "URL",
    }

    found = inspect("kubernetes-reference-missing", files)

    assert places(found) == ([("error", "k8s/one/job.yaml", line)] if line else [])


def test_overlays_side_by_side_may_each_bring_what_their_base_wants(inspect: Inspect) -> None:
    files = {
        "k8s/base/kustomization.yaml": "resources: [job.yaml]\n",
        "k8s/base/job.yaml": JOB.replace("configMapRef: {name: %s}", "secretRef: {name: app-secrets}"),
        "k8s/dev/kustomization.yaml": "resources: [../base, secret.yaml]\n",
        "k8s/dev/secret.yaml": SECRET % "A",
        "k8s/prod/kustomization.yaml": "resources: [../base, secret.yaml]\n",
        "k8s/prod/secret.yaml": SECRET % "B",
    }

    assert inspect("kubernetes-reference-missing", files) == []


ROUTE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: app}
spec: {defaultBackend: {service: {name: app, port: {number: 80}}}}
"""


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ("", []),
        (OPERATION % ("Service", "replace", "/spec/ports/0/port", "8080"), [("error", "k8s/base/route.yaml", 4), ("error", "k8s/base/work.yaml", 19)]),
        (OPERATION % ("Service", "replace", "/spec/ports/0/targetPort", "web"), [("error", "k8s/shop/kustomization.yaml", 5)]),
        (OPERATION % ("Deployment", "replace", f"{CONTAINER}/ports/0/name", "web"), [("error", "k8s/base/work.yaml", 24)]),
    ],
)  # fmt: skip
def test_what_one_overlay_of_several_breaks(inspect: Inspect, patch: str, expected: list[tuple[str, str, int]]) -> None:
    files = tree(patch, "app-config", "bases") | {"k8s/base/route.yaml": ROUTE}
    files["k8s/base/kustomization.yaml"] = "resources: [work.yaml, route.yaml]\n"
    files["k8s/plain/kustomization.yaml"] = "resources: [../base]\n"

    assert places(inspect("kubernetes-port-mismatch", files)) == expected


NODES = "  - target: {kind: Service, name: %s}\n    patch: '[{op: add, path: /spec/ports/0/nodePort, value: 30080}]'\n"
SECOND = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: app}, ports: [{port: 81, targetPort: http}]}\n"


@pytest.mark.parametrize(("name", "expected"), [("web", [("error", "k8s/shop/kustomization.yaml", 7)]), ("", [])])
def test_ports_of_nodes_that_one_overlay_or_two_give(
    inspect: Inspect, name: str, expected: list[tuple[str, str, int]]
) -> None:
    files = tree(NODES % "app" + (NODES % name if name else ""), "app-config", "bases")
    files["k8s/base/work.yaml"] = WORK + SECOND
    files["k8s/other/kustomization.yaml"] = f"resources: [../base]\npatches:\n{NODES % 'web'}"

    assert places(inspect("kubernetes-duplicate", files)) == expected


def test_a_container_of_several_overlays_is_told_once(inspect: Inspect) -> None:
    patch = OPERATION % ("Deployment", "add", f"{CONTAINER}/env", "[{name: A, value: b}]")
    files = tree(patch, "app-config", "bases") | {
        "k8s/other/kustomization.yaml": f"resources: [../base]\npatches:\n{patch}",
        "app/Dockerfile": "FROM a\nEXPOSE 4000\n",
    }

    assert places(inspect("port-conflict", files)) == [("warning", "k8s/base/work.yaml", 12)]


@pytest.mark.parametrize("selector", ["app=other", "!app", "app in (app)", f"a{' ' * 20_000}!", ",", "app!=app"])
def test_selectors_that_mean_none_or_are_not_understood(inspect: Inspect, selector: str) -> None:
    target = f"  - target: {{kind: Deployment, labelSelector: '{selector}'}}\n"
    patch = f"{target}    patch: '[{{op: remove, path: /nowhere}}]'\n"
    files = tree(patch, "app-config")
    files["k8s/base/work.yaml"] = WORK.replace(
        "metadata: {name: app}\nspec:\n  selector", "metadata: {name: app, labels: {app: app}}\nspec:\n  selector"
    )

    assert inspect("kubernetes-reference-missing", files) == []
