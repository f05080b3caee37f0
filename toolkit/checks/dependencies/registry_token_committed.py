"""Tokens of package registries in git."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import line_at, text_of
from toolkit.expressions import regex
from toolkit.model import EditFile, Fix, Span
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_INI = r"(?m)^[ \t]*(?![#;])[^\n=]*?(?P<key>{keys})[ \t]*=[ \t]*(?P<value>[^\s#;]+)"
_YAML = r"(?m)^[ \t-]*(?!#)(?P<key>{keys})[ \t]*:[ \t]*(?P<value>[^\s#]+)"
_ADDRESS = regex(r"(?P<key>https?)://[^\s/:@'\"]*:(?P<value>[^\s/:@'\"]+)@")
_TOKEN = regex(r"(?P<key>git\+https?|https?)://(?:[\w-]+:)?(?P<value>[A-Za-z0-9_-]{20,})@")
_NUGET = regex(r"(?i)key=\"(?P<key>ClearTextPassword|Password)\"\s+value=\"(?P<value>[^\"]+)\"")
_NPM = regex(_INI.format(keys="_authToken|_auth|_password"))
_YARN = regex(_YAML.format(keys="npmAuthToken|npmAuthIdent"))
_CARGO = regex(_INI.format(keys=r"(?<![\w-])(?:token|secret-key)"))
_PYPI = regex(r"(?m)^[ \t]*(?P<key>password)[ \t]*[:=][ \t]*(?P<value>\S+)")
_BUN = regex(r"(?m)^(?![ \t]*#).*?\b(?P<key>token|password)[ \t]*=[ \t]*(?P<value>\"[^\"\n]*\"|'[^'\n]*')")
_NETRC = regex(r"\b(?P<key>password)[ \t\n]+(?P<value>\S+)")
_FILES: dict[str, tuple[re.Pattern[str], ...]] = {
    ".npmrc": (_NPM, _ADDRESS),
    ".yarnrc": (regex(r'(?m)^[ \t]*"?[^#\n]*?(?P<key>_authToken|_password)"?[ \t]+(?P<value>\S+)'), _ADDRESS),
    ".yarnrc.yml": (_YARN,),
    "bunfig.toml": (_BUN,),
    ".pypirc": (_PYPI,),
    "pip.conf": (_ADDRESS,),
    "pip.ini": (_ADDRESS,),
    "credentials.toml": (_CARGO,),
    "credentials": (_CARGO,),
    "config.toml": (_CARGO,),
    "config": (_CARGO,),
    ".netrc": (_NETRC,),
    "_netrc": (_NETRC,),
    "uv.toml": (_ADDRESS,),
    "pyproject.toml": (_ADDRESS,),
    "requirements.txt": (_ADDRESS, _TOKEN),
    "package.json": (_TOKEN,),
    "Gemfile": (_ADDRESS,),
    "nuget.config": (_NUGET,),
    "NuGet.Config": (_NUGET,),
    "NuGet.config": (_NUGET,),
}
_MAX_BYTES = 1_000_000
_LONGEST = 20_000
_VARIABLE = {".npmrc": "${NPM_TOKEN}", ".yarnrc.yml": "${NPM_TOKEN:-}"}
_PLACEHOLDER = regex(
    r"^\$|\$\{|\$\(|^%\w+%$|\{\{|^<|^(?:x{3,}|\*{3,}|\.{3,}|your[-_].*|my[-_]?(?:token|password)|token|password|secret"
    r"|changeme|dummy|fake|test|placeholder|example|none|null|redacted|insert.*|replace.*)$|_here$|npm_token$",
    re.IGNORECASE,
)


class RegistryTokenCommitted(Check):
    """A token of a package registry is in git.

    What it checks:
        Tracked ``.npmrc``, ``.yarnrc``, ``.yarnrc.yml``, ``bunfig.toml``, ``.pypirc``, ``pip.conf``, ``.netrc``,
        Cargo's ``credentials`` and ``config.toml``, NuGet's configuration, and addresses with a password or a token in
        the manifests of npm, Python and Ruby. Values from the environment
        (``${NPM_TOKEN}``) and placeholders are quiet. The value is never shown.

    Why it matters:
        Whoever can read the repository, or ever could, publishes in your name or reads your private packages. Taking
        it out of the next commit leaves it in the history.

    How to fix:
        Revoke the token first. Then take its value from the environment, and have CI set the variable.

    Fix safety:
        Unsafe: installs need the variable from then on. The token itself has to be revoked by a person.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look into the files that hold such tokens."""
        for path in sorted(context.named(*_FILES)):
            name = path.rpartition("/")[2]
            known = path in context.inventory.tracked_set
            if not known or (name.startswith(("credentials", "config")) and not _is_cargo(path)):
                continue
            text = text_of(context, path)
            if len(text) > _MAX_BYTES or any(len(line) > _LONGEST for line in text.split("\n")):
                continue  # nobody's settings
            told: set[int] = set()
            for pattern in _FILES[name]:
                for match in pattern.finditer(text):
                    place = match.start("value")
                    if place not in told and not _is_harmless(match["value"].strip("'\"")):
                        told.add(place)
                        yield self._found(context, path, name, text, match)

    def _found(self, context: Inspection, path: str, name: str, text: str, match: re.Match[str]) -> Finding:
        value = match["value"].strip("'\"")
        key = match["key"] if "://" not in match[0] else "an address with a password"
        digest = hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()[:8]
        revoke = Fix("revoke the token where it was made, then take it from the environment", "manual")
        fixes: tuple[Fix, ...] = (revoke,)
        if name in _VARIABLE and match["key"] not in ("http", "https"):
            start, end = (len(text[:at].encode("utf-8", "surrogateescape")) for at in match.span("value"))
            edit = EditFile(path, (Span(start, end, _VARIABLE[name].encode()),), digest_bytes(context.read(path)))
            fixes = (Fix(f"take it from the environment: {_VARIABLE[name]}", "unsafe", (edit,)), revoke)
        return self.finding(
            context,
            path,
            f"a registry's token is in git ({key}): whoever reads the repository acts in its owner's name",
            line=line_at(text, match.start("value")),
            evidence=f"{value[:4]}... (sha256 {digest})",
            fixes=fixes,
        )


def _is_cargo(path: str) -> bool:
    return "/.cargo/" in f"/{path}"


def _is_harmless(value: str) -> bool:
    return len(value) < 4 or _PLACEHOLDER.search(value) is not None
