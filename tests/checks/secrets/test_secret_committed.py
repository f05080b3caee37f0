"""Forms of secrets, and what only looks like one."""

from __future__ import annotations

import base64
from hashlib import sha512
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import armored, hexadecimal, letters, web_token
from toolkit.checks.secrets import _written

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

_BEGIN, _END = (f"-----{word} PRIVATE" + " KEY-----" for word in ("BEGIN", "END"))
_DER = b"".join(sha512(letter).digest() for letter in (b"a", b"b", b"c"))
REAL = {
    "aws": f"id = 'AKIA{letters(16)}'",
    "github": f"token: ghp_{letters(36)}",
    "gitlab": f"glpat-{letters(20)}",
    "slack": f"xoxb-{'9' * 3}81237645-{letters(24)}",
    "slack hook": f"https://hooks.slack.com/services/T{letters(9)}/B{letters(9, 'b')}/{letters(24, 'c')}",
    "stripe": f"key='sk_live_{letters(24)}'",
    "google": f'"AIza{letters(35)}"',
    "telegram": f"9182736450:AAH{letters(32)}",
    "sendgrid": f"'SG.{letters(22)}.{letters(43)}'",
    "npm": f"npm_{letters(36)}",
    "infura": f"https://mainnet.infura.io/v3/{hexadecimal(32)}",
    "alchemy": f"https://eth-mainnet.g.alchemy.com/v2/{letters(32)}",
    "pinata": web_token({"scopedKeyKey": "x", "scopedKeySecret": "y"}),
    "service role": web_token({"iss": "supabase", "ref": "x", "role": "service_role"}),
    "database": f"postgres://app:{letters(16)}@db.acme-prod.io:5432/app",
    "pem": armored("RSA "),
    "pem in json": '{"private_key": "' + armored().replace("\n", "\\n") + '"}',
    "ethereum": f'const PRIVATE_KEY = "0x{hexadecimal(64)}"',
    "open ssh": armored("OPENSSH "),
    "openai": f"'sk-proj-{letters(60)}T3BlbkFJ{letters(40)}'",
    "openrouter": f"'sk-or-v1-{hexadecimal(64)}'",
    "groq": f"'gsk_{letters(52)}'",
    "resend": f"'re_{letters(8)}_{letters(24)}'",
    "mailgun": f"'key-{hexadecimal(32)}'",
    "any telegram bot": f"9182736450:AAx{letters(32)}",
    "an azure client": f"'aB3{8}Q~{letters(34)}'",
    "a service bus": f"SharedAccessKey={letters(43)}=",
    "ankr": f"https://rpc.ankr.com/solana/{hexadecimal(64)}",
    "syndica": f"https://solana-mainnet.api.syndica.io/access-token/{letters(70).replace('0', 'z').replace('I', 'z').replace('O', 'y').replace('l', 'w')}",
    "a password with an at sign": f"mongodb+srv://app:Harb0ur@{letters(6)}@cluster0.acme1.mongodb.net/app",
    "a drawn password for a host that a variable names": f"postgresql://app:{hexadecimal(20)}aB3xY9@$${{DB_IP}}:5432/app",
    "a drawn password in a private network": "postgres://app:pX4nQ9wLz7@10.0.1.20:5432/app",
    "a key behind signs of comments": "# " + armored("OPENSSH ").strip().replace("\n", "\n# "),
    "a key in a comment": " * " + armored("EC ").strip().replace("\n", "\n * "),
    "letters in a row that digits break": "'ghp_9aB8cD7eF6gH5iJ4kL3mN2oP1qR0sT9uV8wX'",
    "a key of one's own brand": f"const KEY = 'acme_sk_{hexadecimal(48)}'",
    "an origin CA key": f"'v1.0-{hexadecimal(24)}-{hexadecimal(128)}{hexadecimal(18)}'",
    "a drawn password in a cluster": f"postgres://app:{hexadecimal(20)}aB3xY9@postgres.prod.svc:5432/app",
    "render": f"key: rnd_{letters(32)}",
    "minimax": f"'sk-cp-{letters(119)}'",
    "a model service": f"'sk-{letters(64)}'",
    "a cloudflare account": f"CLOUDFLARE_API_KEY={hexadecimal(37)}",
}
NOT_REAL = {
    "the example of the documentation": "AKIA" + "IOSFODNN7" + "EXAMPLE",
    "a placeholder": f"ghp_{'x' * 36}",
    "your key": "https://mainnet.infura.io/v3/YOUR_INFURA_PROJECT_ID_GOES_HERE",
    "a variable": "https://eth.g.alchemy.com/v2/${ALCHEMY_KEY}",
    "a public role": web_token({"iss": "supabase", "role": "anon"}),
    "a public role as a bearer": f"curl -H 'Authorization: Bearer {web_token({'iss': 'supabase', 'role': 'anon', 'ref': 'x'})}'",
    "a public role by the name of a key": f"API_KEY = '{web_token({'iss': 'supabase', 'role': 'anon', 'ref': 'x'})}'",
    "a service role of the local stack": web_token({"iss": "supabase-demo", "role": "service_role"}),
    "a service role of this machine": web_token({"iss": "http://127.0.0.1:54321/auth/v1", "role": "service_role"}),
    "the local stack's published key": "'sb_secret_" + "N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz'",
    "a row of letters and digits": "sk_live_a1b2c3d4e5f6g7h8i9j0k1l2",
    "the beginning of one": f"sk_live_{letters(22)}...",
    "an expired session": web_token({"iss": "acme", "sub": "u_91", "iat": 1_700_000_000, "exp": 1_700_003_600}),
    "another token": web_token({"sub": "1234567890", "name": "John"}),
    "words for a host that a variable names": "postgres://app:password@${DB_HOST}:5432/app",
    "on this machine": f"postgres://app:{letters(16)}@localhost:5432/app",
    "in a network of compose": f"redis://app:{letters(16)}@cache:6379",
    "a poor password": "mysql://root:password@db.acme-prod.io/app",
    "a header only": "-" * 5 + "BEGIN PRIVATE" + " KEY" + "-" * 5,
    "a hash": f"sha256: {hexadecimal(64)}",
    "a published key": "PRIVATE_KEY=0xac0974bec39a17e36ba4a6b4d238ff94" + "4bacb478cbed5efcae784d7bf4f2ff80",
    "an example of a form": "example: '" + armored().replace("\n", "") + "'",
    "a one-time password's secret of the manuals": "const secret = 'JBSWY3DP" + "EHPK3PXP';",
    "words behind sk-": "'sk-" + "a-b-c" * 12 + "'",
    "words behind rnd_": "rnd_" + "theroundedcornersofabuttonall",
    "part of a word": f"https://x.io/{letters(8)}AKIA{letters(16)}",
}


