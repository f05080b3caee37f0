"""The jobs of GitHub's workflows, and the versions that their steps set up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checks.toolchain._from_images import COMMANDS, filled, of_image
from toolkit.checks.toolchain._said import COMPARED, Said
from toolkit.expressions import regex
from toolkit.places import join, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents import yaml


__all__ = ["Job"]

_INPUTS = (
    ("actions/setup-node", "node-version", "node"),
    ("actions/setup-python", "python-version", "python"),
    ("actions/setup-go", "go-version", "go"),
    ("actions/setup-java", "java-version", "java"),
    ("actions/setup-dotnet", "dotnet-version", "dotnet"),
    ("oven-sh/setup-bun", "bun-version", "bun"),
    ("subosito/flutter-action", "flutter-version", "flutter"),
    ("pnpm/action-setup", "version", "pnpm"),
    ("astral-sh/setup-uv", "version", "uv"),
    ("astral-sh/setup-uv", "python-version", "python"),
    ("hashicorp/setup-terraform", "terraform_version", "terraform"),
    ("dtolnay/rust-toolchain", "toolchain", "rust"),
    ("actions-rs/toolchain", "toolchain", "rust"),
    ("actions-rust-lang/setup-rust-toolchain", "toolchain", "rust"),
    ("metadaoproject/setup-solana", "solana-cli-version", "solana"),
    ("metadaoproject/setup-anchor", "anchor-version", "anchor"),
    ("heyAyushh/setup-anchor", "anchor-version", "anchor"),
    ("heyAyushh/setup-anchor", "solana-cli-version", "solana"),
    ("heyAyushh/setup-solana", "solana-cli-version", "solana"),
)
_EXPRESSION = regex(r"\$\{\{\s*(env|matrix|vars|inputs)\.([\w-]+)\s*\}\}")
_WORKS = regex(r"\b(?:npm|pnpm|yarn|bun|npx|pip|uv|pytest|cargo|go|make|anchor|terraform)\s+\w")
_BUILDS = regex(
    r"\b(?:npm|pnpm|yarn|bun)\s+(?:(?:run\s+|-\S+\s+\S+\s+){0,6}[\w:.-]{0,40}(?:test|build|lint|type-?check|check)|run\s+\S|workspaces?\b|--?filter\b|-r\b)"
    r"|\b(?:pytest|tox|nox|unittest|mypy|golangci-lint|turbo|nx|vitest|jest|tsc|eslint)\b|\bmanage\.py\s+test"
    r"|\b(?:uv|poetry|pdm|pipenv|hatch)\s+(?:run|build)\b|\b(?:go|cargo|anchor|flutter)\s+(?:test|build|vet|check|clippy|analyze)\b"
    r"|\bmake\b|\b(?:mvnw?|gradlew?)\b|\bdotnet\s+(?:build|test|publish|pack)\b"
)
"""Commands that build, judge or test what the repository holds."""
_NEWEST = regex(r"latest|current|node|stable|\*|lts(?:/\*|-latest)?")
_RUSTUP = "RUSTUP_TOOLCHAIN"
_EXPORTS = regex(
    r"\becho[ \t]+[\"']?(?P<name>[A-Z_]\w{0,60})=(?P<value>[\w.-]{1,40})[\"']?[ \t]*>>[ \t]*[\"']?\$\{?GITHUB_ENV"
)
_RELEASE = regex(r"@(?:[0-9a-f]{40}[ \t\"']{1,9}#[ \t]*(?:tag=)?)?v?(\d{1,3})(?:\.[\d.]+)?(?![\w.-])")
_REFUSES_FROM = 4
_NUMBERS = regex(r"[v^~]?\d+(?:\.(?:\d+|x)){0,2}")


class Job:
    """One job, or the steps of a composite action.

    Args:
        at: the place of its table.
    """

    def __init__(self, path: str, document: yaml.Document, at: tuple[str, ...]) -> None:
        self.path = path
        self.document = document
        self.at: tuple[str | int, ...] = at
        self.data: dict[str, Any] = table(document.data, *at)
        self.env = {**table(document.data, "env"), **table(self.data, "env")}
        self.matrix = table(self.data, "strategy", "matrix")
        self.steps = tuple(map(table, listed(self.data.get("steps"))))
        self.builds = at == ("runs",) or any(
            _BUILDS.search(str(step.get("run", ""))) or str(step.get("uses", "")).startswith("./")
            for step in self.steps
        )

    def said(self) -> Iterator[Said]:
        """What each step sets up, for the folder that the job works in, and whether it builds there."""
        for one in self._said():
            yield one if self.builds else replace(one, builds=False)

    def _said(self) -> Iterator[Said]:
        yield from self.container()
        yield from self.override()
        for folder in self.folders():
            known: set[str] = set()
            begun = False
            for number, step in enumerate(self.steps):
                told = [one for one in self.step(folder, number, step) if not begun or one.tool not in known]
                known |= {one.tool for one in told}
                yield from told
                begun = begun or (isinstance(step.get("run"), str) and _WORKS.search(step["run"]) is not None)
                if begun and self.at != ("runs",):
                    break  # who sets up a tool after the work has begun tries another version on purpose

    def override(self) -> Iterator[Said]:
        """The variable that rustup takes before any file."""
        value = str(self.env.get(_RUSTUP, "")).strip()
        if _NUMBERS.fullmatch(value):
            place: tuple[str | int, ...] = (*self.at, "env", _RUSTUP)
            place = place if self.document.place(place) else ("env", _RUSTUP)
            for folder in self.folders():
                yield Said("rust", value, self.path, self.document.line(place), folder, "workflow", _RUSTUP)

    def exported(self) -> dict[str, tuple[str, int]]:
        """Variables that a step writes for those after it, with their values and lines."""
        found: dict[str, tuple[str, int]] = {}
        for number, step in enumerate(self.steps):
            run = step.get("run")
            for match in _EXPORTS.finditer(run) if isinstance(run, str) and "GITHUB_ENV" in run else ():
                at = (*self.at, "steps", number, "run")
                found.setdefault(
                    match["name"],
                    (match["value"], self.document.text_line(at, (run or "").count("\n", 0, match.start()))),
                )
        return found

    def container(self) -> Iterator[Said]:
        """The image that the job runs in."""
        given = self.data.get("container")
        image = given.get("image") if isinstance(given, dict) else given
        found = of_image(image) if isinstance(image, str) else None
        if found:
            line = self.document.line((*self.at, "container"))
            for folder in self.folders():
                yield Said(*found, self.path, line, folder, "workflow", "container")

    def folders(self) -> list[str]:
        """The folders that commands of the job run in: those of its steps, else the job's, else the root."""
        default = table(self.data, "defaults", "run").get("working-directory") or table(
            self.document.data, "defaults", "run"
        ).get("working-directory")
        base = join(".", default) if isinstance(default, str) and "$" not in default else None
        found = []
        for step in self.steps:
            if isinstance(step.get("run"), str):
                own = step.get("working-directory")
                entered = re.match(r"\s*cd\s+([\w./-]+)", step["run"])
                given = own if isinstance(own, str) else entered[1] if entered else None
                if given is None:
                    found.append(base or ".")
                elif "$" not in given:
                    found.append(join(base or "." if own is None else ".", given) or ".")
        # A job that works in one folder speaks for it; where it works in several, each has its own demands.
        below = sorted(set(found) - {"."})
        return below or [base or "."]

    def step(self, folder: str, number: int, step: dict[str, Any]) -> Iterator[Said]:
        """What one step sets up for a folder: by an action's input, by the action's own name, or by a command."""
        at = (*self.at, "steps", number)
        uses = step.get("uses")
        inputs = table(step, "with")
        if isinstance(uses, str):
            action, _, ref = uses.partition("@")
            for known, key, tool in _INPUTS:
                if action == known and key in inputs:
                    # Up to its version 3, pnpm's action takes what it is given whatever package.json says; 4 compares the words.
                    release = self.release((*at, "uses")) if tool == "pnpm" else 0
                    older = " of an older action" if 0 < release < _REFUSES_FROM else ""
                    literal = COMPARED if release == _REFUSES_FROM else ""
                    for one in self.value(folder, tool, (*at, "with", key)):
                        yield replace(one, what=f"{one.what}{older or literal}")
            if (
                action == "dtolnay/rust-toolchain"
                and "toolchain" not in inputs
                and re.fullmatch(r"\d+\.\d+(\.\d+)?", ref)
            ):
                yield Said("rust", ref, self.path, self.document.line((*at, "uses")), folder, "workflow", "uses")
        run = step.get("run")
        if isinstance(run, str):
            run = filled(run, {name: str(value) for name, value in self.env.items()})
            for tool, pattern in COMMANDS:
                for match in pattern.finditer(run):
                    if "toolchain install" in " ".join(match[0].split()):
                        continue  # one more beside what the runner has, for who asks for it by name
                    line = self.document.text_line((*at, "run"), run.count("\n", 0, match.start()))
                    yield Said(tool, match[1], self.path, line, folder, "workflow", "run")

    def release(self, at: tuple[str | int, ...]) -> int:
        """The major version of the action that a step uses, which a comment says of a pinned commit; 0 if nothing does."""
        line = self.document.text.content.split("\n")[self.document.line(at) - 1]
        found = _RELEASE.search(line)
        return int(found[1]) if found else 0

    def floating(self) -> Iterator[tuple[str, str, int]]:
        """Tool, text and line of the versions that are whatever is newest."""
        for number, step in enumerate(self.steps):
            action = str(step.get("uses", "")).partition("@")[0]
            for known, key, tool in _INPUTS:
                if action != known or tool == "rust" or key not in table(step, "with"):
                    continue  # Rust's channels are meant so
                at: tuple[str | int, ...] = (*self.at, "steps", number, "with", key)
                named = _EXPRESSION.fullmatch(self.document.raw(at).strip())
                if named is not None and named[1] == "env" and named[2] in self.env:
                    own = (*self.at, "env", named[2])
                    at = own if self.document.place(own) else ("env", named[2])
                text = self.document.raw(at).strip()
                if _NEWEST.fullmatch(text) or (tool == "python" and text in ("3", "3.x")):
                    yield tool, text, self.document.line(at)

    def value(self, folder: str, tool: str, at: tuple[str | int, ...]) -> Iterator[Said]:
        """The versions that an input of an action stands for, variables, inputs and matrices followed."""
        text = self.document.raw(at).strip()
        line = self.document.line(at)
        match = _EXPRESSION.fullmatch(text)
        if match is None:
            if _NUMBERS.fullmatch(text):
                yield Said(tool, text.removeprefix("v"), self.path, line, folder, "workflow", str(at[-1]))
            return
        if match[1] == "env" and match[2] in self.env:
            spec = str(self.env[match[2]])
            place: tuple[str | int, ...] = (*self.at, "env", match[2])
            place = place if self.document.place(place) else ("env", match[2])
            spec = self.document.raw(place).strip() or spec
            if _NUMBERS.fullmatch(spec):
                yield Said(
                    tool, spec.removeprefix("v"), self.path, self.document.line(place), folder, "workflow", match[2]
                )
        elif match[1] == "env" and match[2] in (exported := self.exported()):
            spec, line = exported[match[2]]
            if _NUMBERS.fullmatch(spec):
                yield Said(tool, spec.removeprefix("v"), self.path, line, folder, "workflow", match[2])
        elif match[1] == "inputs":
            default = ("inputs", match[2], "default")
            spec = self.document.raw(default).strip() if self.document.place(default) else ""
            if _NUMBERS.fullmatch(spec):
                line = self.document.line(default)
                yield Said(tool, spec.removeprefix("v"), self.path, line, folder, "workflow", f"inputs.{match[2]}")
        elif match[1] == "matrix":
            yield from self.entries(folder, tool, match[2])

    def entries(self, folder: str, tool: str, key: str) -> Iterator[Said]:
        """A matrix with all that ``include`` adds."""
        place = (*self.at, "strategy", "matrix", key)
        values = self.matrix.get(key)
        places = [(*place, number) for number in range(len(values))] if isinstance(values, list) else []
        extra = self.matrix.get("include")
        places += [
            (*self.at, "strategy", "matrix", "include", number, key)
            for number, item in enumerate(extra if isinstance(extra, list) else ())
            if isinstance(item, dict) and key in item
        ]
        found = [self.document.raw(one).strip().removeprefix("v") for one in places]
        if found and all(_NUMBERS.fullmatch(raw) for raw in found):
            line = self.document.line(place if isinstance(values, list) and values else places[0])
            yield Said(tool, " || ".join(found), self.path, line, folder, "matrix", f"matrix.{key}")
