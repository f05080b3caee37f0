"""What builds, scripts and other roots of the sources bring that an import names and the repository does not have."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._imports.copied_scripts import is_copied
from toolkit.checks.references._imports.swallowed import swallowing
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, home_of, inside, upward

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection

__all__ = ["COMPILED", "ENDINGS", "HASHED", "is_made", "may_be_made"]

ENDINGS = ("", ".ts", ".tsx", ".js", ".json")
_NOBODY = "no-such-name-0"
COMPILED = regex(r"\.[cm]?jsx?$")
_ASSET = regex(
    r"\.(?:css|s[ac]ss|less|styl|svg|png|jpe?g|gif|webp|ico|woff2?|wasm|node|gr?aph?ql|gql|mp[34]|webm|avif|mov|m4a|wav|ogg|ttf|otf|eot|glb|gltf|lottie|pdf|csv|html|md|txt|glsl)$"
)
HASHED = r"[-.](?:(?=\w{0,7}\d)(?=\w{0,7}[A-Za-z])|(?=\w{0,6}[a-z][A-Z])|(?=[A-Z]{8}))\w{8}\.m?js$"
_MADE = regex(
    r"(?:^|/)(?:dist|build|lib-cov|out|target|artifacts|typechain(?:-types)?|pkg|idl|node_modules|\.[\w-]+|_*gen(?:erated)?_*|codegen"
    r"|proto(?:s|buf)?|paraglide|styled-system|bindings)(?:/|$)|generated|[._-]gen\b|_pb\b|_pb2|\+types|/\$|(?:^|/)_?version$|worker-configuration"
    rf"|{HASHED}"
)
"""Where programs write what is imported, and what bundlers call the parts of a bundle."""
_SAYS_ONLY = regex(r"\.(?:md|mdx|rst|sh|bash|[cm]?[jt]s|py)$")
_MAKING = regex(
    r"(?i)\b(?:cp|mv|touch|copy|generat(?!ion\b|or\b)\w*|creat\w*|compil\w*|codegen|tee|sed|writ\w*)\b|writeFile|open\(|\bout(?:put)?|dest|target|\s-o\s|--?out\w*|_out=|>"
)
_PATHED = regex(rb"__path__|sys\.modules|__getattr__")
_SOURCES = ("*.js", "*.mjs", "*.cjs", "*.ts", "*.mts", "*.cts")
_BUILT_BESIDE = ("Cargo.toml", "CMakeLists.txt", "meson.build", "setup.py", "build.py")
"""Files by which a Python package may get modules that are compiled."""


def may_be_made(path: str) -> bool:
    """Whether a path is one that programs write, or is no code."""
    return _ASSET.search(path) is not None or _MADE.search(path) is not None


def is_made(context: Inspection, path: str, target: str) -> bool:
    """Whether a build, a script or another root of the sources may bring what is not there."""
    stem = COMPILED.sub("", target)
    names = (target, f"{stem}.py") if path.endswith(".py") else (target, *(f"{stem}{end}" for end in ENDINGS))
    if (lost := context.inventory.ignored(names)) and swallowing(context, path, target) is None:
        # That git ignores whatever a compiler writes beside its sources excuses no file: nobody knows what would be its source.
        beside = {one: inside(folder_of(one), f"{_NOBODY}{posixpath.splitext(one)[1]}") for one in lost}
        general = context.inventory.ignored(tuple(beside.values())) if not path.endswith(".py") else ()
        if any(not posixpath.splitext(one)[1] or beside[one] not in general for one in lost):
            return True
        if any(_is_left_to_a_tool(context, up) for up in upward(folder_of(target))) or _is_called(context, path, lost):
            return True
    others = {*context.inventory.gitlinks, *context.inventory.links, *context.inventory.nested}
    if not others.isdisjoint(upward(target)):
        return True
    if path.endswith(".py"):
        folder = folder_of(path)
        inits = (context.content(inside(up, "__init__.py")) for up in (folder, posixpath.dirname(target) or "."))
        built = any(context.is_file(inside(up, name)) for up in upward(folder) for name in _BUILT_BESIDE)
        return built or any(text is not None and _PATHED.search(text) for text in inits)
    tail = "/".join(stem.split("/")[-2:])
    if is_copied(context, posixpath.basename(path)):
        return True
    rooted = not _rooted(context).isdisjoint(upward(folder_of(path)))
    return rooted or _is_external(context, path, posixpath.basename(target)) or _is_written(context, tail)


def _is_external(context: Inspection, path: str, name: str) -> bool:
    """Whether a program of the package has its bundler leave a file out, so that it has to lie beside the bundle alone."""
    home, word = home_of(context, path, ("package.json",)), re.escape(name).replace(r"\.", r"\\?\.")
    left = re.compile(rf"\bexternals?\b[^\n]{{0,200}}[/\"'`]{word}|[/)\"'`]{word}[^\n]{{0,200}}\bexternal\b")
    found = (one for one in holding(context, (name.partition(".")[0],), _SOURCES) if one != path and below(home, one))
    return "." in name and any("external" in (text := text_of(context, one)) and left.search(text) for one in found)


@once_a_run
def _is_left_to_a_tool(context: Inspection, folder: str) -> bool:
    """Whether a rule of git names just this folder by its path: one that ignores every folder of a name may hit it unmeant."""
    for up in upward(folder_of(folder)) if folder not in context.inventory.folders else ():
        way = folder if up == "." else folder[len(up) + 1 :]
        rules = {line.strip().rstrip("/*") for line in text_of(context, inside(up, ".gitignore")).splitlines()}
        if f"/{way}" in rules or ("/" in way and way in rules):
            return True
    return False


def _is_called(context: Inspection, path: str, lost: Iterable[str]) -> bool:
    """Whether another source of the package has the name of a file that git ignores in a text which it does not import: a generator has."""
    home = home_of(context, path, ("package.json",))
    bases = {posixpath.basename(one) for one in lost}
    named = re.compile(rf"(?m)^(?!.*\b(?:import|from|require)\b).*[\"'`/](?:{'|'.join(map(re.escape, bases))})[\"'`]")
    texts = tuple(f"{base}{quote}" for base in bases for quote in "\"'`")
    found = (one for one in holding(context, texts, _SOURCES) if one != path and below(home, one))
    return any(named.search(text_of(context, one)) for one in found)


@once_a_run
def _is_written(context: Inspection, tail: str) -> bool:
    """Whether a script or an instruction makes what is not there; that prose, or a list of files, names it makes nothing.

    The bare name of what would lie in the root is any word: it has to be written as a file.
    """
    named = "/" in tail or "." in tail
    # A file of the same beginning is another one: ``auth.guard.ts`` is no ``auth``.
    ending = r"(?![\w-]|\.\w+\.)" if named else r"\.(?:[cm]?[jt]sx?|json)\b"
    needle = re.compile(rf"(?<![\w.-]){re.escape(tail)}{ending}")
    return any(not _SAYS_ONLY.search(path) or _MAKING.search(line) for path, line in lines(context, needle, tail))


@once_a_run
def _rooted(context: Inspection) -> frozenset[str]:
    """Folders below which a compiler takes several folders for one, so that a relative path counts from each of them."""
    found = (path for path in context.matching("tsconfig*.json") if '"rootDirs"' in text_of(context, path))
    # A package of shared configurations has no sources: what extends it is anywhere.
    return frozenset("." if "config" in folder_of(path) else folder_of(path) for path in found)
