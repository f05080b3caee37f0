"""What lies beside nested workflows and is just as dead: dependabot, CODEOWNERS, templates."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from toolkit.documents import DocumentError, edit, yaml
from toolkit.expressions import regex
from toolkit.features.relocation._paths import owners_pattern
from toolkit.features.relocation._world import Left, Note
from toolkit.model import RemoveTree, Span, WriteFile
from toolkit.values import frozen

if TYPE_CHECKING:
    from toolkit.documents.yaml import Document
    from toolkit.features.relocation._world import World
    from toolkit.model import Action

__all__ = ["Merged", "explained", "merge_dependabot", "merge_owners"]

_DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")
_OWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""In the order in which GitHub looks; only the first is used."""

_ONLY_AT_THE_ROOT = regex(
    r"(?i)\.github/(?:(?:ISSUE_TEMPLATE|DISCUSSION_TEMPLATE|PULL_REQUEST_TEMPLATE)/.+"
    r"|(?:issue_template|pull_request_template)\.md|FUNDING\.yml|release\.ya?ml|labeler\.ya?ml|stale\.yml|settings\.yml"
    r"|copilot-instructions\.md)"
)
_RULE = regex(r"(?P<lead>\s*)(?P<pattern>(?:\\.|[^\s#\\])(?:\\.|[^\s\\])*)(?P<rest>.*)")


@frozen
class Merged:
    """Actions with what they do, and what they leave.

    Args:
        actions: writes first.
        diffs: (path, before, after) of what is written.
    """

    actions: tuple[Action, ...] = ()
    diffs: tuple[tuple[str, bytes, bytes], ...] = ()
    left: tuple[Left, ...] = ()
    notes: tuple[Note, ...] = ()


def explained(sub: str, world: World) -> list[Note]:
    """Files of a nested ``.github`` that only count at the root and are for a person to merge."""
    found = []
    for path in sorted(world.files):
        inner = path.removeprefix(f"{sub}/")
        if path != inner and _ONLY_AT_THE_ROOT.fullmatch(inner):
            found.append(Note(path, 0, "GitHub reads this at the root only; merge it by hand"))
        elif path != inner and re.fullmatch(
            r"\.github/workflows/.+/[^/]+\.ya?ml|\.github/workflows/[^/]+\.ya?ml\..+", inner
        ):
            found.append(Note(path, 0, "no workflow even at the root: a subfolder or a name that ends otherwise"))
    return found


@frozen
class _Root:
    """The root's file that the nested ones go into."""

    path: str
    content: bytes
    exists: bool

    @classmethod
    def find(cls, names: tuple[str, ...], world: World) -> _Root:
        path = next((name for name in names if name in world.files), None)
        return cls(path or names[0], world.read(path) if path else b"", path is not None)


class _RefusedError(Exception):
    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def merge_dependabot(subs: list[str], world: World) -> Merged:
    """Take the ``updates`` of nested files into the root's, each with its folder.

    Args:
        subs: the subprojects' folders.
        world: the repository.
    """
    root = _Root.find(_DEPENDABOT, world)
    before = root.content if root.exists else b"version: 2\nupdates:\n"
    sources = [f"{sub}/{name}" for sub in subs for name in _DEPENDABOT if f"{sub}/{name}" in world.files]
    try:
        document = yaml.parse(before)
        indent = _list_indent(document) if root.exists else 2
        taken = {_key(entry): entry for entry in (document.data or {}).get("updates") or []}
    except (DocumentError, _RefusedError, AttributeError) as error:
        reason = f"{root.path} cannot be added to: {error}"
        return Merged(left=tuple(Left(source, 0, reason) for source in sources))
    blocks: list[str] = []
    removed: list[str] = []
    left: list[Left] = []
    notes: list[Note] = []
    for source in sources:
        sub = source.partition("/.github/")[0]
        try:
            entries = _entries(yaml.parse(world.read(source)), sub, indent, taken)
        except (DocumentError, _RefusedError) as error:
            left.append(Left(source, error.line, str(error)))
            continue
        taken |= {key: entry for key, entry, _ in entries}
        blocks += [text for _, _, text in entries]
        removed.append(source)
        notes.append(Note(source, 0, f"{len(entries)} updates go to {root.path}; its comments stay behind"))
    after = _appended(document, before, blocks) if root.exists else before + "".join(blocks).encode()
    return _merged(root, after, removed, left, notes)


def _merged(root: _Root, after: bytes, removed: list[str], left: list[Left], notes: list[Note]) -> Merged:
    actions: list[Action] = []
    changed = bool(removed) and after != root.content
    if changed:
        actions.append(WriteFile(root.path, after, sha256(root.content).hexdigest() if root.exists else None))
    reason = f"its content is in {root.path} now"
    actions += [RemoveTree(path, reason, "relocate-workflows", tracked=True) for path in removed]
    diffs = ((root.path, root.content, after),) if changed else ()
    return Merged(tuple(actions), diffs, tuple(left), tuple(notes))


def _list_indent(document: Document) -> int:
    """Columns before the dash of the root's updates."""
    node = document.node(("updates",))
    if node is None or node.kind != "sequence" or node.flow or not node.items:
        raise _RefusedError("its updates are no block list")
    start = node.items[0].start
    dash = document.text.content.rfind("-", 0, start)
    return document.text.position(dash)[1] - 1


