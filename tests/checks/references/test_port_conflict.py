"""Ports that are published twice, or that do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_one_host_port_for_two_services(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: x, ports: ["8080:80"]}
  b:
    image: y
    ports:
      - "127.0.0.1:8080:3000"
      - {target: 1, published: 8080, protocol: udp}
"""
    assert places(inspect("port-conflict", {"docker-compose.yml": compose})) == [("error", "docker-compose.yml", 6)]


def test_quiet_about_ports_that_are_not_published_together(inspect: Inspect) -> None:
    compose = """\
services:
  a: {image: x, ports: ["8080:80"], profiles: [one]}
  b: {image: y, ports: ["8080:80"], profiles: [two]}
  c: {image: z, ports: ["127.0.0.1:90:80"]}
  d: {image: z, ports: ["127.0.0.2:90:80", "53:53/tcp", "53:53/udp", "3000", "${PORT}:1", "9000-9010:9000-9010"]}
  e: {image: z, ports: ["9011-9012:9011-9012", {target: 80}, {published: "x", target: 1}, "1-2-3:4", "99999999999999:1"]}
"""
    other = "services:\n  a: {image: x, ports: ['8080:80']}\n"

    assert inspect("port-conflict", {"docker-compose.yml": compose, "compose.b.yml": other}) == []


