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
        ("web/nixpacks.toml", '[phases.build]\ncmds = ["npm run all"]\n[start]\ncmd = "npm start"', [2]),
        ("web/tauri.conf.json", '{"bundle": {"icon": [\n"server.mjs",\n"icons/icon.png"]}}', [3]),
        ("web/pubspec.yaml", "flutter:\n  assets:\n  - server.mjs\n  - images/\n  - path: gone.json\n  - packages/a/b.json\n", [4, 5]),
        ("pubspec.yaml", "flutter:\n  fonts:\n  - family: A\n    fonts:\n    - asset: web/server.mjs\n    - asset: fonts/A.ttf\n", [6]),
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
    names = ("render.yaml", "vercel.json", "fly.toml", "app.json", "Procfile")

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


REPOSITORY: dict[str, Any] = {
    "k8s": {"base": {"api.yaml": ""}, "overlays": {"prod": {"kustomization.yaml": ""}}},
    "charts": {"shop": {"Chart.yaml": "", "values.yaml": ""}},
    "services": {"api": {"Dockerfile": "FROM scratch\n"}},
    "ops": {"nginx.conf": "", "compose.yml": "services: {a: {image: a}}"},
    "package.json": '{"scripts": {"build": "true"}}',
}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("buildspec.yml", "phases:\n  build:\n    commands:\n      - cd services\n      - docker build api\n      - docker build web\n", [6]),
        ("bitbucket-pipelines.yml", "pipelines:\n  default:\n    - step:\n        script:\n          - bash ci/test.sh\n          - cat ops/nginx.conf\n", [5]),
        ("azure-pipelines.yml", "steps:\n  - script: |\n      kubectl apply -f k8s/base/api.yaml\n      kubectl apply -f k8s/web.yaml\n", [4]),
        ("azure-pipelines.yml", "steps:\n  - script: kubectl apply -f api.yaml\n    workingDirectory: k8s/base\n  - bash: cat x\n    workingDirectory: $(Build)\n", []),
        (".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: make -C gone up\n      - run: {command: cp ops/a.conf /etc, name: b}\n", [4, 5]),
        ("config.yml", "run: bash gone/a.sh\n", []),
        ("cloudbuild.yaml", "steps:\n  - name: gcr.io/cloud-builders/docker\n    args: [build, -f, docker/Dockerfile, .]\n  - name: gcr.io/cloud-builders/docker\n    args: [build, .]\n    dir: services/api\n", [3]),
        ("infra/cloudbuild/api.yaml", "steps:\n  - name: node:20\n    entrypoint: npm\n    args: [run, gone]\n    dir: services/api\n  - name: node:20\n    entrypoint: npm\n    args: [run, build]\n    dir: services/api\n", [4]),
        ("cloudbuild.yaml", "steps:\n  - name: gcr.io/cloud-builders/gcloud\n    entrypoint: bash\n    args:\n      - -c\n      - |\n        ls $$HOME\n        bash ci/gone.sh\n", [8]),
        ("cloudbuild.yaml", "steps:\n  - name: debian\n    entrypoint: bash\n    args: [-c, mkdir ops && touch ops/a.sh]\n  - name: debian\n    entrypoint: bash\n    args: [ops/a.sh]\n", []),
        ("cloudbuild.yaml", "steps:\n  - name: debian\n    args: [ops/nginx.conf]\n  - name: debian\n    entrypoint: bash\n    args: [ci/gone.sh]\n", [6]),
        ("deploy/build-trigger.yaml", "name: a\ngithub: {owner: b}\nfilename: cloudbuild.yaml\n", [3]),
        ("deploy/event-trigger.yaml", "name: a\nfilename: cloudbuild.yaml\n", []),
        ("serverless.yml", "provider: {name: aws}\nfunctions:\n  a:\n    handler: src/gone.main\n  b:\n    handler: src/there.main\n  c:\n    handler: dist/x.main\n", [4]),
    ],
)  # fmt: skip
def test_pipelines_and_tools_that_release(inspect: Inspect, name: str, text: str, expected: list[int]) -> None:
    tree: dict[str, Any] = {**REPOSITORY, "src": {"there.py": ""}}
    *folders, file = name.split("/")
    inner = tree
    for folder in folders:
        inner = inner.setdefault(folder, {})
    inner[file] = text

    assert lines(inspect(ID, tree)) == expected


