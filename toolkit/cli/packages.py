"""What is in the environment: adding, removing, searching, updating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.cli._changes import carry_out
from toolkit.cli._task import Run, task
from toolkit.errors import ToolkitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from toolkit.features.environment.pins import Newer
    from toolkit.system.nix import Nix

_PLAN = {
    "plan": "print what would change, write nothing",
    "check": "write nothing; end with 1 if something would change",
}


@task(
    group="environment",
    help={
        "package": "its attribute in nixpkgs, for example jq",
        "version": "what its version has to begin with",
        **_PLAN,
    },
    positional=("package",),
)
def add(run: Run, package: str, version: str = "*", plan: bool = False, check: bool = False) -> int:
    """Add a package of nixpkgs to the environment; comments in toolkit.toml stay."""
    from toolkit.features.environment import pins

    change = pins.add(_manifest(run), package, version)
    run.print(_verdict(run, package, version))
    return carry_out(run, change, "add", plan=plan, check=check)


@task(group="environment", help={"package": "its name in [packages]", **_PLAN}, positional=("package",))
def remove(run: Run, package: str, plan: bool = False, check: bool = False) -> int:
    """Take a package out of the environment."""
    from toolkit.features.environment import pins

    return carry_out(run, pins.remove(_manifest(run), package), "remove", plan=plan, check=check)


@task(group="environment", help={"word": "part of a name or description; more words behind --"}, positional=("word",))
def search(run: Run, word: str) -> int:
    """Search the pinned nixpkgs, and the tools that are pinned without it."""
    from toolkit.features.environment import facts
    from toolkit.features.toolchain import load_pins

    words = (word, *run.remainder)
    known = load_pins(repository=run.context.root)
    pinned = [(tool, ", ".join(known.versions(tool))) for tool in known.tools if all(each in tool for each in words)]
    run.print(*(f"{tool:<24} {versions}  [toolchain]" for tool, versions in pinned))
    found = _nix(run)
    if found is None:
        run.note("toolkit: nixpkgs was not searched, because there is no Nix")
        return 0 if pinned else 3
    rows = facts.search(run.context.root, found, words)
    run.print(*(f"{name:<24} {version:<12} {about}" for name, version, about in rows))
    return 0 if rows or pinned else 1


@task(
    group="environment",
    help={
        "only": "tools of [toolchain] or inputs of the flake (repeatable; default: all inputs)",
        "to": "the version to pin, with one --only",
        "plan": "print what would change, write nothing",
        "check": "only say what is older than it could be; end with 1 if something is, 3 if it cannot be told",
        "offline": "with --check: compare with what is recorded here, ask nobody",
    },
    iterable=("only",),
    words="only",
)
def update(
    run: Run, only: Sequence[str] = (), to: str = "", plan: bool = False, check: bool = False, offline: bool = False
) -> int:
    """Update tools and flake inputs, and show which versions change."""
    toolchain = run.context.settings.toolchain
    tools = tuple(name for name in only if name in toolchain)
    inputs = tuple(name for name in only if name not in toolchain)
    if to and (len(only) != 1 or not tools):
        pinned = ", ".join(toolchain) or "nothing"
        raise UsageError(
            "--to needs exactly one --only with a tool that [toolchain] of toolkit.toml pins", f"pinned is: {pinned}"
        )
    if check:
        return _check(run, frozenset(only), offline=offline)
    code = _update_tools(run, tools, to, plan=plan) if tools else 0
    if inputs or not only:
        code = max(code, _update_inputs(run, inputs, plan=plan))
    return code


def _check(run: Run, only: frozenset[str], *, offline: bool) -> int:
    from toolkit.features.environment import facts, pins
    from toolkit.system.nix import NixError

    settings = run.context.settings
    old = [row for row in pins.outdated(settings.toolchain, _newest_of(run)) if not only or row.name in only]
    unknown = ""
    found = _nix(run)
    if (run.context.root / "flake.lock").is_file() and not offline:
        try:
            rows: tuple[Newer, ...] = facts.newer_inputs(run.context.root, found) if found else ()
            unknown = "" if found else "there is no Nix to ask"
            old += [row for row in rows if not only or row.name in only]
        except NixError as error:
            unknown = error.message
    run.print(*(f"{row.name}: {row.have} is pinned, {row.newest} is there ({row.where})" for row in old))
    if unknown:
        run.note(f"toolkit: flake inputs could not be compared: {unknown}")
    if not old:
        run.print("everything that could be compared is up to date" if unknown else "everything is up to date")
    return 1 if old else 3 if unknown else 0


def _update_tools(run: Run, tools: tuple[str, ...], to: str, *, plan: bool) -> int:
    from toolkit.features.environment import pins

    code = 0
    for tool in tools:
        have = run.context.settings.toolchain[tool][0]
        newest = to or _newest_of(run)(tool, have.split(".", maxsplit=1)[0])
        if newest is None or newest == have or (not to and newest.startswith(f"{have}.")):
            run.print(f"{tool}: {have} stays{f', which means {newest}' if newest and newest != have else ''}")
            continue
        content = _manifest(run)
        if content is not None:
            run.print(f"{tool}: {have} -> {newest}")
            code = max(code, carry_out(run, pins.pin(content, tool, newest), "update", plan=plan))
    return code


def _update_inputs(run: Run, inputs: tuple[str, ...], *, plan: bool) -> int:
    from toolkit.features.environment import facts, pins
    from toolkit.model import Plan, WriteFile
    from toolkit.system import nix
    from toolkit.system.files import digest_bytes

    if not (run.context.root / "flake.nix").is_file():
        raise UsageError("there is no flake.nix whose inputs could be updated", _tools_instead(run))
    found = _nix(run)
    if found is None:
        raise ToolkitError(nix.absence().message, _tools_instead(run))
    root = run.context.root
    lock = root / "flake.lock"
    before = lock.read_bytes() if lock.is_file() else None
    run.note(f"toolkit: updating {', '.join(inputs) or 'all inputs'}")
    after, versions = facts.updated_lock(root, found, inputs)
    changed = pins.lock_changes(before, after)
    run.print(*(changed or ("flake.lock: nothing newer",)))
    run.print(*pins.version_changes(*versions))
    if not changed:
        return 0
    expected = digest_bytes(before) if before is not None else None
    return carry_out(run, Plan("update flake.lock", (WriteFile("flake.lock", after, expected),)), "update", plan=plan)


def _tools_instead(run: Run) -> str:
    """What can be updated without Nix."""
    pinned = next(iter(run.context.settings.toolchain), "")
    return f"invoke update --only {pinned} updates a tool without it" if pinned else "invoke init makes one"


def _verdict(run: Run, package: str, version: str) -> str:
    """Whether the pinned nixpkgs has the package, or that nobody could be asked.

    Raises:
        UsageError: it has not.
    """
    from toolkit.features.environment import facts
    from toolkit.system.nix import NixError

    found = _nix(run)
    if found is None:
        return f"{package}: whether the pinned nixpkgs has it could not be checked, because there is no Nix"
    try:
        have = facts.attribute(run.context.root, found, package)
    except NixError as error:
        return f"{package}: whether the pinned nixpkgs has it could not be checked: {error.message}"
    if have is None:
        raise UsageError(f"the pinned nixpkgs has no {package}", f"invoke search {package}")
    if version != "*" and not have.startswith(version):
        raise UsageError(f"the pinned nixpkgs has {package} {have}, not {version}", "leave --version out, or update")
    return f"{package} {have or '(no version)'} in the pinned nixpkgs"


def _nix(run: Run) -> Nix | None:
    from toolkit.system import nix

    return nix.find() if (run.context.root / "flake.nix").is_file() else None


def _manifest(run: Run) -> bytes | None:
    from toolkit.manifest import NAME

    path = run.context.root / NAME
    return path.read_bytes() if path.is_file() else None


def _newest_of(run: Run) -> Callable[[str, str], str | None]:
    from toolkit.features.toolchain import canonical, load_pins, newest

    known = load_pins(repository=run.context.root)

    def ask(tool: str, beginning: str) -> str | None:
        name = canonical(tool)
        return newest(known.versions(name), beginning) if name in known.tools else None

    return ask
