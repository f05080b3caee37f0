"""Making a repository a user of the toolkit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.cli._changes import carry_out
from toolkit.cli._guard import guard
from toolkit.cli._task import Run, task

if TYPE_CHECKING:
    from collections.abc import Callable


@task(
    group="set up",
    help={
        "plan": "print the files, write nothing",
        "check": "write nothing; end with 1 if a file is missing",
        "toolkit": "flake reference of the toolkit (default: where this one came from)",
        "show": "print the toolkit's form of one file",
        "no-lock": "do not make flake.lock",
    },
)
def init(
    run: Run, plan: bool = False, check: bool = False, toolkit: str = "", show: str = "", no_lock: bool = False
) -> int:
    """Adopt a repository: pins from its own files, a flake, tasks, an .envrc and a workflow."""
    from toolkit.features import init as feature

    if show:
        run.print(feature.shown(show).decode().rstrip("\n"))
        return 0
    if toolkit:
        feature.require_address(toolkit)
    guard(run, "init")
    change = feature.plan(run.context, _newest_of(), toolkit or _address())
    if not change.actions:
        run.print("nothing to do: every file is there", *(f"note: {note}" for note in change.notes))
        return 0
    code = carry_out(run, change, "init", plan=plan, check=check)
    return code if plan or check or code or no_lock else _lock(run)


def _lock(run: Run) -> int:
    """Make ``flake.lock`` where there is none, from a copy of the few files that decide it."""
    from toolkit.features.environment import facts
    from toolkit.model import Plan, WriteFile
    from toolkit.system import nix

    if (run.context.root / "flake.lock").exists():
        return 0
    found = nix.find()
    if found is None:
        run.print("note: flake.lock is not made, because there is no Nix; with one: nix flake lock")
        return 0
    try:
        content = facts.new_lock(run.context.root, found)
    except nix.NixError as error:
        run.err.write(
            f"toolkit: flake.lock could not be made: {error.message}\nhint: {error.hint}; then: nix flake lock\n"
        )
        return 1
    return carry_out(run, Plan("pin the inputs of flake.nix", (WriteFile("flake.lock", content, None),)), "init")


def _address() -> str:
    import toolkit
    from toolkit.features.init import toolkit_address
    from toolkit.system import git

    folder = Path(toolkit.__file__).parent.parent
    if git.top_level(folder) != str(folder):
        return toolkit_address("", "")
    remote = git.git(folder, "remote", "get-url", "origin")
    return toolkit_address(remote.text.strip() if remote.ok else "", str(folder))


def _newest_of() -> Callable[[str, str], str | None]:
    from toolkit.errors import ConfigurationError
    from toolkit.features.toolchain import canonical, load_pins, newest, satisfies

    known = load_pins()

    def ask(tool: str, asked: str) -> str | None:
        name = canonical(tool)
        try:
            if name == "python":  # not an archive of ours: uv or nixpkgs bring it, by minor version
                return next((minor for minor in ("3.12", "3.13", "3.14") if satisfies(f"{minor}.0", asked)), None)
            return newest(known.versions(name), asked) if name in known.tools else None
        except ConfigurationError:
            return None

    return ask
