"""Secrets in configuration, and references to them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import hexadecimal, letters

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
        ("values.yaml", "existingSecret: my-release-secret\nsecretName: a-name-of-32-characters-0123456\n"),
        ("values.yaml", "password: changeme-please-123\ntoken: <your token here>\napiKey: your-api-key-1234567\n"),
        ("values.yaml", "token_url: https://login.acme.io/oauth/token\nclientSecret: vault:secret/data/app#key\n"),
        ("settings.yaml", f"sops: {{mac: x}}\npassword: ENC[AES256_GCM,data:{SECRET}]\n"),
        ("main.tf", 'resource "x" "y" {\n  password = var.password\n  token = data.vault.x\n  key = "k"\n}\n'),
        ("locales/de.yml", "password: Passwort-1234567890-vergessen\n"),
        ("Anchor.toml", f'[programs.localnet]\nmy_token = "{letters(44).replace("0", "x")}"\n'),
        ("token-config.json", f'{{\n  "token": "0x{hexadecimal(63)}",\n  "token": "ibc/{hexadecimal(64)}"\n}}\n'),
        ("broken.yaml", f"a: [\npassword: {SECRET}\n"),
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], path: str, text: str) -> None:
    assert inspect("secret-in-config", {path: text}) == []


def test_a_poor_password_is_only_told(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"compose.yml": "services: {db: {environment: {POSTGRES_PASSWORD: postgres}}}\n"}

    assert places(inspect("secret-in-config", tree)) == [("info", "compose.yml", 1)]
