"""What Nix knows about a repository's tools, asked without building anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from toolkit.features.environment import staged
from toolkit.features.environment._newer import Newer
from toolkit.system import nix as nix_system
from toolkit.system import private
from toolkit.system.machine import current_system

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from toolkit.system.nix import Nix

__all__ = ["answer", "attribute", "new_lock", "newer_inputs", "search", "text", "updated_lock"]

_TIMEOUT_S = 600.0
"""Enough for a first search through all of nixpkgs."""


def answer(root: Path, nix: Nix) -> dict[str, Any]:
    """The flake's tools with their versions, and a sentence for each one that this system cannot have.

    Where the flake is not made by ``mkMonorepo``, the reason why they are not known.
    """
    try:
        where = f"{nix_system.flake_url(staged(root))}#legacyPackages.{current_system()}.toolkitInfo"
        done = nix.run("eval", "--json", "--no-update-lock-file", where, cwd=root, timeout_s=_TIMEOUT_S)
    except nix_system.NixError as error:
        return {"unknown": error.message}
    found: dict[str, Any] = json.loads(done.text)
    return found


def attribute(root: Path, nix: Nix, name: str) -> str | None:
    """The version of a nixpkgs attribute, as the repository's lock has it; ``None`` if there is none.

    Args:
        root: the repository.
        nix: what is asked.
        name: the attribute, with dots where it lies in a set.

    Raises:
        NixError: Nix failed for another reason, for example without a network.
    """
    flake = staged(root)
    where = f"{nix_system.flake_url(flake)}#legacyPackages.{current_system()}.toolkitPackages"
    # A value and not the attribute itself: what is missing is then no error whose words would have to be known.
    path = json.dumps(name.split("."))
    ask = (
        f"packages: let found = builtins.foldl' (set: key: if builtins.isAttrs set then set.${{key}} or null else null)"
        f" packages (builtins.fromJSON ''{path}''); in if found == null then null else found.version or \"\""
    )
    done = nix.run("eval", "--json", "--no-update-lock-file", where, "--apply", ask, cwd=flake, timeout_s=_TIMEOUT_S)
    found: str | None = json.loads(done.text)
    return found


def search(root: Path, nix: Nix, words: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """Attributes of the locked nixpkgs with version and description that match every word.

    Args:
        root: the repository.
        nix: what is asked.
        words: regular expressions, as ``nix search`` takes them.

    Raises:
        NixError: Nix failed.
    """
    flake = staged(root)
    url = nix_system.flake_url(flake)
    done = nix.run("search", "--json", "--inputs-from", url, "nixpkgs", *words, cwd=flake, timeout_s=_TIMEOUT_S)
    found: Mapping[str, Mapping[str, str]] = json.loads(done.text or "{}")
    rows = ((key.split(".", 2)[-1], row.get("version", ""), row.get("description", "")) for key, row in found.items())
    return tuple(sorted(rows))


def newer_inputs(root: Path, nix: Nix) -> tuple[Newer, ...]:
    """The flake's own inputs whose source has something newer than the lock.

    Raises:
        NixError: a source could not be asked, for example without a network.
    """
    nodes = json.loads((root / "flake.lock").read_bytes())["nodes"]
    found = []
    for name, node in nodes["root"].get("inputs", {}).items():
        entry = nodes[node] if isinstance(node, str) else {}
        if "original" not in entry or entry["locked"].get("type") == "path":
            continue
        url = _url(entry["original"])
        done = nix.run("flake", "metadata", "--json", "--refresh", url, cwd=root, timeout_s=_TIMEOUT_S)
        now, have = json.loads(done.text), entry["locked"]
        if now.get("revision") and now["revision"] != have.get("rev"):
            found.append(Newer(name, have.get("rev", "?")[:11], now["revision"][:11], url))
    return tuple(found)


def _url(original: Mapping[str, Any]) -> str:
    if original["type"] in ("github", "gitlab", "sourcehut"):
        ref = original.get("ref") or original.get("rev")
        return f"{original['type']}:{original['owner']}/{original['repo']}{f'/{ref}' if ref else ''}"
    if original["type"] == "indirect":
        return f"flake:{original['id']}"
    url = str(original.get("url", ""))
    scheme = f"{original['type']}+"
    return url if url.startswith(scheme) else f"{scheme}{url}"


def updated_lock(root: Path, nix: Nix, inputs: tuple[str, ...]) -> tuple[bytes, tuple[dict[str, str], dict[str, str]]]:
    """The lock that an update gives, and the tools' versions before and after; the repository is not touched.

    Args:
        root: the repository.
        nix: which Nix.
        inputs: which inputs; all of them if none is named.

    Raises:
        NixError: Nix failed, for example without a network.
    """
    flake = staged(root)
    before = answer(root, nix).get("tools", {})
    lock = flake / "flake.lock"
    kept = lock.read_bytes() if lock.is_file() else None
    try:
        if nix.version >= (2, 19):
            nix.run("flake", "update", *inputs, "--flake", nix_system.flake_url(flake), cwd=flake, timeout_s=_TIMEOUT_S)
        elif inputs:
            words = (word for name in inputs for word in ("--update-input", name))
            nix.run("flake", "lock", *words, nix_system.flake_url(flake), cwd=flake, timeout_s=_TIMEOUT_S)
        else:
            nix.run("flake", "update", nix_system.flake_url(flake), cwd=flake, timeout_s=_TIMEOUT_S)
        made = lock.read_bytes()
        where = f"{nix_system.flake_url(flake)}#legacyPackages.{current_system()}.toolkitInfo.tools"
        try:
            after = json.loads(nix.run("eval", "--json", where, cwd=flake, timeout_s=_TIMEOUT_S).text)
        except nix_system.NixError:
            after = before
    finally:
        if kept is not None:
            private.write(lock, kept)
    return made, (before, after)


def new_lock(root: Path, nix: Nix) -> bytes:
    """The ``flake.lock`` that the repository's ``flake.nix`` gives; the repository is not touched.

    Raises:
        NixError: Nix failed, for example without a network.
    """
    flake = staged(root)
    nix.run("flake", "lock", nix_system.flake_url(flake), cwd=flake, timeout_s=_TIMEOUT_S)
    made = flake / "flake.lock"
    content = made.read_bytes()
    private.remove(made, flake)
    return content


def text(about: Mapping[str, Any]) -> str:
    """The answer of ``invoke info`` for a person."""
    lines = [f"root      {about['root']}", f"provider  {about['provider']}: {about['why']}"]
    changed = about["changed"]
    state = "up to date" if not changed else "not made yet" if changed == ["all"] else f"changed: {', '.join(changed)}"
    lines += [f"shell     {state}", f"cache     {about['cache']}"]
    if "chosen" in about:
        return "\n".join([*lines, *_chosen(about["chosen"])])
    # toolkit.toml calls by the network's name what its developers call Agave.
    named = {"solana" if name == "agave" else name: version for name, version in about.get("tools", {}).items()}
    tools = {name: version for name, version in named.items() if version}
    names = {**dict.fromkeys(about["asked"], ""), **tools}
    width = max((len(name) for name in names), default=0)
    for name in sorted(names):
        asked = ", ".join(about["asked"].get(name, ())) or "-"
        lines.append(f"  {name:<{width}}  asked {asked:<12} {'has ' + tools[name] if tools.get(name) else ''}".rstrip())
    lines += [f"  {name:<{width}}  not on this system: {why}" for name, why in about.get("missing", {}).items()]
    lines += [f"  {name:<{width}}  package {version}" for name, version in about.get("packages", {}).items()]
    if about.get("unknown"):
        lines.append(f"versions could not be asked for: {about['unknown']}")
    return "\n".join(lines)


def _chosen(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """A line for each tool: its version, who provides it, and what decided; as a bootstrap ends."""
    if not rows:
        return ["no subproject and no [toolchain] asks for a tool"]
    titles = [f"{row['name']} {row['version']}".strip() for row in rows]
    width = max(map(len, titles))
    return [f"  {title:<{width}}  {row['provider']:<6}  {row['why']}" for title, row in zip(titles, rows, strict=True)]
