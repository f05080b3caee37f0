"""See :class:`DeployReferenceMissing`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import instead, likely
from toolkit.checks._makefiles import MAKEFILES
from toolkit.checks.references._causes import by_cause, joined, owner_of_output
from toolkit.checks.references._compose.mounted_settings import amiss
from toolkit.checks.references._cron_routes import unanswered
from toolkit.checks.references._deploy_folders import unplaced
from toolkit.checks.references._deployments import PATTERNS, claims
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._images.commands import broken_commands, broken_containers
from toolkit.checks.references._images.dockerfiles import dockerfiles
from toolkit.checks.references._images.health_programs import by_habit, in_images
from toolkit.checks.references._kubernetes.pods import file_of, in_focus
from toolkit.checks.references._repair import by_hand, relative, reword
from toolkit.checks.references._scripts.deploy_scripts import counted_above, lacking_in, lost_in
from toolkit.checks.references._scripts.gradle_wrappers import unstarted
from toolkit.checks.references._scripts.homes import at_home
from toolkit.checks.references._scripts.rows import scripts
from toolkit.checks.references._scripts.start_commands import lacking
from toolkit.expressions import regex
from toolkit.references import lost_part, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._deployment_files import Claim
    from toolkit.checks.references._scripts.deploy_scripts import Lost
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_MODULE = (
    ".js",
    ".ts",
    ".mjs",
    ".cjs",
    ".mts",
    ".tsx",
    "/index.js",
    "/index.ts",
    "/app.plugin.js",
    "/package.json",
    ".py",
)
_OF_TESTS = regex(
    r"(?:^|/)(?:tests?|__tests__|specs?|evals?|bats|fixtures|\.claude|\.cursor|\.agents?|\.codex)/|(?:^|/)test[-_][^/]*$|[-_.]test\.sh$"
)
"""Scripts that make what they need, and those of coding assistants, are no deployments."""
_FEW = 2
"""What a script copies or runs and has not, up to which each path has a finding of its own."""
_MADE_BY_HAND = ("google-services.json", "GoogleService-Info.plist")
"""Files of a console that teams often keep out of the repository."""


class DeployReferenceMissing(Check):
    """The configuration of a hosting platform, or a command of a script or Dockerfile, names a command, a file or a folder that is not there.

    What it checks: ``railway.json``, ``vercel.json``, ``netlify.toml``, ``fly.toml``, ``render.yaml``, ``Procfile``,
        ``app.json`` of Expo and Heroku, ``nixpacks.toml``, ``firebase.json``, ``tauri.conf.json``, ``pubspec.yaml``, triggers of Cloud Build and Serverless: root
        directories, Dockerfiles, build contexts, functions, pictures and plugins; scripts, files, folders and Python
        modules that their commands run, and the name of the application in them; paths of ``crons`` that no route of Next, SvelteKit or
        Vercel answers, or not to GET; services, databases and groups that variables of a blueprint come from. RUN, CMD and ENTRYPOINT of Dockerfiles, where the image's folder is a copy of one in
        the build context; a health check with curl or wget in an image that has neither, and
        programs of the devDependencies that a script starts in an image which installs without them, at a build, an install (`prepare`) or the start; commands that manifests give containers of an image that is built here. Shell scripts, Makefiles, justfiles and the pipelines of other hosts than GitHub: what they copy, send, apply, build and
        start, by paths that are written or made of the script's own folder, with ``cd``, variables that are assigned once, and
        loops over names; what they make before, ask for before, or go on without is left alone, and so is a loop that asks what there is of each;
        a ``cd`` into the home of one person is told. Settings that compose mounts (Prometheus, Grafana, nginx and the like):
        hosts that no compose file has as a service, and files of rules, templates and dashboards that no mount brings. A ``deploy`` of Fly,
        Firebase or Serverless in a folder without their configuration; a command that the ENTRYPOINT of its image takes for arguments. A ``gradlew`` without its archive. Where only the platform's dashboard knows the root directory, the folder of
        the file and all above it count. What a build makes is left alone.
    Why it matters: The repository builds on a laptop and in CI, and the deployment fails: these files run nowhere else.
    How to fix: Correct the path or the name of the script, or remove the configuration of a platform that is not used.
    Fix safety: Unsafe. In a command, the path of a file is replaced by that of the only one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path in context.matching(*PATTERNS):
            if path not in context.inventory.links:
                yield from self._configured(context, path)
        for path in dockerfiles(context):
            yield from self._image(context, path)
        for lack, *others in by_habit(in_images(context)):
            yield self.finding(
                context,
                lack.path,
                f"HEALTHCHECK fails in the image{f' (as in {len(others)} more)' if others else ''}: {lack.why}.",
                line=lack.line,
                evidence="; ".join(
                    (f"FROM {lack.image}", *(f"{one.path}:{one.line}: {one.image}" for one in others[:24]))
                ),
                severity="warning",
                fixes=by_hand(lack.todo),
                related=[(one.path, one.line) for one in others],
            )
        yield from self._containers(context)
        run = [one for one in scripts(context) if not _OF_TESTS.search(one) and not context.is_foreign(one)]
        yield from joined(one for path in run for one in self._script(context, path))
        for one in (
            *at_home(context, run),
            *amiss(context),
            *unstarted(context),
            *unanswered(context),
            *unplaced(context),
        ):
            yield finding_of(self, context, one)

    def _containers(self, context: Inspection) -> Iterator[Finding]:
        for container, command, lack in broken_containers(context):
            owner = container.pod.owner
            if in_focus(context, owner) and lack.severity != "info":
                line = owner.at((*container.where, "command" if "command" in container.data else "args"))
                yield self.finding(
                    context,
                    file_of(line, owner.path),
                    f"The command of container {container.data.get('name')} {lack.ends}: {lack.text}.",
                    line=line,
                    evidence=command[:200],
                    severity="warning",
                    fixes=by_hand(lack.todo),
                )

    def _configured(self, context: Inspection, path: str) -> Iterator[Finding]:
        named: list[tuple[Claim, Verdict]] = []
        told: set[str] = set()
        for claim in claims(context, path):
            if claim.kind.endswith("command"):
                yield from self._command(context, path, claim, told)
            elif claim.kind == "name":
                yield from self._unnamed(context, path, claim)
            elif (verdict := _judged(context, claim)) is not None:
                named.append((claim, verdict))
        for (claim, verdict), others in by_cause(context, named, lambda one: one[1].path):
            if f"{lost_part(context, verdict.path)} has no package.json" in told:
                continue  # the command that comes first is told of the folder already
            yield self._named(context, path, claim, verdict, len(others))

    def _script(self, context: Inspection, path: str) -> Iterator[tuple[str, Finding]]:
        """What one script lacks, each with what other scripts may lack for the same reason; empty for what is its own."""
        told = set()
        who = "Makefile" if path.rpartition("/")[2] in MAKEFILES else "script"
        lost = list(_of_one_command(lost_in(context, path)))
        for one, others in by_cause(context, lost, _causes(context, path, lost)):
            told |= {one.line, *(other.line for other in others)}
            lines = ", ".join(str(number) for number in sorted({other.line for other in others} - {one.line}))
            near = f'; "{one.near}" does' if one.near and not one.moved else ""
            ends = (
                f"it asks for {one.guard} before, goes no further, and does nothing" if one.guard else "it fails there"
            )
            text = (
                f'After `{one.moved}` there is no "{one.text}", which the {who} needs ({one.what}): it fails there.'
                if one.moved
                else f'The {who} needs "{one.text}" ({one.what}), which does not exist{near}: {ends}.'
            )
            above = counted_above(context, path, one.verdict.path) if others else ""
            found = self.finding(
                context,
                path,
                text,
                line=one.line,
                evidence=f"{', '.join((one.verdict.path, *one.others[:8]))} {'do' if one.others else 'does'} not exist"
                f"{f', and what counts from {above} does' if above else ''}{f'; so with lines {lines}' if lines else ''}",
                severity=one.severity,
                fixes=by_hand(
                    f"lead `{one.moved}` to where {one.text} counts from"
                    if one.moved
                    else instead(one.text, one.near, f"add {one.verdict.path}, or correct the path")
                ),
                related=[(path, other.line) for other in others],
            )
            yield "" if one.moved or one.guard else f"{one.verdict.path} {one.severity}", found
        lacks = [one for one in lacking_in(context, path) if one[2].severity != "info" and one[0] not in told]
        sums = Counter(one.scripts for _, _, one in lacks)
        for line, command, lack in lacks:
            if lack.word not in {one.text for one in lost}:
                many = sums[lack.scripts] if lack.scripts and sums[lack.scripts] > _FEW else 0
                found = self.finding(
                    context,
                    path,
                    f"The {who} fails: {lack.text}{f', nor {many - 1} more that it runs' if many else ''}.",
                    line=line,
                    evidence=command[:200],
                    severity=lack.severity,
                    fixes=by_hand(lack.todo),
                )
                yield f"{path} {lack.scripts if many else lack.text}", found

    def _image(self, context: Inspection, path: str) -> Iterator[Finding]:
        for item, text, one in broken_commands(context, path):
            if one.severity != "info":
                yield self.finding(
                    context,
                    path,
                    f"{item.name} {one.ends} in the image: {one.text}.",
                    line=item.line,
                    evidence=text[:200],
                    severity=one.severity,
                    fixes=by_hand(one.todo),
                )

    def _command(self, context: Inspection, path: str, claim: Claim, told: set[str]) -> Iterator[Finding]:
        for one in lacking(context, claim.value, claim.bases):
            if one.text in told:
                continue  # what a command before does not find either
            if claim.kind == "image-command" and one.near.endswith(f"/{one.word.removeprefix('./')}"):
                continue  # the image starts in a folder of its own, which may be a copy of that one
            told.add(one.text)
            fixes = reword(context, ((path, claim.line[0]),), one.word, one.near) if one.near else ()
            level: Severity = "warning" if claim.kind == "image-command" and "/" in one.word else one.severity
            yield self.finding(
                context,
                path,
                f"{claim.what} fails: {one.text}.",
                line=claim.line,
                evidence=claim.value[:200],
                severity="info" if one.severity == "info" else level,
                fixes=fixes or by_hand(one.todo),
            )

    def _unnamed(self, context: Inspection, path: str, claim: Claim) -> Iterator[Finding]:
        if claim.value not in claim.bases:
            near = likely(claim.value, claim.bases)
            yield self.finding(
                context,
                path,
                f"{claim.what} comes from {claim.value}, which the file does not define: it is deployed only where that is there.",
                line=claim.line,
                evidence=f"defined: {', '.join(claim.bases[:12])}",
                severity="warning",
                fixes=by_hand(instead(claim.value, near, f"define {claim.value}, or name what there is")),
            )

    def _named(self, context: Inspection, path: str, claim: Claim, verdict: Verdict, others: int) -> Finding:
        by_hand_only = claim.value.endswith(_MADE_BY_HAND)
        soft = by_hand_only or claim.what in ("The folder of functions", "The folder of assets", "favicon")
        lead = "/" if claim.value.startswith("/") else ""
        near = lead + relative(verdict.near, claim.bases[0], claim.value) if verdict.near else ""
        todo = instead(claim.value, near, f"add {verdict.path}, or correct the path")
        todo = f"download {claim.value} from the console, and say in the README how" if by_hand_only else todo
        more = f", and {others} more below it" if others else ""
        return self.finding(
            context,
            path,
            f"{claim.what} {claim.value} does not exist{more}: the deployment fails or does without it.",
            line=claim.line,
            evidence=f"{verdict.path} {verdict.why}",
            severity="warning" if soft else "error",
            fixes=by_hand(todo),
        )


