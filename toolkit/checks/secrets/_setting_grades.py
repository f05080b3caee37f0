"""How sure it is that a setting is a secret, by its name and its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.secrets._patterns import is_unpublished
from toolkit.checks.secrets._secret_forms import is_spelt
from toolkit.checks.secrets._values import (
    entropy,
    is_placeholder,
    is_public_form,
    is_published_form,
    is_words,
    looks_drawn,
    names_a_secret,
    opens_by_name,
)
from toolkit.checks.secrets._written import SOLANA
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checks.secrets._settings import Setting
    from toolkit.model import Severity

__all__ = ["FOR_TRIALS", "MIXED", "OF_PAGES", "grade", "is_typed"]

MIXED = regex(
    r"(?=.*[A-Za-z])(?=.*\d)(?:(?=.*[a-z])(?=.*[A-Z])|(?=.*[^\w.-])).{10,}|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=(?:[\w.-]*[^\w.-]){2})\S{12,}"
)
"""A password that somebody thought of, and means."""
_REFERENCE = regex(
    r"^\$|\$[{(]|\$[A-Z][A-Z0-9_]+(?![A-Za-z0-9])|\{\{|^\(|^[\w.]+\(.*\)$|#\{|^%\w+%$|^%\{|^__\w+__$|^@\w+@$|^[{\[]|^os\.environ|^process\.env|^env[.:/]|^ENC\[|^enc:|^vault:|^ref\+|^op://|^arn:|^projects/|^https?://|^/|^\./|^~|^file:|::|<|>|^data\.|^var\.|^local\."
    r"|^module\.|^secrets?[./]|\.(?:pem|key|json|txt|ya?ml|env)$|^AQICAH|^0x[0-9a-fA-F]{40}$"
)
_ADDRESS = regex(r"0x[0-9a-fA-F]{1,64}|(?:ibc|factory|peggy)/.+|(?=.*[A-Z])(?=.*[a-z])[1-9A-HJ-NP-Za-km-z]{32,44}")
OF_PAGES = regex(
    r"(?:NEXT_PUBLIC|VITE|PUBLIC|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|SNOWPACK_PUBLIC|STORYBOOK|VUE_APP)_"
)
"""Names of what is built into pages for everybody to see; that a secret is among it, its look tells."""
_SAYS = regex(r"(?i)passw|secret|admin|default|(?<![a-z])(?:dev|local|key)(?![a-z])")
_WORD = regex(r"[A-Za-z]{1,24}\d{0,4}")
_PART = 8
"""Characters that may be anything: ``32bytes``, ``neo4j``."""
FOR_TRIALS = regex(r"(?:dev|local|development|demo|sandbox)[-_]", re.IGNORECASE)
"""What a value begins with that somebody made up for a machine of his own."""
_POOR = regex(
    r"(?!.*(?:change|replace|your|example|placeholder|todo|insert|dummy|redacted|generate|disabled|enabled|none|null|true|false|optional|xxx))[a-z]+(?:[-_][a-z]+)*[-_]?\d{0,4}"
)
"""What people make up for a machine of their own: ``password``, ``minioadmin``, ``dev-token``."""
_UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IDS = regex(
    r"(?:_|-|^|(?<=[a-z]))(?:id|url|uri|host(?:name)?|user(?:name)?|name|region|bucket|address|port|e?mail|issuer|version|endpoint|domain|cert|crt|ca)$",
    re.IGNORECASE,
)
_KEYS = regex(
    r"(?:session|jwt|cookie|enc|hmac|totp|aes|cipher|crypto?|fernet)[_-]?key(?:[_-]?v?\d{1,2})?$", re.IGNORECASE
)
_TO_CHANGE = regex(r"(?i)change[-_ ]?(?:in|for|before|on)[-_ ]?prod")
"""What a value says that somebody made up for a start."""


def is_typed(value: str) -> bool:
    """Whether somebody made a value of words for a machine of his own: it says that it is one, and no part of it looks drawn by lot."""
    parts = re.findall(r"[A-Za-z0-9]+", value)
    return _SAYS.search(value) is not None and all(len(one) <= _PART or _WORD.fullmatch(one) for one in parts)


def grade(one: Setting) -> Severity | None:
    """``error`` for what looks random, ``info`` for a poor password, nothing for what is no secret."""
    name, value = one.name, one.value
    if one.kind == "given" and _POOR.fullmatch(value) and names_a_secret(name):
        return "info"  # in a cluster nobody is asked for another one
    named = names_a_secret(name)
    if not named and one.kind not in ("kept", "example"):
        return None
    if len(value) < 8 or " " in value.strip() or _REFERENCE.search(value):
        return None
    if (
        is_placeholder(value)
        or is_spelt(value)
        or is_published_form(value)
        or not is_unpublished(value)
        or "checksum" in name.lower()
        or OF_PAGES.match(name)
    ):
        return None
    if one.kind in ("kept", "example") and not (one.kind == "kept" and named):
        return "error" if (named or one.kind == "kept") and _is_drawn(name, value) else None
    return _of_named(name, value) if named else None


def _is_drawn(name: str, value: str) -> bool:
    """Whether a value with any name is a secret: a Secret of a cluster also holds hosts, users and ids, an example tokens of the web."""
    public = (
        is_public_form(value)
        or _UUID.fullmatch(value)
        or _IDS.search(name)
        or value.startswith("eyJ")
        or SOLANA.fullmatch(value)
    )
    return looks_drawn(value, least=20) and not public


def _of_named(name: str, value: str) -> Severity | None:
    """The grade of a value whose name says that it is secret."""
    # A token of Rancher and of others has the name of its user in front.
    drawn = looks_drawn(value) or (name.lower().endswith("token") and looks_drawn(value.rpartition(":")[2], least=20))
    if _KEYS.search(name) and not drawn:
        return None  # a name of a cookie
    address = _ADDRESS.fullmatch(value) is not None and (value.startswith("0x") or not opens_by_name(name, value))
    if name.lower().endswith("token") and (not drawn or address):
        return None  # a name of a cluster, a kind of token; a mint or a program: addresses on a chain are public
    if _TO_CHANGE.search(value):
        return "info"
    if is_words(value):
        return "info" if re.search("pass|pwd", name, re.IGNORECASE) else None
    random = len(value) >= 16 and entropy(value) >= 3.2 and re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    return "error" if random and not FOR_TRIALS.match(value) else "info"