@pytest.mark.parametrize("name", REAL)
def test_secrets(inspect: Callable[..., list[Finding]], name: str) -> None:
    found = inspect("secret-committed", {"src": {"a.ts": f"// one\n{REAL[name]}\n"}})

    assert places(found) == [("error", "src/a.ts", 2)]


@pytest.mark.parametrize("name", NOT_REAL)
def test_quiet(inspect: Callable[..., list[Finding]], name: str) -> None:
    assert inspect("secret-committed", {"src": {"a.ts": NOT_REAL[name]}}) == []


def test_never_shown(inspect: Callable[..., list[Finding]]) -> None:
    secret = f"ghp_{letters(36)}"
    (found,) = inspect("secret-committed", {"a.py": f"x = '{secret}'"})

    assert secret[:4] in found.evidence
    assert secret[4:10] not in repr(found)


def test_lower_in_tests_and_copies(inspect: Callable[..., list[Finding]]) -> None:
    token = f"x = 'ghp_{letters(36)}'"
    tree = {"tests": {"a.py": token, "k.pem": armored()}, "README.md": token, "vendor": {"x": {"a.py": token}}}

    assert places(inspect("secret-committed", tree)) == [
        ("warning", "tests/a.py", 1),
        ("info", "tests/k.pem", 1),
    ]


