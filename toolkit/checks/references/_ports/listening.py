"""On which port the program of an image listens: what its command, its environment and its code say."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import line_at, text_of
from toolkit.checks._workspaces import arguments, meant
from toolkit.checks.references._compose.files import filled
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import final
from toolkit.checks.references._services import code_ports, environment
from toolkit.documents.dockerfile import substitute
from toolkit.expressions import regex
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Instruction

__all__ = ["FOREIGN", "OWN", "Listens", "asked", "flags", "listens", "numbers", "told", "usual"]

_FLAG = regex(
    r"""(?:--(?:[\w-]*port|bind|listen|address|addr|tcp)|(?<!\S)-[pbl]|-Dserver\.port|\brunserver|(?<!\S)-S|\bhttp\.server)
    (?:=|\s+)["']?(?:(?:tcp|http)://)?(?:[\w.*\[\]-]*:)?(?:\$\{\w+:-)?(\d{2,5})\b""",
    re.VERBOSE,
)
_BY_VARIABLE = regex(r"(?:--(?:[\w-]*port|bind|listen)|(?<!\S)-[pb])(?:=|\s+)[\"']?(?:[\w.*]*:)?\$(?!\{\w+:-\d)")
_DEBUGGER = regex(r"\bdebugpy\s+--(?:listen|connect)\s+\S+|\bdlv\s[^;&|]{0,200}?--listen[= ]\S+")
"""Where a debugger listens, which is not what the image is for."""
_DEFAULTS = (
    (
        8000,
        regex(
            r"\b(?:uvicorn|hypercorn|gunicorn|daphne)\b|\bfastapi\s+run\b|\bmanage\.py\s+runserver\b|\bhttp\.server\b"
        ),
    ),
    (5000, regex(r"\bflask\s+(?:--\S+\s+\S+\s+)?run\b")),
    (8501, regex(r"\bstreamlit\s+run\b")),
    (3000, regex(r"\bnext\s+(?:start|dev)\b|\brails\s+s(?:erver)?\b")),
    (4173, regex(r"\bvite\s+preview\b")),
    (4200, regex(r"\bng\s+serve\b")),
)
"""Ports of servers that are not told another."""
OWN = frozenset({"PORT", "SERVER_PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "FLASK_RUN_PORT", "UVICORN_PORT"})
"""Variables that tell a program where to listen, and nothing else."""
FOREIGN = frozenset(
    {"GF_SERVER_HTTP_PORT", "PGPORT", "MYSQL_TCP_PORT", "KC_HTTP_PORT", "N8N_PORT", "MB_JETTY_PORT", "SONAR_WEB_PORT", "PORT",
     "SERVER_PORT", "REDIS_PORT_NUMBER", "POSTGRESQL_PORT_NUMBER", "MONGODB_PORT_NUMBER", "PGADMIN_LISTEN_PORT", "DIRECTUS_PORT",
     "ROCKET_PORT", "ASPNETCORE_HTTP_PORTS", "GITEA__server__HTTP_PORT", "HASURA_GRAPHQL_SERVER_PORT", "ME_CONFIG_SITE_PORT"}
)  # fmt: skip
"""Variables of images of others that tell where they listen."""
_HEALTH = regex(r"(?://|\s)(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d{2,5})\b")
_LISTEN = regex(r"(?m)^[^\S\n]*listen\s+(?:[\d.*]+:|\[::\]:)?(\d{2,5})\b")
_ARGUMENT = regex(r"(\w+)=[\"']?(\d+)")
_VARIABLE = regex(r"(?:^|\s)PORT(?:=|\s+)[\"']?([^\s\"']{1,40})")
_NUMBER = regex(r"(?<![\w.])\d{2,5}(?![\w.])")


@frozen
class Listens:
    """The port of a program, with who says so; ``firm`` where that overrides what the code would do."""

    port: int
    path: str
    line: int
    how: str
    firm: bool


def told(variables: Any) -> set[int]:
    """The ports that variables tell a program to listen on; ``{0}`` where they do, and the number is not known."""
    values = [filled(str(value)) for name, value in environment(variables).items() if name in OWN]
    found = {int(number) for value in values for number in re.findall(r"(?:^|:|;)(\d{2,5})(?=$|[/;])", value)}
    return found or ({0} if values else set())


def numbers(value: Any) -> set[int]:
    """Every number that stands in a value, at any depth: what may be meant as a port."""
    return {int(number) for number in _NUMBER.findall(str(value))}


def asked(value: Any) -> set[int]:
    """The ports that a health check asks on the container itself."""
    text = value if isinstance(value, str) else " ".join(map(str, value)) if isinstance(value, (list, tuple)) else ""
    return {int(number) for number in _HEALTH.findall(text)}


def usual(text: str) -> set[int]:
    """The ports on which the servers of a command listen unless they are told another."""
    return {port for port, expression in _DEFAULTS if expression.search(text)}


def flags(text: str) -> set[int]:
    """The ports that a command names."""
    return {int(number) for number in _FLAG.findall(_DEBUGGER.sub("", text))}


def listens(context: Inspection, dockerfile: str, args: Any = None) -> tuple[Listens, ...]:
    """The ports of the program that an image starts; empty where nothing tells.

    Args:
        context: the run.
        dockerfile: the image.
        args: what a build gives its arguments, as compose writes it.
    """
    text = ""
    document = read(context, dockerfile)
    items = final(document) if document is not None else ()
    folder = posixpath.dirname(dockerfile) or "."
    if command := next((item for item in reversed(items) if item.name in ("CMD", "ENTRYPOINT")), None):
        text = " ".join(command.words)
        text += f" {_script(context, tuple(text.split()), folder)}"
        if found := flags(text):
            return tuple(Listens(port, dockerfile, command.line, "the command", firm=True) for port in sorted(found))
    given = {match[1]: match[2] for item in items if item.name == "ARG" and (match := _ARGUMENT.match(item.value))}
    given |= {name: filled(str(value)) for name, value in environment(args).items() if name in given}
    for item in reversed(items):
        if item.name == "ENV" and (match := _VARIABLE.search(substitute(item.value, given))):
            port = match[1]
            return (Listens(int(port), dockerfile, item.line, "ENV PORT", firm=True),) if port.isdigit() else ()
    if document is not None and re.search(r"(?:^|/)nginx(?::|$)", document.stages[-1].image if document.stages else ""):
        return _server(context, folder, items)
    if command and (served := usual(text)):
        # A server of its own never gets to where the code would listen; a variable or a file may say another port.
        configured = "gunicorn" in text and context.is_file(path_from(folder, "gunicorn.conf.py"))
        served = set() if configured or _BY_VARIABLE.search(text) else served
        how = "the server that it starts"
        return tuple(Listens(port, dockerfile, command.line, how, firm=False) for port in sorted(served))
    ports = code_ports(context, folder)
    return tuple(Listens(port, path, line, "the code", firm=False) for port, (path, line) in ports.items())


def _script(context: Inspection, words: tuple[str, ...], folder: str) -> str:
    """What a manager is told to run by the name of a script, of the package beside or of the one that it names."""
    if not words or words[0] not in JAVASCRIPT_MANAGERS:
        return ""
    if "start" in arguments(words[1:])[:1]:
        words = (words[0], "run", *words[1:])
    found = meant(context, words, folder)
    return found.package.scripts.get(found.script, "") if found.package else ""


def _server(context: Inspection, folder: str, items: tuple[Instruction, ...]) -> tuple[Listens, ...]:
    """The ports of an nginx, from the one configuration beside the Dockerfile that it is given."""
    copied = [
        word
        for item in items
        if item.name == "COPY" and "from" not in item.flags
        for word in item.words[:-1]
        if "." in word and re.search(r"\.(?:conf|template)$", word)
    ]
    if len(copied) != 1:
        return ()
    for base in (folder, "."):
        path = path_from(base, copied[0].lstrip("/"))
        if context.is_file(path):
            text = text_of(context, path, errors="replace")
            hits = _LISTEN.finditer(text)
            return tuple(Listens(int(one[1]), path, line_at(text, one.start(1)), "nginx", firm=False) for one in hits)
    return ()
