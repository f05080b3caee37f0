"""Which versions a repository's own files ask for, each with the file that says so."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.features.init._asked import ASKED
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.context import Context
    from toolkit.model import Choice

__all__ = ["Pinned", "infer"]


@frozen
class Pinned:
    """A tool's version with its provenance.

    Args:
        tool: as ``[toolchain]`` names it.
        versions: what to pin, the default first.
        why: the file and key that ask for it.
        asked: what stands there, where it is not a version by itself.
    """

    tool: str
    versions: tuple[str, ...]
    why: str
    asked: str = ""

    @property
    def line(self) -> str:
        """As it stands in ``toolkit.toml``."""
        texts = [f'"{version}"' for version in self.versions]
        value = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        said = f" ({self.asked})" if self.asked and self.asked not in self.versions else ""
        return f"# {_comment(self.why + said)}\n{self.tool} = {value}"


def _comment(text: str) -> str:
    """Text that TOML takes for a comment of one line: a folder's name may hold a line feed, and need not be UTF-8."""
    shown = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in shown)


def infer(context: Context, newest: Callable[[str, str], str | None]) -> tuple[tuple[Pinned, ...], tuple[str, ...]]:
    """What the repository's own files ask for, and notes about what they disagree on.

    Args:
        context: the run's state.
        newest: the newest pinned version of a tool that satisfies a range; ``None`` if there is none or it is unreadable.
    """
    pins: list[Pinned] = []
    notes: list[str] = []
    for tool, ask in ASKED.items():
        found = sorted(ask(context), key=_rank)
        if not found:
            continue
        first = found[0]
        version = _pinnable(tool, first.value, newest)
        if version is None:
            notes.append(f"{tool}: {first.value} in {first.source} is no version, and is not pinned")
            continue
        pins.append(Pinned(tool, (version,), _why(first), first.value))
        found = [choice for choice in found if choice.rule != "default"] or found
        others = Counter(choice.value for choice in found if choice.value.lstrip("v") != first.value.lstrip("v"))
        if others:
            values = ", ".join(f"{value} ({count})" for value, count in sorted(others.items()))
            notes.append(f"{tool}: {_why(first)} decided ({first.value}); elsewhere: {values}")
    return _completed(tuple(pins)), tuple(notes)


def _why(choice: Choice) -> str:
    if choice.rule == "default":
        return f"no file says which; {choice.source} needs one"
    return choice.source if choice.rule in ("version file", "image", "workflow") else choice.why


def _rank(choice: Choice) -> tuple[int, int, str]:
    """Files made for the purpose first, then what stands higher in the tree."""
    return (_RULES.index(choice.rule), choice.source.count("/"), choice.source)


_RULES = (
    "version file",
    "volta",
    "packageManager",
    "engines",
    "requires-python",
    "rust-version",
    "toolchain",
    "dependency",
    "required-version",
    "lock file",
    "image",
    "workflow",
    "default",
)
_LTS = {"lts/krypton": "24", "lts/jod": "22", "lts/iron": "20", "lts/*": "24"}
_NEWEST = ("stable", "latest", "node", "current", "*")


def _pinnable(tool: str, asked: str, newest: Callable[[str, str], str | None]) -> str | None:
    """A version that the providers understand: exact as it stands, a range as the newest pinned one it allows.

    ``None`` for what names none (``nightly-2026-01-01``).
    """
    text = _LTS.get(asked, asked).strip().lstrip("v").partition("+")[0]
    plain = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.[x*])*", text)
    if plain:
        return plain[1]
    found = newest(tool, "*" if text in _NEWEST else text)
    if found or text.startswith(("nightly", "beta")):
        return found
    digits = re.search(r"\d+(?:\.\d+)*", text)
    return digits[0] if digits else None


_SOLANA_FOR = (((1, 2), "4.3.0"), ((1, 0), "3.1.10"), ((0, 32), "2.3.0"), ((0, 31), "2.1.0"), ((0, 0), "1.18.17"))
"""Since which line of Anchor which Solana: what its release notes recommend, from 1.2 on docs/decisions/solana-versions.md."""


def _completed(pins: tuple[Pinned, ...]) -> tuple[Pinned, ...]:
    """What belongs to on-chain programs and no file names: the tools that go with what is asked for."""
    by_name = {pin.tool: pin for pin in pins}
    if "anchor" not in by_name and "solana" not in by_name:
        return pins
    anchor = by_name.get("anchor")
    if anchor is not None and "solana" not in by_name:
        line = tuple(int(part) for part in re.findall(r"\d+", anchor.versions[0])[:2])
        version = next(version for since, version in _SOLANA_FOR if line >= since)
        by_name["solana"] = Pinned(
            "solana", (version,), f"no file says which; it goes with anchor {anchor.versions[0]}"
        )
    solana = by_name["solana"].versions[0]
    # The one that cargo-build-sbf asks for, then the one that `anchor build` names (nix/compatibility.json).
    if solana.startswith(("0.", "1.", "2.")):
        return tuple(by_name.values())  # its own cargo-build-sbf brings an older one
    tools = ("1.57", "1.52") if solana.startswith("4.3") else ("1.54", "1.52") if solana.startswith("4") else ("1.52",)
    pins = tuple(by_name.values())
    return (*pins, Pinned("platform-tools", tools, f"what goes with solana {solana}"))
