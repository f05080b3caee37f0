"""What the commands of JavaScript's package managers mean: which word is a script of the package, and which the manager's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.words import option

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FOLDER_OPTIONS", "OWN", "PLACES", "VERBS", "misplaced", "place_of", "script_in"]

_OWN = {
    "pnpm": """
        add audit bin cat-file cache c ci completion config create deploy dedupe dlx doctor env exec fetch help i import info init
        install install-test it la licenses link list ll ln ls login logout m multi ncu outdated owner pack patch patch-commit
        patch-remove ping prepare prune publish rb rebuild recursive remove rm root run rup self-update server setup start stop
        store t test tst unlink up update upgrade version view whoami why approve-builds ignored-builds find-hash""",
    "yarn": """
        add audit autoclean bin cache check config constraints create dedupe dlx exec explain generate-lock-entry global help
        import info init install licenses link list login logout node npm outdated owner pack patch patch-commit plugin
        policies prune publish rebuild remove run search self-update set stage tag team unlink unplug up upgrade
        upgrade-interactive version versions why workspace workspaces""",
    "bun": """
        a add audit build c ci completions create exec i info init install link outdated patch pm publish remove repl rm run test
        unlink update upgrade why x""",
}
OWN = {program: frozenset(words.split()) for program, words in _OWN.items()}
"""Commands of each manager that are no script of the package; npm has scripts behind ``run`` only, but for ``test`` and ``start``."""
VERBS = frozenset(
    {
        "build", "lint", "lint:fix", "typecheck", "type-check", "check-types", "check:types", "format", "format:check", "dev", "preview",
        "e2e", "compile", "codegen", "check", "clean", "deploy", "validate", "coverage", "ci", "unit", "integration", "watch", "serve-prod",
    }
)  # fmt: skip
"""Words by which people call scripts, and by which no program is known."""
FOLDER_OPTIONS = {"npm": ("--prefix", "-C"), "pnpm": ("--dir", "-C", "--prefix"), "yarn": ("--cwd",), "bun": ("--cwd",)}
"""Options of each manager that name the folder to work in."""
PLACES = ("--prefix", "-C", "--dir", "--cwd")
"""All of these."""
_RUN = ("run", "run-script", "rum", "urn")
_TEST = ("test", "t", "tst")


def script_in(program: str, plain: Sequence[str]) -> tuple[str, bool]:
    """The script that a manager is to run, and whether the word can be nothing else; empty for its own commands.

    Args:
        program: ``npm``, ``pnpm``, ``yarn`` or ``bun``.
        plain: its arguments without options and their values.
    """
    first = plain[0] if plain else ""
    if first in _RUN:
        return (plain[1], program in ("npm", "pnpm")) if len(plain) > 1 else ("", False)
    if first in _TEST and program != "bun":
        return "test", True
    if first == "start" and program in ("npm", "pnpm"):
        return first, True
    return (first, False) if program in OWN and first not in OWN[program] else ("", False)


def place_of(words: Sequence[str]) -> str:
    """The folder that a manager is told to work in by an option that it knows; empty without one."""
    return option(words, *FOLDER_OPTIONS.get(words[0], PLACES))


def misplaced(words: Sequence[str]) -> tuple[str, str]:
    """Another manager's option for the folder before the name of a script, and the one that would be right; both empty without."""
    own = FOLDER_OPTIONS.get(words[0], PLACES)
    for word in words[1:]:
        name = word.partition("=")[0]
        if name in PLACES and name not in own:
            return name, own[0]
        if name in own or not (word.startswith("-") or word in _RUN):
            break
    return "", ""
