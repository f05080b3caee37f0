"""Programs that jobs and hooks fetch by a name under which the registry has another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._packages import all_packages
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._scripts.programs import OF_OTHER_NAMES, holds
from toolkit.expressions import regex
from toolkit.packages import KINDS, TEXT_LOCKS
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_fetchers"]

_RUN_BY_MACHINES = regex(
    r"(?:^|/)(?:\.github/(?:workflows|actions)/[^\n]+\.ya?ml|\.woodpecker(?:/[^\n]+)?\.ya?ml|\.gitlab-ci\.yml|\.circleci/config\.yml"
    r"|bitbucket-pipelines\.yml|\.(?:husky|githooks)/[\w-]+)$"
)
_FETCHES = regex(
    r"\b(?P<fetcher>npx|bunx|pnpx|pnpm dlx|yarn dlx|bun x)(?P<options>(?:[ \t]+-[\w-]+)*)[ \t]+(?P<name>[a-z][\w-]*)(?:@[\w.^~-]+)?(?![\w./@-])"
)
_NOT_RUN = regex(r"#|\becho\b|\bprintf\b|^\s*-?\s*name:")
_PLAIN = frozenset({"-y", "--yes", "--bun", "-q", "--quiet", "--silent"})


def of_fetchers(context: Inspection) -> Iterator[Fault]:
    """One fault for each program that no manifest asks for, no lock holds and no job installs before."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for path in context.inventory.tracked if context.focus is None else sorted(context.focus):
        text = text_of(context, path, errors="replace") if _RUN_BY_MACHINES.search(path) else ""
        for match in _FETCHES.finditer(text):
            wanted = OF_OTHER_NAMES.get(match["name"], [])
            spoken = any(one in text for one in (*wanted, f"setup-{match['name']}"))
            before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            plain = _PLAIN.issuperset(match["options"].split()) and not _NOT_RUN.search(before)
            if wanted and plain and not spoken:
                place = (path, line_at(text, match.start()), match["fetcher"])
                found.setdefault(match["name"], []).append(place)
    for name, places in found.items():
        if _is_a_stranger(context, name):
            (path, line, fetcher), needed = places[0], OF_OTHER_NAMES[name][0]
            said = (
                f"{fetcher} {name} runs another program: no manifest asks for {needed},"
                f" and {fetcher} fetches what the registry has under the name {name}."
            )
            todo = f"add {needed} to the manifest of the root and lock again, or write {fetcher} {needed}"
            yield Fault(path, line, said, ", ".join(f"{one}:{at}" for one, at, _ in places), todo)


def _is_a_stranger(context: Inspection, name: str) -> bool:
    """Whether there is a lock, none holds a package that has the program, and no manifest asks for one or has the program itself."""
    wanted = OF_OTHER_NAMES[name]
    locks = sorted(context.inventory.named(*TEXT_LOCKS))
    packages = all_packages(context)
    asked = any(one in table(package.data, kind) for package in packages for kind in KINDS for one in wanted)
    own = any(name in table(package.data.get("bin")) or package.data.get("name") == name for package in packages)
    unread = "bun.lockb" in context.inventory.by_name
    return (
        bool(locks) and not unread and not asked and not own and not any(holds(context, lock, wanted) for lock in locks)
    )
