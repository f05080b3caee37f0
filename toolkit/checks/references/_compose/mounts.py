"""Mounts of compose files that no clone has: what Docker does in place of them, and how bad that is."""

from __future__ import annotations

import difflib
import posixpath
from typing import TYPE_CHECKING

from toolkit.checks.references._environment.files import is_env_file
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.sections import Mount
    from toolkit.model import Severity
    from toolkit.references import Verdict

__all__ = ["has_kin", "judged"]

_FILE = regex(
    r"\.(conf|cnf|sql|json|pem|ya?ml|toml|ini|sh|crt|cert|key|xml|cfg|js|py|lua|properties|tmpl|template|acl|htpasswd|txt|rules|hcl|html|env)$"
)
_NAMED_FILE = regex(r"(?:^|/)(?:[A-Z][a-z]+file|\.\w+rc|\.?\w*passwd)$")
"""Names of files without an ending."""
_ENDING = regex(r"[^/]\.(?!(?:d|com|org|net|io|dev|app|local)$)([A-Za-z]\w{0,9})$")
"""The ending of a name, where it is neither that of a folder (``conf.d``) nor of a domain."""
_FILLED = regex(r"\.(?:db|sqlite3?|log|sock|pid|csv|dat|mmdb|lic|onnx|gguf|pt|bin|jar|war|zip|gz)$")
"""Files that a running system or a download fills."""
_FILLED_LATER = regex(
    r"(?i)(?:certbot|letsencrypt|acme|webroot|www|uploads?|backups?|media|static|data|logs?|dist|build)(?![a-z])"
)
"""Words for folders that a running system fills; an empty one is what they begin with."""
_CONFIGURES = regex(r"^/etc/|provisioning|conf\.d|/(?:rules|dashboards|realms?|import)(?:/|$)")
"""Folders of a container that a program reads its settings from, and nothing writes to."""
_BY_HAND = regex(
    r"(?i)(?<![a-z])(?:certs?|certificates?|ssl|m?tls|pki|acme|letsencrypt|dkim|secrets?|credentials?|keys?|passwords?|\w*passwd|tokens?|licen[cs]es?)"
    r"(?![a-z])|\.(?:pem|crt|cer|key|p12|pfx|jks|keystore)$"
)
"""Words for what only the machine has that runs the services."""
_OF_ONE = regex(r"(?i)(?:^|[/._-])local(?:[/._-]|$)")
"""What each person makes for a machine of their own."""
_PLACEHOLDER = regex(r"(?i)(?:^|/)(?:\.{3}/|(?:path[-_/]to|your|change[-_]?me|replace[-_]?me)[-_/])|[<>]")
"""What a reader is to put a path of their own in place of."""
_SAME = 0.82
"""Likeness (0 to 1) from which one name is meant by another."""
_HIDDEN = regex(r"(?i)(?:^|/)[\w.-]{0,40}(?:secrets?|credentials?)/")
_WRITTEN = regex(r"\.(?:conf|cnf|sql|ya?ml|toml|ini|sh|xml|cfg|js|py|lua|properties)$")
"""What somebody wrote, and no secret."""


def judged(context: Inspection, mount: Mount, verdict: Verdict) -> tuple[str, Severity]:
    """What follows from a mount whose source is missing or ignored, as a sentence, and how bad that is."""
    what = f'"{mount.source}" of service {mount.service}'
    if verdict.kind == "ignored":
        text = f"The mount {what} is ignored by git: it has to be made before the service starts."
        written = _WRITTEN.search(mount.source) and _WRITTEN.search(mount.target) and not _OF_ONE.search(mount.source)
        return text, "warning" if written else "info"
    by_hand = _is_by_hand(mount.source, mount.target)
    if _is_file(mount):
        if is_env_file(mount.source):
            return f"The environment file {what} is not in the repository.", "info"
        brought = (by_hand and not has_kin(context, verdict.path)) or _is_brought(mount.source)
        text = f"The file {what} does not exist: Docker makes an empty folder of that name and mounts it."
        return text, "info" if brought else "error"
    parent = (posixpath.dirname(verdict.path) or ".") in context.inventory.folders
    level: Severity = "info"
    if not by_hand and not _FILLED_LATER.search(mount.source):
        read = _CONFIGURES.search(mount.target) or (mount.is_read_only and parent)
        level = "warning" if read or _is_slip(verdict) else "info"
    only = ", read-only" if mount.is_read_only else ""
    return f"The folder {what} does not exist: Docker mounts an empty one{only}.", level


def _is_brought(source: str) -> bool:
    """Whether a running system or the reader of a file brings what it mounts."""
    return bool(_FILLED.search(source) or _PLACEHOLDER.search(source))


def _is_slip(verdict: Verdict) -> bool:
    """Whether what is like a missing path lies beside it and is called nearly the same."""
    (parent, name), (other, near) = posixpath.split(verdict.path), posixpath.split(verdict.near)
    return (
        parent == other
        and not name.isdigit()
        and difflib.SequenceMatcher(None, name, near, autojunk=False).ratio() >= _SAME
    )


def _is_file(mount: Mount) -> bool:
    """Whether a mount is meant to be a file: a folder such as conf.d ends like one and is none."""
    source, target = mount.source, mount.target
    if source.endswith("/") or target.endswith("/"):
        return False
    ends = [match[1] if (match := _ENDING.search(path)) else "" for path in (source, target)]
    return bool(_FILE.search(target) or _NAMED_FILE.search(target) or (ends[0] and ends[0] == ends[1]))


def _is_by_hand(source: str, target: str) -> bool:
    """Whether a machine brings what is mounted: certificates, keys and passwords, but no settings that speak of them."""
    if _HIDDEN.search(f"{source}/"):
        return True
    return not _WRITTEN.search(source) and any(map(_BY_HAND.search, (source, target)))


def has_kin(context: Inspection, path: str) -> bool:
    """Whether git has files of the same kind beside a missing one, so that this one was forgotten."""
    folder, ending = posixpath.dirname(path) or ".", posixpath.splitext(path)[1]
    return any(
        (posixpath.dirname(other) or ".") == folder and posixpath.splitext(other)[1] == ending
        for other in context.below(folder)
        if other in context.inventory.tracked_set
    )