def test_a_value_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    line = f"x = 'ghp_{letters(36)}'\n"

    found = inspect("secret-committed", {"a.py": line * 3, "b.py": line, "README.md": line})

    assert [(one.severity, one.path, one.line) for one in found] == [("error", "a.py", 1)]
    assert found[0].evidence.endswith(", and in README.md, b.py")


def test_a_value_in_many_files_is_told_at_one_that_is_in_use(inspect: Callable[..., list[Finding]]) -> None:
    line = f"x = 'ghp_{letters(36)}'\n"

    (found,) = inspect(
        "secret-committed", {"a.py.bak_2": line, "b.sh": line, **{f"{number}.txt": line for number in range(4)}}
    )

    assert (found.severity, found.path) == ("error", "b.sh")
    assert found.evidence.endswith(", and in 0.txt, 1.txt, 2.txt and 2 more files")


def test_several_of_one_kind_in_one_file_are_one(inspect: Callable[..., list[Finding]]) -> None:
    text = "".join(f"x = 'ghp_{letters(36, seed)}'\n" for seed in "abc")

    (found,) = inspect("secret-committed", {"a.py": text})

    assert found.evidence.endswith(", and 2 more in this file (line 2, line 3)")


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("a.ts", f"const TEST_KEYS = [\n  {{ private_key: '{letters(40)}' }},\n];\n", "info"),
        ("a.ts", f"// A throwaway key of the local validator.\nconst signing_key = '{letters(40)}';\n", "info"),
        ("a.ts", f"const signing_key = '{letters(40)}';\n", "error"),
        ("a.py", f"TEST_MODE = 'off'\nsigning_key = '{letters(40)}'\n", "error"),
        ("seed.sh", f'curl http://localhost:1/users -d \'{{"password": "{letters(20)}"}}\'\n', "info"),
        ("seed.sh", f'curl https://api.acme.io/users -d \'{{"password": "{letters(20)}"}}\'\n', "error"),
        ("settings.py", f"SECRET_KEY = 'django-insecure-{letters(40)}'\n", "warning"),
        ("dev-certs/key.pem", armored(), "info"),
        ("a.toml", f'uri = "http://host.docker.internal:1/mail"\nsecrets = "v1,whsec_{letters(40)}"\n', "info"),
        ("a.toml", f'uri = "https://acme.io/mail"\nsecrets = "v1,whsec_{letters(40)}"\n', "error"),
    ],
)
def test_what_opens_nothing(inspect: Callable[..., list[Finding]], path: str, text: str, severity: str) -> None:
    assert [one.severity for one in inspect("secret-committed", {path: text})] == [severity]


