"""Checks that read syntax trees; skipped where the extra ``deep`` is not installed, unless it is required."""

from __future__ import annotations

import pytest

pytest.importorskip("ast_grep_py", reason="the extra deep is not installed")
pytest.importorskip("sqlglot", reason="the extra deep is not installed")
