"""Forms of secrets, what only looks like one, and how often one is told."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import armored, hexadecimal, letters, web_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


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
    "an expression that takes one apart": "postgresql://[^:]+:([^@]+)@.*",
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


def test_of_a_short_secret_nothing_is_shown(inspect: Callable[..., list[Finding]]) -> None:
    short, long = "".join(map("".join, zip(letters(8), hexadecimal(8), strict=True))), letters(32, "b")
    tree = {"a.sh": f"export DATABASE_URL=postgres://app:{short}@db.acme.io/a\n", "b.sh": f"JWT_SECRET={long}\n"}

    shown = sorted(one.evidence.partition("(")[0] for one in inspect("secret-committed", tree))

    assert shown == ["", f"{long[:4]}... "]
