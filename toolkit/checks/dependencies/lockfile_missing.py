"""Projects whose installs are decided anew each time."""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.advice import new_lock
from toolkit.checking import SubprojectCheck
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._lock_worth import is_of_another, is_pinned, worth
from toolkit.checks.dependencies._locking import locking
from toolkit.checks.dependencies._manifests import asked_at, line_of
from toolkit.checks.dependencies._requirements_installed import is_named
from toolkit.documents import gomod
from toolkit.expressions import regex
from toolkit.extension import ecosystem
from toolkit.installs import sole_user
from toolkit.model import Choice, Fix
from toolkit.packages import JAVASCRIPT_MANAGERS, LOCKS
from toolkit.places import folder_of, inside, join, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.extension import Ecosystem
    from toolkit.model import Finding, RunCommand, Subproject

_SINGLY = 3
"""Projects of one folder without a lock up to which each has a finding of its own."""
_EVERYWHERE = 8
"""Projects of the repository without a lock from which they are one finding, wherever they lie."""
_NAMED = 40
_REQUIRED = regex(r"(?m)^[ \t]*required_providers\s*\{")
_SOURCE = regex(r'(?m)^[^\S\n]*source\s*=\s*"(?!hashicorp/null")[\w.-]+/[\w./-]+"')
_CALLED = regex(r'(?m)^[^\S\n]*source\s*=\s*"(\.{1,2}/[^"]*)"')
_RESOURCE = regex(r'(?m)^[^\S\n]*resource\s+"(?!terraform_data")')
_SHOWN = regex(r'(?m)^[^\S\n]*source\s*=\s*"')
"""How a page says where a module is taken from."""
_LIBRARIES = frozenset({"modules", "module", "_modules", "tf-modules"})


