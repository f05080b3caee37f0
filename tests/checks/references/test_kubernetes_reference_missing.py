"""Objects, keys and files that manifests name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  serviceAccountName: %s
  containers:
    - name: a
      env:
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: settings, key: %s}}
      envFrom:
        - secretRef: {name: %s}
  volumes:
    - name: data
      persistentVolumeClaim: {claimName: %s}
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {LOG_LEVEL: '{{ not Helm }}'}\n"


@pytest.mark.parametrize("written", ["LOGLEVEL", "LOG_LEVLE"])
def test_what_a_pod_lacks(inspect: Inspect, written: str) -> None:
    tree = {"k8s": {"pod.yaml": POD % ("runner", written, "token", "disk"), "settings.yaml": SETTINGS}}

    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [
        ("warning", "k8s/pod.yaml", 5),
        ("error", "k8s/pod.yaml", 10),
        ("warning", "k8s/pod.yaml", 12),
        ("error", "k8s/pod.yaml", 15),
    ]
    assert [fix.title for one in found for fix in one.fixes if fix.actions] == ["write LOG_LEVEL"]


def test_a_key_that_differs_in_some_letters(inspect: Inspect) -> None:
    tree = {"k8s": {"pod.yaml": POD % ("default", "LOG_LEVELS", "token", "disk"), "settings.yaml": SETTINGS}}

    (found,) = (one for one in inspect("kubernetes-reference-missing", tree) if one.line == 10)

    assert [fix.title for fix in found.fixes] == ["write LOG_LEVEL"]
    assert found.message == "ConfigMap settings has no key LOG_LEVELS; it has LOG_LEVEL: the pod does not start."


def test_quiet_about_what_others_make(inspect: Inspect) -> None:
    others = """\
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: disk}}
  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: runner, namespace: shop}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: any, namespace: shop}
spec: {target: {name: token}, dataFrom: [{extract: {key: a}}]}
"""
    tree = {
        "k8s": {
            "pod.yaml": POD % ("runner", "LOG_LEVEL", "token", "disk"),
            "settings.yaml": SETTINGS,
            "more.yml": others,
        }
    }

    assert inspect("kubernetes-reference-missing", tree) == []


def test_a_script_that_makes_it_lowers_it(inspect: Inspect) -> None:
    tree = {
        "k8s": {"pod.yaml": POD % ("default", "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS},
        "up.sh": "kubectl create secret generic token\nkubectl apply -f disk\n",
    }

    assert {one.severity for one in inspect("kubernetes-reference-missing", tree)} == {"info"}


def test_names_in_charts_and_generators_count(inspect: Inspect) -> None:
    tree = {
        "k8s": {
            "pod.yaml": POD % ("runner", "ANY", "token", "disk"),
            "kustomization.yaml": "resources: [pod.yaml]\nconfigMapGenerator: [{name: settings, literals: [ANY=1]}]\n",
        },
        "chart": {
            "Chart.yaml": "name: a\n",
            "templates": {
                "all.yaml": "{{ if .x }}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: token\n---\nkind: X\nmetadata:\n"
                "  name: runner\n---\nmetadata:\n  name: disk\n"
            },
        },
    }

    assert inspect("kubernetes-reference-missing", tree) == []


def test_files_of_a_kustomization(inspect: Inspect) -> None:
    text = "resources:\n  - api.yaml\n  - ../base\n  - https://example.invalid/a.yaml\n  - github.com/a/b//c?ref=v1\npatches:\n  - path: patch.yaml\n"
    tree = {"over": {"kustomization.yaml": text}, "base": {"kustomization.yaml": "resources: []\n"}}

    assert places(inspect("kubernetes-reference-missing", tree)) == [
        ("error", "over/kustomization.yaml", 2),
        ("error", "over/kustomization.yaml", 7),
    ]


WORK = """\
apiVersion: apps/v1
kind: %s
metadata: {name: api, namespace: shop}
spec:
  serviceName: %s
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      imagePullSecrets: [{name: %s}]
      containers:
        - name: api
          env:
            - {name: URL, value: "%s"}
          volumeMounts:
            - {name: %s, mountPath: /data}
  volumeClaimTemplates: [{metadata: {name: data}}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: shop}
