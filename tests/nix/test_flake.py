"""The flake with a real Nix: evaluated for four systems, built and entered on this one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.nix.lab import ROOT, SYSTEM, SYSTEMS, Lab

pytestmark = [pytest.mark.real("nix"), pytest.mark.real("linux")]

MANIFEST = """
[toolchain]
node = "22"
python = "3.12"
rust = "1.97.1"
uv = "0.13.9"

[packages]
hello = "*"

[env]
GREETING = "two words, and an apostrophe: it's"
"""


@pytest.fixture(scope="module")
def adopted(lab: Lab) -> Path:
    """A second repository, in a place like iCloud Drive's."""
    return lab.adopt(lab.folder / "Mobile Documents/com~apple/a repo", MANIFEST)


def test_the_lock_fits_the_flake_and_is_complete(lab: Lab, tmp_path: Path) -> None:
    for name in ("flake.nix", "flake.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    lab.nix_run("flake", "lock", "--no-update-lock-file", f"path:{tmp_path}", cwd=tmp_path)
    nodes = json.loads((ROOT / "flake.lock").read_bytes())["nodes"]
    assert set(nodes) == {"root", "nixpkgs", "rust-overlay"}
    for name in ("nixpkgs", "rust-overlay"):
        locked = nodes[name]["locked"]
        assert (locked["type"], len(locked["rev"]), len(locked["narHash"])) == ("github", 40, len("sha256-") + 44)


def test_every_system_evaluates(lab: Lab) -> None:
    lab.nix_run("flake", "check", "--all-systems", "--no-build", cwd=lab.toolkit)
    shown = json.loads(lab.nix_run("flake", "show", "--json", "--all-systems", cwd=lab.toolkit))
    outputs = shown.get("inventory", shown)
    assert {"apps", "checks", "devShells", "formatter", "lib", "packages", "templates"} <= set(outputs)
    for system in SYSTEMS:
        facts = json.loads(lab.nix_run("eval", "--json", f".#legacyPackages.{system}.toolkitInfo", cwd=lab.toolkit))
        assert facts["missing"] == {}
        assert {"node", "rust", "python", "agave", "anchor", "cargo-build-sbf"} <= set(facts["tools"])
        names = json.loads(
            lab.nix_run("eval", "--json", f".#devShells.{system}", "--apply", "builtins.attrNames", cwd=lab.toolkit)
        )
        assert names == ["ci", "default", "node", "python", "rust", "solana"]


def test_this_repository_passes_its_own_checks(lab: Lab) -> None:
    names = [f".#checks.{SYSTEM}.{name}" for name in ("tests", "formatting", "manifest")]
    lab.nix_run("build", "--no-link", "--print-build-logs", *names, cwd=lab.toolkit)


def test_a_tool_that_a_system_cannot_have_is_a_sentence(lab: Lab) -> None:
    root = lab.adopt(
        lab.folder / "old-anchor", '[toolchain]\nsolana = "3.1.10"\nanchor = "1.1.2"\nplatform-tools = ["1.52"]\n'
    )
    lab.nix_run("flake", "check", "--all-systems", "--no-build", cwd=root)
    where = "legacyPackages.aarch64-linux.toolkitInfo.missing"
    missing = json.loads(lab.nix_run("eval", "--json", f".#{where}", cwd=root))
    assert set(missing) == {"agave", "anchor", "cargo-build-sbf"}
    assert "Agave publishes no binaries for Linux on ARM" in missing["agave"]


def test_the_checks_of_an_adopted_repository_pass_and_find_a_wrong_key(lab: Lab, adopted: Path) -> None:
    lab.nix_run("flake", "check", cwd=adopted)
    manifest = adopted / "toolkit.toml"
    manifest.write_text(MANIFEST + "\n[bootstrap]\njbos = 2\n")
    done = lab.run("nix", "flake", "check", "--print-build-logs", cwd=adopted, code=None)
    manifest.write_text(MANIFEST)
    assert (done.returncode != 0, 'unknown key "bootstrap.jbos"' in done.stderr) == (True, True)


def test_a_shell_has_what_it_names_and_passes_the_exit_code_on(lab: Lab, adopted: Path) -> None:
    script = 'printf "%s\\n" "$GREETING" "$(node)" "$(hello)" "$(rustc)" "$TOOLKIT_SHELL" "${RUSTUP_TOOLCHAIN-unset}" "$NIX_LDFLAGS"; exit 7'
    done = lab.run(
        "nix", "develop", "--quiet", "-c", "sh", "-c", script, cwd=adopted, code=7, env={"RUSTUP_TOOLCHAIN": "nightly"}
    )
    lines = done.stdout.splitlines()
    greeting = "two words, and an apostrophe: it's"
    assert lines[:6] == [greeting, "v22.23.2", "hello, stub", "rustc 1.97.1 (stand-in)", "default", "unset"]
    assert "Mobile Documents" not in lines[6], "a space in the linker's flags breaks every link"
    variables = json.loads(lab.nix_run("print-dev-env", "--json", ".#node", cwd=adopted))["variables"]
    assert variables["TOOLKIT_SHELL"] == {"type": "exported", "value": "node"}
    assert lab.run(
        "nix", "develop", "--quiet", ".#node", "-c", "sh", "-c", "command -v rustc | grep store", cwd=adopted, code=1
    )


def test_apps_run_in_the_current_repository(lab: Lab, adopted: Path) -> None:
    assert "Install every subproject" in lab.nix_run("run", ".#bootstrap", "--", "--help", cwd=adopted)
    assert lab.run("nix", "run", "--quiet", ".#toolkit", "--", "projects", cwd=adopted)


def test_the_packaged_toolkit_is_compiled(lab: Lab) -> None:
    package = Path(lab.nix_run("build", "--no-link", "--print-out-paths", ".#toolkit", cwd=lab.toolkit))
    modules = list(package.glob("lib/toolkit/**/*.py"))
    caches = list(package.glob("lib/toolkit/**/*.pyc"))
    assert len(modules) == len(caches) > 0
    # Flags 1 of PEP 552: by hash, never compared; the store gives every file the same time.
    assert {cache.read_bytes()[4:8] for cache in caches} == {(1).to_bytes(4, "little")}


def test_node_moves_shell_and_providers_together(lab: Lab, adopted: Path) -> None:
    from toolkit.context import Context
    from toolkit.extension import ToolNeed
    from toolkit.features.toolchain.toolbox import Tools

    manifest = adopted / "toolkit.toml"
    seen = []
    for wanted in ("22", "24", "22.22.3"):
        manifest.write_text(MANIFEST.replace('node = "22"', f'node = "{wanted}"'))
        shell = lab.nix_run("develop", ".#ci", "-c", "node", cwd=adopted)
        pinned = Tools(Context(adopted), "pinned").choose(ToolNeed("node")).version
        seen.append((shell, f"v{pinned}"))
    manifest.write_text(MANIFEST)
    assert seen == [("v22.23.2",) * 2, ("v24.19.0",) * 2, ("v22.22.3",) * 2]


def test_a_version_that_nobody_has_is_named(lab: Lab) -> None:
    root = lab.adopt(lab.folder / "old-node", '[toolchain]\nnode = "18"\n')
    facts = json.loads(lab.nix_run("eval", "--json", f".#legacyPackages.{SYSTEM}.toolkitInfo", cwd=root))
    assert "node 18 is neither in pins.json" in facts["missing"]["node"]
    done = lab.run("nix", "develop", "--quiet", "-c", "true", cwd=root)
    assert f"toolkit: node is not in this shell on {SYSTEM}: node 18 is neither" in done.stderr


def test_the_two_places_of_rust_must_agree(lab: Lab) -> None:
    files = {"rust-toolchain.toml": '[toolchain]\nchannel = "1.89.0"\n'}
    root = lab.adopt(lab.folder / "two-rusts", '[toolchain]\nrust = "1.97.1"\n', **files)
    said = lab.nix_run("develop", ".#rust", "-c", "true", cwd=root, code=1)
    assert "toolkit.toml pins rust 1.97.1, rust-toolchain.toml says 1.89.0" in said
    (root / "toolkit.toml").write_text('[toolchain]\nrust = "1.89.0"\n')
    assert lab.nix_run("develop", ".#rust", "-c", "rustc", cwd=root) == "rustc 1.89.0 (stand-in)"


@pytest.mark.parametrize("name", ["monorepo", "node", "rust", "anchor", "python"])
def test_templates_pass_their_own_check(lab: Lab, name: str) -> None:
    root = lab.folder / f"from-{name}"
    root.mkdir()
    lab.nix_run("flake", "init", "-t", f"toolkit#{name}", cwd=root)
    assert sorted(path.name for path in root.iterdir()) == [
        ".envrc",
        ".github",
        "flake.nix",
        "tasks.py",
        "toolkit.toml",
    ]
    (root / "nix").mkdir()
    (root / "nix/pins.json").write_text(json.dumps({"schema_version": 1, "tools": lab.pins}))
    flake = (root / "flake.nix").read_text()
    (root / "flake.nix").write_text(flake.replace("flake:toolkit", f"git+file://{lab.toolkit}"))
    lab.commit(root)
    lab.nix_run("flake", "lock", cwd=root)
    lab.commit(root)
    lab.nix_run("flake", "check", cwd=root)


def test_the_formatter_formats_what_it_is_given(lab: Lab, adopted: Path) -> None:
    file = adopted / "ugly.py"
    file.write_text("x = {  'a':1 }\n")
    lab.nix_run("fmt", "--", "ugly.py", cwd=adopted)
    text = file.read_text()
    file.unlink()
    assert text == 'x = {"a": 1}\n'


def test_no_derivation_depends_on_the_rest_of_the_tree(lab: Lab, adopted: Path) -> None:
    where = f".#devShells.{SYSTEM}.default.drvPath"
    before = lab.nix_run("eval", "--raw", where, cwd=adopted)
    (adopted / "README.md").write_text("another tree\n")
    lab.run("git", "add", "README.md", cwd=adopted)
    after = lab.nix_run("eval", "--raw", where, cwd=adopted)
    lab.run("git", "rm", "--quiet", "--force", "README.md", cwd=adopted)
    assert before == after