def test_what_other_files_say_of_a_value(inspect: Callable[..., list[Finding]]) -> None:
    google = f"AIza{letters(35)}"
    key = f"const sessionSecret = '{letters(40)}';\n"
    tree = {
        ".env.example": f"SESSION_SECRET={letters(40)}\n",
        "a.ts": key,
        "firebase.ts": f"apiKey: '{google}', authDomain: 'x.firebaseapp.com'\n",
        "report.txt": google,
        "compose.yml": f"environment:\n  JWT_SECRET: {letters(44)}\n",
        "compose.yml.bak_2": f"environment:\n  JWT_SECRET: '{letters(44)}'\n",
    }

    assert places(inspect("secret-committed", tree)) == [("info", "a.ts", 1), ("info", "firebase.ts", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-" + "a" * 200_000,
        "eyJhbGciOi" * 20_000,
        "secret = " + "\"'" * 100_000,
        "password=" * 50_000,
        "curl " * 40_000,
        "postgres://" + "a:" * 50_000 + "@" * 1_000,
        "-----BEGIN PRIVATE " + "KEY-----" + "\n# " * 40_000,
        "process.env.JWT_SECRET ?? " * 10_000,
        "Basic " * 20_000 + "A" * 100_000,
        "v1.0-_sk_" * 10_000,
        "${JWT_SECRET:-" * 10_000,
    ],
)
def test_hostile_texts_take_no_time(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("secret-committed", {"a.ts": text, "b.sh": f"{text}\n{text[:1500]}\n"}) == []


def test_keys_of_solana_are_told_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    key = letters(88).replace("0", "z").replace("I", "z").replace("O", "y").replace("l", "w")

    assert inspect("secret-committed", {"a.ts": f"const secretKey = '{key}';\n", ".env": f"PRIVATE_KEY={key}\n"}) == []


def test_lists_of_other_tools_and_keys_that_are_deleted(inspect: Callable[..., list[Finding]]) -> None:
    line = f'hashed_secret: "{hexadecimal(40, "b")}"\nx = "ghp_{letters(36)}"\n'
    revoked = f"aws iam delete-access-key --access-key-id AKIA{letters(16)}\n"

    assert inspect("secret-committed", {".secrets.baseline": line, "rotate.sh": revoked}) == []


def test_not_what_git_does_not_track_nor_locks_nor_registries(inspect: Callable[..., list[Finding]]) -> None:
    token = f"'npm_{letters(36)}'"
    tree = {"package-lock.json": token, ".npmrc": token, "logo.svg": token, "bin": b"\0" + token.encode()}

    assert inspect("secret-committed", tree, loose={"a.txt": token}) == []


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


def test_keys_that_apps_show_are_only_told(inspect: Callable[..., list[Finding]]) -> None:
    key = "AI" + "za" + letters(35, "g")

    found = inspect(
        "secret-committed", {"web.js": f'const c = {{ apiKey: "{key}", authDomain: "a.firebaseapp.com" }};\n'}
    )

    assert [one.severity for one in found] == ["info"]


def test_defaults_of_variables_in_scripts(inspect: Callable[..., list[Finding]]) -> None:
    real = (
        web_token({"iss": "supabase", "ref": "x", "role": "service_role"}),
        f"ghp_{letters(36)}",
        f"SG.{letters(22)}.{letters(43)}",
        f"re_{letters(8)}_{letters(24)}",
        f"glpat-{letters(20)}",
    )
    tree = {f"{index}.sh": f'#!/bin/sh\nKEY="${{SOME_NAME:-{value}}}"\n' for index, value in enumerate(real)}
    quiet = (
        web_token({"iss": "supabase", "role": "anon"}),
        f"ghp_{'x' * 36}",
        f"no-ghp_{letters(36)}",
        "https://api.acme.io/v1",
    )
    tree |= {f"quiet-{index}.sh": f'KEY="${{SOME_NAME:-{value}}}"\n' for index, value in enumerate(quiet)}

    assert places(inspect("secret-committed", tree)) == [("error", f"{index}.sh", 2) for index in range(len(real))]


def test_a_token_with_the_letters_of_an_address(inspect: Callable[..., list[Finding]]) -> None:
    token, address = "Zk83hQp2vLw9XnTq4Rm7Yk83hQp2vLw9XnTq4Rm7", "Zk83hQp2vLw9XnTq4Rm7Yk83hQp2vLw9XnTq4Rm7Hc5"

    assert places(inspect("secret-committed", {"a.ts": f'const cloudflareApiToken = "{token}";\n'})) == [
        ("warning", "a.ts", 1)
    ]
    assert inspect("secret-committed", {"a.ts": f'const rewardToken = "{token}", accessToken = "{address}";\n'}) == []


@pytest.mark.parametrize("payload", [{"userInformation": {"id": "2d5"}, "scopedKey": "k"}, {"iss": "web3-storage", "iat": 1}, {"aud": "8f", "scopes": ["api_read"], "iat": 1, "exp": 90_000_000}])  # fmt: skip
def test_tokens_that_hold_for_long(inspect: Callable[..., list[Finding]], payload: dict[str, object]) -> None:
    token = f"const t = '{web_token(payload)}';\n"
    tree = {"a.ts": token, "tests": {"a.ts": token}, "README.md": token, "b.ts": f"const NEXT_PUBLIC_T = '{web_token({**payload, 'x': 1})}';\n"}  # fmt: skip

    assert places(inspect("secret-committed", tree)) == [("warning", "a.ts", 1)]


def test_a_service_role_of_a_project_is_an_error_even_in_tests(inspect: Callable[..., list[Finding]]) -> None:
    live = web_token({"iss": "supabase", "ref": "qhzkwvxjtrmbnpldscfy", "role": "service_role"})
    made_up = web_token({"iss": "supabase", "ref": "test", "role": "service_role"})

    assert places(inspect("secret-committed", {"settle-test.mjs": f"'{live}'", "tests": {"a.ts": f"'{made_up}'"}})) == [
        ("error", "settle-test.mjs", 1),
        ("warning", "tests/a.ts", 1),
    ]


def test_whose_key_it_is(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": f"const PAYSTACK_SECRET_KEY = 'sk_live_{letters(40, 'p')}';\n",
        "clerk": {"b.ts": f"const key = 'sk_live_{letters(40, 'c')}';\n"},
        "c.ts": f"const key = 'sk_live_{letters(40, 's')}';\n",
    }

    assert [one.message.partition(" is ")[0] for one in sorted(inspect("secret-committed", tree), key=str)] == [
        "a Paystack key", "a Stripe key", "a Clerk key",
    ]  # fmt: skip


def test_logins_in_base64(inspect: Callable[..., list[Finding]]) -> None:
    def header(login: str) -> str:
        return f'const h = {{ Authorization: "Basic {base64.b64encode(login.encode()).decode()}" }};\n'

    tree = {
        "a.ts": header("admin:S3cr3tPass2024!"),
        "b.ts": header("user:password"),
        "c.ts": header("Aladdin:open sesame"),
        "d.ts": 'const t = "Basic understanding";\nconst u = "Basic AAAAAAAAAAAAAAAAAAAA";\n',
    }

    assert places(inspect("secret-committed", tree)) == [("error", "a.ts", 1)]


@pytest.mark.parametrize("name", ["pdm.lock", "bun.lockb", "mix.lock", "pubspec.lock", "Podfile.lock", "go.work.sum", "package-lock.json", "pnpm-lock.yaml", "gradle.lockfile", "Package.resolved"])  # fmt: skip
def test_what_managers_write(inspect: Callable[..., list[Finding]], name: str) -> None:
    line = f"x = 'ghp_{letters(36)}'\n"

    assert places(inspect("secret-committed", {name: line, "block.json": line})) == [("error", "block.json", 1)]


def _jwk(private: str) -> str:
    return '{"keys": [{"kty": "RSA", "n": "' + letters(60, "n") + '", "e": "AQAB"' + private + "}]}\n"


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("keys/private.key", _jwk(f', "d": "{letters(86)}"'), "error"),
        ("keys/jwks.json", _jwk(""), ""),
        ("docs/keys/service.pem", armored("RSA "), "error"),
        ("tests/keys/service.pem", armored("RSA "), "info"),
        ("scripts/devnet/rpc.ts", f"const url = 'https://devnet.helius-rpc.com/?api-key={hexadecimal(8)}-1a2b-3c4d-5e6f-{hexadecimal(12)}';", "error"),
        ("src/a.ts", f"const FOOTBALL_API_KEY = process.env.FOOTBALL_API_KEY || '{hexadecimal(32)}';", "error"),
        ("src/a.ts", f"const mapApiKey = import.meta.env.VITE_MAP_API_KEY || '{hexadecimal(32)}';", "warning"),
        ("src/a.ts", f"const url = 'sb_secret_{letters(22)}_{letters(8)}';", "error"),
        ("a/build.gradle.kts", f'tasks.named<Test>("test") {{\n  systemProperty("HMAC_KEY", "{letters(40)}")\n}}\n', ""),
        ("a/build.gradle.kts", f'tasks.bootRun {{\n  systemProperty("HMAC_KEY", "{letters(40)}")\n}}\n', "error"),
        ("src/b.ts", f"const HMAC_KEY = '{base64.b64encode(b'fedcba9876543210fedcba9876543210').decode()}';", ""),
    ],
)  # fmt: skip
def test_keys_by_their_place_and_form(
    inspect: Callable[..., list[Finding]], path: str, text: str, severity: str
) -> None:
    assert [one.severity for one in inspect("secret-committed", {path: text})] == ([severity] if severity else [])


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


