"""See :class:`WranglerBindingMismatch`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._repair import edit
from toolkit.checks.references._scripts import mentioned
from toolkit.checks.references._terraform import modules
from toolkit.checks.references._worker_code import plain
from toolkit.checks.references._wrangler import bindings, bound, code, configs, environments, reported, secrets
from toolkit.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform import Module
    from toolkit.checks.references._wrangler import Config
    from toolkit.documents.hcl import Block
    from toolkit.model import Finding

_ENV = re.compile(
    r"\b(?:interface\s+(Env|Bindings|CloudflareEnv|CloudflareBindings|WorkerEnv)\b[^{]*"
    r"|type\s+(?:Env|Bindings|CloudflareEnv|CloudflareBindings|WorkerEnv)\s*=\s*(?:[\w.<>]+\s*&\s*)*|\bBindings\s*:\s*)\{"
)
_MEMBER = re.compile(r"(?:^|(?<=[;,{\n]))[ \t]*(?:readonly\s+)?[\"']?(\w+)[\"']?(\??)[ \t]*:[ \t]*([^;,\n]+)")
_BINDING = re.compile(
    r"(?:import\([^)]*\)\.)?(?:Fetcher|Service|SecretsStoreSecret|KVNamespace|R2Bucket|D1Database|Queue|DurableObjectNamespace|AnalyticsEngineDataset|Vectorize(?:Index)?|Hyperdrive"
    r"|DispatchNamespace|SendEmail|RateLimit|Workflow|Ai|BrowserWorker|ImagesBinding|Pipeline)\b"
)
_USED = re.compile(
    r"(?<![\w.])(?:c\.|ctx\.|context\.|this\.|event\.)?env\.([A-Z][A-Z0-9_]+)\s*\.\s*(?:get|put|prepare|send|sendBatch|idFromName|idFromString|newUniqueId|writeDataPoint|fetch|run|limit)\("
)
_NOT_INHERITED = (
    "vars", "kv_namespaces", "r2_buckets", "d1_databases", "durable_objects", "queues", "services", "analytics_engine_datasets",
    "vectorize", "hyperdrive", "workflows", "ai", "browser",
)  # fmt: skip
_SCRIPTS = ("cloudflare_workers_script", "cloudflare_worker_script")


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    type: str
    is_optional: bool
    path: str
    line: int


class WranglerBindingMismatch(Check):
    """Wrangler, Terraform and the code of a worker do not agree on the names of its bindings.

    What it checks: Members of ``Env`` that are bindings by their type and are bound in no environment; uses such as
        ``env.NAME.get()`` of a name that is bound nowhere; bindings of the Terraform resource of the same worker that neither
        wrangler nor ``Env`` know; and bindings that an environment does not inherit and the code uses. Texts in ``Env`` may
        be secrets and are only told as information.
    Why it matters: The binding is ``undefined`` at run time, in the one environment that nobody tried.
    How to fix: Use one name in all three places; repeat in ``[env.X]`` what is not inherited.
    Fix safety: Unsafe. A name in Terraform is replaced by the one that is like it.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        seen: set[tuple[str, int]] = set()
        folders: dict[str, list[Config]] = {}
        for config in configs(context):
            folders.setdefault(config.folder, []).append(config)
        for config in configs(context):
            together = folders[config.folder]
            names = set().union(*(bound(one) for one in together))
            members = list(_members(context, config))
            for finding in (
                *self._typed(context, config, names, members),
                *self._used(context, config, names, members),
                *self._deployed(context, config, names | {member.name for member in members}),
            ):
                if (finding.path, finding.line) not in seen and (
                    context.focus is None or finding.path in context.focus
                ):
                    seen.add((finding.path, finding.line))
                    yield finding
        for config in reported(context):
            yield from self._inherited(context, config)

    def _typed(self, context: Inspection, config: Config, names: set[str], members: list[_Member]) -> Iterator[Finding]:
        given = {member.name for member in members}
        known = names | secrets(context, config.folder)
        for member in members:
            if member.name in known or member.is_optional:
                continue
            if _BINDING.match(member.type):
                free = sorted(names - given)
                near = difflib.get_close_matches(member.name, free, 1, 0.7)
                hint = f"; {near[0]} is" if near else ""
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed as a binding, and {config.path} binds it nowhere{hint}: it is undefined at run time.",
                    line=member.line,
                    evidence=f"{member.name}: {member.type.strip()}",
                )
            elif member.type.strip() == "string" and not mentioned(context, member.name):
                yield self.finding(
                    context,
                    member.path,
                    f"{member.name} is typed, and neither a variable nor named in .dev.vars.example: perhaps a secret that nobody set.",
                    line=member.line,
                    severity="info",
                )

    def _used(self, context: Inspection, config: Config, names: set[str], members: list[_Member]) -> Iterator[Finding]:
        known = names | {member.name for member in members} | secrets(context, config.folder)
        told: set[tuple[str, str]] = set()
        for path, text in code(context, config) if names else ():
            for match in _USED.finditer(plain(text, templates=False)) if "env." in text else ():
                # Pages and assets without a folder bring their binding by themselves.
                implied = match[1] == "ASSETS" and (config.is_pages or "assets" in config.data)
                if match[1] not in known and not implied and (path, match[1]) not in told:
                    told.add((path, match[1]))
                    yield self.finding(
                        context,
                        path,
                        f"env.{match[1]} is used, and {config.path} binds no {match[1]}: it is undefined at run time.",
                        line=text.count("\n", 0, match.start()) + 1,
                        evidence=f"bound: {', '.join(sorted(names))}",
                    )

    def _deployed(self, context: Inspection, config: Config, known: set[str]) -> Iterator[Finding]:
        for module in modules(context):
            for block in module.document.blocks("resource"):
                name = block.attribute("script_name") or block.attribute("name")
                if (
                    block.labels[:1]
                    and block.labels[0] in _SCRIPTS
                    and name
                    and name.literal == config.data.get("name")
                ):
                    for bound_name, start in _bindings(module, block):
                        if known and bound_name not in known:
                            yield self._unknown(context, config, module, (bound_name, start), known)

    def _unknown(
        self, context: Inspection, config: Config, module: Module, what: tuple[str, int], known: set[str]
    ) -> Finding:
        name, start = what
        near = difflib.get_close_matches(name, sorted(known), 1, 0.7)
        text = module.document.text
        span = Span(text.byte(start), text.byte(start + len(name)), near[0].encode()) if near else None
        return self.finding(
            context,
            module.path,
            f"Terraform binds {name}, and {config.path} and the code do not know it{f'; they say {near[0]}' if near else ''}.",
            line=text.line(start),
            evidence=f"known: {', '.join(sorted(known))}",
            fixes=edit(context, module.path, span, f"write {near[0]}") if span else (),
        )

    def _inherited(self, context: Inspection, config: Config) -> Iterator[Finding]:
        """What an environment lacks and the top has: one finding for an environment, however many tables it is."""
        for name, data in environments(config).items() if not config.is_pages else ():
            lost = {
                item: key
                for key in _NOT_INHERITED
                for item, kind, _ in bindings({key: config.data.get(key)})
                if kind == key and item not in {other for other, _, _ in bindings({key: data.get(key)})}
            }
            used = [item for item in lost if _is_used(context, config, item)]
            # A table that the environment repeats in part may leave out what it does not need.
            forgotten = [item for item in lost if lost[item] not in data or item in used]
            if forgotten:
                kinds = ", ".join(dict.fromkeys(lost[item] for item in used or forgotten))
                yield self.finding(
                    context,
                    config.path,
                    f"Environment {name} does not inherit {kinds}, and lacks {', '.join(used or forgotten)}: undefined there.",
                    line=config.document.line(("env", name)),
                    evidence=f"the code uses {', '.join(used)}" if used else f"{kinds} stands at the top only",
                    severity="warning" if used else "info",
                )


