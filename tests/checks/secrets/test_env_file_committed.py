"""Environment files in git."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.secrets import hexadecimal, letters
from toolkit.model import RunCommand, WriteFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding


def test_by_what_they_hold(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "api": {".env": f"A=1\nJWT_SECRET={letters(32)}\n"},
        "web": {".env.production": "API=https://x.io\nDB_PASSWORD=monitoring_password\n"},
        "app": {".env": "VITE_TITLE=Hello\nEMPTY=\n"},
        "edge": {".dev.vars": "REGION=eu-central-1\n"},
        "svc": {".env.test": "DB=local\n"},
    }

    assert places(inspect("env-file-committed", tree)) == [
        ("error", "api/.env", 2),
        ("info", "app/.env", 0),
        ("info", "edge/.dev.vars", 0),
        ("info", "svc/.env.test", 0),
        ("warning", "web/.env.production", 0),
    ]


def test_words_with_a_number_are_words(inspect: Callable[..., list[Finding]]) -> None:
    made_up = "POSTGRES_PASSWORD=acme_dev2_password\nJWT_SECRET=dev2_jwt_secret_change_in_production\n"
    tree = {"a": {".env-dev2": made_up}, "b": {".env-dev2": f"JWT_SECRET={letters(32)}\n"}}

    assert [(one.severity, one.path) for one in inspect("env-file-committed", tree)] == [
        ("error", "b/.env-dev2"),
        ("warning", "a/.env-dev2"),
    ]


def test_one_for_a_folder_of_settings(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"env": {f".env.{name}": "RPC=x\n" for name in ("a", "b", "c")}}

    assert places(inspect("env-file-committed", tree)) == [("info", "env/.env.a", 0)]


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".env.example": "A=1",
        ".env.sample": "",
        ".env.template": "",
        ".env.ts": "",
        ".envrc": "use flake",
        "env.d.ts": "",
    }

    assert inspect("env-file-committed", tree, loose={".env": "A=1"}) == []


def test_out_of_the_index(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("env-file-committed", {"a b": {".env": "HOST=x"}})

    argv = ("git", "rm", "--cached", "--quiet", "--", "a b/.env")
    command = RunCommand(argv, ".", "a b/.env is not for everybody", changes="a b/.env")
    assert [(fix.safety, fix.actions) for fix in found.fixes] == [
        ("unsafe", (command, WriteFile(".gitignore", b"/a b/.env\n", None)))
    ]


def test_a_folder_of_settings_may_be_meant_for_everybody(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("env-file-committed", {"env": {f".env.{name}": "RPC=x\n" for name in ("a", "b")}})

    assert [(fix.safety, fix.actions) for fix in found.fixes] == [("manual", ())]


def test_other_names_and_keys_of_wallets(inspect: Callable[..., list[Finding]]) -> None:
    secret = f"JWT_SECRET={letters(40)}\n"
    tree = {
        "prod.env": secret,
        ".prod.env.local": secret.replace("JWT", "MAIL"),
        ".envrc": f"export {secret}",
        "settings.env": "PORT=1\n",
        "prod.enc.env": "API_KEY=ENC[AES256_GCM,data:" + letters(40) + "]\n",
        "chain": {".env": "DEPLOYER_PK=" + hexadecimal(64) + "\n"},
    }

    assert sorted((one.severity, one.path) for one in inspect("env-file-committed", tree)) == [
        ("error", ".envrc"),
        ("error", ".prod.env.local"),
        ("error", "chain/.env"),
        ("error", "prod.env"),
    ]


def test_addresses_with_a_password_templates_and_ignored_files(inspect: Callable[..., list[Finding]]) -> None:
    masked = "API_KEY=" + "*" * 20 + "\nSMTP_PASSWORD=" + "*" * 20 + "\n"
    tree = {
        "a": {".env.staging": f"PORT=1\nMONGO_URL=mongodb://app:{letters(4)}x9Q4nLz@10.0.1.20:27017/app\n"},
        "b": {".env.server": f"{masked}OIDC_CLIENT_SECRET={letters(32)}\n"},
        "c": {".env.server": f"{masked}PORT=1\n"},
        "shop": {".env": f"SHOPIFY_API_KEY={hexadecimal(32)}\nSHOPIFY_PIXEL_ID=51815e62\nAPP_ENV=live\n"},
        "web": {".env": "SECRET_KEY=changethis\nURL=http://localhost:8000\n"},
    }

    assert places(inspect("env-file-committed", tree)) == [
        ("error", "a/.env.staging", 2),
        ("warning", "b/.env.server", 3),
        ("info", "c/.env.server", 0),
        ("info", "shop/.env", 0),
        ("info", "web/.env", 0),
    ]


def test_what_rules_ignore_was_not_meant_to_be_tracked(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.checks.secrets.env_file_committed.ruled_out", lambda _, paths: frozenset(paths))
    tree = {
        "config": {"production.env": "QUEUE=orders\n"},
        "node": {".env": "export PORT=8081\nDEBUG=true\nNODE_URL=https://api.acme.io\n"},
        "web": {".env": "DB_USER=shop\n"},
    }

    assert places(inspect("env-file-committed", tree)) == [
        ("warning", "config/production.env", 0),
        ("info", "node/.env", 0),
        ("warning", "web/.env", 0),
    ]


def test_production_without_a_secret_is_nothing_to_take_out(inspect: Callable[..., list[Finding]]) -> None:
    given = "BUCKET=shop-pages\nNEXT_PUBLIC_FLAG=true\n"
    tree = {
        "api": {".env.production": given},
        "made-up": {".env.production": f"{given}FIELD_ENCRYPTION_KEY=dev-field-key-32bytes!\n"},
        "poor": {".env.production": f"{given}DB_PASSWORD=monitoring_password\n"},
    }

    assert places(inspect("env-file-committed", tree)) == [
        ("info", "api/.env.production", 0),
        ("info", "made-up/.env.production", 0),
        ("warning", "poor/.env.production", 0),
    ]


def test_of_one_folder_the_gravest(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".env.a": "PORT=1\n", ".env.b": "DB_PASSWORD=monitoring_password\n"}

    assert places(inspect("env-file-committed", tree)) == [("warning", ".env.b", 0)]


def test_settings_of_a_machine_of_ones_own(inspect: Callable[..., list[Finding]]) -> None:
    stores = "DATABASE_URL=postgres://app:app@db:5432/app\nREDIS_HOST=localhost\n"
    key = f"ROOT_KEY_SECRET={letters(32)}\n"
    tree = {
        "a": {".env": stores + key, ".env.production": stores + f"JWT_SECRET={letters(36)}\n"},
        "b": {".env": stores + "DB_PASSWORD=monitoring_password\n"},
        "d": {".env.test": f"APP_DATABASE_URL_SECRET={letters(44)}\n"},
        "e": {".env.test": f"HARBOR_API_KEY={letters(44)}\n"},
        "c": {".env": f"JWT_SECRET={letters(40)}\n", ".env.example": f"JWT_SECRET={letters(40)}\n"},
    }

    assert places(inspect("env-file-committed", tree)) == [
        ("warning", "a/.env", 3),
        ("error", "a/.env.production", 3),
        ("info", "b/.env", 0),
        ("info", "c/.env", 1),
        ("info", "d/.env.test", 1),
        ("warning", "e/.env.test", 1),
    ]


def test_a_form_whose_secrets_are_open(inspect: Callable[..., list[Finding]]) -> None:
    form = "DB_USER=channel\nRPC_URL=rpc_url_of_devnet\nPOSTGRES_PASSWORD=\nJWT_SECRET=\n"
    tree = {"a": {".env.devnet": form}, "b": {".env.devnet": form.replace("JWT_SECRET=", "JWT_SECRET=x9Kq2mZ4")}}

    assert [(one.severity, one.path) for one in inspect("env-file-committed", tree)] == [
        ("warning", "b/.env.devnet"),
        ("info", "a/.env.devnet"),
    ]


def test_what_only_who_has_the_key_reads(inspect: Callable[..., list[Finding]]) -> None:
    sops = "API_KEY=ENC[AES256_GCM,data:IkeN,iv:p6B6,tag:x,type:str]\nLEVEL=info\nsops_version=3.9.0\n"
    dotenvx = "DOTENV_PUBLIC_KEY=02ab\nAPI_KEY=encrypted:BDqD\n"
    plain = f"{sops}SESSION_SECRET=Zr7nLbQp2x9vHd4cTg8kJm3w\n"

    found = inspect("env-file-committed", {"a": {".env": sops}, "b": {".env": dotenvx}, "c": {".env": plain}})

    assert places(found) == [("error", "c/.env", 4)]


@pytest.mark.parametrize(
    ("text", "told"), [("COMPOSE_PROJECT_NAME=shop\n", "info"), ("COMPOSE_PROJECT_NAME=shop\nMODE=fast\n", "warning")]
)
def test_settings_of_tools_that_rules_ignore(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setattr("toolkit.checks.secrets.env_file_committed.ruled_out", lambda _, paths: frozenset(paths))

    assert places(inspect("env-file-committed", {".env": text})) == [(told, ".env", 0)]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("API_GATEWAY_URL='http://localhost:8080'\n", "info"),
        ("SUPABASE_URL=https://abc.supabase.co\nSUPABASE_PUBLISHABLE_KEY=sb_publishable_x\n", "info"),
        ("PROGRAM_ID=9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin\n", "info"),
        ("PORT=3000\nLOG_LEVEL=debug\n", "warning"),
    ],
)
def test_settings_that_everybody_may_read(inspect: Callable[..., list[Finding]], text: str, severity: str) -> None:
    assert places(inspect("env-file-committed", {".env": text}, loose={".gitignore": ".env\n"})) == [
        (severity, ".env", 0)
    ]


def test_the_files_of_many_services_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    names = ("auth", "orders", "users")
    tree = {f"services/{name}/.env": f"SERVICE={name}\nPORT=1\n" for name in names}
    found = inspect("env-file-committed", tree, loose={".gitignore": ".env\n"})

    assert places(found) == [("warning", "services/auth/.env", 0)]
    assert "and so are 2 more" in found[0].message
    assert [one.path for one in found[0].related] == [f"services/{name}/.env" for name in names]


def test_what_says_that_it_is_to_be_copied_and_addresses_of_stores_nearby(
    repository: Callable[..., Repository],
) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection

    body = "QUEUE_PASSWORD=guest_of_queue\nREGION=eu-1\n"
    made = repository(
        {
            "a": {".env.dev": f"# Settings of one's own machine\n# Copy to .env and start\n{body}"},
            "b": {".env.dev": f"# Made by the copy job\n{body}"},
            "c": {".env": 'DATABASE_URL="postgresql://user:password@localhost:5433/shop"\n'},
            "d": {".env": 'DATABASE_URL="postgresql://user:password@localhost:5433/shop"\nMODE=slow\n'},
        }
    )
    made.write({".gitignore": ".env\n"})
    made.git("add", "--force", ".")
    made.commit()
    found = places(load("env-file-committed").run(Inspection(made.root, {})))

    assert found == [
        ("info", "a/.env.dev", 0),
        ("warning", "b/.env.dev", 0),
        ("info", "c/.env", 0),
        ("warning", "d/.env", 0),
    ]
