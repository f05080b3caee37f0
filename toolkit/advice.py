"""What a repair is called: the command that every maintainer knows first, this toolkit's task where it is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.places import inside, upward, word

if TYPE_CHECKING:
    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["advised", "fresh_install", "new_lock", "out_of_git"]

_NEW_LOCK = {
    "npm": "npm install --package-lock-only",
    "pnpm": "pnpm install --lockfile-only",
    "yarn": "yarn install --mode=update-lockfile",
    "yarn_classic": "yarn install",
    "bun": "bun install --lockfile-only",
    "uv": "uv lock",
    "poetry": "poetry lock",
    "pip": "uv pip compile {manifest} -o requirements.lock",
    "go": "go mod tidy",
    "terraform": "terraform providers lock",
}
_INSTALL = {
    "yarn_classic": "yarn install",
    "uv": "uv sync",
    "pip": "pip install -r {manifest}",
    "terraform": "terraform init",
}


def advised(context: Context, native: str, task: str) -> str:
    """How a repair is named.

    Args:
        context: the run.
        native: in the words of git, of the package manager, or in plain ones.
        task: by this toolkit; named in repositories that use it.
    """
    return f"{native}, or {task}" if context.settings.source else native


def new_lock(context: Context, item: Subproject) -> str:
    """The command that makes or refreshes the lock of a subproject."""
    cargo = "cargo update --workspace" if item.lockfile else "cargo generate-lockfile"
    native = _NEW_LOCK.get(item.ecosystem, cargo)
    if item.ecosystem == "pnpm" and not _is_workspace(context, item.path):
        # From such a folder pnpm works on the workspace around it.
        around = any(_is_workspace(context, up) for up in upward(item.path)[1:])
        native += " --ignore-workspace" if around else ""
    native = _placed(native, item)
    return advised(context, native, f"invoke lock {word(item.path)}")


def fresh_install(context: Context, item: Subproject) -> str:
    """The command that installs what a subproject asks for."""
    native = _placed(_INSTALL.get(item.ecosystem, f"{item.ecosystem} install"), item)
    return advised(context, native, f"invoke bootstrap --only {word(item.path)}")


def out_of_git(context: Context, path: str) -> str:
    """The command that leaves a path on the disk and takes it out of git."""
    native = f"git rm -r --cached {word(path)}, and ignore it"
    return advised(context, native, "invoke clean --tracked")


def _is_workspace(context: Context, folder: str) -> bool:
    return context.is_file(inside(folder, "pnpm-workspace.yaml"))


def _placed(command: str, item: Subproject) -> str:
    command = command.replace("{manifest}", word(item.manifest.rpartition("/")[2]))
    return command if item.path == "." else f"{command}, in {item.path}"