def test_a_program_and_those_who_run_it(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./api
    environment: {PORT: "5000"}
    ports: ["80:4000"]
  web:
    build: ./web
    ports: ["81:9999"]
"""
    pod = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: example/web:1
      ports:
        - containerPort: 7000
"""
    tree = {
        "docker-compose.yml": compose,
        "api": {"Dockerfile": "FROM a\nEXPOSE 5000\n"},
        "web": {"Dockerfile": "FROM a\nEXPOSE 3000\n", "server.js": "listen(process.env.PORT ?? 3000)\n"},
        "k8s": {"web.yaml": pod},
    }

    assert places(inspect("port-conflict", tree)) == [
        ("warning", "docker-compose.yml", 5),
        ("warning", "docker-compose.yml", 8),
        ("warning", "k8s/web.yaml", 9),
    ]


def test_quiet_where_a_command_or_a_debugger_explains_the_port(inspect: Inspect) -> None:
    compose = """\
services:
  api:
    build: ./api
    command: serve --port 4000
    ports: ["80:4000"]
  web:
    build: ./web
    ports: ["9229:9229", "81:3000"]
"""
    tree = {
        "docker-compose.yml": compose,
        "api": {"Dockerfile": "FROM a\nEXPOSE 1\n"},
        "web": {"Dockerfile": "FROM a\nEXPOSE 3000\n"},
    }

    assert inspect("port-conflict", tree) == []


def test_ranges_defaults_and_included_files(inspect: Inspect) -> None:
    compose = """\
include: [more.yml]
services:
  a: {image: x, ports: ["8000-8010:8000-8010", "${WEB:-3000}:80"]}
  b:
    image: y
    ports:
      - target: 80
        published: "8005"
      - 3000:1
      - 9000-9002:1-3
  c: {image: z, ports: ["6000:1"], profiles: [more]}
  d: {image: z, ports: ["6000:1"]}
"""
    more = "services:\n  z: {image: x, ports: ['9001:1']}\n"

    found = inspect("port-conflict", {"compose.yml": compose, "more.yml": more})

    assert [(one.severity, one.line, one.evidence) for one in found] == [
        ("error", 8, "line 3: a"),
        ("error", 10, "more.yml line 2: z"),
        ("warning", 12, "line 11: c"),
    ]


PROGRAM = "FROM node\nEXPOSE {open}\n{rest}"


@pytest.mark.parametrize(
    ("compose", "rest", "code", "expected"),
    [
        # Two places against one: the one is told of.
        ('ports: ["1:4000"]', 'CMD ["node", "a.js"]', "listen(process.env.PORT || 5000)", [("a/server.js", 1)]),
        ('ports: ["1:4000"]', 'CMD ["serve", "-l", "4001"]', "", [("a/Dockerfile", 3)]),
        ('ports: ["1:4000"]', "CMD npm start", "", [("a/Dockerfile", 3)]),
        ('ports: ["1:5000"]', "", "const PORT = 4000", [("compose.yml", 4)]),
        ('ports: ["1:5000"]', "", "const port = env.PORT ? Number(env.PORT) : 4000", [("compose.yml", 4)]),
        ('ports: ["1:4100"]', "ENV PORT=4000", "", [("compose.yml", 4)]),
        ('ports: ["1:4000"]\n    command: serve --port 4100', "", "", [("compose.yml", 4)]),
        ("image: x", "", 'http.ListenAndServe(":9090", nil)', [("a/Dockerfile", 2)]),
        ("image: x", "HEALTHCHECK CMD curl http://localhost:4001/", "", [("a/Dockerfile", 3)]),
        ('ports: ["1:4000"]\n    healthcheck: {test: "curl localhost:4100"}', "", "", [("compose.yml", 5)]),
        # What decides is told, unknown, or agrees.
        ('ports: ["1:80"]\n    environment: ["ASPNETCORE_URLS=http://+:80"]', "", "", []),
        ('ports: ["1:81"]\n    environment: {LISTEN_ADDRESS: "0.0.0.0:81"}', "", "", []),
        ('ports: ["1:81"]\n    environment: {PORT: "$UNKNOWN"}', "", "", []),
        ('ports: ["1:4000"]\n    env_file: a.env', "", "listen(process.env.PORT || 5000)", []),
        ('ports: ["1:81"]\n    env_file: gone.env', "", "", []),
        ('ports: ["1:81"]\n    env_file: a/a.env', "", "", [("compose.yml", 4)]),
        ('ports: ["1:4000"]\n    environment: {PORT: 4000}', "", "listen(process.env.PORT || 5000)", []),
        ('ports: ["1:4000"]', "ENV PORT=${X}", "listen(process.env.PORT || 5000)", []),
        ('ports: ["1:4000"]', "ARG X=4000\nENV PORT=${X}", "listen(process.env.PORT || 5000)", []),
        ('ports: ["1:4100"]', "ARG X=4000\nENV PORT=${X}", "", [("compose.yml", 4)]),
        ('ports: ["1:4000"]', "", "server.listen(4000); metrics.listen(9464)", []),
        ('ports: ["1:4000"]', "ENV ADMIN=4001\nHEALTHCHECK CMD curl http://localhost:4001/", "", []),
    ],
)
def test_command_environment_code_and_health(
    inspect: Inspect, compose: str, rest: str, code: str, expected: list[tuple[str, int]]
) -> None:
    tree = {
        "compose.yml": f"services:\n  a:\n    build: ./a\n    {compose}\n",
        "a": {
            "Dockerfile": PROGRAM.format(open="4000", rest=rest),
            "server.js": code,
            "package.json": '{"scripts": {"start": "next start -p 4001"}}',
            "a.env": "",
        },
    }

    found = inspect("port-conflict", tree)

    assert [(one.path, one.line) for one in found] == expected
    assert {one.severity for one in found} <= {"warning"}


def test_the_port_of_an_nginx(inspect: Inspect) -> None:
    dockerfile = (
        "FROM node AS build\nEXPOSE 1\nFROM nginx:alpine\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nEXPOSE 8080\n"
    )
    tree = {
        "web": {"Dockerfile": dockerfile, "nginx.conf": "server {\n  listen [::]:80;\n}\n"},
        "right": {"Dockerfile": dockerfile, "nginx.conf": "server {\n  listen 8080 default_server;\n}\n"},
    }

    assert places(inspect("port-conflict", tree)) == [("warning", "web/Dockerfile", 5)]


def test_hostile_ports_take_no_time(inspect: Inspect) -> None:
    ports = ", ".join(f'"{n % 60000}-{n % 60000 + 900}:1"' for n in range(0, 40_000, 400))
    command = "--port " * 20_000
    compose = f"services:\n  a: {{image: x, ports: [{ports}]}}\n  b: {{build: ., command: '{command}'}}\n"

    found = inspect("port-conflict", {"compose.yml": compose, "Dockerfile": f"FROM a\nCMD {command}\n"})

    assert {one.path for one in found} <= {"compose.yml"}


@pytest.mark.parametrize(
    ("name", "text", "level"),
    [
        ("application.yml", "spring:\n  port: 1\nserver:\n  servlet:\n    path: /\n  port: ${PORT:8072}\n", "info"),
        ("application.properties", "a.server.port=1\nserver.port=8072\n", "warning"),
    ],
)
def test_the_port_of_a_spring_application(inspect: Inspect, name: str, text: str, level: str) -> None:
    tree = {
        "compose.yml": 'services:\n  a:\n    build: ./a\n    ports: ["8072:8072"]\n',
        "a": {"Dockerfile": "FROM a\nEXPOSE 8070\n", "src": {"main": {"resources": {name: text}}}},
    }

    assert places(inspect("port-conflict", tree)) == [(level, "a/Dockerfile", 2)]


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ("[http_service]\ninternal_port = 8080\n", [2]),
        ("[http_service]\ninternal_port = 3000\n", []),
        ("[env]\nPORT = '8080'\n[[services]]\ninternal_port = 8080\n[[services]]\ninternal_port = 9000\n", [6]),
        ("[build]\nimage = 'x'\ndockerfile = 'gone'\n[http_service]\ninternal_port = 1\n", []),
        ("http_service = 3\nservices = 4\n", []),
    ],
)
def test_the_port_that_a_proxy_asks(inspect: Inspect, machine: str, expected: list[int]) -> None:
    tree = {"a": {"fly.toml": machine, "Dockerfile": "FROM a\nEXPOSE 3000\n"}}

    assert [one.line for one in inspect("port-conflict", tree)] == expected


