"""Commands, files and folders that the configurations of hosting platforms name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "deploy-reference-missing"
PACKAGE = json.dumps({"name": "web", "scripts": {"build": "vite build", "start": "node server.mjs"}})
WEB: dict[str, Any] = {"package.json": PACKAGE, "server.mjs": ""}
ROOT: dict[str, Any] = {"package.json": '{"name": "root"}'}


def lines(found: list[Finding]) -> list[int]:
    return sorted(one.line for one in found)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("web/railway.json", '{"build": {"dockerfilePath": "Dockerfile.web"},\n"deploy": {"startCommand": "npm start"}}', [1]),
        ("railway.toml", '[deploy]\nstartCommand = "npm --prefix web run serve"', [2]),
        ("web/railway.toml", '[build]\nbuildCommand = "npm run bundle"\n[deploy]\npreDeployCommand = ["npm run migrate"]', [2, 4]),
        ("web/vercel.json", '{"buildCommand": "npm run build:edge",\n"ignoreCommand": "bash skip.sh",\n"outputDirectory": "dist"}', [1, 2]),
        ("web/vercel.json", '{"functions": {\n"api/report.js": {},\n"server.mjs": {},\n"{a,b}.js": {}}}', [2]),
        ("vercel.json", '{"builds": [{"src": "web/package.json"},\n{"src": "api/index.py"}],\n"outputDirectory": "site/dist"}', [2, 3]),
        ("netlify.toml", '[build]\nbase = "site/"\ncommand = "npm run build"', [2]),
        ("netlify.toml", '[build]\nbase = "/web"\ncommand = "npm run build"\n[context.production]\ncommand = "npm run export"', [5]),
        ("web/netlify.toml", '[functions]\ndirectory = "functions"\n[[plugins]]\npackage = "./cache"\n[[edge_functions]]\nfunction = "geo"', [2, 4, 6]),
        ("fly.toml", '[build]\ndockerfile = "Dockerfile.fly"\n[processes]\nworker = "npm --prefix web run jobs"', [2, 4]),
        ("fly.staging.toml", '[[files]]\nlocal_path = "machine.conf"', [2]),
        ("render.yaml", "services:\n- name: a\n  rootDir: api\n  startCommand: npm run gone\n- name: b\n  rootDir: web\n  startCommand: npm run gone", [3, 7]),
        ("render.yaml", "projects:\n- environments:\n  - services:\n    - name: a\n      dockerContext: ./api\n      dockerfilePath: ./api/Dockerfile", [5]),
        ("Procfile", "web: npm start\nworker: python worker.py\nweb2: cd web && npm start", [1, 2]),
        ("web/Procfile", "web: gunicorn -w 4 site:app\nrelease: pip install -r requirements.txt", [1, 2]),
        ("app.yaml", "runtime: python312\nhandlers:\n- url: /static\n  static_dir: static\n- url: /(.*)\n  static_files: pages/\\1", [4]),
        (".do/app.yaml", "services:\n- name: a\n  source_dir: api\n- name: b\n  source_dir: /web\n  run_command: npm run gone", [3, 6]),
        ("heroku.yml", "build:\n  docker:\n    web: web/Dockerfile\nrun:\n  web: node web/index.js", [3, 5]),
        ("web/nixpacks.toml", '[phases.build]\ncmds = ["npm run all"]\n[start]\ncmd = "npm start"', [2]),
        ("firebase.json", '{"firestore": {"rules": "firestore.rules"},\n"functions": [{"source": "functions"}],\n"hosting": {"public": "web/dist"}}', [1, 2]),
    ],
)  # fmt: skip
def test_what_is_missing(inspect: Inspect, name: str, text: str, expected: list[int]) -> None:
    tree: dict[str, Any] = {**ROOT, "web": dict(WEB)}
    *folders, file = name.split("/")
    inner = tree
    for folder in folders:
        inner = inner.setdefault(folder, {})
    inner[file] = text

    assert lines(inspect(ID, tree)) == expected


def test_pictures_and_plugins_of_a_mobile_application(inspect: Inspect) -> None:
    config = """\
{"expo": {
  "icon": "./assets/icon.png",
  "splash": {"image": "./assets/splash.png"},
  "ios": {"googleServicesFile": "./GoogleService-Info.plist"},
  "assetBundlePatterns": ["./more/*.png"],
  "plugins": ["expo-router", "./plugins/share", ["./plugins/gone", {}]]
}}
"""
    tree = {"app.json": config, "assets": {"icon.png": ""}, "plugins": {"share.js": ""}}

    assert places(inspect(ID, tree)) == [
        ("error", "app.json", 3),
        ("warning", "app.json", 4),
        ("error", "app.json", 6),
    ]


def test_quiet_where_it_is_from_one_of_the_folders_that_count(inspect: Inspect) -> None:
    tree = {
        **ROOT,
        "web": {
            **WEB,
            "railway.json": '{"build": {"dockerfilePath": "web/Dockerfile"}, "deploy": {"startCommand": "cd web && npm start"}}',
            "Dockerfile": "FROM scratch\n",
            "Procfile": "web: bundle exec puma\nrelease: npm run gone || true\nother: ${START}\nlast: npm start\n",
            "vercel.json": '{"buildCommand": "", "outputDirectory": "dist", "functions": {"app/**/*.ts": {}}}',
            "app": {"page.ts": ""},
        },
        "api": {
            "shop": {"wsgi.py": ""},
            "src": {"main.py": ""},
            "Procfile": "a: gunicorn --bind :80 shop.wsgi\nb: uvicorn --app-dir src main:app --port 80\n"
            "c: python -m gunicorn somebodys.package:app\nd: uvicorn --app-dir /app/src other:app\n",
        },
        "app.json": '{"name": "a Rust tool", "icon": "gone.png"}',
        "fly.toml": '[build]\nimage = "registry.invalid/x"\n[processes]\nweb = "/bin/server --port 80"\n',
    }

    assert inspect(ID, tree) == []


def test_a_command_of_an_image_may_name_files_that_only_the_image_has(inspect: Inspect) -> None:
    tree = {**ROOT, "web": WEB, "fly.toml": '[processes]\nworker = "node jobs/run.js"\njobs = "npm run jobs"\n'}

    assert places(inspect(ID, tree)) == [("warning", "fly.toml", 2), ("error", "fly.toml", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "services: 3",
        "services:\n- 4\n- rootDir: [a]\n",
        "services:\n  a:\n    rootDir: {}\n",
        "[",
        "projects: [[]]",
        "\0",
    ],
)
def test_what_is_no_such_configuration_is_no_fault(inspect: Inspect, text: str) -> None:
    names = ("render.yaml", "app.yaml", "heroku.yml", "vercel.json", "fly.toml", "app.json", "Procfile")

    assert inspect(ID, dict.fromkeys(names, text)) == []


def test_hostile_values_take_no_time(inspect: Inspect) -> None:
    command = "a" * 200_000 + " && " * 2_000 + "npm run x " * 5_000
    nested = '{"expo": ' + '{"a": ' * 90 + '"./x.png"' + "}" * 91
    found = inspect(ID, {"Procfile": f"web: {command}\n" * 3, "app.json": nested, "package.json": "{}"})

    assert {one.path for one in found} <= {"Procfile", "app.json"}


def test_quiet_where_a_folder_between_the_file_and_the_root_may_be_the_root_directory(inspect: Inspect) -> None:
    railway = '[build]\ndockerfilePath = "shop/Dockerfile"\n'
    tree = {"backend": {"services": {"shop": {"railway.toml": railway, "Dockerfile": "FROM a\n"}}}}

    assert inspect(ID, tree) == []


def test_commands_of_an_image(inspect: Inspect) -> None:
    dockerfile = """\
