"""See :class:`KeystoreCommitted`."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._values import is_trial
from toolkit.expressions import regex
from toolkit.model import Fix, RunCommand
from toolkit.strays.removals import ignoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_STORES = ("*.jks", "*.keystore", "*.p12", "*.pfx", "*.bks", "*.JKS", "*.P12", "*.PFX")
_FOR_ALL = regex(
    r"(?i)trust|cacerts?|debug|(?:^|[-_.])(?:public|dev|development|local|localhost|test|sample|demo)(?=[-_.])"
)
"""What a store is called that holds certificates only, that every machine makes alike, or that is for one's own."""
_READERS = (
    "*.gradle", "*.kts", "*.properties", "*.yml", "*.yaml", "*.json", "*.xml", "*.sh", "*.toml", "Makefile", "Dockerfile*", "Fastfile", "*.cs", "*.java",
    "*.kt", "*.ts", "*.js", "*.py", "*.go",
)  # fmt: skip
"""What may name a store and its password."""
_PASSWORD = regex(
    r"(?i)(?:(?<![a-z])(?:key-?)?store_?pass(?:word)?|(?<![a-z])key_?password|(?<![a-z])key-?store[-_.]?pass(?:word)?|-storepass|certificate_?password|pfx_?password|p12_?password)"
    r"(?P<sign>[\"']?\s{0,4}[=:]?\s{0,4})(?:\"(?P<double>[^\"$\n]{3,80})\"|'(?P<single>[^'$\n]{3,80})'|(?P<bare>[^\s\"'$<>{}()\[\],;%]{3,80})(?=\s|$))"
)
_CODE = (".gradle", ".kts", ".json", ".cs", ".java", ".kt", ".ts", ".js", ".py", ".go", ".toml")
"""Files in which a text stands in quotes: what stands without is a name."""
_OTHER = regex(r"[\w.-]\.(?:jks|keystore|p12|pfx|bks)\b|^[ \t]*\}|\n[ \t]*\n|\{[ \t]*$", re.MULTILINE)
"""What ends the part of a text that speaks of one store."""
_TO_FILL_IN = regex(r"(?i)your|example|replace|<|x{4}|\*{3}|todo|placeholder|\.\.\.|insert")
_NEAR = 700
_FEW = 20


class KeystoreCommitted(Check):
    """A keystore is committed, and so is its password.

    What it checks: Tracked ``.jks``, ``.keystore``, ``.p12``, ``.pfx`` and ``.bks`` files, but for those called after trust, debugging, one's own
        machine or tests, and for what lies among tests and examples. A file that names the store and gives a password in clear
        (``storePassword`` of Gradle, ``key-store-password`` of Spring, ``-storepass``) makes it an error; without one it is a warning: only
        the password protects it, and whoever has the file can try as many as he likes.
    Why it matters: The store holds a private key: whoever has it and the password signs releases, tokens or connections as its owner.
        For an app's upload key that is the app, and history keeps the file.
    How to fix: Make a new key (for an app: ask the shop to reset the upload key), keep store and password among the secrets of
        the deployment, and take the file out of the index.
    Fix safety: Unsafe: the file stays on this disk, but everybody who pulls loses it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        tracked = context.inventory.tracked_set
        for path in sorted(set(context.matching(*_STORES))):
            name = posixpath.basename(path)
            if path not in tracked or is_trial(path) or _FOR_ALL.search(name) or context.is_foreign(path):
                continue
            opened = next(_passwords(context, name), None)
            argv = ("git", "rm", "--cached", "--quiet", "--", path)
            rule = ignoring(context, (path,))
            command = RunCommand(argv, ".", f"{path} is not for everybody", changes=path)
            yield self.finding(
                context,
                path,
                f"a keystore is committed, and its password stands in {opened}: whoever reads the repository signs as its owner"
                if opened
                else "a keystore is committed: only its password protects the private key",
                evidence=f"password in {opened}" if opened else "no password found beside it",
                severity="error" if opened else "warning",
                fixes=(
                    Fix(
                        f"take {path} out of the index, and make a new key",
                        "unsafe",
                        (command, *([rule] if rule else [])),
                    ),
                ),
                causes=(f"secret {opened}",) if opened else (),
            )


def _passwords(context: Inspection, name: str) -> Iterator[str]:
    """Places that give a password in clear beside the name of the store."""
    for path in files_with(context, (name,), _READERS, everything=True):
        text = text_of(context, path, errors="replace")
        quoted = path.endswith(_CODE)
        for start, end in islice(_around(text, name), _FEW):
            for match in islice(_PASSWORD.finditer(text, start, end), _FEW):
                value = match["double"] or match["single"] or ("" if quoted else match["bare"]) or ""
                line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
                if value and _is_given(value, match["sign"]) and not line.startswith(("#", "//", "*", "<!--")):
                    yield f"{path}:{line_at(text, match.start())}"


def _around(text: str, name: str) -> Iterator[tuple[int, int]]:
    """The parts of a text before and behind the name of a store that speak of it: up to another store, or the end of a block."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        last = min((match.start() for match in _OTHER.finditer(text, end, end + _NEAR)), default=end + _NEAR)
        yield end, last
        first = max(
            (match.end() for match in _OTHER.finditer(text, max(at - _NEAR, 0), at - len("x"))),
            default=max(at - _NEAR, 0),
        )
        yield first, at
        at = text.find(name, end)


def _is_given(value: str, sign: str) -> bool:
    """Whether a value is a password, and no reference to one, no name of a variable and nothing to fill in."""
    name = re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:\w+\.)+\w+", value) is not None
    return bool(sign) and not name and not _TO_FILL_IN.search(value)
