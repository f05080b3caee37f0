"""The checks: a folder is a family, a file is a check, and its docstring is its documentation.

``TELLING`` and ``SILENT`` only spare time: a check that stands in one of them is neither loaded nor run where it could report on no
file that is looked at. A check that stands in none is always run. The tests of checks hold every finding against them.
"""

_YAML = (".yml", ".yaml")
_LOCKED = (
    *_YAML, ".json", ".lock", ".lockb", ".toml", ".txt", ".in", ".mod", ".sum", ".work", ".tf", ".hcl", ".cfg", ".csproj",
    "setup.py", "tox.ini", "Pipfile", "Gemfile",
)  # fmt: skip
_RECIPES = (
    *_YAML, ".sh", ".bash", ".zsh", ".mk", ".just", "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile"
)  # fmt: skip
_PIPELINES = (
    ".ps1",
    ".bat",
    ".cmd",
    ".star",
    ".bzl",
    ".bazel",
    ".envrc",
    "Dockerfile",
    "Jenkinsfile",
    "Procfile",
    "Tiltfile",
    "Vagrantfile",
    "Earthfile",
)
ENVIRONMENTS = (
    ".env",
    *(
        f".env.{name}"
        for name in ["local", "docker", "compose", "dev", "development", "staging", "test", "prod", "production"]
    ),
)
"""Endings of environment files that services are given."""
_RUST = (".rs", ".toml")
_SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".astro", ".mdx")

TELLING: dict[str, tuple[str, ...]] = {
    "anchor-incomplete-program": _RUST,
    "anchor-program-duplicated": (".rs",),
    "anchor-program-without-source": (".toml", *_SCRIPTS),
    "anchor-script-broken": (".toml", ".json"),
    "anchor-setting-unknown": (".toml",),
    "anchor-source-without-program": _RUST,
    "cargo-member-missing": _RUST,
    "compose-base-directory": _YAML,
    "compose-dependency-undefined": (*_YAML, *ENVIRONMENTS, *_RECIPES, ".json"),
    "compose-reference-missing": (
        *_RECIPES,
        *_PIPELINES,
        *ENVIRONMENTS,
        ".json",
        ".toml",
        ".hcl",
        ".md",
        ".mdx",
        ".rst",
        ".tf",
    ),
    "compose-variable-undefined": _YAML,
    "dependency-one-platform": (".json",),
    "dependency-version-skew": _LOCKED,
    "extension-entry-missing": (".json",),
    "kubernetes-duplicate": (*_YAML, ".json"),
    "kubernetes-env-drift": (*_YAML, ".json"),
    "kubernetes-port-mismatch": (*_YAML, ".json"),
    "kubernetes-reference-missing": (*_YAML, ".json"),
    "kubernetes-selector-unmatched": (*_YAML, ".json"),
    "lockfile-conflict": _LOCKED,
    "lockfile-in-member": _LOCKED,
    "lockfile-integrity-missing": _LOCKED,
    "lockfile-missing": _LOCKED,
    "lockfile-orphan": _LOCKED,
    "lockfile-source-private": _LOCKED,
    "lockfile-stale": _LOCKED,
    "markdown-link-missing": (".md", ".mdx", ".markdown"),
    "package-entry-missing": (".json", "pyproject.toml"),
    "readme-command-broken": (".md", ".mdx", ".markdown"),
    "terraform-catch-all-route": (".tf", ".tofu", ".tf.json", ".toml", ".json", ".jsonc"),
    "terraform-artifact-mismatch": (".tf", ".tofu", ".tf.json"),
    "terraform-reference-missing": (".tf", ".tofu", ".tf.json", ".tfvars", *_RECIPES),
    "tsconfig-path-missing": (".json",),
    "unsupported-claim": (".md", ".mdx", ".markdown"),
    "workflow-cache-without-lock": _YAML,
    "workflow-cannot-fail": (*_YAML, ".sh", ".bash", ".json", "Makefile", "makefile", "GNUmakefile"),
    "workflow-guard-never-true": _YAML,
    "workflow-insecure": _YAML,
    "workflow-invalid": _YAML,
    "workflow-job-unreachable": _YAML,
    "workflow-reference-missing": (*_YAML, "CODEOWNERS"),
    "workflow-service-retired": _YAML,
    "workflow-version-float": _YAML,
    "workspace-member-claimed-twice": _LOCKED,
    "workspace-member-missing": (
        *_LOCKED,
        "pom.xml",
        "settings.gradle",
        "settings.gradle.kts",
        ".sln",
        ".csproj",
        ".fsproj",
        ".vbproj",
    ),
    "wrangler-reference-missing": (".toml", ".json", ".jsonc", *_RECIPES),
}
"""Check to names of files, or to endings of names where they begin with a dot."""

SOURCES = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".rs", ".go", ".vue", ".svelte")
SILENT = frozenset(
    {
        "deploy-reference-missing", "dockerfile-copy-missing", "package-manager-drift", "toolchain-drift",
        "toolchain-unpinned",
    }
)  # fmt: skip
"""Checks that report on files of many names, and on no folder and no source."""
