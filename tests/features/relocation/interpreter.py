"""A small runner of workflows: path filters, working directories, local actions, paths of inputs.

Written apart from the product, from GitHub's description of the fields, so that the two can disagree.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Runner", "load", "starts"]

_PATHS = (
    "path",
    "node-version-file",
    "go-version-file",
    "cache-dependency-path",
    "workingDirectory",
    "working-directory",
)


def load(content: bytes) -> Any:
    """A workflow's data; PyYAML takes `on` for a truth value."""
    data = yaml.safe_load(content)
    if True in data:
        data["on"] = data.pop(True)
    return data


def _like(pattern: str, path: str) -> bool:
    """Whether a filter pattern covers a path; ``**`` crosses folders, ``*`` does not."""
    if not pattern:
        return not path
    if pattern.startswith("**/") and _like(pattern[3:], path):
        return True
    if pattern.startswith("**"):
        return any(_like(pattern[2:], path[cut:]) for cut in range(len(path) + 1))
    if pattern[0] == "*":
        stop = (path + "/").index("/")
        return any(_like(pattern[1:], path[cut:]) for cut in range(stop + 1))
    return bool(path) and pattern[0] == path[0] and _like(pattern[1:], path[1:])


def starts(workflow: Any, event: str, changed: list[str]) -> bool:
    """Whether an event with these changed files starts a workflow."""
    on = workflow["on"]
    if isinstance(on, str | list):
        return event in ([on] if isinstance(on, str) else on)
    if event not in on:
        return False
    options = on[event] or {}
    assert not {"paths", "paths-ignore"} <= set(options), "GitHub refuses both"
    if "paths" in options:
        return any(_last(options["paths"], path) for path in changed)
    if "paths-ignore" in options:
        return not all(_last(options["paths-ignore"], path) for path in changed)
    return True


def _last(patterns: list[str], path: str) -> bool:
    verdict = False
    for pattern in patterns:
        if _like(pattern.removeprefix("!"), path):
            verdict = not pattern.startswith("!")
    return verdict


@dataclass
class Runner:
    """Runs a job's steps in a folder.

    Args:
        workspace: the folder that jobs start in.
        tree: what a checkout puts there.
        log: (kind, value) of everything that can be observed; folders relative to the workspace.
    """

    workspace: Path
    tree: Mapping[str, bytes]
    log: list[tuple[str, str]] = field(default_factory=list)

    def job(self, workflow: Any, name: str, matrix: Mapping[str, str], inputs: Mapping[str, str]) -> None:
        """Run one job with one combination of its matrix."""
        job = workflow["jobs"][name]
        settings = {**_run_defaults(workflow), **_run_defaults(job)}
        values = {f"matrix.{key}": value for key, value in matrix.items()}
        values |= {f"inputs.{key}": value for key, value in inputs.items()}
        values |= {f"env.{key}": value for key, value in (workflow.get("env") or {}).items()}
        for step in job["steps"]:
            self._step(step, settings, values)

    def _step(self, step: Any, settings: Mapping[str, str], values: Mapping[str, str]) -> None:
        if "run" in step:
            self._run(step, settings, values)
        elif step["uses"].startswith("actions/checkout@"):
            for path, content in self.tree.items():
                (self.workspace / path).parent.mkdir(parents=True, exist_ok=True)
                (self.workspace / path).write_bytes(content)
        elif step["uses"].startswith("./"):
            action = load((self.workspace / step["uses"] / "action.yml").read_bytes())
            given = {key: value["default"] for key, value in (action.get("inputs") or {}).items()}
            given |= {key: self._filled(value, values) for key, value in (step.get("with") or {}).items()}
            inner = {f"inputs.{key}": value for key, value in given.items()}
            for item in action["runs"]["steps"]:
                self._step(item, {}, inner)  # a workflow's defaults end here
        else:
            self._action(step, values)

    def _run(self, step: Any, settings: Mapping[str, str], values: Mapping[str, str]) -> None:
        folder = self._filled(step.get("working-directory", settings.get("working-directory", ".")), values)
        script = self._filled(step["run"], values)
        cwd = self.workspace / folder
        assert cwd.is_dir(), f"{folder} does not exist when {script!r} runs"
        environment = {**os.environ, "GITHUB_WORKSPACE": str(self.workspace)}
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=cwd,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, (script, done.stderr)
        self.log.append(("ran in", os.path.relpath(cwd, self.workspace)))
        self.log.append(("printed", done.stdout.replace(str(self.workspace), "WORKSPACE")))

    def _action(self, step: Any, values: Mapping[str, str]) -> None:
        for key, value in (step.get("with") or {}).items():
            if key in _PATHS:
                for line in self._filled(str(value), values).strip().splitlines():
                    kind = "path" if not line.startswith(("~", "/")) else "elsewhere"
                    self.log.append((kind, line))
            else:
                self.log.append(("input", f"{key}={self._filled(str(value), values)}"))

    def _filled(self, text: str, values: Mapping[str, str]) -> str:
        def one(match: re.Match[str]) -> str:
            expression = match[1].strip()
            if call := re.fullmatch(r"hashFiles\((.*)\)", expression):
                return self._hash(re.findall(r"'([^']*)'", call[1]))
            return values.get(expression, match[0])

        return re.sub(r"\$\{\{(.*?)\}\}", one, text)

    def _hash(self, patterns: list[str]) -> str:
        files = sorted(path for path in self.tree if _last(patterns, path))
        return hashlib.sha256(
            b"".join(self.tree[path] + path.rpartition("/")[2].encode() for path in files)
        ).hexdigest()[:12]


def _run_defaults(data: Any) -> dict[str, str]:
    return dict((data.get("defaults") or {}).get("run") or {})
