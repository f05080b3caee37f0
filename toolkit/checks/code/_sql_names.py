"""Names in statements of SQL: those that every database has, and those that nothing makes."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALWAYS", "HOLE", "SYSTEM", "SYSTEM_SCHEMAS", "Asked", "Columns", "Fault", "meant"]

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


_LIKELY = 5
"""Names that share most letters, of which one may be meant."""
_OF_WORDS = 0.75
"""How alike two words have to be that stand for each other."""


def meant(name: str, names: Iterable[str], cutoff: float, *, whole: bool = False) -> str:
    """The name that was meant: of all that share most letters the first that differs by a word more or less, or by letters in a word.

    ``referred_user_id`` is not ``referrer_id``, whatever they share: who follows that exchanges two people.

    Args:
        name: what is written.
        names: what there is.
        cutoff: how alike two names have to be.
        whole: whether a word more or less makes another thing of it, as ``assigneeId`` is a column and ``assignee`` a relation.
    """
    near = difflib.get_close_matches(name, names, _LIKELY, cutoff)
    return next((one for one in near if _are_alike(_words(name), _words(one), whole=whole)), "")


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z\d]+", re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name).lower())


def _are_alike(mine: list[str], theirs: list[str], *, whole: bool) -> bool:
    if "".join(mine) == "".join(theirs):
        return True
    if len(mine) != len(theirs):
        short, long = sorted((mine, theirs), key=len)
        return not whole and not Counter(short) - Counter(long)
    pairs = [(one, other) for one, other in zip(mine, theirs, strict=True) if one != other]
    return all(difflib.SequenceMatcher(None, *pair, autojunk=False).ratio() >= _OF_WORDS for pair in pairs)


class Fault(NamedTuple):
    """A name that nothing makes: a table, or a column of ``tables``, which may be aliases of what is ``resolved``."""

    name: str
    tables: tuple[str, ...]
    line: int
    resolved: tuple[str, ...] = ()


class Asked(NamedTuple):
    """The tables that a statement names, and its faults."""

    tables: frozenset[str]
    faults: tuple[Fault, ...]


Columns = frozenset[str] | None
"""Those of a table; ``None`` where they are not known for sure."""
