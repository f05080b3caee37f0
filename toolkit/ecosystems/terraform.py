"""Terraform and OpenTofu root modules: providers by ``.terraform.lock.hcl``, no backend touched."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.ecosystems._diagnosis import tell
from toolkit.ecosystems._terraform import LOCK, Module, locked, read
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.memory import once_a_run
from toolkit.model import Choice, Subproject
from toolkit.places import folder_of, inside, join, name_of, variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context
    from toolkit.ecosystems._diagnosis import Rule

_PLATFORMS = ("linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64")
"""A lock holds checksums for each, so that a laptop and CI accept the same one."""
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
_LIBRARY_FOLDERS = frozenset({"modules", "module"})
_TESTS = frozenset({"test", "tests", "fixture", "fixtures"})
"""A root that only a test calls is a root all the same."""
_OPENTOFU = "registry.opentofu.org/"

_FAILURES: tuple[Rule, ...] = (
    (
        r"Provider dependency changes detected",
        "the providers that the configuration asks for are not those of .terraform.lock.hcl",
        "invoke lock PATH brings it up to date; commit it",
    ),
    (
        r"locked provider (?P<name>\S+)\s+(?P<version>\S+)\s+does\s+not\s+match\s+configured\s+version\s+constraint",
        ".terraform.lock.hcl holds {name} {version}, which the configuration does not allow any more",
        "invoke lock PATH brings it up to date; commit it",
    ),
    (
        r"package for\s+(?P<name>\S+)\s+(?P<version>\S+)\s+doesn't\s+match\s+any\s+of\s+the\s+checksums",
        "the lock has no checksum of {name} {version} that fits this platform's package",
        "invoke lock PATH records those of every platform; if they are there, the package was changed",
    ),
    (
        r"does not support Terraform version (?P<version>\d[\d.]*\d)",
        "the configuration does not allow Terraform {version}",
        "pin a version that it allows as terraform in [toolchain]",
    ),
    (
        r"provider registry\s+(?P<host>\S+)\s+does\s+not\s+have\s+a\s+provider\s+named\s+(?P<name>\S+)",
        "{host} has no provider {name}",
        "mend source in required_providers",
    ),
    (r"Unreadable module directory[\s\S]*?(?P<path>\.{1,2}/\S+)", "a module's folder does not exist: {path}", "mend its source"),
)  # fmt: skip


class Terraform(Ecosystem):
    """A folder that ``terraform init`` is run in."""

    name = "terraform"
    family = "terraform"
    lockfiles = (LOCK,)
    outputs = (".terraform",)
    network_errors = (
        # Messages are wrapped at 78 columns, so what cannot be broken over two lines is the surest sign.
        ".well-known/terraform.json",
        "could not connect to registry",
        "no such host",
        "connection reset by peer",
        "connection refused",
        "i/o timeout",
        "TLS handshake timeout",
        "Client.Timeout exceeded",
        "503 Service Unavailable",
        "502 Bad Gateway",
    )

    def discover(self, context: Context) -> Iterator[Subproject]:
        """Root modules: what has a lock or a backend, and what configures providers and nobody calls."""
        modules = _modules(context)
        callers = {folder: module for folder, module in modules.items() if not _TESTS.intersection(folder.split("/"))}
        called = {path for folder, module in callers.items() for path in _local_calls(folder, module)}
        for folder, module in sorted(modules.items()):
            lock = inside(folder, LOCK)
            has_lock = context.is_file(lock)
            if not _is_root(folder, module, has_lock=has_lock, is_called=folder in called):
                continue
            manifest = _manifest(context, folder)
            files = _files(context)
            reached = _reached(modules, folder)
            yield Subproject(
                path=folder,
                name=name_of(context, folder),
                ecosystem=self.name,
                family=self.family,
                manifest=manifest,
                lockfile=lock if has_lock else None,
                choice=Choice(*_program(context, lock if has_lock else ""), manifest),
                version=module.version or None,
                inputs=tuple(path for item in (folder, *reached) for path in files[item] if path != manifest),
                problem=module.problem,
            )

    def lacks_lock(self, context: Context, subproject: Subproject) -> bool:
        """A root whose modules use no provider but the built-in one has nothing to lock."""
        modules = _modules(context)
        folders = (subproject.path, *_reached(modules, subproject.path))
        remote = any(
            source and not source.startswith("./") and not source.startswith("../")
            for folder in folders
            for source in modules[folder].calls.values()
        )
        return subproject.lockfile is None and (remote or any(modules[folder].providers for folder in folders))

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """``init`` without its backend; offline from the plugin cache, where the user has one."""
        program = subproject.choice.value
        flags = ["-backend=false", "-input=false", "-no-color"]
        flags += ["-lockfile=readonly"] if request.frozen else []
        cache = variable(context, subproject.path, "TF_PLUGIN_CACHE_DIR")
        note = ""
        if request.offline and cache:
            flags.append(f"-plugin-dir={cache}")
        elif request.offline:
            note = f"{program} has no offline mode; set TF_PLUGIN_CACHE_DIR to install from a cache"
        step = Step((program, "init", *flags), subproject.path, _ENVIRONMENT)
        return Install((_need(subproject),), (step,), note=note)

    def missing(self, context: Context, subproject: Subproject) -> str:
        """A locked provider or a called module that is not below ``.terraform``."""
        folder = context.absolute(subproject.path)
        data = os.path.join(folder, variable(context, subproject.path, "TF_DATA_DIR") or ".terraform")
        try:
            providers = (
                locked(context.read(subproject.lockfile).decode("utf-8", "replace")) if subproject.lockfile else ()
            )
        except Unreadable as error:
            return f"{LOCK}: {error}"
        for address, version in providers:
            if not os.path.isdir(os.path.join(data, "providers", address, version, _platform())):
                return f"{address} {version} is not in .terraform"
        calls = _modules(context)[subproject.path].calls
        return _absent_module(data, str(folder), calls) if calls else ""

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """Record the providers' checksums for every platform that the toolkit knows."""
        del context
        platforms = tuple(f"-platform={name}" for name in _PLATFORMS)
        program = subproject.choice.value
        steps = (("get", "-no-color"), ("providers", "lock", "-no-color", *platforms))
        return Install(
            (_need(subproject),), tuple(Step((program, *argv), subproject.path, _ENVIRONMENT) for argv in steps)
        )

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """``fmt -check`` as lint, ``validate`` as type check; neither asks a provider's service."""
        del context
        verbs = {"lint": ("fmt", "-check", "-diff", "-no-color"), "typecheck": ("validate", "-no-color")}
        return (Step((subproject.choice.value, *verbs[kind]), subproject.path, _ENVIRONMENT),) if kind in verbs else ()

    def diagnose(self, log: str) -> tuple[str, str]:
        """What Terraform's own words mean here; its lines are wrapped and framed."""
        return tell(" ".join(log.replace("│", " ").split()), _FAILURES)