def test_one_password_in_settings_and_in_addresses(inspect: Callable[..., list[Finding]]) -> None:
    password = "+" + letters(19)
    tree = {
        "a.py": f'POSTGRES_PASSWORD = "{password}"\n',
        "b.py": f'URL = "postgresql://me:{password}@db.example-host.com:5432/x"\n',
        "c.py": f'URL = "postgresql://you:{password.replace("+", "%2B")}@10.1.2.3/y"\n',
        "README.md": f"postgresql://me:{password}@db.acme-host.com/x\n",
    }

    (found,) = inspect("secret-committed", tree)

    assert (found.path, found.severity) == ("a.py", "error")
    assert found.evidence.endswith(", and in README.md, b.py, c.py")


def test_names_of_variables_are_told_without_the_object_before_them(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("secret-committed", {"a.ts": f"const k = process.env.JWT_SECRET ?? '{letters(32)}'"})

    assert found.message.startswith("JWT_SECRET is written into the code")


def test_what_a_program_signs_with_where_nobody_set_a_secret(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {
            "package.json": "{}",
            "a.ts": "sign(x, process.env.JWT_SECRET || 'dev');\n",
            "b.ts": "sign(x, config.get<string>('SESSION_SECRET', 'dev'));\n",
        },
        "jobs": {"app.py": "\nSECRET = os.getenv('AUTH_JWT_SECRET', 'change me')\n"},
        "guarded": {
            "package.json": "{}",
            "a.ts": "sign(x, process.env.JWT_SECRET || 'dev');\n",
            "b.ts": "if (!process.env.JWT_SECRET) stop();\nconst s = process.env.JWT_SECRET ?? 'dev';\n",
        },
        "tests": {"a.ts": "sign(x, process.env.JWT_SECRET || 'dev');\n"},
    }

    found = inspect("secret-committed", tree)

    assert places(found) == [("warning", "api/a.ts", 1), ("warning", "jobs/app.py", 2)]
    assert found[0].evidence == "api/a.ts:1, api/b.ts:1"


@pytest.mark.parametrize(
    ("path", "value", "severity"),
    [
        ("config/default.json", letters(24), "warning"),
        ("src/pay.ts", letters(99), "warning"),
        ("src/pay.test.ts", letters(24), ""),
        ("docs/pay.md", letters(24), ""),
        ("src/pay.ts", "x" * 24, ""),
        ("src/pay.ts", letters(12), ""),
    ],
)
def test_keys_for_trials(inspect: Callable[..., list[Finding]], path: str, value: str, severity: str) -> None:
    found = inspect("secret-committed", {path: f'{{"secretKey": "sk_test_{value}"}}\n'})

    assert [one.severity for one in found] == ([severity] if severity else [])


def test_of_a_short_secret_nothing_is_shown(inspect: Callable[..., list[Finding]]) -> None:
    short, long = "".join(map("".join, zip(letters(8), hexadecimal(8), strict=True))), letters(32, "b")
    tree = {"a.sh": f"export DATABASE_URL=postgres://app:{short}@db.acme.io/a\n", "b.sh": f"JWT_SECRET={long}\n"}

    shown = sorted(one.evidence.partition("(")[0] for one in inspect("secret-committed", tree))

    assert shown == ["", f"{long[:4]}... "]


@pytest.mark.parametrize(
    ("compose", "told"),
    [
        ("JWT_SECRET_KEY: ${JWT_SECRET_KEY}", True),
        ("JWT_SECRET_KEY: ${JWT_SECRET}", False),
        ("JWT_SECRET: x", False),
        ("JWT_LIFETIME: 1", False),
    ],
)
def test_a_secret_that_deployments_set_by_nearly_its_name(
    inspect: Callable[..., list[Finding]], compose: str, told: bool
) -> None:
    tree = {
        "compose.yml": f"services:\n  api:\n    environment:\n      {compose}\n",
        "api": {"requirements.txt": "", "auth.py": 'KEY = os.getenv("JWT_SECRET", "your-secret-key")\n'},
    }

    (found,) = inspect("secret-committed", tree)

    assert ("JWT_SECRET_KEY is set in its place by compose.yml" in found.message) is told


def test_what_a_comment_documents_is_no_secret_and_what_is_commented_out_may_be_one(
    inspect: Callable[..., list[Finding]],
) -> None:
    line = f'"secret": "{letters(43)}="'
    shown = f"/**\n * A token.\n```jsonc\n{{ {line} }}\n```\n */\nf();\n// {{ {line} }}\n"

    assert inspect("secret-committed", {"a.ts": shown}) == []
    for text in (f"/* of the wallet\n{line}\n*/\n", f"/** of the wallet */\nconst a = {{ {line} }};\n"):
        assert [one.line for one in inspect("secret-committed", {"a.ts": text})] == [2]


@pytest.mark.parametrize(
    ("asked", "severity"), [("this.configService.get<string>", "error"), ("settings.get", "warning")]
)
def test_what_a_server_of_nest_takes_where_its_environment_says_nothing(
    inspect: Callable[..., list[Finding]], asked: str, severity: str
) -> None:
    text = f"this.key = {asked}('FOOTBALL_API_KEY') || '{hexadecimal(32)}';\n"

    assert [one.severity for one in inspect("secret-committed", {"a.ts": text})] == [severity]


@pytest.mark.parametrize(
    ("main", "told"),
    [
        ("sign(cfg.JWTSecret)", [("warning", "config.go", 4)]),
        ("log(cfg.Environment)", []),  # nobody reads the secret
    ],
)
def test_a_setting_that_is_only_taken_refuses_nothing(
    inspect: Callable[..., list[Finding]], main: str, told: list[tuple[str, str, int]]
) -> None:
    taken = 'return &Config{\n\t\tEnvironment: getEnv("ENVIRONMENT", "production"),\n\t\tJWTSecret:   getEnv("JWT_SECRET", "dev"),\n\t}'
    tree = {
        "go.mod": "module a\n",
        "config.go": f"package a\n{taken}\n",
        "main.go": f"package a\nfunc f() {{ {main} }}\n",
    }

    assert places(inspect("secret-committed", tree)) == told
    tree["config.go"] = f'package a\n{taken}\nif env == "production" {{ stop() }}\n'
    assert inspect("secret-committed", tree) == []


@pytest.mark.parametrize(("path", "told"), [("make_certs.py", "info"), ("certs/server.key", "error")])
def test_a_key_of_which_only_the_beginning_is_shown(
    inspect: Callable[..., list[Finding]], path: str, told: str
) -> None:
    # A head in DER that says that 1,214 bytes follow, and 200 of them.
    body = base64.b64encode(bytes([0x30, 0x82, 0x04, 0xBE]) + _DER).decode()
    text = f'KEY = """{_BEGIN}\n{body[:64]}\n{body[64:]}\n{_END}"""\n'

    assert [one.severity for one in inspect("secret-committed", {path: text})] == [told]


def test_a_key_of_its_whole_length(inspect: Callable[..., list[Finding]]) -> None:
    body = base64.b64encode(bytes([0x30, 0x82, 0x00, 0xC0]) + _DER).decode()

    found = inspect("secret-committed", {"a.py": f'KEY = "{_BEGIN}\\n{body[:64]}\\n{body[64:]}\\n{_END}"\n'})

    assert [one.severity for one in found] == ["error"]


@pytest.mark.parametrize(
    ("comment", "told"),
    [("// the command line's public OAuth client, as in its source", "info"), ("// the client of our shop", "error")],
)
def test_a_client_that_is_said_to_be_public(inspect: Callable[..., list[Finding]], comment: str, told: str) -> None:
    code = f"{comment}\nconst CLIENT_SECRET = 'Zr7nLbQp2x9vHd4cTg8kJm3w';\n"

    assert [one.severity for one in inspect("secret-committed", {"scripts/login.ts": code})] == [told]


@pytest.mark.parametrize(
    ("behind", "told"), [("", 0), ("eyJzdWIiOiI5ODEifQ.c2lnbmVk", 0), ("x9Kq3Zr7nLbQp2x9vHd4c", 1)]
)
def test_what_every_token_begins_with(inspect: Callable[..., list[Finding]], behind: str, told: int) -> None:
    head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    code = f"const accessToken = '{head}{behind}';\n"

    assert len(inspect("secret-committed", {"auth.ts": code})) == told


def test_what_a_manual_shows_as_an_answer(inspect: Callable[..., list[Finding]]) -> None:
    key, ours = ("re_" + text for text in ("c1tPyD8K_NKFusih9vKVqRAQfmFcWCv", "k4tPyD8K_NKFusih9vKVqRAQfmFcWCb"))
    answer = f'<ResponseExample>\n```json\n{{"token": "{key}"}}\n```\n</ResponseExample>\n'

    found = inspect("secret-committed", {"docs/create-key.mdx": answer, "docs/keys.mdx": f"{answer}\nOurs: `{ours}`\n"})

    assert places(found) == [("warning", "docs/keys.mdx", 7)]


@pytest.mark.parametrize(("folder", "told"), [("packages/archive/core", "info"), ("packages/core", "warning")])
def test_what_is_taken_in_a_folder_that_only_keeps(
    inspect: Callable[..., list[Finding]], folder: str, told: str
) -> None:
    code = "const payload = await verify(token, process.env.JWT_SECRET || 'default-secret');\n"

    found = inspect("secret-committed", {f"{folder}/middleware.ts": code})

    assert places(found) == [(told, f"{folder}/middleware.ts", 1)]


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


@pytest.mark.parametrize(
    ("path", "told"), [("android/app/src/main/AndroidManifest.xml", "info"), ("server/places.xml", "error")]
)
def test_a_key_that_every_copy_of_an_app_carries(inspect: Callable[..., list[Finding]], path: str, told: str) -> None:
    text = f'<meta-data android:name="com.google.android.geo.API_KEY" android:value="AIza{letters(35)}" />\n'

    assert places(inspect("secret-committed", {path: text})) == [(told, path, 1)]


@pytest.mark.parametrize(
    ("path", "told"), [("src/a.ts", ["warning"]), ("docs/setup.md", []), ("docs/done.txt", []), (".env.example", [])]
)
def test_a_key_without_the_mark_of_every_whole_one(
    inspect: Callable[..., list[Finding]], path: str, told: list[str]
) -> None:
    text = f"OPENAI_API_KEY = 'sk-proj-{letters(36)}2a3B4c5D'\n"

    assert [one.severity for one in inspect("secret-committed", {path: text})] == told


def test_the_key_of_an_account_in_a_script_that_tries_something(inspect: Callable[..., list[Finding]]) -> None:
    script = f"export CLOUDFLARE_EMAIL=ops@acme.io\nexport CLOUDFLARE_API_KEY={hexadecimal(37)}\n"

    assert places(inspect("secret-committed", {"test_reg.sh": script})) == [("error", "test_reg.sh", 2)]


def test_a_token_that_uploads_stories(inspect: Callable[..., list[Finding]]) -> None:
    manifest = f'{{"scripts": {{"stories": "chromatic --project-token=chpt_{hexadecimal(15)}"}}}}'

    assert places(inspect("secret-committed", {"package.json": manifest})) == [("warning", "package.json", 1)]


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
