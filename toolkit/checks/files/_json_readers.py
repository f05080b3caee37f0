"""JSON files that somebody reads by their name, and how strict that reader is."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import Literal

from toolkit.expressions import regex

__all__ = ["is_by_hand", "reader_of"]

# Names whose readers take comments and trailing commas in JSON.
_RELAXED = (
    "tsconfig*.json", "jsconfig*.json", "*.jsonc", "*.json5", "wrangler.json", "devcontainer.json", "babel.config.json",
    ".eslintrc*", ".swcrc", "turbo.json", "renovate.json", "settings.json", "launch.json", "tasks.json", "extensions.json",
    "nx.json", "project.json", "api-extractor.json", "language-configuration.json", ".babelrc", "biome.json", "deno.json", "*.code-workspace",
    "firebase.json", "eas.json", "nest-cli.json", "angular.json", ".*rc.json", "cspell*.json", ".cspell*.json", "typedoc*.json",
    "pyrightconfig*.json", "knip.json", ".markdownlint*.json", "appsettings*.json", "launchSettings.json", "local.settings.json",
    "host.json", "*.schema.json5", ".hintrc", "launch*.json", "azuredeploy*.json", "*.tmLanguage.json",
)  # fmt: skip
_STRICT = (
    "package.json", "package-lock.json", "composer.json", "vercel.json", "railway.json", "app.json", "manifest.json",
    "lerna.json", "now.json", "lighthouserc.json", ".lighthouserc.json", ".prettierrc.json", "components.json", "bower.json", "openapi.json",
    "nodemon.json", "mcp.json", ".mcp.json", "capacitor.config.json", "tauri.conf.json",
    "staticwebapp.config.json", "dataconnect.json", "manifest.webmanifest", "cdk.json", "serverless.json", "global.json",
)  # fmt: skip
_READ = regex(
    r"(?:^|/)(?:configs?|settings|dashboards?|provisioning|grafana|idls?|locales?|messages|i18n|lang|langs|translations|schemas?|abis?|_locales)/(?:[^/]+/)*[^/]+\.json$"
)
"""JSON that a program of the repository reads by its name: one slip, and it does not start."""
_ASIDE = regex(
    r"(?:^|/)(?:tests?|__tests__|e2e|specs?|fixtures?|testdata|examples?|samples?|snapshots?|mocks?|__mocks__)/|invalid|malformed|broken|corrupt|\.(?:test|spec)\.|truncated",
    re.IGNORECASE,
)
"""What tests read, some of it broken on purpose."""
_BY_MACHINE = frozenset({"package-lock.json", "openapi.json"})
_SETTINGS = regex(r"(?i)config|settings|(?:^|\.)rc\b")
_RELAXED_PLACE = regex(r"(?:^|/)(?:\.vscode|ignition/parameters)/")
"""Parameters of Hardhat Ignition are JSON5 (its ``read-deployment-parameters``)."""
_RELAXED_NAME = regex("|".join(map(translate, _RELAXED)))


def reader_of(path: str) -> Literal["strict", "relaxed", "program", "data", ""]:
    """Who reads a JSON file: a tool that takes no comments, one that does, a program of the repository, somebody, or a test."""
    name = path.rpartition("/")[2]
    if _RELAXED_PLACE.search(path):
        return "relaxed"
    if name in _STRICT or name.endswith(".webmanifest"):
        return "strict"
    if _RELAXED_NAME.fullmatch(name):
        return "relaxed"
    if _ASIDE.search(path) or not name.endswith((".json", ".geojson", ".ipynb")):
        return ""
    return "program" if _READ.search(path) else "data"


def is_by_hand(path: str) -> bool:
    """Whether people write a JSON file: a key that stands twice in it is a slip, and its readers take the last in silence."""
    name, reader = path.rpartition("/")[2], reader_of(path)
    return name not in _BY_MACHINE and (
        reader in ("strict", "relaxed", "program") or (reader == "data" and _SETTINGS.search(name) is not None)
    )
