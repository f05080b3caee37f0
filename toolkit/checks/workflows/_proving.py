"""Commands that prove something: tests and builds, what guards them, such as linters and installs, and what brings them out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks._shell import Simple
    from toolkit.model import Severity

__all__ = ["RUNS_TESTS", "is_deployment", "is_probe", "is_setup", "looks_for_faults", "publishes", "weight"]

_OPTIONS = r"(?:\ -[\w-]+(?:[= ](?!-)[\w@/.*-]+)?)*"
"""Options of a manager with their values."""
_FLAGS = r"(?:\ -\S+(?:\ [^\s-]\S*)??)*"
"""Options between a program and what it is to do, with any values."""
_PREFIX = (
    r"(?:(?:npx|pnpx|bunx|uvx|poetry\ run|pdm\ run|pipenv\ run|hatch\ run|uv\ run|bundle\ exec|fvm|python3?\ -m|coverage\ run\ -m"
    rf"|(?:pnpm|yarn|npm){_OPTIONS}\ (?:exec|dlx)|(?:pnpm|yarn|bun){_OPTIONS}(?=\ (?:turbo|nx|vitest|jest|mocha|playwright|cypress|tsc|vue-tsc|eslint|biome|prettier)\ )|yarn\ workspace\ \S+\ (?:exec|run))(?:\ -[\w-]+)*\ )?"
)
_PROVING = regex(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo|lerna|rush)\b{_OPTIONS}
        (?:\ run)?\ (?:test|build|typecheck|type-check|check-types|tsc|compile|e2e)(?::(?!watch)[\w:-]+)?(?=\s|$)
    | (?:pytest|py\.test|unittest|nose2?|tox|nox|jest|vitest|mocha|ava|playwright\ test|cypress\ run|rspec|phpunit|bats)\b
    | (?:mypy|pyright|tsc|vue-tsc|basedpyright)\b
    | cargo(?:\ \+[\w.-]+)?\ (?:test|nextest|build|check|build-sbf|test-sbf|fuzz\ run)\b
    | (?:anchor|forge|hardhat|truffle|go|dotnet|swift|bazel|zig|aptos\ move|sui\ move|near|scarb|snforge|stellar\ contract|soroban\ contract|starknet-foundry)\ (?:test|build|compile|vet)\b
    | (?:mvn|gradle|(?:(?:ba)?sh\ )?(?:[\w.]+/)*(?:mvnw|gradlew))\b.*\b(?:test\w*|build|verify|check|package|assemble\w*)\b
    | (?:node|tsx){_OPTIONS}\ --test(?=\s|$)|(?:c8|nyc)\ (?:-\S+\ )*(?:node|mocha|npm|ava|tap)\b
    | (?:flutter|dart|mix|sbt|lein|cabal|stack|gleam|crystal|meson|ninja|hatch|rye|rails|rake|bin/rails|ng|melos|composer|detox|maestro)
        (?:\ (?:-[\w-]+(?:=\S+)?|run|clean))*\ (?:test|spec)(?::[\w:-]+)?(?=\s|$)
    | (?:flutter\ (?:build|drive)|ng\ build|cmake\ --build)\b|(?:php\ )?(?:\./)?artisan\ test\b|php\ (?:-\S+\ )*bin/phpunit\b|(?:php\ )?(?:\./)?(?:vendor/)?bin/(?:phpunit|pest|rspec|codecept\ run|behat)\b
    | (?:pest|busted|prove|web-test-runner|wtr|karma\ start|rebar3\ (?:eunit|ct))(?=\s|$)|xcodebuild\b.*\ (?:test|test-without-building|build-for-testing)(?=\s|$)
    | (?:(?:ba)?sh\ )?(?:[\w.-]+/)*(?:run[-_])?(?:(?:unit|integration|e2e|smoke)[-_])?tests?\.sh(?=\s|$)
    | python3?\ manage\.py\ test\b|(?:yarn|npm|pnpm)\ workspaces?\ \S+\ (?:run\ )?(?:test|build|typecheck)\b
    | docker(?:\ |-)compose\ (?:run|exec)\b.*\ (?:pytest|test|jest|vitest|rspec|phpunit)\b
    | make\ (?:-\S+\ )*(?:test|build|all|check|ci|unit|integration|e2e)[\w-]*(?=\s|$)
    | coverage\ report\b.*--fail-under|diff-cover\b.*--fail-under|(?:nyc|c8)\ check-coverage\b
    | ctest\b|docker(?:\ buildx)?\ build\b|docker\ compose\ build\b|(?:terraform|tofu){_FLAGS}\ (?:validate|plan)\b
    )""",
    re.VERBOSE,
)
_GUARDING = regex(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo)\b{_OPTIONS}
        (?:\ run)?\ (?:lint|format:check|check|fmt|verify|validate|smoke|preflight)(?::[\w:-]+)?(?=\s|$)
    | (?:(?:node|tsx|ts-node|python3?|bash|sh|deno\ run|bun(?:\ run)?)\ (?:-\S+\ )*)?(?:\./)?(?:[\w.-]+/)*
        (?:(?:check|verify|validate|lint|audit|assert)(?:[-_][\w-]*)?|[\w-]+[-_](?:check|lint|audit|parity|suites?|tests?))\.(?:sh|bash|py|[cm]?[jt]s)(?=\s|$)
    | (?:npm|pnpm|yarn|bun)\ (?:ci|install|i)\b|yarn$
    | (?:eslint|ruff|flake8|pylint|black\ --check|prettier\ (?:-c|--check)|clippy|golangci-lint|shellcheck|hadolint|biome)\b
    | (?:flutter|dart)\ analyze\b|dart\ format\b.*--set-exit-if-changed|mix\ (?:credo|dialyzer|format\ .*--check-formatted)\b
    | (?:rubocop|phpstan|psalm|swiftlint|ktlint|detekt)(?=\s|$)|(?:\./)?vendor/bin/(?:phpstan|psalm|phpcs|pint)\b|dotnet\ format\b.*--verify-no-changes
    | cargo(?:\ \+[\w.-]+)?\ (?:clippy|fmt)\b|forge\ (?:snapshot|fmt)\b.*--(?:check|diff)\b|gofmt\b|terraform\ fmt\b|tflint\b
    | (?:poetry|pdm|bundle|composer|uv)\ (?:install|sync)\b
    | (?:pip3?|uv\ pip)\ install\b(?=.*\ (?:-r|--requirement|-e|--editable|\.)(?:\s|=|$|\[|/))
    | make\ lint[\w-]*(?=\s|$)
    | (?!(?:cd|pushd|mkdir|rmdir|rm|ls|cat|cp|mv|ln|touch|chmod|chown|echo|printf|source|bash|sh|zsh|export|unset|git|find|grep|sed|docker|podman
        |kubectl|pip3?|apt|apt-get|brew|ssh|scp|curl|wget|kill|pkill|killall|which|command|type|createdb|dropdb|psql|mysql|redis-cli|python3?|node
        |if|while|until|sudo|time|exec|eval|env|id|su|useradd|userdel|zip|tar|unzip|tee|read|local|aws|gcloud|az|helm|terraform|du|stat|open)\ )
        [a-z][\w-]*\ (?:run\ )?tests?(?=\s|$)
    | (?:kubeconform|kubeval|kube-linter|actionlint|ansible-lint|conftest|spectral|sqlfluff|cfn-lint)\b|helm{_FLAGS}\ (?:lint|template)\b
    | kubectl{_FLAGS}\ kustomize\b|kustomize{_FLAGS}\ build\b|docker(?:-|\ )compose{_FLAGS}\ config\b|buf\ (?:lint|build|breaking)\b
    | packer\ validate\b|(?:promtool|amtool)\ (?:check|check-config|test)\b|nginx\ -t\b|caddy\ validate\b
    )""",
    re.VERBOSE,
)
_MIGRATING = regex(
    rf"""{_PREFIX}(?:
      (?:alembic|flask\ db|aerich)\ upgrade\b|prisma\ (?:migrate\ deploy|db\ push)\b|drizzle-kit\ (?:migrate|push)\b
    | knex\ migrate:(?:latest|up)\b|(?:python3?\ )?(?:\S*/)?manage\.py\ migrate\b|(?:bin/)?(?:rails|rake)\ db:migrate\b
    | (?:sqlx|diesel|sea-orm-cli)\ (?:migrate|migration)\ (?:run|up)\b|flyway\b.*\ migrate\b|liquibase\b.*\ update\b
    | (?:dbmate|goose|migrate)\b.*\ up\b|supabase\ (?:db\ push|migration\ up)\b|(?:typeorm|typeorm-ts-node-\w+)\ migration:run\b
    | sequelize(?:-cli)?\ db:migrate(?=\s|$)|wrangler\ d1\ migrations\ apply\b|dotnet\ ef\ database\ update\b|atlas\ migrate\ apply\b
    | (?:npm|pnpm|yarn|bun)\b{_OPTIONS}(?:\ run)?\ (?:db[:-])?migrat(?:e|ions?)(?::(?:deploy|up|run|latest|prod\w*))?(?=\s|$)
    | (?:python3?|node|tsx|bash|sh)\ (?:\S*/)?(?:run[-_])?(?:migrate|migrations?|init[-_]db|migrate[-_]db)\.(?:py|js|mjs|ts|sh)\b
    )""",
    re.VERBOSE,
)
_DEPLOYING = regex(
    rf"""{_PREFIX}(?:
      kubectl{_FLAGS}\ (?:apply|set\ image|rollout\ (?:restart|status))\b|helm{_FLAGS}\ (?:upgrade|install)\b|(?:terraform|tofu){_FLAGS}\ apply\b|docker\ push\b
    | anchor\ deploy\b|solana\ program\ deploy\b|wrangler\ (?:deploy|publish)\b|wrangler\ pages\ (?:deploy|publish)\b|vercel\b.*--prod|(?:serverless|sls)\ deploy\b
    | fly(?:ctl)?\ deploy\b|gcloud\ (?:run|app|functions)\ deploy\b|firebase\ deploy\b|netlify\ deploy\b.*--prod|railway\ up\b|eb\ deploy\b
    | aws\ (?:ecs\ update-service|s3\ sync|lambda\ update-function-code|deploy\ create-deployment)\b|docker\ stack\ deploy\b
    | (?:npm|pnpm|yarn|bun)\b{_OPTIONS}(?:\ run)?\ deploy(?::(?!preview)[\w:-]+)?(?=\s|$)
    | (?:(?:bash|sh)\ )?(?:\./)?(?:[\w-]+/)*deploy[\w-]*\.sh\b|make\ deploy[\w-]*(?=\s|$)
    )""",
    re.VERBOSE,
)
_PUBLISHING = regex(
    rf"{_PREFIX}(?:(?:npm|pnpm|yarn|bun)\b{_OPTIONS}(?:\ npm)?\ publish|cargo\ publish|twine\ upload)\b", re.VERBOSE
)
_LOOKING = regex(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun)\ (?:npm\ )?audit\b|cargo\ (?:audit|deny)\b|pip-audit\b|safety\ (?:check|scan)\b|bundle(?:r-audit|\ audit)\b
    | (?:bandit|semgrep|trivy|snyk|gitleaks|trufflehog|grype|osv-scanner|govulncheck|gosec|checkov|tfsec|brakeman|slither|hadolint)\b
    | (?:lhci|lighthouse|k6\ run|newman\ run|artillery\ run|codespell|markdownlint\S*|yamllint|commitlint)\b
    )""",
    re.VERBOSE,
)
"""Commands that look for faults that may lie in the code of others, too: on its own each may be for information."""
_SETTING_UP = regex(
    r"(?:cd|mkdir|export|set|curl|wget|tar|chmod|npm (?:ci|i|install)|pnpm (?:i|install)|yarn(?: install)?|bun (?:i|install)|corepack|pip3? install"
    r"|python3? -m pip install|pipx install|uv (?:sync|pip install|tool install)|poetry install|cargo install|go install|gem install"
    r"|bundle install|(?:sudo )?apt(?:-get)?|brew install|docker pull)(?= |$)"
)
_INSIDE = regex(
    r"(?:kubectl|oc) exec\b.*? -- |docker(?:-compose| compose)\b(?: -[\w-]+(?:[= ](?!-|exec |run )\S+)?)* (?:exec|run)(?: -[\w-]+(?:=\S*)?)* [\w.]+ "
    r"|docker exec(?: -\w+)* [\w$.]\S* |(?:heroku|railway|doppler) run(?: --)? |(?:op|infisical) run\b.*? -- |(?:sh|bash) -\w*c "
)
"""What runs a command elsewhere."""
_MENDING = regex(r"(?<!\S)--fix(?![\w-])")
"""What a linter is told to put right what it finds, in place of failing."""
_CLEANING = regex(
    r"--version|--help|--list|--clear|--clearcache|--dry-run|--collect-only|--package-lock-only| -h$|(?:npm|pnpm) (?:i|install)\b.* (?:-g|--global)\b",
    re.IGNORECASE,
)
RUNS_TESTS = regex(rf"{_PREFIX}(?:jest|vitest|mocha|ava|(?:npm|pnpm|yarn|bun)(?: run)? test)\b", re.VERBOSE)
"""Commands of test runners that are asked to succeed without tests."""