def test_a_radix_is_no_port_and_a_default_of_a_schema_is(inspect: Inspect) -> None:
    code = (
        'const schema = z.object({\n  PORT: z.string().default("8080"),\n});\nserver.listen(parseInt(env.PORT, 10));\n'
    )
    web = {"package.json": "{}", "src": {"env.ts": code}}

    assert inspect("port-conflict", {"web": {**web, "Dockerfile": "FROM node\nEXPOSE 8080\nCMD node a.js\n"}}) == []
    assert len(inspect("port-conflict", {"web": {**web, "Dockerfile": "FROM node\nEXPOSE 9090\nCMD node a.js\n"}})) == 1


def test_an_environment_file_goes_before_the_variable_of_an_image(inspect: Inspect) -> None:
    compose = "services:\n  a:\n    build: ./a\n    env_file: .env\n    ports:\n      - '3008:3008'\n"
    tree = {
        "docker-compose.yml": compose,
        ".env.example": "PORT=3008\n",
        "a": {"Dockerfile": "FROM node\nENV PORT=8080\nCMD node a.js\n"},
    }

    assert inspect("port-conflict", tree) == []


@pytest.mark.parametrize(
    ("command", "port", "expected"),
    [
        ('["fastapi", "run", "--workers", "4"]', 8000, 0),
        ('["fastapi", "run", "--workers", "4"]', 8080, 1),
        ("uvicorn main:app --port 9000", 8000, 1),
        ("streamlit run app.py", 8501, 0),
        ("flask run", 5000, 0),
    ],
)
def test_a_health_check_against_what_servers_do_unless_told(
    inspect: Inspect, command: str, port: int, expected: int
) -> None:
    compose = f"services:\n  a:\n    build: ./a\n    environment:\n      DB: x:5432\n    healthcheck:\n      test: curl -f http://localhost:{port}/\n"
    tree = {"docker-compose.yml": compose, "a": {"Dockerfile": f"FROM python\nCMD {command}\n"}}

    assert len(inspect("port-conflict", tree)) == expected


