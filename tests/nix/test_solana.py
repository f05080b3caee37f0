"""The on-chain tools, built from stand-in archives by the derivations that build the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.nix.lab import Lab

pytestmark = [pytest.mark.real("nix"), pytest.mark.real("linux")]

MANIFEST = """
[toolchain]
rust = "1.97.1"
solana = "4.3.0"
anchor = "1.2.0"
platform-tools = ["1.57", "1.52"]
"""


@pytest.fixture(scope="module")
def programs(lab: Lab) -> Path:
    return lab.adopt(lab.folder / "programs", MANIFEST)


def in_shell(lab: Lab, root: Path, *argv: str, code: int = 0, **variables: str) -> str:
    done = lab.run("nix", "develop", "--quiet", ".#solana", "-c", *argv, cwd=root, code=code, env=variables)
    return done.stdout + done.stderr


def test_cargo_build_sbf_runs_with_pinned_tools_and_without_rustup(lab: Lab, programs: Path, tmp_path: Path) -> None:
    said = in_shell(
        lab, programs, "cargo-build-sbf", "build-sbf", "--version", HOME=str(tmp_path), RUSTUP_TOOLCHAIN="x"
    )
    assert said.splitlines() == [
        "cargo-build-sbf 4.4.0 (stand-in)",
        "arguments: --skip-tools-install --no-rustup-override --version",
        "rustc: rustc of platform-tools 1.57",
        "toolchain: unset",
    ]
    for version in ("1.57", "1.52"):
        link = tmp_path / f".cache/solana/v{version}/platform-tools"
        assert link.is_symlink()
        assert link.resolve().is_relative_to(lab.folder / "store")
        assert (link / "version.md").read_text() == version


def test_anchor_build_gets_the_version_that_it_names(lab: Lab, programs: Path, tmp_path: Path) -> None:
    said = in_shell(lab, programs, "anchor", "build", HOME=str(tmp_path))
    assert "rustc: rustc of platform-tools 1.52" in said
    assert "arguments: --skip-tools-install --no-rustup-override --tools-version v1.52" in said


def test_the_manifest_of_a_program_may_choose_its_tools(lab: Lab, programs: Path, tmp_path: Path) -> None:
    cargo = programs / "Cargo.toml"
    cargo.write_text('[package.metadata.solana]\ntools-version = "v1.52"\n')
    said = in_shell(lab, programs, "cargo-build-sbf", "--", "--tools-version", "v9", HOME=str(tmp_path))
    cargo.unlink()
    assert "rustc: rustc of platform-tools 1.52" in said, "what stands behind -- is cargo's"


def test_tools_that_are_not_pinned_are_refused_and_not_downloaded(lab: Lab, programs: Path, tmp_path: Path) -> None:
    said = in_shell(lab, programs, "cargo-build-sbf", "--tools-version=v1.48", code=1, HOME=str(tmp_path))
    assert "platform-tools v1.48 are not pinned here (there are: 1.57, 1.52)" in said


def test_folders_and_links_that_somebody_made_stay(lab: Lab, programs: Path, tmp_path: Path) -> None:
    cache = tmp_path / ".cache/solana"
    (cache / "v1.57/platform-tools").mkdir(parents=True)
    (cache / "v1.52").mkdir()
    (cache / "v1.52/platform-tools").symlink_to(tmp_path)
    in_shell(lab, programs, "cargo-build-sbf", "--version", HOME=str(tmp_path))
    assert not (cache / "v1.57/platform-tools").is_symlink()
    assert (cache / "v1.52/platform-tools").readlink() == tmp_path
    # A link into a store whose target was collected is ours to mend.
    (cache / "v1.52/platform-tools").unlink()
    (cache / "v1.52/platform-tools").symlink_to(lab.folder / "store/00000000000000000000000000000000-collected")
    in_shell(lab, programs, "cargo-build-sbf", "--version", HOME=str(tmp_path))
    assert (cache / "v1.52/platform-tools/version.md").read_text() == "1.52"


def test_programs_are_patched_and_what_nobody_needs_is_left_out(lab: Lab, programs: Path) -> None:
    agave = lab.nix_run("build", "--no-link", "--print-out-paths", ".#agave", cwd=programs)
    lab.run(f"{agave}/bin/solana", "--version", cwd=programs)  # its loader was nowhere before
    listing = lab.run("find", agave, cwd=programs).stdout
    assert "perf-libs" not in listing
    tools = lab.nix_run("build", "--no-link", "--print-out-paths", ".#platform-tools_1_52", cwd=programs)
    listing = lab.run("find", tools, cwd=programs).stdout
    assert ("liblldb" in listing, "llvm/bin/clang" in listing) == (False, True)


def test_the_tool_that_agave_3_bundles_is_behind_the_same_wrapper(lab: Lab, tmp_path: Path) -> None:
    root = lab.adopt(lab.folder / "programs-3", '[toolchain]\nsolana = "3.1.10"\nplatform-tools = "1.52"\n')
    said = in_shell(lab, root, "cargo-build-sbf", "--version", HOME=str(tmp_path))
    assert "arguments: --skip-tools-install --no-rustup-override --version" in said
    assert "rustc: rustc of platform-tools 1.52" in said
