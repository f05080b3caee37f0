"""Which cloud provider keeps a folder, and how that was told.

Only the folder itself and its ancestors are asked for extended attributes: on other items each answer may
be a round trip through the provider's daemon.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.system import darwin, process
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Owner", "identify"]

ICLOUD = "iCloud Drive"
DESKTOP = "iCloud Drive (Desktop & Documents)"
_BY_DOMAIN = (
    ("com.apple.CloudDocs", ICLOUD),
    ("com.microsoft.OneDrive", "OneDrive"),
    ("com.getdropbox", "Dropbox"),
    ("com.google.drivefs", "Google Drive"),
    ("com.box", "Box"),
    ("com.nextcloud", "Nextcloud"),
)
_BY_FOLDER = {"OneDrive": "OneDrive", "GoogleDrive": "Google Drive", "Dropbox": "Dropbox", "Box": "Box"}
_MOBILE_DOCUMENTS = "Library/Mobile Documents"
_CLOUD_STORAGE = "Library/CloudStorage"


@frozen
class Owner:
    """Who keeps a folder.

    Args:
        name: the provider, for a person.
        told_by: the path, attribute or setting that says so.
        top: the uppermost folder of the synced tree, as far as it could be told.
        legacy_dropbox: it is a Dropbox folder that is no File Provider domain and has marks of its own.
    """

    name: str
    told_by: str
    top: str
    legacy_dropbox: bool = False

    @property
    def is_icloud(self) -> bool:
        """Whether Apple's ``brctl`` may know its paths."""
        return self.name in (ICLOUD, DESKTOP)


def identify(
    folder: Path, home: Path, attribute: Callable[[str, str], bytes | None] = darwin.attribute
) -> Owner | None:
    """The provider that keeps a folder; ``None`` if nothing says that one does.

    Args:
        folder: absolute; need not exist, then its nearest ancestor that does decides.
        home: the user's home folder.
        attribute: reads an extended attribute of a path.
    """
    for path in dict.fromkeys((os.path.abspath(folder), os.path.realpath(folder))):
        ancestors = [item for item in _upward(path) if os.path.lexists(item)]
        found = _by_path(path, os.fspath(home)) or _by_attribute(ancestors, attribute, os.fspath(home))
        if found is not None:
            return found
        found = _by_dropbox_settings(path, home) or _by_finder_settings(path, home)
        if found is not None:
            return found
    return None


def _upward(path: str) -> Iterator[str]:
    while True:
        yield path
        parent = os.path.dirname(path)
        if parent == path:
            return
        path = parent


def _by_path(path: str, home: str) -> Owner | None:
    for place, name in ((_MOBILE_DOCUMENTS, ICLOUD), (_CLOUD_STORAGE, "")):
        top = f"{home}/{place}/"
        if path.startswith(top):
            first = path[len(top) :].split("/", 1)[0]
            provider = name or _BY_FOLDER.get(first.split("-", 1)[0], first.split("-", 1)[0])
            return Owner(provider, f"its path below ~/{place}", top + first)
    return None


def _by_attribute(ancestors: list[str], attribute: Callable[[str, str], bytes | None], home: str) -> Owner | None:
    for path in ancestors:
        value = attribute(path, darwin.DOMAIN)
        if value is not None:
            domain = value.decode("utf-8", "replace")
            name = next((name for prefix, name in _BY_DOMAIN if domain.startswith(prefix)), domain.split("/", 1)[0])
            if name == ICLOUD and path in (f"{home}/Documents", f"{home}/Desktop"):
                name = DESKTOP
            return Owner(name, f"{darwin.DOMAIN} on {_short(path, home)}", path)
        for mark in darwin.DETACHED:
            if attribute(path, mark) is not None:
                return Owner(DESKTOP, f"{mark} on {_short(path, home)}", path)
    return None


def _by_dropbox_settings(path: str, home: Path) -> Owner | None:
    """Dropbox before its File Provider mode keeps its folders in a file of its own."""
    try:
        accounts = json.loads((home / ".dropbox" / "info.json").read_bytes())
        folders = [str(account["path"]) for account in accounts.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    for folder in folders:
        if path == folder or path.startswith(folder + "/"):
            return Owner("Dropbox", "~/.dropbox/info.json", folder, legacy_dropbox=True)
    return None


def _by_finder_settings(path: str, home: Path) -> Owner | None:
    """The last resort on a Mac whose folders bear no mark: Finder's own note that it redirected them."""
    if not darwin.available():
        return None
    for name, setting in (("Desktop", "FXICloudDriveDesktop"), ("Documents", "FXICloudDriveDocuments")):
        top = f"{home}/{name}"
        if path == top or path.startswith(top + "/"):
            done = process.run(Command(("defaults", "read", "com.apple.finder", setting), home, timeout_s=5))
            if done.ok and done.text.strip() == "1":
                return Owner(DESKTOP, f"{setting} in Finder's settings", top)
    return None


def _short(path: str, home: str) -> str:
    return "~" + path[len(home) :] if path == home or path.startswith(home + "/") else path