def test_a_health_check_that_labels_or_an_override_agree_with(inspect: Inspect) -> None:
    compose = (
        "services:\n  a:\n    build: ./a\n    environment: {DB: 'x:5432'}\n    labels:\n      - traefik.http.services.a.loadbalancer.server.port=8000\n"
        "    healthcheck:\n      test: curl -f http://localhost:8000/\n"
    )
    tree = {"docker-compose.yml": compose, "a": {"Dockerfile": "FROM python\nCMD serve\n"}}

    assert inspect("port-conflict", tree) == []


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("    healthcheck:\n      test: [CMD, curl, 'http://localhost:3000/api']\n", 7),
        ("    ports:\n      - '4000:3000'\n", 7),
        ("    labels:\n      - traefik.http.services.a.loadbalancer.server.port=3000\n", 7),
        ("    ports:\n      - '3000:4000'\n    healthcheck:\n      test: curl http://localhost:4000\n", 0),
    ],
)
def test_an_image_of_others_that_is_told_where_to_listen(inspect: Inspect, rest: str, line: int) -> None:
    compose = f"services:\n  a:\n    image: grafana/grafana\n    environment:\n      - GF_SERVER_HTTP_PORT=${{GRAFANA_PORT:-4000}}\n{rest}"

    found = inspect("port-conflict", {"docker-compose.yml": compose})

    assert [(one.severity, one.line) for one in found] == [("warning", line)][: bool(line)]


def test_code_that_several_programs_are_built_of_tells_nothing_of_one(inspect: Inspect) -> None:
    tree = {
        "a": {
            "src": {"lib.rs": 'let x = y.bind(("0.0.0.0", 8081));\n'},
            "Dockerfile.server": "FROM rust\nEXPOSE 8090\nCMD server\n",
            "Dockerfile.worker": "FROM rust\nEXPOSE 8090\nCMD worker\n",
        },
        "b": {
            "src": {"lib.rs": 'let x = y.bind(("0.0.0.0", 8081));\n'},
            "Dockerfile": "FROM rust\nEXPOSE 8090\nCMD server\n",
        },
    }

    assert places(inspect("port-conflict", tree)) == [("warning", "b/Dockerfile", 2)]


PROXIED = """services:
  api: {build: ./api}
  auth: {build: ./auth, environment: {PORT: 4000}}
  worker: {build: ./worker, command: uvicorn main:app --port 9000}
  told: {build: ./api, env_file: .env}
  grafana: {image: grafana/grafana, ports: ["3001:3000"]}
  proxy: {image: nginx, volumes: [./proxy:/etc/nginx/conf.d]}
"""
PROGRAMS = {
    "api": {"Dockerfile": "FROM node\nCMD node a.js\n", "a.js": "app.listen(3000)\n", "b.js": "metrics(9464)\n"},
    "auth": {"Dockerfile": "FROM node\nEXPOSE 4000\nCMD node a.js\n"},
    "worker": {"Dockerfile": "FROM python\n"},
}


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("a.conf", "proxy_pass http://api:3001/;", "api:3001, and the code says 3000"),
        ("a.conf", "proxy_pass http://auth:3000;", "auth:3000, and its environment says PORT 4000"),
        (
            "a.conf",
            "upstream api { server worker:8000; }\nproxy_pass http://api;",
            "worker:8000, and its command says 9000",
        ),
        (
            "a.conf.template",
            "upstream api {\n  server api:80; }\nproxy_pass http://api;",
            "api:80, and the code says 3000",
        ),
        (
            "a.conf",
            "proxy_pass http://grafana:3001;",
            "3001 is its port on the host; within the network it listens on 3000",
        ),
        ("Caddyfile", "reverse_proxy /api/* auth:4000 api:8080", "api:8080, and the code says 3000"),
        (
            "t.yml",
            "http: {services: {a: {loadBalancer: {servers: [{url: 'http://api:81'}]}}}}",
            "api:81, and the code says 3000",
        ),
        ("a.conf", "proxy_pass http://api:3000;", ""),
        ("a.conf", "# proxy_pass http://api:3001;", ""),
        ("a.conf", "proxy_pass http://api:9464/metrics;", ""),
        ("a.conf", "proxy_pass http://told:3001;", ""),
        ("a.conf", "proxy_pass http://grafana:4000;", ""),
        ("a.conf", "proxy_pass http://worker:9000;", ""),
        ("Caddyfile", "reverse_proxy @a auth:4000", ""),
        ("p.yml", "scrape_configs: [{static_configs: [{targets: ['api:3001']}]}]", ""),
    ],
)
def test_a_proxy_that_asks_another_port(inspect: Inspect, name: str, line: str, says: str) -> None:
    tree = {"docker-compose.yml": PROXIED, "proxy": {name: f"{line}\n"}, **PROGRAMS}

    found = inspect("port-conflict", tree)

    assert [(one.severity, one.path, says in one.message) for one in found] == (
        [("error" if "on the host" in says else "warning", f"proxy/{name}", True)] if says else []
    )


