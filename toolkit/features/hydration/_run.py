"""The whole way from a scan to proof: git first, what git has from git, the rest from the provider, then verify."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.errors import ToolkitError
from toolkit.features.hydration._areas import ATTRIBUTES, Area, Item
from toolkit.features.hydration._conflicts import settle
from toolkit.features.hydration._download import Source, download, free_bytes
from toolkit.features.hydration._repository import require_repository
from toolkit.features.hydration._request import needed, wanted
from toolkit.features.hydration._restore import restorable, restore
from toolkit.features.hydration._result import Result
from toolkit.features.hydration._scan import scan
from toolkit.features.hydration._verify import gone_again, object_format, prove
from toolkit.system import darwin, process, staging
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from toolkit.features.hydration._request import Options, Progress
    from toolkit.features.hydration._survey import Survey
    from toolkit.system.owner import Owner

_PASSES = 4
"""How often a stage is looked at again: folders within folders, and files that were taken back meanwhile."""
_BROUGHT_TWICE = 2
"""A file that goes away more often is reported, not fought for: reflect-open#896 measured what that costs."""
_STAGES = (
    (Area.CONTROL,),
    (Area.OBJECTS,),
    (Area.TRACKED, Area.WORK_TREE, Area.UNTRACKED),
)


def hydrate(root: Path, options: Options, progress: Progress, owner: Owner | None = None) -> Result:
    """Bring a repository back and prove it.

    Args:
        root: the absolute folder of a work tree.
        options: what, and how.
        progress: is told of every item.
        owner: the provider, if it is known.

    Raises:
        UsageError: not a repository.
        ToolkitError: there is not enough room on the disk.
    """
    began = time.monotonic()
    require_repository(root)
    survey = scan(root)
    run = _Run(root, options, progress, owner, Result(survey, replace(survey, items=list(survey.items))))
    run.work()
    run.result.duration_s = time.monotonic() - began
    return run.result


