"""See :class:`TerraformArtifactMismatch`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._terraform import corrected, named, produced, reported
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection
    from toolkit.model import Finding


class TerraformArtifactMismatch(Check):
    """Terraform expects a build output at a place where the build does not write it.

    What it checks: Paths that Terraform reads, below folders whose content follows from a package's build: ``tsc`` with
        ``outDir``, ``rootDir`` and ``include``, ``esbuild`` and ``wrangler`` with their output options.
    Why it matters: ``terraform apply`` stops although the build succeeded; or it deploys what an earlier build left there.
    How to fix: Write the path that the build makes; or set ``rootDir`` so that it makes the expected one.
    Fix safety: Unsafe. The path is replaced by the output of the same name.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            for one in named(module):
                if not one.path or one.path in produced(context):
                    continue
                verdict = resolve(context, one.path)
                if verdict.kind != "missing" or not verdict.command:
                    continue
                same = verdict.near.rpartition("/")[2] == one.path.rpartition("/")[2]
                makes = f"makes {verdict.near}" if same else f"does not make it, but {verdict.near} and the like"
                yield self.finding(
                    context,
                    module.path,
                    f"{one.what} reads {one.path}; `{verdict.command}` in {verdict.producer} {makes}: the plan stops.",
                    line=one.line,
                    evidence=one.written,
                    severity="error" if same else "warning",
                    fixes=corrected(context, module, one, verdict.near) if same else (),
                )
