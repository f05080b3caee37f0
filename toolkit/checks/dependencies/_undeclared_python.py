"""Imports of Python files that nothing explains."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._copied_into_images import installed_beside
from toolkit.checks.dependencies._developed import is_shipped_without, only_developed
from toolkit.checks.dependencies._manifests import installers
from toolkit.checks.dependencies._namespaces import explained, parts
from toolkit.checks.dependencies._python_imports import python, quick_python
from toolkit.checks.dependencies._python_names import BROUGHT, BY_EXTRA, DISTRIBUTIONS, is_spoken_of
from toolkit.checks.dependencies._python_packages import is_of_one, is_outside
from toolkit.checks.dependencies._undeclared_javascript import Undeclared
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import normalized
from toolkit.path_names import archive_of
from toolkit.places import below, folder_of, inside, upward
from toolkit.roles import ASSISTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._imports import Import

__all__ = ["find"]

_MANIFESTS = regex(
    r"pyproject\.toml|langgraph\.json|setup\.(?:py|cfg)|Pipfile|environment[\w.-]*\.ya?ml|conda[\w.-]*\.ya?ml|tox\.ini|noxfile\.py|meta\.ya?ml"
    r"|[\w.-]*requirements[\w.-]*\.(?:txt|in|lock)|constraints[\w.-]*\.txt|pixi\.toml|BUILD(?:\.bazel)?"
)
_USUAL = ("pyproject.toml", "requirements.txt", "Pipfile", "setup.py")
_IN_FOLDER = regex(r"(?:^|/)requirements/[^/]+\.(?:txt|in)$")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.lock")
_INSTALLS = regex(r"(?:pip3?|uv|uvx|pipx|poetry|conda|apk|apt(?:-get)?)\b[^\n]*\b(?:install|add|run|--with)\b")
_GIVEN = regex(
    r"\b(?:pip_install\w*|uv_pip_install|packages_to_install|pip_packages)\s{0,9}[=(:]([^)]{0,3000})|[%!]pip[ ]install\b([^\n]*)"
)
"""What a source asks for by itself, for the image or the process that its functions run in."""
_WORKFLOW = regex(r"/workflows/[^/]+\.ya?ml$")
_DEVELOPED = regex(r"(?i)dev|test|lint|docs|ci[-_.]|tox\.ini|noxfile")
_ASIDE = regex(
    r"(?:^|/)(?:\.\w+|scripts?|tools?|docs?|examples?|samples?|benchmarks?|migrations?|alembic|notebooks?|ci|dev|hack|utils/dev|tasks)/|(?:^|/)(?:setup|noxfile|tasks|fabfile|conftest|dodo|make)\.py$"
)
"""Sources that those who work on a project run."""
_STARTED = regex(r"(?m)^if[ \t]+__name__[ \t]*==")
_GONE = frozenset(
    {"distutils", "imp", "asyncore", "asynchat", "smtpd", "pipes", "cgi", "cgitb", "crypt", "telnetlib", "imghdr"}
)
_TOOLS = frozenset({"setuptools", "pkg_resources", "pip", "wheel", "_pytest", "ez_setup", "Cython", "sitecustomize"})
_PLATFORMS = frozenset({"airflow", "bpy", "awsglue", "dbutils", "unreal", "hou", "nuke", "micropython", "machine",
                        "rclpy", "rospy", "launch", "launch_ros", "ament_index_python", "tf2_ros", "cv_bridge"})  # fmt: skip
"""Modules of programs that run the file within themselves, and of ROS, which installs its own."""
_MESSAGES = ("_msgs", "_srvs", "_interfaces")
"""Endings of what ROS makes of messages."""
_SAID = regex(r"(?m)^[ \t]*(?:(?:keywords|classifiers)[ \t]*=[ \t]*\[[^\]]{0,4000}\]|description[ \t]*=[^\n]*)")
"""What a manifest says of its project to people."""
_EXTRA = regex(r"(?P<name>[A-Za-z][\w.-]{0,60})\[(?P<extras>[A-Za-z][\w, .-]{0,120})\]")
_LAMBDA = frozenset({"boto3", "botocore"})
_HANDLER = regex(r"(?m)^(?:async )?def \w*handler\w*\(\s*event\b[^)]*,\s*_?(?:context|ctx)\b")
"""The entry of a function of Lambda, whose runtime brings :data:`_LAMBDA`."""


def find(context: Inspection) -> Iterator[Undeclared]:
    """Every unexplained import of the repository's own Python files, in the order of paths."""
    sources = [path for path in sorted(set(context.matching("*.py"))) if "node_modules" not in path]
    if not sources:
        return
    own = _own_modules(context)
    worlds: dict[str, _World | None] = {}
    for path in sources:
        folder = folder_of(path)
        if folder not in worlds:
            worlds[folder] = _world(context, folder)
        world = worlds[folder]
        if (
            world is not None
            and path.rpartition("/")[2] not in ("setup.py", "noxfile.py")
            and not context.is_foreign(path)
            and not ASSISTANTS.search(path)
            and not _is_put_away(path, world)
        ):
            yield from _judge(context, path, world, own)


