"""What the hydrate task works with: the scan, the plan, the run, and who owns the tree."""

from __future__ import annotations

from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._download import Limits
from toolkit.features.hydration._repository import require_repository
from toolkit.features.hydration._request import Options, Progress, Silent, needed
from toolkit.features.hydration._restore import restorable
from toolkit.features.hydration._result import Result
from toolkit.features.hydration._run import hydrate
from toolkit.features.hydration._scan import scan
from toolkit.features.hydration._survey import Survey
from toolkit.system.owner import Owner, identify

__all__ = [
    "Area",
    "Item",
    "Limits",
    "Options",
    "Owner",
    "Progress",
    "Result",
    "Silent",
    "Survey",
    "hydrate",
    "identify",
    "needed",
    "require_repository",
    "restorable",
    "scan",
]
