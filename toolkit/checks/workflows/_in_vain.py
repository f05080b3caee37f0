"""Steps that never do their work, as what they look for or work in is in no clone: what else is wrong with them harms nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._made import first_missing, is_output, may_bring
from toolkit.expressions import regex
from toolkit.references import resolve

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step

__all__ = ["asks_for_files", "in_vain"]

_LOOKS = regex(r"(?:\[|\btest)\s+(?P<no>!?)\s*-[defrsx]\s+[\"']?(?P<path>[^\s\"']*)")


def asks_for_files(context: Inspection, step: Step) -> bool:
    """Whether a step only runs where a file is there: by ``hashFiles``, or by the output of a step that looked for it."""
    sought = [path for _, path in _sought(step)]
    return "hashFiles" in _condition(step) or any(resolve(context, path).kind != "exists" for path in sought)


def in_vain(context: Inspection, step: Step) -> bool:
    """Whether a step only runs where there is what no clone has, or works in folders that are not there: that is told by itself."""
    sought = _sought(step)
    if sought and all(not no and resolve(context, path).kind == "missing" for no, path in sought):
        return True
    homes = [step.job.repository_path(folder, step.index) for folder in step.folders]
    return bool(homes) and all(home is not None and _is_lost(context, step, home) for home in homes)


def _is_lost(context: Inspection, step: Step, home: str) -> bool:
    folders = context.inventory.folders
    if home == "." or home in folders or is_output(home, folders) or resolve(context, home).kind != "missing":
        return False
    return not may_bring(step, (), home, first_missing(context, home))


def _condition(step: Step) -> str:
    return f"{step.data.get('if')} {step.job.data.get('if')}"


def _sought(step: Step) -> list[tuple[str, str]]:
    """What steps look for whose outputs a step asks for, each with what negates it."""
    asked = set(re.findall(r"steps\.([\w-]+)\.outputs", _condition(step)))
    looks = (one for one in step.job.steps[: step.index] if one.data.get("id") in asked)
    return [(match["no"], match["path"]) for one in looks for match in _LOOKS.finditer(one.script)]
