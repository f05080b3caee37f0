"""Which files are environment files, which a browser has written, and what their examples show: whoever copies one has that, so it is nobody's secret."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.secrets._values import is_env_example
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import inside, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["ENVIRONMENT", "is_environment", "is_of_browser", "shown_values"]

ENVIRONMENT = regex(r"\.env(?:[._-].*|~| copy.*| \d)?|\.dev\.vars(?:\..*)?", re.IGNORECASE)
_OTHER_NAME = regex(r"(?:[\w.-]+\.env(?:\.local)?|env\.[\w-]+|\.envrc)", re.IGNORECASE)
"""Files of settings as well, that may have no secret and be there on purpose."""
_EXAMPLE = regex(
    r"example|exemple|ejemplo|exemplo|sample|template|tmpl|tpl|dist\b|default|schema|skeleton|reference|docs?$",
    re.IGNORECASE,
)
_CODE = regex(
    r"\.(?:ts|tsx|js|mjs|cjs|py|go|rs|rb|java|kt|sh|md|json|ya?ml|toml|nix|j2|erb|ejs|hbs|lock|zip)$", re.IGNORECASE
)
_PROFILE = regex(r"Default|Profile \d+")
_LEAST = 8
"""Characters below which a value is found everywhere."""


@once_a_run
def shown_values(context: Inspection) -> frozenset[str]:
    """Every value of a variable in an example of an environment file."""
    paths = [path for name, paths in context.inventory.by_name.items() if is_env_example(name) for path in paths]
    return frozenset(
        one.value
        for _, document in context.documents(sorted(paths), envfile.parse)
        for one in document.variables
        if len(one.value) >= _LEAST
    )


def is_environment(context: Inspection, path: str) -> bool:
    """Whether git tracks a file that is called as files of settings are, and is no example and no source."""
    name = posixpath.basename(path)
    named = ENVIRONMENT.fullmatch(name) or _OTHER_NAME.fullmatch(name)
    return bool(
        named and path in context.inventory.tracked_set and not _EXAMPLE.search(name) and not _CODE.search(name)
    )


def is_of_browser(context: Inspection, path: str) -> bool:
    """Whether a file lies in the profile of a browser, whose keys are for its own state on one machine."""
    folders = [up for up in upward(posixpath.dirname(path)) if _PROFILE.fullmatch(posixpath.basename(up))]
    return any(
        context.is_file(inside(up, name)) for up in folders for name in ("Preferences", "Secure Preferences")
    ) or any(next(iter(context.below(inside(up, "Cache/Cache_Data"))), None) is not None for up in folders)
