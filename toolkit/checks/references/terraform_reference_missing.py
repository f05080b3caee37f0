"""See :class:`TerraformReferenceMissing`."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._artifacts import elsewhere, idle_build, is_moved
from toolkit.checks.references._causes import by_cause, owner_of_output
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._repair import by_hand
from toolkit.checks.references._scripts.texts import mentioned
from toolkit.checks.references._terraform.commands import of_commands
from toolkit.checks.references._terraform.modules import reported
from toolkit.checks.references._terraform.names import of_arguments, of_names, of_repetitions, of_values
from toolkit.checks.references._terraform.paths import callers, corrected, is_rooted, named, produced
from toolkit.checks.references._terraform.programs import programs
from toolkit.checks.references._terraform.templates import of_templates
from toolkit.expressions import regex
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.modules import Module
    from toolkit.checks.references._terraform.paths import Named
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_MADE = regex(r"\.(zip|jar|tar\.gz|tgz|wasm|exe|gz)$|(^|/)(dist|build|out|bin|target|\.build|artifacts?|packages?)/")
_SECRET = regex(
    r"\.(pem|key|pub|crt|cer|p12|pfx|kubeconfig)$|(credential|secret|service[-_]?account|(^|/)sa|key)[\w-]*\.json$|(^|/)(\.ssh|secrets?|credentials?|keys?|certs?)(/|$)"
)
_SINGLY = 3
"""Modules or packages that one folder lacks up to which each call of a file has a finding of its own."""


class TerraformReferenceMissing(Check):
    """Terraform reads a file, calls a module or uses a name that is not there.

    What it checks: Paths in ``file``, ``templatefile`` and their kin, sources of archives and workers, scripts that are run, contexts of images, and modules whose
        source is a path, with ``path.module``, ``path.root``, plain locals, ``join`` and ``format`` filled in. Files that a build or Terraform itself
        makes, and calls guarded by ``fileexists`` or ``try``, are left alone; a build whose folder is gone makes nothing. All
        that is missing below one folder that is gone is told once. Also variables, locals, modules, their arguments and
        outputs, resources and data sources that are used and not declared, or declared twice, as is the place of the state; names that a template fills in and its call does not
        give; values of ``.tfvars`` without a variable; and
        files and folders that commands of scripts and workflows give to Terraform.
    Why it matters: ``terraform plan`` stops, for the whole root module.
    How to fix: Correct the path or commit the file.
    Fix safety: Unsafe. A path or a name is replaced by the only one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            paths = (*named(context, module), *programs(module))
            judged = [(one, resolve(context, one.path)) for one in paths if _is_asked(context, one)]
            missing = [pair for pair in judged if self._is_missing(context, module, *pair)]
            for (one, verdict), others in by_cause(context, missing, _causes(context, [one for one, _ in missing])):
                yield self._told(context, module, one, verdict, tuple(other for other, _ in others))
            for one, verdict in judged:
                if one.what.startswith("module ") and verdict.kind == "exists" and not _is_module(context, one.path):
                    yield self._empty(context, module, one)
                elif verdict.kind == "ignored" and not (
                    owner_of_output(context, one.path) or _is_mismatch(context, one)
                ):
                    yield self._ignored(context, module, one)
        for look in (of_names, of_repetitions, of_arguments, of_templates, of_values, of_commands):
            for what in look(context):
                yield finding_of(self, context, what, inner=True)

    def _is_missing(self, context: Inspection, module: Module, one: Named, verdict: Verdict) -> bool:
        if verdict.kind in ("ignored", "missing") and owner_of_output(context, one.path):
            return True
        if verdict.kind == "missing" and elsewhere(context, one.path) is not None and not is_moved(context, one.path):
            return False  # told as what the build makes instead
        rooted = is_rooted(one.written) and not one.what.startswith("module ")
        return verdict.kind == "missing" and not verdict.command and not (rooted and _from_caller(context, module, one))

    def _ignored(self, context: Inspection, module: Module, one: Named) -> Finding:
        return self.finding(
            context,
            module.path,
            f"{one.what} reads {one.written}, which git ignores: it has to be made before the plan.",
            line=one.line,
            severity="info",
            fixes=by_hand(f"say in a script or the README how to make {one.path}"),
        )

    def _empty(self, context: Inspection, module: Module, one: Named) -> Finding:
        return self.finding(
            context,
            module.path,
            f"{one.what} calls {one.written}, which holds no Terraform file: the plan stops.",
            line=one.line,
            evidence=f"{one.path}: {', '.join(posixpath.basename(item) for item in context.below(one.path)[:5])}",
            fixes=by_hand(f"write the module in {one.path}, or correct the source of {one.what}"),
        )

    def _told(
        self, context: Inspection, module: Module, one: Named, verdict: Verdict, others: tuple[Named, ...]
    ) -> Finding:
        name = posixpath.basename(one.path)
        made = bool(_MADE.search(one.path))
        level: Severity = "error"
        if owner_of_output(context, one.path):
            level = "error"
        elif made or (_SECRET.search(one.path) and not verdict.near):
            level = "info" if mentioned(context, name, besides=module.path) else "warning"
        elif one.what == "fileset" or (
            is_rooted(one.written) and one.path.startswith(f"{module.folder}/") and module.folder in callers(context)
        ):
            level = "warning"
        hint = f"; {verdict.near} is there" if verdict.near and not others else ""
        root = lost_part(context, one.path)
        todo = (
            f"bring {root} back, or correct the path" if root != one.path else f"commit {one.path}, or correct the path"
        )
        if made and not owner_of_output(context, one.path):
            todo = f"let a step before the plan make {one.path}, and say so in the README"
        hint = f", because {root} does not exist" if root != one.path else hint
        count = f"{len(others)} others" if others[1:] else "one other"
        more = f" So {'do' if others[1:] else 'does'} {count} of this file." if others else ""
        what = "calls" if one.what.startswith("module ") else "reads"
        effect = "it finds nothing" if one.what == "fileset" else "the plan stops"
        return self.finding(
            context,
            module.path,
            f"{one.what} {what} {one.written}, which does not exist{hint}: {effect}.{more}",
            line=one.line,
            evidence="; ".join(
                [f"{verdict.path} {verdict.why}", *(f"line {other.line}: {other.path}" for other in others[:8])]
            ),
            severity=level,
            fixes=(corrected(context, module, one, verdict.near) if verdict.sure and not others else ())
            or by_hand(todo),
        )


