"""Hosts that locks name as the source of packages, and that look like somebody's own."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from toolkit.checking import Inspection

__all__ = ["LOCKS", "is_configured", "is_here_only", "private_hosts"]

_ADDRESS = (
    r"https?(?::|%3A)(?:/|%2F){2}(?:[^/@\s\"']{1,200}@)?(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+)(?P<rest>[^\s\"'#?,}]*)"
)
LOCKS: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("package-lock.json", "npm-shrinkwrap.json"), regex(rf'"resolved":[ \t]*"{_ADDRESS}')),
    "yarn.lock": regex(rf'(?:\n  resolved "?|__archiveUrl=|\n  resolution: "[^"\n]{{0,500}}@){_ADDRESS}'),
    "pnpm-lock.yaml": regex(rf"\btarball: ['\"]?{_ADDRESS}"),
    "bun.lock": regex(rf'@[^"\n]{{0,300}}", "{_ADDRESS}'),
    "uv.lock": regex(rf'\nsource = \{{ (?:registry|url) = "{_ADDRESS}'),
    "poetry.lock": regex(rf'\ntype = "(?:legacy|url)"\r?\nurl = "{_ADDRESS}'),
    "Cargo.lock": regex(rf'\nsource = "(?:registry|sparse)\+{_ADDRESS}'),
}
"""Where each form of lock says that a package comes from an address; git, files and links are none."""
_REQUIREMENTS = regex(r"(?:^|/)[\w.-]*requirements[\w.-]*\.(?:txt|in)$")
_INSIDE = regex(r"(?i)[^.]+|.*\.(?:local|internal|corp|lan|intranet|localdomain|home\.arpa)")
"""A name without a dot, and endings that no public name has."""
_KEPT = regex(r"(?i)(?:^|[.-])(?:nexus|artifactory|verdaccio|jfrog|codeartifact)(?:[.-]|\d|$)")
_STORES = regex(r"(?i)(?:/|%2F)(?:nexus|artifactory|repository|verdaccio|_packaging)(?:/|%2F)")
"""Paths of programs that companies keep packages in."""


_OF_GIT = regex(r"(?i)/(?:tar\.gz|tarball|archive|zipball|raw|releases)(?:/|$)|\.git$|[0-9a-f]{40}")
"""Paths of hosts of git, whose repositories may be called like those programs."""
_SETTINGS = (
    ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", "pnpm-workspace.yaml", "pip.conf", "pip.ini", "uv.toml", "pyproject.toml",
    "Pipfile", "config.toml", "config", "poetry.toml",
)  # fmt: skip
_SAID = regex(r"(?m)^[ \t]*[^#;\s][^\n]*")
_LEFT_OPEN = regex(
    r"registry(?:server)?[\"']?[ \t]*[=:][ \t]*[\"']?(?:https?://)?\$|replace-registry-host[ \t]*=[ \t]*always"
)
"""A registry that each user names, and npm's word for taking packages from there whatever the lock says."""


def private_hosts(context: Inspection, path: str) -> tuple[tuple[str, int, int], ...]:
    """The hosts of a lock that are no public ones by their looks, each with its number of packages and first line; a fact of the file."""
    text = text_of(context, path)
    told: dict[str, list[int]] = {}
    for match in LOCKS[path.rpartition("/")[2]].finditer(text):
        host = match["host"].lower().strip("[]").rstrip(".")
        kept = _STORES.search(match["rest"]) and not _OF_GIT.search(match["rest"])
        if is_here_only(host) or _INSIDE.fullmatch(host) or _KEPT.search(host) or kept:
            told.setdefault(host, []).append(match.start("host"))
    return tuple((host, len(places), line_at(text, places[0])) for host, places in told.items())


def is_configured(context: Inspection, host: str) -> bool:
    """Whether some configuration of the repository names a host, or leaves the registry to each user."""
    said = _configured(context)
    return host in said or _LEFT_OPEN.search(said) is not None


@once_a_run
def _configured(context: Inspection) -> str:
    """What the settings of package managers say, comments left out."""
    paths = [*context.inventory.named(*_SETTINGS)]
    paths = [path for path in paths if not path.rpartition("/")[2].startswith("config") or "/.cargo/" in f"/{path}"]
    paths += [path for path in context.inventory.files if _REQUIREMENTS.search(path)]
    return "\n".join(one for path in sorted(paths) for one in _SAID.findall(text_of(context, path))).lower()


def is_here_only(host: str) -> bool:
    """Whether a host is this machine, or an address that means something only in a network of its own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local
