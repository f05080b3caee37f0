"""See :class:`WranglerBindingMismatch`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._repair import by_hand, edit
from toolkit.checks.references._wrangler.bindings_judged import deployed, inherited, misspelt, of_kind, typed, used
from toolkit.checks.references._wrangler.configurations import bindings, bound, configs, reported, scopes, sharing
from toolkit.checks.references._wrangler.worker_env import members
from toolkit.checks.references._wrangler.worker_resources import resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.bindings_judged import Mismatch
    from toolkit.model import Finding


class WranglerBindingMismatch(Check):
    """Wrangler, Terraform and the code of a worker do not agree on its bindings.

    What it checks: Members of ``Env`` that are bindings by their type and are bound in no environment, or to something of
        another kind; uses such as ``env.NAME.get()`` of a name that is bound nowhere, whatever its type (what a type requires
        and the code calls unasked is an error); bindings of the Terraform resource of the
        same worker that neither wrangler nor ``Env`` know; for a worker that Terraform alone deploys, what ``Env`` has and
        the resource does not bind; and bindings that an environment does not inherit and the code uses.
        Texts in ``Env`` may be secrets and are only told as information, but for one whose name is a slip of a value that
        nobody takes; so is a binding that no code reads.
    Why it matters: The binding is ``undefined`` at run time, in the one environment that nobody tried.
    How to fix: Use one name in all three places; repeat in ``[env.X]`` what is not inherited.
    Fix safety: Unsafe. A name in Terraform is replaced by the one that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        seen: set[tuple[str, int]] = set()
        for one in _mismatches(context):
            if (one.path, one.line) not in seen and context.shows(one.path):
                seen.add((one.path, one.line))
                yield self._told(context, one)

    def _told(self, context: Inspection, one: Mismatch) -> Finding:
        fixes = edit(context, one.path, one.edit[0], f"write {one.edit[1]}") if one.edit else ()
        return self.finding(
            context,
            one.path,
            one.text,
            line=one.line,
            evidence=one.evidence,
            severity=one.severity,
            fixes=fixes or by_hand(one.todo),
        )


def _mismatches(context: Inspection) -> Iterator[Mismatch]:
    for config in configs(context):
        same = sharing(context, config)
        kinds = {name: kind for one in same for _, data in scopes(one) for name, kind, _ in bindings(data)}
        names = set(kinds).union(*(bound(one) for one in same))
        known = members(context, config)
        yield from misspelt(context, config, names, known)
        yield from typed(context, config, kinds, names, known)
        yield from of_kind(config, kinds, known)
        yield from used(context, config, kinds, names, known)
    for resource in resources(context):
        yield from deployed(context, resource)
    for config in reported(context):
        yield from inherited(context, config)
