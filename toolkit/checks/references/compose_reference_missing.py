"""See :class:`ComposeReferenceMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._compose import Compose, builds, example_of, files, is_env_file, mounts
from toolkit.checks.references._repair import mapping, position, relative, replace, stands, strings
from toolkit.references import Verdict, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Build, Mount
    from toolkit.documents import Path
    from toolkit.model import Finding, Fix, Severity

_FILE = re.compile(
    r"\.(conf|cnf|sql|json|pem|ya?ml|toml|ini|sh|crt|cert|key|xml|cfg|js|py|lua|properties|tmpl|template|acl|htpasswd|txt|rules|hcl|html|env)$"
)
_REMOTE = re.compile(r"^(\w[\w+.-]*:|git@|github\.com/)|\.git(#|$)")
_ELSEWHERE = re.compile(r"^(docker-image|service|target|oci-layout|https?|git|ssh):")


class ComposeReferenceMissing(Check):
    """A compose file names a file or folder that is not there.

    What it checks: Build contexts and their Dockerfiles, additional contexts, environment files, bind mounts,
        ``extends``, ``include``, ``develop.watch``, and the files of secrets and configs, each from the folder of
        the compose file. What a build makes or git ignores is only told as information.
    Why it matters: ``docker compose up`` stops at a missing context, Dockerfile or environment file. A missing mount is
        worse: Docker silently makes an empty folder of that name, and the container fails later on a folder where it
        expects a file.
    How to fix: Correct the path, commit the file, or mark an environment file with ``required: false``.
    Fix safety: Unsafe. Where exactly one other file is like the missing one, its path is written in place.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for compose in files(context):
            yield from self._builds(context, compose)
            yield from self._env_files(context, compose)
            yield from self._mounts(context, compose)
            yield from self._others(context, compose)

    def _report(  # noqa: PLR0913, PLR0917 - one finding with its place
        self, context: Inspection, compose: Compose, where: Path, verdict: Verdict, message: str, severity: Severity
    ) -> Finding:
        written = compose.document.get(where)
        fixes: tuple[Fix, ...] = ()
        if verdict.near and isinstance(written, str) and ":" not in written and stands(compose.document, where):
            fixes = replace(
                context, compose.path, compose.document, where, relative(verdict.near, compose.folder, written)
            )
        return self.finding(
            context,
            compose.path,
            message,
            line=position(compose.document, where),
            evidence=f"{'.'.join(map(str, where))}: {verdict.path} {verdict.why}",
            severity=severity,
            fixes=fixes,
        )

    def _builds(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        for build in builds(compose):
            if _REMOTE.search(build.context):
                continue
            verdict = resolve(context, build.context, compose.folder, bases=(".",))
            if verdict.kind == "missing":
                text = f"The build context {build.context} of service {build.service} does not exist: the build stops."
                yield self._report(context, compose, build.where, verdict, text, "error")
            elif verdict.kind == "exists" and not build.is_inline:
                yield from self._dockerfile(context, compose, build, verdict.path)
            yield from self._extra_contexts(context, compose, build)

    def _dockerfile(self, context: Inspection, compose: Compose, build: Build, folder: str) -> Iterator[Finding]:
        if folder not in context.inventory.folders or not context.below(folder):
            return
        name = build.dockerfile or "Dockerfile"
        verdict = resolve(context, name, folder)
        names = ("Containerfile", "dockerfile") if build.dockerfile is None else ()
        if verdict.kind != "missing" or any(context.is_file(posixpath.join(folder, other)) for other in names):
            return
        root = ("services", build.service, "build")
        where = (*root, "dockerfile") if build.dockerfile is not None else build.where
        text = f"There is no {name} in the build context {build.context} of service {build.service}: the build stops."
        yield self.finding(
            context,
            compose.path,
            text,
            line=position(compose.document, where),
            evidence=f"{verdict.path} {verdict.why}",
            fixes=self._other_dockerfile(context, compose, where, folder, verdict) if build.dockerfile else (),
        )

    def _other_dockerfile(
        self, context: Inspection, compose: Compose, where: Path, folder: str, verdict: Verdict
    ) -> tuple[Any, ...]:
        inside = verdict.near.startswith(f"{folder}/") or folder == "."
        if not verdict.near or not inside or not stands(compose.document, where):
            return ()
        return replace(context, compose.path, compose.document, where, relative(verdict.near, folder))

    def _extra_contexts(self, context: Inspection, compose: Compose, build: Build) -> Iterator[Finding]:
        root = ("services", build.service, "build", "additional_contexts")
        given = compose.document.get(root)
        pairs: list[tuple[Path, str]] = []
        if isinstance(given, dict):
            pairs = [((*root, name), value) for name, value in given.items() if isinstance(value, str)]
        for below, value in strings(given if isinstance(given, list) else None):
            pairs.append(((*root, *below), value.partition("=")[2]))
        for where, value in pairs:
            verdict = resolve(context, value, compose.folder)
            if not _ELSEWHERE.match(value) and verdict.kind == "missing":
                text = f"The additional build context {value} of service {build.service} does not exist."
                yield self._report(context, compose, where, verdict, text, "error")

    def _env_files(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        for where, value in compose.values("env_file"):
            for below, entry in _entries(value):
                path = entry.get("path") if isinstance(entry, dict) else entry
                if not isinstance(path, str) or (isinstance(entry, dict) and entry.get("required") is False):
                    continue
                verdict = resolve(context, path, compose.folder)
                if verdict.kind not in ("missing", "ignored"):
                    continue
                place = (*where, *below, "path") if isinstance(entry, dict) else (*where, *below)
                example = example_of(context, verdict.path)
                hint = f"copy {example} to it" if example else "no example says what belongs into it"
                level: Severity = "warning" if is_env_file(path) else "error"
                level = "info" if example or verdict.kind == "ignored" else level
                text = f"The environment file {path} of service {where[1]} is in no clone, and compose stops: {hint}."
                yield self._report(context, compose, place, verdict, text, level)

    def _mounts(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        for mount in mounts(compose):
            if not mount.is_bind or mount.source.startswith(("/", "~")):
                continue
            verdict = resolve(context, mount.source, compose.folder, bases=(".",))
            if verdict.kind in ("missing", "ignored"):
                text, level = _judged(context, mount, verdict)
                yield self._report(context, compose, mount.where, verdict, text, level)

    def _others(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        for where, value, what in _named_files(compose):
            verdict = resolve(context, value, compose.folder)
            if verdict.kind == "ignored" or (verdict.kind == "missing" and where[0] == "secrets"):
                text = f"{what} {value} is in no clone: it has to be made before compose starts."
                yield self._report(
                    context, compose, where, verdict, text, "info" if verdict.kind == "ignored" else "warning"
                )
            elif verdict.kind == "missing" and not _REMOTE.search(value):
                yield self._report(context, compose, where, verdict, f"{what} {value} does not exist.", "error")


def _entries(value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        yield from (((index,), entry) for index, entry in enumerate(value))
    else:
        yield (), value


def _judged(context: Inspection, mount: Mount, verdict: Verdict) -> tuple[str, Severity]:
    what = f"{mount.source} of service {mount.service}"
    if verdict.kind == "ignored":
        return f"The mount {what} is ignored by git: it has to be made before the service starts.", "info"
    env = is_env_file(mount.source)
    # A folder such as conf.d ends like a file and is none.
    if _FILE.search(mount.target.rstrip("/")) and not mount.source.endswith("/") and not mount.target.endswith("/"):
        if env:
            return f"The environment file {what} is not in the repository.", "info"
        return f"The file {what} does not exist: Docker makes an empty folder of that name and mounts it.", "error"
    if mount.is_read_only and _children(context, verdict.path):
        return f"The folder {what} does not exist: Docker mounts an empty one, read-only.", "warning"
    return f"The folder {what} does not exist yet: Docker makes an empty one.", "info"


def _children(context: Inspection, path: str) -> bool:
    """Whether the parent of a path is there, so that the path does not belong to something made as a whole."""
    return (posixpath.dirname(path) or ".") in context.inventory.folders


def _named_files(compose: Compose) -> Iterator[tuple[Path, str, str]]:
    for where, value in compose.values("extends"):
        if isinstance(value, dict) and isinstance(value.get("file"), str):
            yield (*where, "file"), value["file"], f"The file that service {where[1]} extends,"
    for where, value in compose.values("develop"):
        watched = mapping(value).get("watch")
        for index, rule in enumerate(watched if isinstance(watched, list) else []):
            if isinstance(path := mapping(rule).get("path"), str):
                yield (*where, "watch", index, "path"), path, f"The watched path of service {where[1]},"
    yield from _shared_files(compose)
    included = mapping(compose.document.data).get("include")
    for below, entry in _entries(included):
        for inner, path in strings(mapping(entry).get("path") if isinstance(entry, dict) else entry):
            middle = ("path",) if isinstance(entry, dict) else ()
            yield ("include", *below, *middle, *inner), path, "The included file"


def _shared_files(compose: Compose) -> Iterator[tuple[Path, str, str]]:
    data = mapping(compose.document.data)
    for kind in ("secrets", "configs"):
        for name, entry in mapping(data.get(kind)).items():
            if isinstance(path := mapping(entry).get("file"), str) and not path.startswith(("/", "~")):
                yield (kind, name, "file"), path, f"The file of {kind[:-1]} {name},"