def _key(entry: Any) -> tuple[str, ...]:
    """What identifies an update: ecosystem, folders, branch."""
    folders = entry.get("directories") or [entry.get("directory", "/")]
    return (str(entry.get("package-ecosystem")), str(entry.get("target-branch", "")), *sorted(map(str, folders)))


def _entries(
    document: Document, sub: str, indent: int, taken: dict[tuple[str, ...], Any]
) -> list[tuple[tuple[str, ...], Any, str]]:
    """Key, data and text of each update with its folders moved; those the root has already are left out."""
    data = document.data if isinstance(document.data, dict) else {}
    updates = data.get("updates")
    if not isinstance(updates, list) or not updates or not all(isinstance(entry, dict) for entry in updates):
        raise _RefusedError("no updates", 1)
    further = sorted(set(data) - {"version", "updates"})
    if further:
        raise _RefusedError(f"{further[0]} belongs to the whole file", document.line((further[0],)))
    if document.has_aliases:
        raise _RefusedError("uses anchors", 1)
    found = []
    for index, entry in enumerate(updates):
        moved, text = _entry(document, ("updates", index), entry, sub, indent)
        key = _key(moved)
        if key not in taken:
            found.append((key, moved, text))
        elif edit.difference(taken[key], moved) is not None:
            what = f"{key[0]} in {', '.join(key[2:])}"
            raise _RefusedError(f"the root updates {what} already, in another way", document.line(("updates", index)))
    return found


def _entry(
    document: Document, path: tuple[str | int, ...], entry: dict[str, Any], sub: str, indent: int
) -> tuple[dict[str, Any], str]:
    node = document.node(path)
    if node is None or node.flow:
        raise _RefusedError("an update in brackets", document.line(path))
    moved = dict(entry)
    spans: list[Span] = []
    actions_of_root = entry.get("package-ecosystem") == "github-actions" and entry.get("directory") in (
        "/",
        "/.github/workflows",
    )
    if isinstance(entry.get("directory"), str) and not actions_of_root:
        moved["directory"] = _folder(entry["directory"], sub)
        spans.append(document.replace((*path, "directory"), moved["directory"]))
    if isinstance(entry.get("directories"), list):
        moved["directories"] = [_folder(str(item), sub) for item in entry["directories"]]
        spans += [
            document.replace((*path, "directories", index), item) for index, item in enumerate(moved["directories"])
        ]
    start = document.text.byte(node.start)
    end = document.text.byte(node.start + len(document.text.content[node.start : node.end].rstrip()))
    whole = document.text.content.encode()
    bom = document.text.bom
    shifted = [Span(span.start - start, span.end - start, span.text) for span in spans]
    body = edit.apply(whole[start - bom : end - bom], shifted).decode()
    column = document.text.position(node.start)[1] - 1
    lines = body.replace("\r\n", "\n").split("\n")
    shift = indent + 2 - column
    rest = [_shifted(line, shift) for line in lines[1:]]
    return moved, "\n".join([f"{' ' * indent}- {lines[0]}", *rest]) + "\n"


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return ""
    return " " * by + line if by >= 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :]


def _folder(directory: str, sub: str) -> str:
    inner = directory.strip("/").removeprefix("./").strip("/")
    return f"/{sub}/{inner}" if inner and inner != "." else f"/{sub}"


def _appended(document: Document, before: bytes, blocks: list[str]) -> bytes:
    """The root's file with blocks behind its last update."""
    if not blocks:
        return before
    content, newline = document.text.content, document.text.newline
    node = document.node(("updates",))
    last = node.items[-1] if node is not None else None
    end = last.start + len(content[last.start : last.end].rstrip()) if last is not None else len(content)
    stop = content.find("\n", end)
    text = "".join(blocks).replace("\n", newline)
    if stop < 0:
        return edit.apply(before, [document.span(len(content), len(content), newline + text)])
    return edit.apply(before, [document.span(stop + 1, stop + 1, text)])


def merge_owners(subs: list[str], world: World) -> Merged:
    """Append nested CODEOWNERS to the root's; the last rule that matches wins, so they go to the end.

    Args:
        subs: the subprojects' folders.
        world: the repository.
    """
    root = _Root.find(_OWNERS, world)
    before = root.content
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    parts = [before if before.endswith(b"\n") or not before else before + newline]
    removed: list[str] = []
    notes: list[Note] = []
    for sub in subs:
        for name in _OWNERS:
            source = f"{sub}/{name}"
            if source in world.files:
                lines = [f"# {source}", *_rules(world.read(source).decode("utf-8", "surrogateescape"), sub)]
                parts.append(b"".join(line.encode("utf-8", "surrogateescape") + newline for line in lines))
                removed.append(source)
                notes.append(Note(source, 0, f"its rules go to the end of {root.path}"))
                break
    return _merged(root, b"".join(parts), removed, [], notes)


def _rules(text: str, sub: str) -> list[str]:
    found = []
    for line in text.splitlines():
        match = _RULE.fullmatch(line)
        if match is None or line.lstrip().startswith(("#", "[", "^[")):
            found.append(line)
        else:
            found.append(f"{match['lead']}{owners_pattern(match['pattern'], sub)}{match['rest']}")
    return found
