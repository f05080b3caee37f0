"""Files that are mounted, and hosts that files and data name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


MOUNTED = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {default.conf: a}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes:
    - name: settings
      configMap: {name: settings%s}
  containers:
    - name: web
      volumeMounts:
        - name: settings
          mountPath: /etc/nginx/conf.d/default.conf
          subPath: %s
"""


@pytest.mark.parametrize(
    ("more", "part", "lines"),
    [
        ("", "nginx.conf", [18]),
        ("", "default.conf", []),
        ("", "$(FILE)", []),
        ("", "a/default.conf", []),
        (", optional: true", "nginx.conf", []),
        (", items: [{key: default.conf, path: nginx.conf}]", "nginx.conf", []),
    ],
)
def test_single_files_that_are_mounted(inspect: Inspect, more: str, part: str, lines: list[int]) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": MOUNTED % (more, part)})

    assert places(found) == [("error", "a.yaml", line) for line in lines]
    assert all("an empty folder is mounted" in one.message for one in found)


FILED = """\
apiVersion: v1
kind: Service
metadata: {name: backend-service, namespace: shop}
---
apiVersion: v1
kind: %s
metadata: {name: settings, namespace: shop}
%s
"""


@pytest.mark.parametrize(
    ("kind", "text", "lines"),
    [
        ("ConfigMap", "data:\n  a.conf: |\n    # http://backend:1\n    proxy_pass http://backend:3000;", [11]),
        ("ConfigMap", "data:\n  a.conf: |\n    upstream x {\n      server backend:3000;\n    }", [11]),
        ("ConfigMap", "data:\n  a.conf: |\n    upstream backend {\n    }\n    proxy_pass http://backend;", []),
        ("ConfigMap", "data:\n  a.yml: |\n    - targets: ['backend:80']\n    - url: http://example", [10]),
        ("ConfigMap", "data:\n  a.yml: |\n    x: 1\n    url: http://backend.shop.svc.cluster.local:80", [11]),
        ("ConfigMap", "data:\n  a.yml: |\n    x: 1\n    url: shopapp://backend/a\n    u: http://backend-service", []),
        ("ConfigMap", "data: {LINK: 'shopapp://backend/a'}", []),
        ("Secret", "data: {URL: aHR0cDovL2JhY2tlbmQ6ODA=}", [8]),
        ("Secret", "data: {URL: aHR0cDovL2V4YW1wbGU6ODA=, B: '/w==', C: '%'}", []),
    ],
)
def test_hosts_in_files_and_data(inspect: Inspect, kind: str, text: str, lines: list[int]) -> None:
    found = inspect("kubernetes-reference-missing", {"a.yaml": FILED % (kind, text)})

    assert places(found) == [("warning", "a.yaml", line) for line in lines]


def test_a_name_and_a_password_in_an_address_are_not_told(inspect: Inspect) -> None:
    text = "data: {URL: 'http://shop:example-only@backend:80'}"

    found = inspect("kubernetes-reference-missing", {"a.yaml": FILED % ("ConfigMap", text)})

    assert ["calls http://backend:80," in one.message for one in found] == [True]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"deployment.yaml": ""}, [("error", "app/kustomization.yaml", 2)]),
        ({"inner": {"kustomization.yaml": ""}}, [("error", "app/kustomization.yaml", 2)]),
        ({"kustomization.yml": ""}, []),
        ({"Kustomization": ""}, []),
    ],
)
def test_a_folder_without_a_kustomization_is_no_resource(
    inspect: Inspect, files: dict[str, object], told: list[tuple[str, str, int]]
) -> None:
    tree = {"app": {"kustomization.yaml": "resources:\n- ../manager\n"}, "manager": files}

    assert places(inspect("kubernetes-reference-missing", tree)) == told


def test_what_one_kustomization_does_not_have_is_one_finding(inspect: Inspect) -> None:
    text = "resources:\n- web.yaml\n- gone/a.yaml\n- gone/b.yaml\n- wbe.yaml\npatches: [{path: gone/c.yaml}]\n"

    found = inspect("kubernetes-reference-missing", {"k8s": {"kustomization.yaml": text, "web.yaml": ""}})

    assert sorted((one.severity, one.line) for one in found) == [("error", 3), ("error", 5), ("error", 6)]
    (gone,) = (one for one in found if one.line == 3)
    assert "gone/a.yaml, which does not exist (as 1 more of its list)" in gone.message
    assert "line 4: k8s/gone/b.yaml" in gone.evidence
