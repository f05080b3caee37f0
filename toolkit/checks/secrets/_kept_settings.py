"""Objects of settings that hold what the environment keeps secret, in the source that makes them and in those that import it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.secrets._script_text import blanked, block_end
from toolkit.checks.secrets._values import names_a_secret
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.specifiers import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["SETTING_WORDS", "holds_a_word", "may_show_settings", "settings"]

SETTING_WORDS = ("config)", "config }", "config}", "settings)", "settings }", "settings}", "cfg)", "conf)")
"""In lower case: what is written whole has one of them, as the last of what a call is given."""
_ROOTS = ("conf", "settings", "cfg")
_REST = regex(r"(?:ig)?\s?[)}]")
"""What all these words begin with, and what follows: three texts are found in less time than seven."""
_SHOWN = regex(r"(?i)(?:[(,{]|\.\.\.)\s?[\w$]{0,40}(?:config|settings|cfg|conf)\s?[)}]")
_OBJECT = regex(
    r"(?m)(?:\b(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::[^=;\n]{1,80})?=\s*|^(?P<python>\w+)\s*(?::[^=\n]{1,60})?=\s*|\b(?:export\s+default|module\.exports\s*=)\s*)"
    r"(?:Object\.freeze\(\s*)?\{"
)
_FIELD = regex(
    r"(?<![\w$.])[\"']?(?P<name>[A-Za-z_]\w{0,60})[\"']?\s?:\s?[^\n,:]{0,40}?\b(?:(?:process|Bun|Deno)\.env|os\.environ|os\.getenv)\b"
    r"(?!(?:\.|\[[\"'])(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|PUBLIC)_)"
)
_DEFAULT = regex(r"\b(?:export\s+default|module\.exports\s*=)\s+(?P<name>[\w$]+)\s*(?:;|$|\sas\b)")
_IMPORT = regex(
    r"(?m)^(?:import\s+(?:(?P<whole>[\w$]+)\s*,?\s*)?(?:\{(?P<parts>[^{}]{1,400})\}\s*)?from\s*|(?:const|let|var)\s+(?:(?P<required>[\w$]+)|\{(?P<taken>[^{}]{1,400})\})\s*=\s*require\(\s*)"
    r"[\"'](?P<path>\.[^\"'\n]*)[\"']"
)
_MOST = 100


def holds_a_word(lower: str) -> bool:
    """Whether a text in lower case has one of these words."""
    for root in _ROOTS:
        at = lower.find(root)
        while at >= 0:
            if _REST.match(lower, at + len(root)):
                return True
            at = lower.find(root, at + len(root))
    return False


def may_show_settings(content: str) -> bool:
    """Whether a source gives anything called like settings as a whole to anything."""
    return _SHOWN.search(content) is not None


def settings(context: Inspection, path: str, text: str, content: str) -> Iterator[tuple[str, str, int, int]]:
    """Names of settings with a secret of the environment: name, what it holds, and the offsets between which it does.

    Args:
        context: the run.
        path: of the source.
        text: the source with comments and strings blanked out.
        content: the source.
    """
    if not may_show_settings(content):
        return
    for name, end in _made(text, content):
        yield name, "settings", end, block_end(text, end)
    for match in islice(_IMPORT.finditer(content), _MOST):
        home = resolved(context, match["path"], path)
        if home and (given := _given(context, home)):
            parts = (match["parts"] or match["taken"] or "").replace(" as ", ":").split(",")
            names = {part.rpartition(":")[2].strip(): part.partition(":")[0].strip() for part in parts if part.strip()}
            names |= {name: "" for name in (match["whole"], match["required"]) if name}
            yield from ((name, "settings", match.end(), len(text)) for name, own in names.items() if own in given)


def _made(text: str, content: str) -> Iterator[tuple[str, int]]:
    """Objects of a source with such a secret, and where each ends; one without a name is what the source gives by default."""
    if "env" not in text:
        return
    for match in islice(_OBJECT.finditer(text), _MOST):
        end = block_end(text, match.end())
        if any(names_a_secret(field["name"]) for field in _FIELD.finditer(content, match.end(), end)):
            yield match["name"] or match["python"] or "", end + 1


@once_a_run
def _given(context: Inspection, path: str) -> frozenset[str]:
    """The names of such objects of a source; an empty one for what it gives by default."""
    content = text_of(context, path)
    text = blanked(content)
    names = {name for name, _ in _made(text, content)}
    default = _DEFAULT.search(text)
    return frozenset(names | ({""} if default and default["name"] in names else set()))
