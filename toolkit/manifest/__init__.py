"""Reading ``toolkit.toml``, the one source of versions, which Nix reads too.

An unknown key is an error that names the nearest known one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.manifest._reading import (
    NAME,
    Table,
    argv,
    argvs,
    flag,
    folder,
    number,
    one_of,
    one_or_more,
    text,
    texts,
    variable,
)
from toolkit.manifest._tools import TOOLS, known_tools
from toolkit.settings import BootstrapSettings, CheckSettings, ProjectSettings, Settings
from toolkit.system.files import read_bounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from toolkit.model import Role

__all__ = ["NAME", "PROVIDERS", "ROLES", "TOOLS", "Settings", "load", "parse"]

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
        content = read_bounded(root / NAME)
    except FileNotFoundError:
        return Settings()
    except (OSError, ToolkitError) as error:
        raise ConfigurationError(
            f"{NAME} cannot be read: {getattr(error, 'strerror', None) or error}",
            "it has to be a file that you may read; evicted: invoke hydrate",
        ) from error
    return parse(content)


def parse(content: bytes) -> Settings:
    """Settings from the manifest's text.

    Raises:
        ConfigurationError: see :func:`load`.
    """
    import tomllib

    if content.startswith(b"\xef\xbb\xbf"):
        raise ConfigurationError(
            f"{NAME} begins with a byte order mark, with which TOML cannot be read",
            "save it as UTF-8, without a mark in front",
        )
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            f"{NAME} is not UTF-8 in line {line}", "save it as UTF-8, without a mark in front"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{NAME} is not valid TOML: {error}", "mend the line it names") from error
    table = Table(data, "")
    settings = Settings(
        source=NAME,
        toolchain=known_tools(table.mapping("toolchain", one_or_more)),
        packages=table.mapping("packages", text),
        env=table.mapping("env", text, variable),
        scripts=table.mapping("scripts", argv),
        bootstrap=_bootstrap(table.table("bootstrap")),
        projects=table.mapping("projects", _project, folder),
        decisions=_decisions(table.table("decisions")),
        checks=_checks(table.table("checks")),
        mirrors=table.mapping("mirrors", text),
    )
    table.done()
    return settings


def _role(value: Any, where: str) -> Role:
    found = one_of(ROLES)(value, where)
    return next(role for role in ROLES if role == found)


def _policy(value: Any, where: str) -> str | tuple[str, ...]:
    return one_of(("deny", "allow"))(value, where) if isinstance(value, str) else texts(value, where)


def _bootstrap(table: Table) -> BootstrapSettings:
    found = BootstrapSettings(
        jobs=int(table.get("jobs", number(0), 0)),
        timeout_s=table.get("timeout-s", number(1), 1800.0),
        provider=table.get("provider", one_of(PROVIDERS), "auto"),
        install_scripts=table.mapping("install-scripts", _policy),
        exclude=table.get("exclude", texts, ()),
        include=table.get("include", texts, ()),
        strict=table.get("strict", flag, None),
        allow_unlocked=table.get("allow-unlocked", flag, False),
    )
    table.done()
    return found


def _project(data: Any, where: str) -> ProjectSettings:
    table = Table(data, where)
    commands = table.table("commands")
    found = ProjectSettings(
        after=table.get("after", texts, ()),
        install=table.get("install", flag, True),
        critical=table.get("critical", flag, False),
        role=table.get("role", _role, None),
        commands=MappingProxyType({key: commands.get(key, argvs, ()) for key in COMMANDS if key in commands.data}),
        env=table.mapping("env", text, variable),
    )
    commands.known.extend(COMMANDS)
    commands.done()
    table.done()
    return found


def _decisions(table: Table) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "runtime": table.get("runtime", one_of(("kubernetes", "compose", "managed")), ""),
        "critical": table.get("critical", texts, ()),
        "domains": table.mapping("domains", one_or_more),
        "onchain": table.get("onchain", text, ""),
        "secrets": table.get("secrets", text, ""),
    }
    table.done()
    return MappingProxyType({key: value for key, value in found.items() if value})


def _checks(table: Table) -> CheckSettings:
    found = CheckSettings(
        select=table.get("select", texts, ()),
        ignore=table.get("ignore", texts, ()),
        severity=table.mapping("severity", one_of(("error", "warning", "info", "off"))),
        paths=table.mapping("paths", _check_paths),
        baseline=table.get("baseline", text, None),
        custom=table.mapping("custom", _custom_check),
        rules=table.get("rules", text, ""),
    )
    table.done()
    return found


def _check_paths(data: Any, where: str) -> Mapping[str, Any]:
    table = Table(data, where)
    found: dict[str, Any] = {
        "ignore": table.get("ignore", texts, ()),
        "severity": table.mapping("severity", one_of(("error", "warning", "info", "off"))),
        "reason": table.get("reason", text, ""),
    }
    table.done()
    return MappingProxyType(found)


def _custom_check(data: Any, where: str) -> Mapping[str, Any]:
    table = Table(data, where)
    found: dict[str, Any] = {
        "command": table.get("command", argv, ()),
        "when": table.get("when", text, ""),
        "cwd": table.get("cwd", text, "."),
        "exit-code": int(table.get("exit-code", number(0), 0)),
        "contains": table.get("contains", text, ""),
        "severity": table.get("severity", one_of(("error", "warning", "info")), "error"),
        "message": table.get("message", text, ""),
        "timeout-s": table.get("timeout-s", number(1), 60.0),
    }
    table.done()
    if not found["command"]:
        raise ConfigurationError(f"{NAME}: {where} has no command", 'give it one: command = "PROGRAM ARGUMENTS"')
    return MappingProxyType(found)
