"""See :class:`TerraformArtifactMismatch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checking import Check
from toolkit.checks.references._artifacts import elsewhere, idle_build, is_moved
from toolkit.checks.references._repair import by_hand
from toolkit.checks.references._terraform.modules import reported
from toolkit.checks.references._terraform.paths import corrected, named, produced
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.modules import Module
    from toolkit.checks.references._terraform.paths import Named
    from toolkit.model import Finding


class _Made(NamedTuple):
    """What a build makes in place of what is read: by which command, the path, and whether it bears the same name."""

    command: str
    near: str
    same: bool


class TerraformArtifactMismatch(Check):
    """Terraform expects a build output at a place where the build does not write it.

    What it checks: Paths that Terraform reads, below folders whose content follows from a package's build: ``tsc`` with
        ``outDir``, ``rootDir`` and ``include``; ``esbuild``, ``wrangler``, ``rollup``, ``ncc``, ``bun`` and scripts that call them,
        with their output options; the folders of ``vite``, ``tsup`` and ``webpack``; and
        outputs of a package that builds none (``wrangler deploy`` bundles for itself). What a script or
        workflow copies to the path is left alone.
    Why it matters: ``terraform apply`` stops although the build succeeded; or it deploys what an earlier build left there.
    How to fix: Write the path that the build makes; or set ``rootDir`` so that it makes the expected one.
    Fix safety: Unsafe. The path is replaced by the output of the same name.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            for one in named(context, module):
                if one.path and one.path not in produced(context):
                    found = self._judged(context, module, one)
                    if found is not None and not is_moved(context, one.path):
                        yield found

    def _judged(self, context: Inspection, module: Module, one: Named) -> Finding | None:
        verdict = resolve(context, one.path)
        if verdict.kind not in ("missing", "ignored", "built"):
            return None
        if verdict.kind == "missing" and verdict.command:
            same = verdict.near.rpartition("/")[2] == one.path.rpartition("/")[2]
            made = _Made(f"`{verdict.command}` in {verdict.producer}", verdict.near, same)
            return self._elsewhere(context, module, one, made)
        other = elsewhere(context, one.path)
        if other is None:
            return self._idle(context, module, one) if verdict.kind == "ignored" else None
        return self._elsewhere(context, module, one, _Made(f"`{other[0].command}`", other[0].path, other[1]))

    def _idle(self, context: Inspection, module: Module, one: Named) -> Finding | None:
        idle = idle_build(context, one.path)
        if idle is None:
            return None
        why = (
            f"and the build of {idle[0]} (`{idle[1]}`) makes nothing"
            if idle[1]
            else f"which git ignores and no script of {idle[0]} makes"
        )
        return self.finding(
            context,
            module.path,
            f"{one.what} reads {one.path}, {why}: the plan stops.",
            line=one.line,
            evidence=one.written,
            severity="warning",
            fixes=by_hand(f"let the build of {idle[0]} make {one.path}, or read another file"),
        )

    def _elsewhere(self, context: Inspection, module: Module, one: Named, made: _Made) -> Finding:
        """What is read, and what the build makes instead."""
        command, near, same = made
        makes = f"makes {near}" if same else f"does not make it, but {near} and the like"
        return self.finding(
            context,
            module.path,
            f"{one.what} reads {one.path}; {command} {makes}: the plan stops.",
            line=one.line,
            evidence=one.written,
            severity="error" if same else "warning",
            fixes=(corrected(context, module, one, near) if same else ())
            or by_hand(f"let {command} make {one.path}, or read {near if same else 'what it makes'} in its place"),
        )
