"""What a hydration did, and what it proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.features.hydration._areas import Item
    from toolkit.features.hydration._conflicts import Settled
    from toolkit.features.hydration._survey import Survey


@dataclass
class Result:
    """What was done, and what is proven.

    Attributes:
        survey: the scan at the beginning.
        after: the scan at the end.
        restored: rebuilt from git, without a download.
        refetched: evicted git files that became superfluous because the remote gave their objects.
        downloaded: brought by the provider.
        failed: paths that are still not here, or whose content is wrong, with the reason.
        verdict: ``wedged`` or ``offline``, if the provider was given up.
        by_content: how many files were compared with their object name or checked by fsck.
        by_length: how many could only be compared by length: git does not know their content.
        fsck: git's first complaint; empty if clean.
        fsck_state: ``clean``, ``damaged``, or why it was not asked.
        again: paths that were evicted again while we waited.
    """

    survey: Survey
    after: Survey
    restored: list[Item] = field(default_factory=list)
    refetched: list[Item] = field(default_factory=list)
    downloaded: list[Item] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    verdict: str = ""
    by_content: int = 0
    by_length: int = 0
    fsck: str = ""
    fsck_state: str = "not needed"
    again: list[str] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    settle_s: float = 0.0
    duration_s: float = 0.0

    @property
    def saved_bytes(self) -> int:
        """Bytes that did not have to be downloaded."""
        return sum(item.size for item in (*self.restored, *self.refetched))

    @property
    def exit_code(self) -> ExitCode:
        """0 all local and verified, 1 some failed, 3 the provider does not serve."""
        if self.verdict:
            return ExitCode.UNKNOWN
        return ExitCode.FAILED if self.failed or self.fsck else ExitCode.OK
