"""A real Nix, a stand-in nixpkgs and stand-in archives: everything offline, nothing outside of two folders.

Nix itself comes from Debian packages (``get-nix.sh``), once for every run on this machine; store, state and home
are the run's own. ``tests/nix/stub`` says what the stand-in nixpkgs is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SYSTEM = f"{os.uname().machine}-linux"
SYSTEMS = ("x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin")
HANDED_OUT = (
    "flake.nix",
    "flake.lock",
    "nix",
    "toolkit",
    "templates",
    "toolkit.toml",
    "tasks.py",
    ".envrc",
    "tests",
    "pyproject.toml",
)

NODES = ("22.22.3", "22.23.2", "24.19.0")
TOOLS = ("1.57", "1.52")


@dataclass(frozen=True)
class Lab:
    """Where things are, and the environment in which Nix runs.

    Args:
        folder: everything of this run.
        nix: what ``get-nix.sh`` made.
        toolkit: a copy of this repository's flake whose inputs are the stand-ins.
        pins: ``tools`` of a pins.json that names the stand-in archives.
    """

    folder: Path
    nix: Path
    toolkit: Path
    stub: Path
    overlay: Path
    pins: dict[str, object]
    variables: dict[str, str]

    def run(
        self, *argv: str, cwd: Path, code: int | None = 0, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in this environment.

        Args:
            code: what it has to end with; ``None`` for anything.
            env: variables to set besides.
        """
        done = subprocess.run(
            argv,
            cwd=cwd,
            env={**self.variables, **(env or {})},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert code is None or done.returncode == code, (
            f"{argv} ended with {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done

    def nix_run(self, *argv: str, cwd: Path, code: int | None = 0) -> str:
        """Standard output of a Nix command; its errors if it was meant to fail."""
        done = self.run("nix", "--no-warn-dirty", "--quiet", *argv, cwd=cwd, code=code)
        return done.stdout.strip() if code == 0 else done.stderr

    def overrides(self) -> tuple[str, ...]:
        """Flags that put the stand-ins in the place of this repository's real inputs."""
        return (
            *("--override-input", "nixpkgs", f"path:{self.stub}"),
            *("--override-input", "rust-overlay", f"path:{self.overlay}"),
            "--no-write-lock-file",
        )

    def adopt(self, folder: Path, manifest: str, **files: str) -> Path:
        """A second repository, committed, whose ten-line flake takes the toolkit as an input."""
        folder.mkdir(parents=True)
        (folder / "nix").mkdir()
        (folder / "flake.nix").write_text(
            "{\n"
            f'  inputs.toolkit.url = "git+file://{self.toolkit}";\n'
            '  inputs.nixpkgs.follows = "toolkit/nixpkgs";\n'
            "  outputs = { toolkit, ... }: toolkit.lib.mkMonorepo { root = ./.; };\n"
            "}\n"
        )
        (folder / "toolkit.toml").write_text(manifest)
        (folder / "nix/pins.json").write_text(json.dumps({"schema_version": 1, "tools": self.pins}))
        for name, content in files.items():
            (folder / name).write_text(content)
        self.commit(folder)
        self.nix_run("flake", "lock", cwd=folder)
        self.commit(folder)
        return folder

    def commit(self, folder: Path) -> None:
        """Commit everything."""
        git = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.invalid")
        if not (folder / ".git").exists():
            self.run(*git, "init", "--quiet", cwd=folder)
        self.run(*git, "add", "--all", cwd=folder)
        self.run(*git, "commit", "--quiet", "--allow-empty", "-m", "a state", cwd=folder)


def obtain_nix() -> tuple[Path | None, str]:
    """The folder with Nix, or why there is none."""
    home = Path(os.environ.get("TOOLKIT_TESTS_NIX") or Path.home() / ".cache/toolkit-tests/nix")
    done = subprocess.run([HERE / "get-nix.sh", home], capture_output=True, text=True, timeout=300, check=False)
    return (home, "") if done.returncode == 0 else (None, done.stderr.strip().splitlines()[-1])


def build(folder: Path, nix: Path) -> Lab:
    """Set the lab up in an empty folder; nothing is downloaded."""
    variables = _variables(folder, nix)
    archives = folder / "archives"
    archives.mkdir()
    stub, overlay = folder / "stub", folder / "rust-overlay"
    shutil.copytree(HERE / "stub/nixpkgs", stub)
    shutil.copytree(HERE / "stub/rust-overlay", overlay)
    (stub / "bin").mkdir()
    for name in ("bash", "busybox"):
        shutil.copy(nix / "libexec" / name, stub / "bin" / name)
    (stub / "host.nix").write_text(_host(nix, archives))
    pins = stand_ins(archives, nix)
    toolkit = folder / "toolkit"
    toolkit.mkdir()
    for name in HANDED_OUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, toolkit / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, toolkit / name)
    flake = (toolkit / "flake.nix").read_text()
    flake = flake.replace("github:NixOS/nixpkgs/nixos-26.05", f"path:{stub}")
    (toolkit / "flake.nix").write_text(flake.replace("github:oxalica/rust-overlay", f"path:{overlay}"))
    (toolkit / "flake.lock").unlink()
    lab = Lab(folder, nix, toolkit, stub, overlay, pins, variables)
    lab.commit(toolkit)
    lab.nix_run("flake", "lock", cwd=toolkit)
    lab.commit(toolkit)
    lab.nix_run("registry", "add", "toolkit", f"git+file://{toolkit}", cwd=folder)
    return lab


def _variables(folder: Path, nix: Path) -> dict[str, str]:
    home = folder / "home"
    home.mkdir()
    unwanted = ("NIX_", "XDG_", "TOOLKIT_CACHE", "GIT_CONFIG", "RUSTUP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {
        **kept,
        "PATH": f"{nix}/bin:{os.environ['PATH']}",
        "HOME": str(home),
        "NIX_CONF_DIR": f"{nix}/etc/nix",
        "NIX_STORE_DIR": f"{folder}/store",
        "NIX_STATE_DIR": f"{folder}/var",
        "NIX_LOG_DIR": f"{folder}/log",
        # Tools of this machine are links out of the store: they dangle in a build's sandbox.
        "NIX_CONFIG": "sandbox = false",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def _host(nix: Path, archives: Path) -> str:
    """host.nix: where this machine has its tools."""
    tools = {
        "python3": sys.executable,
        "patchelf": str(nix / "libexec/patchelf"),
        "loader": str(next((nix / "lib").glob("ld-linux-*"))),
        "sources": f"file://{archives}",
    }
    for name in ("git", "node", "npm", "npx", "ruff"):
        found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if found:
            tools[name] = found
    return "{\n" + "".join(f'  "{name}" = "{path}";\n' for name, path in tools.items()) + "}\n"


def stand_ins(archives: Path, nix: Path) -> dict[str, object]:
    """Archives of the real ones' layout, whose programs say who they are, and the pins that name them."""
    elf = archives / "broken-elf"
    # A program that cannot start, because its loader is nowhere: it runs only if it was patched.
    patchelf = nix / "libexec/patchelf"
    subprocess.run(
        [patchelf, "--set-interpreter", "/nowhere/ld.so", "--output", elf, patchelf], check=True, capture_output=True
    )
    pins: dict[str, object] = {}
    host = shutil.which("node") or "no-node-on-this-machine"
    for version in NODES:
        tree = {
            # Says its own version, and lets this machine's Node do the work.
            "bin/node": f'#!/bin/sh\ncase ${{1---version}} in --version) echo v{version} ;; *) exec "{host}" "$@" ;; esac\n',
            "lib/node_modules/npm/bin/npm-cli.js": "#!/usr/bin/env node\n",
            "include/node/node.h": "",
        }
        _add(pins, "node", version, _archive(archives, f"node-{version}", tree, f"node-v{version}-linux-x64"), 1)
    agave = {
        "bin/solana-keygen": "#!/bin/sh\necho solana-keygen 4.3.0\n",
        "bin/perf-libs/libcuda.so": "",
        "version.yml": "",
    }
    _add(pins, "agave", "4.3.0", _archive(archives, "agave", agave, "solana-release", {"bin/solana": elf}), 1)
    bundled = {**agave, "bin/cargo-build-sbf": _SBF, "bin/cargo-test-sbf": _SBF}
    _add(pins, "agave", "3.1.10", _archive(archives, "agave3", bundled, "solana-release", {"bin/solana": elf}), 1)
    for version in TOOLS:
        tree = {
            "rust/bin/rustc": f"#!/bin/sh\necho rustc of platform-tools {version}\n",
            "llvm/lib/liblldb.so.1": "wants python3.10",
            "llvm/bin/clang": "#!/bin/sh\n",
            "version.md": version,
        }
        _add(pins, "platform-tools", version, _archive(archives, f"tools-{version}", tree, ""), 0)
    anchor = archives / "anchor-1.2.0"
    # What the real one does: it names the tools' version, by way of cargo's subcommand.
    anchor.write_text(
        '#!/bin/sh\n[ "$1" != build ] || exec cargo-build-sbf build-sbf --tools-version v1.52\necho anchor-cli 1.2.0\n'
    )
    _add(pins, "anchor", "1.2.0", anchor, 0)
    crate = _archive(
        archives, "cargo-build-sbf-4.4.0", {"bin/cargo-build-sbf": _SBF, "bin/cargo-test-sbf": _SBF}, "crate"
    )
    source = {
        "kind": "crate",
        "crate": "cargo-build-sbf",
        "version": "4.4.0",
        "unpacked_hash": sri(crate),
        "cargo_hash": sri(crate),
    }
    pins["cargo-build-sbf"] = {"4.4.0": {SYSTEM: {"unavailable": "published as source only", "source": source}}}
    return pins


_SBF = """#!/bin/sh
case " $* " in
  *" --version "*) echo "cargo-build-sbf 4.4.0 (stand-in)" ;;
esac
echo "arguments: $*"
echo "rustc: $("$RUSTC")"
echo "toolchain: ${RUSTUP_TOOLCHAIN-unset}"
"""


def _archive(archives: Path, name: str, tree: dict[str, str], top: str, copies: dict[str, Path] | None = None) -> Path:
    folder = archives / f"{name}.d"
    for path, text in tree.items():
        target = folder / top / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(0o755)
    for path, source in (copies or {}).items():
        shutil.copy(source, folder / top / path)
        (folder / top / path).chmod(0o755)
    made = archives / f"{name}.tar.gz"
    with tarfile.open(made, "w:gz") as archive:
        for child in sorted(folder.iterdir()):
            archive.add(child, child.name)
    shutil.rmtree(folder)
    return made


def _add(pins: dict[str, object], tool: str, version: str, file: Path, strip: int) -> None:
    form = "tar.gz" if file.name.endswith(".tar.gz") else "file"
    entry = {"url": f"file://{file}", "hash": sri(file), "trust": "test", "strip": strip, "format": form}
    versions = pins.setdefault(tool, {})
    assert isinstance(versions, dict)
    versions[version] = {SYSTEM: entry}


def sri(file: Path) -> str:
    """The file's sha256 as Nix writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()