"""


def test_what_a_stateful_set_lacks(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "api-headless", "pull", "http://stock.shop.svc.cluster.local", "cache")

    found = inspect("kubernetes-reference-missing", {"k8s": {"api.yaml": text}})

    assert places(found) == [
        ("warning", "k8s/api.yaml", 5),
        ("info", "k8s/api.yaml", 10),
        ("warning", "k8s/api.yaml", 14),
        ("error", "k8s/api.yaml", 16),
    ]


def test_quiet_about_a_whole_stateful_set_and_foreign_hosts(inspect: Inspect) -> None:
    urls = ("http://api:80", "https://example.com", "http://otel.observe.svc:4317", "http://localhost:1", "a:b:1")
    trees = [
        {"k8s": {"api.yaml": WORK % ("StatefulSet", "api", "registry", url, "data")}, "README.md": "text\n"}
        for url in urls
    ]

    assert [inspect("kubernetes-reference-missing", tree) for tree in trees] == [[]] * len(urls)


@pytest.mark.parametrize(
    ("name", "value", "lines"),
    [
        ("API_HOST", "api-service", [14]),
        ("API_HOST", "example.com", []),
        ("API_HOST", "api", []),
        ("BROKERS", "api-svc:8080,web:80", [14]),
    ],
)
def test_hosts_without_a_scheme(inspect: Inspect, name: str, value: str, lines: list[int]) -> None:
    text = (WORK % ("StatefulSet", "api", "registry", value, "data")).replace("name: URL", f"name: {name}")

    found = inspect("kubernetes-reference-missing", {"k8s": {"api.yaml": text}})

    assert places(found) == [("warning", "k8s/api.yaml", line) for line in lines]


def test_a_job_that_makes_a_secret_and_a_comment_that_speaks_of_one(inspect: Inspect) -> None:
    pods = [POD % ("default", "LOG_LEVEL", name, "disk") for name in ("token", "other")]
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  run: |\n    kubectl create secret generic token\n"
        "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: disk}\n"
    )
    tree = {
        "k8s": {
            "a.yaml": pods[0],
            "b.yaml": pods[1],
            "job.yaml": job,
            "settings.yaml": SETTINGS,
            "kustomization.yaml": "# make the Secret other by hand\nresources: [a.yaml]\n",
        }
    }

    assert {one.severity for one in inspect("kubernetes-reference-missing", tree)} == {"info"}


def test_a_command_that_makes_nothing_explains_nothing(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "db", "registry", "a", "data")
    tree = {
        "k8s": {"api.yaml": text},
        "Makefile": "up:\n\tkubectl apply -f k8s/db/\n\tkubectl rollout status statefulset/db\n",
    }

    assert places(inspect("kubernetes-reference-missing", tree)) == [("warning", "k8s/api.yaml", 5)]


def test_a_kustomization_that_brings_more_from_elsewhere(inspect: Inspect) -> None:
    route = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: board, port: {number: 1}}}}\n"
    lines = "resources:\n  - route.yaml\n  - https://example.invalid/board.yaml\n"
    tree = {"k8s": {"kustomization.yaml": lines, "route.yaml": route, "service.yaml": SECRETS}}

    assert inspect("kubernetes-reference-missing", tree) == []


def test_a_patch_has_its_volumes_elsewhere(inspect: Inspect) -> None:
    patch = (WORK % ("Deployment", "api", "registry", "a", "cache")).partition("---")[0]
    patch = patch.replace("  selector: {matchLabels: {app: api}}\n", "")

    assert inspect("kubernetes-reference-missing", {"over": {"patch.yaml": patch, "s.yaml": SECRETS}}) == []


SECRETS = """\
apiVersion: v1
kind: Secret
metadata: {name: registry}
---
apiVersion: v1
kind: Service
metadata: {name: api}
"""

BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef:
  kind: %s
  name: %s
subjects:
  - kind: ServiceAccount
    name: %s
    namespace: %s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: watcher, namespace: ops}
"""


def test_bindings_to_roles_and_accounts(inspect: Inspect) -> None:
    wrong = BINDING % ("Role", "readers", "watchers", "ops")
    apart = BINDING % ("Role", "reader", "watcher", "shop")
    right = BINDING % ("Role", "reader", "watcher", "ops")
    known = BINDING % ("ClusterRole", "view", "default", "any")

    found = [inspect("kubernetes-reference-missing", {"a.yaml": text}) for text in (wrong, apart, right, known)]

    assert [places(one) for one in found] == [
        [("error", "a.yaml", 6), ("error", "a.yaml", 9)],
        [("warning", "a.yaml", 9)],
        [],
        [],
    ]


