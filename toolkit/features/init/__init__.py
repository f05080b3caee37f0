"""Adopting a repository: the handful of files it needs, with pins inferred from what it says already.

Nothing of the repository is run, and no file of it is replaced: what is there stays, and the plan says what it lacks.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import toolkit
from toolkit.errors import ToolkitError, UsageError
from toolkit.features.init._files import ignored, ignoring, workflow
from toolkit.features.init._pins import Pinned, infer
from toolkit.model import Plan, WriteFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.context import Context
    from toolkit.model import EditFile

__all__ = ["Pinned", "infer", "plan", "require_address", "shown", "template", "toolkit_address"]

_HANDED_OUT = ("toolkit.toml", "tasks.py", "flake.nix", ".envrc", ".github/workflows/ci.yml")


def plan(context: Context, newest: Callable[[str, str], str | None], address: str) -> Plan:
    """The files that make a repository a user of the toolkit.

    Args:
        context: the run's state.
        newest: as for :func:`infer`.
        address: flake reference of the toolkit.

    Raises:
        ToolkitError: the toolkit's templates are missing.
    """
    pins, notes = infer(context, newest)
    ci, steps = workflow(context, template(f"monorepo/{_HANDED_OUT[-1]}"))
    wanted = {
        "toolkit.toml": _manifest(pins),
        "tasks.py": template("monorepo/tasks.py"),
        "flake.nix": _flake(address),
        ".envrc": template("monorepo/.envrc"),
        ci: steps,
    }
    actions: list[WriteFile | EditFile] = []
    said = []
    for path, content in wanted.items():
        present = context.absolute(path)
        if not present.exists() and not present.is_symlink():
            actions.append(WriteFile(path, content, None))
        elif path != "toolkit.toml" and (not present.is_file() or present.read_bytes() != content):
            said.append(f"{path} is there and stays; the toolkit's form is shown by: toolkit init --show {path}")
    if (leaving_out := ignoring(context)) is not None and (actions or context.is_file(".envrc")):
        actions.append(leaving_out)
    if address == "flake:toolkit":
        said.append("where this toolkit came from is not known: put its address into flake.nix, or give --toolkit")
    if address.startswith("git+file:") and any(action.path == "flake.nix" for action in actions):
        said.append(f"the toolkit is taken from a folder of this machine ({address}): give --toolkit for others")
    if actions:
        names = tuple(action.path for action in actions)
        said = [*(notes if "toolkit.toml" in names else ()), *said, *_following(context, names)]
    return Plan("make this repository a user of the toolkit", tuple(actions), tuple(said))


def _following(context: Context, names: tuple[str, ...]) -> list[str]:
    """What a person has to do with the files that are written."""
    alone = ignored(context, names)
    shared = " ".join(path for path in names if path not in alone)
    return [
        *(
            f"{path} is left out by .gitignore, so others do not get it; git add -f {path} makes it theirs too"
            for path in alone
        ),
        f"next: git add {shared}, then direnv allow, or toolkit shell",
    ]


def _flake(address: str) -> bytes:
    lines = template("monorepo/flake.nix").splitlines(keepends=True)
    text = b"".join(line for line in lines if not line.lstrip().startswith(b"#"))
    return text.replace(b'"flake:toolkit"', f'"{address}"'.encode())


def shown(name: str) -> bytes:
    """The toolkit's form of one of the files that are handed out as they are.

    Raises:
        UsageError: it is none of them.
    """
    if name not in _HANDED_OUT:
        raise UsageError(f"{name} is no file that init writes", f"one of: {', '.join(_HANDED_OUT)}")
    return template(f"monorepo/{name}")


def require_address(given: str) -> None:
    """Refuse what cannot be a flake reference: it is written into a Nix string.

    Raises:
        UsageError: it has spaces, quotes, backslashes or a dollar sign, or no scheme.
    """
    if not re.fullmatch(r"[a-z][a-z+]*:[^\s\"'\\$]+", given):
        raise UsageError(
            f"--toolkit {given} is no flake reference",
            "for example github:OWNER/toolkit or git+https://HOST/toolkit.git",
        )


def template(path: str) -> bytes:
    """A file that is handed out; beside the package in a checkout, inside of it when it is installed.

    Raises:
        ToolkitError: it is missing.
    """
    package = Path(toolkit.__file__).parent
    for folder in (package.parent / "templates", package / "_data" / "templates"):
        if (folder / path).is_file():
            return (folder / path).read_bytes()
    raise ToolkitError(f"the toolkit's template {path} is missing", "install the toolkit again")


def toolkit_address(remote: str, folder: str) -> str:
    """The flake reference of the toolkit that runs.

    Args:
        remote: the address that its checkout was cloned from; empty if it was not.
        folder: the checkout; empty if it is installed as a package.
    """
    known = re.fullmatch(r"(?:https://|ssh://git@|git@)(github|gitlab)\.com[:/]([^/]+)/([^/]+?)(?:\.git)?/?", remote)
    if known:
        return f"{known[1]}:{known[2]}/{known[3]}"
    if re.match(r"https?://|ssh://", remote):
        return f"git+{remote}"
    if folder:
        from urllib.parse import quote

        return f"git+file://{quote(folder)}"
    return "flake:toolkit"


def _manifest(pins: tuple[Pinned, ...]) -> bytes:
    head = (
        "# Versions for laptop and CI, with Nix and without. Each comment says where its pin was taken from.\n"
        '# A version is exact, or the beginning of one: "22" means the newest 22 that is pinned.\n\n[toolchain]\n'
    )
    body = "\n".join(pin.line for pin in pins) or "# nothing was found that asks for a tool"
    return f"{head}{body}\n\n[packages]\n# Anything else from nixpkgs: `invoke add jq`\n".encode()
