"""Which inputs of well-known actions name files, and what they take when an input is not given.

Actions run with ``uses:`` ignore ``defaults.run.working-directory``: each takes its paths from the
workspace's root. The table comes from the actions' own descriptions of their inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from toolkit.packages import SETUP_NODE_CACHES, SETUP_PYTHON_CACHES
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toolkit.features.relocation._world import World

__all__ = ["ANY_ACTION", "KNOWN", "Known", "looks_like_a_path", "name_of"]

Kind = Literal["path", "lines", "commas", "workspaces", "context", "patterns"]


@frozen
class Known:
    """What is known of an action.

    Args:
        inputs: input to kind of path.
        missing: inputs to add where the default counts from the workspace's root.
        review: what to tell a person.
    """

    inputs: Mapping[str, Kind]
    missing: Callable[[Mapping[str, Any], str, World], dict[str, str]] | None = None
    review: str = ""


ANY_ACTION: Mapping[str, Kind] = {
    "cache-dependency-path": "lines",
    "cache-dependency-glob": "lines",
    "node-version-file": "path",
    "python-version-file": "path",
    "go-version-file": "path",
    "java-version-file": "path",
    "rust-version-file": "path",
    "deno-version-file": "path",
    "bun-version-file": "path",
    "global-json-file": "path",
    "working-directory": "path",
    "workingDirectory": "path",
    "working_directory": "path",
}
"""Inputs that mean the same wherever they occur."""


def _given(name: str, template: str = "{sub}") -> Callable[[Mapping[str, Any], str, World], dict[str, str]]:
    """Always add an input that is not given."""

    def missing(inputs: Mapping[str, Any], sub: str, _world: World) -> dict[str, str]:
        return {} if inputs.get(name) not in (None, "") else {name: template.format(sub=sub)}

    return missing


def _node(inputs: Mapping[str, Any], sub: str, world: World) -> dict[str, str]:
    """``cache`` looks for a lock at the workspace's root and fails without one."""
    if inputs.get("cache-dependency-path") or not inputs.get("cache"):
        return {}
    names = SETUP_NODE_CACHES.get(str(inputs["cache"]), ())
    found = next((name for name in names if f"{sub}/{name}" in world.files), None)
    return {"cache-dependency-path": f"{sub}/{found}"} if found else {}


def _python(inputs: Mapping[str, Any], sub: str, world: World) -> dict[str, str]:
    """``cache`` hashes ``**/requirements.txt`` of the whole workspace; the interpreter is told by ``.python-version``."""
    found: dict[str, str] = {}
    for name in SETUP_PYTHON_CACHES.get(str(inputs.get("cache")), ()):
        inside = any(path.startswith(f"{sub}/") and path.rpartition("/")[2] == name for path in world.files)
        if inside and not inputs.get("cache-dependency-path"):
            found["cache-dependency-path"] = f"{sub}/**/{name}"
            break
    told = inputs.get("python-version") or inputs.get("python-version-file")
    if not told and f"{sub}/.python-version" in world.files:
        found["python-version-file"] = f"{sub}/.python-version"
    return found


def _go(inputs: Mapping[str, Any], sub: str, world: World) -> dict[str, str]:
    """The cache is on by default and hashes ``go.sum`` at the workspace's root."""
    off = str(inputs.get("cache")).lower() == "false" or inputs.get("cache-dependency-path")
    return {} if off or f"{sub}/go.sum" not in world.files else {"cache-dependency-path": f"{sub}/go.sum"}


def _pnpm(inputs: Mapping[str, Any], sub: str, world: World) -> dict[str, str]:
    """The version comes from ``package.json`` at the workspace's root."""
    if inputs.get("package_json_file") or f"{sub}/package.json" not in world.files:
        return {}
    return {"package_json_file": f"{sub}/package.json"}


def _ruby(inputs: Mapping[str, Any], sub: str, world: World) -> dict[str, str]:
    return _given("working-directory")(inputs, sub, world)


def _docker(inputs: Mapping[str, Any], sub: str, _world: World) -> dict[str, str]:
    """Without ``context`` the repository itself is fetched anew; its root is then the context."""
    return {} if inputs.get("context") else {"context": f"{{{{defaultContext}}}}:{sub}"}


_WORKDIR = Known({}, _given("working-directory"))
_ARTIFACT = Known({"path": "lines"})