class _Run:
    def __init__(self, root: Path, options: Options, progress: Progress, owner: Owner | None, result: Result) -> None:
        self.root = root
        self.options = options
        self.progress = progress
        self.owner = owner
        self.result = result
        self.provider = seam(root)
        self.spent = 0
        self.brought: Counter[str] = Counter()
        self.read: dict[str, tuple[Item, str]] = {}

    @property
    def survey(self) -> Survey:
        return self.result.after

    def work(self) -> None:
        for leftover in self.survey.leftovers:
            staging.remove(str(self.root / leftover))
        self._require_room()
        for areas in _STAGES:
            self._stage(areas)
            if self.result.verdict:
                break
        if self.result.verdict and self.options.from_git:
            self._restore()  # what git has needs no provider
        if self.brought or self.result.refetched:
            self._verify()
            self._settle()
        else:
            self.result.after = self._scan()
        self._conflicts()
        for path, why in self.survey.unlisted:
            self.result.failed.setdefault(path, f"could not be looked at: {why}")
        for folder in self.survey.unknown:
            if wanted(folder, self.options):
                self.result.failed.setdefault(folder.path, "a folder whose content is not known")

    def _scan(self) -> Survey:
        return scan(self.root)

    def _require_room(self) -> None:
        size = sum(item.size for item in needed(self.survey, self.options))
        budget = self.options.limits.budget
        size = size if budget is None else min(size, budget)
        free = free_bytes(str(self.root))
        if size and free - size < self.options.limits.reserve:
            raise ToolkitError(
                f"{size} bytes are not on this machine and {free} are free, of which {self.options.limits.reserve} stay free",
                "free space, name the paths that you need, or give --budget or --reserve",
            )

    # stages

    def _stage(self, areas: tuple[Area, ...]) -> None:
        if areas == (Area.OBJECTS,) and self.options.objects_from:
            self._refetch()
        for _ in range(_PASSES):
            folders = self._list_folders(areas)
            if self.result.verdict:
                return
            if self.options.from_git and Area.TRACKED in areas:
                self._restore()
            items = [item for item in self.survey.items if self._due(item, areas)]
            if items:
                self._fetch("Downloading", items)
            if not folders and not items:
                return
            self.result.after = self._scan()
            if self.result.verdict:
                return
            require_repository(self.root)

    def _list_folders(self, areas: tuple[Area, ...]) -> bool:
        """List what is unknown until nothing is, a level at a time; whether there was anything."""
        listed = False
        while folders := [item for item in self.survey.unknown if self._due(item, areas)]:
            self._fetch("Listing", folders, folders=True)
            self.result.after = self._scan()
            listed = True
            if self.result.verdict:
                break
        return listed

    def _due(self, item: Item, areas: tuple[Area, ...]) -> bool:
        if item.path in self.result.failed or not wanted(item, self.options):
            return False
        if item.area is Area.REGENERABLE:
            return Area.UNTRACKED in areas
        if self.brought[item.path] > _BROUGHT_TWICE:
            self.result.failed[item.path] = f"the provider took it back {self.brought[item.path]} times"
            return False
        return item.area in areas

    def _restore(self) -> None:
        """Rebuild what git has; first the files that decide how git writes all others.

        While one of those is away, git would write content without its line endings and filters.
        """
        if any(item.area is Area.CONTROL for item in (*self.survey.items, *self.survey.unknown)):
            return
        attributes = [item for item in self._restorable() if ATTRIBUTES.search(item.path)]
        if attributes:
            self._rebuild(attributes)
        away = [item for item in self.survey.items if ATTRIBUTES.search(item.path) and self._due(item, _STAGES[2])]
        if away and not self.result.verdict:
            self._fetch("Downloading", away)
            self._drop(self.read)
        blocked = {item.scope for item in self.survey.items if ATTRIBUTES.search(item.path)}
        rest = [item for item in self._restorable() if item.scope not in blocked]
        if rest:
            self._rebuild(rest)

    def _restorable(self) -> list[Item]:
        return [
            item
            for item in restorable(self.survey)
            if wanted(item, self.options) and item.path not in self.result.failed and not self.brought[item.path]
        ]

    def _rebuild(self, items: list[Item]) -> None:
        self.progress.begin("Restoring from git", len(items), sum(item.size for item in items))
        here = set()
        for done in restore(self.root, self.survey, items, self.provider):
            self.progress.advance(done.item, done.reason)
            if not done.reason:
                here.add(done.item.path)
                self.brought[done.item.path] += 1
                self.result.restored.append(done.item)
        self.progress.end()
        self._drop(here)

    def _drop(self, here: Container[str]) -> None:
        """Forget what is local now, until the next scan."""
        self.survey.items[:] = [item for item in self.survey.items if item.path not in here]

    def _refetch(self) -> None:
        from toolkit.features.hydration._remote import refetch

        away = [item for item in self.survey.of(Area.OBJECTS) if self._due(item, (Area.OBJECTS,))]
        if away:
            self.progress.begin(f"Fetching objects from {self.options.objects_from}", len(away), 0)
            fetched = refetch(self.root, self.survey, away, self.options.objects_from, self._bring)
            self.progress.end()
            self.result.refetched += fetched
            self.result.after = self._scan()

    def _bring(self, items: Iterable[Item]) -> None:
        self._fetch("Downloading", list(items))

    def _fetch(self, title: str, items: list[Item], *, folders: bool = False) -> None:
        items = self._within_budget(items)
        self.progress.begin(title, len(items), sum(item.size for item in items))
        source = Source(str(self.root), self.provider, object_format(self.survey), self._hint)
        for done in download(source, items, self.options.limits, folders=folders):
            self.progress.advance(done.item, done.reason)
            if done.reason:
                self.result.failed[done.item.path] = done.reason
                if done.systemic and done.reason.startswith("the provider"):
                    self.result.verdict = "offline" if done.reason.endswith("offline") else "wedged"
                continue
            self.brought[done.item.path] += 1
            if not folders:
                self.read[done.item.path] = (done.item, done.oid)
                self.result.downloaded.append(done.item)
        self.progress.end()

    def _within_budget(self, items: list[Item]) -> list[Item]:
        budget = self.options.limits.budget
        if budget is None:
            return items
        kept = []
        for item in items:
            if self.spent + item.size > budget:
                self.result.failed[item.path] = f"over the budget of {budget} bytes"
                continue
            self.spent += item.size
            kept.append(item)
        return kept

    def _hint(self, path: str) -> None:
        """Ask Apple's own tool too; that it accepts proves nothing (it answers before anything is here)."""
        if darwin.available() and self.owner is not None and self.owner.is_icloud:
            process.run(Command(("brctl", "download", path), self.root, timeout_s=10))

    # proof

    def _verify(self) -> None:
        self.result.after = self._scan()
        prove(self.root, self.options, self.progress, self.result, self.read.values())

    def _settle(self) -> None:
        """Look again after a pause: a provider that is short of room takes back what it just gave."""
        self.result.settle_s = self.options.settle_s
        if self.options.settle_s <= 0 or self.result.verdict:
            return
        brought = [*self.result.restored, *(item for item, _ in self.read.values())]
        self.progress.begin("Waiting for evictions", 0, 0)
        time.sleep(self.options.settle_s)
        self.progress.end()
        for item in gone_again(str(self.root), brought, self.provider):
            if item.path not in self.result.failed:
                self.result.again.append(item.path)
                self.result.failed[item.path] = f"evicted again within {self.options.settle_s:.0f} s"

    def _conflicts(self) -> None:
        if self.survey.git_is_local and self.survey.conflicts:
            self.result.settled = settle(self.root, self.survey.conflicts)