OVERLAY = "namespace: live\nnamePrefix: live-\nresources: [../base, scale.yaml]\npatches:\n  - target: {kind: Pod, name: %s}\n    patch: x\n"
SCALE = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: api}\n"
    "spec: {scaleTargetRef: {kind: Deployment, name: %s}}\n"
)


def test_overlays_that_move_and_rename(inspect: Inspect) -> None:
    base = {"kustomization.yaml": "namespace: base\nresources: [a.yaml]\n", "a.yaml": WORK.partition("---")[0] % (
        "Deployment", "", "registry", "a", "data"
    ), "s.yaml": SECRETS}  # fmt: skip
    trees = [
        {"base": base, "live": {"kustomization.yaml": OVERLAY % patched, "scale.yaml": SCALE % scaled}}
        for patched, scaled in ((".*", "live-api"), ("apis", "live-apis"))
    ]

    assert [places(inspect("kubernetes-reference-missing", tree)) for tree in trees] == [
        [],
        [("warning", "live/kustomization.yaml", 5), ("warning", "live/scale.yaml", 4)],
    ]


def test_keys_of_generators(inspect: Inspect) -> None:
    made = "configMapGenerator:\n  - {name: settings, literals: [A=1], envs: [app.env], files: [b.txt, c=b.txt]}\n"
    files = {"kustomization.yaml": made, "app.env": "LEVEL=1\n", "b.txt": ""}
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      env:\n"
    pod += "".join(
        f"        - {{name: V{at}, valueFrom: {{configMapKeyRef: {{name: settings, key: {key}}}}}}}\n"
        for at, key in enumerate(("A", "LEVEL", "b.txt", "c", "LEVELS", "other"))
    )

    found = inspect("kubernetes-reference-missing", {"k8s": {**files, "pod.yaml": pod}})

    assert places(found) == [("error", "k8s/pod.yaml", 12), ("error", "k8s/pod.yaml", 13)]


def test_one_object_is_one_cause(inspect: Inspect) -> None:
    tree = {
        "a": {"one.yaml": POD % ("default", "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS},
        "b": {"two.yaml": POD % ("default", "LOG_LEVEL", "token", "disk")},
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [("warning", "a/one.yaml", 12), ("error", "a/one.yaml", 15)]
    assert all("b/two.yaml" in one.evidence for one in found)


def test_claims_that_a_stateful_set_makes(inspect: Inspect) -> None:
    text = WORK % ("StatefulSet", "api", "registry", "a", "data")
    pods = [POD % ("default", "LOG_LEVEL", "registry", f"data-api-{at}") for at in (0, 3)]
    tree = {"k8s": {"api.yaml": text, "settings.yaml": SETTINGS, "a.yaml": pods[0], "b.yaml": pods[1]}}

    assert places(inspect("kubernetes-reference-missing", tree)) == [("error", "k8s/b.yaml", 15)]


def test_names_to_fill_in_are_no_names(inspect: Inspect) -> None:
    text = (WORK % ("Deployment", "api", "gone", "a", "gone")).replace("name: api", "name: <app>")

    assert inspect("kubernetes-reference-missing", {"a.yaml": text.partition("---")[0]}) == []


@pytest.mark.parametrize(("count", "findings"), [(2, 2), (3, 1), (5, 1)])
def test_many_secrets_of_one_file(inspect: Inspect, count: int, findings: int) -> None:
    refs = ", ".join(
        f"{{secretRef: {{name: {name}}}}}" for name in ("mail", "queue", "vault", "tokens", "billing")[:count]
    )
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - name: a\n      envFrom: [{refs}]\n"

    assert len(inspect("kubernetes-reference-missing", {"a.yaml": text})) == findings


@pytest.mark.parametrize(("name", "lines"), [("vault-backends", [4]), ("vault-backend", []), ("aws", [])])
def test_slips_in_names_that_a_platform_may_have(inspect: Inspect, name: str, lines: list[int]) -> None:
    text = (
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: a}\n"
        f"spec: {{secretStoreRef: {{name: {name}, kind: ClusterSecretStore}}}}\n---\n"
        "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: vault-backend}\n"
    )

    assert places(inspect("kubernetes-reference-missing", {"a.yaml": text})) == [
        ("warning", "a.yaml", line) for line in lines
    ]


ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: api}
spec:
  strategy:
    canary:
      stableService: %s
      trafficRouting: {nginx: {stableIngress: %s}}
      steps:
        - analysis: {templates: [{templateName: %s}]}
---
apiVersion: v1
kind: Service
metadata: {name: api-stable}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: health}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec: {scaleTargetRef: {kind: Rollout, name: api}}
"""


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        (("api-stable", "api", "health"), []),
        (("api", "api", "health"), [7]),
        (("api-stable", "web", "healthy"), [8, 10]),
    ],
)
def test_what_rollouts_name(inspect: Inspect, names: tuple[str, ...], lines: list[int]) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": ROLLOUT % names})

    assert [(one.severity, one.line) for one in found] == [("warning", line) for line in lines]


@pytest.mark.parametrize(("name", "level"), [("shop-secret", "error"), ("payment-keys", "warning")])
def test_slips_in_names_of_secrets_are_loud(inspect: Inspect, name: str, level: str) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: shop-secrets}\nstringData: {A: b}\n"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - envFrom: [{{secretRef: {{name: {name}}}}}]\n"

    assert places(inspect("kubernetes-reference-missing", {"k8s/a.yaml": secret, "k8s/b.yaml": pod})) == [
        (level, "k8s/b.yaml", 6)
    ]


KEYED = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - env:
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              name: shop
              key: token
"""


