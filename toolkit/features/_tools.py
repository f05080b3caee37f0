"""What installs and tasks ask of the toolchain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from toolkit.extension import ToolNeed

__all__ = ["Chosen", "Toolbox"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A tool that was chosen, and perhaps not fetched yet.

    Args:
        version: exact, or as far as it is known before the download.
        provider: ``host``, ``pinned`` or ``nix``.
        why: what was asked for, by whom, and what that gave.
        spec: what to ask the provider for.
    """

    name: str
    version: str
    provider: str
    why: str
    spec: str = ""


class Toolbox(Protocol):
    """Where programs come from."""

    def choose(self, need: ToolNeed) -> Chosen:
        """Which version from which provider, without downloading anything.

        Raises:
            ToolkitError: none can be had.
        """

    def environment(self, tools: Sequence[Chosen], say: Callable[[str], None]) -> Mapping[str, str | None]:
        """Environment changes that put the tools on the search path; tells ``say`` what it downloads.

        Raises:
            ToolkitError: a download failed.
        """
