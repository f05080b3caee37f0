"""Services that commands of docker compose name and that no compose file defines."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose.files import all_files, unread
from toolkit.checks.references._scripts.places import PRINTS, is_away
from toolkit.checks.references._scripts.texts import compositions, sets
from toolkit.expressions import regex
from toolkit.places import upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._scripts.texts import Invocation

__all__ = ["Started", "known_services", "services_in", "unstarted"]

_MANY = frozenset({"up", "start", "stop", "restart", "build", "pull", "create", "rm", "kill", "logs"})
"""Commands whose every operand is a service."""
_ONE = frozenset({"run", "exec"})
"""Commands whose first operand is a service, and the others a program and its arguments."""
_VALUED = """
    -f --file -p --project-name --profile --env-file --project-directory --ansi --parallel --progress -c --context
    --scale -t --timeout --wait-timeout --exit-code-from --attach --no-attach --build-arg -m --memory --ssh --builder
    -e --env -u --user -w --workdir --index --name -v --volume --publish --entrypoint -l --label --cap-add --cap-drop
    -s --signal --tail --since --until -n --policy
"""
"""Options that take a value, separated by blanks; behind the command ``-f`` takes none; of ``up`` and ``build`` ``--pull`` takes one as well, and of ``exec`` and ``run`` ``-T`` none."""
_SERVICE = regex(r"[a-z0-9][\w.-]*")
_SCRIPT = regex(r"(?i)(?:gnu)?makefile|justfile|.*\.(?:mk|just|sh|bash)|package\.json")
_FLOWS = ".github/workflows/"
_MAKES = regex(r"(?m)^\s*services:|COMPOSE_FILE|git clone")
"""Of a script: it writes compose files itself, or takes those of others."""
_MOVES = regex(r"\bcd\s|\bpushd\b|--cwd|\s-C\s|--prefix")
_DEFAULT = regex(r"(?:docker-)?compose(?:\.override)?\.ya?ml")
_TEXT = regex(r"<<-?[ \t]*[\"']?([A-Za-z_]\w*)[\"']?")
_WORD = r"(?<![\w.-]){}(?![\w.-])"


class Started(NamedTuple):
    """A service that is named in vain: where, in which command, whether that fails for sure, the other places, and the only file that counts."""

    path: str
    line: int
    name: str
    command: str
    fails: bool
    others: tuple[tuple[str, int], ...] = ()
    file: str = ""


def unstarted(context: Inspection) -> Iterator[Started]:
    """Each service of commands in scripts, Makefiles, ``package.json`` and workflows that no compose file here has."""
    known = known_services(context)
    if not known:
        return
    every = all_files(context)
    names = {posixpath.basename(one.path) for one in every}
    found: dict[str, list[Started]] = {}
    for command in compositions(context):
        path = command.source
        runs = path.startswith(_FLOWS) or _SCRIPT.fullmatch(posixpath.basename(path)) is not None
        # A file that is not there is told itself.
        files = all(posixpath.basename(value) in names for value in command.values("-f", "--file"))
        if not runs or not files or not context.shows(path) or "||" in command.words:
            continue
        for name in services_in(command.words):
            file, own = _known_in(context, command, every)
            lost = name not in (own or known)
            line = _line(context, path, name, command.words) if lost else 0
            if line and not is_away(context, path, line) and not _makes(context, path):
                fails = path.startswith(_FLOWS) or path.endswith("package.json")
                one = Started(path, line, name, " ".join(command.words[:16]), fails, file=file if name in known else "")
                found.setdefault(name, []).append(one)
    for many in found.values():
        first, *others = sorted(many, key=lambda one: not one.fails)
        places = dict.fromkeys((one.path, one.line) for one in others)
        yield first._replace(others=tuple(place for place in places if place != (first.path, first.line)))


def known_services(context: Inspection) -> frozenset[str]:
    """The services of all compose files; none where there may be others."""
    every = all_files(context)
    if unread(context) or any("include" in (one.document.data or {}) for one in every):
        return frozenset()
    return frozenset(name for one in every for name in one.services)


def _known_in(context: Inspection, command: Invocation, every: tuple[Compose, ...]) -> tuple[str, set[str]]:
    """The compose file that a script of ``package.json`` means which names none, that of the nearest folder, and its services.

    Nothing where the command may run elsewhere, or take another file.
    """
    apart = {"-f", "--file", "-p", "--project-name", "--project-directory"}.intersection(command.words)
    if not command.source.endswith("package.json") or apart or sets(context, "COMPOSE_FILE"):
        return "", set()
    line = text_of(context, command.source, errors="replace").splitlines()
    if any(_MOVES.search(one) for one in line if "compose" in one and all(word in one for word in command.words[:4])):
        return "", set()
    for folder in upward(command.folder):
        near = [one for one in every if one.folder == folder and _DEFAULT.fullmatch(posixpath.basename(one.path))]
        if near:
            return near[0].path, {name for one in near for name in one.services}
    return "", set()


def services_in(words: tuple[str, ...]) -> Iterator[str]:
    """The services that a command of compose names, as far as its words are plain."""
    rest = list(words[1:] if words[0].endswith("-compose") else words[2:])
    verb = ""
    while rest:
        word = rest.pop(0)
        if rest[:1] == [":"]:  # the key of the next script
            return
        if (word in _VALUED.split() and not (word == "-f" and verb)) or (word == "--pull" and verb in ("up", "create")):
            del rest[:1]
        elif word.startswith("-"):
            if word.endswith(";"):  # ``up -d; then``
                return
        elif not verb:
            verb = word
            if verb not in _MANY | _ONE:
                return
        elif _SERVICE.fullmatch(word.rstrip(";")) is None:
            return
        else:
            yield word.rstrip(";")
            if verb in _ONE or word.endswith(";"):
                return


def _line(context: Inspection, path: str, name: str, words: tuple[str, ...]) -> int:
    """The line of a command that names a service; 0 for one that is only said."""
    said = regex(_WORD.format(name.replace(".", r"\.")))
    verb = next((word for word in words if word in _MANY | _ONE), "")
    ends = ""
    for number, text in enumerate(text_of(context, path, errors="replace").splitlines(), 1):
        if ends:  # a text within the script, which is printed or sent
            ends = ends if text.strip() != ends else ""
            continue
        ends = opened[1] if (opened := _TEXT.search(text)) and not path.startswith(_FLOWS) else ""
        plain = not text.lstrip().startswith(("#", "//", "- name:")) and PRINTS.match(text) is None
        if plain and said.search(text) and ("compose" in text or "$" in text) and verb in text:
            return number
    return 0


def _makes(context: Inspection, path: str) -> bool:
    return not path.startswith(_FLOWS) and _MAKES.search(text_of(context, path, errors="replace")) is not None
