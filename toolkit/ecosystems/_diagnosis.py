"""A failed install's log, told in one sentence by the first rule that knows its words."""

from __future__ import annotations

import re

__all__ = ["NATIVE", "Rule", "disk_full", "python_tail", "tell"]

Rule = tuple[str, str, str]
"""A regular expression, a sentence and a hint; the two texts may name the expression's groups."""

_LIBRARY = "install the system library that brings it, with its development files"
NATIVE: tuple[Rule, ...] = (
    (r"fatal error: '?(?P<name>[\w./+-]+\.h(?:pp)?)'?(?:: No such file| file not found)", "a package with native code lacks the header {name}", _LIBRARY),
    (r"(?:Package|No package) '?(?P<name>[\w.+-]+?)'?,? (?:required by '[^']*', |was )?(?:not )?found(?=[^\n]*\n?[\s\S]*pkg-config)", "a package with native code lacks the system library {name}", _LIBRARY),
    (r"(?P<name>pg_config|mysql_config|llvm-config|krb5-config)[^\n]{0,20}not found", "a package with native code lacks {name}", _LIBRARY),
    (
        r"(?:command '(?P<name>[\w/.+-]*(?:cc|gcc|g\+\+|clang))' failed: No such file|not found: (?P<tool>make|cc|gcc|g\+\+|clang)\b|linker `(?P<linker>[\w-]+)` not found)",
        "a package with native code has to be compiled, and there is no {name}{tool}{linker}",
        "install a compiler (Debian and Ubuntu: build-essential; macOS: xcode-select --install)",
    ),
)  # fmt: skip
"""What is missing on the machine where code is compiled, whichever manager has it compiled."""


def disk_full(variable: str = "") -> Rule:
    """The rule for a full disk.

    Args:
        variable: names the manager's cache folder; empty where there is none.
    """
    return (
        r"No space left on device|ENOSPC|NoSpaceLeft",
        "the disk is full",
        f"free some space, or point {variable} elsewhere" if variable else "free some space, then bootstrap again",
    )


def python_tail(cache: str = "") -> tuple[Rule, ...]:
    """What the Python managers' tables end with: the machine, the network, the credentials.

    Args:
        cache: the variable that names the manager's cache folder.
    """
    return (
        *NATIVE,
        (
            r"pyenv: (?P<name>[\w.-]+): command not found",
            "{name} belongs to another Python of pyenv than .python-version names here",
            "install {name} apart from pyenv (its own installer, or pipx), or with that Python too",
        ),
        (
            r"(?:40[13] (?:Client )?(?:Error|Unauthorized|Forbidden)[^\n]*|HTTP status client error \(40[13][^\n]*)(?: for url:? ?\(?(?P<name>https?://[^/\s)]+))",
            "{name} refuses the credentials",
            "check the user, password or token for it in the manager's settings or in a .netrc",
        ),
        (
            r"(?:[Ff]ailed to (?:clone|fetch)(?: into:)?|git (?:clone|fetch)[^\n]*|Failed to resolve[^\n]*)[^\n]*?(?P<name>(?:https?|ssh|git)(?:\+\w+)?://[^\s`'\"]+)",
            "the git dependency {name} cannot be fetched",
            "check that git reaches it from here: address, network, credentials",
        ),
        disk_full(cache),
    )  # fmt: skip


def tell(log: str, rules: tuple[Rule, ...]) -> tuple[str, str]:
    """The sentence and hint of the first rule that matches, two empty texts if none does."""
    for expression, sentence, hint in rules:
        if found := re.search(expression, log):
            groups = {key: " ".join(value.split()) for key, value in found.groupdict(default="").items()}
            return sentence.format(**groups), hint.format(**groups)
    return "", ""