@pytest.mark.parametrize(
    ("command", "level"),
    [
        (
            "kubectl create secret generic shop \\\n  --from-literal=password=$PASSWORD -n shop --dry-run=client -o yaml | kubectl apply -f -",
            "warning",
        ),
        ("kubectl create secret generic shop --from-literal=tokens='a b'", "warning"),
        ("kubectl create secret generic shop --from-literal=token=a", "info"),
        ("kubectl create secret generic shop --from-env-file=.env", "info"),
        ('kubectl create secret generic shop --from-literal=a=b "${MORE[@]}"', "info"),
        ("kubectl create secret generic shop --from-literal=a=b\nkubectl patch secret shop # token", "info"),
    ],
)
def test_keys_that_commands_give(inspect: Inspect, command: str, level: str) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": KEYED, "make.sh": f"{command}\n"})

    assert places(found) == [(level, "a.yaml", 11 if level == "warning" else 10)]


def test_keys_of_an_object_that_is_there_twice(inspect: Inspect) -> None:
    tree: dict[str, Any] = {
        "base": {
            "pod.yaml": KEYED.replace("name: a}", "name: a, namespace: shop}").replace(
                "secretKeyRef", "configMapKeyRef"
            ),
            "more.yaml": SETTINGS.replace("settings", "shop"),
            "shop.yaml": SETTINGS.replace("settings", "shop").replace("LOG_LEVEL", "token"),
        },
        "live": {"kustomization.yaml": "namespace: live\nresources: [../base/shop.yaml]\n"},
        "up.sh": "kustomize build --load-restrictor LoadRestrictionsNone live\n",
    }

    assert inspect("kubernetes-reference-missing", tree) == []

    tree["base"]["shop.yaml"] = SETTINGS.replace("settings", "shop").replace("LOG_LEVEL", "other")
    found = inspect("kubernetes-reference-missing", tree)

    assert places(found) == [("error", "base/pod.yaml", 11)]
    assert found[0].evidence == "base/more.yaml, base/shop.yaml: LOG_LEVEL, other"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ('values = ["system:serviceaccount:default:runner"]\n', "warning"),
        ('namespace_service_accounts = ["shop:runner"]\n', "warning"),
        ('resource "kubernetes_service_account" "a" {\n  metadata { name = "runner" }\n}\n', "info"),
    ],
)
def test_a_condition_of_trust_makes_no_account(inspect: Inspect, text: str, level: str) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n  serviceAccountName: runner\n"
    tree = {"k8s": {"pod.yaml": pod, "settings.yaml": SETTINGS}, "main.tf": text}

    assert places(inspect("kubernetes-reference-missing", tree)) == [(level, "k8s/pod.yaml", 5)]


