"""What a crate promises and does not have: targets without a source, and values of a workspace that does not give them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._likeness import instead, likely
from toolkit.context import Unreadable
from toolkit.documents import toml
from toolkit.packages import CRATE_KINDS
from toolkit.places import inside, join, listed, path_from, table, upward

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Lack", "binaries", "lacks"]

_FOLDERS = {"bin": "src/bin", "example": "examples", "test": "tests", "bench": "benches"}


class Lack(NamedTuple):
    """What is not there: where it is promised, the finding's text, and what a person does."""

    where: Path
    text: str
    todo: str
    severity: Severity = "error"


def lacks(context: Inspection, folder: str, data: dict[str, Any]) -> Iterator[Lack]:
    """All that cargo looks for below a crate's folder and does not find."""
    package = table(data, "package")
    if not package:
        return
    yield from _sources(context, folder, data, package)
    yield from _inherited(context, folder, data, package)


def _sources(context: Inspection, folder: str, data: dict[str, Any], package: dict[str, Any]) -> Iterator[Lack]:
    def there(*names: str) -> bool:
        return any(context.is_file(inside(folder, name)) for name in names)

    if isinstance(build := package.get("build"), str) and not there(build):
        text = f"The build script {build} does not exist: the crate does not compile."
        yield Lack(("package", "build"), text, f"add {build}, or remove build from [package]")
    if isinstance(readme := package.get("readme"), str) and not context.is_file(_joined(folder, readme)):
        text = f"The readme {readme} does not exist: cargo publish refuses the crate."
        yield Lack(("package", "readme"), text, f"add {readme}, or remove readme from [package]", "warning")
    for kind, place in _FOLDERS.items():
        items = listed(data.get(kind))
        for index, item in enumerate(items):
            name = table(item).get("name")
            if not isinstance(name, str) or "path" in item:
                continue
            own = kind == "bin" and there("src/main.rs") and (name == package.get("name") or "edition" not in package)
            if not own and not there(f"{place}/{name}.rs", f"{place}/{name}/main.rs"):
                text = f"The {kind} {name} has no source in {place}: cargo refuses the crate."
                todo = f"add {place}/{name}.rs, or give the {kind} {name} its path"
                yield Lack((kind, index, "name"), text, todo)
    below = any(inside(folder, place) in context.inventory.folders for place in _FOLDERS.values())
    if not (below or there("src/lib.rs", "src/main.rs") or any(data.get(kind) for kind in ("lib", *_FOLDERS))):
        text = "The crate has no src/lib.rs and no src/main.rs: cargo refuses it."
        yield Lack(
            ("package", "name"), text, f"add {inside(folder, 'src/lib.rs')}, or take the crate out of the workspace"
        )


def _joined(folder: str, path: str) -> str:
    return join(folder, path) or ""


def _inherited(context: Inspection, folder: str, data: dict[str, Any], package: dict[str, Any]) -> Iterator[Lack]:
    """``workspace = true`` for what the workspace above does not name."""
    workspace = _workspace(context, folder, package)
    if workspace is None:
        return
    known = table(workspace, "dependencies")
    scopes: list[tuple[Path, dict[str, Any]]] = [((), data)]
    scopes += [(("target", name), table(value)) for name, value in table(data, "target").items()]
    for where, scope in scopes:
        for section in CRATE_KINDS:
            for name, value in table(scope, section).items():
                if table(value).get("workspace") is True and name not in known:
                    text = f"[workspace.dependencies] has no {name}: cargo refuses the whole workspace."
                    near = likely(name, known.keys())
                    todo = instead(name, near, f"add {name} to [workspace.dependencies], or give it a version here")
                    yield Lack((*where, section, name), text, todo)
    for name, value in package.items():
        if table(value).get("workspace") is True and name not in table(workspace, "package"):
            text = f"[workspace.package] has no {name}: cargo refuses the whole workspace."
            yield Lack(("package", name), text, f"add {name} to [workspace.package], or give it here")


def _workspace(context: Inspection, folder: str, package: dict[str, Any]) -> dict[str, Any] | None:
    """The table of the workspace that a crate belongs to; ``None`` where none is above, or it cannot be read."""
    named = package.get("workspace")
    folders = (_joined(folder, named),) if isinstance(named, str) else upward(folder)
    for up in folders:
        path = inside(up, "Cargo.toml")
        try:
            data = context.document(path, toml.parse).data if context.is_file(path) else {}
        except Unreadable:
            return None
        if isinstance(found := data.get("workspace"), dict):
            return found
    return None


def binaries(context: Inspection, folder: str, written: Collection[str] = ()) -> Iterator[str]:
    """The names of the programs that the crates in and below a folder make, those too whose ``main.rs`` is ``written`` later."""
    for path in context.inventory.named("Cargo.toml"):
        home = posixpath.dirname(path) or "."
        if folder not in (".", home) and not home.startswith(f"{folder}/"):
            continue
        try:
            data = context.document(path, toml.parse).data
        except Unreadable:
            continue
        name = table(data, "package").get("name")
        yield from (str(one.get("name")) for one in listed(data.get("bin")) if isinstance(one, dict))
        below = context.below(path_from(home, "src/bin"))
        yield from (posixpath.basename(one).removesuffix(".rs") for one in below)
        yield from (posixpath.basename(posixpath.dirname(one)) for one in below if one.endswith("/main.rs"))
        if isinstance(name, str) and (home in written or context.is_file(path_from(home, "src/main.rs"))):
            yield name
