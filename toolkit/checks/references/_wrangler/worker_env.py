"""The environment of a worker as its code has it: the members of ``Env``, and the names that are used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at
from toolkit.checks.references._wrangler.configurations import code
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config

__all__ = ["TYPES", "Member", "is_read", "is_used", "members", "mentions", "uses"]

_ENV = regex(
    r"\b(?:interface\s+(?:Env|Bindings|CloudflareEnv|CloudflareBindings|WorkerEnv)\b[^{]*"
    r"|interface\s+Platform\b[^{]*\{[^{}]{0,500}?\benv\??\s*:\s*(?:[\w.<>]+\s*&\s*)*"
    r"|type\s+(?:Env|Bindings|CloudflareEnv|CloudflareBindings|WorkerEnv)\s*=\s*(?:[\w.<>]+\s*&\s*)*|\bBindings\s*:\s*)\{"
)
_MEMBER = regex(r"(?:^|(?<=[;,{\n]))[ \t]*(?:readonly\s+)?[\"']?(\w+)[\"']?(\??)[ \t]*:[ \t]*([^;,\n]+)")
TYPES = {
    "kv_namespaces": ("KVNamespace",),
    "r2_buckets": ("R2Bucket",),
    "d1_databases": ("D1Database",),
    "queues": ("Queue",),
    "durable_objects": ("DurableObjectNamespace",),
    "services": ("Fetcher", "Service"),
    "analytics_engine_datasets": ("AnalyticsEngineDataset",),
    "vectorize": ("VectorizeIndex", "Vectorize"),
    "hyperdrive": ("Hyperdrive",),
    "workflows": ("Workflow",),
    "dispatch_namespaces": ("DispatchNamespace",),
    "send_email": ("SendEmail",),
    "ratelimits": ("RateLimit",),
    "secrets_store_secrets": ("SecretsStoreSecret",),
    "ai": ("Ai",),
    "browser": ("BrowserWorker", "Fetcher"),
    "images": ("ImagesBinding",),
    "pipelines": ("Pipeline",),
}
"""Tables of a configuration to the types that their bindings have in code."""
_TYPE = regex(
    rf"(?:import\([^)]*\)\.)?({'|'.join(sorted({one for many in TYPES.values() for one in many}, key=len, reverse=True))})\b"
)
_METHODS = (
    "get|put|list|head|prepare|batch|exec|send|sendBatch|idFromName|idFromString|newUniqueId|getByName|writeDataPoint|fetch|run|limit"
    "|query|upsert|insert|create"
)
_OWNER = r"(?:(?!(?:process|meta|Deno|Bun)\b)\w+(?:\([^()]{0,40}\)\)?)?[?!]?\.){0,4}"
"""What frameworks hand the environment over in: ``c.env``, ``platform.env`` of SvelteKit, ``getCloudflareContext().env`` of Next."""
_USED = regex(rf"(?<![\w.]){_OWNER}env[?!]?\.([A-Z][A-Z0-9_]+)\s*[.!?]{{1,2}}\s*(?:{_METHODS})\(")
_MENTIONED = regex(rf"(?<![\w.]){_OWNER}env[?!]?\.([A-Z][A-Z0-9_]+)\b")
_TAKEN_APART = regex(rf"(?:const|let|var)\s*\{{([^{{}}=]{{1,1000}})\}}\s*=\s*{_OWNER}env\b(?!\.|[?!]\.)")
_ALIAS = regex(
    rf"\b(?:const|let|var)\s+(\w+)\s*(?::\s*\w+\s*)?=\s*\(?{_OWNER}env(?:\s+as\s+[\w.<>]+\)?)?\s*[;\n]"
    r"|\b(?:const|let|var)\s*\{[^{}=]{0,300}?\benv\s*:\s*(\w+)[^{}=]{0,300}\}\s*=|\b(\w+)\s*:\s*(?:Env|CloudflareEnv|WorkerEnv)\b(?![\w.\[<])"
)
"""Another name of the environment: by an assignment, in an object taken apart, or of a parameter."""
_NAME = regex(r"[A-Z][A-Z0-9_]+")


class Member(NamedTuple):
    """One member of ``Env``; ``binding`` is the type's name where it is that of a binding."""

    name: str
    type: str
    binding: str
    is_optional: bool
    path: str
    line: int


@once_a_run
def members(context: Inspection, config: Config) -> tuple[Member, ...]:
    """Every member of the types that code calls its environment by."""
    return tuple(_members(context, config))


