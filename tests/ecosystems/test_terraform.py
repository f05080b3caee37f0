from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only, told
from toolkit.ecosystems.terraform import Terraform
from toolkit.extension import Install, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository, Tree

LEAF = Terraform()
PROVIDER = 'terraform {\n  required_version = ">= 1.5"\n  required_providers {\n    null = { source = "hashicorp/null", version = "~> 3.2" }\n  }\n}\nresource "null_resource" "x" {}\n'


def test_roots_are_told_from_modules(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "live": {"main.tf": 'module "net" {\n  source = "../modules/net"\n}\nprovider "aws" {}\n'},
        "state": {"backend.tf": 'terraform {\n  backend "s3" {}\n}\n'},
        "locked": {".terraform.lock.hcl": "", "main.tf": 'resource "null_resource" "x" {}\n'},
        "modules": {"net": {"versions.tf": PROVIDER, "main.tf": ""}, "unused": {"main.tf": PROVIDER}},
        "called": {"main.tf": PROVIDER},
        "caller": {"main.tf": 'module "x" {\n  source = "../called"\n}\n'},
        "tested": {"main.tf": PROVIDER},
        "tests": {"fixture": {"main.tf": 'module "x" {\n  source = "../../tested"\n}\n'}},
        "only-variables": {"variables.tf": 'variable "x" {}\n'},
        "broken": {"main.tf": 'provider "aws" {\n', ".terraform.lock.hcl": ""},
    }
    context, found = discovered(LEAF, repository(tree).root)
    problems = {path: item.problem for path, item in found.items() if item.problem}
    assert set(found) == {"live", "state", "locked", "caller", "tested", "broken"}
    assert list(problems) == ["broken"]
    assert found["live"].inputs == ("modules/net/main.tf", "modules/net/versions.tf")
    assert (found["tested"].version, found["tested"].manifest) == (">= 1.5", "tested/main.tf")
    lacking = {path for path, item in found.items() if LEAF.lacks_lock(context, item)}
    assert lacking == {"live", "caller", "tested"}


def test_opentofu_where_its_registry_locked(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lock = 'provider "registry.opentofu.org/hashicorp/null" {\n  version = "3.2.4"\n}\n'
    _, subproject = only(LEAF, repository({"main.tf": PROVIDER, ".terraform.lock.hcl": lock}).root)
    assert (subproject.choice.value, subproject.choice.rule) == ("tofu", "registry of the lock file")
    tool = tmp_path / "bin" / "tofu"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    git = os.path.dirname(shutil.which("git") or "")
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{git}")
    if shutil.which("terraform"):
        pytest.skip("terraform lies in git's folder")
    _, subproject = only(LEAF, repository({"main.tf": PROVIDER}, name="other").root)
    assert (subproject.choice.value, subproject.choice.rule) == ("tofu", "terraform is not on PATH")


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of providers in place of the registry; ``init`` unpacks a provider and does not run it."""
    folder = tmp_path / "mirror"
    for platform in ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"):
        program = folder / f"registry.terraform.io/hashicorp/null/3.2.4/{platform}/terraform-provider-null_v3.2.4_x5"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\n# {platform}\nexit 1\n")
        program.chmod(0o755)
    settings = tmp_path / "terraform.rc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}"\n  }}\n}}\n')
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(settings))
    return folder


@pytest.mark.real("terraform")
def test_install_from_the_lock(repository: Callable[..., Repository], mirror: Path) -> None:
    child: Tree = {"main.tf": 'output "x" {\n  value = 1\n}\n'}
    made = repository({"live": {"main.tf": PROVIDER + 'module "child" {\n  source = "../child"\n}\n'}, "child": child})
    context, subproject = only(LEAF, made.root)
    assert LEAF.lacks_lock(context, subproject)
    unlocked = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert (
        told(LEAF, unlocked)[0] == "the providers that the configuration asks for are not those of .terraform.lock.hcl"
    )

    lock = LEAF.lock(context, subproject)
    steps = [
        type(step)((*step.argv, *((f"-fs-mirror={mirror}",) if "lock" in step.argv else ())), step.cwd, step.env)
        for step in lock.steps
    ]
    done = carry_out(made.root, Install(lock.tools, tuple(steps)))
    assert done.ok, done.error_text
    text = (made.root / "live/.terraform.lock.hcl").read_text()
    assert text.count("h1:") == 4

    shutil.rmtree(made.root / "live/.terraform")
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject) == "registry.terraform.io/hashicorp/null 3.2.4 is not in .terraform"
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    (made.root / "live/.terraform/modules/modules.json").unlink()
    assert LEAF.missing(context, subproject) == "its modules are not installed"

    made.write({"live": {"main.tf": PROVIDER.replace("~> 3.2", "~> 4.0")}})
    context, subproject = only(LEAF, made.root)
    stale = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert told(LEAF, stale)[0].endswith("null 3.2.4, which the configuration does not allow any more")
    made.write({"live": {"main.tf": PROVIDER.replace(">= 1.5", ">= 99")}})
    assert told(LEAF, carry_out(made.root, LEAF.install(context, subproject, Request())))[0].startswith(
        "the configuration does not allow Terraform 1"
    )


def test_offline_takes_the_users_plugin_cache(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository({"main.tf": PROVIDER}).root
    context, subproject = only(LEAF, root)
    assert LEAF.install(context, subproject, Request(offline=True)).note.startswith("terraform has no offline mode")
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", "/somewhere/plugins")
    context, subproject = only(LEAF, root)
    assert (
        LEAF.install(context, subproject, Request(offline=True)).steps[0].argv[-1] == "-plugin-dir=/somewhere/plugins"
    )


@pytest.mark.real("terraform")
def test_tasks(repository: Callable[..., Repository]) -> None:
    made = repository({"main.tf": 'terraform {\n  backend "local" {}\n}\n  resource "terraform_data" "x" {}\n'})
    context, subproject = only(LEAF, made.root)
    assert not LEAF.lacks_lock(context, subproject)
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    (lint,) = LEAF.tasks(context, subproject, "lint")
    (check,) = LEAF.tasks(context, subproject, "typecheck")
    assert not carry_out(made.root, Install((), (lint,))).ok
    assert carry_out(made.root, Install((), (check,))).ok
    assert LEAF.tasks(context, subproject, "build") == ()


def test_a_registry_out_of_reach_is_a_network_failure() -> None:
    log = """Could not retrieve the list of available versions for provider
hashicorp/null: could not connect to HOST: failed to request
discovery document: Get
"ADDRESS/.well-known/terraform.json": dial tcp: lookup
HOST: no such host"""
    assert any(text in log for text in LEAF.network_errors)
    assert LEAF.diagnose(log) == ("", "")
