"""See :class:`WranglerBindingMismatch`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._likeness import likely
from toolkit.checks.references._repair import edit
from toolkit.checks.references._scripts import lines, mentioned
from toolkit.checks.references._worker_env import TYPES, is_used, members, mentions, uses
from toolkit.checks.references._worker_resources import resources
from toolkit.checks.references._wrangler import bindings, bound, configs, environments, reported, scopes, secrets
from toolkit.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._worker_env import Member
    from toolkit.checks.references._worker_resources import Resource
    from toolkit.checks.references._wrangler import Config
    from toolkit.model import Finding

_NOT_INHERITED = (
    "vars", "kv_namespaces", "r2_buckets", "d1_databases", "durable_objects", "queues", "services", "analytics_engine_datasets",
    "vectorize", "hyperdrive", "workflows", "ai", "browser",
)  # fmt: skip
_SLIP = 0.8
"""Likeness from which a text's name is taken for a slip: what is not bound may be a secret."""


class WranglerBindingMismatch(Check):
    """Wrangler, Terraform and the code of a worker do not agree on its bindings.

    What it checks: Members of ``Env`` that are bindings by their type and are bound in no environment, or to something of
        another kind; uses such as ``env.NAME.get()`` of a name that is bound nowhere; bindings of the Terraform resource of the
        same worker that neither wrangler nor ``Env`` know; for a worker that Terraform alone deploys, what ``Env`` has and
        the resource does not bind; and bindings that an environment does not inherit and the code uses. Texts in ``Env`` may
        be secrets and are only told as information, but for one whose name is a slip of a value that nobody takes.
    Why it matters: The binding is ``undefined`` at run time, in the one environment that nobody tried.
    How to fix: Use one name in all three places; repeat in ``[env.X]`` what is not inherited.
    Fix safety: Unsafe. A name in Terraform is replaced by the one that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        seen: set[tuple[str, int]] = set()
        for finding in self._found(context):
            if (finding.path, finding.line) not in seen and (context.focus is None or finding.path in context.focus):
                seen.add((finding.path, finding.line))
                yield finding
        for config in reported(context):
            yield from self._inherited(context, config)

    def _found(self, context: Inspection) -> Iterator[Finding]:
        folders: dict[str, list[Config]] = {}
        for config in configs(context):
            folders.setdefault(config.folder, []).append(config)
        for config in configs(context):
            kinds = {
                name: kind
                for one in folders[config.folder]
                for _, data in scopes(one)
                for name, kind, _ in bindings(data)
            }
            names = set(kinds).union(*(bound(one) for one in folders[config.folder]))
            typed = list(members(context, config))
            yield from self._misspelt(context, config, names, typed)
            yield from self._typed(context, config, names, typed)
            yield from self._of_kind(context, config, kinds, typed)
            yield from self._used(context, config, names | {member.name for member in typed}, bool(names))
        for resource in resources(context):
            yield from self._deployed(context, resource)

    def _typed(self, context: Inspection, config: Config, names: set[str], typed: list[Member]) -> Iterator[Finding]:
        known = names | secrets(context, config.folder)
        for member in typed:
            if member.name in known or member.is_optional:
                continue
            if member.binding and not _added_later(context, member.name):
                near = likely(member.name, names - {other.name for other in typed}, 0.7)
                hint = f"; {near} is" if near else ""
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed as a binding, and {config.path} binds it nowhere{hint}: it is undefined at run time.",
                    line=member.line,
                    evidence=f"{member.name}: {member.type}",
                )
            elif member.type == "string" and not mentioned(context, member.name):
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed, and neither a variable nor named in .dev.vars.example: perhaps a secret that nobody set.",
                    line=member.line,
                    severity="info",
                )

    def _of_kind(
        self, context: Inspection, config: Config, kinds: dict[str, str], typed: list[Member]
    ) -> Iterator[Finding]:
        """Members whose type is that of another kind of binding than the configuration's."""
        for member in typed:
            kind = kinds.get(member.name, "")
            if member.binding and kind in TYPES and member.binding not in TYPES[kind]:
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed {member.binding}, and {config.path} binds it in {kind}: its methods are not there at run time.",
                    line=member.line,
                    evidence=f"{kind} are {TYPES[kind][0]}",
                )

    def _used(self, context: Inspection, config: Config, known: set[str], binds: bool) -> Iterator[Finding]:
        # Pages and assets without a folder bring their binding by themselves.
        implied = {"ASSETS"} if config.is_pages or "assets" in config.data else set()
        for name, path, line in uses(context, config) if binds else ():
            if name not in known | implied | secrets(context, config.folder) and not _added_later(context, name):
                yield self.finding(
                    context,
                    path,
                    f"env.{name} is used, and {config.path} binds no {name}: it is undefined at run time.",
                    line=line,
                    evidence=f"known: {', '.join(sorted(known))}",
                )

    def _misspelt(self, context: Inspection, config: Config, names: set[str], typed: list[Member]) -> Iterator[Finding]:
        """Texts that the code takes by another name than the configuration gives them: nobody takes that one."""
        asked = {(member.name, member.path, member.line) for member in typed if not member.binding}
        asked |= set(mentions(context, config))
        taken = {name for name, _, _ in asked}
        free = {name for name in names - taken if not is_used(context, config, name)} if names else set()
        known = names | secrets(context, config.folder)
        told: set[str] = set()
        for name, path, line in sorted(asked, key=lambda one: one[1:]) if free else ():
            near = likely(name, free, _SLIP) if name not in known and name not in told else ""
            if near and not mentioned(context, name):
                told.add(name)
                yield self.finding(
                    context,
                    path,
                    f"{name} is taken from the environment, and {config.path} gives {near}, which nobody takes: it is undefined at run time.",
                    line=line,
                    evidence=f"given: {', '.join(sorted(free))}",
                )

    def _deployed(self, context: Inspection, resource: Resource) -> Iterator[Finding]:
        config = resource.config
        typed = list(members(context, config))
        known = {member.name for member in typed} | (bound(config) if resource.is_configured else set())
        if not known:
            return
        for name, start in resource.bound:
            if name not in known and (resource.is_configured or not is_used(context, config, name)):
                yield self._unknown(context, resource, name, start, known)
        names = {name for name, _ in resource.bound}
        for member in typed if names and not resource.is_configured else ():
            if member.binding and not member.is_optional and member.name not in names:
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed as a binding, and {resource.module.path} binds it nowhere: it is undefined at run time.",
                    line=member.line,
                    evidence=f"line {resource.line} binds {', '.join(sorted(names))}",
                )

    def _unknown(self, context: Inspection, resource: Resource, name: str, start: int, known: set[str]) -> Finding:
        near = likely(name, known - {other for other, _ in resource.bound}, 0.6)
        module = resource.module
        text = module.document.text
        span = Span(text.byte(start), text.byte(start + len(name)), near.encode()) if near else None
        return self.finding(
            context,
            module.path,
            f"Terraform binds {name}, and {resource.config.path} and the code do not know it{f'; they say {near}' if near else ''}.",
            line=text.line(start),
            evidence=f"known: {', '.join(sorted(known))}",
            fixes=edit(context, module.path, span, f"write {near}") if span else (),
        )

    def _inherited(self, context: Inspection, config: Config) -> Iterator[Finding]:
        """What environments lack and the top has: one finding for all that lack the same, however many tables it is."""
        groups: dict[tuple[tuple[str, ...], tuple[str, ...], bool], list[str]] = {}
        for name, data in environments(config).items() if not config.is_pages else ():
            lost = {
                item: key
                for key in _NOT_INHERITED
                for item, kind, _ in bindings({key: config.data.get(key)})
                if kind == key and item not in {other for other, _, _ in bindings({key: data.get(key)})}
            }
            used = [item for item in lost if is_used(context, config, item)]
            # A table that the environment repeats in part may leave out what it does not need.
            forgotten = [item for item in lost if lost[item] not in data or item in used]
            if forgotten:
                kinds = tuple(dict.fromkeys(lost[item] for item in used or forgotten))
                groups.setdefault((kinds, tuple(used or forgotten), bool(used)), []).append(name)
        for (kinds, items, in_use), names in groups.items():
            one = len(names) == 1
            where = f"Environment {names[0]} does" if one else f"Environments {', '.join(names)} do"
            yield self.finding(
                context,
                config.path,
                f"{where} not inherit {', '.join(kinds)}, and {'lacks' if one else 'lack'} {', '.join(items[:12])}: undefined there.",
                line=config.document.line(("env", names[0])),
                evidence=f"the code uses {', '.join(items[:12])}"
                if in_use
                else f"{', '.join(kinds)} stands at the top only",
                severity="warning" if in_use else "info",
            )


def _added_later(context: Inspection, name: str) -> bool:
    """Whether a script or workflow writes a binding into the configuration before it deploys."""
    written = re.compile(rf"\bbinding\W{{1,8}}{re.escape(name)}\b")
    return any(not path.endswith((".md", ".mdx")) for path, _ in lines(context, written, name))
