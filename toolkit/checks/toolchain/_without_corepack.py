"""Installs by yarn 2 and later where nothing switches corepack on.

Images of Node.js and the runners of GitHub come with yarn 1.22, which stops in a project whose ``packageManager`` names a
later one (tried with 1.22.22), unless ``yarnPath`` leads it to that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._project_managers import Amiss, field_of, owner_of
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.installs import installs
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["without_corepack"]

_LATER = regex(r"yarn@[2-9]")
_PATH = regex(r"(?m)^[ \t]*yarnPath[ \t]*:")
_SWITCHES = regex(
    r"(?i)corepack|yarn set version|\byarn@|yarn-path|IGNORE_PATH|SKIP_YARN|\b(?:volta|mise|asdf|devbox|proto|nix|yarnpkg)\b|setup-yarn"
)
"""What may bring the right yarn, wherever it stands in a file."""
_USES = regex(r"(?m)^[ \t-]*uses:[ \t]*+[\"']?+(?!actions/|docker/|github/|codecov/)")
"""Actions that may bring it as well."""
_FROM = regex(r"(?mi)^[ \t]*FROM[ \t]+(?:--platform=\S+[ \t]+)?(?P<base>\S+)(?:[ \t]+AS[ \t]+(?P<name>\S+))?")
_NODE = regex(r"(?:docker\.io/)?(?:library/)?node(?::[\w.-]+)?")


def without_corepack(context: Inspection) -> Iterator[Amiss]:
    """The first install of each image and workflow that stops."""
    told: set[str] = set()
    for one in installs(context, context.named):
        owner = owner_of(context, one.folder) if one.manager == "yarn" and one.kind in ("image", "workflow") else None
        if owner is None or one.path in told or context.is_foreign(one.path):
            continue
        field = field_of(context.readable(inside(owner.path, "package.json"), jsonc.parse))
        settings = inside(owner.path, ".yarnrc.yml")
        if not _LATER.match(field) or (context.is_file(settings) and _PATH.search(text_of(context, settings))):
            continue
        text = text_of(context, one.path)
        if not _SWITCHES.search(text) and (
            _is_of_node("\n".join(text.split("\n")[: one.line])) if one.kind == "image" else _is_hosted(text)
        ):
            told.add(one.path)
            said = f"`{one.text.strip()}` is started as yarn 1, which refuses {field} (packageManager of {owner.manifest}): nothing switches corepack on"
            yield Amiss(one.path, one.line, said, field, "error", "write `corepack enable` before it")


def _is_of_node(text: str) -> bool:
    """Whether all stages up to an install begin with Node.js' own image, or with another stage."""
    stages = list(_FROM.finditer(text))
    names = {one["name"] for one in stages}
    return bool(stages) and all(one["base"] in names or _NODE.fullmatch(one["base"]) for one in stages)


def _is_hosted(text: str) -> bool:
    """Whether jobs run on GitHub's own Linux without an image, and by actions that are known not to bring a yarn."""
    hosts = re.findall(r"(?m)^[ \t]*runs-on:[ \t]*(\S+)", text)
    return (
        bool(hosts)
        and all(one.startswith("ubuntu-") for one in hosts)
        and "container:" not in text
        and not _USES.search(text)
    )
