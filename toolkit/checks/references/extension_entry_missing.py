"""See :class:`ExtensionEntryMissing`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._repair import by_hand, strings
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.path_names import is_kept_only
from toolkit.places import below, folder_of, inside, listed, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Finding

_IMAGES = (".png", ".svg", ".ico", ".jpg", ".jpeg", ".webp", ".gif")
_PLACES: tuple[tuple[str, ...], ...] = (
    ("background", "service_worker"), ("background", "scripts"), ("background", "page"), ("action", "default_popup"),
    ("action", "default_icon"), ("browser_action", "default_popup"), ("browser_action", "default_icon"), ("icons",), ("options_page",),
    ("options_ui", "page"), ("side_panel", "default_path"), ("devtools_page",), ("chrome_url_overrides",),
)  # fmt: skip
"""Settings that hold a file, or files as a list or by name."""
_BUNDLERS = (
    "package.json", "vite.config.*", "webpack*.js", "webpack*.ts", "rollup.config.*", "esbuild*", "gulpfile*", "wxt.config.*", "project.json", "Makefile",
)  # fmt: skip
_MAKES_ICONS = regex(r"(?i)(?:^|[/_-])(?:\w*[-_])?icons?[^/]*\.(?:py|js|mjs|cjs|ts|sh|html)$|\.(?:svg|psd|ai|fig)$")
"""What draws icons in another size, or what they are drawn from."""
_OUTPUT = regex(r"(?:^|/)(?:dist|build|out|output|node_modules|\.output)(?:/|$)")
_FEW = 6


class _Named(NamedTuple):
    path: Path
    name: str


class ExtensionEntryMissing(Check):
    """The manifest of a browser extension names files that are not there.

    What it checks: A ``manifest.json`` with ``manifest_version``: the scripts, pages and styles of ``background``, ``content_scripts``, ``action``, options,
        side panel and new tabs, the icons, and the messages of ``default_locale``, from the manifest's folder. Where no package.json with
        a build stands around it and no bundler's settings name its folder, the browser loads that folder as it is, and what lacks is an error, if at least one
        other named file is there. Under a build only icons that no file of the repository is called, and that nothing draws, are told (a warning).
    Why it matters: The browser refuses the whole extension: "Could not load manifest".
    How to fix: Add the file, or name the one that is there.
    Fix safety: Manual.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path, document in context.documents(context.named("manifest.json"), jsonc.parse):
            data = document.data
            folder = posixpath.dirname(path) or "."
            kept = any(is_kept_only(up, context.is_file) for up in upward(folder))
            own = context.role(path)[0] == "own" and not kept and not _OUTPUT.search(path)
            if own and isinstance(data, dict) and isinstance(data.get("manifest_version"), int):
                yield from self._of_manifest(context, path, folder, document)

    def _of_manifest(self, context: Inspection, path: str, folder: str, document: jsonc.Document) -> Iterator[Finding]:
        named = [one for one in _named(document.data) if "*" not in one.name and "://" not in one.name]
        lost = [
            one
            for one in named
            if resolve(context, one.name.lstrip("/").partition("#")[0].partition("?")[0], folder).kind == "missing"
        ]
        raw = not _is_built(context, folder)
        if raw and len(lost) == len(named):
            return  # the manifest is copied to where its files are
        ours = (one for one in context.below(folder) if not _is_of_a_package(context, one, folder))
        drawn = any(_MAKES_ICONS.search(one) for one in ours) or _is_drawn(context)
        told = [one for one in lost if _is_told(context, one.name, raw=raw, drawn=drawn)]
        locale = document.data.get("default_locale")
        messages = inside(folder, f"_locales/{locale}/messages.json")
        if raw and isinstance(locale, str) and not context.is_file(messages):
            told.append(_Named(("default_locale",), f"_locales/{locale}/messages.json"))
        told.sort(key=lambda one: document.line(one.path))
        first = {one.name.lstrip("/"): one for one in reversed(told)}
        told = [one for one in told if first[one.name.lstrip("/")] is one]
        if told:
            names = ", ".join(one.name for one in told[:_FEW])
            more = f" and {len(told) - _FEW} more" if told[_FEW:] else ""
            yield self.finding(
                context,
                path,
                f"the extension names {names}{more}, which {'are' if told[1:] else 'is'} not there: "
                + (
                    "the browser refuses to load it."
                    if raw
                    else "no build makes an image, and the browser refuses to load it."
                ),
                line=document.position(told[0].path),
                evidence=", ".join(f"{one.name} (line {document.line(one.path)})" for one in told[:_FEW]),
                severity="error"
                if raw and not (drawn and all(one.name.endswith(_IMAGES) for one in told))
                else "warning",
                fixes=by_hand("add the files, or name those that are there"),
            )


def _named(data: dict[str, Any]) -> Iterator[_Named]:
    for place in _PLACES:
        value: Any = data
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, dict):
            yield from (_Named((*place, key), one) for key, one in value.items() if isinstance(one, str))
        else:
            yield from (_Named((*place, *below), one) for below, one in strings(value))
    for at, script in enumerate(listed(data.get("content_scripts"))):
        for key in ("js", "css"):
            value = script.get(key) if isinstance(script, dict) else None
            yield from (_Named(("content_scripts", at, key, *below), one) for below, one in strings(value))


def _is_told(context: Inspection, name: str, *, raw: bool, drawn: bool) -> bool:
    """Whether a file that lacks is made by nothing, as far as names tell."""
    base = posixpath.basename(name)
    if not name.endswith(_IMAGES):
        return raw
    return raw or not (drawn or base in context.inventory.by_name or _is_mentioned(context, base))


def _is_mentioned(context: Inspection, base: str) -> bool:
    return any(not path.endswith((".json", ".html", ".md")) for path in files_with(context, (base,), everything=True))


def _is_drawn(context: Inspection) -> bool:
    """Whether a build of the repository makes icons out of one picture."""
    return bool(
        files_with(
            context, ("auto-icons", "generate-icons", "generateIcons", "icon-gen", "sharp("), _BUNDLERS, everything=True
        )
    )


def _is_built(context: Inspection, folder: str) -> bool:
    """Whether something packs what lies in a folder before a browser gets it."""
    if any(context.is_file(inside(up, "package.json")) for up in upward(folder) if up != "."):
        return True
    if folder == ".":
        return context.is_file("package.json") and '"build' in text_of(context, "package.json", errors="replace")
    naming = files_with(context, (posixpath.basename(folder),), _BUNDLERS, everything=True)
    return not all(_is_of_a_package(context, path, folder) for path in naming)


def _is_of_a_package(context: Inspection, path: str, folder: str) -> bool:
    """Whether a file belongs to a package that lies below a folder: it packs and draws for that one."""
    around = (up for up in upward(folder_of(path)) if up != folder and below(folder, up))
    return any(context.is_file(inside(up, "package.json")) for up in around)
