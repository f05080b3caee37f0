"""Commands that prove something: tests and builds, and what guards them, such as linters and installs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks._shell import Simple
    from toolkit.model import Severity

__all__ = ["RUNS_TESTS", "weight"]

_PREFIX = (
    r"(?:(?:npx|pnpx|bunx|uvx|poetry\ run|pdm\ run|hatch\ run|uv\ run|pnpm\ exec|yarn\ exec|npm\ exec|bundle\ exec"
    r"|python3?\ -m|coverage\ run\ -m)(?:\ --?[\w-]+)*\ )?"
)
_PROVING = regex(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo|lerna|rush)\b(?:\ -[\w-]+(?:[= ][\w@/.*-]+)?)*
        (?:\ run)?\ (?:test|build|typecheck|type-check|check-types|tsc|compile|e2e)(?::(?!watch)[\w:-]+)?(?=\s|$)
    | (?:pytest|py\.test|unittest|nose2?|tox|nox|jest|vitest|mocha|ava|playwright\ test|cypress\ run|rspec|phpunit|bats)\b
    | (?:mypy|pyright|tsc|vue-tsc|basedpyright)\b
    | cargo(?:\ \+[\w.-]+)?\ (?:test|nextest|build|check|build-sbf|test-sbf)\b
    | (?:anchor|forge|hardhat|truffle|go|dotnet|swift|bazel|zig|aptos\ move|sui\ move|near)\ (?:test|build|compile|vet)\b
    | (?:mvn|\./mvnw|gradle|\./gradlew)\b.*\b(?:test|build|verify|check|package|assemble\w*)\b
    | python3?\ manage\.py\ test\b|(?:yarn|npm|pnpm)\ workspaces?\ \S+\ (?:run\ )?(?:test|build|typecheck)\b
    | docker(?:\ |-)compose\ (?:run|exec)\b.*\ (?:pytest|test|jest|vitest|rspec|phpunit)\b
    | make\ (?:-\S+\ )*(?:test|build|all|check|ci|unit|integration|e2e)[\w-]*(?=\s|$)
    | ctest\b|docker(?:\ buildx)?\ build\b|docker\ compose\ build\b|terraform\ (?:validate|plan)\b|tofu\ validate\b
    )""",
    re.VERBOSE,
)
_GUARDING = regex(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo)\b(?:\ -[\w-]+(?:[= ][\w@/.*-]+)?)*
        (?:\ run)?\ (?:lint|format:check|check|fmt)(?::[\w:-]+)?(?=\s|$)
    | (?:npm|pnpm|yarn|bun)\ (?:ci|install|i)\b|yarn$
    | (?:eslint|ruff|flake8|pylint|black\ --check|prettier\ (?:-c|--check)|clippy|golangci-lint|shellcheck|hadolint|biome)\b
    | cargo(?:\ \+[\w.-]+)?\ (?:clippy|fmt)\b|gofmt\b|terraform\ fmt\b|tflint\b
    | (?:poetry|pdm|bundle|composer|uv)\ (?:install|sync)\b
    | (?:pip3?|uv\ pip)\ install\b(?=.*\ (?:-r|--requirement|-e|--editable|\.)(?:\s|=|$|\[|/))
    | make\ lint[\w-]*(?=\s|$)
    )""",
    re.VERBOSE,
)
_CLEANING = regex(
    r"--version|--help|--list|--clear|--clearcache|--dry-run|--collect-only|--package-lock-only| -h$|(?:npm|pnpm) (?:i|install)\b.* (?:-g|--global)\b",
    re.IGNORECASE,
)
RUNS_TESTS = regex(rf"{_PREFIX}(?:jest|vitest|mocha|ava|(?:npm|pnpm|yarn|bun)(?: run)? test)\b", re.VERBOSE)
"""Commands of test runners that are asked to succeed without tests."""


def weight(command: Simple) -> Severity | None:
    """How bad it is that a command cannot fail; ``None`` for those that prove nothing."""
    text = command.text
    if _CLEANING.search(text):
        return None
    if _PROVING.match(text):
        return "error"
    return "warning" if _GUARDING.match(text) else None
