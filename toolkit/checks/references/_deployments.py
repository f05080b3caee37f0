"""What the configurations of hosting platforms name: commands, files and folders of the repository.

Each reader yields what one kind of file says. Where a platform counts a path from a folder that only its dashboard
knows, several bases are given, and a thing is there if it is from any of them.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checks.references._deployment_files import Claim, File
from toolkit.context import Unreadable
from toolkit.documents import jsonc, toml, yaml
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._deployment_files import Kind
    from toolkit.documents import Path

__all__ = ["PATTERNS", "Claim", "File", "claims"]


def _railway(file: File) -> Iterator[Claim]:
    yield from file.claim(("build", "buildCommand"), "command", "The build command", file.here)
    yield from file.claim(("build", "dockerfilePath"), "file", "The Dockerfile", file.here)
    yield from file.claim(("build", "nixpacksConfigPath"), "file", "The configuration of Nixpacks", file.here)
    environments = table(file.get(("environments",)))
    places: list[Path] = [("deploy",), *(("environments", name, "deploy") for name in environments)]
    for where in places:
        yield from file.claim((*where, "startCommand"), "image-command", "The start command", file.here)
        yield from file.claim(
            (*where, "preDeployCommand"), "image-command", "The command before the release", file.here
        )


def _vercel(file: File) -> Iterator[Claim]:
    here = (file.folder,)
    for key, what in (
        ("buildCommand", "build"),
        ("installCommand", "install"),
        ("devCommand", "development"),
        ("ignoreCommand", "ignore"),
    ):
        yield from file.claim((key,), "command", f"The {what} command", here)
    yield from file.claim(("outputDirectory",), "output", "The output directory", here)
    for line, key in file.keys(("functions",)):
        yield Claim(line, "glob", "The function", key, here)
    for where, _ in file.listed(("builds",)):
        yield from file.claim((*where, "src"), "glob", "The source of a build", here)


def _netlify(file: File) -> Iterator[Claim]:
    base = file.get(("build", "base"))
    base = posixpath.normpath(base.strip("/") or ".") if isinstance(base, str) else ""
    bases = (base,) if base else file.here
    if base not in ("", "."):
        yield from file.claim(("build", "base"), "folder", "The base directory", (".",), value=base)
    places: list[Path] = [("build",), *(("context", name) for name in table(file.get(("context",))))]
    for where in places:
        yield from file.claim((*where, "command"), "command", "The build command", bases)
        yield from file.claim((*where, "ignore"), "command", "The ignore command", bases)
        yield from file.claim((*where, "publish"), "output", "The publish directory", (*bases, *file.here))
    named = bool(file.get(("functions", "directory")))
    functions: Path = ("functions", "directory") if named else ("build", "functions")
    yield from file.claim(functions, "folder", "The folder of functions", (*bases, *file.here))
    for where, one in file.listed(("edge_functions",)):
        folder = file.get(("build", "edge_functions")) or "netlify/edge-functions"
        value = posixpath.join(str(folder), str(one.get("function")))
        yield from file.claim((*where, "function"), "module", "The edge function", (*bases, *file.here), value=value)
    for where, one in file.listed(("plugins",)):
        if str(one.get("package", "")).startswith("."):
            yield from file.claim((*where, "package"), "module", "The plugin", (*bases, *file.here))


def _fly(file: File) -> Iterator[Claim]:
    yield from file.claim(("build", "dockerfile"), "file", "The Dockerfile", file.here)
    yield from file.claim(("build", "ignorefile"), "file", "The ignore file", file.here)
    for name in table(file.get(("processes",))):
        yield from file.claim(("processes", name), "image-command", f"The process {name}", file.here)
    yield from file.claim(("deploy", "release_command"), "image-command", "The release command", file.here)
    for where, _ in file.listed(("files",)):
        yield from file.claim((*where, "local_path"), "file", "The file for the machine", file.here)


def _render(file: File) -> Iterator[Claim]:
    homes: list[Path] = [()]
    for where, _ in file.listed(("projects",)):
        homes += [inner for inner, _ in file.listed((*where, "environments"))]
    lists: list[Path] = [(*home, "services") for home in homes]
    yield from _linked(file, homes)
    for where, service in (pair for one in lists for pair in file.listed(one)):
        root = service.get("rootDir")
        root = posixpath.normpath(root.strip("/") or ".") if isinstance(root, str) else "."
        named = f" of service {service.get('name')}"
        if root != ".":
            yield from file.claim((*where, "rootDir"), "folder", f"The root directory{named}", (".",), value=root)
        bases = tuple(dict.fromkeys((root, ".")))
        # Who keeps the file in a folder may have made the service in the dashboard, with that as its root.
        starts = (root, file.folder) if root == "." != file.folder else (root,)
        image = str(service.get("runtime", service.get("env"))) in ("docker", "image")
        for key, what in (("build", "build"), ("start", "start"), ("preDeploy", "pre-deploy")):
            kind: Kind = "image-command" if image else "command"
            yield from file.claim((*where, f"{key}Command"), kind, f"The {what} command{named}", starts)
        yield from file.claim((*where, "dockerCommand"), "image-command", f"The command{named}", bases)
        yield from file.claim((*where, "dockerContext"), "folder", f"The build context{named}", bases)
        yield from file.claim((*where, "dockerfilePath"), "file", f"The Dockerfile{named}", bases)
        yield from file.claim((*where, "staticPublishPath"), "output", f"The publish directory{named}", (root,))


def _linked(file: File, homes: list[Path]) -> Iterator[Claim]:
    """The services, databases and groups of a blueprint that its variables take their values from."""
    kinds = {"fromService": "services", "fromDatabase": "databases", "fromGroup": "envVarGroups"}
    known = {
        kind: tuple(str(one.get("name")) for home in homes for _, one in file.listed((*home, kind)))
        for kind in kinds.values()
    }
    holders = [pair for home in homes for kind in ("services", "envVarGroups") for pair in file.listed((*home, kind))]
    for where, holder in holders:
        for inner, variable in file.listed((*where, "envVars")):
            for key, kind in kinds.items():
                given = (*inner, key) if key == "fromGroup" else (*inner, key, "name")
                what = f"The variable {variable.get('key')} of {holder.get('name')}"
                if known[kind]:  # what a file has none of is set up by hand
                    yield from file.claim(given, "name", what, known[kind])


_IMAGES = frozenset(
    {"icon", "image", "foregroundImage", "backgroundImage", "monochromeImage", "favicon", "tabletImage"}
)
_SECRETS = frozenset({"googleServicesFile"})


def _expo(file: File) -> Iterator[Claim]:
    """The pictures, files and plugins of a mobile application; or the commands of a Heroku application."""
    yield from file.claim(("scripts", "postdeploy"), "command", "The command behind the release", file.here)
    root: Path = ("expo",) if isinstance(file.data.get("expo"), dict) else ()
    if not root and not file.data.keys() & {"slug", "sdkVersion"}:
        return
    stack: list[Path] = [root]
    while stack:
        where = stack.pop()
        value = file.get(where)
        if isinstance(value, (dict, list)):
            keys = value.keys() if isinstance(value, dict) else range(len(value))
            stack.extend((*where, key) for key in keys)
        elif isinstance(value, str) and where:
            yield from _asset(file, where, value, is_plugin="plugins" in where)


def _asset(file: File, where: Path, value: str, *, is_plugin: bool) -> Iterator[Claim]:
    here = (file.folder,)
    if is_plugin and isinstance(where[-1], int) and value.startswith("."):
        yield from file.claim(where, "module", "The plugin", here)
    elif re.search(r"\.\w{2,5}$", value) and (
        where[-1] in _IMAGES | _SECRETS or (value.startswith("./") and not re.search(r"[*?]", value))
    ):
        yield from file.claim(where, "file", f"{where[-1] if isinstance(where[-1], str) else 'The file'}", here)


def _nixpacks(file: File) -> Iterator[Claim]:
    for name in table(file.get(("phases",))):
        yield from file.claim(("phases", name, "cmds"), "command", f"The phase {name}", file.here)
    yield from file.claim(("start", "cmd"), "command", "The start command", file.here)


_HANDLER = regex(r"(?:\./)?([\w-]+(?:/[\w.-]+)*?)\.\w+")
_BUILT = regex(r"^(?:dist|build|bin|out|target|\.\w+)/")


def _serverless(file: File) -> Iterator[Claim]:
    """The modules of functions; nothing where they are packed or built elsewhere."""
    if not isinstance(file.data.get("provider"), dict):
        return
    for where, one in file.listed(("functions",)):
        match = _HANDLER.fullmatch(str(one.get("handler", "")))
        if match and "package" not in one and not _BUILT.search(match[1]):
            yield from file.claim((*where, "handler"), "module", "The handler", (file.folder,), value=match[1])


def _firebase(file: File) -> Iterator[Claim]:
    here = (file.folder,)
    for product in ("firestore", "storage", "database"):
        for key in ("rules", "indexes"):
            for where in ((product,), *(path for path, _ in file.listed((product,)))):
                yield from file.claim((*where, key), "file", f"The {key} of {product}", here)
    for where in (("functions",), *(path for path, _ in file.listed(("functions",)))):
        yield from file.claim((*where, "source"), "folder", "The source of functions", here)
    for where in (("hosting",), *(path for path, _ in file.listed(("hosting",)))):
        yield from file.claim((*where, "public"), "output", "The public folder", here)


def _tauri(file: File) -> Iterator[Claim]:
    """The pictures of a desktop application, which cannot be compiled without them."""
    for where in (("bundle", "icon"), ("tauri", "bundle", "icon")):
        yield from file.claim(where, "file", "The icon", (file.folder,))


def _flutter(file: File) -> Iterator[Claim]:
    """Files of a mobile application, without which it is not built, and folders of them, which it only misses."""
    here = (file.folder,)
    fonts = [where for where, _ in file.listed(("flutter", "fonts"))]
    packed: list[Path] = [(*where, "asset") for font in fonts for where, _ in file.listed((*font, "fonts"))]
    packed += [(*where, "path") for where, _ in file.listed(("flutter", "assets"))]
    for claim in (
        one for where in (("flutter", "assets"), *packed) for one in file.claim(where, "file", "The asset", here)
    ):
        if claim.value.endswith("/"):
            yield replace(claim, kind="folder", what="The folder of assets")
        elif not claim.value.startswith("packages/"):
            yield claim


def _cloud_build_trigger(file: File) -> Iterator[Claim]:
    if file.data.keys() & {"github", "triggerTemplate", "repositoryEventConfig"}:
        yield from file.claim(("filename",), "file", "The configuration of the build", (".",))


_READERS: dict[str, tuple[Callable[[bytes], Any], Callable[[File], Iterator[Claim]]]] = {
    "railway.json": (jsonc.parse, _railway),
    "railway.toml": (toml.parse, _railway),
    "vercel.json": (jsonc.parse, _vercel),
    "netlify.toml": (toml.parse, _netlify),
    "fly.toml": (toml.parse, _fly),
    "render.yaml": (yaml.parse, _render),
    "render.yml": (yaml.parse, _render),
    "app.json": (jsonc.parse, _expo),
    "nixpacks.toml": (toml.parse, _nixpacks),
    "firebase.json": (jsonc.parse, _firebase),
    "tauri.conf.json": (jsonc.parse, _tauri),
    "pubspec.yaml": (yaml.parse, _flutter),
    "serverless.yml": (yaml.parse, _serverless),
    "serverless.yaml": (yaml.parse, _serverless),
}
_TRIGGERS = ("*trigger.yaml", "*trigger.yml")
PATTERNS = (*_READERS, *_TRIGGERS, "fly.*.toml", "railway.*.json", "railway.*.toml", "Procfile", "Procfile.*")


def claims(context: Inspection, path: str) -> Iterator[Claim]:
    """What one configuration asks for; nothing where it cannot be read."""
    name = posixpath.basename(path)
    try:
        if name.startswith("Procfile"):
            yield from _processes(context.read(path).decode("utf-8", "replace"), posixpath.dirname(path) or ".")
            return
        first, _, last = name.partition(".")[0], "", name.rpartition(".")[2]
        is_trigger = name.endswith(tuple(one.strip("*") for one in _TRIGGERS))
        parse, read = (
            (yaml.parse, _cloud_build_trigger) if is_trigger else _READERS.get(name) or _READERS[f"{first}.{last}"]
        )
        file = File(path, context.document(path, parse))
    except Unreadable:
        return
    yield from read(file)


def _processes(text: str, folder: str) -> Iterator[Claim]:
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*([\w-]+)\s*:\s*(\S.*)", line)
        if match:
            yield Claim((number, match.start(2) + 1), "command", f"The process {match[1]}", match[2], (folder,))
