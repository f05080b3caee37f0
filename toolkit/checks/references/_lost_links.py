"""Links of pages to files of the repository that are not there, and what they probably mean."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checks.references._copied_pages import is_copied
from toolkit.checks.references._scripts.run_outputs import OUTPUT
from toolkit.context import Unreadable
from toolkit.documents import markdown
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.near_paths import is_whole, of_another
from toolkit.places import below, folder_of, path_from, upward
from toolkit.references import Verdict, lost_part, resolve
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.markdown import Link
    from toolkit.model import Severity

__all__ = ["Lost", "by_cause", "first_pages", "lost_links", "place", "setup_pages"]

_FIRST = regex(r"(?i)readme(\.[\w-]+)?\.(md|mdx|markdown)|(contributing|development|architecture)\.(md|markdown)")
"""Pages that are read first, all of whose links are looked at."""
_HOST = regex(
    r"^(\.\./)+(issues|pulls?|wiki|releases|actions|discussions|blob|tree|raw|commits?|compare|graphs|projects|security|labels|milestones)\b"
)
_PLACEHOLDER = regex(
    r"(?i)[<>{}$]|://|^(\.{3}|link|url|todo|tbd|path|your[-_ ].*|#.*)$|(^|/)path/to/|\.\.\.",
)
_GUIDE = regex(
    r"(?i:(?:^|/)(?:docs?|documentation|guides?|runbooks?|handbook|wiki)/(?:[^/]+/)*[^/]+\.(?:md|markdown)$)|^[A-Z][A-Z_-]+\.md$"
)
_SETUP = regex(
    r"(?i)(?:^|[._-])(?:set[-_]?up|install(?:ation|ing)?|get(?:ting)?[-_]?started|quick[-_]?start|develop(?:ment|ing|er)?|contributing|onboarding"
    r"|running|deploy(?:ment|ing)?|build(?:ing)?)(?:[._-]|$)"
)
"""Names of guides by which a newcomer sets the project up."""
_UNLIVED = regex(
    r"(?i)(?:^|[/._-])(?:plans?|reports?|summary|status|strategy|checklist|roadmap|migration|proposal|audit|backups?|skills|\d{4}-\d\d-\d\d)(?:[/._-]|$)"
)
"""Names of pages, and of folders, that say what was once thought or done, or that a program is told."""
_RECORD = regex(
    r"(?i)(?:^|/)(?:archived?|old|legacy|deprecated|plans?|proposals?|rfcs?|changes|changelogs?|history|reports?|sprints?|sessions?|notes|tasks?"
    r"|specs?|superpowers|templates?|i18n|blog|posts?|node_modules|versioned_docs|tests?|__tests__|e2e|fixtures)/|changelog|release[-_ ]?notes"
    r"|readme\.template\.",
)
"""Pages that say what was thought or done once, or that no newcomer reads first; nobody mends their links."""
_OF_TOOLS = regex(r"(?:^|/)\.(?!github/|gitlab/|devcontainer/|storybook/)[\w-]+/")
"""Hidden folders, which programs fill with pages of their own."""
_FILE = regex(r"(?:^|/)[\w@.-]*\w\.[A-Za-z]\w{0,9}$")
_SITES = (
    "docusaurus.config.js", "docusaurus.config.ts", "mkdocs.yml", "mkdocs.yaml", "mint.json", "docs.json", "_config.yml", "book.toml",
    "SUMMARY.md", "astro.config.mjs", "astro.config.ts", "source.config.ts", "_sidebar.md", "conf.py", "antora.yml",
)  # fmt: skip
"""Files of programs that make a site of pages, in which links are addresses of the site."""
_SITE_FOLDERS = frozenset({".vuepress", ".vitepress"})
"""Folders of settings of such programs."""
_EVERYWHERE = regex(r"(?i)(?:readme|licen[cs]e|notice|changelog|contributing|security|code_of_conduct|index)\b")
"""Names that each folder may have a file of: only one above is meant instead."""
_PAGE = regex(r"(?i)\.(?:mdx?|rst|pdf|png|jpe?g|svg)$")
"""What is written for readers, and that no build makes."""
_ENDINGS = (".md", ".mdx", ".html", "/README.md", "/index.md")


@frozen
class Lost:
    """A link of a page that leads nowhere.

    Args:
        path: the page.
        link: as written.
        verdict: on what it names, ``near`` being what it probably means.
        wanted: where the file would have to be written.
        level: how bad it is; pages that are no README are information.
        cause: what is lost: the file, or the topmost folder around it.
    """

    path: str
    link: Link
    verdict: Verdict
    wanted: str
    level: Severity
    cause: str

    @property
    def place(self) -> str:
        """The page and the line, for evidence."""
        return f"{self.path}:{self.link.line}"


def first_pages(context: Inspection) -> list[str]:
    """The READMEs, CONTRIBUTINGs and the like that are to be looked at."""
    names = [name for name in context.inventory.by_name if _FIRST.fullmatch(name)]
    return [path for path in context.named(*names) if path not in context.inventory.links]


def setup_pages(context: Inspection) -> list[str]:
    """The pages of the living project by which a newcomer sets it up: its READMEs and the like, and the guides that are called so."""
    first = first_pages(context)
    guides = [path for path in _guides(context, first) if _SETUP.search(posixpath.basename(path))]
    found = [path for path in first if not _RECORD.search(path) and context.role(path)[0] == "own"]
    return [path for path in (*found, *guides) if not _OF_TOOLS.search(path) and not _UNLIVED.search(path)]


def lost_links(context: Inspection) -> Iterator[Lost]:
    """The links of READMEs and of the project's guides that lead nowhere, those of READMEs first."""
    first = first_pages(context)
    known = frozenset(first)
    for path in sorted([*first, *_guides(context, first)], key=lambda one: _level(one) == "info"):
        links = _links(context, path)
        named = {path_from(folder_of(path), one.path) for one in links}
        asked = [
            one
            for one in links
            if path in known or (not one.path.startswith("/") and _is_of_repository(context, path, one.path))
        ]
        lost = [(one, verdict) for one in asked if (verdict := _missing(context, path, one)) is not None]
        # What the page links to by its own path is not what another of its links means, also where that counts from elsewhere.
        named |= {verdict.near for _, verdict in lost if verdict.near and is_whole(verdict.near, verdict.path)}
        for one, verdict in lost:
            other = verdict.near in named and not is_whole(verdict.near, verdict.path)
            yield _judged(context, path, one, replace(verdict, near="") if other else verdict)


