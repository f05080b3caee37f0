"""What the repository itself offers as answers to the questions of ``[decisions]``."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.context import Unreadable
from toolkit.documents import toml, yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["hosts", "onchain_trees", "place", "runtimes", "secret_stores"]

_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_WORKLOADS = (
    "kind: Deployment",
    "kind: StatefulSet",
    "kind: DaemonSet",
    "kind: CronJob",
    "kind: Ingress",
    "kind: HTTPRoute",
)
_MANAGED = ("wrangler.toml", "wrangler.json", "wrangler.jsonc", "vercel.json", "netlify.toml", "fly.toml", "render.yaml",
            "railway.json", "railway.toml", "app.yaml", "serverless.yml", "samconfig.toml", "amplify.yml")  # fmt: skip
_CLOUD = ('resource "aws_ecs_', 'resource "aws_lambda_', 'resource "google_cloud_run', 'resource "azurerm_container_app',
          'resource "cloudflare_workers_', 'resource "cloudflare_worker_', 'resource "vercel_', 'resource "aws_apprunner_')  # fmt: skip
_STORES = {
    "kind: ExternalSecret": "an external store (ExternalSecret)",
    "kind: SealedSecret": "sealed secrets",
    "kind: VaultStaticSecret": "Vault",
    "aws_secretsmanager_secret": "AWS Secrets Manager",
    "google_secret_manager_secret": "Google Secret Manager",
    "azurerm_key_vault": "Azure Key Vault",
    "doppler run": "Doppler",
    "infisical run": "Infisical",
    "op://": "1Password",
    "sops:": "sops",
}
_HOST = re.compile(r"(?:\*\.?)?(?P<host>(?:[a-z0-9_](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r'^[ \t]*"?(?:pattern|hostname|hostnames|host|hosts|domain|domains|domain_name|fqdn|zone_name|custom_domain|aliases|subject_alternative_names)"?'
    r'[ \t]*[=:][ \t]*(?P<value>\[[^\]]*\]|"[^"\n]*")',
    re.MULTILINE,
)
_SERVED = re.compile(r"^[ \t]*server_name[ \t]+(?P<value>[^;]+);", re.MULTILINE)


def place(context: Inspection, *keys: str | int) -> tuple[str, int]:
    """Where a decision stands, or would stand."""
    path = context.settings.source
    if not path:
        return ".", 0
    try:
        return path, context.document(path, toml.parse).line(("decisions", *keys))
    except Unreadable:
        return path, 1


def runtimes(context: Inspection) -> dict[str, list[str]]:
    """``compose``, ``kubernetes`` and ``managed`` to the files that speak for each."""
    inventory = context.inventory
    names = inventory.by_name
    compose = [path for name in names if _COMPOSE.fullmatch(name) for path in names[name]]
    kubernetes = [*files_with(context, _WORKLOADS, ("*.yaml", "*.yml")), *names.get("Chart.yaml", ())]
    managed = [path for name in _MANAGED for path in names.get(name, ())] + list(files_with(context, _CLOUD, ("*.tf",)))
    found = {"compose": compose, "kubernetes": kubernetes, "managed": managed}
    return {name: kept for name, paths in found.items() if (kept := _ours(context, paths))}


def secret_stores(context: Inspection) -> dict[str, list[str]]:
    """Ways by which secrets reach the programs, to the files that show each."""
    found: dict[str, list[str]] = {}
    for path in context.inventory.tracked:
        name = posixpath.basename(path)
        if name.startswith(".env") and not name.startswith(".envrc"):
            found.setdefault("environment files", []).append(path)
        elif name.startswith(".dev.vars"):
            found.setdefault("wrangler's variables (.dev.vars)", []).append(path)
    for path in files_with(context, tuple(_STORES), ("*.yaml", "*.yml", "*.tf", "*.json", "Makefile")):
        content = _text(context, path)
        for text, store in _STORES.items():
            if text in content:
                found.setdefault(store, []).append(path)
    return {name: kept for name, paths in found.items() if (kept := _ours(context, paths))}


def onchain_trees(context: Inspection) -> dict[str, list[str]]:
    """Programs by name to the folders of the trees that each hold their source, if there is more than one."""
    programs: dict[str, set[str]] = {}
    for path in _ours(context, files_with(context, ("declare_id!(",), ("lib.rs",))):
        crate = posixpath.dirname(posixpath.dirname(path)) or "."
        manifest = posixpath.normpath(posixpath.join(crate, "Cargo.toml"))
        if not context.is_file(manifest):
            continue
        try:
            data: Any = context.document(manifest, toml.parse).data
        except Unreadable:
            continue
        package, library = (data.get(key) if isinstance(data.get(key), dict) else {} for key in ("package", "lib"))
        name = str(library.get("name") or package.get("name") or posixpath.basename(crate)).replace("-", "_")
        tree = posixpath.dirname(crate)
        programs.setdefault(name, set()).add(
            posixpath.dirname(tree) if posixpath.basename(tree) == "programs" else tree
        )
    return {name: sorted(tree or "." for tree in trees) for name, trees in programs.items() if len(trees) > 1}


def hosts(context: Inspection) -> Iterator[tuple[str, str, int]]:
    """Host names that the repository's own services are reached by: file, host, line."""
    inventory = context.inventory
    paths = [path for name in ("wrangler.toml", "wrangler.json", "wrangler.jsonc", "nginx.conf", "vercel.json", "netlify.toml")
             for path in inventory.named(name)]  # fmt: skip
    paths += files_with(context, ("pattern", "hostname", "domain", "fqdn", "aliases"), ("*.tf",))
    for path in _ours(context, paths):
        content = _text(context, path)
        for match in (*_ATTRIBUTE.finditer(content), *_SERVED.finditer(content), *_inline(path, content)):
            written = content[content.rfind("\n", 0, match.start("value")) + 1 : match.start("value")]
            for host in _HOST.finditer(match["value"]) if "#" not in written and "//" not in written else ():
                before = match["value"][: host.start()]
                if not before.endswith(("/", "@", "$", "{", ".")):
                    yield path, host["host"].lower(), content.count("\n", 0, match.start("value") + host.start()) + 1
    for path in _ours(
        context, files_with(context, ("kind: Ingress", "kind: HTTPRoute", "kind: Gateway"), ("*.yaml", "*.yml"))
    ):
        yield from _of_routes(context, path)


