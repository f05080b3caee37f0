"""What starts a workflow: filters of paths that keep it to its subproject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.features.relocation._paths import UnknownPathError, filter_pattern, matches_filter
from toolkit.features.relocation._rooted import below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.documents import Path
    from toolkit.features.relocation._editor import Editor
    from toolkit.features.relocation._world import World

__all__ = ["Triggers"]

FILTERED = ("push", "pull_request", "pull_request_target")
"""The events that can be filtered by path."""

_UNAFFECTED = ("schedule", "workflow_dispatch", "workflow_call", "repository_dispatch", "workflow_run")


class Triggers:
    """Rewrites ``on:``.

    Args:
        editor: of the workflow.
        sub: the subproject's folder.
        world: the repository.
        old: the workflow's path from the subproject, before the move.
        targets: new paths of the subproject's workflows, by the path from the subproject.
    """

    def __init__(self, editor: Editor, sub: str, world: World, *, old: str, targets: Mapping[str, str]) -> None:
        self.editor = editor
        self.sub = sub
        self.world = world
        self.old = old
        self.new = targets[old]
        self.targets = targets
        self.rooted = False
        self.added = [filter_pattern("**", sub), self.new, *self._called()]

    def _called(self) -> list[str]:
        """Where the reusable workflows of the subproject go that this one calls: a change of them has to start it too."""
        uses = [job.get("uses") for job in self.editor.document.data["jobs"].values()]
        paths = dict.fromkeys(str(given).removeprefix("./") for given in uses if given)
        return [self.targets[path] for path in paths if path in self.targets]

    def rewrite(self, *, rooted: bool = False) -> None:
        """Rewrite every event.

        Args:
            rooted: the workflow's paths count from the repository's root already, and so do its filters.

        Raises:
            UndecidedError: there is no ``on:``, or it is written in a way that is not edited.
        """
        self.rooted = rooted
        given = self.editor.document.get(("on",))
        if isinstance(given, dict):
            for event in list(given):
                self._event(str(event), given[event])
            return
        events = [given] if isinstance(given, str) else given
        if not isinstance(events, list) or not events or not all(isinstance(event, str) for event in events):
            raise self.editor.undecided(("on",), "no events under on:")
        for event in events:
            self._review(event)
        if not self.rooted and any(event in FILTERED for event in events):
            filters = {event: {"paths": self.added} if event in FILTERED else None for event in events}
            self.editor.replace_value(("on",), filters)
            if any(event.startswith("pull_request") for event in events):
                self._required_check(("on",))

    def _review(self, event: str) -> None:
        if not self.rooted and event not in FILTERED and event not in _UNAFFECTED:
            self.editor.note(("on", event), f"{event} cannot be filtered by path: this runs for the whole repository")

    def _required_check(self, path: Path) -> None:
        self.editor.note(
            path, "runs only for changes of the subproject now: as a required check it would block every other change"
        )

    def _event(self, event: str, options: Any) -> None:
        path = ("on", event)
        self._review(event)
        options = options if isinstance(options, dict) else {}
        if event not in FILTERED or (self.rooted and "paths" not in options):
            return
        if "paths" in options:
            self._paths((*path, "paths"), options["paths"])
        elif "paths-ignore" in options:
            self._ignored((*path, "paths-ignore"), options["paths-ignore"])
        elif {"tags", "tags-ignore"} & set(options) and not {"branches", "branches-ignore"} & set(options):
            self.editor.note(path, "tags cannot be filtered by path: every such tag of the repository starts this")
        else:
            self.editor.add((*path, "paths"), self.added)
            if event.startswith("pull_request"):
                self._required_check(path)

    def _pattern(self, path: Path, pattern: str) -> str:
        sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
        if body in self.targets:
            return sign + self.targets[body]
        fixed = body.partition("*")[0].rstrip("/")
        within = bool(fixed) and self.world.exists(f"{self.sub}/{fixed}") and not self.world.exists(fixed)
        if (self.rooted and not within) or below(fixed, self.sub, self.world):
            return pattern  # it counts from the repository's root already
        try:
            return filter_pattern(pattern, self.sub)
        except UnknownPathError as error:
            self.editor.note(path, f"{pattern!r} stays as it is: it {error}")
            return pattern

    def _list(self, path: Path, patterns: Any) -> list[str]:
        if not isinstance(patterns, list) or not patterns or not all(isinstance(item, str) for item in patterns):
            raise self.editor.undecided(path, f"{path[-1]} is not a list of patterns")
        return patterns

    def _paths(self, path: Path, given: Any) -> None:
        if isinstance(given, str):
            moved_one = self._pattern(path, given)
            if matches_filter(self.old, [given]) and not matches_filter(self.new, [moved_one]):
                raise self.editor.undecided(path, "one pattern that has to become two")
            self.editor.set(path, moved_one)
            return
        patterns = self._list(path, given)
        moved = [self._pattern((*path, index), pattern) for index, pattern in enumerate(patterns)]
        for index, pattern in enumerate(moved):
            self.editor.set((*path, index), pattern)
        if matches_filter(self.old, patterns) and not matches_filter(self.new, moved):
            self.editor.append(path, self.new)

    def _ignored(self, path: Path, given: Any) -> None:
        """Alone it would start the workflow for changes anywhere else, so it becomes ``paths`` with exceptions."""
        patterns = self._list(path, given)
        for index, pattern in enumerate(patterns):
            moved = self._pattern((*path, index), pattern)
            self.editor.set((*path, index), moved[1:] if moved.startswith("!") else f"!{moved}")
        self.editor.append(path, self.added[0], first=True)
        if not matches_filter(self.old, patterns):
            self.editor.append(path, self.new)
        self.editor.rename_key(path, "paths")