def _is_used(context: Inspection, config: Config, name: str) -> bool:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(name in text and word.search(text) for _, text in code(context, config))


def _members(context: Inspection, config: Config) -> Iterator[_Member]:
    for path, text in code(context, config):
        if "Env" not in text and "Bindings" not in text:
            continue
        clear = plain(text)
        for match in _ENV.finditer(clear):
            body = _body(clear, match.end())
            for member in _MEMBER.finditer(body):
                if not body.count("{", 0, member.start()) - body.count("}", 0, member.start()):
                    line = clear.count("\n", 0, match.end() + member.start(1)) + 1
                    optional = bool(member[2]) or "undefined" in member[3]
                    yield _Member(member[1], member[3], optional, path, line)


def _body(text: str, start: int) -> str:
    depth = 1
    for match in re.finditer(r"[{}]", text[start:]):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return text[start : start + match.start()]
    return ""


def _bindings(module: Module, block: Block) -> Iterator[tuple[str, int]]:
    """Names that a resource binds, with their offsets: blocks of version 4, the list of version 5."""
    content = module.document.text.content
    for inner in block.blocks:
        if inner.type.endswith("_binding"):
            item = inner.attribute("name") if inner.type != "queue_binding" else inner.attribute("binding")
            if item is not None and item.literal:
                yield item.literal, content.index(item.literal, item.end - len(item.expression))
    listed = block.attribute("bindings")
    if listed is not None:
        for match in re.finditer(r"[{,\n]\s*name\s*=\s*\"([\w-]+)\"", content[listed.start : listed.end]):
            yield match[1], listed.start + match.start(1)