def _causes(context: Inspection, missing: list[Named]) -> Callable[[tuple[Named, Verdict]], str]:
    """What tells the cause of a missing path: many modules, or packages to be built, that one folder lacks were never written."""
    lost = {
        one.path: one.path if one.what.startswith("module ") else owner_of_output(context, one.path) for one in missing
    }
    homes = Counter(posixpath.dirname(folder) for folder in set(lost.values()) if folder)

    def of(pair: tuple[Named, Verdict]) -> str:
        folder = lost[pair[0].path]
        home = posixpath.dirname(folder)
        return f"{home}/*" if folder and homes[home] > _SINGLY else pair[0].path

    return of


def _is_mismatch(context: Inspection, one: Named) -> bool:
    """Whether the build of a path's package makes something else, or nothing, which is told as that."""
    return not is_moved(context, one.path) and (
        idle_build(context, one.path) is not None or elsewhere(context, one.path) is not None
    )


def _is_asked(context: Inspection, one: Named) -> bool:
    return bool(one.path) and one.path not in produced(context)


def _is_module(context: Inspection, folder: str) -> bool:
    """Whether a folder holds a module; one that is a submodule is not looked into."""
    if folder not in context.inventory.folders or not context.below(folder):
        return True
    files = (path for path in context.below(folder) if posixpath.dirname(path) == folder.removeprefix("."))
    return any(path.endswith((".tf", ".tofu", ".tf.json")) for path in files)


def _from_caller(context: Inspection, module: Module, one: Named) -> bool:
    """Whether a path that counts from the applied module exists from one that calls this module."""
    tail = posixpath.relpath(one.path, module.folder)
    return any(
        resolve(context, tail, folder).kind not in ("missing", "outside")
        for folder in callers(context).get(module.folder, ())
    )
