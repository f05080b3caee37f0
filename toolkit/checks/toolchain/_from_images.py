"""Versions in Dockerfiles, devcontainers and hosts' settings."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from toolkit.checks._solana_installs import INSTALLS
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain import _bytecode as bytecode
from toolkit.checks.toolchain._said import Said
from toolkit.checks.toolchain._tools import canonical
from toolkit.documents import dockerfile, jsonc
from toolkit.expressions import regex
from toolkit.installs import is_dockerfile
from toolkit.places import folder_of, inside, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection

__all__ = ["COMMANDS", "MANIFESTS", "filled", "of_image", "said"]

_IMAGES = {
    "node": "node", "python": "python", "rust": "rust", "golang": "go", "bun": "bun", "deno": "deno",
    "terraform": "terraform",
}  # fmt: skip
_OFFICIAL = ("", "library", "docker.io", "docker.io/library", "public.ecr.aws/docker/library", "oven", "denoland", "hashicorp",
             "mirror.gcr.io/library", "cimg", "circleci", "registry.hub.docker.com/library")  # fmt: skip
_VARIABLE = regex(r"\$\{\{\s*env\.(\w+)\s*\}\}|\$\{(\w+)(?::-[^}]*)?\}|\$(\w+)")
_FURTHER = regex(r"\brustup\s+toolchain\s+(?:install|add)\b")
MANIFESTS = ("package.json", "Cargo.toml", "go.mod", "pyproject.toml", "requirements.txt")
_MOUNTS = regex(r"""(?m)^[^\S\n]*-\s*["']?\.{1,2}/?:/""")
"""The folder of a compose file within a service."""
_ASSIGNED = regex(r"(\w+)=(\S+)")
_UV = regex(r"ghcr\.io/astral-sh/uv:.*?\bpython(\d+\.\d+)\b")
_LIBRARY = regex(r"/usr/local/lib/python(\d+\.\d+)(?:/|$)")
"""Where the official images of Python keep packages."""
_STANDALONE = frozenset({"go", "rust", "dotnet", "terraform"})
"""Tools whose results, or those of another stage of another version, do not need them any more."""
_UV_COPIED = regex(r"ghcr\.io/astral-sh/uv:(?:debian-|python)?(\d+\.\d+)(?:\.\d+)?(?:$|@|-)")
"""Patches of one line of versions are no matter."""
_TAG = regex(r"v?(\d+(?:\.\d+){0,2})(?:-.*)?")
COMMANDS = (
    ("node", regex(r"deb\.nodesource\.com/(?:setup|node)_(\d+)\.x")),
    ("python", regex(r"\buv\s+python\s+(?:install|pin)\s+(\d+\.\d+(?:\.\d+)?)")),
    *INSTALLS,
    ("rust", regex(r"--default-toolchain[ =]v?(\d+\.\d+(?:\.\d+)?)")),
    ("rust", regex(r"\brustup\s+(?:toolchain\s+install|default|override\s+set)\s+(\d+\.\d+(?:\.\d+)?)")),
    (
        "pnpm",
        regex(
            r"(?:npm\s+(?:install|i|add)\s+(?:-g|--global)\s+|corepack\s+(?:prepare|use|install\s+-g)\s+)pnpm@(\d+(?:\.\d+){0,2})\b"
        ),
    ),
    (
        "yarn",
        regex(
            r"(?:npm\s+(?:install|i|add)\s+(?:-g|--global)\s+|corepack\s+(?:prepare|use|install\s+-g)\s+)yarn@(\d+(?:\.\d+){0,2})\b"
        ),
    ),
)
"""Commands that install a tool of a version, in Dockerfiles and workflows."""


def said(context: Inspection) -> Iterator[Said]:
    """What images and hosts are told."""
    names = [name for name in context.inventory.by_name if is_dockerfile(name)]
    for path in context.inventory.named(*names):
        yield from _dockerfile(context, path)
    for path in context.inventory.named("devcontainer.json", ".devcontainer.json"):
        yield from _devcontainer(context, path)
    yield from _hosts(context)
    yield from _services(context)


