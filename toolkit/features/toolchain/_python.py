"""Python itself through uv, which knows where each platform's builds are and their digests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import versions as _versions
from toolkit.commands import Command
from toolkit.errors import ToolkitError
from toolkit.features.toolchain._tool import Tool, environment
from toolkit.system import process
from toolkit.system import programs as _host
from toolkit.system.download import mirrored, tool_mirror

if TYPE_CHECKING:
    from toolkit.features.toolchain._tool import Resolver

_ARCHIVES = "https://github.com/astral-sh/python-build-standalone/releases/download"
"""Where uv looks by default (its setting ``python-install-mirror``)."""
_TIMEOUT_S = 900.0


def resolve(toolchain: Resolver, spec: str) -> Tool:
    """A Python that uv manages, installed first if it is not there.

    Raises:
        ToolkitError: uv cannot install it.
    """
    uv = toolchain.resolve("uv")
    changes = {**environment((uv,)), "UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1"}
    address = mirrored(_ARCHIVES, toolchain.mirrors, None)
    mirror = tool_mirror("python") or (address if address != _ARCHIVES else None)
    if mirror:
        changes["UV_PYTHON_INSTALL_MIRROR"] = mirror
    if toolchain.offline:
        changes["UV_OFFLINE"] = "1"
    request = [_request(spec)] if spec else []
    find = ("uv", "python", "find", "--managed-python", "--no-project", *request)
    found = process.run(Command(find, Path("/"), {**changes, "UV_PYTHON_DOWNLOADS": "never"}, 60))
    if not found.ok:
        if toolchain.announce is not None and not toolchain.offline:
            toolchain.announce(f"python {spec}".strip())
        done = process.run(Command(("uv", "python", "install", *request), Path("/"), changes, _TIMEOUT_S))
        found = process.run(Command(find, Path("/"), changes, 60)) if done.ok else done
    if not found.ok:
        reason = (found.error_text.strip().splitlines() or ["no reason given"])[-1].strip()
        raise ToolkitError(
            f"uv {uv.version} could not install Python {spec}: {reason}",
            f"install Python {spec}, or name a mirror of {_ARCHIVES} under [mirrors] in toolkit.toml",
        )
    program = Path(found.text.strip())
    answer = _host.ask((str(program), "--version"))
    if answer is None or not _versions.satisfies(answer, spec):
        raise ToolkitError(f"{program}, which uv names for Python {spec}, is {answer or 'not running'}")
    why = f"python {answer} by uv {uv.version} ({uv.provider}) for {spec or 'any version'}"
    return Tool("python", answer, "pinned", (program.parent, *uv.bin_dirs), why, program.parents[1], program)


def _request(spec: str) -> str:
    """The pin as uv reads it: one version, or comparisons separated by commas."""
    return ",".join(spec.replace(",", " ").split()).removesuffix(".x")
