"""The simple commands that a script consists of, as far as a reader without a shell can tell."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Command", "commands", "is_asked_for", "plain"]

_PIECE = regex(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'[^']*'|\\.|\d*[<>]&\d*|&>)|(?P<separator>&&|\|\||[;|&\n])|[^"'\\;|&\n<>]+|.""",
    re.DOTALL,
)
_HEREDOC = regex(r"(?<!<)<<-?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_ASSIGNMENT = regex(r"\w+=\S*", re.DOTALL)
_RUNNERS = frozenset(
    {"npx", "bunx", "pnpx", "cross-env", "cross-env-shell", "dotenv", "dotenvx", "env-cmd", "env", "exec", "dlx",
     "time", "nohup", "sudo", "x"}
)  # fmt: skip
"""Programs that run the command behind them."""
_FETCHERS = frozenset({"npx", "bunx", "pnpx", "dlx", "x"})
_STARTERS = {
    "yarn": ("exec", "dlx", "node"),
    "pnpm": ("exec", "dlx"),
    "bun": ("x",),
    "npm": ("exec",),
    "dotenvx": ("run",),
    "doppler": ("run",),
    "infisical": ("run",),
    "op": ("run",),
    "uv": ("run",),
    "poetry": ("run",),
    "pipenv": ("run",),
    "pdm": ("run",),
    "rye": ("run",),
}
"""Words of a manager behind which a command of its own stands."""
_OPTIONS_OF_RUNNERS = frozenset({"-e", "-f", "-c", "-v", "-p", "--package", "-o", "--file", "--env-file"})
"""Options of these programs that take a value."""
_ELSEWHERE = ("-w", "--workspace", "--filter")
"""Options by which the command runs in another member."""
_TOOLS = frozenset(
    {"ts-mocha", "mocha", "ts-node", "tsx", "tsc", "jest", "vitest", "wrangler", "playwright", "webpack", "vite", "turbo",
     "lerna", "nx", "rollup", "tsup", "esbuild", "prisma", "concurrently", "run-s", "run-p", "npm-run-all"}
)  # fmt: skip
_SEVERAL = frozenset({"concurrently", "conc"})
"""Programs whose every argument is a command."""
_NAMED = regex(r"(?P<manager>npm|pnpm|yarn|bun|node):(?P<name>[^\s*]+)")
"""A script by its short name, as concurrently takes it."""
_PATTERN = regex(r"(?:npm|pnpm|yarn|bun|node):(?P<name>[\w:.-]*\*[\w:.*-]*)")
_WITH_VALUE = frozenset({"-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-s", "--success", "-l", "--prefix-length",
                         "-m", "--max-processes", "--restart-tries", "--restart-after", "-t", "--timestamp-format",
                         "--hide", "--handle-input", "--cwd", "--name-separator", "--kill-signal"})  # fmt: skip
_LONGEST = 20_000
"""Characters of a script; what is longer is none."""
_DEEPEST = 4
"""How many commands within commands are followed."""


@frozen
class Command:
    """One simple command of a script.

    Args:
        words: the program and its arguments; assignments and ``npx`` before it are dropped.
        folder: where ``cd`` has led by then; ``$`` where that is not known.
        before: the programs that ran before it, each of which may have made what it needs.
        guarded: what follows catches a failure (``|| true``), or it runs only after one.
        fetched: ``npx`` and its kin get the program where it is not installed.
    """

    words: tuple[str, ...]
    folder: str
    before: tuple[str, ...]
    guarded: bool
    fetched: bool = False

    @property
    def first(self) -> bool:
        """Whether nothing can have been made by the script itself."""
        return not self.before


def commands(text: str, folder: str = ".", *, before: tuple[str, ...] = (), depth: int = 0) -> Iterator[Command]:
    """The simple commands of a script in their order; of ``concurrently`` and ``sh -c`` those that they are given.

    Args:
        text: the script.
        folder: where it begins, relative to the folder of the script.
        before: the programs that have run before.
        depth: within how many other commands it stands.
    """
    if len(text) > _LONGEST:
        return
    previous = ""
    outer: list[str] = []
    """The folders around the subshells that are open: what one does to the folder ends with it."""
    for written_part, separator in _split(_without_heredocs(text.replace("\\\n", " "))):
        alternative, previous = previous == "||", separator
        part = written_part.strip()
        outer += [folder] if part.startswith("(") else []
        ends = part.endswith(")") and (part.startswith("(") or part.count(")") > part.count("("))
        written = _words(part.removeprefix("(").removesuffix(")"))
        words = plain(written)
        inner = _inner(words) if words and depth < _DEEPEST else ()
        for script in inner:
            yield from commands(script, folder, before=before, depth=depth + 1)
        if words and not inner:
            fetched = not _FETCHERS.isdisjoint(written[: len(written) - len(words)])
            yield Command(tuple(words), folder, before, alternative or separator == "||", fetched)
        if words and words[0] in ("cd", "pushd"):
            target = words[1] if len(words) > 1 else "~"
            folder = "$" if re.search(r"[$~`]|^-$|^/", target) or folder == "$" else posixpath.join(folder, target)
        elif words:
            before = (*before, words[0])
        folder = outer.pop() if ends and outer else folder


def is_asked_for(text: str, word: str) -> bool:
    """Whether a script asks first if a path is there, from wherever it asks."""
    name = re.escape(word.removeprefix("./"))
    return re.search(rf"(?:\[|\btest)\s+!?\s*-[defsx]\s+[\"']?(?:[\w@./-]*/)?{name}(?![\w.-])", text) is not None


def _without_heredocs(text: str) -> str:
    """A script without what its commands are given to read."""
    if "<<" not in text:
        return text
    lines, mark = [], ""
    for line in text.split("\n"):
        if not mark:
            lines.append(line)
            match = _HEREDOC.search(line)
            mark = match[2] if match else ""
        elif line.strip() == mark:
            mark = ""
    return "\n".join(lines)


def _split(text: str) -> list[tuple[str, str]]:
    """The parts of a script, each with the separator behind it; separators in quotes are text."""
    found, part = [], ""
    for piece in _PIECE.finditer(text):
        if piece["separator"]:
            found.append((part, piece["separator"]))
            part = ""
        else:
            part += piece[0]
    return [*found, (part, "")]


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def plain(words: list[str]) -> list[str]:
    """A command without what only starts it: assignments, ``npx``, ``dotenv -e FILE --``, ``yarn run`` of a known tool."""
    while words:
        if _ASSIGNMENT.fullmatch(words[0]) or words[0] == "--":
            words = words[1:]
        elif words[0] in _RUNNERS:
            words = _behind_options(words[1:])
        elif len(words) > 2 and words[1] in _STARTERS.get(words[0], ()) and not words[2].startswith(_ELSEWHERE):
            words = words[1:] if words[1] == "node" else _behind_options(words[2:])
        else:
            break
    if len(words) > 1 and words[0] in JAVASCRIPT_MANAGERS:
        at = 2 if words[1] in ("run", "--") and len(words) > 2 else 1
        if words[at] in _TOOLS:
            return words[at:]
    return words


def _behind_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-") and words[0] != "--":
        words = words[2 if words[0] in _OPTIONS_OF_RUNNERS and len(words) > 1 else 1 :]
    return words


def _inner(words: list[str]) -> tuple[str, ...]:
    """The scripts that a command is given as text; empty for a command that runs itself."""
    if words[0] in ("sh", "bash", "zsh") and len(words) > 2 and words[1] in ("-c", "-ec", "-lc"):
        return (words[2],)
    if words[0] == "nodemon" and (at := next((n for n, word in enumerate(words) if word in ("-x", "--exec")), 0)):
        given = words[at + 1 : at + 2]
        return (given[0] if given and " " in given[0] else shlex.join(words[at + 1 :]),)
    if posixpath.basename(words[0]) not in _SEVERAL:
        return ()
    found, skip = [], False
    for word in words[1:]:
        if skip or word.startswith("-"):
            skip = not skip and word in _WITH_VALUE
        elif match := _PATTERN.fullmatch(word):
            found.append(f"npx run-p {match['name']}")
        elif match := _NAMED.fullmatch(word):
            found.append(f"{'npm' if match['manager'] == 'node' else match['manager']} run {match['name']}")
        else:
            found.append(word if " " in word else "")
    return tuple(found) or ("",)