def test_settings_that_an_image_copies_and_labels_of_traefik(inspect: Inspect) -> None:
    label = "traefik.http.services.api.loadbalancer.server.port=8080"
    compose = f"services:\n  api:\n    build: ./api\n    labels:\n      - {label}\n  web: {{build: ./web}}\n"
    web = {
        "Dockerfile": "FROM nginx\nCOPY nginx.conf /etc/nginx/conf.d/\n",
        "nginx.conf": "proxy_pass http://api:5000;\n",
    }

    found = inspect("port-conflict", {"docker-compose.yml": compose, "web": web, **PROGRAMS})

    assert places(found) == [("warning", "docker-compose.yml", 5), ("warning", "web/nginx.conf", 1)]


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("ports: ['80:80'], deploy: {replicas: 2}", True),
        ("ports: [{published: 80, target: 80}], scale: 3", True),
        ("ports: ['80-82:80'], deploy: {replicas: 3}", False),
        ("ports: ['80-81:80'], deploy: {replicas: 3}", True),
        ("ports: ['80'], deploy: {replicas: 2}", False),
        ("expose: ['80'], deploy: {replicas: 2}", False),
        ("ports: ['80:80'], deploy: {replicas: 1}", False),
        ("ports: ['80:80'], deploy: {replicas: 2, placement: {constraints: [a]}}", False),
    ],
)
def test_a_service_that_is_wanted_several_times(inspect: Inspect, service: str, told: bool) -> None:
    compose = f"services:\n  a: {{image: a, {service}}}\n"

    assert places(inspect("port-conflict", {"compose.yml": compose})) == [("warning", "compose.yml", 2)] * told


def test_quiet_where_a_swarm_runs_them(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, ports: ['80:80'], deploy: {replicas: 2}}\n"
    tree = {"compose.yml": compose, "run.sh": "docker stack deploy -c compose.yml a\n"}

    assert inspect("port-conflict", tree) == []


@pytest.mark.parametrize(
    "command",
    ["pnpm --filter web run dev", '["pnpm", "--filter", "web", "run", "dev"]', "npm run dev -w web", "yarn workspace web dev",
     "npm --prefix web run dev"],
)  # fmt: skip
def test_the_script_of_a_workspace_decides_against_expose(inspect: Inspect, command: str) -> None:
    tree = {
        "compose.yml": "services:\n  web:\n    build: .\n    ports: ['1:3000']\n",
        "Dockerfile": f"FROM node\nEXPOSE 3001\nCMD {command}\n",
        "package.json": '{"workspaces": ["web"]}',
        "pnpm-workspace.yaml": "packages: [web]\n",
        "web": {"package.json": '{"name": "web", "scripts": {"dev": "next dev -p 3000"}}'},
    }

    assert places(inspect("port-conflict", tree)) == [("warning", "Dockerfile", 3)]


