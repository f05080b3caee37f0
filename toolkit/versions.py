"""Versions and what satisfies them: the prefixes and ranges that people write for tools.

Neither PEP 440 nor SemVer alone fits: a pin may be ``22``, ``22.x``, ``>=20 <23``, ``^20.17.0 || >=22.9.0``
or ``>=3.11,<3.14``, and a tool's version ``1.2.0``, ``v22.22.3`` or ``1.57``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

_ANY = frozenset({"", "*", "x", "any", "latest", "stable", "node", "current", "lts", "lts/*"})
_NODE_LINES = {"lts/hydrogen": "18", "lts/iron": "20", "lts/jod": "22", "lts/krypton": "24"}
"""Names that ``.nvmrc`` may hold, from Node's release schedule."""
_NUMBER = regex(r"v?(\d+(?:\.\d+)*)(-[0-9A-Za-z][\w.-]*|[A-Za-z]+\d+)?(?:\+.*)?", re.ASCII)
_FIRST = regex(r"(?<![\w.])v?(\d+(?:\.\d+)*)(-[0-9A-Za-z][\w.-]*)?", re.ASCII)
_WORD = regex(r"(===|==|=|\^|~=|~>|~|>=|<=|!=|>|<)?\s*(v?[\w.*+-]+)", re.ASCII)
_HYPHEN = regex(r"(\S+)\s+-\s+(\S+)")


@frozen
class _Version:
    numbers: tuple[int, ...]
    suffix: str


def satisfies(version: str, spec: str) -> bool:
    """Whether a version is what a pin asks for.

    Args:
        version: for example ``22.22.3`` or ``v22.22.3``; a pre-release fits only a pin that names it.
        spec: a prefix (``22``), a range, several separated by spaces or commas, alternatives by ``||``.

    Raises:
        ConfigurationError: the pin cannot be read.
    """
    return any(_fits_all(version, part) for part in without_hash(spec).split("||"))


def may_satisfy(version: str, spec: str) -> bool:
    """As :func:`satisfies`; what cannot be read, a tag for example, is taken for right."""
    try:
        return satisfies(version, spec)
    except ConfigurationError:
        return True


def newest(versions: Iterable[str], spec: str) -> str | None:
    """The highest version that satisfies the pin."""
    fitting = [version for version in versions if satisfies(version, spec)]
    return max(fitting, key=sort_key, default=None)


def sort_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """Orders versions, a pre-release before its release."""
    found = _read(version)
    return (found.numbers, not found.suffix, found.suffix)


def lowest(spec: str) -> tuple[tuple[int, ...], bool, str]:
    """Orders ranges by the first version that they name (``^5.x``, ``>=1.2 <2``); what names none comes before all."""
    first = _FIRST.search(without_hash(spec))
    return (tuple(map(int, first[1].split("."))), not first[2], first[2] or "") if first else ((), False, "")


def is_exact(spec: str) -> bool:
    """Whether the pin names one whole version, as a registry needs it."""
    return re.fullmatch(r"v?\d+\.\d+\.\d+(-[\w.-]+)?", without_hash(spec).strip(), re.ASCII) is not None


def is_any(spec: str) -> bool:
    """Whether every released version will do."""
    return without_hash(spec).strip() in _ANY


def without_hash(spec: str) -> str:
    """The pin without the ``+sha512.HEX`` that ``packageManager`` may carry, and a line's name as its number."""
    plain = re.sub(r"\+sha\d+\.[0-9a-fA-F]+", "", spec)
    return _NODE_LINES.get(plain.strip(), plain)


def major(version: str) -> int:
    """The first number."""
    return _read(version).numbers[0]


