"""Secrets in configuration, and references to them."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import hexadecimal, letters, web_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

SECRET = hexadecimal(40)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("compose.yml", f"services:\n  a:\n    environment:\n      JWT_SECRET: '{SECRET}'\n", 4),
        ("compose.yml", f"services:\n  a:\n    environment:\n      - API_KEY={SECRET}\n", 4),
        ("k8s.yaml", f"kind: Deployment\nspec:\n  env:\n    - name: DB_PASSWORD\n      value: {letters(20)}\n", 5),
        ("k8s.yaml", f"kind: Secret\ndata:\n  token: {base64.b64encode(SECRET.encode()).decode()}\n", 3),
        ("values.yaml", f"auth:\n  clientSecret: {SECRET}\n", 2),
        ("wrangler.toml", f'[vars]\nADMIN_TOKEN = "{SECRET}"\n', 2),
        ("main.tf", f'variable "db_password" {{\n  type = string\n  default = "{letters(20)}"\n}}\n', 3),
        ("main.tf", f'resource "x" "y" {{\n  api_key = "{SECRET}"\n}}\n', 2),
        ("appsettings.json", f'{{\n  "ClientSecret": "{SECRET}"\n}}\n', 2),
        ("main.tf", f'x = [\n  {{ name = "JWT_SECRET", value = "{SECRET}" }},\n]\n', 2),
        ("task-definition.json", f'{{"environment": [\n  {{"name": "JWT_SECRET", "value": "{SECRET}"}}\n]}}\n', 2),
        ("render.yaml", f"envVars:\n  - key: JWT_SECRET\n    value: {SECRET}\n", 3),
        ("compose.yml", f'services:\n  a:\n    command:\n      - apm-server.secret_token="{SECRET}"\n', 4),
        ("kube_config.yaml", f"users:\n  - user:\n      token: kubeconfig-user-d7c8r:{letters(40)}\n", 3),
        ("a.tfstate", '{\n  "current_password": "rebound-walnut-lintel-cauldron-BISHOP-glider"\n}\n', 2),
        ("cm.yaml", "kind: ConfigMap\ndata:\n  JWT_SECRET: pYx3Vk9zTq$R7HmJ2wRd5\n", 3),
        ("appsettings.json", f'{{\n  "Shop": "Server=db;User Id=sa;Password={letters(24)};Encrypt=true"\n}}\n', 2),
        ("appsettings.json", f'{{\n  "SecurityKey": "{letters(40)}"\n}}\n', 2),
        ("app.yaml", f"spec:\n  properties:\n    image: shop\n    db_password: {letters(24)}\n", 4),
        ("compose.yml", f"services:\n  a:\n    command: --data-dir /data --api-key={letters(24)}\n", 3),
        ("compose.yml", f"services:\n  a:\n    command:\n      - redis-server --requirepass {letters(24)}\n", 4),
    ],
)
def test_in_clear(inspect: Callable[..., list[Finding]], path: str, text: str, line: int) -> None:
    found = inspect("secret-in-config", {path: text})

    assert places(found) == [("error", path, line)]
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services: {a: {environment: {SECRET: '${SECRET}', TOKEN: '${T:-}', PASSWORD: }}}\n"),
        ("k8s.yaml", f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {SECRET}\n"),
        ("k8s.yaml", "env:\n  - name: DB_PASSWORD\n    valueFrom: {secretKeyRef: {name: db, key: password}}\n"),
        ("compose.yml", "services:\n  a:\n    labels:\n      - a.token.name=shop-session-cookie-of-2024\n"),
        ("values.yaml", "token: group-of-users:member-of-all-clusters\n"),
        ("values.yaml", "existingSecret: my-release-secret\nsecretName: a-name-of-32-characters-0123456\n"),
        ("values.yaml", "password: changeme-please-123\ntoken: <your token here>\napiKey: your-api-key-1234567\n"),
        ("values.yaml", "token_url: https://login.acme.io/oauth/token\nclientSecret: vault:secret/data/app#key\n"),
        ("settings.yaml", f"sops: {{mac: x}}\npassword: ENC[AES256_GCM,data:{SECRET}]\n"),
        ("main.tf", 'resource "x" "y" {\n  password = var.password\n  token = data.vault.x\n  key = "k"\n}\n'),
        (
            "main.tf",
            'x = [{ name = "JWT_SECRET", value = "${var.jwt_secret}" }, { name = "DB_PASSWORD", value = "$DB_PASSWORD1" }]\n',
        ),
        ("main.tf", 'x = [{ name = "JWT_SECRET_NAME", value = "a1B2c3D4e5F6g7H8i9" }]\n'),
        (
            "render.yaml",
            f"envVars:\n  - {{key: JWT_SECRET, generateValue: true}}\n  - {{key: BUILD, value: {SECRET}}}\n",
        ),
        (
            "cm.yaml",
            "kind: ConfigMap\ndata:\n  API_KEY: xxxxxxxxxxxx\n  JWT_SECRET: change-me\n  SALT: a$DB_PASSWORD\n",
        ),
        ("appsettings.json", '{"Shop": "Server=db;User Id=sa;Password=${DB_PASSWORD};Encrypt=true"}\n'),
        ("compose.yml", "services: {a: {command: '--api-key=$API_KEY --no-passphrase=a1B2c3D4e5F6g7H8i9'}}\n"),
        ("api.yaml", f"schema:\n  properties:\n    password: {{type: string, default: {SECRET}}}\n"),
        ("locales/de.yml", "password: Passwort-1234567890-vergessen\n"),
        ("Anchor.toml", f'[programs.localnet]\nmy_token = "{letters(44).replace("0", "x")}"\n'),
        ("token-config.json", f'{{\n  "token": "0x{hexadecimal(63)}",\n  "token": "ibc/{hexadecimal(64)}"\n}}\n'),
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], path: str, text: str) -> None:
    assert inspect("secret-in-config", {path: text}) == []


def test_a_poor_password_is_only_told(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"compose.yml": "services: {db: {environment: {POSTGRES_PASSWORD: postgres}}}\n"}

    assert places(inspect("secret-in-config", tree)) == [("info", "compose.yml", 1)]


def test_a_word_that_its_own_line_calls_a_stand_in(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "infra/production.tfvars": 'db_password = "production-db-password" # Use actual production password\n',
        "infra/prod.tfvars": 'db_password = "production-db-password" # of the main database\n',
    }

    assert places(inspect("secret-in-config", tree)) == [("warning", "infra/prod.tfvars", 1)]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("k8s/secret.yaml", "warning"),
        ("infra/prod.tfvars", "warning"),
        ("docker-compose.yml", "info"),
        ("config/local.yaml", "info"),
    ],
)
def test_a_password_that_somebody_thought_of(inspect: Callable[..., list[Finding]], path: str, severity: str) -> None:
    value = "Harb0ur" + "!Light"
    text = f'db_password = "{value}"\n' if path.endswith("tfvars") else f"db_password: {value}\n"

    (found,) = inspect("secret-in-config", {path: text})

    assert (found.severity, found.evidence) == (severity, "13 characters")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stack.yaml", "Resources:\n  Base:\n    MasterUserPassword: !Ref DBPassword7\n"),
        ("litellm-config.yaml", "api_key: os.environ/ANTHROPIC_API_KEY\n"),
        ("wrangler.toml", f'[vars]\nNEXT_PUBLIC_SITE_API_KEY = "{SECRET}"\n'),
        ("grafana.ini", "secret_key = " + "SW2YcwTIb9z" + "pOOhoPsMm\n"),
        ("k8s/secret.yaml", "JWT_SECRET_KEY: generate-a-secure-64-char-key-for-production\n"),
        (".github/workflows/ci.yml", "env:\n  POSTGRES_PASSWORD: postgres123\n"),
    ],
)
def test_what_is_no_secret_of_anybody(inspect: Callable[..., list[Finding]], path: str, text: str) -> None:
    assert inspect("secret-in-config", {path: text}) == []


def test_one_secret_in_many_files_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect(
        "secret-in-config", {f"{number}": {"app.toml": f'client_secret = "{SECRET}"\n'} for number in range(5)}
    )

    assert [one.path for one in found] == ["0/app.toml"]
    assert found[-1].evidence.endswith(", and in 1/app.toml, 2/app.toml, 3/app.toml and 1 more files")


KEY = base64.b64encode(hashlib.sha256(b"fernet").digest()).decode()
DRAWN = "pYx3Vk9zTq7HmJ2wRd5Nb8GcLs1"


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("compose.yml", f"services:\n  a:\n    environment:\n      NODE_TOKEN: ${{NODE_TOKEN:-{hexadecimal(48)}}}\n", ("error", 4)),
        ("compose.yml", f"services:\n  a:\n    environment:\n      - URL=http://x/${{API_TOKEN:-{hexadecimal(48)}}}\n", ("error", 4)),
        ("compose.yml", f"services:\n  a:\n    environment:\n      ENCRYPTION_KEY_V1: {hexadecimal(64)}\n", ("error", 4)),
        ("compose.yml", f"services:\n  a:\n    environment:\n      SMTP_PASS: {letters(20)}\n", ("error", 4)),
        ("compose.yml", f"services:\n  a:\n    environment:\n      M: mongodb://root:${{MONGO_PW:-{letters(20)}}}@mongo\n", ("error", 4)),
        ("compose.yml", f"services:\n  a:\n    environment:\n      SECRET_KEY_BASE: {hexadecimal(64)}\n", ("error", 4)),
        ("terraform.tfvars", 'size = 1\ndb_master_password = "tG7!vX2q#Lw9zRm4"\n', ("error", 2)),
        ("secret.yaml", f"kind: Secret\ndata:\n  CACHE_VALUE: {base64.b64encode(DRAWN.encode()).decode()}\n", ("error", 3)),
        ("broken.yaml", f"a: [\npassword: {SECRET}\n", ("error", 2)),
        ("chart.yaml", '{{- if .Values.a }}\nenv:\n  - name: DB_PASSWORD\n    value: "password"\n{{- end }}\n', ("info", 4)),
        (
            "deploy.yaml",
            ("kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - env:\n"
            "            - name: MINIO_SECRET_KEY\n              value: minioadmin\n"),
            ("info", 8),
        ),
        ("cm.yaml", "kind: ConfigMap\ndata:\n  JWT_SECRET: acme-super-secret-jwt-key-2024\n", ("info", 3)),
        ("wrangler.toml", '[vars]\nJWT_SECRET = "acme-jwt-key-2024"\n', ("info", 2)),
        (".env.example", f"# once\nFIELD_ENCRYPTION_KEY={KEY}\n", ("info", 2)),
        (".env.example", f"HARBOR_API_KEY={hexadecimal(48)}\n", ("warning", 1)),
        ("production.env.example", f"# JWT_SECRET={hexadecimal(64)}\n", ("info", 1)),
        ("env.sample", f'export SESSION_KEY="{DRAWN}"\n', ("info", 1)),
    ],
)  # fmt: skip
def test_defaults_clusters_and_examples(
    inspect: Callable[..., list[Finding]], path: str, text: str, place: tuple[str, int]
) -> None:
    assert places(inspect("secret-in-config", {path: text})) == [(place[0], path, place[1])]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yml", "services: {a: {environment: {DB_PASSWORD: '${DB_PASSWORD:-postgres}', B: '${TOKEN:-}'}}}\n"),
        ("values.production.yaml", "imagePullSecrets:\n  - name: ${DOCKER_REGISTRY_SECRET:-gitlab-registry}\n"),
        ("secret.yaml", f"kind: Secret\nstringData:\n  HOST: a1b2c3d4e5f6g7h8.region.acme.io\n  CLIENT_ID: {DRAWN}\n"),
        ("deploy.yaml", "kind: Pod\nspec: {containers: [{env: [{name: DB_PASSWORD, value: change-me}, {name: A, value: admin}]}]}\n"),
        ("broken.yaml", f"kind: SealedSecret\na: [\npassword: {SECRET}\n"),
        ("chart.yaml", "a: {{ .Values.a }}\npassword: {{ .Values.password }}\ntoken: '{{ .Values.token }}'\n"),
        ("app.toml", 'session_key = "harbor_session_v2"\nsecret_key = "env(S3_SECRET_KEY_2)"\napi_key = "#{ApiKey2Of3Harbors}#"\n'),
        ("app.ini", "api_key = __HARBOR_API_KEY_V2__\ndb_password = %HARBOR_DB_PW_2%\ntoken = '@HARBOR_TOKEN_V2@'\n"),
        (".env.example", "API_TOKEN=550e8400-e29b-41d4-a716-446655440000\nJWT_SECRET=generate-one-with-openssl-rand\n"),
        (".env.example", f"SHOPIFY_API_KEY={hexadecimal(32)}\nPUBLIC_KEY={hexadecimal(64)}\nJWT_SECRET=change_me_to_32_characters\n"),
        (".env.example", f"SERVICE_TOKEN={web_token({'role': 'anon'})}\n"),
    ],
)  # fmt: skip
def test_defaults_clusters_and_examples_without_a_secret(
    inspect: Callable[..., list[Finding]], path: str, text: str
) -> None:
    assert inspect("secret-in-config", {path: text}) == []


def test_files_of_apps_and_many_secrets(inspect: Callable[..., list[Finding]]) -> None:
    many = "".join(f"  secret{number}_token: {letters(28, str(number))}x9Y8z7\n" for number in range(12))
    tree = {"app.json": f'{{\n  "apiSecret": "{letters(30)}a1B2c3"\n}}\n', "config.yaml": f"all:\n{many}"}

    found = inspect("secret-in-config", tree)

    assert places(found)[0] == ("error", "app.json", 2)
    assert [one.path for one in found].count("config.yaml") == 8


@pytest.mark.parametrize(
    "text",
    [
        "secret: " + "a" * 300_000,
        "secret: " + "a" * 300 + "!",
        "{" + '"token":"abcdefgh1",' * 20_000,
        "token = " * 50_000,
        "# A_TOKEN=" * 20_000,
        "token: ${A:-" * 20_000,
        "{" + " " * 100_000 + '{name = "JWT_SECRET"' + " " * 100_000 + '{ "name": "a"' * 10_000,
    ],
)
def test_hostile_texts_take_no_time(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert (
        inspect(
            "secret-in-config",
            {"a.config.json": text, "b.toml": text, ".env.example": text, "c.yaml": text, "d.tf": text},
        )
        == []
    )


def test_a_kind_that_is_no_text(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("secret-in-config", {"k8s": {"a.yaml": "kind: {a: 1}\nspec: [b]\n"}}) == []


def test_a_token_with_the_letters_of_an_address(inspect: Callable[..., list[Finding]]) -> None:
    token, address = "Zk83hQp2vLw9XnTq4Rm7Yk83hQp2vLw9XnTq4Rm7", "Zk83hQp2vLw9XnTq4Rm7Yk83hQp2vLw9XnTq4Rm7Hc5"
    tree = {
        "vars.tf": f'variable "cloudflare_api_token" {{\n  type    = string\n  default = "{token}"\n}}\n',
        "mint.tf": f'variable "reward_token" {{\n  default = "{token}"\n}}\n',
        "app.yaml": f"accessToken: {address}\nswap_token: {token}\n",
    }

    assert places(inspect("secret-in-config", tree)) == [("error", "vars.tf", 3)]


@pytest.mark.parametrize(("value", "level"), [("Bqo_&dkz$tJQ.v,x", "warning"), ("monitoringpassword", "info")])
def test_a_password_of_letters_and_signs(inspect: Callable[..., list[Finding]], value: str, level: str) -> None:
    text = f"kind: Secret\nstringData:\n  admin-password: {value}\n"

    assert places(inspect("secret-in-config", {"secret.yaml": text})) == [(level, "secret.yaml", 3)]


def test_what_bundlers_build_into_pages(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "next.config.mjs": (
            "export default {\n  env: {\n    SUPABASE_SERVICE_ROLE_KEY: process.env.SUPABASE_SERVICE_ROLE_KEY,\n    APP_NAME: process.env.APP_NAME,\n  },\n"
            "  serverRuntimeConfig: {\n    JWT_SECRET: process.env.JWT_SECRET,\n  },\n};\n"
        ),
        "pages": {"a.ts": "call(process.env.SUPABASE_SERVICE_ROLE_KEY);\n"},
        "web": {
            "vite.config.ts": "export default { define: {\n  'process.env.DB_PASSWORD': JSON.stringify(process.env.DB_PASSWORD),\n  'process.env.API_SECRET': JSON.stringify(''),\n} };\n",
            "src": {"a.ts": "connect(process.env.DB_PASSWORD);\n"},
        },
        "server": {"a.ts": "sign(process.env.API_SECRET);\n"},
    }  # fmt: skip

    assert places(inspect("secret-in-config", tree)) == [
        ("error", "next.config.mjs", 3),
        ("error", "web/vite.config.ts", 2),
        ("info", "web/vite.config.ts", 3),
    ]


def test_prefixes_that_build_a_secret_into_pages(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "route.ts": "const key = process.env.NEXT_PUBLIC_OPENAI_API_KEY;\nconst id = process.env.NEXT_PUBLIC_SECRET_NAME;\n",
        "app": {"(x)": {"api": {"route.ts": "sign(process.env.NEXT_PUBLIC_MAIL_SECRET);\n"}}},
        "mail.ts": "import 'server-only';\nsign(process.env.NEXT_PUBLIC_POST_SECRET);\n",
        "panel.tsx": "// A panel.\n'use client';\nconst key = process.env['NEXT_PUBLIC_SIGNING_SECRET'];\n",
        "page.ts": "const key = import.meta.env.VITE_WALLET_PRIVATE_KEY;\nconst site = import.meta.env.VITE_API_KEY;\n",
        "tests": {"a.ts": "const key = import.meta.env.VITE_CLIENT_SECRET;\n"},
        "old.ts": "//   const key = process.env.NEXT_PUBLIC_APP_SECRET;\n * import.meta.env.VITE_APP_SECRET\n",
    }

    assert places(inspect("secret-in-config", tree)) == [
        ("error", "page.ts", 1),
        ("error", "panel.tsx", 3),
        ("warning", "route.ts", 1),
    ]


def test_tokens_that_pages_log_in_with(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api.ts": "const key: string = process.env.NEXT_PUBLIC_ORDERS_API_KEY ?? '';\nask({ 'x-api-key': key });\n",
        "cms.ts": "ask({ Authorization: `Bearer ${process.env.NEXT_PUBLIC_CONTENTFUL_ACCESS_TOKEN}` });\n",
        "maps.ts": "const key = process.env.NEXT_PUBLIC_MAPS_API_KEY;\nload({ apiKey: key });\n",
        "scripts": {"fill.js": "ask({ Authorization: `Bearer ${process.env.NEXT_PUBLIC_FILL_TOKEN}` });\n"},
        "server.js": "const secret = process.env.VITE_MAIL_SECRET;\n",
        "shop.ts": "const token = process.env['NEXT_PUBLIC_SHOP_TOKEN'];\nask({ Authorization: `Bearer ${token}` });\n",
        "web": {
            "package.json": '{"name": "web", "main": "src/main.ts"}',
            "src": {
                "main.ts": "start();\n",
                "hooks": {"useOldOrders.ts": "sign(import.meta.env.VITE_ORDERS_SECRET);\n"},
            },
        },
    }

    assert places(inspect("secret-in-config", tree)) == [
        ("warning", "api.ts", 1),
        ("warning", "shop.ts", 1),
        ("info", "web/src/hooks/useOldOrders.ts", 1),
    ]


def test_names_and_values_that_are_no_secrets(inspect: Callable[..., list[Finding]]) -> None:
    stellar = "GA" + letters(54).upper().replace("0", "A").replace("1", "B").replace("8", "C").replace("9", "D")
    values = (
        f"existingSecret: my-app-secrets\nimagePullSecret: registry-login\nsigning_key: {stellar}\nmail:\n  reset_password: d-{hexadecimal(32)}\n"
        f"admin_password: $2b$12${letters(53)}\nservices_secret_key: human-oracle-s3-secret\nreal_secret: {letters(32)}\n"
    )
    compose = "services:\n  a:\n    environment:\n      JWT_SECRET: acme_jwt_key_2024_change_in_production\n"

    assert places(inspect("secret-in-config", {"values.yaml": values, "docker-compose.yml": compose})) == [
        ("info", "docker-compose.yml", 4),
        ("error", "values.yaml", 8),
    ]


def test_a_digest_stands_only_where_nobody_can_guess_from_it(inspect: Callable[..., list[Finding]]) -> None:
    drawn = letters(24)
    tree = {"a.yaml": f"secret: neo4j_pass_2024_x\nother_secret: {drawn}\n", "b.yaml": "secret: neo4j_pass_2024_x\n"}

    assert [(one.path, one.line, one.evidence.partition(" (")[0]) for one in inspect("secret-in-config", tree)] == [
        ("a.yaml", 1, "17 characters, and in b.yaml"),
        ("a.yaml", 2, f"{drawn[:3]}..."),
    ]


def test_defaults_of_spring_and_what_is_guessed(inspect: Callable[..., list[Finding]]) -> None:
    compose = "services:\n" + "".join(
        f"  {name}:\n    environment:\n      DB_PASSWORD: {name}pass\n" for name in ("orders", "users", "mail")
    )
    tree = {
        "application.yml": f"slack:\n  client_secret: ${{SLACK_CLIENT_SECRET:{SECRET}}}\n  url: ${{DB_URL:jdbc:postgresql://localhost:5432/x}}\n",
        "compose.prod.yml": compose,
        "compose.dev.yml": compose.replace("pass\n", "word\n"),
    }

    found = inspect("secret-in-config", tree)

    assert places(found) == [
        ("error", "application.yml", 2),
        ("info", "compose.dev.yml", 4),
        ("warning", "compose.prod.yml", 4),
    ]
    assert "likewise DB_PASSWORD (line 7), DB_PASSWORD (line 10)" in next(
        one.message for one in found if one.path == "compose.prod.yml"
    )


def test_values_that_everybody_has(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".env.example": f"# X={SECRET}\nTOKEN_OF_A={SECRET}\n",
        "realm.yaml": f"secret: {SECRET}\n",
        "chart": {"Chart.yaml": "name: a\n", "values.yaml": f"secretKey: {letters(30)}\n"},
        "test-production": {"x.yaml": "password: clickhouse_operator_password\n"},
    }

    assert [one for one in places(inspect("secret-in-config", tree)) if one[1] != ".env.example"] == [
        ("warning", "chart/values.yaml", 1),
        ("info", "realm.yaml", 1),
        ("info", "test-production/x.yaml", 1),
    ]


def test_base64_of_words_is_no_secret(inspect: Callable[..., list[Finding]]) -> None:
    words = base64.b64encode(b"local-dev-master-key-for-encryption").decode()
    digits = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    tree = {"application.yml": f"a:\n  master-key: ${{MASTER_KEY:{words}}}\n  hmac_key: {digits}\n"}

    assert inspect("secret-in-config", tree) == []


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("Dockerfile", "FROM a\nARG JWT_SECRET\nENV JWT_SECRET=$JWT_SECRET\n", [("warning", 3)]),
        ("api.Dockerfile", "FROM a\nARG T\nENV API_TOKEN ${T}\nENV X=1 DB_PASSWORD=${T:-}\n", [("warning", 3)]),
        ("Dockerfile", "FROM a AS b\nARG K\nENV API_KEY=$K\nFROM b\n", [("warning", 3)]),
        ("Dockerfile", "FROM a AS b\nARG K\nENV API_KEY=$K\nFROM c\nCOPY --from=b /x /x\n", [("info", 3)]),
        ("Dockerfile", "FROM a AS b\nARG K\nENV API_KEY=$K\nFROM c\nARG K\nENV API_KEY=$K\n", [("warning", 6)]),
        ("Dockerfile", "FROM a\nENV RELEASE_COOKIE=shop_cookie\n", [("warning", 2)]),
        ("Dockerfile.dev", "FROM a\nENV RELEASE_COOKIE=shop_cookie\n", [("info", 2)]),
        ("Dockerfile", "FROM a\nARG JWT_SECRET=only-for-the-build\nENV JWT_SECRET=$JWT_SECRET\n", []),
        ("Dockerfile", "FROM a\nARG KEY\nENV NEXT_PUBLIC_API_KEY=$KEY STRIPE_PUBLISHABLE_KEY=$KEY\n", []),
        ("Dockerfile", "FROM a\nENV JWT_SECRET=$JWT_SECRET\nARG JWT_SECRET\n", []),
        ("Dockerfile", "FROM a\nARG NPM_TOKEN\nRUN npm ci\nENV NPM_TOKEN=\n", []),
        ("Dockerfile", "FROM a\nARG PORT\nENV PORT=$PORT SECRET_NAME=$PORT\nENV\nENV RELEASE_COOKIE=$C\n", []),
        ("Dockerfile", "FROM Dockerfile\nENV " + "A=$A" * 20000 + "\n", []),
    ],
)
def test_what_an_image_keeps_of_its_build(
    inspect: Callable[..., list[Finding]], path: str, text: str, told: list[tuple[str, int]]
) -> None:
    assert [(one.severity, one.line) for one in inspect("secret-in-config", {path: text})] == told


def test_defaults_that_everybody_knows_where_it_is_deployed(inspect: Callable[..., list[Finding]]) -> None:
    compose = (
        "services:\n  api:\n    environment:\n      JWT_SECRET: ${JWT_SECRET:-your-super-secret-jwt-key-change-this}\n"
        "      URL: postgres://${DB_USER:-acme_user}:${DB_PASSWORD:-changeme123}@db/x\n      MODE: ${MODE:-production}\n      API_TOKEN: ${API_TOKEN:?why}\n      PAY_SECRET_KEY: ${PAY_SECRET_KEY:-sk_<CHANGE_ME>}\n"
    )
    tree = {
        "docker-compose.prod.yml": compose,
        "docker-compose.ec2.yml": compose,
        "docker-compose.yml": compose,
        "docker-compose.dev.yml": compose,
    }

    found = inspect("secret-in-config", tree)

    assert [(one.severity, one.path, one.line, one.evidence) for one in found] == [
        ("warning", f"docker-compose.{name}.yml", 4, "JWT_SECRET (line 4), DB_PASSWORD (line 5)")
        for name in ("ec2", "prod")
    ]


def test_words_that_somebody_typed_for_a_machine_of_his_own(inspect: Callable[..., list[Finding]]) -> None:
    compose = (
        "services:\n  a:\n    environment:\n      REDIS_PASSWORD: redis_secret_2024\n      ENCRYPTION_KEY: acme-dev-refresh-key-32bytes!!!\n"
        f"      ADMIN_PASSWORD: StrongDevPassword123!@#\n      JWT_SECRET: acme-secret-key-{hexadecimal(40)}\n"
    )
    cluster = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: redis_secret_2024\n"
    tree = {"docker-compose.yml": compose, "k8s": {"secret.yaml": cluster}}

    assert places(inspect("secret-in-config", tree)) == [
        ("info", "docker-compose.yml", 4),
        ("info", "docker-compose.yml", 5),
        ("info", "docker-compose.yml", 6),
        ("error", "docker-compose.yml", 7),
        ("error", "k8s/secret.yaml", 5),
    ]


@pytest.mark.parametrize(("word", "told"), [("mock", 0), ("mork", 1)])
def test_a_value_that_says_that_it_is_made_up(inspect: Callable[..., list[Finding]], word: str, told: int) -> None:
    flow = f"jobs:\n  a:\n    env:\n      ENCRYPTION_KEY: {SECRET[:20]}-{word}-{SECRET[20:]}\n"

    assert len(inspect("secret-in-config", {".github": {"workflows": {"ci.yml": flow}}})) == told


@pytest.mark.parametrize(
    ("server", "value", "told"),
    [("authorizationserver", "", 0), ("authorizationserver", "{noop}", 1), ("resourceserver", "", 1)],
)
def test_what_an_encoder_made_of_the_secret_of_a_client(
    inspect: Callable[..., list[Finding]], server: str, value: str, told: int
) -> None:
    text = (
        f"spring:\n  security:\n    oauth2:\n      {server}:\n        client:\n          shop:\n            registration:\n"
        f'              client-secret: "{value}pQ3Kx9Zr7nLbQp2x9vHd4cTg8kJm3wY5s1uE6f0iA2o="\n'
    )

    assert len(inspect("secret-in-config", {"src/main/resources/application.yml": text})) == told


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        ("redis://default:@Kestrel83@100.99.10.4:1001/0", "error"),
        ("redis://default:@Heron8311@100.99.10.4:1001/0", "info"),
    ],
)
def test_a_poor_password_that_opens_something_by_another_file(
    inspect: Callable[..., list[Finding]], address: str, severity: str
) -> None:
    compose = "services:\n  board:\n    environment:\n      ADMIN_PASSWORD: '@Kestrel83'\n"

    (found,) = inspect("secret-in-config", {"docker-compose.yml": compose, "notes.json": f'{{"at": "{address}"}}\n'})

    assert found.severity == severity
    assert [(one.path, one.line) for one in found.related] == ([("notes.json", 1)] if severity == "error" else [])


def test_a_word_in_a_template_of_production_is_to_be_filled_in(inspect: Callable[..., list[Finding]]) -> None:
    settings = '{\n  "Certificate": {"Password": "certificate-password"}\n}\n'

    found = inspect(
        "secret-in-config", dict.fromkeys(("settings.production.template.json", "settings.production.json"), settings)
    )

    assert [(one.path, one.severity) for one in found] == [
        ("settings.production.json", "warning"),
        ("settings.production.template.json", "info"),
    ]
