"""Files that look as if they pinned a tool, or were loaded by a framework, and that it does not read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._packages import by_folder
from toolkit.checks._texts import text_of
from toolkit.checks.toolchain._everything import has_programs
from toolkit.expressions import regex
from toolkit.model import Fix, MoveFile
from toolkit.packages import KINDS
from toolkit.places import folder_of, inside, table
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_TWINS = (
    (regex(r"\.?rust[-_]?toolchain(?:s)?(?:[._-](?:yaml|yml|json|txt|tml))?|rust_toolchain\.toml|\.rust-toolchain\.toml|\.rust-version"),
     ("rust-toolchain.toml", "rust-toolchain"), "rustup", "rust"),
    (regex(r"\.?nvm[-_]?rc(?:\.\w+)?|\.nvrmc|\.nvm"), (".nvmrc",), "nvm", "node"),
    (regex(r"\.?node[-_]?version(?:\.txt)?"), (".node-version",), "version managers", "node"),
    (regex(r"\.?python[-_]?versions?(?:\.txt)?"), (".python-version",), "pyenv and uv", "python"),
    (regex(r"\.tools?[-_]?versions?(?:\.(?:txt|toml|ya?ml))?|tool-versions"), (".tool-versions",), "asdf and mise", ""),
)  # fmt: skip
_READ = (".nvmrc", ".node-version", ".python-version", ".tool-versions", "rust-toolchain", "rust-toolchain.toml")
_MIDDLEWARE = tuple(f"{name}.{end}" for name in ("middleware", "proxy") for end in ("ts", "js"))
_GIVES = regex(r"(?m)^export\b[^\n]*\b(?:middleware|proxy|default|config)\b")
_PAGES = ("app", "pages")
_VERSION = regex(r"\d+\.\d+|\bv?\d+\b|stable|nightly")
_MAX_BYTES = 2000


class ToolchainFileIgnored(Check):
    """A file that is meant to pin a tool, or to stand before the pages of Next.js, is not read where it lies or by its name.

    What it checks:
        Names near to the ones that are read: rustup knows ``rust-toolchain`` and ``rust-toolchain.toml`` only, nvm
        ``.nvmrc``, asdf ``.tool-versions``, pyenv and uv ``.python-version``. Also a ``rust-toolchain.toml`` beside a
        plain ``rust-toolchain``, which wins; information for a version file in a folder of documents alone. ``middleware`` and
        ``proxy`` of Next.js that lie beside the folder whose ``app`` or ``pages`` it takes: an error, for they often ask who comes.

    Why it matters:
        The tool passes over it without a word, and everyone believes that the version is pinned.

    How to fix:
        Rename the file, and see that its content is of the form that the tool reads.

    Fix safety:
        Safe where only the name is wrong and the right name is free; manual where the content has another form.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare names."""
        for name in sorted(context.inventory.by_name):
            for pattern, right, reader, tool in _TWINS:
                if name not in right and pattern.fullmatch(name):
                    for path in context.named(name):
                        for found in self._judge(context, path, right, reader):
                            yield replace(found, causes=(f"pin {tool} {folder_of(path)}",))
        for path in sorted(context.named("rust-toolchain.toml")):
            other = inside(folder_of(path), "rust-toolchain")
            if context.is_file(other):
                text = f"{other} lies beside it and wins: rustup does not read this file"
                yield self.finding(context, path, text, fixes=(Fix("keep one of the two", "manual"),))
        for path in sorted(context.named(*_READ)):
            folder = folder_of(path)
            if folder != "." and not context.is_foreign(path) and not has_programs(context, folder):
                text = f"{folder} holds nothing that is run or built: version managers look from where one works upward, and never here"
                fix = Fix("move it to the folder whose programs it is for, or remove it", "manual")
                yield self.finding(context, path, text, severity="info", fixes=(fix,))

        yield from self._misplaced(context)

    def _misplaced(self, context: Inspection) -> Iterator[Finding]:
        """What is to run before the pages of Next.js, which takes it only from the folder that holds these."""
        for path in sorted(context.named(*_MIDDLEWARE)):
            folder, folders = folder_of(path), context.inventory.folders
            home = folder_of(folder) if folder.rpartition("/")[2] == "src" else folder
            there, here = (
                [inside(one, name) for name in _PAGES if inside(one, name) in folders]
                for one in (inside(home, "src") if home == folder else home, folder)
            )
            manifest = by_folder(context).get(home)
            asks = manifest is not None and any("next" in table(manifest.data, kind) for kind in KINDS)
            if asks and there and not here and not context.is_foreign(path) and _GIVES.search(text_of(context, path)):
                right = inside(folder_of(there[0]), path.rpartition("/")[2])
                yield self.finding(
                    context,
                    path,
                    f"Next.js takes {there[0]}, and looks for this file beside it alone: nothing of it ever runs",
                    evidence=f"{there[0]} is there, {inside(folder, _PAGES[0])} and {inside(folder, _PAGES[1])} are not",
                    severity="error",
                    fixes=(Fix(f"move it to {right}, and its imports with it", "manual"),),
                )

    def _judge(self, context: Inspection, path: str, right: tuple[str, ...], reader: str) -> Iterator[Finding]:
        text = text_of(context, path)
        if not text.strip() or len(text) > _MAX_BYTES or not _VERSION.search(text):
            return
        target = inside(folder_of(path), right[-1] if _is_plain(text) else right[0])
        free = not any(context.is_file(inside(folder_of(path), name)) for name in right)
        fits = _is_plain(text) if not target.endswith(".toml") else "[toolchain]" in text
        action = MoveFile(path, target, digest_bytes(context.read(path)))
        yield self.finding(
            context,
            path,
            f"{reader} {'do' if ' and ' in reader else 'does'} not read a file of this name, only {' or '.join(right)}: nothing is pinned",
            evidence=text.strip().splitlines()[0][:80],
            fixes=(
                Fix(f"rename it to {target}", "safe", (action,))
                if free and fits
                else Fix(f"write the version into {target}, and remove this file", "manual"),
            ),
        )


def _is_plain(text: str) -> bool:
    return len(text.split()) == 1
