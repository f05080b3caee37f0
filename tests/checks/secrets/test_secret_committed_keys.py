"""Whose a key or a token is, how long it holds, and whether all of it is there."""

from __future__ import annotations

import base64
from hashlib import sha512
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import armored, hexadecimal, letters, web_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


_BEGIN, _END = (f"-----{word} PRIVATE" + " KEY-----" for word in ("BEGIN", "END"))
_DER = b"".join(sha512(letter).digest() for letter in (b"a", b"b", b"c"))


def test_keys_that_apps_show_are_only_told(inspect: Callable[..., list[Finding]]) -> None:
    key = "AI" + "za" + letters(35, "g")

    found = inspect(
        "secret-committed", {"web.js": f'const c = {{ apiKey: "{key}", authDomain: "a.firebaseapp.com" }};\n'}
    )

    assert [one.severity for one in found] == ["info"]


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


def test_a_token_that_uploads_stories(inspect: Callable[..., list[Finding]]) -> None:
    manifest = f'{{"scripts": {{"stories": "chromatic --project-token=chpt_{hexadecimal(15)}"}}}}'

    assert places(inspect("secret-committed", {"package.json": manifest})) == [("warning", "package.json", 1)]
