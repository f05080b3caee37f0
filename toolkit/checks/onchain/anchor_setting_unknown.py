"""See :class:`AnchorSettingUnknown`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._likeness import likely
from toolkit.checks.onchain._keypairs import for_tests
from toolkit.checks.onchain._workspaces import CLUSTERS
from toolkit.documents import toml
from toolkit.model import Fix
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_HOOKS = tuple(
    f"{when}{sign}{what}" for what in ("build", "test", "deploy") for when in ("pre", "post") for sign in "_-"
)
_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {
    (): ("toolchain", "features", "programs", "registry", "provider", "workspace", "scripts", "hooks", "test", "surfpool",
         "anchor_version", "solana_version"),
    ("toolchain",): ("anchor_version", "solana_version", "package_manager"),
    ("features",): ("resolution", "seeds", "skip-lint"),
    ("provider",): ("cluster", "wallet"),
    ("workspace",): ("members", "exclude", "types"),
    ("hooks",): _HOOKS,
    ("test",): ("genesis", "validator", "startup_wait", "shutdown_wait", "upgradeable"),
    ("test", "genesis"): ("address", "program", "upgradeable"),
    ("test", "validator"): (
        "account", "account_dir", "bind_address", "clone", "deactivate_feature", "dynamic_port_range", "faucet_port", "faucet_sol",
        "geyser_plugin_config", "gossip_host", "gossip_port", "ledger", "limit_ledger_size", "rpc_port", "slots_per_epoch",
        "ticks_per_slot", "url", "warp_slot",
    ),
    ("test", "validator", "account"): ("address", "filename"),
    ("test", "validator", "account_dir"): ("directory",),
    ("test", "validator", "clone"): ("address",),
    ("surfpool",): (
        "startup_wait", "shutdown_wait", "rpc_port", "ws_port", "host", "online", "datasource_rpc_url", "airdrop_addresses",
        "manifest_file_path", "runbooks", "slot_time", "log_level", "block_production_mode",
    ),
}  # fmt: skip
"""Of each section what any release of the command line reads there, as of 1.0; those of others are not looked at."""
_ALIKE = 0.8
_SHORT = {"t", "m", "d", "l", "g", "debug"}
"""What the command line takes for a cluster beside its name."""


class AnchorSettingUnknown(Check):
    """Anchor.toml has a setting that Anchor does not know.

    What it checks: The names of clusters in ``[programs.CLUSTER]`` and ``provider.cluster``: localnet, devnet, testnet and mainnet (not
        ``mainnet-beta``) or an address; whether there is a ``[provider]`` with ``cluster`` and ``wallet``; and the keys of every section against
        those that any release reads. An unknown key is told where another section has it (``startup_wait`` below ``[test.validator]``
        belongs below ``[test]``) or one is like it (``skip_lint``). In a workspace of tests all is a warning.
    Why it matters: A cluster that is none, and a provider that lacks, stop every command while it reads the file. A key that nothing
        reads is passed over without a word: the wait, the port or the account that it sets is not set.
    How to fix: Write the name that Anchor knows, in the section that has it.
    Fix safety: Manual.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path, document in context.documents(context.named("Anchor.toml"), toml.parse):
            if table(document.data, "programs"):  # others are of no workspace of programs
                yield from self._clusters(context, path, document)
                yield from self._provider(context, path, document)
            yield from self._keys(context, path, document)

    def _clusters(self, context: Inspection, path: str, document: toml.Document) -> Iterator[Finding]:
        provider = document.get(("provider", "cluster"))
        named = [(("programs", name), name) for name in table(document.data, "programs")]
        named += [(("provider", "cluster"), provider)] if isinstance(provider, str) else []
        for place, name in named:
            if name.lower() in {*CLUSTERS, *_SHORT} or name.startswith("http"):
                continue
            near = "mainnet" if name.lower().startswith("mainnet") else likely(name.lower(), CLUSTERS)
            yield self._told(
                context,
                path,
                document.position(place),
                f"Anchor knows no cluster {name}{f', it is called {near}' if near else ''}: every command stops as it reads {path}.",
                f"write {near or 'one of ' + ', '.join(CLUSTERS)}",
                "error",
            )

    def _provider(self, context: Inspection, path: str, document: toml.Document) -> Iterator[Finding]:
        lacking = [key for key in _KEYS["provider",] if document.get(("provider", key)) is None]
        if lacking:
            what = " and ".join(lacking) if document.get(("provider",)) is not None else "[provider]"
            yield self._told(
                context,
                path,
                document.position(("provider",)),
                f"{what} lacks in {path}: every command of Anchor stops as it reads the file.",
                'write [provider] with cluster = "localnet" and a wallet',
                "error",
            )

    def _keys(self, context: Inspection, path: str, document: toml.Document) -> Iterator[Finding]:
        for place in _unknown(document.data, ()):
            section, key = place[:-1], place[-1]
            home = _home(section, key)
            near = likely(key, _KEYS[section], _ALIKE)
            if home is not None or near:
                where = f"[{'.'.join(section)}]" if section else "the top of the file"
                what = f"[{'.'.join(home)}] has it" if home is not None else f"{near} is like it"
                todo = f"move it to [{'.'.join(home)}]" if home is not None else f"write {near}"
                if place == ("provider", "url"):  # the other place says where accounts are cloned from
                    todo = 'write the address as cluster: cluster = "https://..."'
                refused = section == ("hooks",)
                yield self._told(
                    context,
                    path,
                    document.position(place),
                    f"Anchor reads no {key} at {where}, {what}: "
                    + ("every command stops there." if refused else "it is passed over, and sets nothing."),
                    todo,
                    "warning",
                )

    def _told(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: tuple[int, int], text: str, todo: str, severity: Severity
    ) -> Finding:
        return self.finding(
            context,
            path,
            text,
            line=line,
            severity="warning" if for_tests(path) else severity,
            fixes=(Fix(todo, "manual"),),
        )


def _unknown(data: dict[str, Any], section: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Places of keys that no release reads, once each; entries of a list are read as one."""
    told: set[str] = set()
    for key, value in data.items():
        inner = (*section, key)
        if key not in _KEYS[section]:
            if key not in told:
                told.add(key)
                yield inner
        elif inner in _KEYS:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    yield from _unknown(one, inner)


def _home(section: tuple[str, ...], key: str) -> tuple[str, ...] | None:
    """The one other section that has a key; none where several have it, or only the top of the file."""
    homes = [other for other, keys in _KEYS.items() if key in keys and other and other[0] != "surfpool"]
    near = [other for other in homes if section[:1] == other[:1]] or homes
    return near[0] if len(near) == 1 and near[0] != section else None
