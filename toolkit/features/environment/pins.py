"""Changing what ``toolkit.toml`` asks for, so that comments and order stay, and telling what is older than it could be."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from toolkit.documents import edit, toml
from toolkit.errors import UsageError
from toolkit.expressions import regex
from toolkit.features.environment._newer import Newer
from toolkit.manifest import NAME
from toolkit.model import EditFile, Plan, Span, WriteFile
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Newer", "add", "lock_changes", "outdated", "pin", "remove", "version_changes"]

_HEADER = regex(r"^\[packages\][ \t]*\n\Z", re.MULTILINE)
_COMMENT = regex(r"[ \t]*#")
_ATTRIBUTE = regex(r"[A-Za-z_][A-Za-z0-9_'-]*(\.[A-Za-z_][A-Za-z0-9_'-]*)*")


def add(content: bytes | None, attribute: str, version: str = "*") -> Plan:
    """Ask for one more package of nixpkgs.

    Args:
        content: of ``toolkit.toml``; ``None`` if there is none.
        attribute: its name in nixpkgs.
        version: what its version has to begin with; ``*`` for any.

    Raises:
        UsageError: that is no attribute's name, or it is asked for already.
    """
    if not _ATTRIBUTE.fullmatch(attribute):
        raise UsageError(f"{attribute} is no name of a package", "invoke search WORD")
    data = toml.loads(content or b"")
    if attribute in data.get("packages", {}):
        raise UsageError(f"{attribute} is in [packages] already", f"it is {data['packages'][attribute]!r}")
    wanted = {**data, "packages": {**data.get("packages", {}), attribute: version}}
    title = f"add {attribute} to [packages]"
    if content is None:
        text = f"[packages]\n{toml.key(attribute)} = {toml.written(version)}\n"
        return Plan(title, (WriteFile(NAME, text.encode(), None),))
    return _edit(title, content, (toml.parse(content).insert(("packages", attribute), version),), wanted)


def remove(content: bytes | None, attribute: str) -> Plan:
    """Ask for a package no longer; its line goes, with a comment behind it, and with the last one the table.

    Raises:
        UsageError: it is not asked for.
    """
    data = toml.loads(content or b"")
    packages = data.get("packages", {})
    if content is None or attribute not in packages:
        known = ", ".join(sorted(packages)) or "none"
        raise UsageError(f"{attribute} is not in [packages] of {NAME}", f"there are: {known}")
    place = toml.parse(content).place(("packages", attribute))
    if place is None:
        raise UsageError(f"{attribute} is written in a way that cannot be taken out by itself", f"edit {NAME}")
    text = content.decode("utf-8")
    start, end = text.rfind("\n", 0, place.start) + 1, text.find("\n", place.end)
    end = len(text) if end < 0 else end + 1
    left = {name: value for name, value in packages.items() if name != attribute}
    wanted = {**data, "packages": left}
    # A comment below the header keeps the table: it was written for whoever adds the next package.
    if not left and (header := _HEADER.search(text[:start])) and not _COMMENT.match(text[end:]):
        start, wanted = header.start(), {name: value for name, value in data.items() if name != "packages"}
    span = Span(len(text[:start].encode()), len(text[:end].encode()), b"")
    return _edit(f"remove {attribute} from [packages]", content, (span,), wanted)


def pin(content: bytes, tool: str, version: str) -> Plan:
    """Pin another version of a tool, as the default where several are pinned.

    Args:
        content: of ``toolkit.toml``.
        tool: as ``[toolchain]`` names it.
        version: takes the place of the first one.

    Raises:
        UsageError: the tool is not pinned.
    """
    data = toml.loads(content)
    old = data.get("toolchain", {}).get(tool)
    if old is None:
        raise UsageError(
            f"{tool} is not in [toolchain] of {NAME}", f"there are: {', '.join(data.get('toolchain', {}))}"
        )
    new: Any = version if isinstance(old, str) else [version, *[each for each in old[1:] if each != version]]
    wanted = {**data, "toolchain": {**data["toolchain"], tool: new}}
    span = toml.parse(content).replace(("toolchain", tool), new)
    return _edit(f"pin {tool} {version}", content, (span,), wanted)


def _edit(title: str, content: bytes, spans: tuple[Span, ...], wanted: Mapping[str, Any]) -> Plan:
    """A plan whose result was read again and says exactly what was meant."""
    edit.edited(content, spans, parse=toml.loads, expected=wanted)
    return Plan(title, (EditFile(NAME, spans, digest_bytes(content)),))


def outdated(
    toolchain: Mapping[str, tuple[str, ...]], newest_of: Callable[[str, str], str | None]
) -> tuple[Newer, ...]:
    """Pins that a newer pinned archive exists for, within what they ask: the same major version.

    A pin that is only the beginning of a version follows by itself and is never old.

    Args:
        toolchain: tool to its versions.
        newest_of: the newest known version of a tool that begins so; ``None`` if there is none.
    """
    found = []
    for tool, versions in toolchain.items():
        have = versions[0]
        newest = newest_of(tool, have.split(".", maxsplit=1)[0])
        if have.count(".") >= 1 and newest is not None and _numbers(newest) > _numbers(have):
            found.append(Newer(tool, have, newest, "nix/pins.json"))
    return tuple(found)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0]))


def lock_changes(before: bytes | None, after: bytes) -> tuple[str, ...]:
    """What an update of ``flake.lock`` changed, a line for each input."""
    old, new = _locked(before), _locked(after)
    lines = []
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was != now:
            lines.append(f"{name}: {_input(was)} -> {_input(now)}")
    return tuple(lines)


def _locked(content: bytes | None) -> dict[str, Mapping[str, Any]]:
    if content is None:
        return {}
    nodes = json.loads(content).get("nodes", {})
    return {name: node["locked"] for name, node in nodes.items() if "locked" in node}


def _input(locked: Mapping[str, Any] | None) -> str:
    if locked is None:
        return "none"
    what = str(locked.get("rev") or locked.get("narHash") or locked.get("path", "?"))[:19]
    what = what[:11] if "rev" in locked else what
    seconds = locked.get("lastModified")
    day = f" ({datetime.fromtimestamp(seconds, UTC):%Y-%m-%d})" if isinstance(seconds, int) else ""
    return f"{what}{day}"


def version_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Tools whose version differs, a line for each."""
    names = sorted({*before, *after})
    rows = ((name, before.get(name, "none"), after.get(name, "none")) for name in names)
    return tuple(f"{name}: {was} -> {now}" for name, was, now in rows if was != now)