def _inline(path: str, content: str) -> Iterator[re.Match[str]]:
    """Routes of wrangler that stand in one line: ``routes = [{ pattern = "a.b/*", zone_name = "b" }]``."""
    if "wrangler" in path:
        yield from re.finditer(r'(?:\bpattern"?\s*[=:]|\broutes?"?\s*[=:]\s*\[?)\s*(?P<value>"[^"\n]*")', content)


def _of_routes(context: Inspection, path: str) -> Iterator[tuple[str, str, int]]:
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        return
    for document in documents:
        if not isinstance(document.data, dict) or document.data.get("kind") not in ("Ingress", "HTTPRoute", "Gateway"):
            continue
        stack: list[tuple[tuple[str | int, ...], Any]] = [(("spec",), document.data.get("spec"))]
        while stack:
            at, value = stack.pop()
            if isinstance(value, dict):
                stack += [((*at, key), item) for key, item in value.items()]
            elif isinstance(value, list):
                stack += [((*at, index), item) for index, item in enumerate(value)]
            elif isinstance(value, str) and {"host", "hosts", "hostname", "hostnames"}.intersection(
                str(step) for step in at[-2:]
            ):
                match = _HOST.fullmatch(value)
                if match:
                    yield path, match["host"].lower(), document.line(at)


def _ours(context: Inspection, paths: Iterable[str]) -> list[str]:
    """The paths that are neither copies, templates nor fixtures, sorted, each once; examples are none of ours here."""
    return sorted({path for path in paths if not context.is_foreign(path) and context.role(path)[0] != "example"})


def _text(context: Inspection, path: str) -> str:
    try:
        return context.read(path).decode("utf-8", "surrogateescape")
    except Unreadable:
        return ""
