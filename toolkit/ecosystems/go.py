"""Go modules and workspaces: the module cache, filled as ``go.sum`` says."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.ecosystems._diagnosis import tell
from toolkit.ecosystems._go import FAILURES, NETWORK, Unit, environment, module_cache, required, sums, units
from toolkit.errors import ToolkitError
from toolkit.extension import Ecosystem, Install, Request, Step, ToolNeed
from toolkit.model import Choice, Subproject
from toolkit.places import inside, name_of, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.context import Context


class Go(Ecosystem):
    """A module, or a ``go.work`` with its modules."""

    name = "go"
    family = "go"
    lockfiles = ("go.sum", "go.work.sum")
    network_errors = NETWORK

    def discover(self, context: Context) -> Iterator[Subproject]:
        """Workspaces with their modules as one; an empty ``go.mod`` only fences a folder off and is nothing."""
        for unit in units(context):
            locks = [path for path in unit.sums if context.is_file(path)]
            yield Subproject(
                path=unit.folder,
                name=unit.name or name_of(context, unit.folder),
                ecosystem=self.name,
                family=self.family,
                manifest=unit.manifest,
                lockfile=locks[0] if locks else None,
                choice=Choice("go", "manifest", unit.manifest),
                version=f">={unit.go}" if unit.go else None,
                members=unit.members,
                inputs=(*unit.inputs, *locks[1:]),
                needs=unit.needs,
                problem=unit.problem,
            )

    def lacks_lock(self, context: Context, subproject: Subproject) -> bool:
        """A module that requires nothing needs no ``go.sum``, and vendored sources need none to be there."""
        if subproject.lockfile is not None or _vendored(context, subproject):
            return False
        return any(version for _, version in required(_unit(context, subproject)))

    def install(self, context: Context, subproject: Subproject, request: Request) -> Install:
        """``go mod download``, which leaves go.mod and go.sum as they are.

        It does not complain of checksums that go.sum lacks (Go 1.26), so this is found out here: a required
        module must at least have the checksum of its go.mod.

        Raises:
            ToolkitError: go.sum lacks a required module.
        """
        need = ToolNeed("go", subproject.version, subproject.manifest if subproject.version else "")
        if _vendored(context, subproject):
            return Install((need,), (), note="its modules are in vendor/, nothing to download")
        if not any(version for _, version in required(_unit(context, subproject))):
            return Install((need,), (), note="requires no module")
        if request.frozen:
            known = {(module, version) for module, version, _ in sums(context, _unit(context, subproject))}
            for pair in required(_unit(context, subproject)):
                if pair not in known:
                    raise ToolkitError(
                        f"go.sum of {subproject.path} has no checksum for {pair[0]} {pair[1]}",
                        f"invoke lock {word(subproject.path)} brings it up to date; commit it",
                    )
        step = Step(("go", "mod", "download"), subproject.path, environment(context, request))
        # In a workspace it writes down the checksums that no module's own go.sum has, whatever it is told.
        kept = (inside(subproject.path, "go.work.sum"),) if request.frozen and subproject.members else ()
        return Install((need,), (step,), kept=kept)

    def missing(self, context: Context, subproject: Subproject) -> str:
        """A required module whose archive go.sum names and the module cache lacks."""
        if _vendored(context, subproject):
            return ""
        cache = module_cache(context, subproject.path)
        unit = _unit(context, subproject)
        try:
            zipped = {(module, version) for module, version, whole in sums(context, unit) if whole}
        except Unreadable as error:
            return f"go.sum: {error}"
        for module, version in required(unit, selected=True):
            base = os.path.join(cache, "cache", "download", _escaped(module), "@v", _escaped(version))
            if (module, version) in zipped and not (
                os.path.exists(f"{base}.ziphash") and os.path.exists(f"{base}.zip")
            ):
                return f"{module} {version} is not in the module cache"
        return ""

    def lock(self, context: Context, subproject: Subproject) -> Install:
        """``go mod tidy`` in each module."""
        del context
        folders = subproject.members if subproject.manifest.endswith("go.work") else (subproject.path,)
        need = ToolNeed("go", subproject.version, subproject.manifest if subproject.version else "")
        return Install((need,), tuple(Step(("go", "mod", "tidy"), folder) for folder in folders))

    def tasks(self, context: Context, subproject: Subproject, kind: str) -> tuple[Step, ...]:
        """``go build``, ``test`` and ``vet`` over each module's packages; a build leaves no executable behind."""
        verbs = {
            "build": ("build", "-o", os.devnull, "./..."),
            "test": ("test", "./..."),
            "lint": ("vet", "./..."),
        }
        if kind not in verbs:
            return ()
        folders = subproject.members if subproject.manifest.endswith("go.work") else (subproject.path,)
        with_code = [folder for folder in folders if _has_code(context, folder)]
        return tuple(Step(("go", *verbs[kind]), folder) for folder in with_code)

    def diagnose(self, log: str) -> tuple[str, str]:
        """What Go's own words mean here."""
        return tell(log, FAILURES)


def _unit(context: Context, subproject: Subproject) -> Unit:
    return next(unit for unit in units(context) if unit.manifest == subproject.manifest)


def _vendored(context: Context, subproject: Subproject) -> bool:
    return context.is_file(inside(subproject.path, "vendor/modules.txt"))


def _has_code(context: Context, folder: str) -> bool:
    prefix = "" if folder == "." else f"{folder}/"
    return any(path.endswith(".go") and path.startswith(prefix) for path in context.inventory.files)


def _escaped(text: str) -> str:
    """Upper-case letters as the cache writes them, for volumes that do not tell the cases apart."""
    return re.sub(r"[A-Z]", lambda match: "!" + match[0].lower(), text)