@pytest.mark.parametrize(("at", "told"), [("k8s/b.yaml", True), ("other/b.yaml", False), ("readme.txt", False)])
def test_a_key_of_a_config_map_beside_that_a_chart_makes_too(inspect: Inspect, at: str, told: bool) -> None:
    held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\ndata: {mode: a}\n"
    chart = {"Chart.yaml": "name: shop\nversion: 1.0.0\n", "templates": {"a.yaml": held}}
    text = KEYED.replace("secretKeyRef", "configMapKeyRef")

    found = inspect("kubernetes-reference-missing", {"chart": chart, "k8s/a.yaml": text, at: held})

    assert places(found) == ([("error", "k8s/a.yaml", 11)] if told else [])


def test_a_service_that_many_ask_for_is_told_once(inspect: Inspect) -> None:
    route = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - backend: {service: {name: catalogue, port: {number: 80}}}
"""
    settings = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  URL: http://catalogue.shop.svc.cluster.local:80
"""
    service = (
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {}, namespace: shop}}\nspec: {{ports: [{{port: 80}}]}}\n"
    )
    tree = {
        "k8s": {
            "a.yaml": service.format("payments") + "---\n" + service.format("mail"),
            "front.yaml": route,
            "settings.yaml": settings,
            "other.yaml": route.replace("front", "back"),
        }
    }
    found = inspect("kubernetes-reference-missing", tree)

    assert [(one.path, one.line) for one in found] == [("k8s/front.yaml", 8)]
    assert found[0].evidence == "so do k8s/other.yaml:8, k8s/settings.yaml:5"


@pytest.mark.parametrize(
    "name", ["SERVICE_ACCOUNT_PLACEHOLDER", "RUNNER", "<runner>", "${RUNNER}", "runner-PLACEHOLDER"]
)
def test_a_mark_that_somebody_fills_in_is_no_name(inspect: Inspect, name: str) -> None:
    tree = {"k8s": {"pod.yaml": POD % (name, "LOG_LEVEL", "token", "disk"), "settings.yaml": SETTINGS}}

    assert 5 not in [one.line for one in inspect("kubernetes-reference-missing", tree)]


@pytest.mark.parametrize(("api", "told"), [("serving.knative.dev/v1", False), ("apps/v1", True)])
def test_accounts_of_cloud_run_are_those_of_the_cloud(inspect: Inspect, api: str, told: bool) -> None:
    kind = "Deployment" if told else "Service"
    text = (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: api}}\nspec:\n  template:\n    spec:\n"
        "      serviceAccountName: runner\n      containers: [{name: api, image: api}]\n"
    )

    found = inspect("kubernetes-reference-missing", {"run": {"api.yaml": text, "settings.yaml": SETTINGS}})

    assert [one.line for one in found] == ([7] if told else [])


def test_secrets_and_accounts_that_nobody_makes_are_told_once(inspect: Inspect) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  serviceAccountName: %s\n  containers:\n  - name: a\n    envFrom: [{secretRef: {name: %s}}]\n"
    names = ("mail", "vault", "orders")
    tree = {f"{name}.yaml": pod % (name, f"sa-of-{name}", f"{name}-keys") for name in names}
    slip = "apiVersion: v1\nkind: Secret\nmetadata: {name: billing-token}\n"

    found = inspect(
        "kubernetes-reference-missing", {**tree, "b.yaml": slip + "---\n" + pod % ("b", "default", "billing-tokne")}
    )

    assert sorted((one.severity, one.path, one.line, one.message) for one in found) == [
        ("error", "b.yaml", 12, "Pod b names Secret billing-tokne, which no manifest, script or instruction makes; billing-token is there: the pod does not start."),
        ("warning", "mail.yaml", 5, "Pod mail names ServiceAccount sa-of-mail (as 2 more ServiceAccounts), which no manifest, script or instruction makes: its pods are refused."),
        ("warning", "mail.yaml", 8, "Pod mail names Secret mail-keys (as 2 more Secrets), which no manifest, script or instruction makes: the pod does not start."),
    ]  # fmt: skip
    assert all("vault.yaml" in one.evidence and "orders" in one.evidence for one in found if one.path == "mail.yaml")


