"""What the leaves for Cargo and Anchor run, which Rust they need for it, and what cargo's failures mean."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.ecosystems._diagnosis import disk_full
from toolkit.ecosystems._rust_workspaces import TOOLCHAIN_FILES, workspaces
from toolkit.extension import Step, ToolNeed
from toolkit.places import inside, upward

if TYPE_CHECKING:
    from toolkit.context import Context
    from toolkit.ecosystems._diagnosis import Rule
    from toolkit.extension import Request
    from toolkit.model import Subproject

__all__ = ["FAILURES", "NETWORK", "fetch", "rust_need", "tasks"]

NETWORK = (
    "spurious network error", "Could not connect to server", "Could not resolve host", "Timeout was reached",
    "failed to download from", "download of config.json failed", "SSL connect error", "Connection reset by peer",
    "network failure seems to have happened",
)  # fmt: skip
"""What cargo writes when the registry or a git host could not be reached."""

FAILURES: tuple[Rule, ...] = (
    (
        r"toolchain '(?P<name>[^']+)' is not installed",
        "the Rust toolchain {name} is not installed here, and rustup was told not to download it unasked",
        "rustup toolchain install {name}, or take it from the pins with --provider pinned",
    ),
    (
        r"unable to update (?P<name>https?://[^\s?#]+)(?=[\s\S]*failed to resolve address for (?P<host>\S+):)",
        "a git dependency cannot be fetched: {host} cannot be reached from here ({name})",
        "check the network and the proxy; where git works and cargo does not, set net.git-fetch-with-cli in .cargo/config.toml",
    ),
    (
        r"unable to update (?P<name>\S+:[^\s?#]+)(?=[\s\S]*(?:failed to authenticate|authentication required|code: 40[134]))",
        "the git dependency {name} does not exist, or you may not see it",
        "check the address, and the credentials of git for it",
    ),
    (
        r"cannot create the lock file .+ because --locked",
        "there is no Cargo.lock",
        "invoke lock PATH makes one; commit it",
    ),
    (
        r"the lock file .+ (?:because --locked|needs to be updated but --locked)",
        "Cargo.lock does not fit the manifests any more",
        "invoke lock PATH brings it up to date; commit it",
    ),
    (
        r"(?:checksum for|failed to verify the checksum of) `(?P<name>[^`]+)`",
        "the registry's copy of {name} is not the one that Cargo.lock holds the checksum of",
        "if no mirror is in between, treat it as an attack until it is explained",
    ),
    (
        r"no matching package named `(?P<name>[^`]+)` found(?=[\s\S]*offline mode)",
        "{name} is not in the local cache",
        "run once without --offline",
    ),
    (
        r"(?:perhaps you meant|no matching package named `(?P<name>[^`]+)` found)",
        "the registry has no package {name}",
        "mend its name in Cargo.toml",
    ),
    (
        r"failed to select a version for the requirement `(?P<name>[^`]+)`",
        "no published version satisfies {name}",
        "mend the requirement in Cargo.toml",
    ),
    (
        r"failed to read `(?P<path>[^`\n]+)/Cargo\.toml`\s+Caused by:\s+No such file",
        "a path dependency or a patch names {path}, which has no Cargo.toml",
        "make it (a submodule: git submodule update --init), or mend the path in Cargo.toml",
    ),
    (
        r"current package believes it's in a workspace when it's not:\s+current:\s+[^\n]+\s+workspace: (?P<root>[^\n]+)",
        "the crate lies below a workspace that neither lists nor excludes it",
        "add it to members or exclude of {root}",
    ),
    (
        r"failed to load manifest for workspace member `(?P<path>[^`]+)`",
        "a member that the workspace lists cannot be loaded: {path}",
        "mend members in the workspace's Cargo.toml",
    ),
    (
        r"multiple workspace roots found in the same workspace",
        "a member of the workspace is the root of another one",
        "add it to exclude, or remove its [workspace] table",
    ),
    (r"feature `edition20\d\d` is required|rustc (?P<have>[\d.]+) is not supported by", "the Rust here is too old", "raise rust in [toolchain]"),
    (r"failed to parse lock file at: ", "Cargo.lock is damaged", "restore it from git, or invoke lock PATH"),
    (
        r"failed to parse manifest at `(?P<path>[^`\n]+)`\s+Caused by:\s+(?P<what>[^\n]+)",
        "cargo refuses {path}: {what}",
        "mend that file; invoke doctor says more of it",
    ),
    disk_full("CARGO_HOME"),
)  # fmt: skip


def rust_need(context: Context, folder: str) -> ToolNeed:
    """The Rust that a crate in the folder asks for: the nearest toolchain file, else its ``rust-version``.

    rustup reads ``rust-toolchain`` (plain text or TOML) before ``rust-toolchain.toml`` of the same folder.
    """
    for up in upward(folder):
        for name in TOOLCHAIN_FILES:
            path = inside(up, name)
            if context.is_file(path) and (channel := _channel(context, path)):
                return ToolNeed("rust", channel, path)
    space = workspaces(context).get(folder)
    if space is not None and space.rust:
        return ToolNeed("rust", f">={space.rust}", f"rust-version in {space.manifest}")
    return ToolNeed("rust")


def _channel(context: Context, path: str) -> str:
    try:
        text = context.read(path).decode("utf-8", "replace").strip()
    except Unreadable:
        return ""
    if "\n" not in text and "=" not in text and "[" not in text:
        return text
    try:
        found = tomllib.loads(text).get("toolchain", {}).get("channel", "")
    except (tomllib.TOMLDecodeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def fetch(folder: str, request: Request) -> Step:
    """``cargo fetch``; rustup is kept from downloading a toolchain that nobody pinned."""
    flags = (*(("--locked",) if request.frozen else ()), *(("--offline",) if request.offline else ()))
    return Step(("cargo", "fetch", *flags), folder, {"RUSTUP_AUTO_INSTALL": "0", "CARGO_TERM_COLOR": "never"})


_TASKS = {
    "build": ("build", "--workspace"),
    "test": ("test", "--workspace"),
    "lint": ("clippy", "--workspace", "--all-targets"),
    "typecheck": ("check", "--workspace", "--all-targets"),
}


def tasks(subproject: Subproject, kind: str) -> tuple[Step, ...]:
    """Cargo's own commands of a kind."""
    if kind not in _TASKS:
        return ()
    verb, *rest = _TASKS[kind]
    locked = ("--locked",) if subproject.lockfile else ()
    return (Step(("cargo", verb, *locked, *rest), subproject.path, {"RUSTUP_AUTO_INSTALL": "0"}),)
