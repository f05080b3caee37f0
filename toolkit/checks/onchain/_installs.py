"""Versions of Anchor's and Solana's command line that images, scripts and workflows install."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import files_with
from toolkit.checks._solana_installs import INSTALLS, VERSION
from toolkit.checks._texts import line_at, text_of
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Install", "installs"]

_WORDS = (
    "avm install", "avm use", "anchor-cli", "ANCHOR_VERSION", "ANCHOR_CLI_VERSION", "anchor-version", "release.solana.com", "release.anza.xyz",
    "SOLANA_VERSION", "SOLANA_CLI_VERSION", "solana-cli-version", "solana-version", "solana-install", "agave-install", "backpackapp/build", "projectserum/build",
    "solanafoundation/anchor",
)  # fmt: skip
_GLOBS = (
    "Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*", "*.sh", "*.bash", "*.yml", "*.yaml", "Makefile", "makefile", "*.mk", "justfile",
    "Justfile", "devcontainer.json", "package.json",
)  # fmt: skip
_FORMS = (
    *INSTALLS,
    ("anchor", regex(rf"\b(?:ANCHOR_(?:CLI_)?VERSION|anchor-version)[\"']?(?::-|[ :=]) ?[\"']?{VERSION}")),
    ("anchor", regex(rf"\b(?:backpackapp/build|projectserum/build|solanafoundation/anchor):{VERSION}")),
    (
        "solana",
        regex(rf"\b(?:SOLANA_(?:CLI_)?VERSION|solana-(?:cli-)?version)[\"']?(?::-|[ :=]) ?[\"']?{VERSION}"),
    ),
)


_CHECKOUT = regex(r"actions/checkout(?:@|\Z)")
_FIXED = regex(r"(?:refs/tags/)?(?:[\w-]+[-@/])?v?\d+(?:\.\d+)+[\w.+-]*|[0-9a-f]{7,40}|refs/tags/[^\s$]+")
"""A tag or a commit; a branch, also one that an expression names, is mostly what lies here."""


class Install(NamedTuple):
    """A version that a file installs, ``anchor`` or ``solana``."""

    path: str
    line: int
    tool: str
    version: str


def installs(context: Inspection) -> Iterator[Install]:
    """Every exact version that is installed, each once a file and tool."""
    for path in files_with(context, _WORDS, _GLOBS):
        # A workflow below the root never runs, and installs nothing.
        if not context.is_foreign(path) and "/.github/workflows/" not in path:
            yield from (Install(path, *one) for one in context.fact(_in_file, path))


def _in_file(context: Inspection, path: str) -> tuple[tuple[int, str, str], ...]:
    text = text_of(context, path, errors="replace")
    apart = _of_other_trees(context, path) if path.startswith(".github/workflows/") and "ref:" in text else ()
    found: dict[tuple[str, str], int] = {}
    for tool, form in _FORMS:
        for match in form.finditer(text):
            line = line_at(text, match.start("version"))
            if any(first <= line <= last for first, last in apart):
                continue
            if not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip().startswith(("#", "//")):
                found.setdefault((tool, match["version"]), line)
    return tuple((line, *key) for key, line in found.items())


def _of_other_trees(context: Inspection, path: str) -> tuple[tuple[int, int], ...]:
    """First and last lines of the jobs of a workflow that check out a fixed state only: they build that one, not what lies here."""
    document = context.readable(path, yaml.parse)
    found: list[tuple[int, int]] = []
    if document is None:
        return ()
    for name, job in table(document.data, "jobs").items():
        taken = [table(one) for one in listed(table(job).get("steps")) if _CHECKOUT.match(str(table(one).get("uses")))]
        node = document.node(("jobs", name))
        if taken and node and all(_FIXED.fullmatch(str(table(one, "with").get("ref", ""))) for one in taken):
            found.append((document.text.line(node.start), document.text.line(node.end - 1)))
    return tuple(found)
