"""Ports of Services, routes and probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


TEXT = """\
apiVersion: v1
kind: Pod
metadata: {name: api, labels: {app: api}}
spec:
  containers:
    - name: api
      ports: [{name: http, containerPort: 4000}%s]
      livenessProbe: {httpGet: {port: %s}}
---
apiVersion: v1
kind: Service
metadata: {name: api}
spec:
  selector: {app: api}
  ports:
    - port: 80
      targetPort: %s
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: api}
spec:
  rules:
    - http:
        paths:
          - backend:
              service: {name: api, port: {number: %s}}
"""


def test_ports_that_are_not_open(inspect: Inspect) -> None:
    found = inspect("kubernetes-port-mismatch", {"a.yaml": TEXT % ("", "web", 4001, 81)})

    assert places(found) == [("error", "a.yaml", 8), ("error", "a.yaml", 17), ("error", "a.yaml", 27)]


def test_a_name_that_no_port_has(inspect: Inspect) -> None:
    assert places(inspect("kubernetes-port-mismatch", {"a.yaml": TEXT % ("", "http", "grpc", 80)})) == [
        ("error", "a.yaml", 17)
    ]


@pytest.mark.parametrize("target", [4000, "http", '"4000"'])
def test_quiet_about_ports_that_agree(inspect: Inspect, target: object) -> None:

    assert inspect("kubernetes-port-mismatch", {"a.yaml": TEXT % ("", "http", target, 80)}) == []


def test_one_undeclared_port_of_several_is_information(inspect: Inspect) -> None:
    found = inspect("kubernetes-port-mismatch", {"a.yaml": TEXT % (", {containerPort: 9090}", "http", 14268, 80)})

    assert [one.severity for one in found] == ["info"]
