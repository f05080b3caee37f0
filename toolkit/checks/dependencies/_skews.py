"""Which of the ranges that members of a workspace want are the odd ones, and how much that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.dependencies._manifests import package, requirements_of
from toolkit.documents import yaml
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.model import EditFile
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import inside, table
from toolkit.system.files import digest_bytes
from toolkit.versions import lowest, may_overlap, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._wanted import Wanted
    from toolkit.model import Subproject

__all__ = [
    "OF_A_PAGE",
    "OF_ONE_MEMBER",
    "ONCHAIN",
    "SHARED_TYPES",
    "SINGLETONS",
    "dissenters",
    "edits_of",
    "is_consistent",
    "is_parted",
    "is_slight",
    "meet",
    "mistyped",
    "reached",
    "torn",
]

SHARED_TYPES = frozenset({"@types/react", "@types/react-dom"})
SINGLETONS = frozenset(
    {"react-native", "@coral-xyz/anchor", "@project-serum/anchor", "drizzle-orm", "typeorm", "expo-router"}
)
"""Packages before 1.0 that exist once in a program, or whose types members hand to each other."""
OF_ONE_MEMBER = regex(
    r"(?:@[\w.-]+/)?(?:eslint|prettier|stylelint|postcss|babel|vite|vitest|rollup|esbuild|webpack)(?:-.*)?|@(?:typescript-eslint|testing-library|vitest|vitejs|jest"
    r"|babel|eslint|storybook|playwright|tailwindcss|swc|biomejs|changesets|astrojs|sveltejs|vite-pwa|rollup|commitlint|cloudflare/vitest)[/-].*"
    r"|jest|ts-jest|ts-mocha|mocha|chai|sinon|supertest|nock|nyc|c8|storybook|playwright|cypress|tailwindcss|daisyui|autoprefixer|husky|lint-staged|tsup|tsx|ts-node|rimraf|concurrently|nodemon|[\w-]+-loader|sass|less"
    r"|turbo|knip|typedoc|drizzle-kit|wrangler|miniflare|cross-env|dotenv(?:-cli)?|clsx|classnames|chalk|glob|commander|yargs|ora|inquirer|execa|uuid|nanoid|typescript|utf-8-validate|bufferutil|gradient-string|figlet|boxen|jsdom|happy-dom|msw"
)
"""Tools that a member runs over its own files, with their plugins, and helpers whose types no other member sees."""
OF_A_PAGE = regex(
    r"(?:.*/)?(?:react|vue|svelte|solid)-(?!native|dom).*|.*icons?(?:-\w+)?|lucide-.*|framer-motion|motion|recharts|@radix-ui/.*|@headlessui/.*|cmdk|sonner|zod|helmet"
)
"""What a page or a program is built with: that the root has another one is no matter of a member."""
_PLAIN_RANGE = regex(r"[\^~]?\d+(?:\.\d+){0,2}(?:[-+][\w.-]+)?$")
_TOGETHER = {
    "prisma": regex(r"@prisma/client"),
    "react": regex(r"react-dom|react-test-renderer"),
    "vitest": regex(r"@vitest/(?:coverage-(?:v8|istanbul)|ui|browser|runner|expect|utils)"),
    "@nestjs/core": regex(r"@nestjs/(?:common|testing|microservices|websockets|platform-[\w-]+)"),
    "@storybook/react": regex(r"storybook"),
}
"""Packages that one manifest has to want in one major version, each with what is released with it."""
ONCHAIN = ("solana-", "anchor-", "spl-")
"""Crates whose types of two versions do not fit together, so that a program with both does not compile."""


_FORCED = regex(r">((?:@[\w.-]+/)?[\w.-]+)(?:@[^>]*)?$")
"""For which dependency of another package a version is forced."""


def torn(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str, str, str]]:
    """What one manifest wants of two packages that are released together, where no major version does for both.

    Gives the place of the second and its range, then the first and its range.
    """
    wanted = {name: (kind, spec) for kind, name, spec in requirements_of(data, INSTALLED_KINDS)}
    for host, kin in _TOGETHER.items():
        for name, (kind, spec) in wanted.items():
            other = wanted[host][1] if host in wanted and kin.fullmatch(name) else ""
            plain = _PLAIN_RANGE.match(spec) and _PLAIN_RANGE.match(other)
            if plain and lowest(spec)[0][:1] != lowest(other)[0][:1]:
                yield (kind, name), spec, host, other


def reached(context: Inspection, subproject: Subproject) -> dict[str, set[str]]:
    """The manifests of the members that each member depends on, at whatever remove; found once a workspace."""
    shared: dict[str, dict[str, set[str]]] = context.shared.setdefault("dependencies.reached", {})
    if subproject.path not in shared:
        paths = [inside(folder, "package.json") for folder in (subproject.path, *subproject.members)]
        documents = {path: found for path in paths if (found := package(context, path)) is not None}
        names = {str(found.data.get("name")): path for path, found in documents.items()}
        direct = {
            path: {
                names[name]
                for _, name, spec in requirements_of(found.data)
                if name in names
                and (":" in spec or may_overlap(spec, str(documents[names[name]].data.get("version", spec))))
            }
            for path, found in documents.items()
        }
        shared[subproject.path] = {path: _all_below(path, direct) for path in documents}
    return shared[subproject.path]


def _all_below(start: str, direct: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for path in direct.get(waiting.pop(), set()) - found:
            found.add(path)
            waiting.append(path)
    return found


def is_parted(context: Inspection, root: str, names: frozenset[str]) -> bool:
    """Whether the root forces a version of any of some packages on what single others ask for: two worlds are meant to be."""
    document = package(context, inside(root, "package.json"))
    data = document.data if document is not None else {}
    settings = context.readable(inside(root, "pnpm-workspace.yaml"), yaml.parse)
    whole = table(settings.data, "overrides") if settings is not None else {}
    forced = {**table(data, "overrides"), **table(data, "resolutions"), **table(data, "pnpm", "overrides"), **whole}
    keys = [key for key in forced if ">" in key]
    keys += [f"{key}>{inner}" for key, value in forced.items() if isinstance(value, dict) for inner in value]
    return any(match[1] in names for key in keys if (match := _FORCED.search(key)))


def meet(known: Mapping[str, set[str]], root: str, odd: list[Wanted], rest: list[Wanted], *, common: bool) -> bool:
    """Whether of those that want versions which exclude each other one has another within it, or is the root.

    Args:
        known: what each member depends on.
        root: the manifest of the root; empty where that does not count.
        odd: the one camp.
        rest: the other one.
        common: whether a third member that both depend on counts, too.
    """
    none: set[str] = set()
    for one in odd:
        for other in rest:
            below, above = known.get(one.path, none), known.get(other.path, none)
            if root in (one.path, other.path) or other.path in below or one.path in above or (common and below & above):
                return True
    return False


def is_consistent(name: str, odd: list[Wanted]) -> bool:
    """Whether each member that differs has plugins of the package beside it, or the package whose plugin it is: they go together."""
    scope = name[1:].partition("/")[0] if name.startswith("@") else ""
    wanted = ({other for _, other, _ in requirements_of(one.document.data, INSTALLED_KINDS)} for one in odd)
    return all(scope in names or any(other.startswith(f"@{name}/") for other in names) for names in wanted)


def mistyped(name: str, items: list[Wanted]) -> Iterator[tuple[Wanted, str]]:
    """Members that want types of another major version than they want of the package itself, with the range of that."""
    base = name.removeprefix("@types/")
    for item in items if base != name else ():
        for _, other, spec in requirements_of(item.document.data, INSTALLED_KINDS):
            plain = other == base and _PLAIN_RANGE.match(spec) and _PLAIN_RANGE.match(item.spec)
            if plain and lowest(spec)[0][:1] != lowest(item.spec)[0][:1]:
                yield item, spec


def dissenters(items: list[Wanted], *, rust: bool) -> list[Wanted]:
    """The fewer of two camps: those that allow the newest version, and those that exclude it.

    None where all fit together or one cannot be read.
    """
    try:
        newest = max(items, key=lambda item: lowest(item.spec))
        fits = [overlap(_read(item.spec, rust=rust), _read(newest.spec, rust=rust)) for item in items]
    except ConfigurationError:
        return []
    camps = [[item for item, fit in zip(items, fits, strict=True) if fit is side] for side in (False, True)]
    return min(camps, key=len)


def is_slight(name: str, specs: list[str], *, rust: bool) -> bool:
    """Whether the copies are meant to be interchangeable, or are nobody's trouble.

    Those of one major version are (before 1.0: of one minor one); packages of npm that are all before 1.0 are mostly used
    within one member, and bundled with it.

    Types of packages stay within their package, but for those that every file of a program shares.
    """
    versions = [lowest(spec)[0] for spec in specs]
    lines = {version[:1] if version[0] else version[:2] for version in versions}
    early = not rust and not any(version[0] for version in versions) and name not in SINGLETONS
    own = OF_ONE_MEMBER.fullmatch(name) is not None
    return len(lines) == 1 or early or own or (name.startswith("@types/") and name not in SHARED_TYPES)


def _read(spec: str, *, rust: bool) -> str:
    return f"^{spec}" if rust and spec.strip()[:1].isdigit() else spec


def edits_of(context: Inspection, items: list[Wanted], spec: str) -> Iterator[EditFile]:
    """The edits that write another range for what members want, but for what they share."""
    by_path: dict[str, list[Wanted]] = {}
    for item in (one for one in items if not one.shared):
        by_path.setdefault(item.path, []).append(item)
    for path, found in by_path.items():
        spans = tuple(item.document.replace(item.at, spec) for item in found)
        yield EditFile(path, spans, digest_bytes(context.read(path)))
