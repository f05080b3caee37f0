"""Variables that the code wants and no example names."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.secrets._copied_examples import copied
from toolkit.checks.secrets._values import is_env_example, is_trial
from toolkit.context import Unreadable
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.model import Fix
from toolkit.places import below, folder_of, home_of, inside, path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.secrets._copied_examples import Copied
    from toolkit.model import Finding

_NAMED = 40
_GLOBS = ("*.ts", "*.tsx", "*.mts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.py", "*.rs", "*.go", "*.prisma", "*.svelte")
_WORDS = (
    "process.env", "import.meta.env.", "os.environ", "os.getenv(", "env::var(", "os.Getenv(", "Deno.env.get(",
    "Bun.env.", 'env("', "$env/static/", "@nestjs/config", 'env = "',
)  # fmt: skip
_TAKEN = r"(?P<name>[A-Z][A-Z0-9_]+[A-Z0-9])(?![\w*])(?!\s*(?:\?|==|!=|&&|\)?\s*\|\|))"
_CALLED = r"""\(\s*["'](?P<name>[A-Z][A-Z0-9_]{2,})["']\s*\)(?!\s*(?:or\b|\?\?|\|\||[!=]=))"""
_USES = (
    *(regex(word + _TAKEN) for word in (r"process\.env\.", r"import\.meta\.env\.", r"Bun\.env\.")),
    *(regex(word + _CALLED) for word in (r"os\.getenv", r"os\.environ\.get", r"os\.Getenv", r"Deno\.env\.get")),
    regex(r"""process\.env\[\s*["'](?P<name>[A-Z][A-Z0-9_]{2,})["']\s*\](?!\s*(?:\?|!?=|&&|\|\|))"""),
    regex(r"""os\.environ\[\s*["'](?P<name>[A-Z][A-Z0-9_]{2,})["']\s*\](?!\s*=[^=])"""),
    regex(r"""=\s*env\("(?P<name>[A-Z][A-Z0-9_]{2,})"\)\s*$""", re.MULTILINE),
    regex(r"""env::var\(\s*"(?P<name>[A-Z][A-Z0-9_]{2,})"\s*\)(?!\s*\.(?:unwrap_or|ok\b|is_ok|is_err|map))"""),
)
"""One for each word: an expression that begins with fixed letters is found five times as fast as one of several."""
_OF_NEST = regex(
    r"[cC]onfig(?:Service)?\.(?:get|getOrThrow)(?:<[^<>()\n]{1,60}>)?\(\s*[\"'](?P<name>[A-Z][A-Z0-9_]{2,})[\"']\s*\)(?!\s*(?:\?\?|\|\|))"
)
"""What a service of NestJS asks its configuration for, which is the environment."""
_OF_CLAP = regex(
    r"#\[(?:arg|clap|structopt)\((?P<before>[^\]]{0,300}?)\benv\s*=\s*\"(?P<name>[A-Z][A-Z0-9_]{2,})\"(?P<after>[^\]]{0,300})\]\s*(?:pub\s+)?\w+\s*+:\s*+(?!Option\b|bool\b|Vec\b)"
)
"""An argument of clap that has to be given, and may be by a variable."""
_SCHEMA = regex(r"(?:^|[{,])[ \t]*(?P<name>[A-Z][A-Z0-9_]{2,})[ \t]*:[ \t]*z\s*\.(?P<type>[^\n,]{0,300})", re.MULTILINE)
"""An entry of a schema that the environment is read by."""
_STATIC = regex(r"import\s*\{(?P<names>[^{}]{1,800})\}\s*from\s*[\"']\$env/static/(?:public|private)[\"']")
"""Names that SvelteKit builds in; the build stops without them."""
_BY_SCHEMA = regex(r"[pP]arse\(\s*process\.env\s*\)|runtimeEnv|createEnv\(")
_MANIFESTS = ("package.json", "pyproject.toml", "Cargo.toml", "go.mod")
_ORDINARY = regex(
    r"NODE_ENV|CI|PATH|HOME|USER|PWD|TMPDIR|SHELL|TERM|LANG|TZ|DEBUG|MODE|DEV|PROD|SSR|BASE_URL|NO_COLOR|FORCE_COLOR|npm_\w+|GITHUB_\w+|VERCEL\w*"
    r"|AWS_(?:REGION|LAMBDA_\w+|EXECUTION_ENV)|CF_PAGES\w*|NETLIFY\w*|RENDER\w*|RAILWAY_\w+|VITEST\w*|JEST_\w+|NEXT_RUNTIME|NEXT_PHASE|K_SERVICE|HOSTNAME|LOCALAPPDATA"
    r"|APPDATA|USERPROFILE|XDG_\w+|PYTEST_\w+|ANCHOR_\w+|CODESPACE\w*|GITPOD\w*|STORYBOOK\w*|ANALYZE|TURBO_\w+|BUILDKITE\w*|CIRCLECI|PROGRAMDATA|EDITOR|VIRTUAL_ENV|CARGO_\w+|OUT_DIR|TARGET|PROFILE|NUM_JOBS|OPT_LEVEL|DOCS_RS|RUSTC\w*"
)


class EnvExampleMissing(Check):
    """The code wants environment variables that no example file names.

    What it checks:
        ``process.env.X``, ``import.meta.env.X``, ``os.environ["X"]``, ``os.getenv("X")``, ``env::var("X")``, ``os.Getenv("X")``, ``env("X")`` of Prisma, what NestJS asks its configuration for and arguments of clap, without
        a default, what is imported from ``$env/static``, and the names of a schema that the environment is read by, in the code of a subproject, where no ``.env.example`` (or sample, template) of the subproject, of a folder in it or around it names X. One finding a
        subproject, at the first use. Variables that platforms and tools set are left out, and so are tests. Documents that have
        their readers copy an example which is not committed are a warning.

    Why it matters:
        A newcomer learns what is wanted by one failure after the other.

    How to fix:
        Write the names, without values, into ``.env.example`` beside the manifest.

    Fix safety:
        Manual: what each variable is for has to be said by who knows.
    """

    severity = "info"

    def run(self, context: Inspection) -> Iterator[Finding]:
        wanted: dict[str, dict[str, tuple[str, int]]] = {}
        for path in files_with(context, _WORDS, _GLOBS):
            owner = context.owner(path)
            if (
                owner is None
                or is_trial(path)
                or context.is_foreign(path)
                or path.endswith((".config.ts", ".config.js", ".config.mjs", ".pnp.cjs", ".pnp.loader.mjs"))
            ):
                continue
            home = home_of(context, path, _MANIFESTS)
            place = home if home in _examples(context) and below(owner.path, home) else owner.path
            for name, line in context.fact(_uses, path):
                wanted.setdefault(place, {}).setdefault(name, (path, line))
        for folder, names in sorted(wanted.items()):
            missing = {name: place for name, place in names.items() if name not in _named(context, folder)}
            if missing:
                yield self._finding(context, folder, missing)
        documents: dict[str, list[Copied]] = {}
        for one in copied(context):
            documents.setdefault(one.path, []).append(one)
        for path, ones in documents.items():
            said, absent = (
                ", ".join(dict.fromkeys(column))
                for column in zip(*((one.said, one.wanted) for one in ones), strict=True)
            )
            if near := _by_another_name(context, ones):
                yield self.finding(
                    context,
                    path,
                    f"{said} is to be copied, but is called {near}: the command fails.",
                    line=ones[0].line,
                    evidence=f"{absent} does not exist, {near} does",
                    severity="warning",
                    fixes=(Fix(f"write {near} in place of {said}", "manual"),),
                )
                continue
            yield self.finding(
                context,
                path,
                f"{said} {'is' if len(ones) == 1 else 'are'} to be copied, and not committed: whoever follows the instructions has nothing to fill in.",
                line=ones[0].line,
                evidence=f"{absent} {'does' if len(ones) == 1 else 'do'} not exist",
                severity="warning",
                fixes=(Fix(f"write the names that are wanted, without values, into {absent}", "manual"),),
            )

    def _finding(self, context: Inspection, folder: str, missing: dict[str, tuple[str, int]]) -> Finding:
        path, line = min(missing.values())
        names = sorted(missing)
        shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if names[2:] else "")
        homes = {home_of(context, one, _MANIFESTS) for one, _ in missing.values()}
        folder = homes.pop() if len(homes) == 1 else folder
        where = path_from(folder, ".env.example")
        return self.finding(
            context,
            path,
            f"{'the root' if folder == '.' else folder} reads variables that no example names: {shown}",
            line=line,
            evidence=f"{len(names)} without a default" + (f": {', '.join(names[:_NAMED])}" if names[2:] else ""),
            fixes=(Fix(f"name them in {where}", "manual"),),
        )


def _by_another_name(context: Inspection, ones: list[Copied]) -> str:
    """The example that is meant: the name that is given has a dot too many or too few, or one other lies in its place."""
    if len(ones) > 1:
        return ""
    folder, name = folder_of(ones[0].wanted), ones[0].wanted.rpartition("/")[2]
    other = inside(folder, name[1:] if name.startswith(".") else f".{name}")
    there = [one for one in _examples_by_path(context) if folder_of(one) == folder]
    return other if other in context.inventory.tracked_set else there[0] if len(there) == 1 else ""


def _uses(context: Inspection, path: str) -> tuple[tuple[str, int], ...]:
    """Names and lines of the variables that a file wants."""
    content = text_of(context, path)
    found = [(match["name"], match.start()) for form in _USES for match in form.finditer(content)]
    found.sort(key=itemgetter(1))
    for match in _STATIC.finditer(content):
        found += [
            (one[0], match.start("names") + one.start())
            for one in re.finditer(r"\b[A-Z][A-Z0-9_]{2,}\b", match["names"])
        ]
    if "@nestjs/config" in content:
        found += [(match["name"], match.start("name")) for match in _OF_NEST.finditer(content)]
    for match in _OF_CLAP.finditer(content) if path.endswith(".rs") else ():
        if "default_value" not in match["before"] + match["after"]:
            found.append((match["name"], match.start("name")))
    if "z." in content and _BY_SCHEMA.search(content):
        found += [
            (match["name"], match.start("name"))
            for match in _SCHEMA.finditer(content)
            if not re.search(r"optional\(|default\(", match["type"])
        ]
    return tuple((name, line_at(content, at)) for name, at in found if not _ORDINARY.fullmatch(name))


@once_a_run
def _examples(context: Inspection) -> dict[str, set[str]]:
    """Variables that examples name, by the folder of the example."""
    found: dict[str, set[str]] = {}
    for path in _examples_by_path(context):
        found.setdefault(folder_of(path), set()).update(_names(context, path))
    return found


@once_a_run
def _examples_by_path(context: Inspection) -> tuple[str, ...]:
    """Every example that is committed."""
    return tuple(path for path in sorted(context.inventory.tracked_set) if is_env_example(path))


def _named(context: Inspection, folder: str) -> set[str]:
    """Variables that an example names, in the folder, below it, or in the folders around it."""
    near = (names for place, names in _examples(context).items() if below(place, folder) or below(folder, place))
    return set().union(*near)


def _names(context: Inspection, path: str) -> set[str]:
    try:
        content = context.read(path).decode("utf-8", "surrogateescape")
        listed = {one.name for one in context.document(path, envfile.parse).variables}
    except Unreadable:
        return set()
    return listed | set(re.findall(r"^[ \t]*#[ \t]*(?:export )?([A-Z][A-Z0-9_]{2,})[ \t]*=", content, re.MULTILINE))
