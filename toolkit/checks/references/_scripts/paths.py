"""Which words of a command in a deployment script are paths of the repository: what it copies, sends, mounts and applies."""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._operands import operands
from toolkit.checks.references._helm.releases import release_and_chart
from toolkit.checks.references._scripts.text import DEFAULT, ROOT
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Asked", "asked_paths"]


class Asked(NamedTuple):
    """A path that a command needs; ``kind`` is ``file``, ``folder``, ``compose``, ``image`` (a folder with a Dockerfile) or ``any``."""

    text: str
    kind: str
    what: str


_FIRST_OPTIONS = frozenset(
    {"-n", "--namespace", "--context", "--kubeconfig", "--kube-context", "--profile", "--region", "--project"}
)
"""Options that stand between a program and its command, with their values."""
_VALUED = {
    "scp": frozenset({"-P", "-i", "-o", "-F", "-c", "-J", "-l", "-S"}),
    "rsync": frozenset({"-e", "--rsh", "--exclude", "--include", "--exclude-from", "--include-from", "--files-from", "--filter", "-f",
                        "--bwlimit", "--timeout", "--port", "--chmod", "--chown", "--rsync-path", "--password-file", "--log-file"}),
    "install": frozenset({"-m", "-o", "-g", "--mode", "--owner", "--group"}),
    "cp": frozenset(),
    "mv": frozenset(),
}  # fmt: skip
"""Programs that copy all of their operands but the last, with the options that take a value."""
_FILES = {
    "helmfile": ("-f", "--file"),
    "skaffold": ("-f", "--filename"),
    "eksctl": ("-f", "--config-file"),
    "kind": ("--config",),
    "k3d": ("-c", "--config"),
    "sam": ("-t", "--template-file", "--template", "--config-file"),
    "serverless": ("-c", "--config"),
    "fly": ("-c", "--config", "--dockerfile"),
    "flyctl": ("-c", "--config", "--dockerfile"),
    "gunicorn": ("-c", "--config"),
    "az": ("--template-file",),
    "gcloud": ("--config", "--source"),
    "aws": ("--template-file",),
    "promtool": (),
    "celery": (),
    "nginx": ("-c",),
    "jq": ("-f", "--from-file"),
    "envoy": ("-c", "--config-path"),
    "caddy": ("--config",),
    "flyway": ("-configFiles",),
    "liquibase": ("--changelog-file", "--defaults-file"),
    "supervisord": ("-c",),
}
"""Programs with the options that name a file, besides those that every family knows."""
_STARTED = regex(r"[\w./-]+\.(?:js|cjs|json|ya?ml)")
_READERS = frozenset({"awk", "grep", "jq", "yq", "cat", "sed", "head", "tail"})
_PATTERNED = frozenset({"awk", "grep", "jq", "yq", "sed"})
"""Those whose first operand is what to look for."""
_CREATED = ("--from-file", "--from-env-file")
_AT = frozenset({"-d", "--data", "--data-binary", "--data-raw", "-T", "--upload-file", "--parameters", "-p"})
_RUN = regex(r"\.(?:sh|bash|py|js|mjs|ts)$")
_IS_PATH = regex(r"[\w.@+-]*/[\w./@+*?-]+|[\w.@+-]*[A-Za-z][\w@+-]*\.[A-Za-z]\w{0,9}|\.[A-Za-z][\w.-]*")
"""A folder or an ending: what is one word may be anything."""


_HEADS = frozenset(
    {*_VALUED, *_FILES, *_READERS, "cd", "pushd", "bash", "sh", "zsh", "source", "python", "python3", "node", "bun", "tsx", "ts-node",
     "ruby", "perl", "deno", "mocha", "make", "npm", "pnpm", "yarn", "forge", "terraform", "tofu", "kubectl", "go", "uv", "poetry", "pip",
     "pip3", "cargo", "helm", "tsc", "ts-mocha", "eslint", "jest", "vitest", "vite", "playwright", "cypress", "prettier", "prisma",
     "wrangler", "psql", "alembic", "locust", "golangci-lint", "mypy", "pylint", "ansible-playbook", "k6", "newman", "artillery",
     "kustomize", "docker", "docker-compose", "podman", "podman-compose", "npx", "pnpx", "bunx", "dotenv", "doppler", "pdm", "pipenv",
     "hatch", "bundle", "coverage", "nix", "pytest", "py.test", "chmod", "tar", "pm2"}
)  # fmt: skip
"""Programs of which something is known; others are looked at only where they read from a file."""
_SIGNS = ("<", "@")


def asked_paths(words: tuple[str, ...], after: str) -> Iterator[Asked]:
    """The paths that a command needs, as they are written."""
    head = posixpath.basename(words[0])
    program = head if words[0].startswith("/") else words[0]
    if (
        program not in _HEADS
        and "." not in program
        and ROOT not in program
        and not any(word[:1] in _SIGNS or word.startswith("file:") for word in words[1:])
    ):
        return
    plain = _without_options(("docker" if program == "podman" else program, *words[1:]))
    known = set()
    if words[0].startswith((ROOT, DEFAULT)) and _RUN.search(words[0]):
        yield Asked(words[0], "file", "script")
    for text, kind, what in operands(plain):
        if what != "cp":
            known.add(text)
            whole = posixpath.join(text, "Chart.yaml") if what == "the chart" else text
            yield Asked(whole, "compose" if what == "-f" and _is_compose(plain) else kind, what)
    for one in _own(plain, after):
        if one.text not in known:
            known.add(one.text)
            yield one


