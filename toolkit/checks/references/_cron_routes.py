"""Paths that Vercel is to ask by a schedule, and that no file of the project answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._deployment_files import File
from toolkit.checks.references._fault import Fault
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["unanswered"]

_ROUTE = regex(
    r"(?:src/)?app/(?P<app>.*)/route\.[jt]sx?|src/routes/(?P<svelte>.*)/\+server\.[jt]s"
    r"|(?:src/)?pages/(?P<pages>api/.*)\.[jt]sx?|(?P<functions>api/.*)\.(?:[cm]?[jt]s|py|go|rb)"
)
"""Files that answer requests, by what Next, SvelteKit and Vercel itself make of their paths."""
_ASKS = ("app", "svelte")
"""Where each method of a request has a function of its name."""
_ANY = regex(r"\bGET\b|\bexport\s*\*|\bfallback\b")
_SENT_ON = regex(
    r"""\bsource["']?\s*:\s*["'`]/(?:api/|:|\(|\*)[^}]{0,400}\bdestination\b"""
    r"""|\bdestination\b[^}]{0,400}\bsource["']?\s*:\s*["'`]/(?:api/|:|\(|\*)"""
)
"""A rewrite of paths below ``api`` or of all."""


def unanswered(context: Inspection) -> Iterator[Fault]:
    """Schedules of ``vercel.json`` whose path has no file, or one that does not answer GET."""
    for path, document in context.documents(sorted(context.matching("vercel.json")), jsonc.parse):
        file = File(path, document)
        crons = [(where, str(one.get("path")).partition("?")[0]) for where, one in file.listed(("crons",))]
        crons = [(where, asked) for where, asked in crons if asked.startswith("/")]
        routes = _routes(context, file.folder) if crons and not file.data.keys() & {"routes", "builds"} else {}
        if not any(route[0] == "api" for route in routes) or _is_sent_on(context, file.folder):
            continue
        lost: dict[tuple[str, ...], list[tuple[tuple[int, int], str]]] = {}
        for where, asked in crons:
            line, parts = document.position((*where, "path")), tuple(asked.strip("/").split("/"))
            answers = [one for route, one in routes.items() if _fits(route, parts)]
            if not answers and parts[0] == "api":
                lost.setdefault(_begin(routes, parts), []).append((line, asked))
            elif len(answers) == 1 and _refuses(context, *answers[0]):
                text = f"Vercel asks for {asked} with GET, which the route does not answer: it only gets 405."
                yield Fault(path, line, text, f"{answers[0][0]} exports no GET", f"export GET from {answers[0][0]}")
        for (line, asked), *others in lost.values():
            near = likely(asked, [name for name in ("/" + "/".join(route) for route in routes) if "[" not in name])
            todo = instead(asked, near, f"add the route {asked}, or remove the schedule")
            more = f" (nor for {len(others)} more)" if others else ""
            home = "the repository" if file.folder == "." else file.folder
            text = (
                f"Vercel asks for {asked} by a schedule, and {home} has no file that answers{more}: it only gets 404."
            )
            evidence = "; ".join((f"{len(routes)} routes are there", *(one for _, one in others[:12])))
            related = tuple((path, other) for other, _ in others)
            yield Fault(path, line, text, evidence, todo, near and asked, near, related=related)


def _begin(routes: Iterable[tuple[str, ...]], asked: tuple[str, ...]) -> tuple[str, ...]:
    """The beginning of a path, as long as it takes that no route begins so."""
    whole = range(1, len(asked) + 1)
    return next((asked[:end] for end in whole if all(route[:end] != asked[:end] for route in routes)), asked)


def _refuses(context: Inspection, path: str, kind: str) -> bool:
    """Whether a file that has a function for each method has none for GET."""
    return kind in _ASKS and not _ANY.search(text_of(context, path, errors="replace"))


def _routes(context: Inspection, folder: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """The parts of each path that a file of the project answers, with the file and its kind."""
    found = {}
    for path in context.below(folder):
        own = path if folder == "." else path.removeprefix(f"{folder}/")
        if match := _ROUTE.fullmatch(own):
            kind = str(match.lastgroup)
            parts = [part for part in match[kind].split("/") if not re.fullmatch(r"\(.*\)|@.*", part)]
            found[tuple(parts[:-1] if parts[-1:] == ["index"] else parts)] = (path, kind)
    return found


def _is_sent_on(context: Inspection, folder: str) -> bool:
    """Whether rewrites may lead the requests to another path or machine."""
    beside = (
        inside(folder, name) for name in ("vercel.json", *(f"next.config.{end}" for end in ("js", "mjs", "cjs", "ts")))
    )
    return any(_SENT_ON.search(text_of(context, one, errors="replace")) for one in beside if context.is_file(one))


def _fits(route: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether a path is one of a route, whose parts in brackets stand for any part, and with dots for all that follow."""
    for index, part in enumerate(route):
        if "[..." in part:
            return True
        if index >= len(asked) or (part != asked[index] and not part.startswith("[")):
            return False
    return len(route) == len(asked)
