"""Names in statements of SQL: those that every database has, and those that nothing makes."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALWAYS", "HOLE", "KEYWORDS", "SYSTEM", "SYSTEM_SCHEMAS", "Asked", "Columns", "Fault", "Row", "meant"]

HOLE = "__hole__"
"""What stands for a value or a name that is filled in."""
SYSTEM = regex(
    r"(?i)^(?:pg_|sqlite_|information_schema|mysql$|performance_schema|sys$|svv_|stv_|stl_|system$|dual$|null$|_prisma_migrations|_cf_|d1_migrations|schema_migrations"
    r"|_sqlx_migrations|__drizzle|__diesel|alembic_version|django_|auth_|knex_migrations|kysely_migration|typeorm_metadata|sequelizemeta|flyway|goose_|pragma_|geometry_columns"
    r"|spatial_ref_sys|migrations$|inserted$|deleted$|new$|old$|excluded$)"
)
SYSTEM_SCHEMAS = regex(
    r"(?i)^(?:auth|storage|realtime|vault|extensions|cron|net|pgmq|graphql\w*|supabase\w*|pg_catalog|pg_temp|_?timescaledb\w*|partman|topology|tiger|information_schema|sys|temp|mysql)$"
)
ALWAYS = frozenset(
    re.findall(
        r"\w+",
        "interval rowid oid _rowid_ ctid xmin xmax cmin cmax tableoid null true false default current_timestamp current_date current_time current_user session_user user now localtime"
        " localtimestamp sysdate value values rownum level rank second minute hour day week month quarter year epoch dow microsecond millisecond isodow doy century decade",
    )
)
"""Columns of every table, and words that parsers take for columns."""
KEYWORDS = frozenset(
    re.findall(
        r"\w+",
        "select from where group order having limit offset fetch for union except intersect join on using left right inner outer full cross natural"
        " lateral window returning set values into as and or not with when then else end",
    )
)
"""Words that are no table where they stand without quotes: the hole before them was its name."""


_LIKELY = 5
"""Names that share most letters, of which one may be meant."""
_ALIKE = 0.75
_LONG = 5
"""Letters from which on one more, one less or another one is a slip and not another word."""


def meant(name: str, names: Iterable[str]) -> str:
    """The name of which another is a plain slip: other letter case or number, or one letter; a word more or less makes another thing of it.

    ``referred_user_id`` is not ``referrer_id``, and ``assigneeId`` not ``assignee``, whatever they share: who follows that exchanges two things.
    """
    near = difflib.get_close_matches(name, names, _LIKELY, _ALIKE)
    return next((one for one in near if _is_slip(_letters(name), _letters(one))), "")


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _is_slip(mine: str, theirs: str) -> bool:
    if _singular(mine) == _singular(theirs):
        return True
    longer = max(len(mine), len(theirs))
    if min(len(mine), len(theirs)) < _LONG or mine[0] != theirs[0] or abs(len(mine) - len(theirs)) > 1:
        return False
    same = re.sub(r"\D", "", mine) == re.sub(r"\D", "", theirs)
    return same and difflib.SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= 1 - 1 / longer


def _singular(letters: str) -> str:
    return re.sub(r"(?:ies|y|s)\Z", "", letters)


class Fault(NamedTuple):
    """A name that nothing makes: a table, or a column of ``tables``, which may be aliases of what is ``resolved``."""

    name: str
    tables: tuple[str, ...]
    line: int
    resolved: tuple[str, ...] = ()


class Row(NamedTuple):
    """What a statement writes: the table, the columns of a new row where all are known, and the texts that are written out, each with its column and line."""

    table: str
    columns: frozenset[str]
    values: tuple[tuple[str, str, int], ...] = ()


class Asked(NamedTuple):
    """The tables that a statement names, its faults, and what a builder writes."""

    tables: frozenset[str]
    faults: tuple[Fault, ...]
    written: Row | None = None


Columns = frozenset[str] | None
"""Those of a table; ``None`` where they are not known for sure."""
