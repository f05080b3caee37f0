"""What a nested workflow needs besides a place at the root: without it, it fails there, or does what nobody has asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._model import Workflow
from toolkit.checks.workflows._retired import of_job
from toolkit.context import Unreadable
from toolkit.documents import gomod, yaml
from toolkit.expressions import regex
from toolkit.places import inside, table, upward
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step

__all__ = ["wanting"]

_PINS = {
    "actions/setup-node": ("node", "node-version"),
    "actions/setup-go": ("go", "go-version"),
    "actions/setup-python": ("python", "python-version"),
    "actions-rs/toolchain": ("rust", "toolchain"),
    "dtolnay/rust-toolchain": ("rust", "toolchain"),
    "actions-rust-lang/setup-rust-toolchain": ("rust", "toolchain"),
}
"""Actions that set up a tool, and their input for its version."""
_MANIFESTS = {
    "node": ("javascript", "package.json", "engines", "node"),
    "python": ("python", "pyproject.toml", "project", "requires-python"),
}
"""Family, file, table and key that say which versions of a tool are taken."""
_NUMBER = regex(r"\d+(?:\.\d+){0,2}(?:\.x)?")
_EDITIONS = {"2021": "1.56", "2024": "1.85"}
_LOCKED = regex(rb"(?m)^version = 4\s*$")
_KEPT = regex(r"\$\{\{\s*secrets\.(?!GITHUB_TOKEN\b|github_token\b)(\w+)")
_CLIMBS = regex(r"(?m)(?:^|[\s\"'=:(])\.\./|\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\b")
"""What counts from a folder that is another one after the move."""


def wanting(context: Inspection, paths: Sequence[str], owner: str) -> str:
    """Why workflows do not simply work at the root, in words; empty where nothing is seen."""
    for path, document in context.documents(paths, yaml.parse):
        data = document.data
        workflow = Workflow(path, document, data) if isinstance(data, dict) else None
        why = next(_of_workflow(context, workflow, owner), "") if workflow is not None else ""
        if why:
            return f"{path.rpartition('/')[2]} {why}"
    return ""


def _of_workflow(context: Inspection, workflow: Workflow, owner: str) -> Iterator[str]:
    text = workflow.document.text.content
    for job in workflow.jobs:
        yield from (
            f"uses what GitHub fails: {one.evidence}" for one in of_job(context, job) if one.severity == "error"
        )
    for step in workflow.steps:
        tool, version = _pinned(step)
        for asked, where in _asked(context, tool, owner) if version else ():
            if not may_overlap(version, asked):
                yield f"sets up {tool} {version}, and {where} asks for {asked}"
    if secret := _KEPT.search(text):
        yield f"needs the secret {secret[1]} of another repository"
    if any("environment" in job.data for job in workflow.jobs):
        yield "deploys to an environment of another repository"
    if path := next((one for step in workflow.steps if (one := _CLIMBS.search(step.script))), None):
        yield f"names {path[0].strip()}, which has to be looked at by hand"


def _pinned(step: Step) -> tuple[str, str]:
    """A tool and the version of it that a step sets up, where it stands there in numbers."""
    tool, key = _PINS.get(step.action, ("", ""))
    given = step.inputs.get(key) if key in step.inputs else step.uses.partition("@")[2] if tool == "rust" else None
    version = str(given) if given is not None else ""
    return (tool, version) if tool and _NUMBER.fullmatch(version) else ("", "")


def _asked(context: Inspection, tool: str, owner: str) -> Iterator[tuple[str, str]]:
    """The versions of a tool that the folder of a workflow takes, and the workspace it is installed with, with the file that says so."""
    if tool == "rust":
        yield from _of_cargo(context, owner)
    elif tool in _MANIFESTS:
        family, name, section, key = _MANIFESTS[tool]
        home = context.owner(inside(owner, name), family)
        for folder in dict.fromkeys((owner, home.path if home else owner)):
            asked = table(_data(context, inside(folder, name)), section).get(key)
            if isinstance(asked, str):
                yield asked, inside(folder, name)
    elif tool == "go" and (module := context.readable(inside(owner, "go.mod"), gomod.parse)) is not None and module.go:
        yield f">={module.go}", inside(owner, "go.mod")


def _of_cargo(context: Inspection, owner: str) -> Iterator[tuple[str, str]]:
    """What a crate asks of Rust: by its own word, its edition, what it takes from its workspace, and the form of the lock."""
    path = inside(owner, "Cargo.toml")
    own = table(_data(context, path), "package")
    above = [inside(folder, "Cargo.toml") for folder in upward(owner)]
    home = next((one for one in above if "workspace" in _data(context, one)), "")
    shared = table(_data(context, home), "workspace", "package") if home else {}
    inherited = {key: value for key, value in own.items() if isinstance(value, dict) and value.get("workspace") is True}
    if inherited:
        yield ">=1.64", f"{path}, which inherits from its workspace,"
    for key in ("rust-version", "edition"):
        value, where = (shared.get(key), home) if key in inherited else (own.get(key), path)
        asked = _EDITIONS.get(str(value), "") if key == "edition" else str(value or "")
        if asked:
            yield f">={asked}", where
    lock = next((one for folder in upward(owner) if context.is_file(one := inside(folder, "Cargo.lock"))), "")
    if lock and _LOCKED.search((context.content(lock) or b"")[:500]):
        yield ">=1.78", lock


def _data(context: Inspection, path: str) -> dict[str, Any]:
    """The data of a manifest; none where it cannot be read."""
    if not path or not context.is_file(path):
        return {}
    try:
        return table(context.toml(path) if path.endswith(".toml") else context.json(path))
    except Unreadable:
        return {}
