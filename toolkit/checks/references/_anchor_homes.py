"""Whether the anchor command finds its Anchor.toml where scripts run it, and programs where that one looks for them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._packages import packages
from toolkit.checks._texts import text_of
from toolkit.checks.references._repair import position
from toolkit.checks.references._scripts.commands import commands
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, path_from, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Astray", "homeless", "lost_wallet", "unbuilt"]

_BOUND = frozenset({"build", "test", "deploy", "localnet", "migrate"})
"""What anchor does in a workspace only."""
_WITHOUT = regex(r"\bcargo[ -](?:build-)?(?:sbf|bpf)\b|\bbuild-(?:sbf|bpf)\b")
"""Programs are built without anchor."""


class Astray(NamedTuple):
    """One place at which anchor finds nothing, with what is said of it and what a person does."""

    path: str
    line: int | tuple[int, int]
    text: str
    evidence: str
    todo: str


def homeless(context: Inspection) -> Iterator[Astray]:
    """Scripts that run anchor where no Anchor.toml lies at or above: it only looks upwards. One for a package."""
    homes = sorted(folder_of(path) for path in context.inventory.named("Anchor.toml"))
    for package in packages(context):
        lost = [name for name, text in package.scripts.items() if _is_lost(context, folder_of(package.path), text)]
        if not lost:
            continue
        inner = next((one for one in homes if below(folder_of(package.path), one)), "")
        hint = f"; {inside(inner, 'Anchor.toml')} lies below" if inner else ""
        also = f" (so {'do' if lost[2:] else 'does'} {', '.join(lost[1:])})" if lost[1:] else ""
        yield Astray(
            package.path,
            position(package.document, ("scripts", lost[0])),
            f"The script {lost[0]} fails{also}: anchor finds no Anchor.toml in its folder or above{hint}.",
            package.scripts[lost[0]][:200],
            f"go to {inner} first" if inner else "run it where an Anchor.toml lies, or remove the script",
        )


def _is_lost(context: Inspection, base: str, text: str) -> bool:
    if "anchor " not in text or "Anchor.toml" in text:
        return False  # the second may well write one
    for command in commands(text):
        if command.guarded or "$" in command.folder or command.words[:1] != ("anchor",):
            continue
        folder = path_from(base, command.folder)
        there = folder == "." or folder in context.inventory.folders
        if there and command.words[1:2] and command.words[1] in _BOUND:
            return not any(context.is_file(inside(up, "Anchor.toml")) for up in upward(folder))
    return False


def unbuilt(context: Inspection, path: str, document: Any) -> Iterator[Astray]:
    """An Anchor.toml with programs below it, none of which is where anchor looks: ``programs/`` or ``members``."""
    folder = folder_of(path)
    beside = context.is_file(inside(folder, "Cargo.toml")) or inside(folder, "programs") in context.inventory.folders
    if beside or table(document.data, "workspace").get("members") or not table(document.data, "programs"):
        return
    others = [folder_of(one) for one in context.inventory.named("Anchor.toml") if one != path]
    crates = [
        folder_of(one)
        for one in context.below(folder)
        if one.endswith("/Cargo.toml")
        and "anchor-lang" in text_of(context, one)
        and not any(below(other, one) and below(folder, other) for other in others)
    ]
    if crates and not any(True for _ in lines(context, _WITHOUT, "sbf", "bpf")):
        yield Astray(
            path,
            position(document, ("programs",)),
            f"anchor build finds no program: it looks in programs/ and in members of [workspace], and {crates[0]}"
            + (f" and {len(crates) - 1} more lie elsewhere." if crates[1:] else " lies elsewhere."),
            ", ".join(crates),
            "name their folders as members of [workspace] in Anchor.toml, or move them below programs/",
        )


def lost_wallet(context: Inspection, path: str, document: Any) -> Iterator[Astray]:
    """The wallet of an Anchor.toml that lies in another folder than anchor looks for it, which is that of the Anchor.toml."""
    wallet = table(document.data, "provider").get("wallet")
    if not isinstance(wallet, str) or wallet.startswith(("~", "/")) or "$" in wallet:
        return
    there, others = path_from(folder_of(path), wallet), list(context.inventory.named(posixpath.basename(wallet)))
    if len(others) == 1 and not context.is_file(there) and not context.inventory.ignored([there]):
        yield Astray(
            path,
            position(document, ("provider", "wallet")),
            f"anchor finds no wallet {there}, and can sign nothing; {others[0]} is in another folder.",
            f"wallet = {wallet}, counted from the folder of this file",
            f"write {posixpath.relpath(others[0], folder_of(path))}, or bring the file where it is looked for",
        )
