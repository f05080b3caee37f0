"""See :class:`MarkdownLinkMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._repair import edit, relative
from toolkit.context import Unreadable
from toolkit.documents import markdown
from toolkit.model import Span
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.documents.markdown import Link
    from toolkit.model import Finding, Fix

_README = re.compile(r"(?i)readme(\.[\w-]+)?\.(md|mdx|markdown)|(contributing|development|architecture)\.(md|markdown)")
_HOST = re.compile(
    r"^(\.\./)+(issues|pulls?|wiki|releases|actions|discussions|blob|tree|raw|commits?|compare|graphs|projects|security|labels|milestones)\b"
)
_PLACEHOLDER = re.compile(
    r"[<>{}$\s]|://|^(\.{3}|link|url|todo|tbd|path|your[-_ ].*|#.*)$|(^|/)path/to/|\.\.\.", re.IGNORECASE
)
_ENDINGS = (".md", ".mdx", ".html", "/README.md", "/index.md")


class MarkdownLinkMissing(Check):
    """A README or guide links to a file that is not there.

    What it checks: Local links and images of READMEs and guides (CONTRIBUTING, DEVELOPMENT, ARCHITECTURE), outside of code, from the folder of the file and, with a leading slash,
        from the root. Anchors, pages of the hosting service (``../../issues``), placeholders and build outputs are left alone.
    Why it matters: The first page that a newcomer reads leads nowhere.
    How to fix: Correct the link or remove it.
    Fix safety: Unsafe. The link is replaced by the path of the only file that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
        for path in context.named(*names):
            if path in context.inventory.links:
                continue
            try:
                document = context.document(path, markdown.parse)
            except Unreadable:
                continue
            told: set[str] = set()
            for link in document.links:
                if link.is_local and link.path and link.target not in told:
                    told.add(link.target)
                    yield from self._link(context, path, link)

    def _link(self, context: Inspection, path: str, link: Link) -> Iterable[Finding]:
        target = link.path
        if not target.strip() or _HOST.match(target) or _PLACEHOLDER.search(target.strip()):
            return
        rooted = target.startswith("/")
        folder = "." if rooted else posixpath.dirname(path) or "."
        verdict = resolve(context, target.lstrip("/"), folder, bases=(".",), suffixes=_ENDINGS)
        # A path with a leading slash and no ending is mostly a page of the project's website.
        if (
            verdict.kind not in ("missing", "elsewhere")
            or verdict.command
            or (rooted and "." not in posixpath.basename(target))
        ):
            return
        hint = f"; {verdict.near} does" if verdict.near else ""
        yield self.finding(
            context,
            path,
            f"The {'image' if link.is_image else 'link'} {target} leads nowhere: {verdict.path} does not exist{hint}.",
            line=(link.line, link.column),
            evidence=f"[{link.text.strip()[:60]}]({link.target[:120]})",
            fixes=() if rooted else _fixes(context, path, link, verdict.near),
        )


def _fixes(context: Inspection, path: str, link: Link, near: str) -> tuple[Fix, ...]:
    written = link.target.partition("#")[0]
    name = posixpath.basename(near)
    sure = name.lower() == posixpath.basename(link.path).lower() and len(context.inventory.by_name.get(name, ())) == 1
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
