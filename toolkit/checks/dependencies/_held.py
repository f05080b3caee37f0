"""What is known of a package that is imported and not declared, and what that is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from toolkit.model import Severity

__all__ = ["APART", "BROUGHT_BY_NOTHING", "LEANS", "LESS", "LOWER", "ORDER", "SEVERITIES", "TEXTS", "TODO", "Held"]

Held = Literal[
    "no",
    "dropped",
    "isolated",
    "transitive",
    "tested",
    "trial",
    "unknown",
    "types",
    "linked",
    "above",
    "shown",
    "homeless",
    "kept",
    "shipped",
    "developed",
]
"""Whether the lock has the package although no manifest asks for it; ``isolated``: it has, and the manager links nothing
that a package does not declare; ``tested``: only tests need it; ``trial``: they do, and nothing is known to bring it; ``types``: nothing brings it, and only types are taken;
``linked``: another member of the workspace, which hoisting puts within reach; ``above``: the workspace's root alone declares it;
``dropped``: the lock has it of a manifest that declared it once, and nothing else asks for it; ``shown``: only an example needs it; ``homeless``: the source lies
where members of the workspace do, in a folder without a manifest; ``kept``: it lies in an archive; ``developed``: the manifest asks for it in a group of development; ``shipped``: and something installs without that."""
ORDER: tuple[Held, ...] = (
    "no", "dropped", "shipped", "developed", "isolated", "unknown", "transitive", "types", "tested", "trial", "linked", "above", "homeless", "shown", "kept",
)  # fmt: skip
APART = frozenset({"above", "homeless", "kept"})
"""What is told place by place, and not package by package."""
SEVERITIES: dict[Held, Severity] = {
    "no": "error", "dropped": "error", "isolated": "error", "unknown": "warning", "transitive": "warning", "types": "warning",
    "tested": "info", "trial": "info", "linked": "info", "shown": "info", "above": "info", "homeless": "warning", "kept": "info",
    "shipped": "error", "developed": "warning",
}  # fmt: skip
LOWER: dict[Severity, Severity] = {"error": "warning", "warning": "info"}
BROUGHT_BY_NOTHING = frozenset({"no", "dropped", "unknown"})
LEANS = frozenset({"isolated", "transitive"})
TEXTS: dict[Held, str] = {
    "no": "{name} is imported, and {manifest} does not declare it: a clean install lacks it",
    "isolated": "{name} is imported and {manifest} does not declare it: another dependency brings it, but into a folder from which this package loads nothing",
    "transitive": "{name} is imported and {manifest} does not declare it: it is here only as long as another dependency brings it",
    "tested": "{name} is imported and {manifest} does not declare it: it is here only as long as another dependency brings it",
    "trial": "{name} is imported by tests, and {manifest} does not declare it",
    "dropped": "{name} is imported, and {manifest} does not declare it: nothing else asks for it, the lock has it from before",
    "unknown": "{name} is imported, and {manifest} does not declare it",
    "shown": "{name} is imported by what is only shown, and {manifest} does not declare it",
    "types": "types of {name} are imported, and {manifest} does not declare it: the compiler does not find them",
    "above": "{count} times a member imports a package that the root's manifest alone declares, the first of them {name}: a deploy or an image of the member by itself lacks it",
    "homeless": "{place} lies among the members of the workspace without a package.json: {manifest} is the next one above, and does not declare {names}, which its sources import",
    "kept": "what is only kept in {place} imports {names}, which its manifests do not declare",
    "shipped": "{name} is imported, and {manifest} asks for it for development only: {place} installs without that",
    "developed": "{name} is imported, and {manifest} asks for it for development only: an install without that lacks it",
    "linked": "{name} is a member of this workspace, and {manifest} does not declare it: builds do not know that they depend on it",
}
TODO: dict[Held, str] = {
    "above": "declare each in the manifest of the member that imports it",
    "homeless": "give {place} a package.json that declares them, or remove it",
    "types": "add to {manifest} what has the types of {names}, then lock again, or correct the import",
    "shipped": "move {names} to the dependencies of {manifest}, then lock again",
    "developed": "move {names} to the dependencies of {manifest}, then lock again",
    "kept": "declare them before anybody takes it up again, or remove it",
}
LESS: dict[Held, Held] = {"transitive": "tested", "isolated": "transitive", "dropped": "unknown", "no": "unknown"}
"""What counts less where few or none run the source."""
