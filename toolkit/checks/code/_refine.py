"""What has the last word about a match, by the name that a rule's ``refine`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.code._see_clocks import frozen_field, frozen_module, frozen_property
from toolkit.checks.code._see_fakes import fake_answer, fake_chance, fake_note, fake_refusal, fake_verdict, fake_wait
from toolkit.checks.code._see_handlers import empty_handler, empty_python
from toolkit.checks.code._see_names import class_of_module, comment_above, named_code
from toolkit.checks.code._see_queries import query
from toolkit.checks.code._see_recursion import recursion
from toolkit.checks.code._see_stubs import stub_empty, stub_pass, stub_python, stub_rust, stub_script
from toolkit.checks.code._see_variants import branches, union

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checks.code._tree import Seen

__all__ = ["REFINEMENTS"]

REFINEMENTS: dict[str, Callable[[Any, str], Seen]] = {
    "branches": branches,
    "class-of-module": class_of_module,
    "comment-above": comment_above,
    "empty-handler": empty_handler,
    "empty-python": empty_python,
    "fake-answer": fake_answer,
    "fake-chance": fake_chance,
    "fake-note": fake_note,
    "fake-refusal": fake_refusal,
    "fake-verdict": fake_verdict,
    "fake-wait": fake_wait,
    "frozen-field": frozen_field,
    "frozen-module": frozen_module,
    "frozen-property": frozen_property,
    "named-code": named_code,
    "query": query,
    "recursion": recursion,
    "stub-empty": stub_empty,
    "stub-pass": stub_pass,
    "stub-python": stub_python,
    "stub-rust": stub_rust,
    "stub-script": stub_script,
    "union": union,
}