def by_cause(found: Iterable[Lost]) -> Iterator[tuple[list[Lost], list[Lost]]]:
    """Lost links once a cause: those of the page that names it first, and those of other pages."""
    groups: dict[str, list[Lost]] = {}
    for one in found:
        groups.setdefault(one.cause, []).append(one)
    for group in groups.values():
        yield (
            [one for one in group if one.path == group[0].path],
            [one for one in group if one.path != group[0].path],
        )


def place(link: Link) -> tuple[int, int]:
    """Where a link begins."""
    return link.line, link.column


def _level(path: str) -> Severity:
    is_readme = posixpath.basename(path).lower().startswith("readme")
    return "warning" if is_readme and not _RECORD.search(path) and not _OF_TOOLS.search(path) else "info"


def _guides(context: Inspection, known: list[str]) -> Iterator[str]:
    """The pages of the project's own guides that are no README and of which no site is made."""
    sites = _sites(context)
    passed = {*known, *context.inventory.links}
    for path in context.matching("*.md", "*.markdown"):
        if path in passed or not _GUIDE.search(path) or _RECORD.search(path) or context.role(path)[0] != "own":
            continue
        if sites.isdisjoint(upward(folder_of(path))):
            yield path


@once_a_run
def _sites(context: Inspection) -> frozenset[str]:
    """Folders of whose pages a program makes a site; the root is none, whose pages the hosting service shows."""
    return (frozenset(folder_of(path) for path in context.inventory.named(*_SITES)) | _trees(context)) - {"."}


@once_a_run
def _trees(context: Inspection) -> frozenset[str]:
    """Those of them whose own README is the first page of the site, too."""
    return frozenset(folder_of(one) for one in context.inventory.folders if posixpath.basename(one) in _SITE_FOLDERS)


def _is_of_site(context: Inspection, path: str) -> bool:
    here, *above = upward(folder_of(path))
    return here in _trees(context) - {"."} or not _sites(context).isdisjoint(above)


def _links(context: Inspection, path: str) -> list[Link]:
    """The local links of a page, each target once."""
    try:
        if b"](" not in context.read(path) and not _FIRST.fullmatch(posixpath.basename(path)):
            return []
    except Unreadable:
        return []
    document = context.readable(path, markdown.parse)
    links = {one.target: one for one in reversed(document.links) if one.is_local} if document is not None else {}
    return sorted(links.values(), key=place)


def _is_of_repository(context: Inspection, path: str, target: str) -> bool:
    """Whether a link names a file, or a folder in one that the repository has: others are addresses of a site."""
    if not target.endswith("/"):
        return _FILE.search(target) is not None
    first = path_from(folder_of(path), target).partition("/")[0]
    return target.startswith("../") and first in context.inventory.folders