def test_a_default_input_and_a_folder_that_is_no_chart(inspect: Inspect) -> None:
    script = (
        "INPUT=${1:-.env.dev.template}\nawk '{ print }' \"$INPUT\" > .env\nhelm upgrade --install a ./services/api\n"
    )

    assert places(inspect(ID, {**REPOSITORY, "render.sh": script})) == [
        ("warning", "render.sh", 1),
        ("error", "render.sh", 3),
    ]


def test_a_program_that_the_build_does_not_make(inspect: Callable[..., list[Finding]]) -> None:
    def package(build: str = "tsc", **sources: str) -> dict[str, object]:
        return {
            "package.json": f'{{"scripts": {{"build": "{build}"}}}}',
            "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}',
            "Procfile": "web: node dist/server.js\n",
            "src": {"main.ts": ""},
            "tools": sources,
        }

    tree = {
        "gone": package(),
        "made-by-others": package(**{"server.tsx": ""}),
        "bundled": package("tsc && node pack.mjs"),
    }

    found = inspect("deploy-reference-missing", tree)

    assert [(one.severity, one.path, one.line) for one in found] == [("warning", "gone/Procfile", 1)]
    assert "the build makes dist/main.js and the like, and dist/server.js has no source" in found[0].message


def test_what_a_blueprint_takes_values_from(inspect: Inspect) -> None:
    blueprint = """\
services:
  - type: web
    name: api
    envVars:
      - {key: HOST, fromService: {name: shop-postgres, type: pserv}}
      - {key: URL, fromDatabase: {name: shop-dbs, property: connectionString}}
      - {key: OWN, fromDatabase: {name: shop-db, property: host}}
      - {key: SELF, fromService: {name: api, type: web}}
      - fromGroup: shared
databases:
  - {name: shop-db}
"""
    found = inspect(ID, {"render.yaml": blueprint})

    assert places(found) == [("warning", "render.yaml", 5), ("warning", "render.yaml", 6)]
    assert found[1].message.startswith("The variable URL of api comes from shop-dbs, which the file does not define")
    assert [fix.title for fix in found[1].fixes] == ["write shop-db in place of shop-dbs"]


def test_targets_of_a_prometheus_that_is_built(inspect: Inspect) -> None:
    compose = """\
services:
  prometheus:
    build: {context: ., dockerfile: Dockerfile.prometheus}
    environment: [SUFFIX=, OTHER]
  api-server: {image: a}
"""
    jobs = "".join(
        f"  - job_name: j{index}\n    static_configs:\n      - targets: ['{target}:9100']\n"
        for index, target in enumerate(("api-server${SUFFIX}", "api_server${SUFFIX}", "api${OTHER}", "prometheus"))
    )
    tree = {
        "compose.yml": compose,
        "Dockerfile.prometheus": "FROM prom/prometheus\nCOPY prometheus.yml /etc/prometheus/prometheus.yml.tmpl\n",
        "prometheus.yml": f"scrape_configs:\n{jobs}",
    }

    (found,) = inspect(ID, tree)

    assert (found.severity, found.path, found.line) == ("warning", "prometheus.yml", 7)
    assert found.message.startswith('"api_server" is the name of no service')


def test_a_service_that_compose_wants_too_is_told_there(inspect: Inspect) -> None:
    compose = """\
services:
  proxy:
    image: nginx
    depends_on: [api]
    environment: {LOGS_URL: "http://logs:80"}
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf"]
"""
    hosts = ("api", "logs", "shop")
    settings = "".join(f"location /{name} {{ proxy_pass http://{name}:80; }}\n" for name in hosts)

    found = inspect("deploy-reference-missing", {"compose.yml": compose, "nginx.conf": settings})

    assert [(one.line, one.message.partition(" is")[0]) for one in found] == [(3, '"shop"')]


