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


CALLS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          ports: [{containerPort: 3000}]
          readinessProbe: {httpGet: {port: %s}}
          env:
            - {name: API, value: "%s"}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80, name: http}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
    - ports: [{port: 9100}, {port: %s}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: shop}
spec: {http: [{route: [{destination: {host: api.shop.svc.cluster.local, port: {number: %s}}}]}]}
"""


def test_addresses_probes_policies_and_meshes(inspect: Inspect) -> None:
    wrong = inspect("kubernetes-port-mismatch", {"a.yaml": CALLS % (3001, "http://u:p@api:3000/x", 80, 8080)})

    assert places(wrong) == [
        ("warning", "a.yaml", 11),
        ("error", "a.yaml", 13),
        ("warning", "a.yaml", 26),
        ("error", "a.yaml", 31),
    ]


@pytest.mark.parametrize("url", ["http://api/x", "http://api.shop:81", "https://api", "api:80", "http://db:5432"])
def test_quiet_about_open_ports_and_other_hosts(inspect: Inspect, url: str) -> None:
    assert inspect("kubernetes-port-mismatch", {"a.yaml": CALLS % (3000, url, 3000, 80)}) == []


def test_any_port_of_a_headless_service_is_open(inspect: Inspect) -> None:
    text = (CALLS % (3000, "api:9999", 3000, 80)).replace(
        "spec: {ports: [{port: 80", "spec: {clusterIP: None, ports: [{port: 80"
    )

    assert inspect("kubernetes-port-mismatch", {"a.yaml": text}) == []


def test_a_host_whose_port_stands_beside_it(inspect: Inspect) -> None:
    text = CALLS % (3000, "http://api", 3000, 80)
    text = text.replace("spec: {ports: [{port: 80, name: http}]}", "spec: {ports: [{port: 5001}]}").replace(
        "number: 80", "number: 5001"
    )
    beside = text.replace("          env:\n", '          env:\n            - {name: API_PORT, value: "5001"}\n')

    assert places(inspect("kubernetes-port-mismatch", {"a.yaml": text})) == [("warning", "a.yaml", 13)]
    assert inspect("kubernetes-port-mismatch", {"a.yaml": beside}) == []


def test_a_patch_has_its_ports_elsewhere(inspect: Inspect) -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          livenessProbe: {httpGet: {port: http}}\n"

    assert inspect("kubernetes-port-mismatch", {"over": {"patches": {"a.yaml": patch}}}) == []


@pytest.mark.parametrize(
    ("variable", "value", "ports", "lines"),
    [
        ("PORT", "3001", "{containerPort: 3000}", [7]),
        ("SERVER_PORT", "3001", "{containerPort: 3000}", [7]),
        ("ASPNETCORE_URLS", "http://+:8081", "{containerPort: 8080}", [7]),
        ("PORT", "3000", "{containerPort: 3000}", []),
        ("PORT", "3001", "{containerPort: 3000}, {containerPort: 9090}", []),
        ("PORT", "$(OTHER)", "{containerPort: 3000}", []),
        ("METRICS_PORT", "9090", "{containerPort: 3000}", []),
    ],
)
def test_ports_that_variables_tell(inspect: Inspect, variable: str, value: str, ports: str, lines: list[int]) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec:\n  containers:\n    - name: api\n      "
    text += f"env: [{{name: {variable}, value: '{value}'}}]\n      ports: [{ports}]\n"

    assert places(inspect("kubernetes-port-mismatch", {"a.yaml": text})) == [
        ("error", "a.yaml", line) for line in lines
    ]


PROXY = """\
apiVersion: v1
kind: Service
metadata: {name: backend, namespace: shop}
spec: {ports: [{port: 3000}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: proxy, namespace: shop}
data:
  nginx.conf: |
    # proxy_pass http://backend:1;
    server {
      proxy_pass http://backend:3000/a;
      proxy_pass http://backend:%s/b;
    }
"""


def test_ports_in_a_file_of_a_config_map(inspect: Inspect) -> None:
    assert places(inspect("kubernetes-port-mismatch", {"a.yaml": PROXY % 3001})) == [("error", "a.yaml", 14)]
    assert inspect("kubernetes-port-mismatch", {"a.yaml": PROXY % 3000}) == []


TAKER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec:
      containers:
        - name: api
          image: %s
          ports: [{containerPort: 4002}]
          envFrom: [{configMapRef: {name: settings}}]
"""
SETTINGS = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  MODE: a\n  %s: "%s"\n'


def _taker(name: str = "api", image: str = "shop/api:1") -> str:
    return TAKER % (name, name, name, image)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("PORT", 4012)}, True),
        ({"k8s/a.yaml": _taker(image="shop-api"), "k8s/b.yaml": SETTINGS % ("SERVER_PORT", 4012)}, True),
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("ASPNETCORE_URLS", "http://+:80")}, True),
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("PORT", 4002)}, False),
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("DB_PORT", 5432)}, False),
        ({"k8s/a.yaml": _taker(image="nginx"), "k8s/b.yaml": SETTINGS % ("PORT", 4012)}, False),
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("PORT", 4012), "k8s/c.yaml": _taker("web")}, False),
        ({"k8s/a.yaml": _taker(), "k8s/b.yaml": SETTINGS % ("PORT", 4012), "live/b.yaml": SETTINGS % ("A", 1)}, False),
        ({"k8s/a.yaml": f"{_taker()}          args: [--port=4002]\n", "k8s/b.yaml": SETTINGS % ("PORT", 4012)}, False),
        (
            {
                "k8s/a.yaml": f"{_taker()}          env: [{{name: PORT, value: '4002'}}]\n",
                "k8s/b.yaml": SETTINGS % ("PORT", 4012),
            },
            False,
        ),
        (
            {
                "k8s/a.yaml": _taker(),
                "k8s/b.yaml": SETTINGS % ("PORT", 4012),
                "api": {"Dockerfile": "FROM node\n", "a.js": "listen(process.env.OTHER)\n"},
            },
            False,
        ),
    ],
)
def test_a_port_that_a_config_map_tells(inspect: Inspect, files: dict[str, object], told: bool) -> None:
    found = inspect("kubernetes-port-mismatch", files)

    assert places(found) == ([("warning", "k8s/b.yaml", 6)] if told else [])


