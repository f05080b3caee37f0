"""Reading ``toolkit.toml``, the one source of versions, which Nix reads too.

An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from toolkit.errors import ConfigurationError
from toolkit.settings import BootstrapSettings, CheckSettings, ProjectSettings, Settings
from toolkit.tool_names import known_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from toolkit.model import Role
    from toolkit.settings import Argv

__all__ = ["NAME", "PROVIDERS", "ROLES", "Settings", "load", "parse"]

NAME = "toolkit.toml"

T = TypeVar("T")
D = TypeVar("D")

PROVIDERS = ("auto", "nix", "pinned", "host")
ROLES: tuple[Role, ...] = ("own", "example", "vendored", "template", "fixture", "submodule", "ignored")
COMMANDS = ("build", "test", "lint", "typecheck")


def load(root: Path) -> Settings:
    """The settings of a repository.

    Args:
        root: the folder that may hold ``toolkit.toml``.

    Raises:
        ConfigurationError: the file cannot be read, is not TOML, or has a key or value that is not known.
    """
    try:
        content = (root / NAME).read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise ConfigurationError(
            f"{NAME} cannot be read: {error.strerror}", "it has to be a file that you may read; evicted: invoke hydrate"
        ) from error
    return parse(content)


def parse(content: bytes) -> Settings:
    """Settings from the manifest's text.

    Raises:
        ConfigurationError: see :func:`load`.
    """
    import tomllib

    try:
        data = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            f"{NAME} is not UTF-8 in line {line}", "save it as UTF-8, without a mark in front"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{NAME} is not valid TOML: {error}", "mend the line it names") from error
    table = _Table(data, "")
    settings = Settings(
        source=NAME,
        toolchain=known_tools(table.mapping("toolchain", _one_or_more)),
        packages=table.mapping("packages", _text),
        env=table.mapping("env", _text),
        scripts=table.mapping("scripts", _argv),
        bootstrap=_bootstrap(table.table("bootstrap")),
        projects=table.mapping("projects", _project),
        decisions=_decisions(table.table("decisions")),
        checks=_checks(table.table("checks")),
        mirrors=table.mapping("mirrors", _text),
    )
    table.done()
    return settings


class _Table:
    """A table whose keys are taken one by one; what is left over at the end is an unknown key."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise ConfigurationError(
                f"{NAME}: [{where}] must be a table, not {_kind(data)}", f"begin it with [{where}]"
            )
        self.data = data
        self.where = where
        self.known: list[str] = []

    def name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def get(self, key: str, read: Callable[[Any, str], T], default: D) -> T | D:
        self.known.append(key)
        return read(self.data[key], self.name(key)) if key in self.data else default

    def table(self, key: str) -> _Table:
        self.known.append(key)
        return _Table(self.data.get(key, {}), self.name(key))

    def mapping(self, key: str, read: Callable[[Any, str], T]) -> Mapping[str, T]:
        child = self.table(key)
        return MappingProxyType({name: read(value, child.name(name)) for name, value in child.data.items()})

    def done(self) -> None:
        for key in self.data:
            if key in self.known:
                continue
            import difflib

            near = difflib.get_close_matches(key, self.known, 1, 0.5)
            hint = f'did you mean "{near[0]}"?' if near else f"known keys: {', '.join(sorted(self.known))}"
            raise ConfigurationError(f'{NAME}: unknown key "{self.name(key)}"', hint)


def _kind(value: Any) -> str:
    names = {str: "text", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), type(value).__name__)


def _wrong(where: str, wanted: str, value: Any) -> ConfigurationError:
    return ConfigurationError(
        f"{NAME}: {where} must be {wanted}, not {_kind(value)}", "docs/settings.md shows each key with an example"
    )


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "text", value)
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, "true or false", value)
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(where, "a list of texts", value)
    return tuple(value)


def _one_or_more(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, str | list):
        raise ConfigurationError(f"{NAME}: {where} must be text, not {_kind(value)}", f'write it in quotes: "{value}"')
    found = (value,) if isinstance(value, str) else _texts(value, where)
    if not found or not all(found):
        raise ConfigurationError(f"{NAME}: {where} names no version", "name one, or leave the key out")
    return found


def _argv(value: Any, where: str) -> Argv:
    if isinstance(value, str):
        import shlex

        try:
            value = shlex.split(value)
        except ValueError as error:
            raise ConfigurationError(
                f"{NAME}: {where} cannot be split into words: {error}", "close each quote"
            ) from error
    found = _texts(value, where)
    if not found:
        raise ConfigurationError(f"{NAME}: {where} is an empty command", "name a program, or leave the key out")
    return found