@pytest.mark.parametrize(
    ("variable", "port", "told"),
    [
        ("SEARCH_URL: http://search:{port}/v1", 8000, [("warning", "compose.yml", 5)]),
        ("SEARCH_URL: ${{S:-http://shop-search:{port}}}", 8109, [("warning", "compose.yml", 5)]),
        ("SEARCH_URL: http://search:{port}", 8009, []),
        ("DATABASE_URL: postgres://a:b@db:{port}/c", 5433, [("error", "compose.yml", 5)]),
        ("DATABASE_URL: postgres://a:b@db:{port}/c", 5432, []),
        ("CORS_ORIGINS: http://search:{port}", 8000, []),
        ("SELF_URL: http://api:{port}", 8000, []),
        ("OTHER_URL: http://elsewhere:{port}", 8000, []),
        ("CACHE_URL: redis://cache:{port}", 7000, []),
    ],
)
def test_an_address_in_a_variable(inspect: Inspect, variable: str, port: int, told: list[tuple[str, str, int]]) -> None:
    compose = f"""services:
  api:
    build: ./api
    environment:
      {variable.format(port=port)}
  search:
    build: ./search
    container_name: shop-search
    env_file: [search.env]
    environment: {{API_URL: "http://api:8000"}}
    ports: ["8109:8009"]
  db: {{image: postgres, ports: ["5433:5432"]}}
  cache: {{image: redis}}
"""
    tree = {
        "compose.yml": compose,
        "api": {"Dockerfile": "FROM a\n"},
        "search": {"Dockerfile": "FROM a\nCMD uvicorn a:b --port 8009\n", "a.py": "LIMIT = 8000\n"},
    }

    assert places(inspect("port-conflict", tree)) == told


@pytest.mark.parametrize(("port", "told"), [(5433, True), (5432, False)])
def test_a_store_of_the_file_that_this_one_is_laid_over(inspect: Inspect, port: int, told: bool) -> None:
    store = "services:\n  db:\n    image: postgres\n    ports: ['5433:5432']\n    expose: ['5433']\n"
    above = f"services:\n  api:\n    image: example/api\n    environment:\n      - DATABASE_URL=postgres://a:b@db:{port}/c\n"

    found = inspect("port-conflict", {"docker-compose.yml": store, "docker-compose.production.yml": above})

    assert places(found) == [("error", "docker-compose.production.yml", 5)] * told


def test_settings_that_are_no_yaml_do_not_stop_the_check(inspect: Inspect) -> None:
    compose = "services:\n  p: {image: prom/prometheus, volumes: ['./p.yml:/etc/prometheus/prometheus.yml']}\n"

    assert inspect("port-conflict", {"compose.yml": compose, "p.yml": "scrape_configs:\n- a\n b: [\n"}) == []


def test_prometheus_that_scrapes_ports_of_the_host_is_told_once(inspect: Inspect) -> None:
    compose = "services:\n  a: {image: a, ports: ['81:80']}\n  b: {image: b, ports: ['91:90']}\n  c: {image: c, ports: ['71:70']}\n"
    compose += "  p: {image: prom/prometheus, volumes: ['./p.yml:/etc/prometheus/prometheus.yml']}\n"
    scraped = "scrape_configs:\n- static_configs:\n  - targets: ['a:81']\n  - targets: ['b:91']\n  - targets: ['c:70', 'c:9999']\n"

    (found,) = inspect("port-conflict", {"compose.yml": compose, "p.yml": scraped})

    assert (found.line, found.message, found.evidence.rpartition("; ")[2]) == (
        3, "Prometheus asks a:81 (as 1 more), and 81 is its port on the host; within the network it listens on 80: nothing answers there.",
        "line 4: write b:90",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("exposes", "code", "told"),
    [
        ("3101", 'env::var("PORT").unwrap_or_else(|_| "3001".to_string())', [("warning", "a/Dockerfile", 2)]),
        ("3101", 'env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(3001)', [("warning", "a/Dockerfile", 2)]),
        ("3001 3101", 'env::var("PORT").unwrap_or("3001".into())', []),
        ("3101", 'env::var("PORT").unwrap_or("3101".into())', []),
        ("3101", "", []),
        ("9229", 'env::var("PORT").unwrap_or("3001".into())', []),
    ],
)  # fmt: skip
def test_what_is_exposed_against_what_the_service_is_told(
    inspect: Inspect, exposes: str, code: str, told: list[tuple[str, str, int]]
) -> None:
    compose = "services:\n  a:\n    build: ./a\n    environment: {PORT: 3001}\n    ports: ['3001:3001']\n"
    tree = {"compose.yml": compose, "a": {"Dockerfile": f"FROM a\nEXPOSE {exposes}\n", "src": {"main.rs": code}}}

    assert places(inspect("port-conflict", tree)) == told


