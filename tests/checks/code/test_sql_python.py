"""Tables that sources of Python tell of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from toolkit.checks.code._sql import python as sql_python

if TYPE_CHECKING:
    import pytest


def test_a_source_that_tells_of_no_table_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = ast.parse

    def noted(text: str) -> ast.Module:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr("toolkit.checks.code._sql.python.ast.parse", noted)
    model = "class Order(Base):\n    __tablename__ = 'orders'\n    id = Column(Integer)\n"

    assert sql_python.python_tables("def table(rows):\n    return select(rows)\n", "api/show.py") == sql_python.Tables()
    assert [one[1] for one in sql_python.python_tables(model, "api/models.py").models] == ["orders"]
    assert parsed == [model]