@pytest.mark.parametrize(("name", "expected"), [("API_URL", 1), ("CORS_ORIGIN", 0), ("WEB_BASE_URL", 0)])
def test_addresses_that_a_page_holds_are_not_called(inspect: Inspect, name: str, expected: int) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 3000}]}\n"
    variable = TAKER.replace("envFrom: [{configMapRef: {name: settings}}]", "env: [{name: X, value: http://web}]")

    for tree in (
        {"a.yaml": service, "b.yaml": SETTINGS % (name, "http://web")},
        {"a.yaml": service, "b.yaml": variable.replace("name: X", f"name: {name}") % (("api",) * 4)},
    ):
        assert len(inspect("kubernetes-port-mismatch", tree)) == expected


@pytest.mark.parametrize(
    ("probes", "lines"),
    [
        ("livenessProbe: {httpGet: {port: http}}\n      readinessProbe: {tcpSocket: {port: 3001}}", [9]),
        ("livenessProbe: {httpGet: {port: 9090}}\n      readinessProbe: {tcpSocket: {port: 3001}}", [9]),
        ("livenessProbe: {httpGet: {port: 8081}}\n      readinessProbe: {tcpSocket: {port: 8081}}", []),
        ("livenessProbe: {exec: {command: [a]}}\n      readinessProbe: {tcpSocket: {port: 3001}}", []),
        ("livenessProbe: {httpGet: {port: [1]}}\n      readinessProbe: {tcpSocket: {port: 9090}}", []),
    ],
)
def test_one_probe_of_several_ports(inspect: Inspect, probes: str, lines: list[int]) -> None:
    pod = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  containers:
    - name: a
      ports: [{{containerPort: 3000, name: http}}, {{containerPort: 9090, name: metrics}}]
      {probes}
