"""Workflows and pipelines in folders and under names that no service reads."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.workflows._nested import looks_like_workflow
from toolkit.checks.workflows._workflows import FOLDER
from toolkit.context import Unreadable
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["OTHER_SERVICES", "is_generated", "lost_workflows", "pipelines_below"]

OTHER_SERVICES = {
    ".gitlab-ci.yml": "GitLab",
    ".circleci/config.yml": "CircleCI",
    ".travis.yml": "Travis",
    "bitbucket-pipelines.yml": "Bitbucket",
}
"""Pipelines that their service reads at one place only, unless the root's file includes them."""

_SET_ASIDE = regex(r"disabled?|old|backup|bak|archived?|deprecated|inactive|unused|later|draft", re.IGNORECASE)
_ENDING = regex(
    r"\.ya?ml(?:[._~-]?(?:disabled?|off|bak|backup|old|orig|inactive|save|skip|txt|template|example|sample|\d)?[~]?)?",
    re.IGNORECASE,
)
_OF_GITHUB = regex(
    r"(?:dependabot|funding|release|release-drafter|labeler|labels|settings|stale|mergify|auto[_-]assign|no-response|codecov|config"
    r"|renovate|issuelabeler|pull)\.ya?ml",
    re.IGNORECASE,
)
"""Settings that lie beside the folder of workflows: where they cannot be read, nobody takes them for workflows."""
_JOBS = regex(r"(?m)^(?:jobs|[\"']?on[\"']?):")
"""What a workflow has even where it is no YAML, and a file of several manifests of Kubernetes nowhere."""
_CLOSE = 0.8
"""Likeness (0 to 1) from which a folder's name is taken for a misspelt one."""
_HOMES = ("github", "git_hub", ".github", ".git-hub", "workflows")
_GIVES = regex(r"template|example|sample", re.IGNORECASE)
_GENERATOR = (".openapi-generator-ignore", ".swagger-codegen-ignore", ".openapi-generator")
"""What a generator of clients leaves beside the pipelines that it writes."""


def lost_workflows(context: Inspection) -> Iterator[tuple[str, str, Severity]]:
    """Files of workflows that GitHub does not read for their folder or their name: path, why, how bad it is."""
    tracked = context.inventory.tracked_set
    for path in _candidates(context):
        folder, name = posixpath.split(path)
        ending = _ENDING.search(name)
        if path not in tracked or ending is None or ending.end() != len(name) or name.startswith("action.y"):
            continue
        plain = name.endswith((".yml", ".yaml"))
        known = folder == ".github" and _OF_GITHUB.fullmatch(name) is not None
        unread = not known and _JOBS.search(text_of(context, path, errors="replace")) is not None
        if (folder == FOLDER and plain) or not looks_like_workflow(context, path, unread=unread):
            continue
        aside = _SET_ASIDE.search(folder.removeprefix(".github")) or (not plain and not ending[0].endswith(".txt"))
        grave = folder not in (".github", FOLDER) and not folder.startswith(f"{FOLDER}/")
        severity: Severity = "info" if aside or _GIVES.search(path) else "error" if grave else "warning"
        why = f"it lies in {folder}" if plain else f"its name ends with {ending[0]}"
        yield path, f"{why}; {FOLDER} is read" if grave and plain else why, severity


def _candidates(context: Inspection) -> Iterator[str]:
    """Files below a folder whose name is like one that GitHub reads, but not what it reads."""
    tops = sorted({folder for folder in context.inventory.folders if _is_like_home(folder)})
    seen: set[str] = set()
    for top in tops:
        for path in context.below(top):
            if path not in seen and context.shows(path):
                seen.add(path)
                yield path


def _is_like_home(folder: str) -> bool:
    """Whether a folder is ``.github`` or one that was probably meant for it, or for the workflows in it."""
    owner, name = posixpath.split(folder)
    if posixpath.basename(owner) == ".github":
        # Below the root the right name is a nested workflow, which is told with a repair.
        return owner == ".github" or (name.lower() != "workflows" and _is_like(name))
    if folder == ".github":
        return True
    return owner == "" and (name in _HOMES or difflib.SequenceMatcher(None, name, ".github").ratio() > _CLOSE)


def _is_like(name: str) -> bool:
    word = re.split(r"[._ -]", name.lower())[0]
    return difflib.SequenceMatcher(None, word, "workflows").ratio() > _CLOSE


def pipelines_below(context: Inspection) -> Iterator[tuple[str, str, str]]:
    """Pipelines of other services in folders below the root: path, the folder they lie in, the name they have there."""
    for name in OTHER_SERVICES:
        for path in context.named(posixpath.basename(name)):
            owner = path.removesuffix(f"/{name}")
            if owner != path and path in context.inventory.tracked_set and not _is_included(context, name, path):
                yield path, owner, name


def is_generated(context: Inspection, owner: str) -> bool:
    """Whether a generator filled the folder of a pipeline: it writes one for every service that there is."""
    return any(
        context.is_file(f"{owner}/{name}") or f"{owner}/{name}" in context.inventory.folders for name in _GENERATOR
    )


def _is_included(context: Inspection, name: str, path: str) -> bool:
    """Whether the root's configuration names a pipeline below it."""
    try:
        return context.is_file(name) and path.encode() in context.read(name)
    except Unreadable:
        return True
