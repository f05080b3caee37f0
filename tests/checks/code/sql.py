"""Tables that tests of SQL begin with, and findings in short."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.model import Finding


MIGRATION = "CREATE TABLE accounts (id bigint PRIMARY KEY, owner text);\nALTER TABLE accounts ADD COLUMN email text;\nCREATE VIEW rich AS SELECT * FROM accounts;\n"
TABLES = """CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text);
CREATE TABLE orders (id uuid PRIMARY KEY, user_id int REFERENCES users(id), total numeric, status text, meta jsonb);
"""


def told(found: list[Finding]) -> list[tuple[str, int, str]]:
    """File, line and what is missing."""
    named = re.compile(r"(?:a|the|no) column (\w+(?: \(nor [\w, ]+\))?)|makes the table (\w+)")
    return sorted(
        (one.path, one.line, "".join(match.groups(""))) for one in found if (match := named.search(one.message))
    )