def test_code_of_an_image_in_a_folder_below_is_of_another_program(inspect: Inspect) -> None:
    tree = {
        "compose.yml": 'services:\n  a:\n    build: ./a\n    ports: ["8080:8080"]\n',
        "a": {
            "Dockerfile": "FROM dotnet\nEXPOSE 8080\n",
            "llm": {"Dockerfile": "FROM python\n", "s.py": "PORT = 8000\n"},
        },
    }

    assert inspect("port-conflict", tree) == []


@pytest.mark.parametrize(("name", "told"), [("Dockerfile.prod", 0), ("Containerfile.txt", 1)])
def test_of_several_dockerfiles_the_one_that_agrees_counts(inspect: Inspect, name: str, told: int) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: shop/web, ports: [{containerPort: 80}]}\n"
    tree = {"k8s": {"web.yml": pod}, "web": {"Dockerfile": "FROM node\nEXPOSE 3001\n", name: "FROM nginx\nEXPOSE 80\n"}}

    assert len(inspect("port-conflict", tree)) == told


def test_a_store_of_a_compose_file_that_cannot_be_read(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services:\n  db: [\n",
        "compose.staging.yml": 'services:\n  db: {image: postgres, ports: ["5433:5432"]}\n',
        ".env.example": "DATABASE_URL=postgres://u:p@localhost:5432/a\nTEST_URL=postgres://u:p@localhost:5432/b\n",
    }

    assert inspect("port-conflict", tree) == []
    assert len(inspect("port-conflict", {**tree, "docker-compose.yml": "services: {}\n"})) == 1


def test_ports_of_two_services_are_one_clash(inspect: Inspect) -> None:
    ports = 'ports: ["80:80", "443:443"]'
    compose = f"services:\n  a: {{image: a, {ports}}}\n  b: {{image: b, {ports}}}\n"

    (found,) = inspect("port-conflict", {"compose.yml": compose})

    assert "host port 80, 443, which a publishes" in found.message


_TARGETS = "FROM node:22 AS web\nEXPOSE 3000\nFROM node:22 AS api\n{}CMD node api.js\n"


@pytest.mark.parametrize(
    ("exposes", "variable", "asked", "told"),
    [
        ("EXPOSE 8080\n", "BACKEND_PORT: 8080", "8080", "8080, as its health check, BACKEND_PORT and EXPOSE say"),
        ("", "BACKEND_PORT: 8080", "8080", "8080, as its health check and BACKEND_PORT say"),
        ("EXPOSE 8080\n", "MODE: a", "8080", "8080, as its health check and EXPOSE say"),
        ("", "METRICS_PORT: 8080", "8080", ""),
        ("EXPOSE 8000\n", "BACKEND_PORT: 8080", "8080", ""),
        ("", "BACKEND_PORT: 8080", "8000", ""),
        ("ENV PORT=8000\n", "BACKEND_PORT: 8080", "8080", ""),
    ],
)
def test_a_container_port_against_what_several_places_say(
    inspect: Inspect, exposes: str, variable: str, asked: str, told: str
) -> None:
    compose = f"""\
services:
  api:
    build: {{context: ., target: api}}
    environment:
      {variable}
    ports: ["8080:8000"]
    healthcheck:
      test: [CMD, wget, "http://localhost:{asked}/health"]
"""
    found = inspect("port-conflict", {"docker-compose.yml": compose, "Dockerfile": _TARGETS.format(exposes)})

    assert [(one.severity, one.line) for one in found] == [("warning", 6)] * bool(told)
    assert all(told in one.message for one in found)


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("node main.js", "app.listen(process.env.PORT || 8080)\n", True),
        ("node main.js --port 8080", "app.listen(process.env.PORT || 8080)\n", False),
        ("node main.js", "app.listen(8080)\n", False),
    ],
)
def test_a_variable_beside_a_command_without_a_port(inspect: Inspect, command: str, code: str, told: bool) -> None:
    compose = f"""\
services:
  api:
    build: ./api
    environment: {{PORT: 8090}}
    ports: ["8080:8080"]
    command: {command}
"""
    api = {"Dockerfile": "FROM node:22\nEXPOSE 8080\nCMD node main.js\n", "main.js": code}

    found = inspect("port-conflict", {"docker-compose.yml": compose, "api": api})

    assert [(one.path, one.line) for one in found] == [("docker-compose.yml", 5)] * told


