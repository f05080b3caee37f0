"""See :class:`TerraformReferenceMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._scripts import mentioned
from toolkit.checks.references._terraform import callers, corrected, is_rooted, named, produced, reported
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform import Module, Named
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_MADE = re.compile(
    r"\.(zip|jar|tar\.gz|tgz|wasm|exe|gz)$|(^|/)(dist|build|out|bin|target|\.build|artifacts?|packages?)/"
)
_SECRET = re.compile(
    r"\.(pem|key|pub|crt|cer|p12|pfx|kubeconfig)$|(credential|secret|service[-_]?account|(^|/)sa|key)[\w-]*\.json$|(^|/)(\.ssh|secrets?|credentials?|keys?|certs?)(/|$)"
)


class TerraformReferenceMissing(Check):
    """Terraform reads a file, or calls a module, that is not there.

    What it checks: Paths in ``file``, ``templatefile`` and their kin, sources of archives and workers, and modules whose
        source is a path, with ``path.module`` and ``path.root`` filled in. Files that a build or Terraform itself makes, and
        calls guarded by ``fileexists`` or ``try``, are left alone.
    Why it matters: ``terraform plan`` stops, for the whole root module.
    How to fix: Correct the path or commit the file.
    Fix safety: Unsafe. A path is replaced by that of the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            for one in named(module):
                if one.path and one.path not in produced(context):
                    yield from self._one(context, module, one)

    def _one(self, context: Inspection, module: Module, one: Named) -> Iterator[Finding]:
        verdict = resolve(context, one.path)
        if verdict.kind == "missing" and not verdict.command:
            if is_rooted(one.written) and not one.what.startswith("module ") and _from_caller(context, module, one):
                return
            yield self._told(context, module, one, verdict)
        elif verdict.kind == "ignored":
            yield self.finding(
                context,
                module.path,
                f"{one.what} reads {one.written}, which git ignores: it has to be made before the plan.",
                line=one.line,
                severity="info",
            )

    def _told(self, context: Inspection, module: Module, one: Named, verdict: Verdict) -> Finding:
        name = posixpath.basename(one.path)
        made = bool(_MADE.search(one.path))
        level: Severity = "error"
        if made or (_SECRET.search(one.path) and not verdict.near):
            level = "info" if mentioned(context, name, besides=module.path) else "warning"
        elif is_rooted(one.written) and one.path.startswith(f"{module.folder}/") and module.folder in callers(context):
            level = "warning"
        hint = f"; {verdict.near} is there" if verdict.near else ""
        what = "calls" if one.what.startswith("module ") else "reads"
        return self.finding(
            context,
            module.path,
            f"{one.what} {what} {one.written}, which does not exist{hint}: the plan stops.",
            line=one.line,
            evidence=f"{verdict.path} {verdict.why}",
            severity=level,
            fixes=corrected(context, module, one, verdict.near),
        )


def _from_caller(context: Inspection, module: Module, one: Named) -> bool:
    """Whether a path that counts from the applied module exists from one that calls this module."""
    tail = posixpath.relpath(one.path, module.folder)
    return any(
        resolve(context, tail, folder).kind not in ("missing", "outside")
        for folder in callers(context).get(module.folder, ())
    )
