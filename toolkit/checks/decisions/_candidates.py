"""What the repository itself offers as answers to the questions of ``[decisions]``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.checking import Inspection

__all__ = ["onchain_trees", "ours", "place", "plain_secrets", "runtimes", "secret_stores"]

_COMPOSE = regex(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_FOR_DEVELOPMENT = regex(r"(?i)(?:^|[._-])(?:dev|development|local|test|tests|testing|ci|e2e|debug|override)(?=[._-])")
_OF_PRODUCTION = regex(r"(?i)prod|live|release|deploy")
_SERVICES = regex(r"(?m)^services:")
_BUILT = regex(
    r"(?m)^[ \t]+build:|^[ \t]+image:[ \t]*[\"']?(?!(?:[\w.-]+/)*(?:postgres|postgis|mysql|mariadb|redis|mongo|rabbitmq|kafka|zookeeper|minio|elasticsearch|opensearch|mailhog|mailpit"
    r"|adminer|pgadmin|localstack|nginx|traefik|caddy|grafana|prometheus|jaeger|nats|clickhouse|memcached|valkey|keycloak)\b)[\w./-]*[\w]"
)
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
    "vault.hashicorp.com/agent-inject": "Vault",
    "aws_secretsmanager_secret": "AWS Secrets Manager",
    "google_secret_manager_secret": "Google Secret Manager",
    "azurerm_key_vault": "Azure Key Vault",
    "doppler run": "Doppler",
    "infisical run": "Infisical",
    "op://": "1Password",
    "sops:": "sops",
    "kind: SecretStore": "",
    "kind: ClusterSecretStore": "",
    "kind: SecretProviderClass": "",
}
"""Texts to the store that they show; empty where the provider tells it."""
_DOCUMENT = regex(r"(?m)^---[^\n]*$")
_SECRET = regex(r"(?m)^kind:[ \t]*[\"']?Secret\b")
_VALUES = regex(r"(?m)^(?:stringData|data):[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]+[\w.-]+:[ \t]*[^\s{$<]")
_SEALED = regex(r"(?m)^type:[ \t]*[\"']?(?!Opaque)[\w./-]|^sops:|<path:|ref\+|avp\.kubernetes\.io|vault:secret|\{\{")
_DEPLOYED = regex(r"\.env\.(?:prod|production|live|staging|stage)|\.env")
_PROVIDER = regex(r"\bprovider:[ \t]*(?:\n[ \t]+)?[\"']?(\w+)")
_PROVIDERS = {
    "aws": "AWS Secrets Manager",
    "gcpsm": "Google Secret Manager",
    "gcp": "Google Secret Manager",
    "azurekv": "Azure Key Vault",
    "azure": "Azure Key Vault",
    "vault": "Vault",
    "doppler": "Doppler",
    "infisical": "Infisical",
    "onepassword": "1Password",
}
"""The providers of External Secrets and of the CSI driver for secrets."""
_FILES_OF_STORES = {
    ".doppler.yaml": "Doppler",
    "doppler.yaml": "Doppler",
    "doppler.yml": "Doppler",
    ".infisical.json": "Infisical",
    ".sops.yaml": "sops",
    ".sops.yml": "sops",
}
_CLIENTS = {
    '"node-vault"': "Vault",
    "hvac": "Vault",
    "client-secrets-manager": "AWS Secrets Manager",
    "@google-cloud/secret-manager": "Google Secret Manager",
    "google-cloud-secret-manager": "Google Secret Manager",
    "keyvault-secrets": "Azure Key Vault",
    "@infisical/sdk": "Infisical",
}
"""What a program that asks a store depends on."""
_MANIFESTS = ("package.json", "pyproject.toml", "requirements*.txt", "Cargo.toml")


def place(context: Inspection, *keys: str | int, table: str = "decisions") -> tuple[str, int]:
    """Where a decision, or a setting of another table, stands or would stand."""
    path = context.settings.source
    if not path:
        return ".", 0
    try:
        return path, context.document(path, toml.parse).line((table, *keys))
    except Unreadable:
        return path, 1


def runtimes(context: Inspection) -> dict[str, list[str]]:
    """``compose``, ``kubernetes`` and ``managed`` to the files that speak for each."""
    inventory = context.inventory
    names = inventory.by_name
    compose = [path for name in names if _COMPOSE.fullmatch(name) for path in names[name] if _runs_own(context, path)]
    kubernetes = [*files_with(context, _WORKLOADS, ("*.yaml", "*.yml")), *names.get("Chart.yaml", ())]
    managed = [path for name in _MANAGED for path in names.get(name, ())] + list(files_with(context, _CLOUD, ("*.tf",)))
    found = {"compose": compose, "kubernetes": kubernetes, "managed": managed}
    return {name: kept for name, paths in found.items() if (kept := ours(context, paths))}


def _runs_own(context: Inspection, path: str) -> bool:
    """Whether a compose file may be a way to run the services: not one for development only, nor of databases alone."""
    name = posixpath.basename(path)
    if ".github" in path or _FOR_DEVELOPMENT.search(name):
        return False
    text = text_of(context, path)
    return not _SERVICES.search(text) or _BUILT.search(text) is not None or _OF_PRODUCTION.search(name) is not None


def secret_stores(context: Inspection) -> dict[str, list[str]]:
    """Ways by which secrets reach the programs, to the files that show each."""
    found: dict[str, list[str]] = {}
    for name, paths in context.inventory.by_name.items():
        if name.startswith((".env", ".dev.vars")) and not name.startswith(".envrc"):
            store = "environment files" if name.startswith(".env") else "wrangler's variables (.dev.vars)"
            found.setdefault(store, []).extend(context.inventory.tracked_set.intersection(paths))
    for name, store in _FILES_OF_STORES.items():
        found.setdefault(store, []).extend(context.inventory.by_name.get(name, ()))
    for texts, globs in ((_STORES, ("*.yaml", "*.yml", "*.tf", "package.json", "Makefile")), (_CLIENTS, _MANIFESTS)):
        for path in files_with(context, tuple(texts), globs):
            content = text_of(context, path)
            for text, store in texts.items():
                if text in content:
                    for name in [store] if store else _provided(content):
                        found.setdefault(name, []).append(path)
    return {name: kept for name, paths in found.items() if (kept := ours(context, paths))}


def plain_secrets(context: Inspection, decided: str) -> dict[str, list[str]]:
    """Secrets that the repository holds itself although a store was decided: manifests with values, and files for a deployed environment."""
    manifests = [
        path
        for path in files_with(context, ("kind: Secret",), ("*.yaml", "*.yml"))
        if _holds_values(text_of(context, path))
    ]
    names = context.inventory.by_name
    files = [
        path
        for name in names
        if _DEPLOYED.fullmatch(name)
        for path in names[name]
        if path in context.inventory.tracked_set
    ]
    found = {
        "a Secret with its values in the manifest": ours(context, manifests),
        "environment files": ours(context, files),
    }
    return {} if decided in ("sops", "sealed secrets", "") else found


def _holds_values(content: str) -> bool:
    """Whether one of the manifests of a file is a Secret with a value that nothing fills in or opens."""
    parts = [one for one in _DOCUMENT.split(content) if _SECRET.search(one)]
    return any(_VALUES.search(one) and not _SEALED.search(one) for one in parts)


def _provided(content: str) -> list[str]:
    """The stores that manifests of one file name as their provider."""
    return [_PROVIDERS[name] for name in _PROVIDER.findall(content) if name in _PROVIDERS]


def onchain_trees(context: Inspection) -> dict[str, list[str]]:
    """Programs by name to the folders of the trees that each hold their source, if there is more than one."""
    programs: dict[str, set[str]] = {}
    for path in ours(context, files_with(context, ("declare_id!(",), ("lib.rs",))):
        crate = posixpath.dirname(posixpath.dirname(path)) or "."
        manifest = path_from(crate, "Cargo.toml")
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


def ours(context: Inspection, paths: Iterable[str]) -> list[str]:
    """The paths that are neither copies, templates nor fixtures, sorted, each once; examples are none of ours here."""
    return sorted({path for path in paths if not context.is_foreign(path) and context.role(path)[0] != "example"})