def _is_put_away(path: str, world: _World) -> bool:
    """Whether a file is of an archive without a manifest of its own: that of the folders above does not speak for it."""
    archive = archive_of(path)
    return bool(archive) and not below(archive, world.manifest)


def _own_modules(context: Inspection) -> set[str]:
    """Names of every module and folder of the repository: any of them may be on a path that is not known here."""
    names = {name[:-3] for name in context.inventory.by_name if name.endswith((".py", ".so"))}
    names |= {
        name.split(".")[0] for name in context.inventory.by_name if name.endswith((".pyi", ".pyx", ".pyd", ".proto"))
    }
    holding = {folder_of(path) for path in context.inventory.files if path.endswith((".py", ".pyi", ".proto", ".so"))}
    return names | {up.rpartition("/")[2] for folder in holding for up in upward(folder)}


def _judge(context: Inspection, path: str, world: _World, own: set[str]) -> Iterator[Undeclared]:
    named = context.fact(_named, path)
    suspects = {name for name in named if not world.explains(name, own)}
    google = "google" in named and "google" not in suspects
    text = context.read(path).decode("utf-8", "replace") if suspects or google else ""
    if suspects & _LAMBDA and _HANDLER.search(text):
        suspects -= _LAMBDA
    given = "\n".join("".join(parts) for parts in _GIVEN.findall(text)) if suspects else ""
    given += installed_beside(context, path) if suspects else ""
    if given := normalized(given):
        suspects = {name for name in suspects if not is_spoken_of(name, given)}
    yield from _of_development(context, path, world, set(named) - suspects, own)
    for item in python(text, sorted(suspects)):
        ros = item.name.endswith(_MESSAGES)
        held = "transitive" if item.name in _PLATFORMS or ros else world.held(item.name)
        seen = _seen(path, item, held)
        once = _STARTED.search(text) is not None and seen == "no" and not _is_named(context, path)
        if once or (seen == "no" and is_outside(context, world.manifest, path) and not _is_run(context, path)):
            seen = "unknown"  # run once on a machine that had the package, or where the manifest does not speak for it
        kept = archive_of(path)
        yield Undeclared(path, item.line, item.name, world.manifest, *(("kept", kept) if kept else (seen,)))
    for part in parts(text) if google else ():
        if not explained(part.name, world.text):
            held = "tested" if world.locks else "unknown"
            yield Undeclared(path, part.line, f"google.cloud.{part.name}", world.manifest, held)


def _of_development(
    context: Inspection, path: str, world: _World, names: set[str], own: set[str]
) -> Iterator[Undeclared]:
    """What a source that is shipped takes at its top and the manifest asks for in groups of development alone."""
    found = [name for name in names - own if _distributions(name) & world.developed] if world.developed else []
    if not found or is_test(path) or _ASIDE.search(path):
        return
    given = normalized(installed_beside(context, path) + world.installed)
    for item in python(text_of(context, path, errors="replace"), sorted(found)):
        if not item.late and not is_spoken_of(item.name, given):
            place = is_shipped_without(context, world.manifest)
            yield Undeclared(path, item.line, item.name, world.manifest, "shipped" if place else "developed", place)


def _distributions(name: str) -> set[str]:
    return {normalized(one) for one in (name, *DISTRIBUTIONS.get(name, "").split())}


def _is_named(context: Inspection, path: str) -> bool:
    """Whether any other file says the name of a script: who imports it, starts it, or tells people to."""
    stem = path.rpartition("/")[2].removesuffix(".py")
    word = re.compile(rf"(?<![\w-]){re.escape(stem)}(?![\w-])")
    others = holding(context, (stem,)) - {path}
    return any(word.search(text_of(context, other, errors="replace")) for other in sorted(others))


def _is_run(context: Inspection, path: str) -> bool:
    """Whether a workflow, an image or a script names a source."""
    name = path.rpartition("/")[2]
    runs = (*installers(context), *_workflows(context))
    return any(name in text_of(context, one, errors="replace") for one in runs)


def _seen(path: str, item: Import, held: Held) -> Held:
    """How much an import matters: all of one environment is within reach, and tests and functions are run without some of it."""
    if held == "transitive":
        return "tested"
    aside: dict[Held, Held] = {"no": "unknown", "unknown": "trial" if is_test(path) else held}
    return aside.get(held, held) if is_test(path) or item.late else held


def _named(context: Inspection, path: str) -> tuple[str, ...]:
    """What a source may import, by a quick look; nothing of a script that declares its own dependencies."""
    if (content := context.content(path)) is None:
        return ()
    return () if b"# /// script" in content else tuple(sorted(quick_python(content)))


