"""Installs of JavaScript packages that workflows, images, scripts, hosts and READMEs start, with the manager that they take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import line_at, text_of
from toolkit.documents import dockerfile, jsonc, yaml
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, join, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Install", "fences", "installs", "is_dockerfile", "jobs"]

_COMMAND = regex(
    r"(?:^|&&|;|\||\brun\b|\bexec\b|\n)[^\S\n]*(?:sudo\s+|corepack\s+)?"
    r"(?P<text>(?P<manager>npm|pnpm|yarn|bun)(?:[ \t]+(?P<word>ci|clean-install|install|i))?(?P<options>(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?)*))"
    r"[ \t]*(?=$|&&|;|\||\n|\\|\))"
)
_ACROSS = regex(
    r"(?:^|&&|;|\||\n)[^\S\n]*(?P<text>(?:npm\s+(?:run[ \t]+[\w:.-]+|test|t)\b(?:[ \t]+-{1,2}[\w-]+(?:=\S+)?){0,5}?[ \t]+--workspaces|(?:yarn)[ \t]+workspaces[ \t]+(?:foreach|run))\b)"
)
"""Commands for every member of a workspace of npm or yarn."""
_ENTERS = regex(r"\s*\(?\s*cd[ \t]+([\w./-]+)[ \t]*&&")
_FROZEN = regex(r"\bci\b|clean-install|--(?:frozen-lockfile|immutable)\b")
_GLOBAL = regex(r"[ \t](?:-g|--global|-v|--version|--help|-h)\b")
_CD = regex(r"(?:^|\n|&&)[^\S\n]*cd\s+([\w./-]+)\s*(?:&&|\n|;)")
_WORKFLOW = regex(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = regex(r"\.github/actions/[^/]+/action\.ya?ml")
_RECIPES = regex(r"(?i)(?:gnu)?makefile|justfile")
_SAYS = regex(r"(?:echo|printf)\b")
_MOVES = regex(r"(?m)(?:^|[;&|(])[ \t@]*((?:cd|pushd)[ \t][^\n;&|)]*)")
_TO_ROOT = regex(r"dirname|BASH_SOURCE|ROOT|git rev-parse")
"""A script that goes to the root of its repository before all else."""
_PIPELINE = regex(
    r"\.gitlab-ci\.ya?ml|[\w.-]+\.gitlab-ci\.ya?ml|bitbucket-pipelines\.yml|azure-pipelines[\w.-]*\.ya?ml|\.travis\.yml|appveyor\.yml"
    r"|buildspec[\w.-]*\.ya?ml|amplify\.yml|render\.yaml|netlify\.toml|Jenkinsfile[\w.-]*"
)
_BLOCK = regex(r"(?m)^(?=[^\s#-])")
"""Where a part of a pipeline begins: at its keys in the first column."""
_WALKS = regex(
    r"\b(?:cd|pushd)[ \t]|--prefix\b|--cwd\b|\b(?:working_?[dD]irectory|workingDirectory|appRoot|rootDir|base|dir)[ \t]*[:=(]"
)
_KEYED = regex(r"[\w-]{1,40}[ \t]{0,9}[:=][ \t]{1,9}")
_CALLED = regex(r"(?:sh|bat)[ \t(]{1,3}")
"""What YAML, TOML or Groovy put around a command."""
_MAX_BYTES = 200_000
_LIFECYCLE = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand")
_README = regex(r"(?i)readme\.mdx?")
_FENCE = regex(r"(?ms)^[ \t]*```[ \t]*(?:sh|bash|shell|console|zsh|terminal)?[ \t]*\n(?P<code>.*?)^[ \t]*```")


class Install(NamedTuple):
    """One install of everything that a manifest asks for.

    Args:
        manager: whose command it is.
        frozen: whether it refuses to work without its lock.
        path, line: where it stands.
        folder: where it runs.
        text: the command.
        kind: ``workflow``, ``image``, ``script``, ``host`` or ``readme``.
    """

    manager: str
    frozen: bool
    path: str
    line: int
    folder: str
    text: str
    kind: str

    @property
    def across(self) -> bool:
        """Whether it is no install but a command for all members of the workspace."""
        return "workspaces" in self.text


def installs(context: Inspection) -> Iterator[Install]:
    """Every install that can be told from the files to report on, in the order of kinds and paths."""
    for read in (_workflows, _pipelines, _images, _scripts, _shells, _hosts, _devcontainers, _readmes):
        yield from read(context)


def is_dockerfile(name: str) -> bool:
    """Whether a file of that name is a Dockerfile."""
    lower = name.lower()
    return (
        lower == "dockerfile"
        or lower.startswith("dockerfile.")
        or lower.endswith(".dockerfile")
        or lower == "containerfile"
    )


def _commands(text: str) -> Iterator[tuple[str, bool, int, str]]:
    """Manager, whether frozen, offset and text of each install in a script."""
    for match in _COMMAND.finditer(text):
        bare = match["word"] is None
        if _GLOBAL.search(match["options"] or "") or (
            bare and (match["manager"] != "yarn" or "--cwd" in match["options"])
        ):
            continue  # a manager alone shows its help; yarn alone installs
        yield match["manager"], _FROZEN.search(match["text"]) is not None, match.start("text"), match["text"]
    for match in _ACROSS.finditer(text):
        yield match["text"].split()[0], False, match.start("text"), match["text"]


def _entered(script: str, folder: str) -> str | None:
    """The folder that a script works in: where it starts, or the one that it enters before all else; ``None`` where it walks about."""
    first = _ENTERS.match(script)
    moves = len(re.findall(r"\b(?:cd|pushd)\s", script))
    return folder if not moves else join(folder, first[1]) if first and moves == 1 else None


def _workflows(context: Inspection) -> Iterator[Install]:
    for path, document, steps in jobs(context):
        for given, place, run in steps:
            folder = _walked(given, run)
            for manager, frozen, offset, text in _commands(run) if folder is not None else ():
                block = document.source(place).startswith(("|", ">"))
                line = document.value_line(place) + run.count("\n", 0, offset) + (1 if block else 0)
                yield Install(manager, frozen, path, line, str(folder), text, "workflow")


def jobs(
    context: Inspection,
) -> Iterator[tuple[str, yaml.Document, list[tuple[str, tuple[str | int, ...], str]]]]:
    """Path and document of each job of a workflow, and of each action, with the steps that run something: folder, place, script."""
    for path in sorted(set(context.matching("*.yml", "*.yaml")) & context.inventory.tracked_set):
        if not (_WORKFLOW.fullmatch(path) or _ACTION.fullmatch(path)):
            continue
        if (document := context.readable(path, yaml.parse)) is None:
            continue
        listed = table(document.data, "jobs")
        holders: list[tuple[tuple[str | int, ...], Any]] = [(("jobs", name), listed[name]) for name in listed]
        for at, job in [*holders, (("runs",), table(document.data, "runs"))]:
            if steps := list(_steps(document, at, job)):
                yield path, document, steps


def _pipelines(context: Inspection) -> Iterator[Install]:
    """Installs of other hosts' pipelines, in the parts of a file that stay in one folder."""
    names = [name for name in context.inventory.by_name if _PIPELINE.fullmatch(name)]
    names += ["config.yml"] if context.is_file(".circleci/config.yml") else []
    for path in sorted(set(context.named(*names)) & context.inventory.tracked_set):
        if path.endswith("config.yml") and path != ".circleci/config.yml":
            continue
        folder = "." if path == ".circleci/config.yml" else folder_of(path)
        for manager, frozen, line, text in context.fact(_in_pipeline, path):
            yield Install(manager, frozen, path, line, folder, text, "workflow")