def numbers_in(version: str) -> tuple[int, ...]:
    """Every number in a version that is written in whatever form, to compare two of one form."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def overlap(first: str, second: str) -> bool:
    """Whether some version satisfies both: ``22`` and ``>=22.11``, but not ``16`` and ``>=20``.

    Pre-releases count as their release.

    Raises:
        ConfigurationError: one of them cannot be read.
    """
    others = _intervals(second)
    return any(
        max(low, other_low) < min(high, other_high)
        for low, high in _intervals(first)
        for other_low, other_high in others
    )


def may_overlap(first: str, second: str) -> bool:
    """As :func:`overlap`; what cannot be read is taken for right."""
    try:
        return overlap(first, second)
    except ConfigurationError:
        return True


def is_same(first: str, second: str) -> bool:
    """Whether two ranges take the same versions however they are written (``^1.2`` and ``^1.2.0``); tags, pre-releases and what cannot be read are not."""
    if _MORE_THAN_NUMBERS.search(first + second):
        return False
    try:
        return _padded(first) == _padded(second)
    except ConfigurationError:
        return False


def _padded(spec: str) -> list[_Interval]:
    intervals = []
    for low, high in _intervals(spec):
        bounds = [bound if bound in ((), _BEYOND) else (*bound, 0, 0, 0)[: max(3, len(bound))] for bound in (low, high)]
        intervals.append((bounds[0], bounds[1]))
    return intervals


_MORE_THAN_NUMBERS = regex(r"[^\d.\s<>=~^|xX*v]")
_Interval = tuple[tuple[int, ...], tuple[int, ...]]
_BEYOND = (10**9,)
"""Above every version."""


def _intervals(spec: str) -> list[_Interval]:
    """The versions of a pin or range as half-open intervals, one for each alternative."""
    found = []
    for part in without_hash(spec).split("||"):
        if part.strip() in _ANY:
            return [((), _BEYOND)]
        bounds = [_interval(operator, word) for operator, word in _words(part)]
        found.append((max(low for low, _ in bounds), min(high for _, high in bounds)))
    return found


def _interval(operator: str, word: str) -> _Interval:
    if word in _ANY or operator == "!=":
        return (), _BEYOND
    low = _read(re.sub(r"(\.[x*])+$", "", word)).numbers
    beyond = (*low[:-1], low[-1] + 1)
    if operator in ("", "=", "==", "==="):
        return low, beyond
    return {">=": (low, _BEYOND), ">": (beyond, _BEYOND), "<": ((), low), "<=": ((), beyond)}.get(
        operator, (low, _ceiling(operator, low))
    )


def _words(part: str) -> list[tuple[str, str]]:
    """The comparisons of one alternative, operator and version."""
    part = _HYPHEN.sub(r">=\1 <=\2", part.strip())
    words = _WORD.findall(part)
    if not words or _WORD.sub("", part).strip(" ,"):
        raise ConfigurationError(
            f"The version {part!r} cannot be read", 'write for example "22", "22.22.3" or ">=20 <23"'
        )
    return words


def _fits_all(version: str, part: str) -> bool:
    if part.strip() in _ANY:
        return not _read(version).suffix
    words = _words(part)
    found = _read(version)
    if found.suffix and not any(word.removeprefix("v") == version.removeprefix("v") for _, word in words):
        return False
    return all(_fits(found, operator, word) for operator, word in words)


def _fits(found: _Version, operator: str, word: str) -> bool:
    """One comparison; a partial version stands for all that begin with it."""
    if word in _ANY:
        return True
    word = re.sub(r"(\.[x*])+$", "", word)
    wanted = _read(word)
    low, numbers = wanted.numbers, found.numbers
    begins = numbers[: len(low)] == low
    if operator in ("", "=", "==", "==="):
        return begins and (not (wanted.suffix or found.suffix) or (numbers, found.suffix) == (low, wanted.suffix))
    return {
        "!=": not begins,
        ">=": numbers >= low,
        ">": numbers > low and not begins,
        "<": numbers < low,
        "<=": numbers < low or begins,
    }.get(operator, low <= numbers < _ceiling(operator, low))


def _ceiling(operator: str, low: tuple[int, ...]) -> tuple[int, ...]:
    """The first version beyond ``^``, ``~`` (npm's), ``~=`` (PEP 440's) or ``~>`` (Terraform's and Ruby's)."""
    if operator == "^":
        place = next((index for index, number in enumerate(low) if number), len(low) - 1)
    elif operator in ("~=", "~>"):
        place = max(len(low) - 2, 0)
    else:
        place = min(1, len(low) - 1)
    return (*low[:place], low[place] + 1)


def _read(text: str) -> _Version:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(
            f"The version {text!r} cannot be read", 'write for example "22", "22.22.3" or ">=20 <23"'
        )
    return _Version(tuple(int(number) for number in match[1].split(".")), match[2] or "")
