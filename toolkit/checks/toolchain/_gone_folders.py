"""Workflows for folders that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.places import listed, table

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_of_what_is_gone"]


def is_of_what_is_gone(context: Inspection, path: str, triggers: dict[str, Any]) -> bool:
    """Whether a workflow is for folders only that are gone: nothing changes there, and nothing there needs a version."""
    asked = [text for event in ("push", "pull_request") for text in listed(table(triggers, event).get("paths"))]
    first = [str(text).removeprefix("./").partition("*")[0].rstrip("/") for text in asked if text != path]
    known = (context.inventory.files, context.inventory.folders)
    return bool(first) and not any(not text or any(text in one for one in known) for text in first)
