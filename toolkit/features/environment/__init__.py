"""The environment of a repository: made once for each content, then read from a cache.

:func:`load` is what bootstrap and the wrapper use. It runs no Nix evaluation when the deciding files
(``flake.nix``, ``flake.lock``, ``toolkit.toml``, ``rust-toolchain*``, ``nix/``), the system and Nix's version
are those of an environment that is there already. ``.envrc`` comes to the same answer without Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from toolkit.features.environment import _inputs
from toolkit.features.environment._cache import Cache
from toolkit.features.environment._capture import capture, stage
from toolkit.features.environment._render import FORMATS, as_text, format_of
from toolkit.features.environment._value import Environment, from_variables
from toolkit.system import nix as nix_system
from toolkit.system import private
from toolkit.system.machine import current_system
from toolkit.system.process import environment as inherited
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.system.nix import Nix

__all__ = [
    "FORMATS",
    "Environment",
    "Loaded",
    "Wish",
    "as_text",
    "cache",
    "choose",
    "deciding",
    "format_of",
    "from_variables",
    "load",
    "previous",
    "staged",
    "status",
]

State = Literal["cached", "made"]

_ALTERNATIVE = "or go on without Nix: --provider pinned, or host"
_REPLACEABLE = frozenset(
    ("absent", "hook-removed", "too-old", "flakes-disabled", "daemon-down", "store-full", "network", "timeout")
)
"""Problems of Nix that another provider does not have."""


@frozen
class Wish:
    """Which environment is wanted.

    Args:
        name: which of the flake's shells; ``ci`` has nothing for hands at a keyboard.
        provider: ``auto``, ``nix``, ``pinned`` or ``host``.
        refresh: make it anew even if it is there.
    """

    name: str = "default"
    provider: str = "auto"
    refresh: bool = False


@frozen
class Loaded:
    """An environment and how it was come by.

    Args:
        state: ``cached``, or ``made`` just now.
        key: digest of what decides it.
        why: which provider, and why.
    """

    environment: Environment
    state: State
    key: str
    why: str

    def changes(self, base: Mapping[str, str] | None = None) -> dict[str, str | None]:
        """The changes to the inherited environment, for :class:`toolkit.commands.Command`."""
        return self.environment.changes(inherited() if base is None else base)


def cache() -> Cache:
    """The user's cache of environments."""
    return Cache(private.cache_folder("environment"))


def load(
    root: Path,
    wish: Wish | None = None,
    *,
    fallback: Callable[[], Environment] | None = None,
    announce: Callable[[str], None] | None = None,
) -> Loaded:
    """The environment of a repository; from the cache if what decides it has not changed.

    Args:
        root: the repository.
        wish: which shell, from whom; the default shell from whoever can serve.
        fallback: makes the environment of the other providers.
        announce: told in one sentence what is about to take its time.

    Raises:
        NixError: Nix was asked for and is missing or failed.
        ToolkitError: no provider can serve, or the cache cannot be written.
    """
    wish = wish or Wish()
    name, provider = wish.name, wish.provider
    found, why = choose(root, provider)
    if found is None and fallback is None:
        raise nix_system.absence()
    inputs = _inputs.read(root)
    facts = ("nix", found.text, found.target) if found else (provider,)
    digest = _inputs.digest(inputs, name, current_system(), *facts)
    store = cache()
    environment = None if wish.refresh else store.find(digest)
    state: State = "made" if environment is None else "cached"
    if environment is None:
        if announce is not None:
            announce(_announcement(store.current(root, name), inputs, name, facts[0]))
        try:
            environment = capture(found, inputs, name, store.entry(digest)) if found else _other(fallback)
        except nix_system.NixError as error:
            raise _with_alternative(error, provider) from error
        store.keep(digest, environment)
    store.make_current(root, digest, environment, _inputs.joined(inputs), nix_system.on_path())
    return Loaded(environment, state, digest, why)


def previous(root: Path, name: str = "default") -> Environment | None:
    """The last environment that worked, for a shell that has to open although the new one failed."""
    before = cache().current(root, name)
    return before[0] if before is not None else None


def choose(root: Path, provider: str) -> tuple[Nix | None, str]:
    """The Nix that serves, and why it was or was not taken.

    Raises:
        NixError: ``nix`` was asked for and cannot serve.
    """
    if provider in ("pinned", "host"):
        return None, f"{provider}, as asked"
    found = nix_system.find()
    if provider == "nix":
        if found is None:
            raise nix_system.absence()
        nix_system.check_version(found)
        return found, f"Nix {found.text}, as asked"
    if found is None:
        return None, "no Nix found"
    if not (root / "flake.nix").is_file():
        return None, "no flake.nix here"
    if found.version < nix_system.MINIMUM:
        return None, f"Nix {found.text} is too old"
    return found, f"Nix {found.text}"


def status(root: Path, name: str = "default") -> tuple[str, ...]:
    """The deciding files that changed since the current environment was made; ``("all",)`` if there is none."""
    before = cache().current(root, name)
    return _inputs.changed(before[1], _inputs.read(root)) if before is not None else ("all",)


def deciding(root: Path) -> tuple[str, ...]:
    """The files that decide the environment, those that are there."""
    return tuple(name for name, _ in _inputs.read(root))


def staged(root: Path) -> Path:
    """A copy of the deciding files as a flake, for questions to Nix about this repository's pins."""
    inputs = _inputs.read(root)
    return stage(inputs, cache().folder / "questions" / _inputs.digest(inputs))


def _other(fallback: Callable[[], Environment] | None) -> Environment:
    if fallback is None:
        raise nix_system.absence()
    return fallback()


def _announcement(before: tuple[Environment, bytes] | None, inputs: _inputs.Inputs, name: str, provider: str) -> str:
    how = "evaluating the flake" if provider == "nix" else f"looking for tools ({provider})"
    if before is None:
        return f"no environment for the shell {name} yet: {how}"
    names = _inputs.changed(before[1], inputs)
    return f"{', '.join(names) if names else 'Nix'} changed since the last environment: {how}"


def _with_alternative(error: nix_system.NixError, provider: str) -> nix_system.NixError:
    if provider == "nix" or error.problem not in _REPLACEABLE or "--provider" in error.hint:
        return error
    return nix_system.NixError(error.problem, error.message, f"{error.hint}; {_ALTERNATIVE}")
