"""Which words of a command are paths that have to be there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from toolkit.checks._package_managers import FOLDER_OPTIONS
from toolkit.expressions import regex
from toolkit.words import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Kind", "context_of_build", "named", "operands", "unwrapped"]

Kind = Literal["folder", "file", "action", "lock", "image", "module"]
"""``image`` is a folder with a Dockerfile in it, ``module`` a file whose ending may be left out."""
Operand = tuple[str, Kind, str]

_RUNNERS = frozenset(
    {
        "bash",
        "sh",
        "zsh",
        "source",
        ".",
        "python",
        "python3",
        "node",
        "bun",
        "tsx",
        "ts-node",
        "ruby",
        "perl",
        "deno",
        "mocha",
    }
)
_SCRIPT = regex(r"[\w@./+-]+\.(?:sh|bash|py|js|mjs|cjs|ts|mts|rb|pl)")
_SETTINGS = regex(r"[\w./-]+\.(?:json5?|[cm]?[jt]s|ya?ml|toml)")
"""What ``--config`` of a program that a launcher starts may name."""
_WRAPPERS = ("./gradlew", "./mvnw")
_SUBCOMMANDS = frozenset({"run", "watch", "--watch", "-e", "-x", "-u", "-ex", "-eu", "-euo", "-xe", "--test", "-W"})
_FOLDER_OPTIONS = {
    "make": ("-C", "--directory"),
    **FOLDER_OPTIONS,
    "forge": ("--root",),
    "terraform": ("-chdir",),
    "tofu": ("-chdir",),
    "kubectl": ("-k", "--kustomize"),
    "go": ("-C",),
    "uv": ("--directory", "--project"),
    "poetry": ("-C", "--directory"),
}
_FILE_OPTIONS = {
    "pip": ("-r", "--requirement", "-c", "--constraint"),
    "pip3": ("-r", "--requirement", "-c", "--constraint"),
    "cargo": ("--manifest-path",),
    "make": ("-f", "--file"),
    "kubectl": ("-f", "--filename"),
    "helm": ("-f", "--values"),
    "tsc": ("-p", "--project"),
    "ts-mocha": ("-p", "--project"),
    "ts-node": ("-P", "--project"),
    "eslint": ("-c", "--config"),
    "jest": ("-c", "--config"),
    "vitest": ("-c", "--config"),
    "vite": ("-c", "--config"),
    "playwright": ("-c", "--config"),
    "cypress": ("--config-file",),
    "prettier": ("--config", "--ignore-path"),
    "prisma": ("--schema",),
    "aws": ("--template-file",),
    "psql": ("-f", "--file"),
    "alembic": ("-c", "--config"),
    "locust": ("-f", "--locustfile"),
    "golangci-lint": ("-c", "--config"),
    "mypy": ("--config-file",),
    "cargo-deny": ("--config",),
    "gitleaks": ("-c", "--config"),
    "trivy": ("--config", "-c"),
    "markdownlint": ("-c", "--config"),
    "yamllint": ("-c", "--config-file"),
    "commitlint": ("-g", "--config"),
    "drizzle-kit": ("--config",),
    "pylint": ("--rcfile",),
    "ansible-playbook": ("-i", "--inventory"),
    "flyctl": ("-c", "--config", "--dockerfile"),
    "fly": ("-c", "--config", "--dockerfile"),
    "serverless": ("-c", "--config"),
    "sls": ("-c", "--config"),
    "sam": ("-t", "--template", "--template-file"),
    "skaffold": ("-f", "--filename"),
    "eksctl": ("-f", "--config-file"),
    "goreleaser": ("-f", "--config"),
}
_ARGUMENTS = (
    (("py_compile",), regex(r"[\w./-]+\.py")),
    (("k6", "run"), regex(r"[\w./-]+\.[jt]s")),
    (("newman", "run"), regex(r"[\w./-]+\.json")),
    (("artillery", "run"), regex(r"[\w./-]+\.ya?ml")),
    (("ansible-playbook",), regex(r"[\w./-]+\.ya?ml")),
    (("gcloud", "run", "services", "replace"), regex(r"[\w./-]+\.ya?ml")),
    (("kustomize", "build"), regex(r"[\w./-]+")),
)
"""Programs of which the first operand of such a form is a file (or, of the last, a folder)."""
_CHARTS = ("install", "upgrade", "lint", "template", "package", "dependency")
_APPLIES = frozenset({"apply", "create", "delete", "replace", "diff", "kustomize"})
_BUILD_FLAGS = (
    "--load", "--push", "--pull", "--no-cache", "--quiet", "-q", "--rm", "--squash", "--check", "--force-rm", "--compress", "--debug", "-D",
    "--disable-content-trust", "--provenance", "--sbom",
)  # fmt: skip
_BUILD_VALUES = frozenset(
    {
        "-t", "--tag", "-f", "--file", "--build-arg", "--target", "--platform", "--cache-from", "--cache-to", "-o", "--output", "--label",
        "--secret", "--ssh", "--network", "--progress", "--builder", "--iidfile", "--metadata-file", "--add-host", "--build-context", "--allow",
        "--annotation", "--attest", "--call", "--shm-size", "--ulimit", "-m", "--memory", "--isolation", "--cgroup-parent", "--no-cache-filter",
        "--policy", "--cpuset-cpus", "--cpu-quota", "--security-opt",
    }
)  # fmt: skip
_COMPOSE = ("docker-compose", "podman-compose")
_LAUNCHERS = (
    ("pnpm", "exec"), ("pnpm", "dlx"), ("yarn", "exec"), ("yarn", "dlx"), ("yarn", "run"), ("npm", "exec"), ("uv", "run"), ("poetry", "run"),
    ("pdm", "run"), ("pipenv", "run"), ("hatch", "run"), ("bundle", "exec"), ("python", "-m"), ("python3", "-m"), ("npx",), ("pnpx",),
    ("bunx",), ("dotenv",), ("doppler", "run"), ("yarn",), ("pnpm",), ("coverage", "run", "-m"), ("nix", "develop"),
)  # fmt: skip
"""Programs whose arguments are another command."""
_UNVALUED = frozenset(
    {
        "-y",
        "--yes",
        "--",
        "-q",
        "--frozen",
        "--locked",
        "--no-project",
        "--isolated",
        "--no-sync",
        "--no-dev",
        "--all-extras",
    }
)
"""Options of launchers that take no further word and leave the folder as it is."""
_OF_UV = frozenset({"--with", "--with-editable", "--with-requirements", "--python", "-p", "--extra", "--group"})
"""Those of ``uv run`` that take one."""
_GO = ("test", "build", "run", "vet", "generate", "install", "list")
_PLAIN = regex(
    r"-(?:v+|q|s|x|l|ra|rA|rs)|--(?:verbose|quiet|exitfirst|no-header|no-cov|strict-markers|lf|ff|cov)|-[a-z-]+=.*|--[\w-]+=.*"
)
"""Options of pytest that take no further word."""


def unwrapped(words: tuple[str, ...]) -> tuple[str, ...]:
    """The command that a launcher (``npx``, ``pnpm exec``, ``uv run``) starts; the words as they are without one."""
    for _ in range(3):
        launcher = next((one for one in _LAUNCHERS if words[: len(one)] == one), None)
        if launcher is None:
            return words
        rest = words[len(launcher) :]
        while rest and (rest[0] in _UNVALUED or "=" in rest[0] or (words[0] == "uv" and rest[0] in _OF_UV)):
            rest = rest[2 if words[0] == "uv" and rest[0] in _OF_UV else 1 :]
        # A word that begins with a dash may have a value, and what follows is no command for sure.
        if not rest or rest[0].startswith("-"):
            return words
        words = rest
    return words


def operands(words: tuple[str, ...]) -> Iterator[Operand]:
    """The paths among the words of a command, with what each has to be and how a person calls it."""
    head = words[0]
    if head in ("cd", "pushd") and len(words) == 2:
        yield words[1], "folder", head
        return
    if head == "cp":
        yield from _copied(words)
    if head == "kubectl" and not _APPLIES.intersection(words[1:3]):
        return  # `-f` of logs and others is another option
    yield from ((text, "folder", head) for text in values_of(words, *_FOLDER_OPTIONS.get(head, ())))
    if head in _COMPOSE or words[:2] == ("docker", "compose"):
        own = words[1 if head in _COMPOSE else 2 :]
        yield from ((text, "file", "-f") for text in values_of(_leading(own), "-f", "--file", "--env-file"))
    elif words[:2] in (("docker", "build"), ("docker", "buildx")):
        yield from _of_docker(words)
    elif words[:2] == ("uv", "pip"):
        yield from ((text, "file", "-r") for text in values_of(words, "-r", "--requirement"))
    inner = unwrapped(words)
    if inner[:2] == ("cargo", "deny"):
        inner = ("cargo-deny", *inner[2:])
    if inner[0] not in _FILE_OPTIONS and inner != words:  # a script, which may hand on what it is given to any folder
        inner = inner[: inner.index("--")] if "--" in inner[1:] else inner
    options = _FILE_OPTIONS.get(inner[0], ("--config",) if inner != words else ())
    yield from (
        (text, "file", inner[0])
        for text in values_of(inner, *options)
        if text != "-" and (inner[0] in _FILE_OPTIONS or _SETTINGS.fullmatch(text))
    )
    yield from _run(inner)
    yield from _given(inner)


def _leading(words: tuple[str, ...]) -> tuple[str, ...]:
    """The options of a program itself with their values: what stands before its subcommand."""
    for index, word in enumerate(words):
        if not word.startswith("-") and (index == 0 or not words[index - 1].startswith("-") or "=" in words[index - 1]):
            return words[:index]
    return words


def _run(words: tuple[str, ...]) -> Iterator[Operand]:
    """Scripts that are started, by themselves or by an interpreter."""
    head = words[0]
    if head in _WRAPPERS or (head.startswith(("./", "../", ".github/", "scripts/")) and _SCRIPT.fullmatch(head)):
        yield head, "file", "script"
    elif head in _RUNNERS:
        rest = [word for word in words[1:] if word not in _SUBCOMMANDS]
        if rest and _SCRIPT.fullmatch(rest[0]) and (head != "bun" or "/" in rest[0]):
            yield rest[0], "file", "script"
    elif head == "chmod":
        plain = [word for word in words[1:] if not word.startswith("-")]
        yield from ((word, "file", "chmod") for word in plain[1:] if _SCRIPT.fullmatch(word))


def _given(words: tuple[str, ...]) -> Iterator[Operand]:
    """Arguments of programs that are files or folders."""
    head = words[0]
    if head in ("pytest", "py.test"):
        yield from _of_pytest(words)
    elif head == "go" and words[1:2] and words[1] in _GO:
        for word in words[2:]:
            if word.startswith("./") and (folder := word.removesuffix("/...")) not in (".", "./", "./..."):
                yield folder, "file" if word.endswith(".go") else "folder", f"go {words[1]}"
    elif head == "helm":
        charts = [
            word
            for before, word in pairwise(words[1:])
            if word.startswith(("./", "../")) and before not in _FILE_OPTIONS["helm"]
        ]
        yield from (
            (word, "folder", "the chart") for word in charts if words[1] in _CHARTS and not word.endswith(".tgz")
        )
    yield from named(words)


def named(words: tuple[str, ...]) -> Iterator[Operand]:
    """The file that the first operand of a program is, of those that take one by its form."""
    for begin, form in _ARGUMENTS:
        if words[: len(begin)] == begin:
            first = next((word for word in words[len(begin) :] if not word.startswith("-")), "")
            if form.fullmatch(first):
                yield first, "folder" if begin[0] == "kustomize" else "file", begin[0]


def _of_pytest(words: tuple[str, ...]) -> Iterator[Operand]:
    for before, word in pairwise(words):
        path = word.partition("::")[0]
        plain = not before.startswith("-") or _PLAIN.fullmatch(before)
        if (
            plain
            and re.fullmatch(r"[\w.][\w./-]*", path)
            and ("/" in path or path.endswith(".py") or path in ("test", "tests"))
        ):
            yield path, "file" if path.endswith(".py") else "folder", "pytest"


def _copied(words: tuple[str, ...]) -> Iterator[Operand]:
    """What ``cp`` copies: all of its operands but the last."""
    if any(word.startswith("-") and not re.fullmatch(r"-[rRafvpT]+", word) for word in words[1:]):
        return
    plain = [word for word in words[1:] if not word.startswith("-")]
    yield from ((word, "file", "cp") for word in plain[:-1] if "." in word.rpartition("/")[2])


def _of_docker(words: tuple[str, ...]) -> Iterator[Operand]:
    """The Dockerfile, and the context."""
    files = [text for text in values_of(words, "-f", "--file") if text != "-"]
    yield from ((text, "file", "-f") for text in files)
    home = context_of_build(words)
    if home:
        alone = not files and not {"-f", "--file"}.intersection(words)
        yield home, "image" if alone else "folder", "the context of docker build"


def context_of_build(words: tuple[str, ...]) -> str:
    """The folder that ``docker build`` sends: its only word that is no option nor the value of one; empty if that is not sure."""
    if "build" not in words[1:3]:
        return ""
    plain: list[str] = []
    rest = iter(words[words.index("build", 1) + 1 :])
    for word in rest:
        if word in _BUILD_VALUES:
            next(rest, "")
        elif word == "-" or not word.startswith("-"):
            plain.append(word)
        elif "=" not in word and word not in _BUILD_FLAGS:
            return ""  # nobody knows whether it has a value
    return plain[0] if len(plain) == 1 and plain[0] != "-" else ""
