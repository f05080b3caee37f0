"""See :class:`MarkdownLinkMissing`."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._headings import has_anchor, page
from toolkit.checks.references._repair import by_hand, edit, relative
from toolkit.checks.references._run_outputs import OUTPUT
from toolkit.context import Unreadable
from toolkit.documents import markdown
from toolkit.expressions import regex
from toolkit.model import Span
from toolkit.places import folder_of, join, path_from, upward
from toolkit.references import Verdict, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.markdown import Link
    from toolkit.model import Finding, Fix, Severity

_README = regex(r"(?i)readme(\.[\w-]+)?\.(md|mdx|markdown)|(contributing|development|architecture)\.(md|markdown)")
_HOST = regex(
    r"^(\.\./)+(issues|pulls?|wiki|releases|actions|discussions|blob|tree|raw|commits?|compare|graphs|projects|security|labels|milestones)\b"
)
_PLACEHOLDER = regex(
    r"[<>{}$]|://|^(\.{3}|link|url|todo|tbd|path|your[-_ ].*|#.*)$|(^|/)path/to/|\.\.\.", re.IGNORECASE
)
_ASIDE = regex(r"(?:^|/)(?:tests?|__tests__|e2e|legacy|archived?|deprecated)/", re.IGNORECASE)
"""Folders whose pages no newcomer reads first."""
_GUIDE = regex(
    r"(?i:(?:^|/)(?:docs?|documentation|guides?|runbooks?|handbook|wiki)/(?:[^/]+/)*[^/]+\.(?:md|markdown)$)|^[A-Z][A-Z_-]+\.md$"
)
_RECORD = regex(
    r"(?:^|/)(?:archived?|old|legacy|deprecated|plans?|proposals?|rfcs?|changes|changelogs?|history|reports?|sprints?|sessions?|notes|tasks?"
    r"|specs?|superpowers|templates?|i18n|blog|posts?|node_modules|versioned_docs|tests?|fixtures)/|changelog|release[-_ ]?notes",
    re.IGNORECASE,
)
"""Pages that say what was thought or done once; nobody mends their links."""
_FILE = regex(r"(?:^|/)[\w@.-]*\w\.[A-Za-z]\w{0,9}$")
_SITES = (
    "docusaurus.config.js", "docusaurus.config.ts", "mkdocs.yml", "mkdocs.yaml", "mint.json", "docs.json", "_config.yml", "book.toml",
    "SUMMARY.md", "astro.config.mjs", "astro.config.ts", "source.config.ts", "_sidebar.md", "conf.py", "antora.yml",
)  # fmt: skip
"""Files of programs that make a site of pages, in which links are addresses of the site."""
_PAGE = regex(r"(?i)\.(?:mdx?|rst|pdf|png|jpe?g|svg)$")
"""What is written for readers, and that no build makes."""
_SINGLY = 3
"""Links of one page up to which each has a finding of its own."""
_NAMED = 30
_SAME_ENDINGS = ({".yml", ".yaml"}, {".md", ".mdx"}, {".jpg", ".jpeg"}, {".htm", ".html"})
_LIKE = 0.85
"""Likeness of two names from which one is the other, misspelt."""
_ENDINGS = (".md", ".mdx", ".html", "/README.md", "/index.md")


class MarkdownLinkMissing(Check):
    """A README or guide links to a file that is not there.

    What it checks: Local links and images of READMEs and guides (CONTRIBUTING, DEVELOPMENT, ARCHITECTURE), outside of code, from the folder of the file and, with a leading slash,
        from the root; many of one page are one finding. Links to files in other pages of ``docs`` and of the root, one finding a
        page: a warning where a README sends its readers there, else information; records (plans, changes, reports, archives) and
        pages of which a program makes a site are left alone. In folders of tests and of what is given up it is
        information. An anchor that its page does not have is information. Pages of the
        hosting service (``../../issues``), placeholders and build outputs are left alone.
    Why it matters: The first page that a newcomer reads leads nowhere.
    How to fix: Correct the link or remove it.
    Fix safety: Unsafe. The link is replaced by the path of the only file that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
        first = [path for path in context.named(*names) if path not in context.inventory.links]
        linked: set[str] = set()
        for path in first:
            document = context.readable(path, markdown.parse)
            if document is None:
                continue
            links = sorted({one.target: one for one in reversed(document.links) if one.is_local}.values(), key=_place)
            linked.update(join(folder_of(path), one.path) or "" for one in links)
            found = [(one, verdict) for one in links if (verdict := _missing(context, path, one)) is not None]
            if len(found) > _SINGLY:
                yield self._many(context, path, found, _level(path))
            else:
                yield from (self._told(context, path, *one, _level(path)) for one in found)
            yield from self._anchors(context, path, document, links)
        for path in _guides(context, first):
            found = _lost_files(context, path)
            if found:
                # What a README sends its readers to is read next.
                level: Severity = "warning" if path in linked else "info"
                if len(found) > 1:
                    yield self._many(context, path, found, level)
                else:
                    yield self._told(context, path, *found[0], level)

    def _told(self, context: Inspection, path: str, link: Link, verdict: Verdict, level: Severity) -> Finding:
        hint = f"; {verdict.near} does" if verdict.near else ""
        fault = f"does not exist{hint}" if verdict.kind != "ignored" else "is ignored by git, and nobody else has it"
        new = relative(verdict.near, posixpath.dirname(path) or ".", link.path)
        todo = (
            f"link to {new} if that is meant, or remove the link"
            if new
            else f"write {verdict.path}, or remove the link"
        )
        return self.finding(
            context,
            path,
            f"The {'image' if link.is_image else 'link'} {link.path} leads nowhere: {verdict.path} {fault}.",
            line=_place(link),
            evidence=f"[{link.text.strip()[:60]}]({link.target[:120]})",
            severity=level,
            fixes=(() if link.path.startswith("/") else _fixes(context, path, link, verdict)) or by_hand(todo),
        )

    def _many(self, context: Inspection, path: str, found: list[tuple[Link, Verdict]], level: Severity) -> Finding:
        """One finding for a page that was left behind: its files have moved, or were never written."""
        first = found[0][0]
        named = ", ".join(f"{one.path[:80]} ({one.line})" for one, _ in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        title = "; ".join(f"{one.path[:80]} is {verdict.near} now" for one, verdict in found[:_NAMED] if verdict.near)
        return self.finding(
            context,
            path,
            f"{len(found)} links of this page lead nowhere, the first of them {first.path}.",
            line=_place(first),
            evidence=named + more,
            severity=level,
            fixes=by_hand(title or f"write what {path} links to, or remove the links"),
        )

    def _anchors(
        self, context: Inspection, path: str, document: markdown.Document, links: Iterable[Link]
    ) -> Iterator[Finding]:
        """Anchors that no heading of their page has: the reader lands at its top."""
        for link in (one for one in links if one.anchor):
            there = document if not link.path else page(context, path, link.path)
            if there is not None and not has_anchor(there, link.anchor):
                yield self.finding(
                    context,
                    path,
                    f"The link {link.target[:120]} names a heading that {link.path or 'this page'} does not have.",
                    line=_place(link),
                    evidence=f"[{link.text.strip()[:60]}]({link.target[:120]})",
                    severity="info",
                    fixes=by_hand(f"link to a heading that {link.path or 'this page'} has, or add {link.anchor}"),
                )


def _place(link: Link) -> tuple[int, int]:
    return link.line, link.column


def _level(path: str) -> Severity:
    return "info" if _ASIDE.search(path) else "warning"


def _guides(context: Inspection, known: list[str]) -> Iterator[str]:
    """The pages of the project's own guides that are no README and of which no site is made."""
    sites = {folder_of(path) for path in context.inventory.named(*_SITES)} - {"."}
    passed = {*known, *context.inventory.links}
    for path in context.matching("*.md", "*.markdown"):
        if path in passed or not _GUIDE.search(path) or _RECORD.search(path) or context.role(path)[0] != "own":
            continue
        if sites.isdisjoint(upward(folder_of(path))):
            yield path


def _lost_files(context: Inspection, path: str) -> list[tuple[Link, Verdict]]:
    """The links of a guide to files of the repository that are not there; addresses of a site have no ending."""
    try:
        if b"](" not in context.read(path):
            return []
    except Unreadable:
        return []
    document = context.readable(path, markdown.parse)
    links = {one.target: one for one in reversed(document.links) if one.is_local} if document is not None else {}
    files = (
        one for one in links.values() if not one.path.startswith("/") and _is_of_repository(context, path, one.path)
    )
    return [
        (one, verdict) for one in sorted(files, key=_place) if (verdict := _missing(context, path, one)) is not None
    ]


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
    folder = "." if rooted else posixpath.dirname(path) or "."
    verdict = resolve(context, target.lstrip("/"), folder, bases=(".",), suffixes=_ENDINGS)
    if verdict.kind == "outside" and not rooted:
        inner = target.replace("../", "")
        return Verdict("elsewhere", verdict.path, base=".", near=inner) if _is_there(context, inner) else None
    if verdict.kind == "ignored":
        return verdict if _PAGE.search(target) and not OUTPUT.search(verdict.path) else None
    # A path with a leading slash and no ending is mostly a page of the project's website.
    website = rooted and "." not in posixpath.basename(target)
    return verdict if verdict.kind in ("missing", "elsewhere") and not verdict.command and not website else None


def _is_there(context: Inspection, path: str) -> bool:
    return resolve(context, path.rstrip("/")).kind == "exists"


def _fixes(context: Inspection, path: str, link: Link, verdict: Verdict) -> tuple[Fix, ...]:
    written, near = link.target.partition("#")[0], verdict.near
    name = posixpath.basename(near)
    sure = name.lower() == posixpath.basename(link.path).lower() and len(context.inventory.by_name.get(name, ())) == 1
    if not (sure or _is_misspelt(near, verdict.path)) or written != link.path:
        return ()
    content = context.read(path)
    lines = content.split(b"\n")
    offset = sum(len(line) + 1 for line in lines[: link.line - 1])
    old = written.encode("utf-8", "surrogateescape")
    line = lines[link.line - 1]
    if line.count(b"(" + old) != 1:
        return ()
    at = offset + line.index(b"(" + old) + 1
    new = relative(near, posixpath.dirname(path) or ".", written)
    return edit(context, path, Span(at, at + len(old), new.encode("utf-8", "surrogateescape")), f"link to {new}")


def _is_misspelt(near: str, missing: str) -> bool:
    """Whether a file beside the missing one differs from it in a few letters only, or in how its ending is written."""
    one, other = posixpath.splitext(near), posixpath.splitext(missing)
    if not near or posixpath.dirname(near) != posixpath.dirname(missing):
        return False
    if one[1] != other[1]:
        return one[0] == other[0] and {one[1], other[1]} in _SAME_ENDINGS
    names = posixpath.basename(one[0]).lower(), posixpath.basename(other[0]).lower()
    return difflib.SequenceMatcher(None, *names, autojunk=False).ratio() >= _LIKE