class LockfileMissing(SubprojectCheck):
    """A project declares dependencies and has no lock.

    What it checks:
        Every subproject that has something to lock, by the rules of its own manager; members of a workspace have
        their root's lock. Also a lock that is there and that git ignores. Libraries (crates without a program,
        Python packages that are published, packages with nothing but peers or folders of the repository) are info, and so are examples, requirements files
        in which every line names one version or that nothing installs, packages whose ``.npmrc`` says ``package-lock=false``, and locks that a
        ``.gitignore`` names. One finding for the many of one folder, or of the whole repository, and for crates side by side.

    Why it matters:
        Every install resolves anew, so that CI, the image and each laptop may run other code, and yesterday's build
        cannot be repeated. ``npm ci``, ``--frozen-lockfile`` and ``--locked`` refuse to work at all.

    How to fix:
        Make the lock with the project's own manager (``npm install --package-lock-only``, ``cargo generate-lockfile`` ...; ``invoke lock PATH``
        runs the right one) and commit it. A lock of requirements helps where an install names it.

    Fix safety:
        Unsafe: making a lock chooses versions, and asks the registry.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Inspect every subproject, then roots of Terraform that only their providers tell."""
        yield from _summarized((*super().run(context), *self._terraform(context), *self._others(context)))

    def _others(self, context: Inspection) -> Iterator[Finding]:
        """Pipfiles, and modules of a workspace of Go that ask for others and have no checksums."""
        alone = {item.manifest for item in (*context.subprojects, *context.discovered.excluded)}
        for path in context.named("Pipfile"):
            if not context.is_file(f"{path}.lock"):
                text = "dependencies without a Pipfile.lock: every install may bring other versions"
                fix = Fix("pipenv lock, then commit it", "manual")
                yield self.finding(context, path, text, evidence="Pipfile", fixes=(fix,))
        for path, document in context.documents(
            (one for one in context.named("go.mod") if one not in alone), gomod.parse
        ):
            local = {item.module for item in document.replaces if item.is_local}
            asked = [item for item in document.requires if item.module not in local]
            folder = folder_of(path)
            held = any(context.is_file(inside(folder, name)) for name in ("go.sum", "vendor/modules.txt"))
            if asked and not held and not _has_work_sum(context, folder):
                text = f"{asked[0].module} is required and there is no go.sum: every go command refuses"
                fix = Fix("go mod tidy, then commit go.sum", "manual")
                yield self.finding(context, path, text, line=asked[0].line, evidence="go.mod", fixes=(fix,))

    def _terraform(self, context: Inspection) -> Iterator[Finding]:
        texts = {path: text_of(context, path) for path in context.inventory.tracked if path.endswith(".tf")}
        called = {join(folder_of(path), target) for path, text in texts.items() for target in _CALLED.findall(text)}
        known = {item.path for item in (*context.discovered.subprojects, *context.discovered.excluded)}
        told = set()
        for path, text in texts.items():
            folder = folder_of(path)
            parents = {part for up in upward(folder)[1:2] for part in [up.rpartition("/")[2]]}
            if folder in known or folder in called or folder in told or folder == "." or parents & _LIBRARIES:
                continue
            if _SHOWN.search(text_of(context, inside(folder, "README.md"))):
                continue  # a module that others call: their roots have the lock
            if not (_REQUIRED.search(text) and _SOURCE.search(text) and _RESOURCE.search(text)):
                continue
            if not context.is_file(inside(folder, ".terraform.lock.hcl")):
                told.add(folder)
                yield self.finding(
                    context,
                    path,
                    "providers are required and there is no .terraform.lock.hcl: every init may take other ones",
                    line=line_of(text, _REQUIRED.pattern.removeprefix("(?m)")),
                    evidence="required_providers",
                    fixes=(Fix("terraform init, then commit .terraform.lock.hcl", "manual"),),
                )

    def inspect(self, context: Inspection, subproject: Subproject) -> Iterator[Finding]:
        """Ask the ecosystem whether a frozen install is impossible for the lack of a lock."""
        page = text_of(context, inside(subproject.path, "README.md")) if subproject.family == "terraform" else ""
        if subproject.problem or _SHOWN.search(page):
            return
        if subproject.lockfile is not None:
            if not _is_tracked(context, subproject.lockfile) and context.inventory.ignored((subproject.lockfile,)):
                yield self._ignored(context, subproject, subproject.lockfile)
            return
        leaf = ecosystem(subproject.ecosystem)
        if not leaf.lacks_lock(context, subproject) or _has_another(context, subproject):
            return
        if is_of_another(context, subproject):
            return
        used, said = _installed_with(context, subproject)
        if used:
            leaf, subproject = (
                ecosystem(used),
                replace(subproject, ecosystem=used, choice=Choice(used, "installs", because=said)),
            )
        actions = () if used else _read_afterwards(context, subproject)
        ignored = [name for name in leaf.lockfiles[:1] if context.inventory.ignored((inside(subproject.path, name),))]
        title = f"make a lock with {used}, and commit it" if used else new_lock(context, subproject)
        title += f"; take {ignored[0]} out of .gitignore" if ignored else ""
        if _is_by_default(subproject):  # what installs it here is pip, which reads no lock of uv
            actions = ()
        if (subproject.ecosystem == "pip" or _is_by_default(subproject)) and not actions:
            title = f"write exact versions into {subproject.manifest}, or make a lock and let its installs take that"
        crate = inside(subproject.path, "Cargo.toml")
        manifest = crate if subproject.family == "rust" and context.is_file(crate) else subproject.manifest
        yield self.finding(
            context,
            manifest,
            _text(context, subproject, leaf) + (f"; .gitignore names {ignored[0]}" if ignored else ""),
            line=asked_at(context, manifest),
            evidence=f"{subproject.ecosystem}, chosen by {subproject.choice.why}",
            severity="info"
            if ignored and _is_meant(context, inside(subproject.path, ignored[0]))
            else worth(context, subproject),
            fixes=(Fix(title, "unsafe" if actions else "manual", actions),),
        )

    def _ignored(self, context: Inspection, subproject: Subproject, lock: str) -> Finding:
        return self.finding(
            context,
            subproject.manifest,
            f"{lock} is here and git ignores it: no clone has it",
            evidence="git check-ignore",
            fixes=(Fix(f"git add --force {lock}, and take it out of .gitignore", "manual"),),
        )


def _is_by_default(subproject: Subproject) -> bool:
    return subproject.family == "python" and subproject.choice.why.startswith("default")


def _read_afterwards(context: Inspection, subproject: Subproject) -> tuple[RunCommand, ...]:
    """The command that makes a lock; none for a lock of requirements that no install names: nobody would read it."""
    actions = locking(context, subproject)
    if subproject.ecosystem == "pip" and subproject.manifest.endswith(".txt"):
        return tuple(one for one in actions if is_named(context, one.changes))
    return actions