def test_a_port_that_the_code_has_in_its_options(inspect: Inspect) -> None:
    api = {
        "Dockerfile": "FROM node:22\nEXPOSE 3000\nCMD node main.js\n",
        "main.js": 'app.listen({ port: 8080, host: "::" });\n',
    }

    assert places(inspect("port-conflict", {"api": api})) == [("warning", "api/Dockerfile", 2)]


@pytest.mark.parametrize(
    ("args", "told"), [("", 1), ("args: {X: 4100}", 0), ("args: ['X=4100']", 0), ("args: {Y: 4100}", 1)]
)
def test_the_arguments_that_compose_gives_a_build(inspect: Inspect, args: str, told: int) -> None:
    tree = {
        "compose.yml": f"services:\n  a:\n    build:\n      context: ./a\n      {args}\n    ports: ['1:4100']\n",
        "a": {"Dockerfile": "FROM node\nARG X=4000\nENV PORT=${X}\nCMD node a.js\n"},
    }

    assert len(inspect("port-conflict", tree)) == told


@pytest.mark.parametrize(
    ("command", "code", "published", "count"),
    [
        ("flask run --host=0.0.0.0", "app.run(port=5050)\n", 5000, 0),
        ("flask run --host=0.0.0.0", "app.run(port=5050)\n", 5050, 1),
        ("uvicorn main:app", "uvicorn.run(app, port=9000)\n", 8000, 0),
        ("python main.py", "app.run(port=5050)\n", 5000, 1),
        ("gunicorn main:app", "app = 1\n", 9100, 1),
        ("gunicorn -c gunicorn.conf.py main:app", "app = 1\n", 9100, 0),
    ],
)
def test_a_server_that_never_comes_to_where_the_code_listens(
    inspect: Inspect, command: str, code: str, published: int, count: int
) -> None:
    api = {"Dockerfile": f"FROM python\nCOPY . .\nCMD {command}\n", "main.py": code}
    api |= {"gunicorn.conf.py": "bind = '0.0.0.0:9100'\n"} if "conf" in command else {}
    compose = f"services:\n  api:\n    build: ./api\n    ports: ['1234:{published}']\n"

    assert len(inspect("port-conflict", {"compose.yaml": compose, "api": api})) == count


@pytest.mark.parametrize(
    ("service", "count"),
    [
        ("image: nginx:1.27-alpine, ports: ['80:8080']", 1),
        ("image: 'docker.io/library/postgres:16', ports: ['5433:5433']", 1),
        ("image: grafana/grafana, ports: ['3001:3001']", 1),
        ("image: nginx, ports: ['8080:80']", 0),
        ("image: nginx, ports: ['80:8080'], volumes: ['./site.conf:/etc/nginx/conf.d/default.conf']", 0),
        ("image: postgres, ports: ['5433:5433'], command: postgres -p 5433", 0),
        ("image: grafana/grafana, ports: ['3001:3001'], environment: {GF_SERVER_HTTP_PORT: 3001}", 0),
        ("image: example/nginx, ports: ['80:8080']", 0),
    ],
)
def test_images_whose_port_everybody_knows(inspect: Inspect, service: str, count: int) -> None:
    found = inspect("port-conflict", {"compose.yaml": f"services:\n  a: {{{service}}}\n"})

    assert places(found) == [("warning", "compose.yaml", 2)] * count


@pytest.mark.parametrize(("code", "count"), [("const HEALTH = PORT - 1 // 9879\n", 0), ("const HEALTH = 19879\n", 1)])
def test_a_health_check_at_a_port_that_the_code_makes(inspect: Inspect, code: str, count: int) -> None:
    compose = """\
services:
  a:
    build: ./a
    ports: ["9880:9880"]
    healthcheck: {test: "wget -q http://localhost:9879/"}
"""
    tree = {"compose.yaml": compose, "a": {"Dockerfile": "FROM a\nEXPOSE 9880\n", "main.ts": code}}

    assert places(inspect("port-conflict", tree)) == [("warning", "compose.yaml", 5)] * count