def test_an_image_of_what_a_build_makes(inspect: Inspect) -> None:
    tree: dict[str, Any] = {
        "apps": {
            "api": {
                "Dockerfile": "FROM node\nWORKDIR /app\nCOPY . .\nCMD node main.js\n",
                "project.json": '{"command": "docker buildx build -f apps/api/Dockerfile -t api dist/apps/api"}',
            }
        }
    }
    assert inspect(ID, tree) == []
    known = {"docker-compose.yml": "services:\n  api:\n    build: ./apps/api\n"}
    assert places(inspect(ID, {**tree, **known})) == [("error", "apps/api/Dockerfile", 4)]
    alone = {
        "docker-compose.yml": "services: {}\n",
        "lone": {"Dockerfile": "FROM node\nWORKDIR /app\nCOPY . .\nCMD node main.js\n"},
    }
    assert ("error", "lone/Dockerfile", 4) in places(inspect(ID, alone))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("celery -A shop.jobs_app worker -l info", 1),
        ("poetry run celery --app=shop.jobs_app beat", 1),
        ("celery -A shop.worker:app worker", 0),
        ("celery -A shop.application worker", 0),
        ("celery -A other.module worker", 0),
        ("celery -A shop worker", 0),
        ("celery worker", 0),
        ("celery -A shop.worker:worker worker", 1),
        ("uvicorn shop.worker:app --port 8000", 0),
        ("uvicorn shop.worker:api --port 8000", 1),
        ("gunicorn -w 4 'shop.worker:make()'", 1),
        ("gunicorn shop.worker", 0),
        ("uvicorn shop.open:api", 0),
        ("python -m shop.gone", 1),
        ("python -m shop.worker", 0),
    ],
)
def test_modules_of_a_package_that_is_here(inspect: Inspect, command: str, told: int) -> None:
    package = {
        "__init__.py": "from shop.worker import application\n",
        "worker.py": "application = app = 1\n",
        "open.py": "from .worker import *\n",
    }
    tree = {
        "Procfile": f"worker: {command}\n",
        "src": {"shop": package},
        "pyproject.toml": "[project]\nname = 'shop'\n",
    }

    assert len(inspect("deploy-reference-missing", tree)) == told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ('["python", "-m", "shop.gone"]', [("warning", "k8s/a.yaml", 9)]),
        ('["python", "-m"]\n    args: ["shop.gone"]', [("warning", "k8s/a.yaml", 9)]),
        ('["python", "-m", "shop.worker"]', []),
        ('["sh", "-c", "exec python -m other.gone"]', []),
    ],
)
def test_what_containers_of_an_image_that_is_built_here_run(
    inspect: Inspect, command: str, told: list[tuple[str, str, int]]
) -> None:
    pod = f"""apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  containers:
  - image: registry.example.com/backend:1
    name: a
    env: []
    command: {command}
"""
    backend = {
        "Dockerfile": "FROM python\nWORKDIR /app\nCOPY src/ src/\n",
        "src": {"shop": {"worker.py": "", "__init__.py": ""}},
    }

    assert places(inspect("deploy-reference-missing", {"k8s": {"a.yaml": pod}, "backend": backend})) == told


def test_a_wrapper_of_gradle_without_its_archive(inspect: Inspect) -> None:
    text = "java -jar $HOME/gradle/wrapper/gradle-wrapper.jar"
    archive = {"wrapper": {"gradle-wrapper.jar": "x"}}
    tree = {
        "a": {"gradlew": text},
        "b": {"gradlew": text, "gradle": archive},
        "c": {"gradlew": f"curl -o gradle-wrapper.jar x\n{text}"},
        "d": {"gradlew": text},
    }

    (found,) = inspect("deploy-reference-missing", tree)
    assert (found.severity, found.path, found.evidence) == ("error", "a/gradlew", "a/gradlew, d/gradlew")


def test_the_command_of_an_image_starts_in_a_folder_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    blueprint = "services:\n- name: a\n  runtime: docker\n  dockerfilePath: ./api/Dockerfile\n  dockerCommand: ./scripts/{}.sh\n"
    tree = {"api": {"Dockerfile": "FROM a\nWORKDIR /app\nCOPY api .\n", "scripts": {"run.sh": ""}}}

    assert inspect(ID, {**tree, "render.yaml": blueprint.format("run")}) == []
    assert places(inspect(ID, {**tree, "render.yaml": blueprint.format("walk")})) == [("warning", "render.yaml", 5)]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"svc/Dockerfile": "FROM node\nWORKDIR /a\nCOPY . .\nCOPY gone.js ./\nCMD node gone.js\n", "svc/a.js": ""}, 0),
        ({"svc/Dockerfile": "FROM node\nWORKDIR /a\nCOPY . .\nCMD node gone.js\n", "svc/a.js": ""}, 1),
        (
            {
                "compose.yml": "services: {a: {build: svc}}\n",
                "svc/Dockerfile": "FROM node\nCOPY web/a.js a.js\nCOPY api/b.js b.js\nRUN cd web && npm start\nCMD node c.js\n",
                "svc/x": "",
                "web/a.js": "",
                "api/b.js": "",
            },
            0,
        ),
    ],
)
def test_what_no_copy_brings_is_not_told_of_the_command(inspect: Inspect, files: dict[str, str], told: int) -> None:
    assert len(inspect("deploy-reference-missing", files)) == told
