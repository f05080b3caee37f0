"""Versions in Dockerfiles, devcontainers and hosts' settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.toolchain._from_files import canonical, text_of
from toolkit.checks.toolchain._said import Said
from toolkit.context import Unreadable
from toolkit.documents import dockerfile, jsonc
from toolkit.places import folder_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["COMMANDS", "said"]

_IMAGES = {
    "node": "node",
    "python": "python",
    "rust": "rust",
    "golang": "go",
    "bun": "bun",
    "deno": "deno",
    "terraform": "terraform",
}
_OFFICIAL = ("", "library", "docker.io", "docker.io/library", "public.ecr.aws/docker/library", "oven", "denoland", "hashicorp",
             "mirror.gcr.io/library", "registry.hub.docker.com/library")  # fmt: skip
_TAG = re.compile(r"v?(\d+(?:\.\d+){0,2})(?:-.*)?")
COMMANDS = (
    ("solana", re.compile(r"release\.(?:solana\.com|anza\.xyz)/v(\d+\.\d+\.\d+)/install")),
    ("solana", re.compile(r"\b(?:agave|solana)-install\s+init\s+v?(\d+\.\d+\.\d+)")),
    ("anchor", re.compile(r"\bavm\s+(?:install|use)\s+v?(\d+\.\d+\.\d+)")),
    ("anchor", re.compile(r"anchor-cli\b[^\n&|;]*?(?:--version[ =]|--tag[ =]v?|@)\"?=?v?(\d+\.\d+\.\d+)")),
    ("anchor", re.compile(r"--tag[ =]v?(\d+\.\d+\.\d+)\b[^\n&|;]*anchor-cli")),
    ("rust", re.compile(r"--default-toolchain[ =]v?(\d+\.\d+(?:\.\d+)?)")),
    ("rust", re.compile(r"\brustup\s+(?:toolchain\s+install|default|override\s+set)\s+(\d+\.\d+(?:\.\d+)?)")),
    (
        "pnpm",
        re.compile(
            r"(?:npm\s+(?:install|i|add)\s+(?:-g|--global)\s+|corepack\s+(?:prepare|use|install\s+-g)\s+)pnpm@(\d+(?:\.\d+){0,2})\b"
        ),
    ),
    (
        "yarn",
        re.compile(
            r"(?:npm\s+(?:install|i|add)\s+(?:-g|--global)\s+|corepack\s+(?:prepare|use|install\s+-g)\s+)yarn@(\d+(?:\.\d+){0,2})\b"
        ),
    ),
)
"""Commands that install a tool of a version, in Dockerfiles and workflows."""


def said(context: Inspection) -> Iterator[Said]:
    """What images and hosts are told."""
    names = [name for name in context.inventory.by_name if _is_dockerfile(name)]
    for path in context.inventory.named(*names):
        yield from _dockerfile(context, path)
    for path in context.inventory.named("devcontainer.json", ".devcontainer.json"):
        yield from _devcontainer(context, path)
    yield from _hosts(context)


def _is_dockerfile(name: str) -> bool:
    lower = name.lower()
    return (
        lower == "dockerfile"
        or lower.startswith("dockerfile.")
        or lower.endswith(".dockerfile")
        or lower == "containerfile"
    )


def _dockerfile(context: Inspection, path: str) -> Iterator[Said]:
    try:
        document = context.document(path, dockerfile.parse)
    except Unreadable:
        return
    folder = folder_of(path)
    for stage in document.stages:
        found = _of_image(stage.image)
        if found:
            yield Said(*found, path, stage.line, folder, "image", "FROM")
        for item in stage.instructions:
            if item.name == "RUN":
                text = item.value + "".join(one.content for one in item.heredocs)
                for tool, pattern in COMMANDS:
                    for match in pattern.finditer(text):
                        yield Said(tool, match[1], path, item.line, folder, "image", "RUN")


def _of_image(image: str) -> tuple[str, str] | None:
    """Tool and version of an official image; ``None`` for others and for tags without a number."""
    name, _, tag = image.partition("@")[0].rpartition(":")
    owner, _, base = name.rpartition("/")
    match = _TAG.fullmatch(tag)
    if base not in _IMAGES or owner not in _OFFICIAL or match is None:
        return None
    return _IMAGES[base], match[1]


def _devcontainer(context: Inspection, path: str) -> Iterator[Said]:
    try:
        document = context.document(path, jsonc.parse)
    except Unreadable:
        return
    folder = folder_of(path)
    while folder.rpartition("/")[2] == ".devcontainer" or folder_of(folder).rpartition("/")[2] == ".devcontainer":
        folder = folder_of(folder)
    image = document.get(("image",))
    if isinstance(image, str):
        known = {"typescript-node": "node", "javascript-node": "node", "python": "python", "rust": "rust", "go": "go"}
        match = re.search(r"devcontainers/([\w-]+):(?:\d+-)?(\d+(?:\.\d+)*)(?:-|$)", image)
        official = _of_image(image)
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
    """Variables that Netlify and Render read."""
    patterns = {
        "netlify.toml": r'(?m)^\s*(?P<name>NODE|PYTHON|GO)_VERSION\s*=\s*["\']?v?(?P<word>\d[\d.]*)',
        "render.yaml": r'(?m)key:\s*(?P<name>NODE|PYTHON)_VERSION\s*\n\s*value:\s*["\']?v?(?P<word>\d[\d.]*)',
    }
    for name, pattern in patterns.items():
        for path in context.inventory.named(name):
            text = text_of(context, path)
            for found in re.finditer(pattern, text):
                line = text.count("\n", 0, found.start("word")) + 1
                tool = found["name"].lower()
                yield Said(
                    tool, found["word"].rstrip("."), path, line, folder_of(path), "image", f"{found['name']}_VERSION"
                )