"""
    found = inspect("kubernetes-port-mismatch", {"a.yaml": pod})

    assert [(one.severity, one.line) for one in found] == [("warning", line) for line in lines]


@pytest.mark.parametrize(
    ("probe", "others", "level"),
    [
        ("readinessProbe: {httpGet: {port: 8080}}", "- {port: 9100, targetPort: metrics}", "error"),
        ("livenessProbe: {tcpSocket: {port: main}}", "- {port: 9100, targetPort: 9100}", "error"),
        ("readinessProbe: {httpGet: {port: 8080}}", "", "info"),
        ("", "- {port: 9100, targetPort: metrics}", "info"),
        (
            "readinessProbe: {httpGet: {port: 8080}}",
            "- {port: 1, targetPort: 8080}\n  - {port: 2, targetPort: 9100}",
            "info",
        ),
    ],
)
def test_the_probed_port_that_nothing_is_sent_to_was_meant(
    inspect: Inspect, probe: str, others: str, level: str
) -> None:
    text = f"""apiVersion: v1
kind: Pod
metadata: {{name: a, labels: {{app: a}}}}
spec:
  containers:
  - name: a
    ports: [{{containerPort: 8080, name: main}}, {{containerPort: 9100, name: metrics}}]
    {probe}
---
apiVersion: v1
kind: Service
metadata: {{name: a}}
spec:
  selector: {{app: a}}
  ports:
  - {{port: 80, targetPort: 8000}}
  {others}
"""

    assert [one.severity for one in inspect("kubernetes-port-mismatch", {"a.yaml": text})] == [level]


@pytest.mark.parametrize(
    ("key", "value", "image", "lines"),
    [
        ("SHOP_REST_PORT", "8081", "ENV SHOP_GRPC_PORT=50051 SHOP_REST_PORT=8080", [15]),
        ("SHOP_REST_PORT", "8080", "ENV SHOP_REST_PORT=8080", []),
        ("SHOP_REST_PORT", "8081", "ENV SHOP_REST_PORT=8081", []),
        ("SHOP_REST_PORT", "8081", "", []),
        ("DATABASE_PORT", "5433", "ENV DATABASE_PORT=5432", []),
    ],
)
def test_a_port_of_the_programs_own_name(inspect: Inspect, key: str, value: str, image: str, lines: list[int]) -> None:
    text = f"""apiVersion: v1
kind: Pod
metadata: {{name: shop}}
spec:
  containers:
  - name: shop
    image: registry.example.com/shop:1
    ports: [{{containerPort: 50051}}, {{containerPort: 8080}}]
    envFrom: [{{configMapRef: {{name: shop}}}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: shop}}
data:
  {key}: "{value}"
"""
    tree = {"k8s": {"a.yaml": text}, "shop": {"Dockerfile": f"FROM a\n{image}\n"}}

    assert [one.line for one in inspect("kubernetes-port-mismatch", tree)] == lines


def test_quiet_where_a_file_that_does_not_parse_may_define_the_service(inspect: Inspect) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 8080}]}\n"
    route = (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  defaultBackend:\n"
        "    service: {name: api, port: {number: 2000}}\n"
    )
    broken = "apiVersion: v1\nkind: Service\nmetadata:\n  name: api\nspec: [\n"
    tree = {"k8s": {"service.yaml": service, "route.yaml": route}}

    assert len(inspect("kubernetes-port-mismatch", tree)) == 1
    assert inspect("kubernetes-port-mismatch", {"k8s": {**tree["k8s"], "old.yaml": broken}}) == []


def test_a_port_of_which_nothing_speaks_but_the_service(inspect: Callable[..., list[Finding]]) -> None:
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n"
        "        - {name: web, image: web, envFrom: [{configMapRef: {name: web}}], ports: [{containerPort: 3000}]}\n        - {name: edge, image: nginx, ports: [{containerPort: 80}]}\n"
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: health}\nspec: {selector: {app: web}, ports: [{port: 8080, targetPort: 8081}]}\n"
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {PORT: '3000'%s}\n"

    for more, severity in (("", "warning"), (", HEALTH: ':8081'", "info")):
        tree = {"k8s": {"pod.yaml": pod, "service.yaml": service, "settings.yaml": settings % more}}

        assert [one.severity for one in inspect("kubernetes-port-mismatch", tree)] == [severity]


@pytest.mark.parametrize(
    ("image", "port", "more", "level"),
    [
        ("registry.invalid/mesh/proxy:1", "stats", "", "info"),
        ("registry.invalid/mesh/proxy:1", "http", "", "warning"),
        ("registry.invalid/mesh/proxy:1", "http", "livenessProbe: {tcpSocket: {port: 3001}}", "info"),
        ("proxy:1", "stats", "", "warning"),
        ("registry.invalid/own/api:1", "stats", "", "warning"),
    ],
)
def test_probes_of_images_that_others_made(inspect: Inspect, image: str, port: str, more: str, level: str) -> None:
    pod = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  containers:
    - name: a
      image: {image}
      ports: [{{containerPort: 3000, name: {port}}}]
      readinessProbe: {{httpGet: {{port: 3001}}}}
      {more}
"""

    found = inspect("kubernetes-port-mismatch", {"a.yaml": pod, "services/api/Dockerfile": "FROM scratch\n"})

    assert {one.severity for one in found} == {level}


