"""What a program takes for a secret where nobody set one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import hexadecimal, letters, web_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


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


@pytest.mark.parametrize(("folder", "told"), [("packages/archive/core", "info"), ("packages/core", "warning")])
def test_what_is_taken_in_a_folder_that_only_keeps(
    inspect: Callable[..., list[Finding]], folder: str, told: str
) -> None:
    code = "const payload = await verify(token, process.env.JWT_SECRET || 'default-secret');\n"

    found = inspect("secret-committed", {f"{folder}/middleware.ts": code})

    assert places(found) == [(told, f"{folder}/middleware.ts", 1)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("env = environ.Env(DEBUG=(bool, False), SECRET_KEY=(str, 'secret_key'))", 1),
        ("SECRET_KEY = os.environ.get('SECRET_KEY', 'change me')", 1),
        ("SECRET_KEY = env('DJANGO_SECRET_KEY', default='change me')", 1),
        ("SECRET_KEY = env('SECRET_KEY')", 0),
        ("env = environ.Env(SECRET_KEY=(str, ''))", 0),
        ("KEY = os.environ.get('MINIO_SECRET_KEY', 'minioadmin')", 0),
        ("SECRET_KEY = os.getenv('SECRET_KEY', 'x1')\nif not DEBUG and SECRET_KEY == 'x1':\n    raise ValueError", 0),
    ],
)
def test_what_django_signs_with(inspect: Callable[..., list[Finding]], line: str, told: int) -> None:
    found = inspect("secret-committed", {"app": {"pyproject.toml": "", "settings.py": f"{line}\n"}})

    assert ["where" in one.message for one in found] == [True] * told


def test_what_callers_send_counts_where_it_is_looked_at(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "client.ts": "ask({ 'x-secret': process.env.INTERNAL_SERVICE_SECRET || 'harbor' });\n",
        "guard.py": "def allowed(sent):\n    expected = os.getenv('INTERNAL_SERVICE_SECRET', 'harbor')\n    return sent == expected\n",
        "hook.ts": "const key = process.env.ORDER_WEBHOOK_SECRET ?? 'harbor';\nexport const sum = createHmac('sha256', key);\n",
        "login.ts": "const s = process.env.LOGIN_CLIENT_SECRET || 'harbor';\nexport const ok = s === given;\n",
    }

    (found,) = inspect("secret-committed", tree)

    assert (found.severity, found.evidence) == ("warning", "guard.py:2, hook.ts:1")


def test_one_secret_that_is_refused_says_nothing_of_another(inspect: Callable[..., list[Finding]]) -> None:
    code = "if (!process.env.JWT_SECRET) stop();\nconst a = process.env.JWT_SECRET ?? 'dev';\n"
    tree = {
        "a.ts": code,
        "b.ts": "sign(x, process.env.SESSION_SECRET ?? 'dev');\n",
        "package.json": "{}",
    }

    assert places(inspect("secret-committed", tree)) == [("warning", "b.ts", 1)]