def _missing(context: Inspection, path: str, link: Link) -> Verdict | None:
    """The verdict on a file that a link names and that nobody has."""
    target = link.path
    if not target.strip() or _HOST.match(target) or _PLACEHOLDER.search(target.strip()):
        return None
    rooted = target.startswith("/")
    if _is_of_site(context, path):
        if rooted:
            return None  # an address of the site, whose program looks for its page
        page = target.removesuffix(".html") if target.endswith(".html") else ""
        if page and resolve(context, page, folder_of(path), suffixes=_ENDINGS).fine:
            return None
    folder = "." if rooted else folder_of(path)
    verdict = resolve(context, target.lstrip("/"), folder, bases=(".",), suffixes=_ENDINGS)
    if verdict.kind == "outside" and not rooted:
        inner = target.replace("../", "")
        return (
            Verdict("elsewhere", verdict.path, base=".", near=inner, sure=True) if _is_there(context, inner) else None
        )
    if verdict.kind == "ignored":
        return verdict if _PAGE.search(target) and not OUTPUT.search(verdict.path) else None
    # A path with a leading slash and no ending is mostly a page of the project's website.
    website = rooted and "." not in posixpath.basename(target)
    return verdict if verdict.kind in ("missing", "elsewhere") and not verdict.command and not website else None


def _judged(context: Inspection, path: str, link: Link, verdict: Verdict) -> Lost:
    """A lost link with what it means: the same path counted from a folder above, or a file that is like it."""
    tail = link.path.replace("../", "").removeprefix("./")
    parts = [part for part in tail.split("/") if part]
    if is_copied(context, path):  # what it links to lies in the repository that it comes from
        return Lost(path, link, replace(verdict, near="", sure=False), verdict.path, "info", f"copy {path}")
    ups = _levels(path, link.path.count("../"))
    if link.path.startswith("/"):  # the folder of one machine before the path
        meant = [path_from(up, *parts) for up in upward(folder_of(path))]
        meant += ["/".join(parts[at:]) for at in range(1, len(parts) - 1)]
    else:
        meant = [path_from(up, tail) for up in ups]
    shifted = next((one for one in meant if one not in (verdict.path, path) and _is_there(context, one)), "")
    near = shifted or _sole(context, path, verdict, "/".join(parts))
    if near == path or below(near, path):
        near = shifted = ""  # a page is not sent to itself, nor to the folder around it
    wanted = verdict.path
    if not near and len(parts) > 1 and not link.path.startswith(("/", "./")):
        folders = context.inventory.folders
        homes = (up for up in ups if path_from(up, parts[0]) in folders)
        if folder_of(wanted) not in folders and (home := next(homes, None)) is not None:
            wanted = path_from(home, tail)
    # Links of one page that count from the wrong level are one slip.
    # So are those into a folder that is written in other letters than it is called.
    spelt = near and near.lower() == wanted.lower()
    cause = f"levels of {path}" if shifted else wanted if near and not spelt else lost_part(context, wanted)
    sure = bool(shifted) or (verdict.sure and near == verdict.near)
    return Lost(path, link, replace(verdict, near=near, sure=sure), wanted, _level(path), cause)


def _sole(context: Inspection, path: str, verdict: Verdict, tail: str) -> str:
    """What is like a missing file; of several namesakes only the one of the page's own package, or that has the whole path."""
    near, wanted = verdict.near, verdict.path
    name = posixpath.basename(wanted)
    if (
        posixpath.basename(near) != name
        or folder_of(near).lower() == folder_of(wanted).lower()
        or is_whole(near, wanted)
    ):
        return near
    same = [one for one in context.inventory.by_name.get(name, ()) if one in context.inventory.tracked_set]
    own = [one for one in same if not of_another(context, one, path)]
    is_everywhere = _EVERYWHERE.match(name) is not None and folder_of(near) not in upward(folder_of(path))
    if [near] in (same, own) and not is_everywhere:
        return near
    whole = [[one for one in some if "/" in tail and one.endswith(f"/{tail}")] for some in (own, same)]
    return next((some[0] for some in whole if len(some) == 1), "")


def _levels(path: str, steps: int) -> list[str]:
    """The folders around a page from which a link may be meant to count: those above where it counts from, then the lower ones."""
    around = list(upward(folder_of(path)))
    return [*around[steps:], *reversed(around[:steps])]


def _is_there(context: Inspection, path: str) -> bool:
    return resolve(context, path.rstrip("/")).kind == "exists"