def _installed_with(context: Inspection, subproject: Subproject) -> tuple[str, str]:
    """Another manager than the default that alone installs a package of which nothing says whose it is, and what shows it; both empty without."""
    if subproject.family != "javascript" or subproject.choice.rule != "default":
        return "", ""
    used, said = sole_user(context, JAVASCRIPT_MANAGERS, {subproject.path, *subproject.members})
    return ("", "") if used == subproject.ecosystem else (used, said)


def _is_meant(context: Inspection, lock: str) -> bool:
    """Whether a ``.gitignore`` names the lock itself: somebody decided that; a ``*.lock`` is a slip."""
    name = posixpath.basename(lock)
    rules = (text_of(context, inside(up, ".gitignore")) for up in upward(folder_of(lock)))
    return any(line.strip().rstrip("/").rpartition("/")[2] == name for text in rules for line in text.splitlines())


def _has_work_sum(context: Inspection, folder: str) -> bool:
    return any(context.is_file(inside(up, "go.work.sum")) for up in upward(folder))


def _summarized(found: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for the many projects of one folder and manager that all keep no lock: that is one decision."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    found = list(found)
    alike = Counter((one.severity, one.message) for one in found)
    for one in found:
        many = alike[one.severity, one.message] > _EVERYWHERE
        top = one.path.partition("/")[0] if "/" in one.path and not many else "."
        groups.setdefault((top, one.severity, one.message), []).append(one)
    for (_, _, message), members in groups.items():
        around = posixpath.commonpath([folder_of(folder_of(one.path)) for one in members]) or "."
        first = members[0]
        beside = first.evidence.startswith("cargo,") and len({folder_of(folder_of(one.path)) for one in members}) == 1
        if len(members) <= (1 if beside else _SINGLY):
            yield from members
            continue
        names = ", ".join(one.path for one in members[:_NAMED]) + (", ..." if len(members) > _NAMED else "")
        text = f"{message} ({len(members)} projects{'' if around == '.' else f' below {around}'})"
        fix = _of_each(members)
        if beside:
            fix = replace(fix, title=f"{fix.title}; or join them in one workspace, which has one lock")
        yield replace(first, message=text, evidence=names, fixes=(fix,))


def _of_each(members: list[Finding]) -> Fix:
    """The fixes of several findings as one; left to a person where one of them is."""
    fixes = [fix for one in members for fix in one.fixes[:1]]
    actions = tuple(action for fix in fixes for action in fix.actions)
    title = f"{fixes[0].title.partition('; ')[0]}, and the same for each of the others"
    title += "".join(sorted({f"; {fix.title.partition('; ')[2]}" for fix in fixes} - {"; "}))
    return Fix(title, "unsafe", actions) if all(fix.actions for fix in fixes) else Fix(title, "manual")


def _text(context: Inspection, subproject: Subproject, leaf: Ecosystem) -> str:
    if subproject.family == "python" and is_pinned(context, subproject.manifest):
        return (
            "no lock for what the pinned requirements need themselves: every install may bring other versions of that"
        )
    if _is_by_default(subproject):
        return "dependencies without exact versions, and no lock: every install may bring other ones"
    if subproject.ecosystem == "pip":
        return "requirements without exact versions, and no lock: every install may bring other ones"
    lock = f"a {leaf.lockfiles[0]}" if leaf.lockfiles else "a lock"
    return f"dependencies without {lock}: every install may bring other versions, and a frozen one fails"


def _is_tracked(context: Inspection, path: str) -> bool:
    return path in context.inventory.tracked_set


def _has_another(context: Inspection, subproject: Subproject) -> bool:
    """A lock of another manager: that they disagree is the finding of ``package-manager-drift``."""
    manifests = {subproject.manifest.rpartition("/")[2], "package.json", "pyproject.toml"}
    kin = [name for name, owners in LOCKS.items() if manifests & set(owners) and _same_family(name, subproject)]
    if subproject.family == "javascript" and '"packageJson"' in text_of(context, inside(subproject.path, "deno.lock")):
        return True  # Deno installs what the package.json beside asks for
    return any(context.is_file(inside(subproject.path, name)) for name in kin)


def _same_family(lock: str, subproject: Subproject) -> bool:
    javascript = LOCKS[lock][0] == "package.json"
    python = LOCKS[lock][0] in ("pyproject.toml", "Pipfile")
    return (javascript and subproject.family == "javascript") or (python and subproject.family == "python")
