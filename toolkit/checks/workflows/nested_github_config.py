"""Settings for GitHub that lie where GitHub never looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._nested import grade, nested_files
from toolkit.checks.workflows._workflows import every_workflow
from toolkit.model import Fix, RunCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_READ_AT_THE_ROOT = re.compile(
    r"(?P<what>dependabot\.ya?ml|CODEOWNERS|FUNDING\.ya?ml|release\.ya?ml|labeler\.ya?ml"
    r"|issue_template(?:/.+|\.md)|pull_request_template(?:/.+|\.md|\.txt)?)",
    re.IGNORECASE,
)
_MERGED = ("dependabot", "codeowners")
_MEANING = {
    "dependabot": "no dependency of this folder is updated",
    "codeowners": "nobody is asked for a review",
    "funding": "no sponsor button is shown",
    "release": "release notes are not grouped by it",
    "labeler": "no label is set by it",
    "issue_template": "nobody is offered these forms",
    "pull_request_template": "nobody is offered this text",
}


class NestedGithubConfig(Check):
    """Settings for GitHub lie where GitHub never reads them.

    What it checks:
        ``dependabot.yml``, ``CODEOWNERS``, ``FUNDING.yml``, ``release.yml``, ``labeler.yml``, issue and pull request
        templates in the ``.github`` of a folder below the root. A ``labeler.yml`` that a workflow names is right, and so
        are actions; one finding stands for a folder of issue templates.

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
        for path, owner, inner in nested_files(context):
            match = _READ_AT_THE_ROOT.fullmatch(inner)
            if match is None:
                continue
            what = re.split(r"[./]", match["what"].lower())[0]
            if (owner, what) in said or (what == "labeler" and _is_named(context, path)):
                continue
            said.add((owner, what))
            yield self._finding(context, path, owner, what)

    def _finding(self, context: Inspection, path: str, owner: str, what: str) -> Finding:
        reason = grade(context, owner)
        argv = ("invoke", "relocate-workflows", "--only", owner)
        merge = Fix(" ".join(argv), "unsafe", (RunCommand(argv, ".", f"GitHub never reads {path}"),))
        by_hand = Fix("move what is still wanted to the root's .github, and delete it here", "manual")
        return self.finding(
            context,
            path,
            f"GitHub reads this file at the root only: {_MEANING[what]}",
            evidence=reason or f"it lies in {owner}/.github",
            severity="info" if reason else None,
            fixes=(merge,) if what in _MERGED and not reason else (by_hand,),
        )


def _is_named(context: Inspection, path: str) -> bool:
    return any(path in one.document.text.content for one in every_workflow(context))
