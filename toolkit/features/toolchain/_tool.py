"""A tool that is there, and how commands come to use it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from toolkit.system import process
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from toolkit.features.toolchain._pins import Pins


@frozen
class Tool:
    """A tool that is there, ready to be put in front of a command's ``PATH``.

    Args:
        name: canonical, for example ``agave`` for ``solana``.
        version: what it is.
        provider: ``host`` or ``pinned``.
        bin_dirs: folders with its programs and those it needs (Node for pnpm), first come first.
        why: what was chosen and why, one line for a person.
        root: the unpacked folder; ``None`` for ``host``.
        program: its main program, where ``PATH`` could find another one of that name.
        removed: variables that a command using it must not inherit.
    """

    name: str
    version: str
    provider: str
    bin_dirs: tuple[Path, ...]
    why: str
    root: Path | None = None
    program: Path | None = None
    removed: tuple[str, ...] = ()


def environment(tools: Iterable[Tool], base: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """What a :class:`~toolkit.commands.Command` needs as ``env`` to run with these tools.

    Args:
        tools: the first one's folders come first.
        base: changes that hold already; their ``PATH`` is extended.
    """
    chosen = tuple(tools)
    rest = (base or {}).get("PATH") or process.environment().get("PATH", os.defpath)
    # A host tool lies on PATH already; naming its folder again could only reorder others.
    folders = dict.fromkeys(str(path) for tool in chosen for path in tool.bin_dirs)
    present = rest.split(os.pathsep)
    pinned = [path for path in folders if path not in present]
    return {
        **(base or {}),
        "PATH": os.pathsep.join([*pinned, rest]),
        **dict.fromkeys((name for tool in chosen for name in tool.removed), None),
    }


def venv_command(uv: Tool, python: Tool, folder: Path) -> tuple[tuple[str, ...], dict[str, str | None]]:
    """The argument tuple and environment that make a Python environment with uv.

    Args:
        uv: which uv.
        python: which interpreter.
        folder: where the environment goes.
    """
    interpreter = str(python.program or python.version)
    argv = ("uv", "venv", "--quiet", "--no-project", "--python", interpreter, str(folder))
    return argv, environment((uv,))


class Resolver(Protocol):
    """What one tool's provider needs of the others: the settings, and the tools that go beside it."""

    @property
    def store_folder(self) -> Path | None:
        """The tool cache; the user's by default."""

    @property
    def mirrors(self) -> Mapping[str, str]:
        """Address prefix to its replacement."""

    @property
    def offline(self) -> bool:
        """Whether nothing may be downloaded."""

    @property
    def pins(self) -> Pins:
        """The pinned files."""

    @property
    def progress(self) -> Callable[[str, int, int | None], None] | None:
        """Told what is being downloaded, the bytes so far and in all."""

    @property
    def announce(self) -> Callable[[str], None] | None:
        """Told which tool has to be fetched, before it is."""

    def spec(self, tool: str) -> str:
        """The version that ``[toolchain]`` asks for; empty for any."""

    def resolve(self, tool: str, version_spec: str | None = None) -> Tool:
        """Have a tool of a version that satisfies the pin."""