def test_what_a_script_puts_beside_a_kustomization(inspect: Inspect) -> None:
    tree = {
        "common": {"kustomization.yaml": "resources:\n- manifest.yaml\n- space.yaml\n", "space.yaml": SETTINGS},
        "make.sh": 'MANIFEST="${HERE}/common/manifest.yaml"\nhelm template a > $MANIFEST\n',
    }

    assert places(inspect("kubernetes-reference-missing", tree)) == [("info", "common/kustomization.yaml", 2)]


def test_an_object_that_an_overlay_is_not_built_with_says_nothing_of_its_keys(inspect: Inspect) -> None:
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: settings}\nstringData: {OTHER: a}\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      env:\n"
        "        - {name: A, valueFrom: {secretKeyRef: {name: settings, key: TOKEN}}}\n"
    )
    tree = {"base": {"kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": pod}, "dev": {"secret.yaml": secret}}
    beside = {
        "base": {**tree["base"], "kustomization.yaml": "resources: [pod.yaml, secret.yaml]\n", "secret.yaml": secret}
    }
    command = "kubectl create secret generic settings \\\n  --from-literal=OTHER=$A --from-literal=TOKEN=$B\n"

    assert [one.severity for one in inspect("kubernetes-reference-missing", tree)] == ["info"]
    assert [one.severity for one in inspect("kubernetes-reference-missing", beside)] == ["error"]
    assert [one.severity for one in inspect("kubernetes-reference-missing", {**beside, "go.sh": command})] == ["info"]


def test_secrets_that_an_instruction_applies_from_a_file_of_no_clone(inspect: Inspect) -> None:
    pod = POD % ("default", "LOG_LEVEL", "token", "disk")
    tree = {
        "k8s": {"pod.yaml": pod, "settings.yaml": SETTINGS},
        "README.md": "    kubectl apply -f secrets/secrets.yaml\n",
    }

    found = inspect("kubernetes-reference-missing", tree)

    assert [one.severity for one in found if one.line == 12] == ["info"]


@pytest.mark.parametrize(("name", "severity"), [("RUNBOOK.md", "info"), ("make.sh", "warning")])
def test_a_command_that_gives_one_key_of_many(inspect: Inspect, name: str, severity: str) -> None:
    keys = "".join(
        f"        - {{name: {key.upper()}, valueFrom: {{secretKeyRef: {{name: shop-keys, key: {key}}}}}}}\n"
        for key in ("host", "token", "salt")
    )
    pod = (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: api}}\nspec:\n  containers:\n    - name: api\n      env:\n{keys}"
    )
    made = "kubectl create secret generic shop-keys --from-literal=host=a\n"

    found = inspect("kubernetes-reference-missing", {"k8s": {"pod.yaml": pod}, name: made})

    assert [one.severity for one in found] == ["info", *["warning"] * (severity == "warning")]
    assert ("no key token, salt" in found[-1].message) == (severity == "warning")


def test_every_cluster_has_its_own_service(inspect: Inspect) -> None:
    services = "---\n".join(
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{ports: [{{port: 80}}]}}\n"
        for number in range(6)
    )
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {A: 'https://kubernetes.default.svc.cluster.local:443'}\n"

    assert inspect("kubernetes-reference-missing", {"k8s": {"a.yaml": f"{services}---\n{settings}"}}) == []


@pytest.mark.parametrize(("key", "near"), [("a", True), ("b", False)])
def test_a_map_without_the_keys_is_not_the_one_that_was_meant(inspect: Inspect, key: str, near: bool) -> None:
    config = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shop-configs}}\ndata: {{{key}: x}}\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - env:\n"
        "        - {name: A, valueFrom: {configMapKeyRef: {name: shop-config, key: a}}}\n"
    )

    (found,) = inspect("kubernetes-reference-missing", {"k8s/a.yaml": config, "k8s/b.yaml": pod})

    assert ("shop-configs is there" in found.message) == near


