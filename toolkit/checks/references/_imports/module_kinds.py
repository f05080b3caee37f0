"""Configurations that are written as CommonJS in a package whose files are ES modules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._packages import packages
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.places import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["of_module_kinds"]

_LOADED = (
    ("jest.config.js", "jest"),
    ("next.config.js", "next"),
    ("postcss.config.js", "next|vite|postcss"),
    ("webpack.config.js", "webpack|webpack-dev-server"),
    ("babel.config.js", "babel|jest"),
    ("karma.conf.js", "karma|ng"),
    ("hardhat.config.js", "hardhat"),
    ("knexfile.js", "knex"),
)
"""Files that Node.js itself loads for programs; others (tailwind, eslint) have loaders of their own, or read other files first."""
_EXPORTS = regex(r"(?m)^\s*module\.exports\s*=")
_MODULE = regex(r"(?m)^\s*(?:import|export)\b|\bcreateRequire\b")


def of_module_kinds(context: Inspection) -> Iterator[Fault]:
    """Every configuration that a script of its package loads, and that ends at its first ``module.exports``."""
    for package in packages(context):
        for name, programs in _LOADED if package.data.get("type") == "module" else ():
            path = inside(package.folder, name)
            started = re.compile(rf"(?<![\w./@-])(?:{programs})(?![\w./-])")
            if not context.is_file(path) or not any(started.search(text) for text in package.scripts.values()):
                continue
            text = plain(text_of(context, path, errors="replace"), templates=False)
            found = _EXPORTS.search(text)
            if found and not _MODULE.search(text):
                said = f"{name} writes module.exports, and {package.path} makes it an ES module, which has no module: what loads it fails."
                todo = f"call it {name.removesuffix('.js')}.cjs, or write export default"
                yield Fault(path, line_at(text, found.end() - 1), said, '"type": "module"', todo)