def _in_pipeline(context: Inspection, path: str) -> tuple[tuple[str, bool, int, str], ...]:
    """Manager, whether frozen, line and text of each install in a pipeline; none of jobs that walk about."""
    text = text_of(context, path)
    if len(text) > _MAX_BYTES:
        return ()
    found: list[tuple[str, bool, int, str]] = []
    first = 1
    for block in _BLOCK.split(text):
        if not _WALKS.search(block):
            plain = "\n".join(map(_bare, block.split("\n")))
            found += [
                (manager, frozen, first + plain.count("\n", 0, offset), command)
                for manager, frozen, offset, command in _commands(plain)
            ]
        first += block.count("\n")
    return tuple(found)


def _bare(line: str) -> str:
    """A line's command without the marks around it; empty for a comment."""
    text = line.strip().removeprefix("- ").strip()
    if found := _KEYED.match(text):
        text = text[found.end() :]
    if found := _CALLED.match(text):
        text = text[found.end() :].rstrip(")")
    return "" if text.startswith("#") else text.strip("\"'")


def _steps(
    document: yaml.Document, at: tuple[str | int, ...], job: Any
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """Folder, place and text of the steps that run something in a folder that is known."""
    default = table(job, "defaults", "run").get("working-directory") or table(document.data, "defaults", "run").get(
        "working-directory", "."
    )
    steps = job.get("steps") if isinstance(job, dict) else None
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        run = step.get("run") if isinstance(step, dict) else None
        given = step.get("working-directory", default) if isinstance(step, dict) else None
        if not isinstance(run, str) or not isinstance(given, str) or "$" in given:
            continue
        if (folder := join(".", given)) is not None:
            yield folder, (*at, "steps", number, "run"), run


def _walked(given: str, run: str) -> str | None:
    """The folder that a step works in: its own, or the one that it enters; ``None`` where it walks about."""
    entered = _CD.search(run)
    if entered is None:
        return None if re.search(r"\b(?:cd|pushd)\s", run) else given
    return join(given, entered[1])


def _images(context: Inspection) -> Iterator[Install]:
    names = [name for name in context.inventory.by_name if is_dockerfile(name)]
    for path, document in context.documents(sorted(context.named(*names)), dockerfile.parse):
        for stage in document.stages:
            for item in stage.instructions:
                for manager, frozen, _, text in _commands(item.value) if item.name == "RUN" else ():
                    yield Install(manager, frozen, path, item.line, folder_of(path), text, "image")


def _scripts(context: Inspection) -> Iterator[Install]:
    for path in sorted(context.named("package.json")):
        document = context.readable(path, jsonc.parse) if "node_modules" not in path else None
        for name, script in table(document.data if document else {}, "scripts").items():
            for manager, frozen, _, text in _commands(script) if isinstance(script, str) else ():
                folder = _entered(script, folder_of(path))
                if document is not None and folder is not None:
                    yield Install(manager, frozen, path, document.line(("scripts", name)), folder, text, "script")


def _shells(context: Inspection) -> Iterator[Install]:
    """Installs of Makefiles, and of shell scripts that stay in one folder: their own, or the root that they go to first."""
    names = [name for name in context.inventory.by_name if name.endswith(".sh") or _RECIPES.fullmatch(name)]
    for path in sorted(context.named(*names)):
        recipes = _RECIPES.fullmatch(path.rpartition("/")[2]) is not None
        for manager, frozen, line, text, folder in context.fact(_in_recipes if recipes else _in_shell, path):
            where = join(folder_of(path), folder) if recipes else folder or folder_of(path)
            if where is not None:
                yield Install(manager, frozen, path, line, where, text, "script")


def _in_recipes(context: Inspection, path: str) -> tuple[tuple[str, bool, int, str, str], ...]:
    """As of a shell script, with the folder that a line enters first: each line starts anew."""
    text = text_of(context, path, _MAX_BYTES)
    found: list[tuple[str, bool, int, str, str]] = []
    continues = False
    for number, line in enumerate(text.splitlines() if ".ONESHELL" not in text else (), 1):
        script = line.lstrip("\t @-") if line[:1] in ("\t", " ") and not continues else ""
        continues = line.endswith("\\")
        folder = _entered(script, ".") if script and not script.startswith("#") else None
        if folder is not None and not _SAYS.match(script):
            found += [(manager, frozen, number, said, folder) for manager, frozen, _, said in _commands(script)]
    return tuple(found)


def _in_shell(context: Inspection, path: str) -> tuple[tuple[str, bool, int, str, str], ...]:
    """Manager, whether frozen, line, text, and the root if it goes there, of each install in a script; none where it walks about."""
    text = text_of(context, path)
    moves = _MOVES.findall(text)
    if len(text) > _MAX_BYTES or len(moves) > 1 or any(not _TO_ROOT.search(move) for move in moves):
        return ()
    lines = re.sub(r"(?m)^([ \t]*)#[^\n]*", r"\1", text)
    return tuple(
        (manager, frozen, line_at(lines, offset), command, "." if moves else "")
        for manager, frozen, offset, command in _commands(lines)
    )


def _hosts(context: Inspection) -> Iterator[Install]:
    """What Vercel and Render are told to install with, in the folder of their file."""
    for path, document in context.documents(sorted(context.named("vercel.json")), jsonc.parse):
        for key in ("installCommand", "buildCommand"):
            command = table({"": document.data}, "").get(key)
            for manager, frozen, _, text in _commands(command) if isinstance(command, str) else ():
                if (folder := _entered(str(command), folder_of(path))) is not None:
                    yield Install(manager, frozen, path, document.line((key,)), folder, text, "host")


def _devcontainers(context: Inspection) -> Iterator[Install]:
    """What a devcontainer installs once it is made, in the folder that it is for."""
    for path, document in context.documents(
        sorted(context.named("devcontainer.json", ".devcontainer.json")), jsonc.parse
    ):
        folder = path.partition(".devcontainer")[0].rstrip("/") or "."
        for key in _LIFECYCLE:
            value = table({"": document.data}, "").get(key)
            listed = list(value.values()) if isinstance(value, dict) else [value]
            for text in (one for one in listed if isinstance(one, str) and not re.search(r"\bcd\s", one)):
                for manager, frozen, _, command in _commands(text):
                    yield Install(manager, frozen, path, document.line((key,)), folder, command, "host")


def _readmes(context: Inspection) -> Iterator[Install]:
    """Installs of a README that speaks of one manager only; one that lists several lets the reader choose."""
    names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
    for path in sorted(context.named(*names)):
        text = text_of(context, path) if context.is_file(inside(folder_of(path), "package.json")) else ""
        found = []
        for fence in _FENCE.finditer(text):
            if not re.search(r"\bcd\s", fence["code"]):
                found += [(one, fence.start("code") + one[2]) for one in _commands(fence["code"])]
        if found and len({one[0] for one, _ in found}) == 1:
            (manager, frozen, _, command), offset = found[0]
            if len(set(re.findall(r"\b(npm|pnpm|yarn|bun) (?:i|install|run|add|dev|build|start|test)\b", text))) == 1:
                yield Install(manager, frozen, path, line_at(text, offset), folder_of(path), command, "readme")


def fences(context: Inspection) -> Iterator[tuple[str, str, int]]:
    """Path, text and offset of each block of commands in a README."""
    names = [name for name in context.inventory.by_name if _README.fullmatch(name)]
    for path in sorted(context.named(*names)):
        for fence in _FENCE.finditer(text_of(context, path)):
            yield path, fence["code"], fence.start("code")
