"""See :class:`MarkdownLinkMissing`."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._headings import has_anchor, page
from toolkit.checks.references._lost_links import by_cause, first_pages, lost_links, place
from toolkit.checks.references._repair import by_hand, edit, relative
from toolkit.documents import markdown
from toolkit.expressions import regex
from toolkit.model import Span
from toolkit.places import folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._lost_links import Lost
    from toolkit.documents.markdown import Link
    from toolkit.model import Finding, Fix
    from toolkit.references import Verdict

_SINGLY = 3
"""Links of one page up to which each has a finding of its own; as many for which nothing is like what they name have one."""
_NAMED = 30
_ELSEWHERE = 10
"""Further pages that are named."""
_SAME_ENDINGS = ({".yml", ".yaml"}, {".md", ".mdx"}, {".jpg", ".jpeg"}, {".htm", ".html"})
_ADDRESS = regex(r"(?i)(?:www\.|(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|cn)(?:[/:?]|$))")
_LIKE = 0.85
"""Likeness of two names from which one is the other, misspelt."""


class MarkdownLinkMissing(Check):
    """A README links to a file that is not there.

    What it checks: Local links and images of READMEs, outside of code, from the folder of the file and, with a leading slash,
        from the root (of pages of which a program makes a site those are addresses of the site, and ``.html`` stands for a page). What is lost is told once, at the page that names it first, with the number of the other pages; what lies in
        one folder that is not there is one finding, and so are many links of one page. Links to files in other pages (guides, those of
        ``docs`` and of the root) are information, and so are READMEs in folders of tests, records (plans, changes,
        reports) and of what is given up; other records and pages of which a program makes a site are left alone. An anchor that its
        page does not have is information. Pages of the hosting service (``../../issues``), placeholders and build outputs are left alone.
    Why it matters: The first page that a newcomer reads leads nowhere.
    How to fix: Correct the link or remove it.
    Fix safety: Unsafe. The link is replaced by the path of the only file that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        pages: dict[str, list[tuple[list[Lost], list[Lost]]]] = {}
        for here, elsewhere in by_cause(lost_links(context)):
            pages.setdefault(here[0].path, []).append((here, elsewhere))
        for groups in pages.values():
            many = sum(len(here) for here, _ in groups) > _SINGLY
            plain = [one for one in groups if not one[0][0].verdict.near]
            alike = groups if many else plain if len(plain) >= _SINGLY else []
            apart = [one for one in groups if one not in alike]
            for here, elsewhere in ([_together(alike)] if alike else []) + apart:
                yield self._told(context, here, [*dict.fromkeys(one.place for one in elsewhere)])
        for path in first_pages(context):
            yield from self._anchors(context, path)

    def _told(self, context: Inspection, found: list[Lost], elsewhere: list[str]) -> Finding:
        """One finding for what a page names and others name, too."""
        first = found[0]
        one = (
            _one(first)
            if len(found) == 1
            else f"{len(found)} links of this page lead nowhere, the first of them {first.link.path[:120]}."
        )
        count = len({place.rpartition(":")[0] for place in elsewhere})
        also = f" So do links of {count} more page{'s' * (count > 1)}." if count else ""
        named = ", ".join(f"{one.link.path[:80]} ({one.link.line})" for one in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        others = f"; also {', '.join(elsewhere[:_ELSEWHERE])}" if elsewhere else ""
        return self.finding(
            context,
            first.path,
            one + also,
            line=place(first.link),
            evidence=(_shown(first.link) if len(found) == 1 else named + more) + others,
            severity=first.level,
            fixes=_fixes(context, first) if len(found) == 1 else _many_fixes(found),
            related=[(one.path, place(one.link)) for one in found],
        )

    def _anchors(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Anchors that no heading of their page has: the reader lands at its top."""
        document = context.readable(path, markdown.parse)
        links = {one.target: one for one in document.links if one.is_local and one.anchor} if document else {}
        for link in links.values():
            there = document if not link.path else page(context, path, link.path)
            if there is not None and not has_anchor(there, link.anchor):
                yield self.finding(
                    context,
                    path,
                    f"The link {link.target[:120]} names a heading that {link.path or 'this page'} does not have.",
                    line=place(link),
                    evidence=_shown(link),
                    severity="info",
                    fixes=by_hand(f"link to a heading that {link.path or 'this page'} has, or add {link.anchor}"),
                )


def _together(groups: list[tuple[list[Lost], list[Lost]]]) -> tuple[list[Lost], list[Lost]]:
    """All that a page lost, as one: it was left behind."""
    here = sorted((one for group, _ in groups for one in group), key=lambda one: place(one.link))
    return here, [one for _, others in groups for one in others]


def _one(lost: Lost) -> str:
    link, verdict = lost.link, lost.verdict
    near = verdict.near if "/" in verdict.near.rstrip("/") else f"{verdict.near} of the root"
    fault = f"does not exist{f'; {near} does' if verdict.near else ''}"
    if verdict.kind == "ignored":
        fault = "is ignored by git, and nobody else has it"
    what = "it" if link.path.removeprefix("./") == verdict.path else verdict.path
    return f"The {'image' if link.is_image else 'link'} {link.path} leads nowhere: {what} {fault}."


def _shown(link: Link) -> str:
    text = link.text.strip()[:60]
    return f"[{text}]({link.target[:120]})" if text else link.target[:120]


def _many_fixes(found: list[Lost]) -> tuple[Fix, ...]:
    moved = [(one, relative(one.verdict.near, folder_of(one.path), one.link.path)) for one in found[:_NAMED]]
    title = "; ".join(f"write {new} for {one.link.path[:80]}" for one, new in moved if new)
    return by_hand(title or f"add what {found[0].path} links to, or remove the links")


def _fixes(context: Inspection, lost: Lost) -> tuple[Fix, ...]:
    new = relative(lost.verdict.near, folder_of(lost.path), lost.link.path)
    there = relative(lost.wanted, folder_of(lost.path), lost.link.path)
    add = f"add {lost.wanted}" + ("" if lost.wanted == lost.verdict.path else f" and link to {there}")
    todo = f"link to {new} if that is meant, or remove the link" if new else f"{add}, or remove the link"
    if not new and _ADDRESS.match(lost.link.path):
        todo = f"write https://{lost.link.target[:120]} if the site is meant, or remove the link"
    rooted = lost.link.path.startswith("/")
    return (() if rooted or not new else _edited(context, lost.path, lost.link, lost.verdict)) or by_hand(todo)


def _edited(context: Inspection, path: str, link: Link, verdict: Verdict) -> tuple[Fix, ...]:
    written, near = link.target.partition("#")[0], verdict.near
    name = posixpath.basename(near)
    sure = name.lower() == posixpath.basename(link.path).lower() and len(context.inventory.by_name.get(name, ())) == 1
    sure = verdict.sure and (sure or _is_misspelt(near, verdict.path))
    if not sure or written != link.path:
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