def _members(context: Inspection, config: Config) -> Iterator[Member]:
    for path, text in code(context, config):
        if "Env" not in text and "Bindings" not in text and "interface Platform" not in text:
            continue
        clear = plain(text)
        for match in _ENV.finditer(clear):
            body = _body(clear, match.end())
            for found in _MEMBER.finditer(body):
                if not body.count("{", 0, found.start()) - body.count("}", 0, found.start()):
                    line = line_at(clear, match.end() + found.start(1))
                    kind = _TYPE.match(found[3])
                    optional = bool(found[2]) or "undefined" in found[3]
                    yield Member(found[1], found[3].strip(), kind[1] if kind else "", optional, path, line)


def _body(text: str, start: int) -> str:
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return text[start : match.start()]
    return ""


@once_a_run
def uses(context: Inspection, config: Config) -> tuple[tuple[str, str, int], ...]:
    """Names that code uses as bindings, each once for a file: name, file and line."""
    return tuple(_uses(context, config))


def _uses(context: Inspection, config: Config) -> Iterator[tuple[str, str, int]]:
    for path, text in code(context, config):
        if "env" not in text.lower():
            continue
        clear = _named(plain(text, templates=False))
        found = {match[1]: match.start() for match in reversed(list(_USED.finditer(clear)))}
        for match in _TAKEN_APART.finditer(clear):
            for item in match[1].split(","):
                name, _, local = (part.strip() for part in item.partition(":"))
                if _NAME.fullmatch(name) and re.search(
                    rf"(?<![\w.]){re.escape(local or name)}\.(?:{_METHODS})\(", clear
                ):
                    found.setdefault(name, match.start(1) + match[1].index(name))
        for name, at in sorted(found.items(), key=lambda pair: pair[1]):
            if not _is_guarded(clear, name):
                yield name, path, line_at(clear, at)


def _named(text: str) -> str:
    """Code with ``env`` in place of the other names that it gives its environment."""
    aliases = {name for match in _ALIAS.finditer(text) for name in match.groups() if name} - {"env"}
    return re.sub(rf"(?<![\w.])(?:{'|'.join(aliases)})(?=[?!]?\.[A-Z])", "env", text) if aliases else text


def _is_guarded(text: str, name: str) -> bool:
    """Whether code asks for a binding before it uses it: such code does without."""
    asked = rf"(?:(?:if|while)\s*\(|&&|\|\||!|typeof)[^\n]{{0,120}}\benv[?!]?\.{name}\b(?!\s*\.\s*\w+\()"
    return re.search(rf"\benv[?!]?\.{name}\s*(?:\?|&&|\|\|)|{asked}", text) is not None


def mentions(context: Inspection, config: Config) -> Iterator[tuple[str, str, int]]:
    """Names that code takes from its environment in any way, each once for a file: name, file and line."""
    for path, text in code(context, config):
        seen: set[str] = set()
        clear = _named(plain(text, templates=False)) if "env" in text.lower() else ""
        for match in _MENTIONED.finditer(clear):
            if match[1] not in seen:
                seen.add(match[1])
                yield match[1], path, line_at(clear, match.start())


def is_used(context: Inspection, config: Config, name: str) -> bool:
    """Whether the code of a worker speaks of a name."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(name in text and word.search(text) for _, text in code(context, config))


def is_switched_on(context: Inspection, config: Config, name: str) -> bool:
    """Whether code does something only where a name is set to a word for it, so that without it nothing happens."""
    asked = re.compile(rf"\b{re.escape(name)}[\"']?\]?\)?\s*[=!]==?\s*[\"'](true|1|on|yes|false|0|off|no)[\"']")
    found = [match[1] for _, text in code(context, config) if name in text for match in asked.finditer(text)]
    return bool(found) and all(word in ("true", "1", "on", "yes") for word in found)


def is_read(context: Inspection, config: Config, name: str) -> bool:
    """Whether code takes a name from an object: a word of a text, and the type that declares it, take nothing."""
    word = re.escape(name)
    taken = re.compile(
        rf"\.{word}\b|\[[\"']{word}[\"']\]|\{{[^{{}}=]{{0,1000}}\b{word}\b[^{{}}=]{{0,1000}}\}}\s*(?:=(?!=)|:)"
    )
    texts = (text for path, text in code(context, config) if not path.endswith(".d.ts") and name in text)
    return any(
        taken.search(text) and (f"{{env.{name}" in text or taken.search(plain(text, templates=False))) for text in texts
    )
