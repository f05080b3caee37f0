"""Ports that a program, its image and those who run it do not agree on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


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


PROGRAM = "FROM node\nEXPOSE {open}\n{rest}"


@pytest.mark.parametrize(
    ("command", "told"),
    [("python -m debugpy --listen 0.0.0.0:9229 -m flask run", 0), ("serve --listen 0.0.0.0:9229", 1)],
)
def test_where_a_debugger_listens_is_not_what_an_image_exposes(inspect: Inspect, command: str, told: int) -> None:
    dockerfile = f"FROM python:3.12\nEXPOSE 8080\nCMD {command} --host $HOST --port $PORT\n"

    assert len(inspect("port-conflict", {"Dockerfile": dockerfile})) == told


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