def _is_compose(words: tuple[str, ...]) -> bool:
    return words[0].endswith("-compose") or words[1:2] == ("compose",)


def _without_options(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command with its subcommand right behind the program."""
    at = 1
    while at < len(words) and words[at].partition("=")[0] in _FIRST_OPTIONS:
        at += 1 if "=" in words[at] else 2
    return (words[0], *words[at:])


def _own(words: tuple[str, ...], after: str) -> Iterator[Asked]:
    head = words[0]
    if head in _VALUED:
        yield from _copied(words)
    elif head == "tar":
        yield from _packed(words)
    elif head == "kubectl" and "create" in words[1:2] and "secret" not in words:
        yield from _created(words)
    elif head == "helm":
        yield from _chart(words)
    elif head == "docker" and words[1:2] == ("cp",) and len(words) == 4 and ":" not in words[2]:
        yield Asked(words[2], "any", "docker cp")
    elif head == "pm2" and words[1:2] and words[1] in ("start", "startOrReload", "reload", "startOrRestart"):
        yield from (Asked(word, "file", "pm2") for word in words[2:3] if _STARTED.fullmatch(word))
    elif head in _READERS:
        yield from _read(words, after)
    for name, value in pairwise((*words, "")):
        option, equals, given = name.partition("=")
        if option in _FILES.get(head, ()):
            yield Asked(given if equals else value, "any", option)
    yield from _redirected(words)


def _read(words: tuple[str, ...], after: str) -> Iterator[Asked]:
    """What a program reads: the one thing that it is told by default, and what ``cat`` hands on."""
    plain = [word for before, word in pairwise(words) if not word.startswith("-") and not before.endswith(">")]
    for word in plain[1:] if words[0] in _PATTERNED else plain:
        if (word.startswith(DEFAULT) or (words[0] == "cat" and after == "|")) and _IS_PATH.fullmatch(word):
            yield Asked(word, "file", words[0])


def _redirected(words: tuple[str, ...]) -> Iterator[Asked]:
    """What a command reads from a file: behind ``<``, ``@`` and ``file://``."""
    for name, value in pairwise((*words, "") if not words[0].startswith(("[", "((")) else ()):
        if name == "<" or (name.startswith("<") and len(name) > 1 and name[1] not in "<(&"):
            yield from (Asked(text, "file", "<") for text in (name[1:] or value,) if _IS_PATH.fullmatch(text))
        elif value.startswith("@") and name in _AT and _IS_PATH.fullmatch(value[1:]):
            yield Asked(value[1:], "file", name)
        elif value.startswith("file://") and not value.startswith("file:///"):
            yield Asked(value.removeprefix("file://"), "file", name)


def _copied(words: tuple[str, ...]) -> Iterator[Asked]:
    """The sources of a copy that are on this machine; options that are not known end it."""
    plain, skip = [], False
    for word in words[1:]:
        if skip or word.startswith(("-", "2>", ">", "&>")):
            skip = not skip and (word in _VALUED[words[0]] or word in ("2>", ">", "&>"))
        else:
            plain.append(word)
    if len(plain) < 2 or "-d" in words[1:] or "-t" in words[1:]:
        return
    for word in plain[:-1]:
        if ":" not in word and (_IS_PATH.fullmatch(word.strip("/")) or word.endswith("/")):
            yield Asked(word, "any", words[0])


def _packed(words: tuple[str, ...]) -> Iterator[Asked]:
    """What ``tar`` packs."""
    flags = words[1] if len(words) > 1 else ""
    creates = "--create" in words or ("c" in flags and not flags.startswith("--"))
    if (
        not creates
        or "-C" in words
        or "-T" in words
        or any(word.startswith(("--directory", "--files-from")) for word in words)
    ):
        return
    rest = [word for word in words[2:] if not word.startswith("-")]
    for word in rest[1:] if "f" in flags else ():
        if _IS_PATH.fullmatch(word.strip("/")) or word.endswith("/"):
            yield Asked(word, "any", "tar")


def _created(words: tuple[str, ...]) -> Iterator[Asked]:
    """Files of a ConfigMap that is made of them."""
    for name, value in pairwise((*words, "")):
        option, equals, given = name.partition("=")
        if option in _CREATED:
            text = given if equals else value
            key, _, file = text.rpartition("=")
            yield Asked(file if key else text, "any", option)


def _chart(words: tuple[str, ...]) -> Iterator[Asked]:
    """The chart of an installation without ``./``: two folders at least, for one and a name is a repository's chart."""
    for word in release_and_chart(words)[1:2]:
        if word.count("/") > 1 and not word.startswith(("./", "../", "oci:")) and not word.endswith(".tgz"):
            yield Asked(posixpath.join(word, "Chart.yaml"), "file", "the chart")