def _dockerfile(context: Inspection, path: str) -> Iterator[Said]:
    if (document := context.readable(path, dockerfile.parse)) is None:
        return
    roots = _roots(document)
    copies = _copies(document, roots)
    folder = _built(context, folder_of(path), [copy for _, copy in copies])
    # An image of Rust that fetches further toolchains is where rustup comes from, and says not which of them builds.
    several = any(_FURTHER.search(item.value) for stage in document.stages for item in stage.instructions)
    several = several and any(found[0] == "rust" for stage in document.stages if (found := of_image(stage.image)))
    for stage in document.stages:
        for tool, spec in (found for found in (of_image(stage.image), *bytecode.of_image(stage.image)) if found):
            builds = any(not copy.origin and roots.get(at) == stage.line for at, copy in copies)
            if several and tool == "rust":
                continue
            takes = _takes(copies, roots, stage.line) if tool not in _STANDALONE else ()
            used = any(roots.get(copy.origin.lower()) == stage.line for _, copy in copies)
            yield Said(tool, spec, path, stage.line, folder, "image", "FROM", builds=builds or used, takes=takes)
        given = _variables(stage)
        for item in stage.instructions:
            if item.name == "RUN":
                text = filled(item.value + "".join(one.content for one in item.heredocs), given)
                for tool, pattern in COMMANDS:
                    for match in pattern.finditer(text) if not (several and tool == "rust") else ():
                        yield Said(tool, match[1], path, item.line, folder, "image", "RUN")
    yield from _copied(path, copies, roots)


def _built(context: Inspection, folder: str, copies: list[dockerfile.Copy]) -> str:
    """The folder that a Dockerfile is for: its own where that has a manifest, else the only one with a manifest that it copies."""
    if folder == "." or any(context.is_file(inside(folder, name)) for name in MANIFESTS):
        return folder
    sources = {posixpath.normpath(source) for copy in copies if not copy.origin for source in copy.sources}
    found = {folder_of(one) if one.rpartition("/")[2] in MANIFESTS else one for one in sources}
    homes = {one for one in found if any(context.is_file(inside(one, name)) for name in MANIFESTS)}
    return homes.pop() if len(homes) == 1 and homes != {"."} else folder


def _roots(document: dockerfile.Document) -> dict[str, int]:
    """The names and numbers of the stages with the line of the ``FROM`` that brings the image that they stand on."""
    roots: dict[str, int] = {}
    for number, stage in enumerate(document.stages):
        line = roots.get(stage.image.lower(), stage.line)
        roots[str(number)] = line
        if stage.name:
            roots[stage.name.lower()] = line
    return roots


def _copies(document: dockerfile.Document, roots: dict[str, int]) -> list[tuple[str, dockerfile.Copy]]:
    """Every copy with the number of its stage."""
    starts = [stage.line for stage in document.stages]
    return [(str(bisect_right(starts, copy.line) - 1), copy) for copy in document.copies() if roots]


def _takes(copies: list[tuple[str, dockerfile.Copy]], roots: dict[str, int], line: int) -> tuple[int, ...]:
    """The images that the stages on the image of a line copy from."""
    origins = (roots.get(copy.origin.lower()) for at, copy in copies if copy.origin and roots.get(at) == line)
    return tuple(sorted({one for one in origins if one is not None and one != line}))


def _copied(path: str, copies: list[tuple[str, dockerfile.Copy]], roots: dict[str, int]) -> Iterator[Said]:
    """Folders of Python's own packages that a copy names with a version, for the stages that it goes between, and uv itself."""
    for at, copy in copies:
        if match := _UV_COPIED.match(copy.origin):
            yield Said("uv", match[1], path, copy.line, folder_of(path), "image", "COPY --from")
        ends = [*((source, copy.origin) for source in copy.sources), (copy.target, at)] if copy.origin else []
        found: dict[str, set[int]] = {}
        for text, stage in ends:
            match, line = _LIBRARY.search(text), roots.get(stage.lower())
            if match and line is not None:
                found.setdefault(match[1], set()).add(line)
        for spec, lines in found.items():
            takes = tuple(sorted(lines))
            yield Said("python", spec, path, copy.line, folder_of(path), "image", "COPY", builds=False, takes=takes)


def filled(text: str, variables: Mapping[str, str]) -> str:
    """A shell's text with the variables that have a known value in their places."""
    return _VARIABLE.sub(lambda match: variables.get(match[1] or match[2] or match[3], match[0]), text)


def _variables(stage: dockerfile.Stage) -> dict[str, str]:
    """What ``ARG`` and ``ENV`` of a stage set."""
    found: dict[str, str] = {}
    for item in stage.instructions:
        if item.name in ("ARG", "ENV"):
            found.update({name: value.strip("\"'") for name, value in _ASSIGNED.findall(item.value)})
    return found


