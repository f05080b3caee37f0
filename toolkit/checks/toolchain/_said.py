"""One place in the repository that says which version of a tool is meant."""

from __future__ import annotations

from typing import Literal

from toolkit.values import frozen

__all__ = ["COMPARED", "Kind", "Said"]

COMPARED = " of action-setup 4"
"""What the place of a version for pnpm ends with where the action compares it with ``packageManager`` word for word."""

Kind = Literal["settings", "file", "range", "image", "shell", "workflow", "matrix", "linter"]
"""``settings``: toolkit.toml; ``file``: made to pin; ``range``: a manifest's demand; ``image``: a Dockerfile or devcontainer;
``shell``: a flake or devbox; ``workflow``: one version in CI or in a script; ``matrix``: several; ``linter``: what code is judged for."""


@frozen
class Said:
    """One demand.

    Args:
        tool: canonical: ``node``, ``python``, ``rust``, ``go``, ``pnpm`` ...
        spec: a version, the beginning of one, or a range; of a matrix its entries joined by ``||``.
        folder: the scope it speaks for.
        what: the place in words, for example ``engines.node``.
        builds: the image takes files of the repository, the job builds or tests them: what differs there is met.
        takes: of a stage of an image the lines of the stages that it copies from.
        span: first and last byte of the version, where it may be replaced by another; ``None`` where it may not.
    """

    tool: str
    spec: str
    path: str
    line: int
    folder: str
    kind: Kind
    what: str
    span: tuple[int, int] | None = None
    builds: bool = True
    takes: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """The demand for a person."""
        return f"{self.spec} ({self.what} in {self.path}:{self.line})"
