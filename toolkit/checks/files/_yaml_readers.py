"""YAML files that somebody is known to read: by their name, by what stands in them, or because another file names them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.path_names import archive_of

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_read"]

_NAMED = regex(
    r"(?i)(?:^|/)(?:\.github/(?!workflows/[^/]+/)|\.(?:circleci|woodpecker|gitlab|buildkite|config|storybook|vscode)/)"
    r"|(?:^|/)(?:k8s|kubernetes|kube|manifests?|helm|charts?|deploy(?:ments?)?|infra(?:structure)?|ansible|playbooks?|roles|terraform|ops|monitoring|observability|prometheus"
    r"|grafana|provisioning|alerts?|configs?|conf|settings|locales?|i18n|lang|translations|resources|data|fixtures|rules|policies|flows|pipelines)/"
    r"|(?:^|/)(?:[\w.-]*compose[\w.-]*|\.?(?:gitlab-ci|travis|appveyor|drone|pre-commit-config|yarnrc|golangci|yamllint|markdownlint|hadolint|codecov|rubocop|clang-(?:format|tidy)|lefthook|mergify|coderabbit|releaserc|eslintrc"
    r"|prettierrc|stylelintrc|swiftlint|cirrus|readthedocs|goreleaser|dependabot|renovate|graphqlrc|lintstagedrc|commitlintrc)[\w.-]*"
    r"|mkdocs|_config|action|app|application[\w.-]*|bootstrap[\w.-]*|azure-pipelines?|bitbucket-pipelines|buildspec|cloudbuild|render|serverless|skaffold|tilt|taskfile|environment|conda|meta|pubspec|analysis_options|build"
    r"|pnpm-(?:workspace|lock)|openapi[\w.-]*|swagger[\w.-]*|asyncapi[\w.-]*|kustomization|chart|values[\w.-]*|crds?|config[\w.-]*|settings[\w.-]*|prometheus[\w.-]*|alertmanager[\w.-]*|loki[\w.-]*|tempo[\w.-]*|otel[\w.-]*|promtail[\w.-]*"
    r"|traefik[\w.-]*|envoy[\w.-]*|kong[\w.-]*|hasura[\w.-]*|docker-bake|model|dbt_project|profiles|schema|sources|fly|copilot|template|samconfig|cdk|stack|pulumi[\w.-]*|codegen|buf[\w.-]*|sqlc|subgraph|[\w.-]*config)\.ya?ml$"
)
"""Places and names of which a tool or a program reads what it finds there."""
_DEAD = regex(r".+/\.(?:github|circleci|woodpecker|gitlab|buildkite)/")
"""What a service reads at the root of a repository alone."""
_NOTES = regex(
    r"(?i)(?:^|/)_?(?:docs?|documentation|plans?|planning|notes?|stories|specs?|specifications?|rfcs?|proposals?|governance|research)/"
)
"""Folders whose files people read: the name of one must say which tool reads it, too."""
_WRITTEN = regex(
    rb"(?m)^(?:apiVersion|openapi|swagger|asyncapi|AWSTemplateFormatVersion|specVersion|receivers|scrape_configs|datasources"
    rb"|(?P<word>kind|services|jobs|stages|pipeline|hosts|resources|Resources|functions|paths))[ \t]*:"
)
"""Keys at the top by which a tool knows its own; words of any plan among them."""
_RUN = regex(
    r"(?i)\.(?:[cm]?[jt]sx?|vue|svelte|py|rs|go|java|kt|kts|rb|cs|php|sh|bash|zsh|ps1|mk|nix|gradle|tf|toml|ini|cfg|hcl)$|(?:^|/)(?:[\w.-]*(?:docker|container|make|just|proc|rake|vagrant|tilt|jenkins)file[\w.-]*|README[^/]*|package\.json|[\w.-]*compose[\w.-]*\.ya?ml)$"
    r"|(?:^|/)\.(?:github|circleci)/.*\.ya?ml$"
)
"""What runs something, or says how it is run."""


def is_read(context: Inspection, path: str) -> bool:
    """Whether anything is known to read a YAML file, so that it fails where the file cannot be parsed."""
    if archive_of(path) or _DEAD.match(path):
        return False
    name = path.rpartition("/")[2]
    if _NAMED.search(name) if (noted := _NOTES.search(path)) else _NAMED.search(path):
        return True
    if any(not (noted and one["word"]) for one in _WRITTEN.finditer(context.content(path) or b"")):
        return True
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    others = (one for one in sorted(holding(context, (name,)) - {path}) if _RUN.search(one))
    return any(word.search(text_of(context, one, errors="replace")) for one in others)