def of_image(image: str) -> tuple[str, str] | None:
    """Tool and version of an official image; ``None`` for others and for tags without a number."""
    if match := _UV.match(image):
        return "python", match[1]
    name, _, tag = image.partition("@")[0].rpartition(":")
    owner, _, base = name.rpartition("/")
    match = _TAG.fullmatch(tag)
    if base not in _IMAGES or owner not in _OFFICIAL or match is None:
        return None
    return _IMAGES[base], match[1]


def _devcontainer(context: Inspection, path: str) -> Iterator[Said]:
    if (document := context.readable(path, jsonc.parse)) is None:
        return
    folder = folder_of(path)
    while folder.rpartition("/")[2] == ".devcontainer" or folder_of(folder).rpartition("/")[2] == ".devcontainer":
        folder = folder_of(folder)
    image = document.get(("image",))
    if isinstance(image, str):
        known = {"typescript-node": "node", "javascript-node": "node", "python": "python", "rust": "rust", "go": "go"}
        match = re.search(r"devcontainers/([\w-]+):(?:(?:\d+(?:\.\d+)*|dev)-)?(\d+(?:\.\d+)*)(?:-|$)", image)
        official = of_image(image)
        if match and match[1] in known and match[1] != "rust":
            yield Said(known[match[1]], match[2], path, document.line(("image",)), folder, "image", "image")
        elif official:
            yield Said(*official, path, document.line(("image",)), folder, "image", "image")
    for name, options in table(document.data, "features").items():
        tool = canonical(name.rpartition("/")[2].partition(":")[0])
        version = options.get("version") if isinstance(options, dict) else None
        if (
            tool in ("node", "python", "go", "rust", "terraform")
            and isinstance(version, str)
            and _TAG.fullmatch(version)
        ):
            yield Said(tool, version, path, document.line(("features", name, "version")), folder, "image", "features")


def _hosts(context: Inspection) -> Iterator[Said]:
    """Variables that Netlify, Nixpacks, Render and Cloudflare Pages read."""
    patterns = {
        "netlify.toml": r'(?m)^[^\S\n]*(?P<name>NODE|PYTHON|GO)_VERSION\s*=\s*["\']?v?(?P<word>\d[\d.]*)',
        "nixpacks.toml": r'(?m)^[^\S\n]*NIXPACKS_(?P<name>NODE|PYTHON)_VERSION\s*=\s*["\']?v?(?P<word>\d[\d.]*)',
        "wrangler.toml": r'(?m)^[^\S\n]*(?P<name>NODE|PYTHON|GO)_VERSION\s*=\s*["\']?v?(?P<word>\d[\d.]*)',
        "render.yaml": r'(?m)key:\s*(?P<name>NODE|PYTHON)_VERSION\s*\n\s*value:\s*["\']?v?(?P<word>\d[\d.]*)',
    }
    for name, pattern in patterns.items():
        for path in context.inventory.named(name):
            text = text_of(context, path)
            if name == "wrangler.toml" and "pages_build_output_dir" not in text:
                continue  # a worker is uploaded, and not built there
            for found in re.finditer(pattern, text):
                line = line_at(text, found.start("word"))
                tool = found["name"].lower()
                yield Said(
                    tool, found["word"].rstrip("."), path, line, folder_of(path), "image", f"{found['name']}_VERSION"
                )


def _services(context: Inspection) -> Iterator[Said]:
    """Images that compose files and other hosts' pipelines run."""
    for name, paths in context.inventory.by_name.items():
        compose = re.fullmatch(r"(?:docker-)?compose[\w.-]*\.ya?ml", name)
        pipeline = re.fullmatch(r"\.gitlab-ci\.ya?ml|bitbucket-pipelines\.yml|azure-pipelines[\w.-]*\.ya?ml", name)
        for path in paths:
            if not (compose or pipeline or path == ".circleci/config.yml"):
                continue
            text = text_of(context, path)
            if compose and not _MOUNTS.search(text):
                continue  # an image that runs none of the repository's code is a service of its own
            folder = "." if name == "config.yml" else folder_of(path)
            for match in re.finditer(r"""(?m)^[ \t]*-?[ \t]*image:[ \t]*["']?(?P<image>[\w./-]+:[\w.-]+)""", text):
                if found := of_image(match["image"]):
                    line = line_at(text, match.start("image"))
                    yield Said(*found, path, line, folder, "image" if compose else "workflow", "image")
