"""Whether a folder is a copy that others maintain, whose workflows are right where they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, jsonc
from toolkit.path_names import handed_out, is_kept_only

if TYPE_CHECKING:
    from toolkit.features.relocation._world import World

__all__ = ["foreign"]

_FOREIGN = ("vendored", "template", "fixture", "submodule", "ignored")


def foreign(sub: str, world: World) -> str:
    """Why a folder is not ours to change; empty if it is.

    Args:
        sub: the folder that holds ``.github``.
        world: the repository.
    """
    role, why = world.role(sub)
    if role in _FOREIGN:
        return f"{role}: {why or sub}"
    if handed := handed_out(sub):
        return f"template: {handed} is handed out, with its workflows"
    parts = sub.split("/")
    if is_kept_only(parts[0], world.files.__contains__):
        return f"archived: {parts[0]}/ is only kept, and its workflows would start to run"
    for count in range(2, len(parts) + 1):
        folder = "/".join(parts[:count])
        named = _repository(f"{folder}/package.json", world)
        if parts[count - 2] == "lib" and (
            f"{folder}/foundry.toml" in world.files or named.endswith(f"/{parts[count - 1]}".lower())
        ):
            return f"vendored: {folder}/ is a dependency with a repository of its own{f', {named}' if named else ''}"
    upstream = _upstream(sub, world)
    return f"vendored: {sub}/package.json is published from {upstream}" if upstream else ""


def _given(path: str, world: World) -> Any:
    """What a ``package.json`` says of its repository."""
    if path not in world.files:
        return None
    try:
        return jsonc.loads(world.read(path)).get("repository")
    except (DocumentError, AttributeError):
        return None


def _repository(path: str, world: World) -> str:
    """``owner/name`` that a ``package.json`` names as its repository; empty if there is none."""
    given = _given(path, world)
    text = given.get("url", "") if isinstance(given, dict) else given
    match = re.search(r"(?:^|github\.com[/:]|^github:)([\w.-]+/[\w.-]+?)(?:\.git)?/?$", str(text or ""))
    return match[1].lower() if match else ""


def _upstream(sub: str, world: World) -> str:
    """The repository of another owner that a subproject comes from; empty if it is at home here.

    In a fork every package names the repository that was forked, by the same name or with its own folder there.
    """
    path = f"{sub}/package.json"
    own = (world.origin or _repository("package.json", world)).lower()
    named = _repository(path, world)
    given = _given(path, world)
    folder = given.get("directory") if isinstance(given, dict) else None
    if not own or not named or folder == sub:
        return ""
    (ours, here), (theirs, there) = own.split("/"), named.split("/")
    return "" if ours == theirs or here == there else named
