"""What has the last word about a match, by the name that a rule's ``refine`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.code._pretence import of_product
from toolkit.checks.code._see.catches import (
    empty_arm,
    empty_catch,
    empty_except,
    empty_rejection,
    empty_suppress,
    mute_event,
    mute_failure,
)
from toolkit.checks.code._see.circles import circle
from toolkit.checks.code._see.classes import class_of_module, class_of_python
from toolkit.checks.code._see.clocks import (
    frozen_cached,
    frozen_default,
    frozen_field,
    frozen_module,
    frozen_part,
    frozen_property,
    frozen_rust,
    frozen_view,
)
from toolkit.checks.code._see.fakes import (
    fake_answer,
    fake_note,
    fake_result,
    fake_wait,
)
from toolkit.checks.code._see.go import empty_go
from toolkit.checks.code._see.handlers import (
    empty_click,
    empty_decorated,
    empty_handler,
    empty_lambda,
    empty_listener,
    empty_python,
    empty_route,
    empty_rust,
)
from toolkit.checks.code._see.log_handlers import log_of_log, log_of_sink, log_of_transport, logging_handler
from toolkit.checks.code._see.names import (
    encoding_named_encryption,
    label_above,
    label_in_file,
    label_in_name,
    label_in_value,
)
from toolkit.checks.code._see.open_doors import open_door
from toolkit.checks.code._see.queries import query
from toolkit.checks.code._see.recursion import recursion, recursion_getter
from toolkit.checks.code._see.refusals import fake_refusal
from toolkit.checks.code._see.simulations import fake_metrics, fake_submit, fake_success
from toolkit.checks.code._see.stubs import (
    stub_class,
    stub_empty,
    stub_file,
    stub_pass,
    stub_program,
    stub_python,
    stub_rust,
    stub_script,
)
from toolkit.checks.code._see.tables import table_knex, table_kysely, table_supabase
from toolkit.checks.code._see.tests import hollow_test
from toolkit.checks.code._see.told import fake_data, fake_due, fake_logged, fake_outcome, fake_said, fake_stand_in
from toolkit.checks.code._see.variants import branches, union
from toolkit.checks.code._see.verdicts import fake_chance, fake_verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.checks.code._tree import Seen

__all__ = ["REFINEMENTS"]

REFINEMENTS: dict[str, Callable[[Any, str], Seen]] = {
    "branches": branches,
    "circle": circle,
    "class-of-module": class_of_module,
    "class-of-python": class_of_python,
    "empty-arm": empty_arm,
    "empty-catch": empty_catch,
    "empty-click": empty_click,
    "empty-decorated": empty_decorated,
    "empty-except": empty_except,
    "empty-go": empty_go,
    "empty-handler": empty_handler,
    "empty-lambda": empty_lambda,
    "empty-listener": empty_listener,
    "empty-python": empty_python,
    "empty-rejection": empty_rejection,
    "empty-route": empty_route,
    "empty-rust": empty_rust,
    "empty-suppress": empty_suppress,
    "encoding-named-encryption": encoding_named_encryption,
    "fake-answer": fake_answer,
    "fake-chance": fake_chance,
    "fake-data": fake_data,
    "fake-due": fake_due,
    "fake-logged": fake_logged,
    "fake-metrics": fake_metrics,
    "fake-note": fake_note,
    "fake-outcome": fake_outcome,
    "fake-refusal": fake_refusal,
    "fake-result": fake_result,
    "fake-said": fake_said,
    "fake-stand-in": fake_stand_in,
    "fake-submit": fake_submit,
    "fake-success": fake_success,
    "fake-verdict": fake_verdict,
    "fake-wait": fake_wait,
    "frozen-cached": frozen_cached,
    "frozen-default": frozen_default,
    "frozen-field": frozen_field,
    "frozen-module": frozen_module,
    "frozen-part": frozen_part,
    "frozen-property": frozen_property,
    "frozen-rust": frozen_rust,
    "frozen-view": frozen_view,
    "hollow-test": hollow_test,
    "mute-event": mute_event,
    "mute-failure": mute_failure,
    "label-above": label_above,
    "label-in-file": label_in_file,
    "label-in-name": label_in_name,
    "label-in-value": label_in_value,
    "log-of-log": log_of_log,
    "log-of-sink": log_of_sink,
    "log-of-transport": log_of_transport,
    "logging-handler": logging_handler,
    "open-door": open_door,
    "query": query,
    "recursion": recursion,
    "recursion-getter": recursion_getter,
    "stub-class": of_product(stub_class),
    "stub-file": of_product(stub_file),
    "stub-empty": of_product(stub_empty),
    "stub-pass": of_product(stub_pass),
    "stub-program": of_product(stub_program),
    "stub-python": of_product(stub_python),
    "stub-rust": of_product(stub_rust),
    "stub-script": of_product(stub_script),
    "table-knex": table_knex,
    "table-kysely": table_kysely,
    "table-supabase": table_supabase,
    "union": union,
}