FROM node AS build
WORKDIR /app
COPY web/package*.json ./
RUN --mount=type=cache,target=/c npm run prepare:all
COPY web .
RUN npm run build && node scripts/gone.js && node server.mjs && node dist/a.js
FROM node
WORKDIR /srv
COPY --from=build /app/package.json ./
COPY --from=build /app/dist ./dist
CMD ["npm", "run", "serve"]
"""
    tree = {**ROOT, "web": WEB, "Dockerfile": dockerfile}

    assert places(inspect(ID, tree)) == [
        ("error", "Dockerfile", 4),
        ("error", "Dockerfile", 6),
        ("error", "Dockerfile", 11),
    ]


def test_quiet_where_the_folder_of_the_image_is_not_known(inspect: Inspect) -> None:
    dockerfile = """\
FROM node AS build
RUN npm run gone
WORKDIR /app
COPY --from=other /x ./
RUN npm run gone
FROM build
WORKDIR /srv
COPY web/server.mjs .
CMD ["node", "other.mjs"]
"""
    tree = {
        **ROOT,
        "web": {**WEB, "Dockerfile": "FROM node\nCOPY . /app\nWORKDIR /app\nCMD npm start\n"},
        "Dockerfile": dockerfile,
    }

    assert inspect(ID, tree) == []


def test_a_program_that_the_compiler_puts_elsewhere(inspect: Inspect) -> None:
    dockerfile = """\
FROM node AS build
WORKDIR /app
COPY . .
RUN npm run build
FROM node
WORKDIR /srv
COPY --from=build /app/dist ./dist
CMD ["node", "dist/main"]
"""
    compiler = '{"compilerOptions": {"outDir": "dist", "rootDir": "."}, "include": ["src"]}'
    tree = {
        "Dockerfile": dockerfile,
        "package.json": '{"scripts": {"build": "tsc"}}',
        "tsconfig.json": compiler,
        "src": {"main.ts": ""},
    }

    assert places(inspect(ID, tree)) == [("error", "Dockerfile", 8)]
    assert inspect(ID, {**tree, "tsconfig.json": compiler.replace('"."', '"src"')}) == []


def test_quiet_about_a_package_that_cannot_be_read(inspect: Inspect) -> None:
    assert inspect(ID, {"Procfile": "web: npm run build\n", "package.json": "{"}) == []