_ENVIRONMENT = {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}


@once_a_run
def _files(context: Context) -> dict[str, tuple[str, ...]]:
    """The ``.tf`` and ``.tofu`` files of each folder that has some."""
    found: dict[str, tuple[str, ...]] = {}
    names = [name for name in context.inventory.by_name if name.endswith((".tf", ".tofu"))]
    for path in sorted(context.inventory.named(*names)):
        folder = folder_of(path)
        found[folder] = (*found.get(folder, ()), path)
    return found


@once_a_run
def _modules(context: Context) -> dict[str, Module]:
    """What the files of each folder say."""
    return {folder: read(context, paths) for folder, paths in _files(context).items()}


def _local_calls(folder: str, module: Module) -> Iterator[str]:
    for source in module.calls.values():
        if source.startswith(("./", "../")) and (found := join(folder, source)):
            yield found


def _reached(modules: dict[str, Module], folder: str) -> tuple[str, ...]:
    """Folders of the local modules that a root calls, directly or not."""
    found: list[str] = []
    pending = [folder]
    while pending:
        here = pending.pop()
        for path in _local_calls(here, modules[here]):
            if path in modules and path != folder and path not in found:
                found.append(path)
                pending.append(path)
    return tuple(sorted(found))


def _is_root(folder: str, module: Module, *, has_lock: bool, is_called: bool) -> bool:
    """Whether state belongs to the folder; a lock or a backend says so, whatever the folder is called."""
    if has_lock or module.backend:
        return True
    if is_called or (_LIBRARY_FOLDERS | _TESTS).intersection(folder.split("/")):
        return False
    return module.configures or module.declares or bool(module.calls)


def _manifest(context: Context, folder: str) -> str:
    files = _files(context)[folder]
    usual = [inside(folder, name) for name in ("main.tf", "versions.tf", "providers.tf", "terraform.tf", "main.tofu")]
    return next((path for path in usual if path in files), files[0])


def _program(context: Context, lock: str) -> tuple[str, str]:
    """Terraform or OpenTofu, and the rule: the lock's registry, else what is installed."""
    try:
        if lock and _OPENTOFU in context.read(lock).decode("utf-8", "replace"):
            return "tofu", "registry of the lock file"
    except Unreadable:
        pass
    path = context.variables.get("PATH", "")
    if not shutil.which("terraform", path=path) and shutil.which("tofu", path=path):
        return "tofu", "terraform is not on PATH"
    return "terraform", "manifest"


def _need(subproject: Subproject) -> ToolNeed:
    asker = f"required_version of {inside(subproject.path, '*.tf')}" if subproject.version else ""
    return ToolNeed(subproject.choice.value, subproject.version, asker)


def _platform() -> str:
    """How Terraform names this machine's platform."""
    machine = os.uname()
    return f"{machine.sysname.lower()}_{_ARCHITECTURES.get(machine.machine, machine.machine)}"


def _absent_module(data: str, folder: str, calls: dict[str, str]) -> str:
    """The first module call without an entry in ``modules.json`` or without its folder."""
    try:
        with open(os.path.join(data, "modules", "modules.json"), "rb") as stream:
            known = {item["Key"]: item["Dir"] for item in json.load(stream)["Modules"]}
    except (OSError, ValueError, KeyError, TypeError):
        return "its modules are not installed"
    absent = [name for name in calls if name not in known or not os.path.isdir(os.path.join(folder, known[name]))]
    return f"module {absent[0]} is not installed" if absent else ""
