"""Commands that install the command lines of Anchor and Solana, with the version that they name."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = ["INSTALLS", "VERSION"]

VERSION = r"v?(?P<version>\d+\.\d+\.\d+)(?![\w.])"
"""An exact version, which is the first group too."""
INSTALLS = (
    ("anchor", regex(rf"\bavm[ \t]+(?:install|use)[ \t]+{VERSION}")),
    ("anchor", regex(rf"\banchor-cli(?:@|\b[^\n&|;]{{0,120}}?(?:--version|--tag)[ =]\"?=?){VERSION}")),
    ("anchor", regex(rf"--(?:tag|version)[ =]{VERSION}[^\n&|;]{{0,120}}\banchor-cli\b")),
    ("solana", regex(rf"\brelease\.(?:solana\.com|anza\.xyz)/{VERSION}")),
    ("solana", regex(rf"\b(?:solana|agave)-install(?:-init)?(?:[ \t]+init)?[ \t]+{VERSION}")),
)
"""A tool, and what installs it."""
