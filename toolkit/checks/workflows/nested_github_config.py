"""Settings for GitHub that lie where GitHub never looks."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks.workflows._nested import grade, nested_files
from toolkit.checks.workflows._workflows import every_workflow
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.model import Fix, RunCommand
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_READ_AT_THE_ROOT = regex(
    r"(?P<what>dependabot/[^/]+\.ya?ml|(?:dependabot|funding|release|labeler|settings|stale|mergify|auto_assign|no-response|release-drafter)\.ya?ml"
    r"|codeql/[^/]+\.ya?ml|renovate\.json5?|CODEOWNERS|SECURITY\.md"
    r"|issue_template(?:/.+|\.md)|pull_request_template(?:/.+|\.md|\.txt)?)",
    re.IGNORECASE,
)
_MERGED = ("dependabot", "codeowners")
_SHOWN = 8
_NAMED = ("labeler", "codeql", "release-drafter", "auto_assign", "renovate")
"""What a workflow may name by its path, or a tool by its own setting."""
_MEANING = {
    "dependabot": "no dependency of this folder is updated",
    "codeowners": "nobody is asked for a review",
    "funding": "no sponsor button is shown",
    "release": "release notes are not grouped by it",
    "labeler": "no label is set by it",
    "issue_template": "nobody is offered these forms",
    "pull_request_template": "nobody is offered this text",
    "settings": "no setting of the repository follows it",
    "stale": "nothing is marked as stale",
    "mergify": "nothing is merged by it",
    "auto_assign": "nobody is assigned",
    "no-response": "nothing is closed by it",
    "release-drafter": "no release is drafted by it",
    "codeql": "no scan uses it",
    "renovate": "no dependency of this folder is updated",
    "security": "nobody is shown how to report a weakness",
}
_PLACE = {
    "dependabot": "only as .github/dependabot.yml of the root",
    "codeowners": "only in the root, its docs and its .github",
}
_OWNERS = frozenset({"CODEOWNERS", "docs/CODEOWNERS", ".github/CODEOWNERS"})
_BELOW = regex(r"/\.github/[^/]+$")


class NestedGithubConfig(Check):
    """Settings for GitHub lie where GitHub never reads them.

    What it checks:
        ``dependabot.yml``, ``CODEOWNERS``, ``FUNDING.yml``, ``release.yml``, ``labeler.yml``, settings of well-known
        applications, ``SECURITY.md``, issue and pull request templates in the ``.github`` of a folder below the root;
        ``CODEOWNERS`` in any other folder than the root, ``docs`` and ``.github``, ``dependabot.yml`` beside ``.github``, and updates for
        Dependabot in any folder of it. What a workflow names by its path is right, and so are actions; one finding stands for all
        of a folder but these two, which are merged.

    Why it matters:
        GitHub reads these files at the root only: the updates, reviews and forms they promise do not happen.

    How to fix:
        Merge what is still wanted into the root's file (``directory: /P`` for Dependabot, ``/P/`` before the patterns of
        CODEOWNERS), then delete the nested one. ``invoke relocate-workflows`` merges Dependabot and CODEOWNERS.

    Fix safety:
        Unsafe for Dependabot and CODEOWNERS, because merged rules begin to apply; manual for the others.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        said: set[tuple[str, str]] = set()
        copied: dict[tuple[str, bool], list[tuple[str, str]]] = {}
        for path, owner, inner in nested_files(context):
            match = _READ_AT_THE_ROOT.fullmatch(inner)
            if match is None:
                continue
            what = re.split(r"[./]", match["what"].lower())[0]
            if (owner, what) in said or (what in _NAMED and _is_named(context, path)):
                continue
            said.add((owner, what))
            if what in _MERGED:
                yield self._finding(context, path, owner, what)
            else:
                copied.setdefault((owner, what == "security"), []).append((path, what))
        for (owner, _), ((path, what), *others) in copied.items():
            yield self._finding(context, path, owner, what, [other for other, _ in others])
        for path, what in _astray(context):
            owner = posixpath.dirname(path) or "."
            if (owner, what) not in said:
                yield self._finding(context, path, owner, what)

    def _finding(self, context: Inspection, path: str, owner: str, what: str, others: Sequence[str] = ()) -> Finding:
        """One finding for a file that is merged by hand or by a task, and for all others of a folder that came with it."""
        reason = grade(context, owner) if owner != "." else ""
        argv = ("invoke", "relocate-workflows", "--only", owner)
        merge = Fix(
            advised(context, "move what it says to the root's .github", " ".join(argv)),
            "unsafe",
            (RunCommand(argv, ".", f"GitHub never reads {path}"),),
        )
        by_hand = Fix("move what is still wanted to the root's .github, and delete it here", "manual")
        return self.finding(
            context,
            path,
            f"this file is read {_PLACE.get(what, 'at the root only')}: {_MEANING[what]}"
            + (f", and so it is with {len(others)} more of this folder" if others else ""),
            evidence="; ".join((reason or f"it lies in {posixpath.dirname(path) or 'the root'}", *others[:_SHOWN])),
            severity="info" if reason or what == "security" else None,
            fixes=(merge,) if what in _MERGED and not reason else (by_hand,),
            related=[(other, 0) for other in others],
        )


def _astray(context: Inspection) -> Iterator[tuple[str, str]]:
    """Files that lie neither in a ``.github`` below the root nor where GitHub reads them: path and meaning."""
    tracked = context.inventory.tracked_set
    for path in context.named("CODEOWNERS"):
        if path in tracked and path not in _OWNERS and not _BELOW.search(path):
            yield path, "codeowners"
    beside = (path for path in context.named("dependabot.yml", "dependabot.yaml") if "/" not in path)
    # What has updates for Dependabot in any folder of .github was meant for it, whatever it is called.
    within = (path for path in context.below(".github") if path.count("/") > 1 and path.endswith((".yml", ".yaml")))
    for path in (*beside, *sorted(within)):
        if path in tracked and context.shows(path) and _is_dependabot(context, path):
            yield path, "dependabot"


def _is_dependabot(context: Inspection, path: str) -> bool:
    document = context.readable(path, yaml.parse)
    updates = listed(table(document.data).get("updates")) if document is not None else []
    return any("package-ecosystem" in table(one) for one in updates)


def _is_named(context: Inspection, path: str) -> bool:
    return any(path in one.document.text.content for one in every_workflow(context))
