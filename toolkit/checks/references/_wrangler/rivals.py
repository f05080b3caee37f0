"""Configurations that wrangler passes over, as another one of its names is beside them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._wrangler.claims import Claim
from toolkit.checks.references._wrangler.configurations import bindings, config_for, environments, scopes
from toolkit.expressions import regex
from toolkit.outputs import WRANGLER_FILES
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path

__all__ = ["outranked"]

_GIVEN = regex(
    r"""(?:(?<!\S)-c|config(?:_?path)?)["']?(?:\s*[=:,]\s*|\s+)["']?([\w./${}-]*wrangler\.(?:toml|jsonc?))"""
)
_SHOWN = 8


def outranked(context: Inspection, config: Config) -> Iterator[Claim]:
    """What a configuration alone says that wrangler does not read where it stands, and that no command names."""
    name = posixpath.basename(config.path)
    read = config_for(context, config.folder) if name in WRANGLER_FILES else None
    if read is None or read.path == config.path or read.folder != config.folder:
        return
    known = set(_said(read))
    lost = {what: where for what, where in _said(config).items() if what not in known}
    if lost and not _is_named(context, config):
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        text = f"wrangler takes {posixpath.basename(read.path)} beside it and passes over {name}, which alone has {', '.join([*lost][:_SHOWN])}{more}."
        todo = f"write what is needed into {read.path}, and remove {config.path}"
        yield Claim(next(iter(lost.values())), text, todo, "warning", ", ".join(lost))


def _said(config: Config) -> dict[str, Path]:
    """What a configuration says of where its worker goes and what it is bound to, each with its place."""
    found: dict[str, Path] = {}
    for where, data in scopes(config):
        for key in ("route", "routes"):
            for one in listed(data[key]) if isinstance(data.get(key), list) else [data.get(key)]:
                pattern = table(one).get("pattern", one)
                if isinstance(pattern, str):
                    found.setdefault(f"the route {pattern}", (*where, key))
        for one in listed(table(data, "triggers").get("crons")):
            found.setdefault(f"the schedule {one}", (*where, "triggers", "crons"))
        for name, _, place in bindings(data):
            found.setdefault(f"the binding {name}", (*where, *place))
    for name in environments(config):
        found.setdefault(f"the environment {name}", ("env", name))
    for key in ("name", "main"):
        if isinstance(value := config.data.get(key), str):
            found.setdefault(f"{key} {value}", (key,))
    return found


def _is_named(context: Inspection, config: Config) -> bool:
    """Whether a command, a workflow or code names a configuration, or may mean it."""
    for path in files_with(context, (posixpath.basename(config.path),), everything=True):
        for given in _GIVEN.findall(text_of(context, path, errors="replace")) if not path.endswith(".md") else ():
            tail = given.rpartition("}")[2].lstrip("./")
            if tail == config.path or config.path.endswith(f"/{tail}") or "$" in given:
                return True
    return False
