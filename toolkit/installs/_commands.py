"""Installs in the text of a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from toolkit.expressions import regex
from toolkit.places import join

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["MAX_BYTES", "Install", "Named", "commands", "entered", "requirements_in"]

Named = Callable[..., Iterable[str]]
"""Tells the files of some names, as ``Inventory.named`` does."""

_COMMAND = regex(
    r"(?:^|&&|;|\||\brun\b|\bexec\b|\n)[^\S\n]*(?:sudo\s+|corepack\s+)?"
    r"(?P<text>(?P<manager>npm|pnpm|yarn|bun)(?:[ \t]+(?P<word>ci|clean-install|install|i))?(?P<options>(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?)*))"
    r"[ \t]*(?=$|&&|;|\||\n|\\|\))"
)
_ACROSS = regex(
    r"(?:^|&&|;|\||\n)[^\S\n]*(?P<text>(?:npm\s+(?:run[ \t]+[\w:.-]+|test|t)\b(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?){0,5}?[ \t]+--workspaces|(?:yarn)[ \t]+workspaces[ \t]+(?:foreach|run))\b)"
)
"""Commands for every member of a workspace of npm or yarn."""
_PYTHON = regex(
    r"(?:^|&&|;|\||\n)[^\S\n]*(?:sudo[ \t]+)?"
    r"(?P<text>(?P<manager>uv|poetry)(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?){0,5}?[ \t]+(?:sync|install|run|lock|export)\b"
    r"(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?){0,9})"
)
"""What uv and Poetry do with the project of a folder and its lock."""
_REQUIREMENTS = regex(r"(?<![\w./${}-])[\w./${}-]{0,200}requirements[\w./-]{0,80}\.(?:txt|in|lock)\b")
_ENTERS = regex(r"\s*\(?\s*cd[ \t]+([\w./-]+)[ \t]*&&")
_FROZEN = regex(r"\bci\b|clean-install|--(?:frozen-lockfile|immutable)\b")
_GLOBAL = regex(r"[ \t](?:-g|--global|-v|--version|--help|-h)\b")
_SAID = regex(
    r"""(?m)\b(?:echo|printf)\b(?:[ \t]+-\w+){0,3}(?:[ \t]+(?:"(?:[^"\\]|\\.)*+"|'[^']*+'))++"""
    r"|\b(?:cat|tee)\b[^\n<]*<<-?[ \t]*(?P<mark>['\"]?)(?P<end>\w+)(?P=mark)[^\n]*\n(?:(?![ \t]*(?P=end)[ \t]*$)[^\n]*\n)*+"
)
"""What a script shows to people or writes into a file, in quotes or in a document of its own: it runs nothing of it."""
MAX_BYTES = 200_000


class Install(NamedTuple):
    """One install of everything that a manifest asks for.

    Args:
        manager: whose command it is.
        frozen: whether it refuses to work without its lock.
        path, line: where it stands.
        folder: where it runs.
        text: the command.
        kind: ``workflow``, ``image``, ``script``, ``host`` or ``readme``.
    """

    manager: str
    frozen: bool
    path: str
    line: int
    folder: str
    text: str
    kind: str

    @property
    def across(self) -> bool:
        """Whether it is no install but a command for all members of the workspace."""
        return "workspaces" in self.text


def commands(text: str) -> Iterator[tuple[str, bool, int, str]]:
    """Manager, whether frozen, offset and text of each install in a script."""
    text = _SAID.sub(lambda said: re.sub(r"[^\n]", " ", said[0]), text)
    for match in _COMMAND.finditer(text):
        bare = match["word"] is None
        if _GLOBAL.search(match["options"] or "") or (
            bare and (match["manager"] != "yarn" or "--cwd" in match["options"])
        ):
            continue  # a manager alone shows its help; yarn alone installs
        if (
            bare
            and text.startswith(")", match.end())
            and "(" not in text[text.rfind("\n", 0, match.start("text")) + 1 : match.start("text")]
        ):
            continue  # a pattern of a case
        yield match["manager"], _FROZEN.search(match["text"]) is not None, match.start("text"), match["text"]
    for match in _PYTHON.finditer(text):
        yield match["manager"], _FROZEN.search(match["text"]) is not None, match.start("text"), match["text"]
    for match in _ACROSS.finditer(text):
        yield match["text"].split()[0], False, match.start("text"), match["text"]


def requirements_in(text: str) -> frozenset[str]:
    """The requirements files and locks of them that a text names, as it writes them: to install, to copy or to compile."""
    return frozenset(_REQUIREMENTS.findall(text) if "requirements" in text else ())


def entered(script: str, folder: str) -> str | None:
    """The folder that a script works in: where it starts, or the one that it enters before all else; ``None`` where it walks about."""
    first = _ENTERS.match(script)
    moves = len(re.findall(r"\b(?:cd|pushd)\s", script))
    return folder if not moves else join(folder, first[1]) if first and moves == 1 else None
