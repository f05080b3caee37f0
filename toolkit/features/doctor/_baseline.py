"""The ratchet: findings that were accepted once do not fail a run, new ones do, fixed ones are forgotten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError
from toolkit.features.doctor._results import Silenced, fingerprints
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.context import Context
    from toolkit.model import Finding

__all__ = ["Ratcheted", "accept", "parse", "ratchet", "written"]

SCHEMA_VERSION = 1


@frozen
class Ratcheted:
    """A run's findings against a baseline.

    Args:
        new: those that nobody accepted.
        old: the accepted ones.
        left: the baseline without what is fixed: fingerprint to its line.
        fixed: how many were dropped from it.
    """

    new: tuple[Finding, ...]
    old: tuple[Silenced, ...]
    left: Mapping[str, Mapping[str, str]]
    fixed: int


def parse(name: str, content: bytes) -> dict[str, dict[str, str]]:
    """The accepted findings of a baseline file, by fingerprint.

    Raises:
        ConfigurationError: it is no baseline.
    """
    try:
        data = json.loads(content)
        return {
            str(one["fingerprint"]): {key: str(one[key]) for key in ("check", "path", "message")}
            for one in data["accepted"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{name} is not a baseline: {error}", f"make it anew: invoke doctor --baseline {name} --accept"
        ) from error


def ratchet(
    context: Context,
    accepted: Mapping[str, Mapping[str, str]],
    findings: Iterable[Finding],
    answered: frozenset[str],
) -> Ratcheted:
    """Compare a run with what was accepted.

    Args:
        context: to read the lines that findings stand on.
        accepted: the baseline.
        findings: of this run.
        answered: ids of the checks that looked at everything, so that what they no longer find is fixed.
    """
    prints = fingerprints(context, findings)
    present = set(prints.values())
    gone = {name for name, line in accepted.items() if name not in present and line["check"] in answered}
    return Ratcheted(
        tuple(one for one, name in prints.items() if name not in accepted),
        tuple(Silenced(one, "baseline", "accepted before") for one, name in prints.items() if name in accepted),
        {name: line for name, line in accepted.items() if name not in gone},
        len(gone),
    )


def accept(context: Context, findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """A baseline of all findings above ``info``."""
    prints = fingerprints(context, (one for one in findings if one.severity != "info"))
    return {name: {"check": one.check, "path": one.path, "message": one.message} for one, name in prints.items()}


def written(accepted: Mapping[str, Mapping[str, str]]) -> bytes:
    """The file: one finding a line, sorted by place, so that a change is a small diff."""
    rows = sorted(accepted.items(), key=lambda item: (item[1]["path"], item[1]["check"], item[0]))
    lines = [json.dumps({"fingerprint": name, **line}) for name, line in rows]
    body = ",\n    ".join(lines)
    text = f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "accepted": [{"" if not lines else chr(10) + "    " + body + chr(10) + "  "}]\n}}\n'
    return text.encode()