KNOWN: Mapping[str, Known] = {
    "actions/cache": _ARTIFACT,
    "actions/cache/restore": _ARTIFACT,
    "actions/cache/save": _ARTIFACT,
    "actions/checkout": Known({"sparse-checkout": "lines"}),
    "actions/download-artifact": Known({"path": "path"}, _given("path")),
    "actions/github-script": Known({}, review="its script runs at the repository's root"),
    "actions/jekyll-build-pages": Known({"source": "path", "destination": "path"}, _given("source")),
    "actions/labeler": Known(
        {"configuration-path": "path"},
        _given("configuration-path", "{sub}/.github/labeler.yml"),
        "the patterns in its configuration count from the repository's root",
    ),
    "actions/setup-dotnet": Known({}),
    "actions/setup-go": Known({}, _go),
    "actions/setup-java": Known({}),
    "actions/setup-node": Known({}, _node),
    "actions/setup-python": Known({}, _python),
    "actions/upload-artifact": _ARTIFACT,
    "actions/upload-pages-artifact": Known({"path": "path"}, _given("path", "{sub}/_site/")),
    "actions-rust-lang/setup-rust-toolchain": Known({"rust-src-dir": "path", "cache-workspaces": "workspaces"}, _given("rust-src-dir")),
    "amondnet/vercel-action": Known({}, _given("working-directory")),
    "astral-sh/setup-uv": Known({}, _given("working-directory")),
    "astral-sh/ruff-action": Known({"src": "path", "version-file": "path"}, _given("src")),
    "bahmutov/npm-install": _WORKDIR,
    "borales/actions-yarn": Known({"dir": "path"}, _given("dir")),
    "changesets/action": Known({"cwd": "path"}, _given("cwd")),
    "cloudflare/pages-action": Known({"directory": "path"}, _given("workingDirectory")),
    "cloudflare/wrangler-action": Known({}, _given("workingDirectory")),
    "codecov/codecov-action": Known({"files": "commas", "file": "path", "directory": "path", "root_dir": "path"}),
    "coverallsapp/github-action": Known({"path-to-lcov": "path", "file": "path", "files": "commas", "base-path": "path"}),
    "cypress-io/github-action": _WORKDIR,
    "docker/bake-action": Known({"workdir": "path"}, _given("workdir"), "paths in its bake files count from workdir"),
    "docker/build-push-action": Known({"context": "context", "file": "path"}, _docker),
    "dorny/paths-filter": Known({"filters": "patterns"}),
    "dorny/test-reporter": Known({"path": "commas"}),
    "dtolnay/rust-toolchain": Known({}),
    "embarkstudios/cargo-deny-action": Known({"manifest-path": "path"}, _given("manifest-path", "{sub}/Cargo.toml")),
    "golangci/golangci-lint-action": _WORKDIR,
    "hadolint/hadolint-action": Known({"dockerfile": "path", "config": "path"}, _given("dockerfile", "{sub}/Dockerfile")),
    "jamesives/github-pages-deploy-action": Known({"folder": "path"}),
    "js-devtools/npm-publish": Known({"package": "path"}, _given("package", "{sub}/package.json")),
    "mikepenz/action-junit-report": Known({"report_paths": "commas"}),
    "ncipollo/release-action": Known({"artifacts": "commas", "bodyFile": "path"}),
    "peaceiris/actions-gh-pages": Known({"publish_dir": "path"}, _given("publish_dir", "{sub}/public")),
    "pnpm/action-setup": Known({"package_json_file": "path"}, _pnpm),
    "pypa/cibuildwheel": Known({"package-dir": "path", "output-dir": "path", "config-file": "path"}, _given("package-dir")),
    "pypa/gh-action-pypi-publish": Known({"packages-dir": "path"}, _given("packages-dir", "{sub}/dist")),
    "ruby/setup-ruby": Known({}, _ruby),
    "softprops/action-gh-release": Known({"files": "lines", "body_path": "path"}),
    "swatinem/rust-cache": Known({"workspaces": "workspaces", "cache-directories": "lines"}, _given("workspaces")),
    "tj-actions/changed-files": Known(
        {"files": "lines", "files_ignore": "lines"}, review="its outputs name files from the repository's root"
    ),
    **{
        name: Known({})
        for name in (
            "aws-actions/amazon-ecr-login",
            "aws-actions/configure-aws-credentials",
            "azure/login",
            "coollabs-io/setup-anchor",
            "denoland/setup-deno",
            "docker/login-action",
            "docker/metadata-action",
            "docker/setup-buildx-action",
            "docker/setup-qemu-action",
            "extractions/setup-just",
            "gradle/actions/setup-gradle",
            "google-github-actions/auth",
            "hashicorp/setup-terraform",
            "metadaoproject/setup-solana",
            "oven-sh/setup-bun",
            "slackapi/slack-github-action",
            "taiki-e/install-action",
        )
    },
}  # fmt: skip
"""By name in lower case, without version."""


def name_of(uses: str) -> str:
    """An action's name in lower case, without its version."""
    return uses.partition("@")[0].strip().lower()


_PATHLIKE = (
    "path",
    "dir",
    "directory",
    "file",
    "files",
    "folder",
    "workspace",
    "workspaces",
    "cwd",
    "context",
    "manifest",
    "config",
)


def looks_like_a_path(name: str, value: Any, sub: str, world: World) -> bool:
    """Whether an input of an unknown action may name a file of the subproject.

    Args:
        name: the input's.
        value: what it is given.
        sub: the subproject's folder.
        world: the repository's files.
    """
    if not isinstance(value, str) or not value.strip():
        return False
    words = name.lower().replace("_", "-").split("-")
    first = value.strip().split("\n")[0].strip()
    clean = first.removeprefix("./").rstrip("/")
    if first.startswith(("~", "/", "http:", "https:")):
        return False
    return bool(set(words) & set(_PATHLIKE)) or (clean != "" and world.exists(f"{sub}/{clean}"))
