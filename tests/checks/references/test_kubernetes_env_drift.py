"""Names of variables in code, compose and manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  containers:
    - name: api
      image: example/api:1
      env:
        - {name: %s, value: a}
        - {name: TZ, value: UTC}
"""


def test_a_variable_under_another_name(inspect: Inspect) -> None:
    tree = {
        "api": {"Dockerfile": "FROM a\n", "main.py": "import os\nURL = os.environ['DATABASE_URL']\n"},
        "k8s.yaml": POD % "DB_URL",
    }

    found = inspect("kubernetes-env-drift", tree)

    assert places(found) == [("warning", "k8s.yaml", 9)]
    assert [fix.title for fix in found[0].fixes] == ["write DATABASE_URL"]


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_PORT", "KEY_2"])
def test_quiet_about_what_is_read_or_merely_alike(inspect: Inspect, name: str) -> None:
    code = "const a = process.env.DATABASE_URL, b = process.env.REDIS_HOST, c = process.env.KEY_1;\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "main.js": code}, "k8s.yaml": POD % name}

    assert inspect("kubernetes-env-drift", tree) == []


def test_what_only_compose_sets_no_program_wants(inspect: Inspect) -> None:
    tree = {
        "api": {"Dockerfile": "FROM a\n", "main.js": "process.env.OTHER; process.env.VAULT_APINODE_ID\n"},
        "compose.yml": "services: {api: {build: ./api, environment: [FACTORY_ADDRESS=a, VAULT_api-node_ID=b]}}\n",
        "a.yaml": POD % "FACTORY_ADDRES",
        "b.yaml": POD % "VAULT_API-NODE_ID",
    }

    found = inspect("kubernetes-env-drift", tree)

    assert [(one.path, one.message.partition(" wants ")[2].partition(":")[0]) for one in found] == [
        ("b.yaml", "VAULT_APINODE_ID")
    ]


WORK = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  template:
    spec:
      containers:
        - name: api
          image: example/api:1
