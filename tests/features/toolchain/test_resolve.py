"""Which tool is taken, from where, and why; with fake programs and a mirror on disk."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.commands import Command
from toolkit.context import Context
from toolkit.errors import CannotCheckError, ConfigurationError, ToolkitError
from toolkit.extension import ToolNeed
from toolkit.features.toolchain import Toolchain, environment
from toolkit.features.toolchain._managers import npm_for, refusal
from toolkit.features.toolchain._pins import Pins
from toolkit.features.toolchain._proxies import installed, is_channel
from toolkit.features.toolchain.toolbox import Tools
from toolkit.system import process, programs
from toolkit.system.download import Integrity, IntegrityError
from toolkit.system.machine import current_system

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = Path(__file__).parents[3] / "nix" / "pins.json"
MIRROR = "https://tools.invalid/"


def program(folder: Path, name: str, says: str, code: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the search path."""
    folder = tmp_path / "host bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


class Mirror:
    """A folder of archives and the pins that name them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, Any] = {"schema_version": 1, "tools": {}}
        folder.mkdir()

    def archive(self, name: str, files: Mapping[str, str]) -> dict[str, Any]:
        """Make a ``.tar.xz`` of programs and texts."""
        path = self.folder / name
        with tarfile.open(path, "w:xz") as archive:
            for member, text in files.items():
                info = tarfile.TarInfo(member)
                info.size, info.mode = len(text.encode()), 0o755 if "/bin/" in member else 0o644
                archive.addfile(info, io.BytesIO(text.encode()))
        return {"url": MIRROR + name, "hash": str(Integrity.of(path))}

    def pin(self, tool: str, version: str, entry: Mapping[str, Any]) -> None:
        self.data["tools"].setdefault(tool, {})[version] = {current_system(): entry}

    def node(self, version: str, says: str = "") -> None:
        text = f"#!/bin/sh\necho 'v{says or version}'\n"
        file = self.archive(f"node-{version}.tar.xz", {f"node-{version}/bin/node": text})
        self.pin("node", version, {**file, "format": "tar.xz", "strip": 1, "bin": ["bin"]})

    def toolchain(self, provider: str = "auto", **more: Any) -> Toolchain:
        return Toolchain(provider=provider, pins=Pins(self.data), mirrors={MIRROR: f"file://{self.folder}/"}, **more)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror")


def test_the_host_s_tool_is_taken_if_it_satisfies(host: Path, mirror: Mirror) -> None:
    path = program(host, "node", "v22.5.1")
    mirror.node("22.9.0")
    tool = mirror.toolchain().resolve("nodejs", "22")
    assert (tool.name, tool.version, tool.provider, tool.bin_dirs, tool.program) == (
        "node",
        "22.5.1",
        "host",
        (host,),
        path,
    )
    assert tool.why == f"node 22.5.1 on PATH ({path}) satisfies 22"


def test_else_the_newest_pinned_one_and_both_reasons(host: Path, mirror: Mirror) -> None:
    program(host, "node", "v20.1.0")
    for version in ("22.9.0", "22.10.0", "24.1.0"):
        mirror.node(version)
    tool = mirror.toolchain(wanted={"node": ("22", "24")}).resolve("node")
    assert (tool.version, tool.provider, len(tool.bin_dirs)) == ("22.10.0", "pinned", 1)
    assert "the newest in nix/pins.json for 22" in tool.why
    assert f"because {host}/node is 20.1.0, not 22" in tool.why
    done = process.run(Command(("node", "--version"), Path("/"), environment((tool,))))
    assert done.text == "v22.10.0\n"


def test_pinned_ignores_the_host_and_host_ignores_the_pins(host: Path, mirror: Mirror) -> None:
    program(host, "node", "v22.5.1")
    mirror.node("22.9.0")
    assert mirror.toolchain("pinned").resolve("node", "22").version == "22.9.0"
    with pytest.raises(CannotCheckError, match=r"node 24 is needed and .*node is 22\.5\.1, not 24"):
        mirror.toolchain("host").resolve("node", "24")
    with pytest.raises(CannotCheckError, match="no anchor on PATH answers"):
        mirror.toolchain("host").resolve("anchor")


def test_a_second_run_needs_no_mirror_and_offline_takes_only_what_is_there(host: Path, mirror: Mirror) -> None:
    mirror.node("22.9.0")
    with pytest.raises(ToolkitError, match=r"node 22\.9\.0 is not in the tool cache"):
        mirror.toolchain(offline=True).resolve("node", "22")
    first = mirror.toolchain().resolve("node", "22")
    (mirror.folder / "node-22.9.0.tar.xz").unlink()
    again = mirror.toolchain(offline=True).resolve("node", "22")
    assert (again.bin_dirs, again.root) == (first.bin_dirs, first.root)
    assert "in the tool cache" in again.why
    assert host not in again.bin_dirs


def test_a_wrong_hash_is_an_error_even_where_another_source_is_named(host: Path, mirror: Mirror) -> None:
    mirror.node("22.9.0")
    entry = mirror.data["tools"]["node"]["22.9.0"][current_system()]
    registry = {"manager": "npm", "package": "node-x", "version": "22.9.0", "format": "tar.gz", "strip": 1}
    entry["registry"] = [{**registry, "hash": entry["hash"]}]
    (mirror.folder / "node-22.9.0.tar.xz").write_bytes(b"other")
    with pytest.raises(IntegrityError) as caught:
        mirror.toolchain("pinned").resolve("node", "22")
    assert entry["hash"] in caught.value.message
    assert str(Integrity.of(mirror.folder / "node-22.9.0.tar.xz")) in caught.value.message
    assert host.is_dir()


def test_a_tool_that_does_not_run_here_is_not_kept(host: Path, mirror: Mirror) -> None:
    text = "#!/no/such/loader\n"
    file = mirror.archive("node-9.tar.xz", {"node-9/bin/node": text})
    mirror.pin("node", "22.9.0", {**file, "format": "tar.xz", "strip": 1, "bin": ["bin"]})
    for _ in range(2):
        with pytest.raises(ToolkitError, match="was unpacked and does not run on this machine"):
            mirror.toolchain("pinned").resolve("node", "22")
    mirror.node("23.1.0", says="23.0.0")
    with pytest.raises(ToolkitError, match=r"pinned as node 23\.1\.0 calls itself 23\.0\.0"):
        mirror.toolchain("pinned").resolve("node", "23")
    assert host.is_dir()


def test_rust_is_merged_from_its_components(host: Path, mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    triple = "x86_64-unknown-linux-gnu"
    layout = {
        "rustc": {"bin/rustc": "#!/bin/sh\necho 'rustc 1.97.1 (abc 2026-07-16)'\n", "lib/librustc_driver.so": "x"},
        "cargo": {"bin/cargo": "#!/bin/sh\necho 'cargo 1.97.1'\n", "share/doc/cargo/README": "x"},
        f"rust-std-{triple}": {f"lib/rustlib/{triple}/lib/libstd.rlib": "x"},
        "rust-src": {"lib/rustlib/src/rust/Cargo.lock": "x"},
    }
    components = {}
    for name, files in layout.items():
        short = name.removesuffix(f"-{triple}")
        top = f"{short}-1.97.1-{triple}"
        members = {f"{top}/install.sh": "x", f"{top}/components": name, f"{top}/{name}/manifest.in": "file:x"}
        members |= {f"{top}/{name}/{path}": text for path, text in files.items()}
        components[short] = mirror.archive(f"{short}.tar.xz", members)
    mirror.pin("rust", "1.97.1", {"components": components, "format": "tar.xz", "strip": 2, "bin": ["bin"]})
    monkeypatch.setenv("RUSTUP_TOOLCHAIN", "nightly")

    tool = mirror.toolchain("pinned").resolve("cargo", "1.97")

    assert tool.root is not None
    found = sorted(str(path.relative_to(tool.root)) for path in tool.root.rglob("*") if path.is_file())
    assert found == sorted([".complete.json", *(path for files in layout.values() for path in files)])
    assert environment((tool,)) == {"PATH": f"{tool.bin_dirs[0]}{os.pathsep}{host}", "RUSTUP_TOOLCHAIN": None}


def test_a_system_without_a_file_says_why_and_gets_no_other_version(host: Path, mirror: Mirror) -> None:
    mirror.pin("node", "24.0.0", {"unavailable": "Nobody built it."})
    mirror.node("22.9.0")
    chain = mirror.toolchain()
    for spec in ("24", ">=22"):
        assert chain.pinned_version("node", spec) is None
        with pytest.raises(ToolkitError, match=f"node {spec} cannot be had on {current_system()}: Nobody built it"):
            chain.resolve("node", spec)
    assert chain.pinned_version("node", "22") == chain.pinned_version("node", "") == "22.9.0"
    assert chain.resolve("node").version == "22.9.0"
    assert host.is_dir()


def test_what_nobody_has_names_what_there_is(host: Path, mirror: Mirror) -> None:
    mirror.pin("anchor", "1.2.0", {"unavailable": "No."})
    chain = mirror.toolchain()
    with pytest.raises(ConfigurationError, match=r"anchor 9 is not in nix/pins\.json") as caught:
        chain.resolve("anchor", "9")
    assert "1.2.0" in caught.value.hint
    with pytest.raises(ConfigurationError, match="terraform cannot be provided"):
        chain.resolve("terraform", "1.9")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        chain.resolve("node", "banana")
    with pytest.raises(ConfigurationError, match="provider 'docker' is unknown"):
        mirror.toolchain("docker")
    assert host.is_dir()


def test_the_official_archive_of_terraform_is_unpacked_as_it_is_laid_out(host: Path, tmp_path: Path) -> None:
    """The real entry of nix/pins.json, but for the hash: the archive itself is out of reach here."""
    version = "1.15.8"
    entry = dict(json.loads(FILE.read_bytes())["tools"]["terraform"][version][current_system()])
    archive = tmp_path / entry["url"].removeprefix("https://releases.hashicorp.com/")
    archive.parent.mkdir(parents=True)
    with zipfile.ZipFile(archive, "w") as made:
        info = zipfile.ZipInfo("terraform")
        info.external_attr = 0o755 << 16
        made.writestr(info, f"#!/bin/sh\necho 'Terraform v{version}'\n")
        made.writestr("LICENSE.txt", "text")
    mirrors = {"https://releases.hashicorp.com/": f"file://{tmp_path}/"}
    with pytest.raises(IntegrityError, match=f"terraform_{version}.* is pinned"):
        Toolchain(tmp_path / "store", "pinned", mirrors=mirrors).resolve("terraform")
    pins = Pins(
        {
            "schema_version": 1,
            "tools": {"terraform": {version: {current_system(): {**entry, "hash": str(Integrity.of(archive))}}}},
        }
    )
    tool = Toolchain(tmp_path / "store", "pinned", mirrors=mirrors, pins=pins).resolve("terraform", "1.15")
    assert programs.probe("terraform", "", environment((tool,))) == (version, str(tool.bin_dirs[0] / "terraform"))
    assert host.is_dir()


def test_an_npm_goes_with_the_node_that_is_used(tmp_path: Path) -> None:
    assert [
        npm_for(node) for node in ("26.1.0", "24", "22.22.3", "16.20.2", "12.22.12", "8.17.0", ">=18", "newest")
    ] == [*("11.21.2", "11.21.2", "10.9.9", "8.19.4", "8.19.4", "6.14.18", "", "")]
    package = tmp_path / "lib" / "node_modules" / "npm"
    (package / "bin").mkdir(parents=True)
    (package / "bin" / "npm-cli.js").touch()
    (package / "package.json").write_text('{"name": "npm", "engines": {"node": "^20.17.0 || >=22.9.0"}}')
    (tmp_path / "npm").symlink_to(package / "bin" / "npm-cli.js")
    path = str(tmp_path / "npm")
    assert refusal(path, "npm", "11.19.1", "20.20.2") == ""
    assert refusal(path, "npm", "11.19.1", "16.20.2") == f"{path} is 11.19.1, which needs node ^20.17.0 || >=22.9.0"
    assert refusal(path, "npm", "11.19.1", "16") == f"{path} is 11.19.1, which needs node ^20.17.0 || >=22.9.0"
    assert refusal(str(tmp_path / "elsewhere"), "npm", "11.19.1", "16.20.2") == ""


def test_a_toolchain_that_rustup_has_is_found_by_its_exact_name(tmp_path: Path) -> None:
    machine = "aarch64" if os.uname().machine == "arm64" else os.uname().machine
    for name in ("1.81.0", "1.8.0", "nightly-2026-06-21", "nightly"):
        program(tmp_path / "toolchains" / f"{name}-{machine}-unknown-linux-gnu" / "bin", "cargo", "cargo")
    known = {"RUSTUP_HOME": str(tmp_path)}

    def found(spec: str) -> str:
        folder = installed(spec, known)
        return folder.parent.name.partition(f"-{machine}")[0] if folder else ""

    assert [found(spec) for spec in ("1.81.0", "nightly-2026-06-21", "nightly")] == [
        *("1.81.0", "nightly-2026-06-21", "nightly")
    ]
    assert [found(spec) for spec in ("1.81", "1.8", ">=1.81.0", "stable", "nightly-2026-01-01", "")] == [""] * 6
    assert [is_channel(spec) for spec in ("nightly", "beta", "nightly-2026-06-21", "stable", "1.81")] == [
        *(True, True, True, False, False)
    ]


def test_a_python_that_pyenv_has_beside_the_chosen_one(
    tmp_path: Path, host: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(host, "python3", "Python 3.11.7")
    for version in ("3.11.7", "3.13.0", "3.9.18", "3.14.0t", "pypy3.10-7.3.12"):
        program(tmp_path / "pyenv" / "versions" / version / "bin", "python3", f"Python {version}")
    (tmp_path / "pyenv" / "versions" / "3.15.0").mkdir()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    tools = Tools(Context(tmp_path), "auto")
    needs = [ToolNeed("python", spec, "pyproject.toml", required=False) for spec in (">=3.13,<3.15", "3.9", ">=3.10")]

    chosen = [tools.choose(need) for need in needs]

    assert [(one.version, one.provider) for one in chosen] == [
        ("3.13.0", "host"),
        ("3.9.18", "host"),
        ("3.11.7", "host"),
    ]
    assert chosen[0].why == ">=3.13,<3.15 in pyproject.toml; pyenv has it"
    path = tools.environment(chosen[:1])["PATH"]
    assert path is not None
    assert path.split(os.pathsep)[0] == str(tmp_path / "pyenv" / "versions" / "3.13.0" / "bin")


@pytest.mark.parametrize(
    ("tool", "name", "says", "version"),
    [
        ("agave", "solana", "solana-cli 3.1.10 (src:abcdef12; feat:123456789, client:Agave)", "3.1.10"),
        ("anchor", "anchor", "anchor-cli 1.2.0", "1.2.0"),
        ("rust", "rustc", "rustc 1.97.1 (2d8144b78 2026-07-16)", "1.97.1"),
        ("python", "python3", "Python 3.13.1", "3.13.1"),
        ("python", "python3.12", "Python 3.12.4", "3.12.4"),
        ("go", "go", "go version go1.22.1 linux/amd64", "1.22.1"),
        ("terraform", "terraform", "Terraform v1.9.0\non linux_amd64", "1.9.0"),
        ("poetry", "poetry", "Poetry (version 2.1.3)", "2.1.3"),
        ("node", "node", "v24.0.0-rc.1", "24.0.0-rc.1"),
        ("surfpool", "surfpool", "surfpool 1.5.0", "1.5.0"),
    ],
)
def test_each_tool_s_own_words_are_understood(host: Path, tool: str, name: str, says: str, version: str) -> None:
    path = program(host, name, says)
    assert programs.probe(tool, "3.12" if name == "python3.12" else "") == (version, str(path))


def test_a_shim_that_fails_is_not_a_tool(host: Path) -> None:
    program(host, "pnpm", "9.1.0", code=1)
    assert programs.probe("pnpm") is None
    assert programs.probe("platform-tools") is None


def test_a_package_manager_of_the_host_runs_with_the_node_that_is_asked_for(host: Path, mirror: Mirror) -> None:
    program(host, "pnpm", "9.1.0")
    program(host, "node", "v20.0.0")
    mirror.node("22.9.0")
    tool = mirror.toolchain(wanted={"node": ("22",)}).resolve("pnpm", "9")
    assert (tool.provider, tool.bin_dirs[-1], len(tool.bin_dirs)) == ("host", host, 2)
    first = environment((tool,))["PATH"]
    assert first is not None
    assert first.split(os.pathsep) == [str(tool.bin_dirs[0]), str(host)]
