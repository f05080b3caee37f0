"""Where a path that a script of a build names may lie, and the verdict on it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._makefiles import including
from toolkit.checks.references._scripts.makes import may_bring
from toolkit.checks.references._scripts.rows import Row, is_cloud_build
from toolkit.checks.references._scripts.text import DEFAULT, ROOT
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import path_from, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.references import Verdict

__all__ = ["bases", "is_made_or_given", "judged", "there_of"]

_ODD = regex(r"[$`{}<>\\\[\]|!%,:'\"()]|^[~/-]|(?:^|/)(?:__[A-Z][A-Z0-9_]*__|@[A-Z][A-Z0-9_]*@)(?:/|$)")
"""What is no plain path, or holds a mark that somebody puts a value in place of."""
_GLOB = regex(r"[*?]")
_MADE = regex(
    r"(?:^|/)(?:dist|build|out(?:puts?)?|target|_*generated_*|node_modules|coverage|_?site|bin|tmp|temp|artifacts?|release|\.next|\.venv|venv|env|logs?|data|backups?"
    r"|certs?|ssl|keys|secrets?|credentials|uploads?|cache|public|\.[\w-]+)(?:/|$)"
)
"""Folders that builds, people and programs fill."""
_BY_HAND = regex(
    r"(?i)(?:^|/)(?:\.env[\w.-]*|[\w.-]*\.env|kubeconfig|id_(?:rsa|ed25519)\S*|[\w.-]*(?:secret|credential|backup|dump|keypair|service-?account)[\w.-]*)$"
    r"|\.(?:log|pem|key|crt|cer|p12|pfx|jks|kdbx|tfvars|tfstate|tfplan|plan|pid|sock|lock|gz|tgz|tar|zip|xz|jar|war|whl|wasm|so|exe|apk|ipa|aab|deb|rpm"
    r"|onnx|pt|bin|engine|sqlite3?|db|csv|parquet|out|tmp|bak|dump)$"
)
"""What people and programs make, and no repository holds."""
_EXAMPLE = regex(r"(?i)[._-](?:example|sample|template|tpl|dist)$")
_SUBMIT = regex(r"\bbuilds submit\b")


def judged(context: Inspection, path: str, rows: list[Row], kind: str, text: str) -> Verdict | None:
    """The verdict on a path that the last of some commands needs; ``None`` where it is there, may be, or cannot be told."""
    if text.replace(DEFAULT, "").startswith("/"):
        return None
    whole = posixpath.join(rows[-1].cwd or "$", text).replace(DEFAULT, "")
    certain, written = ROOT in whole, whole
    whole = whole.rpartition(ROOT)[2].lstrip("/") if certain else whole
    if _GLOB.search(whole):
        whole = posixpath.dirname(_GLOB.split(whole, maxsplit=1)[0] + "x")
        kind = "folder"
    if _ODD.search(whole) or not whole.strip("./") or text == "-":
        return None
    starts = bases(context, path, ROOT if certain else whole)
    paths = [path_from(base, whole) for base in starts]
    if certain and _is_made_from_above(context, path):
        paths += [posixpath.relpath(whole, posixpath.dirname(path))]
        starts += (".",)
    listed = context.inventory
    if (
        not paths
        or any(one in listed.tracked_set or one in listed.folders for one in paths)
        or (not certain and _is_somewhere(context, whole))
    ):
        return None
    if kind == "compose" and posixpath.basename(whole) not in context.inventory.by_name:
        return None  # compose-reference-missing tells of a name that nothing has
    pairs = zip(starts, paths, strict=True)
    # Where nothing of it is, the script is started at the root rather than in its own folder.
    best = max(reversed(tuple(pairs)), key=lambda one: len(there_of(context, one[1])) - len(one[0].strip(".")))[1]
    first = best[len(there_of(context, best)) :].lstrip("/").partition("/")[0]
    if is_made_or_given(best) or may_bring(rows[:-1], first, posixpath.normpath(written)):
        return None
    verdicts = {one: resolve(context, one) for one in paths}
    fine = any(one.kind != "missing" or one.command for one in verdicts.values())
    return None if fine or any(_is_compiled(context, one) for one in paths) else verdicts[best]


def _is_compiled(context: Inspection, path: str) -> bool:
    """Whether a script of JavaScript has its source beside the place where it is looked for: an image may hold what became of it."""
    stem, ending = posixpath.splitext(path)
    return ending in (".js", ".mjs", ".cjs") and any(
        context.is_file(f"{stem}.{other}") for other in ("ts", "mts", "cts")
    )


def is_made_or_given(path: str) -> bool:
    """Whether a path is one that builds, people and programs make, and that no repository holds."""
    return _MADE.search(path) is not None or (_BY_HAND.search(path) is not None and not _EXAMPLE.search(path))


def bases(context: Inspection, path: str, place: str) -> tuple[str, ...]:
    """The folders that a place in a file may count from; none where it is a part of Makefiles that nothing is known to include."""
    around = upward(posixpath.dirname(path) or ".")
    if ROOT in place:
        return (".", *around[:-1], *_submitted(context)) if is_cloud_build(path) else (".",)
    if not path.endswith(".mk"):
        return around
    started = including(context, path)
    return tuple(dict.fromkeys((*sorted(started), *around))) if started else ()


@once_a_run
def _submitted(context: Inspection) -> tuple[str, ...]:
    """The folders that somebody sends to Cloud Build: its steps run in them, wherever their file lies."""
    words = {
        word.strip("\"'/").removeprefix("./")
        for _, line in lines(context, _SUBMIT, "builds submit")
        for word in line.split()
    }
    return tuple(sorted(words & set(context.inventory.folders)))


@once_a_run
def _is_made_from_above(context: Inspection, path: str) -> bool:
    """Whether somebody names a Makefile with ``-f`` from the root: make does not change into its folder."""
    named = re.compile(rf"\bmake\b[^\n]{{0,80}}(?:-f|--file|--makefile)[ =](?:\./)?{re.escape(path)}(?![\w./-])")
    return "/" in path and "akefile" in path and any(lines(context, named, path))


def _is_somewhere(context: Inspection, whole: str) -> bool:
    """Whether anything of the repository ends in a path: who starts the script may stand anywhere."""
    clean = posixpath.normpath(whole)
    while clean.startswith("../"):
        clean = clean[3:]
    names = context.inventory.by_name.get(posixpath.basename(clean), ())
    return any(f"/{one}".endswith(f"/{clean}") for one in (*names, *context.inventory.folders))


def there_of(context: Inspection, path: str) -> str:
    """The part of a missing path that is there."""
    folders = context.inventory.folders
    return next((one for one in upward(posixpath.dirname(path) or ".") if one != "." and one in folders), "")
