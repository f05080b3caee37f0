"""Identifiers and secrets that a wrangler configuration leaves open: empty ones, placeholders, and what is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._repair import position
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.checks.references._wrangler.claims import Claim, items_of
from toolkit.checks.references._wrangler.configurations import configs, environments, scopes
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path

__all__ = ["emptied", "unfilled"]

_IDENTIFIERS = (
    (("kv_namespaces",), "id"),
    (("d1_databases",), "database_id"),
    (("hyperdrive",), "id"),
    (("mtls_certificates",), "certificate_id"),
    (("secrets_store_secrets",), "store_id"),
)
_NAMES = ((("r2_buckets",), "bucket_name"), (("d1_databases",), "database_name"), (("queues", "producers"), "queue"))
_UNNAMED = regex(
    r"<.*>|\{\{?.*\}|\[.*\]|(?:.*[-_ ])?your[-_ ].*|change[-_ ]?me.*|replace[-_ ](?:me|with).*|(?:.*[-_])?x{3,}",
    re.IGNORECASE,
)
"""A name that a template leaves open; a bucket may well be called ``todo``."""
_UNFILLED = regex(
    r"<.*>|\[.*\]|\{.*\}|[xX]{3,}[xX-]*|0{8,}[0-]*|.*(\byour\b|your[-_]|place-?holder|replace|change[-_ ]?me|todo|fixme|insert|xxx+|dummy"
    r"|\btbd\b|fill[-_ ]?(in|me)).*",
    re.IGNORECASE,
)
_FORMS = {
    "id": regex(r"[0-9a-fA-F]{32}"),
    "database_id": regex(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"),
}
"""What an identifier of a namespace, a database or Hyperdrive looks like, which the service gives."""
_LOCAL = regex(r"local|test|dev|preview|[${}]", re.IGNORECASE)
"""What a value says that is for one's own machine, where any will do, or that something fills in."""
_FILLED_BY = regex(r"envsubst|\bsed\b[^\n]*wrangler|wrangler[^\n]*\bsed\b|gomplate")
_SECRET = regex(
    r"(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PRIVATE_KEY|API_?KEY|SECRET_KEY|ENCRYPTION_KEY|SIGNING_KEY)(?:_|$)"
)
_MANY = 3
"""Configurations with empty identifiers that are told each; more were made by one program."""


def unfilled(context: Inspection, config: Config) -> Iterator[Claim]:
    """Identifiers of resources that are empty or still what a template says: one for all that nobody filled in."""
    groups: dict[bool, list[tuple[str, Path, str, str, list[str]]]] = {}
    for value, many in _blank(config).items():
        where, key, _ = many[0]
        sharers = [other.path for other in configs(context) if value in _blank(other)]
        sharers = sharers if value or len(sharers) > _MANY else []
        if _is_filled(context, config, value, key) or (sharers and sharers[0] != config.path):
            continue
        names = ", ".join(dict.fromkeys(name for _, _, name in many))
        groups.setdefault(bool(value), []).append((value, where, key, names, sharers[1:]))
    for is_filled, group in groups.items():
        group.sort(key=lambda one: position(config.document, one[1]))
        value, where, key, _, _ = group[0]
        names = ", ".join(dict.fromkeys(one[3] for one in group))
        others = dict.fromkeys(path for one in group for path in one[4])
        also = f"; also in {', '.join(list(others)[:7])}" if others else ""
        if is_filled:
            what = (
                "no identifier" if _is_no_identifier(key, value) and not _UNFILLED.fullmatch(value) else "a placeholder"
            )
            text = f"The {key} of {group[0][3]} is {what} ({value}): no deployment works until it is filled in."
            scopes_of = dict.fromkeys(str(one[1][1]) for one in group if one[1][0] == "env")
            if rest := [one for one in dict.fromkeys(one[3] for one in group[1:]) if one != group[0][3]]:
                text += f" So are those of {', '.join(rest)}."
            if len(scopes_of) > 1:
                text += f" So it is in {', '.join(scopes_of)}."
            todo = f"write what {names} are called in place of the placeholders, or say in the README what does"
            yield Claim(where, text, todo, "warning", f"nothing in the repository fills it in{also}")
        else:
            more = f" So are those of {len(others)} other configurations." if others else ""
            text = f"The {key} of {names} is empty: no deployment works until it is filled in.{more}"
            yield Claim(where, text, f"write the {key} of {names}", "warning", f"{names}{also}")


def emptied(config: Config) -> Iterator[Claim]:
    """Secrets that a configuration binds as empty texts, one row for each environment."""
    for where, data in scopes(config):
        names = [name for name, value in table(data, "vars").items() if value == "" and _SECRET.search(name)]
        if names:
            text = (
                f"{', '.join(names)} {'is an empty text' if len(names) == 1 else 'are empty texts'} in vars: every deployment binds"
                f" that, and wrangler secret put {names[0]} is refused while it stands there."
            )
            todo = "take it out of vars, and set it with wrangler secret put"
            yield Claim((*where, "vars", names[0]), text, todo, "warning", ".".join((*map(str, where), "vars")))


def _blank(config: Config) -> dict[str, list[tuple[Path, str, str]]]:
    """Each empty or invented identifier of a configuration with its places, their keys and the bindings' names."""
    found: dict[str, list[tuple[Path, str, str]]] = {}
    named = environments(config)
    for where, data in scopes(config):
        for path, key in (*_IDENTIFIERS, *_NAMES):
            open_ = _UNNAMED if (path, key) in _NAMES else _UNFILLED
            for place, item in items_of(data, path):
                value = item.get(key)
                if "localConnectionString" in item and named and not where:
                    continue  # the top is for this machine, and environments are what is deployed
                if isinstance(value, str) and (
                    (not value and open_ is _UNFILLED) or open_.fullmatch(value) or _is_no_identifier(key, value)
                ):
                    found.setdefault(value, []).append(((*where, *place, key), key, str(item.get("binding", path[0]))))
    return found


def _is_no_identifier(key: str, value: str) -> bool:
    """Whether somebody wrote a name where the service has given an identifier."""
    return bool(value) and key in _FORMS and not _FORMS[key].fullmatch(value) and not _LOCAL.search(value)


def _is_filled(context: Inspection, config: Config, value: str, key: str) -> bool:
    """Whether a script or an instruction puts a real value in the placeholder's place."""
    if not value:
        return False
    if key not in ("id", *(key for _, key in _NAMES)) and any(
        not path.endswith((".md", ".mdx")) for path, _ in lines(context, re.compile(rf"\b{key}\b"), key)
    ):
        return True
    templated = bool(re.search(r"[${}]", value)) and bool(_filler(context))
    return templated or bool(mentioned(context, value, besides=config.path))


@once_a_run
def _filler(context: Inspection) -> str:
    """The first script that fills placeholders; empty if none does."""
    return next((path for path, _ in lines(context, _FILLED_BY)), "")