def weight(command: Simple) -> Severity | None:
    """How bad it is that a command cannot fail; ``None`` for those that prove nothing."""
    text = command.text
    if _CLEANING.search(text) or _MENDING.search(text):
        return None
    if _PROVING.match(text):
        return "error"
    return "warning" if _GUARDING.match(text) or is_deployment(command) else None


def is_deployment(command: Simple) -> bool:
    """Whether a command brings something out, or changes a database for it."""
    text = command.text
    outer = _INSIDE.match(text)
    inner = text[outer.end() :] if outer else text
    return _DEPLOYING.match(inner) is not None or _MIGRATING.match(inner) is not None


def is_probe(command: Simple) -> bool:
    """Whether a command asks once whether a service answers."""
    return command.words[0] in ("curl", "wget") and "://" in command.text and not command.depth and not command.tested


def publishes(command: Simple) -> bool:
    """Whether a command gives a package to a registry: a second time may fail, and mostly is meant to be let pass."""
    return _PUBLISHING.match(command.text) is not None


def looks_for_faults(command: Simple) -> bool:
    """Whether a command looks for faults, if only for information."""
    return _LOOKING.match(command.text) is not None


def is_setup(command: Simple) -> bool:
    """Whether a command only makes a job ready: goes somewhere, installs something."""
    return _SETTING_UP.match(command.text) is not None
