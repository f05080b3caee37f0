"""What explains a bare specifier in the files of one JavaScript package, and what its lock has of the rest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._known_names import ALIASES, BUILTIN, FRAMEWORKS
from toolkit.checks.dependencies._lock_mentions import is_of_members, mentions
from toolkit.checks.dependencies._manifests import installers, package
from toolkit.checks.dependencies._script_aliases import ENDINGS, known
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.packages import KINDS, MANAGERS, TEXT_LOCKS
from toolkit.places import folder_of, inside, path_from, table, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._held import Held
    from toolkit.checks.dependencies._script_aliases import Known
    from toolkit.model import Subproject

__all__ = ["World", "package_name"]

_ASSETS = (".html", ".css", ".scss", ".svg", ".png", ".wasm", ".txt", ".md", ".sql", ".json", ".glsl", ".graphql")
_VALID = regex(r"(?:@[a-z0-9][a-z0-9._~-]*/)?[a-z0-9][a-z0-9._~-]*")
_BY_ITSELF = regex(
    r"(?<![\w./-])(?:node|tsc|next|nuxt|vite|vitest|webpack|rollup|esbuild|tsup|nest|astro|remix|expo|wrangler|parcel|swc)(?![\w./-])"
)
"""Programs that Node starts by themselves, and those that look for packages in their own way."""
_HOOKS = regex(r"(?<![\w./-])(?:ts-mocha|ts-node|jest)(?![\w./-])")
"""Runners that take TypeScript for CommonJS, whatever a package says of its modules."""
_CONFIGURATION = regex(
    r"(?:vite|vitest|webpack|rollup|esbuild|tsup|jest|babel|metro|next|nuxt|astro|svelte|craco|vue|rspack|rsbuild|karma|gatsby)"
    r"[\w.-]*\.(?:[cm]?[jt]s|json)|\.babelrc(?:\.\w+)?|package\.json|deno\.jsonc?|import_?map\.json|components\.json"
)
_STAND_IN = regex(r"[\"']\^(?P<name>(?:@[\w.-]+/)?[\w.-]+)\$[\"']\s*:[^\n]*")
"""What jest takes in place of one package, in tests alone."""
_LEFT_OUT = regex(
    r"\b(?:server(?:Components)?ExternalPackages|transpilePackages|optimizePackageImports|noExternal|onlyBuiltDependencies|trustedDependencies|optimizeDeps)"
    r"[\"']?\s{0,9}[:=]\s{0,9}(?:\[[^\]]{0,3000}\]|\{[^}]{0,3000}\})"
)
"""What a bundler or a manager handles in its own way, and somebody has to install all the same."""
_AMBIENT_MODULE = regex(r"declare(?<=\bdeclare)\s+module\s+[\"'](?P<name>[^\"'\n*]{1,100})[\"']")
_INSTALLS = regex(r"\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add)\s+([^\n&|;]+)")
_IMPORTS = regex(r"""(?:\bfrom|\bimport|\brequire\()[ \t]*["'][^"'\n]*["']""")
_HOISTS = regex(
    r"(?im)^[^\S\n]*(?:shamefully-?hoist\s*[:=]\s*true|node-?linker\s*[:=]\s*['\"]?(?:hoisted|pnp)|public-?hoist-?pattern)"
)
"""Settings by which pnpm puts within reach what a package does not declare."""
_SHARED = regex(r"eslint|prettier|@types/")
"""What pnpm put into the root's folder until its tenth version."""
_TOOLS = regex(
    r"(?:@types|@eslint|@typescript-eslint|@vitest|@jest|@playwright|@biomejs|@swc|@babel|@rollup|@vitejs|@storybook|@testing-library|@nx)/.*|(?:eslint|prettier|vite|vitest|jest|rollup|webpack|babel|ts-)[\w-]*"
    r"|typescript|tsx|tsup|turbo|nx|esbuild|chai|sinon|mocha|playwright|puppeteer|cypress|tslib|rimraf|msw|nock|supertest|storybook|react|react-dom|next|tailwindcss|postcss|autoprefixer"
)
"""What a workspace keeps at its root for all members."""
_BUILDER = regex(r"\b(?:node|bun|tsx)\s+([\w./-]+\.[cm]?[jt]s)\b")
"""A program of a package's own that builds it, whose plugins may know names."""
_OF_SOURCES = frozenset({"dependencies", "peerDependencies", "scripts", "main", "module", "exports", "bin", "files"})
"""Keys of which the manifest of a program or a library has one."""
_HEAD = 400
_AMBIENT = 50
"""Declarations and pages of one package that are searched for names."""
_LONGEST_PAGE = 300_000
"""Bytes; longer pages are reports that a program wrote, and some speak of every package there is."""


def package_name(specifier: str) -> str:
    """The package of a specifier: ``@scope/name`` of ``@scope/name/part``."""
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") else parts[0]


@once_a_run
def _workspaces(context: Inspection) -> dict[str, Subproject]:
    """The JavaScript subproject of each package; a folder may belong to one of another language besides."""
    found = (item for item in context.subprojects if item.family == "javascript")
    return {place: item for item in found for place in (item.path, *item.members)}


def _isolates(context: Inspection, owner: Subproject) -> bool:
    """Whether a package finds only what it declares: pnpm, yarn with Plug'n'Play, and bun from its second layout on."""
    folder = owner.path
    told = "".join(text_of(context, inside(folder, name)) for name in (".npmrc", "pnpm-workspace.yaml"))
    if owner.ecosystem == "pnpm":
        return _HOISTS.search(told) is None
    if owner.ecosystem == "yarn":
        is_berry = "__metadata:" in text_of(context, owner.lockfile or "")[:_HEAD]
        return is_berry and "nodeLinker:" not in text_of(context, inside(folder, ".yarnrc.yml"))
    if owner.ecosystem == "bun" and owner.members:
        lock = text_of(context, owner.lockfile or "") if (owner.lockfile or "").endswith(".lock") else ""
        return '"configVersion": 1' in lock[:_HEAD] and "hoisted" not in text_of(context, inside(folder, "bunfig.toml"))
    return False


def _names_of(context: Inspection, owner: Subproject) -> frozenset[str]:
    """The names of a workspace's members."""
    documents = (package(context, inside(folder, "package.json")) for folder in owner.members)
    return frozenset(str(one.data.get("name")) for one in documents if one)


@once_a_run
def _installed(context: Inspection) -> frozenset[str]:
    """Packages that workflows, actions, images and scripts install by name."""
    workflows = [path for path in context.inventory.files if ".github/" in path and path.endswith((".yml", ".yaml"))]
    return frozenset(
        word.rpartition("@")[0] if "@" in word[1:] else word
        for path in (*installers(context), *workflows)
        for match in _INSTALLS.finditer(text_of(context, path))
        for word in match[1].split()
    )


@once_a_run
def _configurations(context: Inspection) -> dict[str, list[str]]:
    """Configurations of bundlers, compilers and test runners by folder."""
    known: dict[str, list[str]] = {}
    for name, paths in context.inventory.by_name.items():
        if _CONFIGURATION.fullmatch(name):
            for path in paths:
                known.setdefault(folder_of(path), []).append(path)
    return known


class World:
    """What explains a specifier in the files of one package."""

    def __init__(self, context: Inspection, folder: str, own: set[str], scopes: set[str]) -> None:
        self.context = context
        self.folder = folder
        self.own = own
        self.scopes = scopes
        self.folders = upward(folder)
        owner = _workspaces(context).get(folder)
        # Some link into a package what that package declares; others link every member into the root's folder.
        self.isolated = owner is not None and _isolates(context, owner)
        lock = owner.lockfile if owner is not None and owner.lockfile is not None else ""
        # What has no lock and is no member is installed by what its ranges bring on the day.
        self._lockless = owner is not None and owner.path == folder != "." and not lock
        self._own_lock = () if not lock or lock.endswith(".lockb") else (lock,)
        self.members = _names_of(context, owner) if owner is not None else frozenset()
        self._beside = (owner.path, *owner.members) if owner is not None else ()
        self.is_alone = owner is None or owner.path == folder
        self.members_below = owner.members if owner is not None and owner.path == folder else ()
        document = package(context, inside(folder, "package.json"))
        self.name = str(document.data.get("name")) if document else ""
        # A manifest that only brings tools for the folder is that of no sources.
        keys = set(document.data) if document else set()
        self.is_of_tools = "devDependencies" in keys and _OF_SOURCES.isdisjoint(keys)
        scripts = table(document.data, "scripts").items() if document else ()
        # Programs that pnpm starts look into its store, too (NODE_PATH); what Node starts itself, and what bundles, does not.
        started = " ".join(text for _, text in scripts if isinstance(text, str))
        is_common = document is not None and (
            document.data.get("type") != "module" or _HOOKS.search(started) is not None
        )
        by_pnpm = owner is not None and owner.ecosystem == "pnpm" and is_common and bool(started)
        self._sees_all = by_pnpm and not _BY_ITSELF.search(started)
        built = (text for key, text in scripts if "build" in key and isinstance(text, str))
        self._started = [path_from(folder, match[1]) for text in built for match in _BUILDER.finditer(text)]
        self._explained: dict[str, bool] = {}
        self._known: Known | None = None
        self._texts: str | None = None
        self.replaced: frozenset[str] = frozenset()
        self._ambient: frozenset[str] = frozenset()
        self._declared = {name for up in self.folders for name in self._names(up)}
        self.above: frozenset[str] = frozenset()
        if owner is not None and owner.path != folder and self.isolated and owner.ecosystem == "pnpm":
            near = {name for up in self.folders if up != owner.path for name in self._names(up)}
            self.above = frozenset(name for name in self._names(owner.path) - near if not _TOOLS.fullmatch(name))
        self._brought = tuple(
            name
            for known, brought in FRAMEWORKS.items()
            if known in self._declared
            or (known.endswith("/") and any(item.startswith(known) for item in self._declared))
            for name in brought
        )
        self._locks_known: tuple[str, ...] | None = None

    def _names(self, folder: str) -> set[str]:
        document = package(self.context, inside(folder, "package.json"))
        return {name for kind in KINDS for name in table(document.data, kind)} if document else set()

    def explains(self, name: str, specifier: str) -> bool:
        """Whether a package's name is declared, built in, an alias, or no package's name at all."""
        key = specifier if "/" in specifier else name
        if key not in self._explained:
            self._explained[key] = self._explains(name, specifier)
        return self._explained[key]

    def _explains(self, name: str, specifier: str) -> bool:
        if name in self._declared or name in BUILTIN or ":" in specifier:
            return True
        if name in self.own:
            away = name not in self.members
            return name == self.name or away or self._is_alias(name, specifier) or self._is_mapped(name)
        if not _VALID.fullmatch(name) or "!" in specifier or "?" in specifier or name.endswith(_ASSETS):
            return True
        if any(name == item or name.startswith(item if item.endswith("-") else f"{item}/") for item in self._brought):
            return True
        if ("/" not in name and name.startswith("@")) or name.partition("/")[0] in ALIASES:
            return True
        return self._is_alias(name, specifier) or self._is_configured(name) or name in _installed(self.context)

    def _is_mapped(self, name: str) -> bool:
        """Whether a configuration maps the name to a place, and does not merely speak of it."""
        known = self._is_configured(name)
        mapped = rf"""["'^/]{re.escape(name)}(?:/\*|\$|/\(\.\*\)\$?)?["']?\s*:|find:\s*["'/^]*{re.escape(name)}"""
        return known and re.search(mapped, self._texts or "") is not None

    def is_typed(self, name: str) -> bool:
        """Whether the types of a package are declared, so that an import of types alone is whole."""
        return f"@types/{name.lstrip('@').replace('/', '__')}" in self._declared or name in self._ambient

    def _is_alias(self, name: str, specifier: str) -> bool:
        if self._known is None:
            self._known = known(self.context, self.folder)
        return self._known.leads(self.context, name, specifier)

    def _is_configured(self, name: str) -> bool:
        """Whether a configuration of the package or of a folder above speaks of the name."""
        if self._texts is None:
            near = [path for up in self.folders for path in _configurations(self.context).get(up, ())]
            near += filter(self.context.is_file, self._started)
            ambient = [path for path in self.context.below(self.folder) if path.endswith((".d.ts", ".html"))]
            texts = (
                text_of(self.context, path, _LONGEST_PAGE if path.endswith(".html") else None)
                for path in (*near, *ambient[:_AMBIENT])
            )
            # What a configuration imports for itself says nothing of what it makes known to others.
            text = re.sub(r"@types/[\w.-]+", "", _IMPORTS.sub("", "\n".join(texts)))
            self.replaced = frozenset(match["name"] for match in _STAND_IN.finditer(text))
            self._ambient = frozenset(match["name"] for match in _AMBIENT_MODULE.finditer(text))
            text = _STAND_IN.sub("", text) if self.replaced else text
            self._texts = _LEFT_OUT.sub("", _AMBIENT_MODULE.sub("", text))
        # Types that somebody writes of a package install nothing; of a name that no lock knows they say that something makes it.
        if name in self._ambient and self.held(name) in ("no", "unknown"):
            return True
        if name not in self._texts:
            return False
        quoted = re.compile(rf"""["'`^/]{re.escape(name)}(?:["'`/$*]|\\)""")
        return quoted.search(self._texts) is not None or re.search(rf"\b{re.escape(name)}\s*:", self._texts) is not None

    def is_near(self, path: str, name: str) -> bool:
        """Whether a file or folder of that name lies beside the file."""
        listed = self.context.inventory
        return any(
            inside(up, name) in listed.folders
            for up in upward(folder_of(path))
            if up.startswith(self.folder) or self.folder == "."
        )

    def _locks(self) -> list[str]:
        """The lock that the workspace reads and what lies beside it, else those of the nearest folder that has any."""
        own = folder_of(self._own_lock[0]) if self._own_lock else self.folder if self._lockless else None
        for up in (own,) if own is not None else self.folders:
            found = [path for name in TEXT_LOCKS if self.context.is_file(path := inside(up, name))]
            if found:
                return found
        return []

    def held(self, name: str) -> Held:
        """Whether the lock that serves the package mentions the name."""
        if name in self.members:
            return "no" if self.isolated else "linked"
        if self._locks_known is None:
            self._locks_known = tuple(self._locks())
        mentioned = mentions(self.context, self._locks_known, name)
        if not mentioned:
            return "unknown" if mentioned is None else "no"
        if len({MANAGERS[path.rpartition("/")[2]] for path in self._locks_known}) > 1:
            return "transitive"  # which of the managers installs, and so where to, is not known
        if self._is_left_over(name):
            return "dropped"
        return "isolated" if self.isolated and not self._sees_all and not _SHARED.search(name) else "transitive"

    def _is_left_over(self, name: str) -> bool:
        """Whether the lock has a package only of a member that declared it once: it goes with the next lock."""
        asked = any(name in self._names(folder) for folder in self._beside)
        return not asked and any(is_of_members(text_of(self.context, path), name) for path in self._locks_known or ())

    def module_here(self, specifier: str) -> str:
        """What a name means where an alias for it is missing: a source by its scope, or a member without its own; empty for none."""
        if not specifier.startswith("@"):
            return next((name for name in self.members if name.startswith("@") and name.endswith(f"/{specifier}")), "")
        scope, _, rest = specifier.removeprefix("@").partition("/")
        stems = [inside(self.folder, f"{base}{scope}/{rest}") for base in ("src/", "", "app/", "lib/")]
        listed = self.context.inventory
        names = (f"{stem}{end}" for stem in stems for end in (*ENDINGS, "/index.ts", "/index.js"))
        return next((name for name in names if name in listed.files), "") if rest else ""

    def has_types(self, name: str) -> bool:
        """Whether the lock has the types that others wrote for a package: compilers find them wherever they are hoisted."""
        return self.held(f"@types/{name.lstrip('@').replace('/', '__')}") not in ("no", "unknown")
