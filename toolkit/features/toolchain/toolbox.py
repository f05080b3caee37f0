"""The tools of one run: chosen for every subproject, fetched only when something is to be done.

A version that ``toolkit.toml`` pins holds for languages; a package manager's version is the subproject's own
(``packageManager``). Where only the subproject asks for a version that cannot be had, what is on the search path is
used and said so: a repository that never pinned anything must still be installable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.features._tools import Chosen
from toolkit.features.toolchain import Toolchain, _proxies, canonical, load_pins
from toolkit.features.toolchain import environment as path_of
from toolkit.features.toolchain._answers import Answers, program_of
from toolkit.features.toolchain._managers import MANAGERS, npm_for, refusal
from toolkit.system import process
from toolkit.versions import may_satisfy, without_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from toolkit.context import Context
    from toolkit.extension import ToolNeed
    from toolkit.features.toolchain import Tool

__all__ = ["Tools"]

_LANGUAGES = frozenset({"node", "python", "rust", "go", "terraform", "agave", "anchor", "platform-tools"})


class Tools:
    """Chooses each tool once, and remembers between runs what the programs on the search path answered.

    Args:
        context: the run's state.
        provider: ``auto``, ``nix``, ``pinned`` or ``host``.
        offline: whether nothing may be downloaded.
    """

    def __init__(self, context: Context, provider: str = "auto", *, offline: bool = False) -> None:
        self._context = context
        self._provider = provider
        self._offline = offline
        self._chosen: dict[tuple[str, str, str], Chosen] = {}
        self._made: dict[tuple[str, str, str, str], Tool] = {}
        self._answers = Answers(context)
        self._chain: Toolchain | None = None

    @property
    def chain(self) -> Toolchain:
        """The providers without Nix; made at first use."""
        if self._chain is None:
            settings = self._context.settings
            self._chain = Toolchain(
                provider=self._provider if self._provider != "nix" else "auto",
                wanted=settings.toolchain,
                mirrors=settings.mirrors,
                offline=self._offline,
                pins=load_pins(repository=self._context.root),
            )
        return self._chain

    def choose(self, need: ToolNeed, beside: Sequence[Chosen] = ()) -> Chosen:
        """The version and provider for a need; nothing is downloaded.

        Args:
            need: what is asked for.
            beside: what was chosen before for the same subproject: a package manager has to run on its Node.

        Raises:
            ToolkitError: none can be had.
        """
        name = canonical(need.name)
        node = next((tool for tool in beside if tool.name == "node"), None) if name in MANAGERS else None
        key = (name, need.version or "", f"{node.provider} {node.version}" if node else "")
        found = self._chosen.get(key)
        if found is None:
            found = self._chosen[key] = (self._with_node(node, need) if name == "npm" and node else None) or (
                self._choose(name, need, node)
            )
        return found

    def _with_node(self, node: Chosen, need: ToolNeed) -> Chosen | None:
        """The npm that goes with a Node which is fetched, where nobody asks for another one.

        One of the search path belongs to another Node, and is another one on every machine.
        """
        version = npm_for(node.version)
        if node.provider != "pinned" or need.version or self._pins("npm") or not version or self._provider == "host":
            return None
        return Chosen("npm", version, "pinned", f"any version; it goes with node {node.version}", version)

    def _choose(self, name: str, need: ToolNeed, node: Chosen | None) -> Chosen:
        pins = self._pins(name)
        own = (need.version or "").strip()
        from_pins = bool(pins) and (name in _LANGUAGES or not own)
        accepted = pins if from_pins else (own,)
        asker = "toolkit.toml" if from_pins else need.why
        found, seen = self._on_path(name, accepted, asker, node) if self._provider != "pinned" else (None, "")
        if found is not None:
            return found
        spec = accepted[0] or (npm_for(node.version) if name == "npm" and node else "")
        asked = _asked(spec, asker)
        if self._provider != "host" and (version := self._pinned_version(name, spec)) is not None:
            return Chosen(name, version, "pinned", f"{asked}; {seen}" if seen else asked, spec)
        if (
            self._provider != "pinned"
            and not from_pins
            and name in _LANGUAGES
            and (host := self._answers.ask(name, ""))
        ):
            return Chosen(
                name,
                host.version,
                "host",
                f"{asked} cannot be had; {host.path} is {host.version} and is used instead",
                program=host.path,
                instead_of=without_hash(spec),
            )
        raise ToolkitError(
            f"{' '.join((name, without_hash(spec))).strip()} is asked for by {asker or 'the subproject'},"
            f" and no provider has it{'; ' + seen if seen else ''}",
            "install it, or leave out --provider host"
            if self._provider == "host"
            else "install it, or pin another version in [toolchain] of toolkit.toml",
        )

    def _on_path(
        self, name: str, accepted: Sequence[str], asker: str, node: Chosen | None
    ) -> tuple[Chosen | None, str]:
        """The first of the accepted versions that the search path has, else what it has instead, in words."""
        seen = ""
        for spec in accepted:
            if name == "rust" and _proxies.installed(spec, self._context.variables):
                return Chosen(name, spec, "host", f"{spec} in {asker}; rustup has it", spec), ""
            host = self._answers.ask(name, spec)
            if (
                host is not None
                and not (name == "rust" and _proxies.is_channel(spec))
                and may_satisfy(host.version, spec)
            ):
                if node is not None and (no := refusal(host.path, name, host.version, node.version)):
                    seen = f"{no}, and node {node.version} is used"
                    continue
                why = f"{_asked(spec, asker)}; {host.path}{' satisfies it' if spec else ''}"
                return Chosen(name, host.version, "host", why, spec, host.path), ""
            if name == "python" and (other := _proxies.pyenv_python(spec, self._context.variables)):
                why = f"{_asked(spec, asker)}; pyenv has it"
                return Chosen(name, other[0], "host", why, spec, program=other[1]), ""
            seen = seen or (f"{host.path} is {host.version}" if host is not None else f"no {name} on PATH")
        return None, seen

    def _pins(self, name: str) -> tuple[str, ...]:
        """The versions that ``toolkit.toml`` accepts, the one to fetch first."""
        for key, versions in self._context.settings.toolchain.items():
            if canonical(key) == name:
                return versions
        return ()

    def _pinned_version(self, name: str, spec: str) -> str | None:
        """The version that the pinned provider would fetch; ``None`` if it has none."""
        try:
            return self.chain.pinned_version(name, spec)
        except ConfigurationError:
            return None

    def environment(
        self, tools: Sequence[Chosen], say: Callable[[str], None] = lambda _line: None
    ) -> Mapping[str, str | None]:
        """Environment changes that put the tools first on the search path; fetches what is not there.

        Args:
            tools: what :meth:`choose` gave.
            say: told about each download.

        Raises:
            ToolkitError: a tool could not be fetched.
        """
        node = next((self._make(tool, say, None) for tool in tools if tool.name == "node"), None)
        made = [self._make(tool, say, node) for tool in reversed(tools)]
        base: dict[str, str | None] = {}
        return path_of(made, base)

    def _make(self, tool: Chosen, say: Callable[[str], None], node: Tool | None) -> Tool:
        from toolkit.features.toolchain import Tool as Made

        node = node if tool.name in MANAGERS else None
        key = (tool.name, tool.version, tool.instead_of, node.version if node else "")
        if key not in self._made:
            if tool.provider == "host":
                folder = _folder(tool, self._context.variables)
                self._made[key] = Made(tool.name, tool.version, "host", (folder,) if folder else (), tool.why)
            else:
                # A tool brings others (an npm its Node): each is announced by its own name, and only if it is fetched.
                own = f"{tool.name} "
                self.chain.announce = lambda title: say(
                    f"fetching {title}{f': {tool.why}' if title.startswith(own) else f', for {own}{tool.version}'}"
                )
                self._made[key] = self.chain.pinned(tool.name, tool.spec, node=node)
        return self._made[key]

    def summary(self) -> str:
        """Where the tools come from, in a few words."""
        providers = sorted({tool.provider for tool in self._chosen.values()})
        return " + ".join(providers) + " tools" if providers else "no tools"


def _folder(tool: Chosen, variables: Mapping[str, str]) -> Path | None:
    """Where a program of the search path lies; behind a proxy, what that runs outside of every project.

    Proxies (rustup's, pyenv's) go by a file of the folder that they are started in, and refuse what they lack.
    """
    from pathlib import Path

    path = tool.program or process.which(program_of(tool.name))
    apart = None
    if tool.name == "rust":
        apart = _proxies.behind_proxy() if tool.instead_of else _proxies.installed(tool.spec, variables)
    if tool.name == "python" and path and "shims" in Path(path).parts:
        apart = _proxies.interpreter(path)
    return apart or (Path(path).parent if path else None)


def _asked(spec: str, asker: str) -> str:
    return f"{without_hash(spec)} in {asker}" if spec else "any version"