BEHIND = """\
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {selector: {app: a}, %sports: [{port: 4180}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: a}}
spec:
  containers:
    - {name: app, image: example/app, ports: [{containerPort: 8080}]}
%s"""
HEADLESS = "clusterIP: None, "


@pytest.mark.parametrize(
    ("spec", "beside", "levels"),
    [
        ("", "", ["error"]),
        ("", "    - {name: proxy, image: example/proxy, args: ['--listen=:4180']}\n", []),
        ("", "    - {name: proxy, image: example/proxy}\n", ["warning"]),
        ("", "    - {name: proxy, image: example/proxy, ports: [{containerPort: 41}]}\n", ["info"]),
        (HEADLESS, "", ["info"]),
    ],
)
def test_a_container_that_declares_nothing_and_a_service_without_an_address(
    inspect: Inspect, spec: str, beside: str, levels: list[str]
) -> None:
    found = inspect("kubernetes-port-mismatch", {"a.yaml": BEHIND % (spec, beside)})

    assert [one.severity for one in found] == levels


MONITORED = """\
apiVersion: v1
kind: Service
metadata: {name: s, labels: {app: a}}
spec: {selector: {app: a}, ports: [{port: 80%s}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: m}
spec:
  selector: {matchLabels: {app: a}}
  endpoints: [{port: metrics}, {port: web}]
"""


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("", "name a port metrics and web in Service s"),
        (", name: http", "name a port metrics and web in Service s, or write one of http"),
        (", name: web", "name a port metrics in Service s, or write one of web"),
    ],
)
def test_what_a_monitor_lacks_is_one_cause(inspect: Inspect, name: str, todo: str) -> None:
    (found,) = inspect("kubernetes-port-mismatch", {"a.yaml": MONITORED % name})

    assert [fix.title for fix in found.fixes] == [todo]


DENIED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]%s}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: some, namespace: shop}
spec: {podSelector: {matchLabels: {app: %s}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, namespace: shop, labels: {app: cache}}
spec: {containers: [{name: cache, image: redis}]}
---
apiVersion: v1
kind: Service
metadata: {name: cache, namespace: shop}
spec: {selector: {app: cache}, ports: [{port: 6379}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: %s}
data: {URL: "redis://cache%s:6379"}
"""


@pytest.mark.parametrize(
    ("values", "count"),
    [
        (("", "web", "shop", ""), 1),
        (("", "cache", "shop", ""), 0),
        ((", ingress: [{}]", "web", "shop", ""), 0),
        (("", "web", "shop", ".else"), 0),
        (("", "web", "other", ""), 0),
    ],
)
def test_a_policy_that_lets_nobody_in(inspect: Inspect, values: tuple[str, ...], count: int) -> None:
    found = inspect("kubernetes-port-mismatch", {"a.yaml": DENIED % values})

    assert ["lets anybody in to cache: what calls it" in one.message for one in found] == [True] * count


def test_a_policy_of_a_plugin_may_let_in_what_others_do_not(inspect: Inspect) -> None:
    more = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a}\n"
    text = DENIED % ("", "web", "shop", "")

    assert inspect("kubernetes-port-mismatch", {"a.yaml": text, "b.yaml": more}) == []
