"""Secrets that are told by the name they are given, and by what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import armored, hexadecimal, letters
from toolkit.checks.secrets import _written

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("a.ts", f"const TEST_KEYS = [\n  {{ private_key: '{letters(40)}' }},\n];\n", "info"),
        ("a.ts", f"// A throwaway key of the local validator.\nconst signing_key = '{letters(40)}';\n", "info"),
        ("a.ts", f"const signing_key = '{letters(40)}';\n", "error"),
        ("a.py", f"TEST_MODE = 'off'\nsigning_key = '{letters(40)}'\n", "error"),
        ("seed.sh", f'curl http://localhost:1/users -d \'{{"password": "{letters(20)}"}}\'\n', "info"),
        ("seed.sh", f'curl https://api.acme.io/users -d \'{{"password": "{letters(20)}"}}\'\n', "error"),
        (
            "shots.py",
            f'CASE = {{"body": {{"password": "{letters(20)}"}},\n"assertions": [{{"status_code": 401}}]}}\n',
            "info",
        ),
        ("shots.py", f'CASE = {{"body": {{"password": "{letters(20)}"}},\n"retries": 3}}\n', "error"),
        ("settings.py", f"SECRET_KEY = 'django-insecure-{letters(40)}'\n", "warning"),
        ("dev-certs/key.pem", armored(), "info"),
        ("a.toml", f'uri = "http://host.docker.internal:1/mail"\nsecrets = "v1,whsec_{letters(40)}"\n', "info"),
        ("a.toml", f'uri = "https://acme.io/mail"\nsecrets = "v1,whsec_{letters(40)}"\n', "error"),
    ],
)
def test_what_opens_nothing(inspect: Callable[..., list[Finding]], path: str, text: str, severity: str) -> None:
    assert [one.severity for one in inspect("secret-committed", {path: text})] == [severity]


PHRASE = "amber brook cedar dune ember fjord grove heath islet knoll marsh oasis"


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("a.py", f'app.config["SECRET_KEY"] = "{letters(30, "s")}2x9"\n', "error"),
        ("a.go", f'const dbPassword = "{letters(24, "p")}"\n', "error"),
        ("a.rs", f'let client_secret: &str = "{hexadecimal(40, "c")}";\n', "error"),
        ("a.ts", f'const config = {{ accessToken: "{hexadecimal(40, "t")}" }};\n', "warning"),
        ("a.sh", f"export DB_PASSWORD={hexadecimal(40, 'e')}\n", "error"),
        ("Dockerfile", f"FROM a\nENV API_SECRET {hexadecimal(32, 'd')}\n", "error"),
        ("a.cs", f'"Server=db.harbor.io;User Id=sa;Password={letters(20, "n")};"\n', "error"),
        ("b.sh", f'curl -H "Authorization: Bearer {letters(40, "b")}" https://api.harbor.io\n', "error"),
        ("b.ts", f'fetch("https://robot:{hexadecimal(32, "u")}@api.harbor.io/v1")\n', "error"),
        ("c.ts", f'const wallet = new ethers.Wallet("0x{hexadecimal(64, "w")}");\n', "error"),
        ("d.ts", f'const JWT_SECRET = process.env.JWT_SECRET || "{letters(24, "f")}x4y";\n', "error"),
        ("d.py", f'SECRET_KEY = os.getenv("SECRET_KEY", "{letters(24, "g")}x4y")\n', "error"),
        ("f.js", f'localStorage.setItem("api_secret", "{letters(24, "h")}x4y");\n', "error"),
        ("g.rs", f'const MNEMONIC: &str = "{PHRASE}";\n', "error"),
        ("h.ts", f'const headers = {{ "X-API-KEY": "{hexadecimal(32, "k")}" }};\n', "warning"),
        ("g.go", f'const twilioToken = "{hexadecimal(32, "i")}"\n', "warning"),
        ("e.ts", f'const mnemonic = "{PHRASE}";\n', "error"),
        ("deploy-devnet.ts", f'const mnemonic = "{PHRASE}";\n', "info"),
        ("deployTestnet.ts", f'const wallet = new ethers.Wallet("0x{hexadecimal(64, "w")}");\n', "warning"),
        ("devnet-api.ts", f'const dbPassword = "{letters(24, "p")}";\n', "error"),
        # a letter that becomes two in lower case moves nothing
        ("f.ts", f'// \u0130\u0130\u0130\nconst dbPassword = "{letters(24, "p")}";\n', "error"),
        ("h.ts", f'jwt.sign(data, process.env.JWT_SECRET ?? "{letters(24, "f")}x4y");\n', "error"),
        ("h.py", f'jwt.encode(data, os.environ.get("JWT_SECRET") or "{letters(24, "f")}x4y")\n', "error"),
        (
            "h.rs",
            f'    sign(&std::env::var("JWT_SECRET")\n        .unwrap_or_else(|_| "{letters(24, "f")}x4y".to_string()))\n',
            "error",
        ),
        ("i.rs", f'    sign(&env::var("SIGNING_KEY").unwrap_or("{hexadecimal(48, "f")}".into()))\n', "error"),
        ("c.sh", f'export JWT_SECRET="${{JWT_SECRET:-{hexadecimal(48, "sh")}}}"\n', "error"),
        ("d.sh", f"run --key ${{ENCRYPTION_KEY:-{hexadecimal(64, 'sh')}}}\n", "error"),
        ("g.ts", f"const DEFAULT_API_KEY = '{letters(40, 'key')}';\n", "warning"),
    ],
)
def test_told_by_its_place(inspect: Callable[..., list[Finding]], name: str, text: str, severity: str) -> None:
    found = inspect("secret-committed", {name: text})

    assert [(one.severity, one.path) for one in found] == [(severity, name)]


@pytest.mark.parametrize(
    "text",
    [
        'const apiKey = process.env.API_KEY ?? "";\n',
        'const TOKEN_KEY = "auth_token"; const secretName = "prod/db/password-2024";\n',
        'const passwordField = "user.password"; const tokenHeader = "X-Api-Token-2";\n',
        f'algolia: {{ appId: "A", apiKey: "{hexadecimal(32, "public")}" }}\n',
        f'const token = "{hexadecimal(40, "mint")}";\n',
        f'// e.g. api_secret = "{hexadecimal(40, "doc")}"\n',
        'const mnemonic = "test test test test test test test test test test test junk";\n',
        'const mnemonic = "candy maple cake sugar pudding cream honey rich smooth crumble sweet treat";\n',
        'const url = "https://user:password@host.harbor.io/";\n',
        f'const hashed_secret = "{hexadecimal(40, "baseline")}";\n',
        f'const BIG_TOKEN = "0x{hexadecimal(64, "felt")}";\n',
        'const TREASURY_PRIVATE_KEY = "Zk83hQp2vLw9XnTq4Rm7Zk83hQp2vLw9XnTq4Rm7";\n',
        'const secondPass = "a-second-pass-over-all-27-files"; const bypass = "x1Y2z3A4b5C6d7E8f9";\n',
        f'get(process.env.CACHE_NAME || "{hexadecimal(40, "cache")}");\n',
        'const PAGE_TOKEN = process.env.PAGE_TOKEN || "";\n',
        'const password = "demo-4f9Kq2Lm8Zx1";\n',
        f'/**\n *   SYSTEM_MNEMONIC="{PHRASE}"\n */\n',
    ],
)
def test_not_told_by_its_place(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("secret-committed", {"a.ts": text}) == []


def test_tests_inside_of_a_source(inspect: Callable[..., list[Finding]]) -> None:
    secret = f'    let password = "{letters(24, "r")}";\n'

    assert inspect("secret-committed", {"lib.rs": f"fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{secret}}}\n"}) == []
    assert len(inspect("secret-committed", {"lib.rs": f"fn a() {{\n{secret}}}\n#[cfg(test)]\nmod tests {{}}\n"})) == 1


def test_words_of_names_are_found_by_what_many_begin_or_end_with() -> None:
    lines = [*_written._NAMES, "keyboard", "passenger", "monkey = 1", "db pass"]
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]

    found = sorted(_written._names("\n".join(lines)))

    told = [
        line
        for line, start, end in zip(lines, starts, starts[1:], strict=False)
        if any(start <= at < end for at in found)
    ]
    assert told == [*_written._NAMES]


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("src/a.ts", f"const c = {{ signingKey: 'GA{'7QKXNB2' * 7}ABCDE' }}", []),
        ("src/a.ts", f"const T = {{ resetPassword: 'd-{hexadecimal(32)}', VERIFICATION_TOKEN: 'fld{letters(14)}' }}", []),
        ("src/a.py", f'password = "$2b$12${letters(53)}"', []),
        ("src/a.ts", f"public_key_secret = 'MCowBQYDK2VwAyEA{letters(43)}='", []),
        ("libs/test-utils/src/fixtures.rs", f'password: "{letters(20)}".to_string(),', []),
        ("services/mock-service/src/a.ts", f"const API_TOKEN = '{letters(32)}'", []),
        ("services/mockups/src/a.ts", f"const API_TOKEN = '{letters(32)}'", [("warning", 1)]),
        ("libs/x/fixtures.rs", f'password: "{letters(20)}".to_string(),', []),
        ("src/a.rs", f'#[cfg(test)]\nmod tests {{\n    const PASSWORD: &str = "{letters(20)}";\n}}\n', []),
        ("src/a.rs", f'#[cfg(test)]\nmod tests {{\n}}\nconst PASSWORD: &str = "{letters(20)}";\n', [("error", 4)]),
        ("src/a.py", f'def f():\n    """Decrypt.\n\n    Example:\n        private_key = "0x{hexadecimal(64)}"\n    """\n', [("info", 5)]),
        ("src/a.py", f'x = """a"""\nprivate_key = "0x{hexadecimal(64)}"\n', [("error", 2)]),
        ("server/.env.example", armored(), [("info", 1)]),
        ("server/.env.example", f"KEY=ghp_{letters(36)}", [("error", 1)]),
        ("scripts/test-live.ts", f"'https://x.helius-rpc.com/?api-key={'4e45a1b2-93c7-4d5e-8f60-a1b2c3d4e5f7'}'", [("error", 1)]),
        ("src/a.ts", f"accounts: [\n  process.env.PRIVATE_KEY ||\n    '0x{hexadecimal(64)}',\n]", [("error", 3)]),
        ("src/a.ts", f"const K = process.env.BIRDEYE_API_KEY ?? '{hexadecimal(32)}'", [("error", 1)]),
        ("src/a.ts", "const K = process.env.NEXT_PUBLIC_HELIUS_API_KEY || '46193d76-9830-41e9-ae1a-69bc2519fa54'", [("warning", 1)]),
        ("src/a.ts", "const K = process.env.NEXT_PUBLIC_ALGOLIA_API_KEY || '46193d7698304fe9ae1a69bc2519fa54'", []),
        ("a.sh", "curl https://eth-mainnet.g.alchemy.com/v2/KQ2LUgUJLj4EtMsOp_poH", [("error", 1)]),
        ("a.sh", "curl https://eth-mainnet.g.alchemy.com/v2/replace_with_the_key_", []),
        ("notes.md", f"https://b.s3.amazonaws.com/x?X-Amz-Credential=ASIA{letters(16)}%2F20260101&X-Amz-Expires=900", []),
    ],
)  # fmt: skip
def test_values_of_public_forms_and_places_that_only_show(
    inspect: Callable[..., list[Finding]], path: str, text: str, told: list[tuple[str, int]]
) -> None:
    assert [(one.severity, one.line) for one in inspect("secret-committed", {path: text})] == told


def test_what_a_comment_documents_is_no_secret_and_what_is_commented_out_may_be_one(
    inspect: Callable[..., list[Finding]],
) -> None:
    line = f'"secret": "{letters(43)}="'
    shown = f"/**\n * A token.\n```jsonc\n{{ {line} }}\n```\n */\nf();\n// {{ {line} }}\n"

    assert inspect("secret-committed", {"a.ts": shown}) == []
    for text in (f"/* of the wallet\n{line}\n*/\n", f"/** of the wallet */\nconst a = {{ {line} }};\n"):
        assert [one.line for one in inspect("secret-committed", {"a.ts": text})] == [2]


@pytest.mark.parametrize(
    ("comment", "told"),
    [("// the command line's public OAuth client, as in its source", "info"), ("// the client of our shop", "error")],
)
def test_a_client_that_is_said_to_be_public(inspect: Callable[..., list[Finding]], comment: str, told: str) -> None:
    code = f"{comment}\nconst CLIENT_SECRET = 'Zr7nLbQp2x9vHd4cTg8kJm3w';\n"

    assert [one.severity for one in inspect("secret-committed", {"scripts/login.ts": code})] == [told]


@pytest.mark.parametrize(
    ("head", "told"), [("PINNED_SHA256 = {", []), ("const checksums: Pins = {", []), ("SETTINGS = {", ["error"])]
)
def test_a_table_of_digests(inspect: Callable[..., list[Finding]], head: str, told: list[str]) -> None:
    text = f'{head}\n    "model_index": "{hexadecimal(64)[::-1]}",\n    "session_secret": "{hexadecimal(64)}",\n}}\n'

    assert [one.severity for one in inspect("secret-committed", {"load.py": text})] == told


@pytest.mark.parametrize(
    ("path", "told"),
    [("scripts/smoke-test.ts", []), ("scripts/smoke-api.ts", ["warning"]), ("scripts/smokey.ts", ["error"])],
)
def test_what_a_smoke_test_makes_up(inspect: Callable[..., list[Finding]], path: str, told: list[str]) -> None:
    code = "const SESSION_SECRET = 'Zr7nLbQp2x9vHd4cTg8kJm3w';\n"

    assert [one.severity for one in inspect("secret-committed", {path: code})] == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("JWT_SECRET=Zr7nLbQp2x9vHd4cTg8kJm3w", ["error"]),
        ("JWT_SECRET=made_up_name_of_a_constant", []),
        ("JWT_SECRET=vault.read('app').data.Zr7nLbQp2x9v", []),
        ("  jwt_secret=Zr7nLbQp2x9vHd4cTg8kJm3w,", []),
    ],
)
def test_an_environment_in_a_text_of_a_source(
    inspect: Callable[..., list[Finding]], line: str, told: list[str]
) -> None:
    code = f'ENVIRONMENT = """\nPORT=80\n{line}\n"""\n'

    assert [one.severity for one in inspect("secret-committed", {"deploy.py": code})] == told


def test_the_key_of_an_account_in_a_script_that_tries_something(inspect: Callable[..., list[Finding]]) -> None:
    script = f"export CLOUDFLARE_EMAIL=ops@acme.io\nexport CLOUDFLARE_API_KEY={hexadecimal(37)}\n"

    assert places(inspect("secret-committed", {"test_reg.sh": script})) == [("error", "test_reg.sh", 2)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("cases = [{ body: 'const password = \"VALUE\";', expected: ['a password'] }];\n", 0),
        ("cases = [{ body: 'const password = \"VALUE\";', kind: 'a password' }];\n", 1),
        ("const password = \"VALUE\"; const expected = 'x';\n", 1),
    ],
)
def test_what_a_scanner_tries_itself_with(inspect: Callable[..., list[Finding]], code: str, told: int) -> None:
    assert len(inspect("secret-committed", {"a.js": code.replace("VALUE", letters(24))})) == told


@pytest.mark.parametrize(
    ("beside", "told"), [({"Preferences": "{}"}, 0), ({"Cache": {"Cache_Data": {"0_0": ""}}}, 0), ({"a.txt": ""}, 1)]
)
def test_the_profile_of_a_browser(inspect: Callable[..., list[Finding]], beside: dict[str, object], told: int) -> None:
    state = f'{{\n "hex_encoded_hmac_key": "{hexadecimal(64)}"\n}}\n'

    assert len(inspect("secret-committed", {"Default": {"TopicsState": state, **beside}})) == told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("init.sql", "CREATE USER app WITH ENCRYPTED PASSWORD 'h7Gq2LpZx9Wd';\n", ["error"]),
        ("init.sql", "ALTER ROLE app WITH LOGIN PASSWORD 'Winter$Tale88';\n", ["warning"]),
        ("init.sql", "ALTER USER 'shop'@'%' IDENTIFIED WITH caching_sha2_password BY 'Tg5!mnQ2w8';\n", ["warning"]),
        ("init.sql", "CREATE ROLE org LOGIN PASSWORD 'org_service_2024';\nCREATE USER a PASSWORD 'Change_Me1';\n", []),
        ("dump.sh", "PGPASSWORD='Kk7hdq8Ls' pg_dump -h db.acme.io -U app shop\n", ["warning"]),
        ("dump.sh", "mysqldump -h db.acme.io -u app -pTg5mnQ2w8 shop\n", ["warning"]),
        ("dump.sh", "sshpass -p 'Tg5mnQ2w8r' ssh root@10.1.2.3\n", ["warning"]),
        ("dump.sh", "PGPASSWORD=$DB_PASSWORD psql -h db\nmysql -u root -prootpassword shop\n", []),
        ("dump.sh", "redis-cli -a Tg5mnQ2w8r -h localhost ping\n", []),
        (
            "check.sh",
            'BASE=https://api.acme.co.za/v1\ncurl $BASE/login -d \'{"email":"ops@acme.co.za","password":"Admin@2024!"}\'\n',
            ["warning"],
        ),
        (
            "check.ts",
            "const base = 'https://shop.acme.io';\nlogin({ email: 'ops@acme.io', password: 'Ops@2024!' });\n",
            ["warning"],
        ),
        (
            "check.ts",
            "const base = 'https://api.stripe.com';\nlogin({ email: 'ops@acme.io', password: 'Ops@2024!' });\n",
            [],
        ),
    ],
)
def test_passwords_of_accounts_in_statements_and_commands(
    inspect: Callable[..., list[Finding]], name: str, text: str, told: list[str]
) -> None:
    assert [one.severity for one in inspect("secret-committed", {"db": {name: text}})] == told


def test_what_a_document_has_its_readers_put_into_the_environment(inspect: Callable[..., list[Finding]]) -> None:
    lines = (
        f"```sh\nexport ORDERS_API_KEY={letters(32)}\nHARBOR_SECRET={hexadecimal(48)}\nexport MAIL_TOKEN=your-mail-token-from-the-console\n"
        "JWT_SECRET=k3J9mQ2pL7xN4vR8wT1yH6bF5aS0dG9z\nSITE_PUBLIC_KEY=abcDEFghi012JKLmno345PQRstu\n"
        "const a = process.env.JWT_SECRET || 'harbor-secret';\n```\n"
    )

    found = inspect("secret-committed", {"docs": {"run.md": lines}})

    assert places(found) == [("warning", "docs/run.md", 2), ("warning", "docs/run.md", 3)]
    assert found[0].message.startswith("ORDERS_API_KEY is written into a document")


def test_a_digest_behind_a_name_and_a_bar(inspect: Callable[..., list[Finding]]) -> None:
    table = f"| Name | Value |\n| PRIVATE_KEY | 0x{hexadecimal(64)} |\n"
    pinned = f'const SEEN = ["main.tf:app_private_key|{hexadecimal(64)}"];\n'

    found = inspect("secret-committed", {"keys.txt": table, "surfaces.ts": pinned})

    assert [(one.path, one.line) for one in found] == [("keys.txt", 2)]
