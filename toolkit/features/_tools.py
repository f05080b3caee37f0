"""What installs and tasks ask of the toolchain."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from toolkit.errors import ToolkitError
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from toolkit.extension import ToolNeed

__all__ = ["Chosen", "Toolbox", "choose_all", "offer"]


@frozen
class Chosen:
    """A tool that was chosen, and perhaps not fetched yet.

    Args:
        version: exact, or as far as it is known before the download.
        provider: ``host``, ``pinned`` or ``nix``.
        why: what was asked for, by whom, and what that gave.
        spec: what to ask the provider for.
        program: its path, for one of the search path.
        instead_of: the version asked for, where it cannot be had and this one stands in; else empty.
    """

    name: str
    version: str
    provider: str
    why: str
    spec: str = ""
    program: str = ""
    instead_of: str = ""


class Toolbox(Protocol):
    """Where programs come from."""

    def choose(self, need: ToolNeed, beside: Sequence[Chosen] = ()) -> Chosen:
        """Which version from which provider, without downloading anything.

        Args:
            need: what is asked for.
            beside: what was chosen before for the same subproject: a package manager has to run on its Node.

        Raises:
            ToolkitError: none can be had.
        """

    def environment(self, tools: Sequence[Chosen], say: Callable[[str], None]) -> Mapping[str, str | None]:
        """Environment changes that put the tools on the search path; tells ``say`` what it downloads.

        Raises:
            ToolkitError: a download failed.
        """


def offer(toolbox: Toolbox, needs: Iterable[ToolNeed]) -> tuple[Chosen, ...]:
    """Of what an install would else supply itself the tools that are here and fit; nothing is fetched for it."""
    chosen: list[Chosen] = []
    for need in needs:
        if need.offered:
            with suppress(ToolkitError):
                chosen.append(toolbox.choose(need, chosen))
    return tuple(tool for tool in chosen if tool.provider != "pinned" and not tool.instead_of)


def choose_all(toolbox: Toolbox, needs: Iterable[ToolNeed]) -> tuple[Chosen, ...]:
    """The tools for one subproject, in the order of its needs; each is chosen with those before it in mind.

    Raises:
        ToolkitError: one cannot be had.
    """
    chosen: list[Chosen] = []
    for need in needs:
        chosen.append(toolbox.choose(need, chosen))
    return tuple(chosen)
