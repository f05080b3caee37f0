"""Folders that steps upload or publish and that the build tool of the package does not make."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.outputs import package_of
from toolkit.places import inside
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step

__all__ = ["Unmade", "unmade"]


@frozen
class Unmade:
    """A folder that is published and that nothing makes.

    Args:
        text: as written.
        key: where it stands in the document.
        why: what is made instead, in words.
        fatal: whether the step fails for it.
    """

    text: str
    key: tuple[str | int, ...]
    why: str
    fatal: bool


_INPUTS = {
    "actions/upload-artifact": "path",
    "actions/upload-pages-artifact": "path",
    "peaceiris/actions-gh-pages": "publish_dir",
    "jamesives/github-pages-deploy-action": "folder",
    "cloudflare/pages-action": "directory",
    "nwtgck/actions-netlify": "publish-dir",
}
_TOOLS = (
    (regex(r"\bvite build\b"), "dist", r"outDir", "vite.config"),
    (regex(r"\breact-scripts build\b"), "build", r"BUILD_PATH", "craco.config"),
    (regex(r"\bnext build\b"), ".next", r"distDir", "next.config"),
    (regex(r"\bvue-cli-service build\b"), "dist", r"outputDir", "vue.config"),
    (regex(r"\bastro build\b"), "dist", r"outDir", "astro.config"),
    (regex(r"\bgatsby build\b"), "public", r"never", "gatsby-config"),
    (regex(r"\bdocusaurus build\b"), "build", r"--out-dir", "docusaurus.config"),
)
"""How a build is run, where it writes, what would change that, and where such a setting stands."""
_FOLDERS = frozenset({"dist", "build", "out", "public", ".next", ".nuxt", ".output", ".svelte-kit", "www", "_site"})
_FRAMEWORKS = regex(
    r"@sveltejs/kit|@remix-run|@react-router/dev|@tanstack/\w*start|solid-start|vinxi|nitro|nuxt|electron-vite|@crxjs|wxt|vike"
)
"""What builds by vite and writes elsewhere."""
_ENDINGS = ("js", "mjs", "cjs", "ts", "mts", "cts")


def unmade(context: Inspection, step: Step) -> Iterator[Unmade]:
    """Every folder of a step's inputs that lies where the build of its package writes nothing."""
    name = _INPUTS.get(step.action, "")
    given = step.inputs.get(name)
    lines = given.split("\n") if isinstance(given, str) else []
    for line in lines:
        text = line.strip()
        path = re.sub(r"/(?:\*\*?(?:/\*)?)?$", "", text)
        if not path or re.search(r"[$*?!\[\]{}~\\]", path) or path.startswith("/"):
            continue
        home = step.job.repository_path(path, step.index)
        why = _why(context, step, home) if home is not None else ""
        if why:
            fatal = str(step.inputs.get("if-no-files-found", "")).lower() == "error"
            yield Unmade(text, (*step.path, "with", name), why, fatal)


def _why(context: Inspection, step: Step, path: str) -> str:
    package = package_of(context, f"{path}/x")
    first = posixpath.relpath(path, package).partition("/")[0] if package is not None else ""
    if package is None or first not in _FOLDERS or path in context.inventory.folders:
        return ""
    manifest = text_of(context, inside(package, "package.json"), errors="replace")
    found = [(tool, home, setting, config) for tool, home, setting, config in _TOOLS if tool.search(manifest)]
    if len(found) != 1 or _FRAMEWORKS.search(manifest):
        return ""
    tool, usual, setting, config = found[0]
    configs = [path for end in _ENDINGS if context.is_file(path := inside(package, f"{config}.{end}"))]
    settings = "".join(text_of(context, path, errors="replace") for path in configs)
    given = re.findall(rf"{setting}[\"']?\s*[:=]\s*[\"']?(?:\./)?([\w./-]*)", settings + manifest)
    home = given[0].strip("/") if len(set(given)) == 1 else usual
    exports = home == ".next" and first == "out" and "export" in settings + manifest
    computed = re.search(setting, settings + manifest) is not None and (
        len(set(given)) != 1 or not home or "." in home[:2]
    )
    if first == home.partition("/")[0] or exports or computed or _speaks_of(first, step, manifest + settings):
        return ""
    match = tool.search(manifest)
    return f"`{match[0] if match else ''}` in {package} makes {home}"


def _speaks_of(folder: str, step: Step, text: str) -> bool:
    """Whether anything of the package, or a step, names a folder as something to write to."""
    word = rf"(?<![\w.-])(?:\./)?{re.escape(folder)}(?![\w.-])"
    scripts = " ".join(str(one.data.get("run", "")) for one in step.job.steps)
    if folder in ("build", "public"):
        word = rf"(?:/|mkdir |-p |outdir[= ]|--out ){re.escape(folder)}(?![\w.-])|(?<![\w.-]){re.escape(folder)}/"
    return (
        re.search(word, text) is not None or re.search(word, scripts) is not None or "BUILD_PATH" in str(step.job.data)
    )