%s
"""
COMPOSE = "services: {api: {build: ./api, environment: [LIMIT=1, LEVEL=2, SENTRY_DSN=a, BUILD_ID=b]}}\n"
STOPS = {
    "a.py": "import os\nURL = os.environ['TOKEN']\n",
    "b.py": "import os\nt = os.getenv('TOKEN')\nif not t:\n    raise RuntimeError('no token')\n",
    "c.py": "class A(BaseSettings):\n    token: str\n    level: int = 1\n    model_config = 1\n",
    "d.py": "class A(BaseSettings):\n    token: str\n\n    def f(self):\n        if a:\n            b: int\n        else:\n            pass\n",
    "a.rs": 'let t = std::env::var("TOKEN").expect("TOKEN");\n',
    "a.go": 'package main\nvar t = mustEnv("TOKEN")\n',
    "a.ts": "const t = process.env.TOKEN!;\n",
    "b.ts": "const { TOKEN } = process.env;\nif (!TOKEN) {\n  throw new Error('x');\n}\n",
    "c.ts": "export const e = z.object({\n  TOKEN: z.string(),\n  OTHER: z.string().optional(),\n}).parse(process.env);\n",
    "m.js": "const e = z.object({\n    LEVEL: z\n        .string()\n        .refine((value) => value, {\n        message: 'x',\n    })\n        .optional(),\n    TOKEN: z.string(),\n}).parse(process.env);\n",
    "d.ts": "const t = requireEnv('TOKEN');\n",
    "e.ts": "const REQUIRED_ENV_VARS = ['TOKEN'] as const;\nfor (const v of REQUIRED_ENV_VARS) {\n  if (!process.env[v]) process.exit(1);\n}\n",
    "e.py": "required: list[str] = [\n    'TOKEN',\n]\nfor v in required:\n    if v not in os.environ:\n        raise SystemExit(v)\n",
    "f.ts": "const key = process.env.TOKEN;\nif (!key) {\n  throw new Error('x');\n}\n",
    "g.ts": "const key: string | undefined = process.env['TOKEN']\nif (key === undefined) {\n  process.exit(1)\n}\n",
    "h.ts": "const key = process.env.TOKEN ?? (() => { throw new Error('x') })();\n",
    "i.ts": "invariant(process.env.TOKEN, 'needed');\n",
    "j.ts": "export const e = Joi.object({ LEVEL: Joi.string(), TOKEN: Joi.string().min(1).required() }); // process.env\n",
    "k.ts": "import * as v from 'valibot';\nv.parse(v.object({ TOKEN: v.string(), LEVEL: v.optional(v.string()) }), process.env);\n",
    "l.ts": "for (const name of ['TOKEN']) {\n  if (!process.env[name]) throw new Error(name);\n}\n",
    "f.py": "env = environ.Env(LEVEL=(str, 'info'))\nt = env('TOKEN')\nl = env('LEVEL')\n",
    "g.py": "from decouple import config\nt = config('TOKEN', cast=str)\nl = config('LEVEL', default='a')\n",
    "c.go": 'package main\nfunc f() {\n\tt, ok := os.LookupEnv("TOKEN")\n\tif !ok {\n\t\tpanic("x")\n\t}\n}\n',
    "d.go": 'package main\nfunc f() {\n\tif os.Getenv("TOKEN") == "" {\n\t\tlog.Fatal("x")\n\t}\n}\n',
    "a.rb": "T = ENV.fetch('TOKEN')\nL = ENV.fetch('LEVEL') { 'a' }\n",
    "a.cs": 'var t = Environment.GetEnvironmentVariable("TOKEN") ?? throw new Exception("x");\n',
    "a.kt": 'val t = System.getenv("TOKEN") ?: error("x")\n',
    "b.rs": 'fn main() { let t = dotenvy::var("TOKEN").unwrap(); }\n',
    "b.go": 'package main\nvar requiredVars = []string{"TOKEN"}\nfunc f() {\n\tfor _, v := range requiredVars {\n\t\tif os.Getenv(v) == "" {\n\t\t\tlog.Fatal(v)\n',
}


def test_secrets_that_come_as_files(inspect: Inspect) -> None:
    volume = "          volumeMounts: [{name: vault, mountPath: /secrets}]\n      volumes: [{name: vault, %s}]\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "a.ts": STOPS["i.ts"]}}
    kinds = {"csi: {driver: d}": "info", "secret: {secretName: s}": "info", "emptyDir: {}": "warning"}

    found = {kind: inspect("kubernetes-env-drift", {**tree, "k8s.yaml": WORK % (volume % kind)}) for kind in kinds}

    assert {kind: one.severity for kind, (one,) in found.items()} == kinds


@pytest.mark.parametrize("name", sorted(STOPS))
def test_what_the_program_stops_without(inspect: Inspect, name: str) -> None:
    tree = {"api": {"Dockerfile": "FROM a\n", name: STOPS[name]}}

    lacking = inspect("kubernetes-env-drift", {**tree, "k8s.yaml": WORK % ""})
    given = inspect("kubernetes-env-drift", {**tree, "k8s.yaml": WORK % "          env: [{name: TOKEN, value: a}]"})

    assert places(lacking) == [("warning", "k8s.yaml", 8)]
    assert "TOKEN" in lacking[0].message
    assert "LEVEL" not in lacking[0].message + lacking[0].evidence
    assert given == []


def test_a_package_without_a_dockerfile_is_known_by_its_image(inspect: Inspect) -> None:
    tree = {"api": {"package.json": "{}", "c.ts": STOPS["c.ts"]}, "k8s.yaml": WORK % ""}

    assert places(inspect("kubernetes-env-drift", tree)) == [("warning", "k8s.yaml", 8)]


def test_what_compose_sets_and_the_manifest_lacks(inspect: Inspect) -> None:
    code = "const a = process.env.LIMIT, b = process.env.LEVEL ?? 'info', c = process.env.OTHER;\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "a.js": code}, "compose.yaml": COMPOSE, "k8s.yaml": WORK % ""}

    found = inspect("kubernetes-env-drift", tree)

    assert [one.message for one in found] == [
        "Deployment api does not set LIMIT, which the program in api reads and compose sets."
    ]


@pytest.mark.parametrize(
    "given",
    [
        "          envFrom: [{secretRef: {name: made-by-hand}}]",
        "          envFrom: [{configMapRef: {name: settings}}]",
        "          command: [migrate]",
    ],
)
def test_quiet_where_what_is_given_is_not_known(inspect: Inspect, given: str) -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {TOKEN: a}\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "a.py": STOPS["a.py"]}, "k8s.yaml": WORK % given, "s.yaml": settings}

    assert inspect("kubernetes-env-drift", tree) == []


def test_quiet_about_what_the_image_sets_and_tests_want(inspect: Inspect) -> None:
    code = {
        "Dockerfile": "FROM a\nENV TOKEN=a\n",
        "a.py": STOPS["a.py"],
        "tests": {"b.py": "import os\nos.environ['X_Y']\n"},
    }

    assert inspect("kubernetes-env-drift", {"api": code, "k8s.yaml": WORK % ""}) == []


@pytest.mark.parametrize(
    ("folder", "image", "level"),
    [
        ("user_service", "shop/user-service:1", 1),
        ("authAgent", "shop/auth-agent:1", 1),
        ("backend", "shop-backend:1", 1),
        ("redis", "redis:7", 0),
        ("backend", "other/thing:1", 0),
    ],
)
def test_programs_by_the_names_of_images(inspect: Inspect, folder: str, image: str, level: int) -> None:
    text = (WORK % "").replace("example/api:1", image)
    tree = {"code": {folder: {"Dockerfile": "FROM a\n", "a.ts": STOPS["a.ts"]}}, "k8s.yaml": text}

    assert len(inspect("kubernetes-env-drift", tree)) == level


def test_settings_of_spring(inspect: Inspect) -> None:
    settings = {
        "application.yml": "url: ${DB_URL}\nname: ${DB_NAME:shop}\n# ${OLD}\n",
        "application-test.yml": "a: ${ONLY_TEST}\n",
    }
    tree = {"api": {"Dockerfile": "FROM a\n", "src": {"main": {"resources": settings}}}, "k8s.yaml": WORK % ""}

    found = inspect("kubernetes-env-drift", tree)

    assert [one.message for one in found] == [
        "Deployment api does not set DB_URL, which the program in api stops without."
    ]


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ("", ["info"]),
        ("          env: [{name: LIMIT_URL, value: a}]", []),
        ("          env: [{name: LIMIT, value: a}]", []),
    ],
)
def test_what_then_means_the_machine_itself(inspect: Inspect, given: str, levels: list[str]) -> None:
    code = "const a = process.env.LIMIT || 'http://localhost:1', b = process.env.LEVEL || 'info';\n"
    tree = {"api": {"Dockerfile": "FROM a\n", "a.js": code}, "compose.yaml": COMPOSE, "k8s.yaml": WORK % given}

    assert [one.severity for one in inspect("kubernetes-env-drift", tree)] == levels


def test_two_manifests_of_one_program_are_one_cause(inspect: Inspect) -> None:
    tree = {"api": {"Dockerfile": "FROM a\n", "a.ts": STOPS["a.ts"]}, "a.yaml": WORK % "", "b.yaml": WORK % ""}

    found = inspect("kubernetes-env-drift", tree)

    assert places(found) == [("warning", "a.yaml", 8)]
    assert "b.yaml" in found[0].evidence


def test_a_key_of_a_whole_config_map(inspect: Inspect) -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata:\n  DB_URL: a\n  OTHER: b\n"
    text = WORK % "          envFrom: [{configMapRef: {name: settings}}]"
    api = {"Dockerfile": "FROM a\n", "a.js": "const a = process.env.DATABASE_URL;\n"}
    web = {"Dockerfile": "FROM a\n", "a.js": "const a = process.env.DB_URL;\n"}
    two = text.replace("example/api", "example/web").replace("name: api", "name: web")

    found = inspect("kubernetes-env-drift", {"api": api, "k8s.yaml": text, "s.yaml": settings})
    shared = inspect(
        "kubernetes-env-drift", {"api": api, "web": web, "k8s.yaml": f"{text}---\n{two}", "s.yaml": settings}
    )

    assert places(found) == [("warning", "s.yaml", 5)]
    assert shared == []


@pytest.mark.parametrize(
    "text",
    [
        "env require" + "e" * 200_000,
        "env\nclass A(BaseSettings):\n    a: str" + " " * 100_000 + "x\n",
        "env const {" * 20_000,
        "process.env." + "A" * 200_000,
        "if process.env " * 15_000,
        "getEnv(" * 40_000,
        "env A: Joi." * 15_000 + "throw",
        "a = process.env.A\n" + "if a, " * 30_000 + "throw",
        "of [" * 40_000 + "process.env[a",
        "a" * 200_000 + " = process.env.TOKENS; throw " + "if !TOKENS " * 20_000,
        "env = Env(" + "a_" * 100_000,
    ],
)
def test_hostile_sources_are_read_in_time(inspect: Inspect, text: str) -> None:
    tree = {"api": {"Dockerfile": "FROM a\n", "a.py": text, "a.ts": text}, "k8s.yaml": WORK % ""}

    assert inspect("kubernetes-env-drift", tree) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.go", 'package main\nfunc f() {\n\tif v := strings.TrimSpace(os.Getenv("LIMIT")); v != "" {\n'),
        ("a.ts", "const isOn = process.env.LIMIT && true;\n"),
        ("b.ts", "const REQUIRED = ['LIMIT'];\nshow(REQUIRED);\n"),
        ("e.ts", "start({ dsn: process.env.SENTRY_DSN, id: process.env.BUILD_ID });\n"),
        ("c.ts", "const a = process.env.LIMIT ?? '1';\nif (!a) throw new Error('x');\n"),
        ("d.ts", "for (const one of ['LIMIT']) { show(one); }\nprocess.env[name];\n"),
        ("a.py", "env = environ.Env(LIMIT=(int, 1))\nx = env('LIMIT')\n"),
        ("a.rb", "L = ENV.fetch('LIMIT') { 1 }\n"),
    ],
)
def test_what_a_program_does_without(inspect: Inspect, name: str, code: str) -> None:
    tree = {"api": {"Dockerfile": "FROM a\n", name: code}, "compose.yaml": COMPOSE, "k8s.yaml": WORK % ""}

    assert inspect("kubernetes-env-drift", tree) == []


ADDRESSED = "import os\nurl = os.getenv('DATABASE_URL')\nhost = os.getenv('DB_HOST')\n"
SHARED = "services: {api: {build: ./api, environment: [DB_HOST=db, DATABASE_URL=x, INDEX_HOST=index]}}\n"


@pytest.mark.parametrize(
    ("code", "given", "expected"),
    [
        (ADDRESSED, "DATABASE_URL", []),
        (ADDRESSED, "OTHER_URL", [("info", "k8s.yaml", 8)]),
        ("import os\nhost = os.getenv('INDEX_HOST', 'localhost')\n", "INDEX_HTTP_PORT", [("warning", "k8s.yaml", 8)]),
        ("import os\nhost = os.getenv('INDEX_HOST', 'localhost')\n", "INDEX_URL", []),
    ],
)
def test_parts_of_an_address(inspect: Inspect, code: str, given: str, expected: list[tuple[str, str, int]]) -> None:
    env = f"          env: [{{name: {given}, value: '80'}}]"
    tree = {"api": {"Dockerfile": "FROM a\n", "main.py": code}, "compose.yaml": SHARED, "k8s.yaml": WORK % env}

    assert places(inspect("kubernetes-env-drift", tree)) == expected


def test_settings_of_a_large_program(inspect: Inspect) -> None:
    code = {f"app/m{number}.py": "A = 1\n" for number in range(301)}
    code["app/config.py"] = "class Settings(BaseSettings):\n    token: str\n"

    assert places(
        inspect("kubernetes-env-drift", {"api": {"Dockerfile": "FROM a\n", **code}, "k8s.yaml": WORK % ""})
    ) == [("warning", "k8s.yaml", 8)]


def test_a_misspelt_secret_hides_nothing(inspect: Inspect) -> None:
    env = "          envFrom: [{secretRef: {name: api-secret}}]"
    secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: api-secrets}\nstringData: {%s: a}\n"
    for key, expected in (("OTHER", [("warning", "k8s.yaml", 8)]), ("TOKEN", [])):
        tree = {"api": {"Dockerfile": "FROM a\n", "a.ts": STOPS["a.ts"]}, "k8s.yaml": WORK % env + secret % key}

        assert places(inspect("kubernetes-env-drift", tree)) == expected


READING = {
    "js": ("api/main.js", "const dir = process.env.OUTPUT_BASE || '/data', url = process.env['MEMORY_URL'] ?? 'x';\n"),
    "zod": (
        "api/env.ts",
        "const env = z.object({\n  OUTPUT_BASE: z.string(),\n  MEMORY_URL: z\n    .url()\n    .optional(),\n}).parse(process.env);\n",
    ),
    "envalid": ("api/env.ts", "export default cleanEnv(process.env, {\n  OUTPUT_BASE: str({ default: '/d' }),\n  MEMORY_URL: url({ default: 'x' }),\n});\n"),
    "pydantic": ("api/settings.py", "class Settings(BaseSettings):\n    output_base: str = '/data'\n    memory_url: str | None = None\n"),
    "rust": ("api/src/main.rs", 'let dir = env::var("OUTPUT_BASE").unwrap_or("/data".into());\nlet url = env::var("MEMORY_URL").ok();\n'),
}  # fmt: skip


@pytest.mark.parametrize("language", READING)
@pytest.mark.parametrize(("name", "near"), [("OUTPUT_DIR", "OUTPUT_BASE"), ("MEMORY_BASE_URL", "MEMORY_URL")])
def test_a_variable_that_differs_by_a_word_and_that_nothing_reads(
    inspect: Inspect, language: str, name: str, near: str
) -> None:
    path, code = READING[language]
    files = {"api/Dockerfile": "FROM a\n", path: code, "k8s.yaml": POD % name, "README.md": f"Set {name}.\n"}

    found = inspect("kubernetes-env-drift", files)

    assert places(found) == [("warning", "k8s.yaml", 9)]
    assert near in found[0].message


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("OUTPUT_DIR", {"lib/a.go": 'dir := os.Getenv("OUTPUT_DIR")\n'}),
        ("OUTPUT_DIR", {"start.sh": "exec api --out $OUTPUT_DIR\n"}),
        ("OUTPUT_DIR", {"conf/app.yaml": "dir: ${OUTPUT_DIR}\n"}),
        ("OUTPUT_DIR", {"lib/s.py": "class S(BaseSettings):\n    output_dir: str = 'a'\n"}),
        ("OUTPUT_DIR", {"api/A.java": "class A {}\n"}),
        ("OUTPUT_FORMAT", {}),
        ("MEMORY_MAIN_URL, value: a}\n        - {name: MEMORY_CACHE_URL", {}),
        ("MEMORY_TEST_URL", {}),
        ("MEMORY_BASE__URL", {}),
        ("OTEL_OUTPUT_BASE", {}),
        ("URL", {}),
    ],
)
def test_quiet_about_what_something_else_may_read(inspect: Inspect, name: str, others: dict[str, str]) -> None:
    path, code = READING["js"]
    files = {"api/Dockerfile": "FROM a\n", path: code, "k8s.yaml": POD % name, **others}

    assert inspect("kubernetes-env-drift", files) == []


def test_the_script_that_a_container_runs_and_packages_that_share_a_dockerfile(inspect: Inspect) -> None:
    command = "      command: [python3, scripts/purge.py]\n      env:"
    files = {
        "api/Dockerfile": "FROM a\n",
        "api/main.py": "import os\nos.environ.get('OUTPUT_BASE', 'a')\n",
        "scripts/purge.py": "import os\nos.environ.get('MEMORY_URL', 'a')\n",
        "apps/web/package.json": "{}\n",
        "apps/web/src/config.ts": READING["js"][1],
        "a.yaml": (POD % "MEMORY_BASE_URL").replace("      env:", command),
        "b.yaml": (POD % "OUTPUT_DIR").replace("example/api", "example/web").replace("name: api", "name: web"),
    }

    assert places(inspect("kubernetes-env-drift", files)) == [("warning", "a.yaml", 10), ("warning", "b.yaml", 9)]


def test_a_request_that_fails_is_no_program_that_stops(inspect: Inspect) -> None:
    code = "t = os.getenv('TOKEN')\ndef f():\n    if not t:\n        raise HTTPException(500)\n"
    later = "const key = process.env.TOKEN;\nfunction get() {\n  if (!client) {\n    if (!key) {\n      throw new Error('x');\n    }\n  }\n}\n"
    answer = 'fn f() { env::var("TOKEN").map_err(|_| { ServiceError::InternalServerError("x".to_string()) })? }\n'
    either = "if (!process.env.TOKEN && !process.env.OTHER) throw new Error('x');\n"
    tree = {
        "api": {"Dockerfile": "FROM a\n", "a.py": code, "a.ts": either, "b.ts": later, "a.rs": answer},
        "k8s.yaml": WORK % "",
    }

    assert inspect("kubernetes-env-drift", tree) == []


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        ("kind: Secret\nmetadata: {name: settings}\nstringData:\n  DATABASE_PASSWORD: a\n", 5),
        ("kind: Secret\nmetadata: {name: settings}\ndata: {DATABASE_PASSWORD: YQ==}\n", 4),
        (
            "kind: ExternalSecret\nmetadata: {name: settings}\nspec:\n  data:\n    - {secretKey: DATABASE_PASSWORD, remoteRef: {key: a}}\n",
            6,
        ),
        ("kind: Secret\nmetadata: {name: settings}\nstringData:\n  DB_PASSWORD: a\n", 0),
    ],
)
def test_a_key_of_a_secret_that_was_renamed_on_one_side(inspect: Inspect, secret: str, line: int) -> None:
    tree = {
        "api": {"Dockerfile": "FROM a\n", "a.ts": "connect({ password: process.env.DB_PASSWORD });\n"},
        "k8s.yaml": WORK % "          envFrom: [{secretRef: {name: settings}}]",
        "secret.yaml": f"apiVersion: v1\n{secret}",
    }
    found = inspect("kubernetes-env-drift", tree)

    assert places(found) == ([("warning", "secret.yaml", line)] if line else [])