def _argvs(value: Any, where: str) -> tuple[Argv, ...]:
    """One command as text or words, or a list of word lists."""
    if isinstance(value, list) and value and all(isinstance(item, list) for item in value):
        return tuple(_argv(item, where) for item in value)
    return (_argv(value, where),)


def _one_of(choices: tuple[str, ...]) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in choices:
            raise ConfigurationError(f"{NAME}: {where} is {value!r}", f"one of: {', '.join(choices)}")
        return str(value)

    return read


def _number(low: float) -> Callable[[Any, str], float]:
    def read(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(where, "a number", value)
        if value < low:
            raise ConfigurationError(f"{NAME}: {where} is {value}, less than {low:g}", f"at least {low:g}")
        return value

    return read


def _role(value: Any, where: str) -> Role:
    found = _one_of(ROLES)(value, where)
    return next(role for role in ROLES if role == found)


def _policy(value: Any, where: str) -> str | tuple[str, ...]:
    return _one_of(("deny", "allow"))(value, where) if isinstance(value, str) else _texts(value, where)


def _bootstrap(table: _Table) -> BootstrapSettings:
    found = BootstrapSettings(
        jobs=int(table.get("jobs", _number(0), 0)),
        timeout_s=table.get("timeout-s", _number(1), 1800.0),
        provider=table.get("provider", _one_of(PROVIDERS), "auto"),
        install_scripts=table.mapping("install-scripts", _policy),
        exclude=table.get("exclude", _texts, ()),
        include=table.get("include", _texts, ()),
        strict=table.get("strict", _flag, None),
        allow_unlocked=table.get("allow-unlocked", _flag, False),
    )
    table.done()
    return found


def _project(data: Any, where: str) -> ProjectSettings:
    table = _Table(data, where)
    commands = table.table("commands")
    found = ProjectSettings(
        after=table.get("after", _texts, ()),
        install=table.get("install", _flag, True),
        critical=table.get("critical", _flag, False),
        role=table.get("role", _role, None),
        commands=MappingProxyType({key: commands.get(key, _argvs, ()) for key in COMMANDS if key in commands.data}),
        env=table.mapping("env", _text),
    )
    commands.known.extend(COMMANDS)
    commands.done()
    table.done()
    return found


def _decisions(table: _Table) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "runtime": table.get("runtime", _one_of(("kubernetes", "compose", "managed")), ""),
        "critical": table.get("critical", _texts, ()),
        "domains": table.mapping("domains", _one_or_more),
        "onchain": table.get("onchain", _text, ""),
        "secrets": table.get("secrets", _text, ""),
    }
    table.done()
    return MappingProxyType({key: value for key, value in found.items() if value})


def _checks(table: _Table) -> CheckSettings:
    found = CheckSettings(
        select=table.get("select", _texts, ()),
        ignore=table.get("ignore", _texts, ()),
        severity=table.mapping("severity", _one_of(("error", "warning", "info", "off"))),
        paths=table.mapping("paths", _check_paths),
        baseline=table.get("baseline", _text, None),
        custom=table.mapping("custom", _custom_check),
        rules=table.get("rules", _text, ""),
    )
    table.done()
    return found


def _check_paths(data: Any, where: str) -> Mapping[str, Any]:
    table = _Table(data, where)
    found: dict[str, Any] = {
        "ignore": table.get("ignore", _texts, ()),
        "severity": table.mapping("severity", _one_of(("error", "warning", "info", "off"))),
        "reason": table.get("reason", _text, ""),
    }
    table.done()
    return MappingProxyType(found)


def _custom_check(data: Any, where: str) -> Mapping[str, Any]:
    table = _Table(data, where)
    found: dict[str, Any] = {
        "command": table.get("command", _argv, ()),
        "when": table.get("when", _text, ""),
        "cwd": table.get("cwd", _text, "."),
        "exit-code": int(table.get("exit-code", _number(0), 0)),
        "contains": table.get("contains", _text, ""),
        "severity": table.get("severity", _one_of(("error", "warning", "info")), "error"),
        "message": table.get("message", _text, ""),
        "timeout-s": table.get("timeout-s", _number(1), 60.0),
    }
    table.done()
    if not found["command"]:
        raise ConfigurationError(f"{NAME}: {where} has no command", 'give it one: command = "PROGRAM ARGUMENTS"')
    return MappingProxyType(found)