def _of_one_command(found: Iterable[Lost]) -> Iterator[Lost]:
    """What a script lacks, that of one command together: it fails at the first."""
    groups: dict[tuple[object, ...], list[Lost]] = {}
    for one in found:
        groups.setdefault((one.line, one.what, one.severity, one.moved, one.guard), []).append(one)
    for first, *more in groups.values():
        yield first._replace(others=tuple(dict.fromkeys((*first.others, *(one.verdict.path for one in more)))))


def _causes(context: Inspection, path: str, lost: list[Lost]) -> Callable[[Lost], str]:
    """What to mend: the ``cd`` behind which paths are not found, the folder that all are counted from, the path, or all that a script copies or runs."""
    many = Counter(one.what for one in lost if not one.moved)

    def of(one: Lost) -> str:
        if one.moved:
            return f"{one.line} {one.moved}"
        above = counted_above(context, path, one.verdict.path)
        return above or (one.what if many[one.what] > _FEW else one.verdict.path)

    return of


def _judged(context: Inspection, claim: Claim) -> Verdict | None:
    """The verdict on a path that is missing from every base; ``None`` where it is fine or cannot be told."""
    value = claim.value.strip()
    value = value.lstrip("/") or "."  # these files count `/apps/web` from the root of the repository
    if claim.kind == "glob" and (not value.strip("*/.") or any(letter in value for letter in "{}()[]!$")):
        return None
    suffixes = _MODULE if claim.kind == "module" else ()
    verdicts = [resolve(context, value, base, suffixes=suffixes) for base in claim.bases]
    if any(verdict.kind != "missing" for verdict in verdicts):
        return None
    if any(verdict.command for verdict in verdicts) and claim.kind in ("output", "glob"):
        return None
    if claim.kind == "output":
        unmade = [verdict for verdict in verdicts if owner_of_output(context, f"{verdict.path}/")]
        return unmade[0] if len(unmade) == len(verdicts) else None
    return verdicts[0]