@once_a_run
def _manifests(context: Inspection) -> dict[str, list[str]]:
    """What declares Python packages, by the folder it speaks for."""
    known: dict[str, list[str]] = {}
    listed = context.inventory
    here = [path for name, paths in listed.by_name.items() if _MANIFESTS.fullmatch(name) for path in paths]
    nested = [path for path in listed.files if _IN_FOLDER.search(path)]
    for path in (*here, *nested):
        place = folder_of(path)
        place = folder_of(place) if place.rpartition("/")[2] == "requirements" else place
        known.setdefault(place, []).append(path)
    return known


@once_a_run
def _workflows(context: Inspection) -> list[str]:
    return [path for path in context.inventory.files if _WORKFLOW.search(path)]


def _world(context: Inspection, folder: str) -> _World | None:
    """The manifests of a folder and of all above; ``None`` where there are none."""
    known = _manifests(context)
    found = [path for up in upward(folder) for path in sorted(known.get(up, ()))]
    real = [
        path
        for path in found
        if not path.endswith((".yml", ".yaml", "tox.ini", "noxfile.py", "BUILD", "BUILD.bazel")) and not is_of_one(path)
    ]
    worlds: dict[tuple[str, ...], _World] = context.shared.setdefault("dependencies.python.worlds", {})
    key = tuple(found)
    if real and key not in worlds:
        worlds[key] = _World(context, found, _main(real))
    return worlds[key] if real else None


def _main(manifests: list[str]) -> str:
    """The manifest of the nearest folder that a package is most likely to be written into."""
    near = [path for path in manifests if folder_of(path) == folder_of(manifests[0])]
    return min(near, key=lambda path: path.rpartition("/")[2] not in _USUAL)


class _World:
    """What explains a module in the files below some manifests."""

    def __init__(self, context: Inspection, manifests: list[str], manifest: str) -> None:
        self.context = context
        self.manifest = manifest
        folder = folder_of(manifest)
        texts = [_SAID.sub("", text_of(context, path)) for path in manifests]
        self.compiled = any("--hash=" in text or "autogenerated by pip-compile" in text for text in texts)
        installing = [_installing(context, path) for path in self._installers(folder)]
        others = [
            text
            for path, text in zip(manifests, texts, strict=True)
            if path != manifest and not _DEVELOPED.search(path)
        ]
        self.installed = "\n".join((*installing, *others))
        self.developed = only_developed(context, manifest) if manifest.endswith("pyproject.toml") else frozenset[str]()
        texts += installing
        self.text = normalized("\n".join((*texts, *_extras(texts))))
        self.locks = [path for up in upward(folder) for name in _LOCKS if context.is_file(path := inside(up, name))]
        self._explained: dict[str, bool] = {}
        self._locked = ""

    def _installers(self, folder: str) -> list[str]:
        """Workflows, and the images and scripts of the folders above and below."""
        folders = upward(folder)
        near = (
            path for path in installers(self.context) if folder_of(path) in folders or path.startswith(f"{folder}/")
        )
        return [*_workflows(self.context), *near]

    def explains(self, name: str, own: set[str]) -> bool:
        """Whether a top module is Python's, this repository's, or of a distribution that is spoken of."""
        if name not in self._explained:
            builtin = name in sys.stdlib_module_names or name in _GONE or name in _TOOLS or name.startswith("_")
            self._explained[name] = builtin or name in own or is_spoken_of(name, self.text)
        return self._explained[name]

    def held(self, name: str) -> Held:
        """Whether a lock brings it all the same."""
        if self.compiled and not self.locks:
            return "no"
        if not self.locks:
            brought = BROUGHT.get(name, "").split()
            return "transitive" if any(is_spoken_of(one, self.text) for one in brought) else "unknown"
        if not self._locked:
            self._locked = normalized("\n".join(text_of(self.context, path) for path in self.locks))
        return "transitive" if is_spoken_of(name, self._locked) else "no"


def _extras(texts: list[str]) -> Iterator[str]:
    """What extras bring: mostly what they are called after, ``celery[redis]``."""
    for match in (hit for text in texts for hit in _EXTRA.finditer(text)):
        for name in match["extras"].split(","):
            key = f"{match['name'].lower()}[{name.strip().lower()}]"
            yield f"{BY_EXTRA.get(key, '')} {name}"


@once_a_run
def _installing(context: Inspection, path: str) -> str:
    """Lines of a file on which a package manager installs something, their continuations joined."""
    lines = text_of(context, path).replace("\\\n", " ").splitlines()
    spoken = (line for line in lines if "install" in line or " add" in line or " run" in line or "--with" in line)
    return "\n".join(line for line in spoken if _INSTALLS.search(line))