@pytest.mark.parametrize(
    ("secret", "told"),
    [("events-cluster-ca-cert", False), ("pg-app", False), ("app.pg.credentials.postgresql.acid.zalan.do", False), ("page", True)],
)  # fmt: skip
def test_secrets_that_operators_make(inspect: Inspect, secret: str, told: bool) -> None:
    cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: shop}\nspec: {instances: 1}\n"
    tree = {"k8s": {"pod.yaml": POD % ("default", "LOG_LEVEL", secret, "disk"), "a.yaml": SETTINGS, "b.yaml": cluster}}

    found = inspect("kubernetes-reference-missing", tree)

    assert sorted(one.line for one in found) == [12] * told + [15]


@pytest.mark.parametrize(("comment", "level"), [("# etcd (if using it)", "info"), ("# etcd", "warning")])
def test_an_address_of_what_need_not_be_there(inspect: Inspect, comment: str, level: str) -> None:
    services = "".join(
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{ports: [{{port: 80}}]}}\n"
        for name in ("api", "web", "cart", "users", "stock")
    )
    settings = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata:\n"
        f"  a: b\n\n  {comment}\n  ttl: '60'\n  host: etcd.shop.svc.cluster.local\n"
    )

    found = inspect("kubernetes-reference-missing", {"a.yaml": settings + services})

    assert [(one.severity, one.line) for one in found] == [(level, 9)]


OPERATED = """\
apiVersion: example.operator.dev/v1
kind: Vaulted
metadata: {name: other, namespace: shop}
spec: {%s}
"""


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        ("managedSecretReference: {secretName: token, secretNamespace: shop}", 0),
        ("destination: {name: token, create: true}", 0),
        ("writeConnectionSecretToRef: {name: token}", 0),
        ("auth: {name: token}", 1),
    ],
)
def test_secrets_that_an_operator_writes(inspect: Inspect, spec: str, count: int) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: token}}]}]}\n"

    assert len(inspect("kubernetes-reference-missing", {"k": {"a.yaml": pod, "b.yaml": OPERATED % spec}})) == count


NAMES_SECRET = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, envFrom: [{secretRef: {name: %s}}]}]}\n"


@pytest.mark.parametrize(
    ("path", "text", "level"),
    [
        ("secret.tmpl", "kind: Secret\nmetadata:\n  name: token\n", "info"),
        (
            "playbook.yml",
            "- kubernetes.core.k8s:\n    definition:\n      kind: Secret\n      metadata: {name: token}\n",
            "info",
        ),
        ("infra.ts", "new k8s.core.v1.Secret('s', { metadata: { name: 'token' } })\n", "info"),
        ("infra.py", "body = client.V1Secret(metadata=client.V1ObjectMeta(name='token'))\n", "info"),
        ("app.py", "log('token', Secret)\n", "warning"),
        ("playbook.yml", "- debug: {msg: token}\n", "warning"),
    ],
)
def test_what_a_template_a_playbook_or_a_program_makes(inspect: Inspect, path: str, text: str, level: str) -> None:
    (found,) = inspect("kubernetes-reference-missing", {"k.yaml": NAMES_SECRET % "token", path: text})

    assert found.severity == level


@pytest.mark.parametrize(
    ("path", "text", "count"),
    [
        ("helmfile.yaml", "releases:\n  - name: redis\n    chart: stable/redis\n", 0),
        ("main.tf", 'resource "helm_release" "r" {\n  name = "redis"\n  chart = "redis"\n}\n', 0),
        ("install.sh", "helm upgrade --install redis stable/redis\n", 0),
        (
            "app.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: redis}\nspec: {source: {chart: redis}}\n",
            0,
        ),
        ("main.tf", 'resource "random_pet" "r" {\n  name = "redis"\n}\n', 1),
    ],
)
def test_what_charts_of_others_make(inspect: Inspect, path: str, text: str, count: int) -> None:
    assert len(inspect("kubernetes-reference-missing", {"k.yaml": NAMES_SECRET % "redis-auth", path: text})) == count


@pytest.mark.parametrize(("namespace", "level"), [("argocd", "info"), ("shop", "warning")])
def test_an_account_of_an_installation_of_others(inspect: Inspect, namespace: str, level: str) -> None:
    binding = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\n"
        "roleRef: {kind: ClusterRole, name: view}\n"
        f"subjects: [{{kind: ServiceAccount, name: controller, namespace: {namespace}}}]\n"
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 80}]}\n"

    (found,) = inspect("kubernetes-reference-missing", {"b.yaml": binding, "s.yaml": service})

    assert found.severity == level
