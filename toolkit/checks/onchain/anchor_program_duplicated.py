"""See :class:`AnchorProgramDuplicated`."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.onchain._duplicates import compare, is_collection
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.onchain._copies import Copy
    from toolkit.model import Finding

_TREE = regex(r"^\.?/*(.*?)/*$")


class AnchorProgramDuplicated(Check):
    """One on-chain program has its sources in two places.

    What it checks: Programs in different folders that share an id; that have the same name, words such as ``v2`` and ``program`` left out,
        and half of their instructions; the same name, one with Anchor and one without; or, under different names, nearly all instructions
        and half of the lines. Programs that one Anchor.toml builds side by side are copies only if they share an id.
        Each copy is described: ids, anchor-lang, lines, instructions, tests, lock, Anchor.toml, IDL, clients that hold its id, last change. With
        ``onchain = "FOLDER"`` in ``[decisions]`` every copy outside of that folder is told; without it the less likely one. A source of truth
        is named where clients, IDLs, workflows, images, scripts or an Anchor.toml use one copy alone, or the other is set aside by its name (``old``, ``.anchor``); where they are split, or only dates, tests
        and numbers of instructions differ, the finding says that.
        In a repository of many Anchor workspaces, for more than two copies without a common id, and where all but one lie among examples, they are
        lessons or tests: ``info``.
    Why it matters: Fixes reach one copy, deployments come from the other. Which one the deployed bytes were built from cannot be told any more, and
        clients with the IDL of the wrong one send accounts in another order.
    How to fix: Decide which copy is right, write its folder as ``onchain`` into ``[decisions]`` of toolkit.toml, move what only the other
        has, and remove the other.
    Fix safety: Manual. Nothing is deleted: a copy may hold the only version of an instruction.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        decided = context.settings.decisions.get("onchain", "")
        tree = _TREE.sub(r"\1", decided) or "." if decided else ""
        for copies in compare(context):
            best = copies[0]
            if tree and any(below(tree, one.program.folder) for one in copies):
                best = next(one for one in copies if below(tree, one.program.folder))
            folders = sorted(one.program.folder for one in copies)
            causes = [f"copies {' '.join(some)}" for size in {2, len(folders)} for some in combinations(folders, size)]
            lessons = not tree and is_collection(context, copies)
            for other in copies:
                if other is not best and not (tree and below(tree, other.program.folder)):
                    named = decided if tree and below(tree, best.program.folder) else ""
                    found = self._finding(context, best, other, named)
                    yield replace(found, severity="info" if lessons else found.severity, causes=tuple(causes))

    def _finding(self, context: Inspection, best: Copy, other: Copy, decided: str) -> Finding:
        program = other.program
        chosen, fixes = _verdict(context, best, other, decided)
        return self.finding(
            context,
            program.root,
            f"The program {program.name} is in {best.program.folder} too; {chosen}.",
            line=program.line(program.declared[0].offset) if program.declared else 0,
            evidence=f"{other.described} | {best.described}",
            fixes=fixes,
        )


def _verdict(context: Inspection, best: Copy, other: Copy, decided: str) -> tuple[str, list[Fix]]:
    """Which copy is right, as far as anything says so, and what to do; what uses them decides, and no date does."""
    move = Fix(f"move what only {other.program.folder} has to {best.program.folder}, then remove it", "manual")
    if decided:
        return f"[decisions] says that {decided} is the source of truth", [move]
    mine, theirs = best.used(other), other.used(best)
    if mine and not theirs:
        why = ", ".join((*mine, *best.signs(other)))
        write = Fix(f'write onchain = "{best.tree}" into [decisions] of toolkit.toml, if that is right', "manual")
        fixes = [write, move] if context.settings.source else [move]
        return f"the likely source of truth is {best.program.folder}: {why}", fixes
    signs = [
        f"of {one.program.folder}: {', '.join(said)}"
        for one, another in ((best, other), (other, best))
        if (said := [*one.used(another), *one.signs(another)])
    ]
    trees = (best.tree, other.tree) if best.tree != other.tree else (best.program.folder, other.program.folder)
    note = f', write onchain = "{trees[0]}" or "{trees[1]}" into [decisions] of toolkit.toml'
    ask = Fix(f"ask which one was deployed{note if context.settings.source else ''}, and remove the other", "manual")
    told = "; ".join(signs)
    if theirs:
        return f"what uses them is split, and does not say which one is deployed ({told})", [ask]
    ending = f"; this does not decide it: {told}" if told else ""
    looked = "no client, IDL, Anchor.toml, workflow, image or script that was recognised uses one of them alone"
    return f"{looked}, so it stays open which one is deployed{ending}", [ask]
