"""Where a job takes its tools from: actions that set one up, commands that install one, images that hold one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Job

__all__ = ["TOOLS", "Source", "sources"]


@frozen
class Source:
    """A tool that a job takes from somewhere.

    Args:
        tool: its name, as ``[toolchain]`` has it.
        where: a place in the document, or a line.
        how: what asks for it, as evidence.
    """

    tool: str
    where: tuple[str | int, ...] | int
    how: str


_ACTIONS = {
    "actions/setup-node": "node",
    "actions/setup-python": "python",
    "actions/setup-go": "go",
    "actions/setup-java": "java",
    "pnpm/action-setup": "pnpm",
    "oven-sh/setup-bun": "bun",
    "denoland/setup-deno": "deno",
    "volta-cli/action": "node",
    "dtolnay/rust-toolchain": "rust",
    "actions-rs/toolchain": "rust",
    "actions-rust-lang/setup-rust-toolchain": "rust",
    "moonrepo/setup-rust": "rust",
    "astral-sh/setup-uv": "uv",
    "snok/install-poetry": "poetry",
    "foundry-rs/foundry-toolchain": "foundry",
    "hashicorp/setup-terraform": "terraform",
    "opentofu/setup-opentofu": "opentofu",
    "ruby/setup-ruby": "ruby",
    "heyanza/setup-solana": "solana",
    "metadaoproject/setup-solana": "solana",
    "metadaoproject/setup-anchor": "anchor",
    "coollabs-io/setup-anchor": "anchor",
}
_SYSTEM = {
    "nodejs": "node", "npm": "node", "node": "node", "python": "python", "python3": "python", "golang": "go", "golang-go": "go",
    "go": "go", "cargo": "rust", "rustc": "rust", "rust": "rust", "rustup": "rust", "yarn": "yarn", "pnpm": "pnpm", "bun": "bun",
    "deno": "deno", "terraform": "terraform", "uv": "uv", "poetry": "poetry",
}  # fmt: skip
"""Packages of distributions and of Homebrew, a version behind the name left out."""
_VERSION = regex(r"[@=].*|(?<=python)3?[.\d]*$|(?<=node)js[-.\d]*$")
_PACKAGED = regex(r"(?:sudo )?(?:apt-get|apt|apk|yum|dnf|brew|pacman|choco)\b.* (?:install|add|-S)\b (?P<names>.*)")
_COMMANDS = (
    ("node", regex(r"(?:nvm|fnm|volta|nodenv) (?:install|use)\b|npx n \S|n (?:lts|\d)")),
    ("rust", regex(r"rustup (?:toolchain (?:install|add)|install|default|override set|update)\b")),
    ("python", regex(r"(?:pyenv|uv python) install\b|conda (?:create|install)\b.*\bpython")),
    ("solana", regex(r"(?:solana|agave)-install(?:-init)? ")),
    ("anchor", regex(r"avm (?:install|use)\b|cargo install\b.*\b(?:anchor-cli|avm)\b")),
    ("go", regex(r"go install golang\.org/dl/")),
    ("foundry", regex(r"foundryup\b")),
    ("poetry", regex(r"(?:python3? -m )?pip3? install\b.* poetry\b|pipx install poetry\b")),
    ("uv", regex(r"(?:python3? -m )?pip3? install\b.* uv\b|pipx install uv\b")),
)
_GLOBAL = regex(r"npm (?:i|install)\b.* (?:-g|--global)\b|corepack (?:prepare|install|use)\b|yarn global add\b")
_MANAGERS = {"pnpm": "pnpm", "yarn": "yarn", "bun": "bun", "npm": "node", "@coral-xyz/anchor-cli": "anchor"}
_ADDRESSES = (
    ("rust", "sh.rustup.rs"),
    ("rust", "static.rust-lang.org"),
    ("solana", "release.anza.xyz"),
    ("solana", "release.solana.com"),
    ("node", "nodesource.com"),
    ("node", "nodejs.org/dist"),
    ("node", "nvm-sh/nvm"),
    ("bun", "bun.sh/install"),
    ("pnpm", "get.pnpm.io"),
    ("deno", "deno.land/install"),
    ("uv", "astral.sh/uv"),
    ("poetry", "install.python-poetry.org"),
    ("python", "pyenv.run"),
    ("go", "go.dev/dl/"),
    ("go", "dl.google.com/go"),
    ("foundry", "foundry.paradigm.xyz"),
)
"""From where installers and archives of tools are fetched."""
_IMAGE = regex(
    r"(?:[\w.-]+/)*(?P<name>node|python|rust|golang|bun|deno|anchor|solana|ruby|openjdk|eclipse-temurin|build)(?::[\w.-]+)?"
)
_HELD = {"golang": "go", "openjdk": "java", "eclipse-temurin": "java", "build": "anchor"}


TOOLS = frozenset({*_ACTIONS.values(), *_SYSTEM.values(), *(tool for tool, _ in (*_COMMANDS, *_ADDRESSES))})
"""Every tool that is looked for."""


def sources(job: Job) -> Iterator[Source]:
    """Every tool that a job takes from elsewhere than a shell of Nix, in the order of the file."""
    yield from _of_image(job)
    for step in job.steps:
        if step.action in _ACTIONS:
            yield Source(_ACTIONS[step.action], (*step.path, "uses"), f"uses: {step.uses}")
        for command in step.commands:
            for tool in _installed(command):
                yield Source(tool, step.line(command.line), command.text[:120])


def _of_image(job: Job) -> Iterator[Source]:
    given = job.data.get("container")
    key: tuple[str, ...] = ("container", "image") if isinstance(given, dict) else ("container",)
    image = given.get("image") if isinstance(given, dict) else given
    match = _IMAGE.fullmatch(image.partition("@")[0]) if isinstance(image, str) else None
    # `build` is a tool's image only as those of Anchor are called.
    if match and (match["name"] != "build" or str(image).startswith(("backpackapp/", "coralxyz/"))):
        yield Source(_HELD.get(match["name"], match["name"]), (*job.path, *key), f"container: {image}")


def _installed(command: Simple) -> Iterator[str]:
    """The tools that a command brings, by its own words or from the address that it reads."""
    text = command.text
    if text.startswith(("echo ", "printf ")):
        return
    yield from (tool for tool, pattern in _COMMANDS if pattern.match(text))
    yield from (tool for tool, address in _ADDRESSES if address in text)
    if _GLOBAL.match(text):
        names = (word[: word.rfind("@", 1)] if "@" in word[1:] else word for word in command.words[1:])
        yield from (_MANAGERS[name] for name in names if name in _MANAGERS)
    elif match := _PACKAGED.match(text):
        names = (_VERSION.sub("", word) for word in match["names"].split())
        yield from (_SYSTEM[name] for name in names if name in _SYSTEM)
