"""The files and folders that a compose file names, and which of them no clone has."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._compose.bases import astray, is_at_home, other_bases
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import filled, included, referred
from toolkit.checks.references._compose.made import is_made
from toolkit.checks.references._compose.mounts import has_kin, judged
from toolkit.checks.references._compose.near import image_of, own
from toolkit.checks.references._compose.sections import builds, mounts
from toolkit.checks.references._environment.files import example_of, has_example, is_env_file
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._repair import strings
from toolkit.checks.references._scripts.texts import lines, mentioned, sets
from toolkit.expressions import regex
from toolkit.places import inside, listed, path_from, table
from toolkit.references import Verdict, resolve
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build, Mount
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["Miss", "misses"]

_REMOTE = regex(r"^(\w[\w+.-]*:|git@|github\.com/)|\.git(#|$)")
_ELSEWHERE = regex(r"^(docker-image|service|target|oci-layout|https?|git|ssh):")
_ANYBODYS = regex(r"(?:^|/)\.env(?:\.(?:local|dev|development|prod|production|test|testing|staging|ci))?$")
"""Environment files that everybody knows to make where anything says what belongs into them."""
_OF_ASSISTANTS = regex(r"(?:^|/)(?:\.github/(?:agents|prompts|instructions|chatmodes)|\.[a-z]+(?<!\.github))/")
"""What coding assistants are told, of any repository."""


@frozen
class Miss:
    """A path that a clone does not have.

    Args:
        where: the value that names it.
        verdict: what is known about it.
        text: what follows from it, as a sentence.
        todo: what a person does about it, where it is more than to add the file or to correct the path.
        base: the folder that a corrected path counts from.
    """

    where: Path
    verdict: Verdict
    text: str
    severity: Severity
    base: str
    todo: str = ""


def misses(context: Inspection, compose: Compose) -> Iterator[Miss]:
    """Everything that a file names and a clone does not have."""
    for found in _misses(context, compose):
        miss = replace(found, verdict=own(compose, str(found.where[1]), found.verdict))
        written = compose.document.get(miss.where)
        variables = re.findall(r"\$\{(\w+)", written) if isinstance(written, str) else []
        # What a variable stands for by default may never be used, and a service with a profile is started by name.
        other = any(sets(context, name) for name in variables)
        named = bool(compose.services.get(str(miss.where[1]), {}).get("profiles")) and "volumes" in miss.where
        softer = miss.severity == "error" and (variables or named)
        yield replace(miss, severity="info" if other else "warning") if softer else miss


def _misses(context: Inspection, compose: Compose) -> Iterator[Miss]:
    bases = (".", *other_bases(context, compose))
    for build in builds(compose):
        yield from _build(context, compose, build, bases)
    yield from _env_files(context, compose, bases)
    bases = bases[1:] if is_at_home(context, compose) else bases
    for mount in mounts(compose):
        if mount.is_bind and not mount.source.startswith(("/", "~")):
            yield from _mount(context, compose, mount, bases)
    yield from _devices(context, compose)
    for where, path, what in referred(compose):
        verdict = resolve(context, path)
        if verdict.kind in ("missing", "ignored") and not _REMOTE.search(str(compose.document.get(where))):
            yield _named(context, compose, where, verdict, what, posixpath.relpath(path, compose.folder))
    for where, value, what in _files(compose):
        verdict = resolve(context, filled(value), compose.folder, bases=(".",) if where[0] != "services" else ())
        if verdict.kind in ("missing", "ignored"):
            yield _named(context, compose, where, verdict, what, value)


def _named(  # noqa: PLR0913, PLR0917 - the parts of one message
    context: Inspection, compose: Compose, where: Path, verdict: Verdict, what: str, written: str
) -> Miss:
    if verdict.kind == "ignored" or where[0] == "secrets":
        text = f"{what} {written} is in no clone: it has to be made before compose starts."
        level: Severity = "warning" if verdict.kind == "missing" and has_kin(context, verdict.path) else "info"
        return Miss(where, verdict, text, level, compose.folder, f"say in a script or the README how to make {written}")
    return Miss(where, verdict, f"{what} {written} does not exist.", "error", compose.folder)


def _build(context: Inspection, compose: Compose, build: Build, bases: tuple[str, ...]) -> Iterator[Miss]:
    if _REMOTE.search(build.context) or _is_laid_over(context, compose, build):
        return
    verdict = resolve(context, build.context, compose.folder, bases=bases)
    if verdict.kind == "missing":
        text = f"The build context {build.context} of service {build.service} does not exist: the build stops."
        yield Miss(build.where, verdict, text, "error", compose.folder)
    elif verdict.kind == "exists" and not build.is_inline:
        # Where other paths count from the root, this one does, too: that is the other check's.
        rooted = () if bases[1:] or compose.folder == "." or not any(astray(context, compose)) else (".",)
        others = (path_from(base, build.context) for base in (*bases[1:], *rooted))
        yield from _dockerfile(context, build, verdict.path, tuple(others))
    root = ("services", build.service, "build", "additional_contexts")
    given = compose.document.get(root)
    pairs: list[tuple[Path, str]] = [((*root, name), value) for name, value in table(given).items() if value]
    pairs += [((*root, *below), value.partition("=")[2]) for below, value in _items(given)]
    for where, value in pairs:
        verdict = resolve(context, str(value), compose.folder)
        if not _ELSEWHERE.match(str(value)) and verdict.kind == "missing":
            text = f"The additional build context {value} of service {build.service} does not exist."
            yield Miss(where, verdict, text, "error", compose.folder)


def _is_laid_over(context: Inspection, compose: Compose, build: Build) -> bool:
    """Whether a build without a context only adds to that of a file which this one is laid over."""
    if build.where[-1] != "build" or not isinstance(compose.document.get(build.where), dict):
        return False
    others = (other.services.get(build.service, {}) for other in bundle(context, compose))
    return any("build" in other for other in others)


def _dockerfile(context: Inspection, build: Build, folder: str, others: tuple[str, ...]) -> Iterator[Miss]:
    if folder not in context.inventory.folders or not context.below(folder):
        return
    name = build.dockerfile or "Dockerfile"
    if name.startswith("/") and "$" not in name:
        near = posixpath.normpath(f"{folder}{name}")
        near = near if context.is_file(near) else f"{near}/Dockerfile" if context.is_file(f"{near}/Dockerfile") else ""
        text = f'The Dockerfile "{name}" of service {build.service} is looked for at the top of the machine: the build stops.'
        yield Miss(
            ("services", build.service, "build", "dockerfile"),
            Verdict("missing", name, near=near, sure=bool(near)),
            text,
            "error",
            folder,
        )
        return
    verdict = resolve(context, name, folder)
    root = ("services", build.service, "build")
    names = ("Containerfile", "dockerfile") if build.dockerfile is None else ()
    if any(context.is_file(path_from(other, name)) for other in others):
        return  # built from another folder, where the file is
    if verdict.kind == "missing" and not any(context.is_file(posixpath.join(folder, other)) for other in names):
        if folder != "." and not verdict.near.startswith(f"{folder}/"):
            verdict = replace(verdict, near="")  # every project has a Dockerfile
        verdict, todo = image_of(context, build, verdict)
        where = (*root, "dockerfile") if build.dockerfile is not None else build.where
        text = f"There is no {name} in the build context {build.context} of service {build.service}: the build stops."
        todo = todo or (
            "" if verdict.near else f"add {inside(folder, name)}, or name the Dockerfile of {build.service}"
        )
        yield Miss(where, verdict, text, "error", folder if build.dockerfile is not None else "", todo)
    elif verdict.kind == "exists" and build.target and "$" not in build.target:
        document = read(context, verdict.path) if context.is_file(verdict.path) else None
        known = [stage.name for stage in document.stages if stage.name] if document is not None else []
        wanted = build.target.lower()
        if document is not None and not wanted.isdigit() and wanted not in {one.lower() for one in known}:
            text = f"{verdict.path} has no stage {build.target}, which service {build.service} is built to: the build stops."
            gone = Verdict("missing", f"{verdict.path}: {', '.join(known) or 'no stage has a name'};", near="")
            near = likely(wanted, known)
            todo = instead(build.target, near, f"name a stage of {verdict.path}, or remove target")
            yield Miss((*root, "target"), gone, text, "error", "", todo)


def _env_files(context: Inspection, compose: Compose, bases: tuple[str, ...]) -> Iterator[Miss]:
    for where, value in compose.values("env_file"):
        for below, entry in ((), value), *_entries(value):
            path = entry.get("path") if isinstance(entry, dict) else entry
            if isinstance(path, str) and not (isinstance(entry, dict) and entry.get("required") is False):
                place = (*where, *below, "path") if isinstance(entry, dict) else (*where, *below)
                verdict = resolve(context, filled(path), compose.folder, bases=bases)
                yield from _env_file(context, compose, place, verdict, f"{path} of service {where[1]}")
    for where, value in included(compose, "env_file"):
        verdict = resolve(context, filled(value), compose.folder, bases=bases)
        yield from _env_file(context, compose, where, verdict, f"{value} of the included file")


def _env_file(context: Inspection, compose: Compose, where: Path, verdict: Verdict, what: str) -> Iterator[Miss]:
    if verdict.kind in ("missing", "ignored"):
        example = example_of(context, verdict.path)
        hint = f"copy {example} to it" if example else "no example says what belongs into it"
        told = verdict.kind == "ignored" or example or _is_explained(context, verdict.path, example)
        level: Severity = "warning" if told and is_env_file(verdict.path) else "error"
        name = posixpath.basename(verdict.path)
        if verdict.kind == "ignored" or example:
            stem = name.removesuffix(".env")
            own = example and (name in example or (stem and stem in posixpath.basename(example)))
            usual = _ANYBODYS.search(verdict.path)
            known = own or (
                _is_explained(context, verdict.path, example)
                if usual
                else mentioned(context, name, besides=compose.path)
            )
            level = "info" if known else "warning"
        text = f"The environment file {what} is in no clone, and compose stops: {hint}."
        todo = (
            f"copy {example} to {verdict.path}" if example else f"add {verdict.path}.example that names the variables"
        )
        yield Miss(where, verdict, text, level, compose.folder, f"{todo}, or mark it with required: false")


def _is_explained(context: Inspection, path: str, example: str) -> bool:
    """Whether an example, a script or an instruction says how to make an environment file of a usual name."""
    if example or has_example(context, path):
        return True
    name = posixpath.basename(path)
    needle = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")
    told = (source for source, _ in lines(context, needle, name))
    return any(not _OF_ASSISTANTS.search(source) and not is_env_file(source) for source in told)


def _mount(context: Inspection, compose: Compose, mount: Mount, bases: tuple[str, ...]) -> Iterator[Miss]:
    verdict = resolve(context, mount.source, compose.folder, bases=bases)
    if verdict.kind in ("missing", "ignored"):
        text, level = judged(context, mount, verdict)
        if text.startswith("The folder") and context.is_file(verdict.near):
            verdict = replace(verdict, near="")
        level = "info" if level != "info" and is_made(context, verdict.path) else level
        yield Miss(mount.where, verdict, text, level, compose.folder)


def _devices(context: Inspection, compose: Compose) -> Iterator[Miss]:
    """Named volumes that are a folder of the host, which Docker does not make."""
    for name, entry in table(compose.document.data, "volumes").items():
        options = table(entry, "driver_opts")
        device = options.get("device")
        if isinstance(device, str) and "bind" in str(options.get("o")) and device.startswith("."):
            verdict = resolve(context, filled(device), compose.folder)
            if verdict.kind == "missing":
                text = f"The folder {device} of volume {name} does not exist, and Docker does not make it: the service stops."
                yield Miss(("volumes", name, "driver_opts", "device"), verdict, text, "warning", compose.folder)


def _entries(value: Any) -> Iterator[tuple[Path, Any]]:
    yield from (((index,), entry) for index, entry in enumerate(listed(value)))


def _items(value: Any) -> tuple[tuple[Path, str], ...]:
    return strings(value) if isinstance(value, list) else ()


def _files(compose: Compose) -> Iterator[tuple[Path, str, str]]:
    for where, value in compose.values("develop"):
        for below, rule in _entries(table(value).get("watch")):
            if isinstance(path := table(rule).get("path"), str):
                yield (*where, "watch", *below, "path"), path, f"The watched path of service {where[1]},"
    for where, value in compose.values("label_file"):
        for below, path in strings(value):
            yield (*where, *below), path, f"The file of labels of service {where[1]},"
    data = table(compose.document.data)
    for kind in ("secrets", "configs"):
        for name, entry in table(data, kind).items():
            if isinstance(path := table(entry).get("file"), str) and not path.startswith(("/", "~")):
                yield (kind, name, "file"), path, f"The file of {kind[:-1]} {name},"
