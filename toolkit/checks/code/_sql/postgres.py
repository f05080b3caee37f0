"""PostgreSQL: which migrations are for it, the types that it has, and what its extensions bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with, holding
from toolkit.checks._texts import text_of
from toolkit.checks.code._sql.schema import is_backward, stream
from toolkit.checks.code._sql.statements import statements
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, path_from

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["BUILT_IN", "OF_EXTENSIONS", "OF_OTHERS", "is_of_supabase", "makes_type", "of_postgres", "says_extension"]

_SIGNS = regex(
    r"(?i)\b(?:big|small)serial\b|\btimestamptz\b|\bjsonb\b|\bplpgsql\b|\bcreate\s+extension\b|\brow\s+level\s+security\b"
    r"|\bgen_random_uuid\s*\(|\buuid_generate_v\d|\busing\s+gin\b|\bbytea\b|\bas\s+enum\s*\(|\bgen_(?:random_bytes|salt)\s*\(|\bcreate\s+policy\b"
)
_HINTS = regex(r"(?i)\bserial\b|\bwith\s+time\s+zone\b|\buuid\b|\breferences\b|::\w")
"""What PostgreSQL shares with others: it counts where a setting names that and none of them."""
_OTHERS = regex(
    r"(?i)`\w+`|\bengine\s*=|\bpragma\s|\bwithout\s+rowid\b|\bnvarchar\b|\bdbo\.|\bon\s+cluster\b|mergetree|\b(?:date)?time\('now'|\bstrftime\(|\binteger\s+primary\s+key\s+autoincrement"
    r"|\bdelimiter\s+[$/;]|\bvarchar2\b|\bread_(?:parquet|csv|json)\w*\(|\b(?:u?hugeint|ubigint|uinteger|variant|timestamp_(?:tz|ntz|ltz|ns))\b"
)
"""What no migration of PostgreSQL has, whatever slips it holds."""
_NAMED = ("postgres", "Postgres", "psycopg", "asyncpg", '"pg"')
_OTHER_NAMES = ("mysql", "MySQL", "mariadb", "h2database", "jdbc:h2", "snowflake", "duckdb", "redshift")
_SETTINGS = (
    "*.yml",
    "*.yaml",
    "*.toml",
    "package.json",
    "requirements*.txt",
    "pom.xml",
    "*.gradle*",
    "*.prisma",
    ".env*",
    "*.properties",
    "go.mod",
)
_RIVALS = ("cockroach", "Cockroach")
_SPEAK = ("*.yml", "*.yaml", "*.toml", "*.go", "*.sql", "*.prisma", "*.md", ".env*")
"""A database with the words of PostgreSQL that takes more types and forms of tables, and where its name stands."""
_TEXTS = regex(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_MAX_BYTES = 2_000_000

BUILT_IN = frozenset(
    re.findall(
        r"\w+",
        "bigint int8 bigserial serial8 bit varbit boolean bool box bytea character char bpchar varchar cidr circle date float4 float8 float double inet integer int int4"
        " interval json jsonb line lseg macaddr macaddr8 money numeric decimal dec path pg_lsn pg_snapshot point polygon real smallint int2 smallserial serial2 serial serial4"
        " text time timetz timestamp timestamptz tsquery tsvector txid_snapshot uuid xml name oid regclass regproc regtype regrole regconfig national nchar int4range int8range"
        " numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange xid xid8 cid tid record void jsonpath trigger"
        " refcursor information_schema anyelement setof aclitem int2vector oidvector",
    )
)
OF_OTHERS = {
    "datetime": "timestamptz",
    "datetime2": "timestamptz",
    "tinyint": "smallint",
    "mediumint": "integer",
    "longtext": "text",
    "mediumtext": "text",
    "tinytext": "text",
    "string": "text",
    "nvarchar": "varchar",
    "blob": "bytea",
    "longblob": "bytea",
    "binary": "bytea",
    "varbinary": "bytea",
    "number": "numeric",
    "uniqueidentifier": "uuid",
    "long": "bigint",
    "double": "double precision",
    "float64": "double precision",
    "int64": "bigint",
}
"""Types of other databases, with what PostgreSQL has instead."""
OF_EXTENSIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "pgcrypto": (
        (),
        r"(?i)(?<![\w.])(?:gen_random_bytes|gen_salt|crypt|digest|hmac|pgp_sym_encrypt|pgp_sym_decrypt)\s*\(",
    ),
    "uuid-ossp": ((), r"(?i)(?<![\w.])uuid_generate_v[1345]\w*\s*\("),
    "pg_trgm": ((), r"(?i)\bg(?:in|ist)_trgm_ops\b"),
    "vector": (("vector", "halfvec"), r"(?i)\bvector_(?:cosine|l2|ip)_ops\b"),
    "citext": (("citext",), r"::citext\b"),
    "postgis": (("geometry", "geography"), r"(?<![\w.])ST_(?:MakePoint|SetSRID)\s*\("),
    "moddatetime": ((), r"(?i)\bexecute\s+(?:function|procedure)\s+(?:\w+\.)?moddatetime\s*\("),
    "hstore": (("hstore",), r"::hstore\b"),
    "ltree": (("ltree",), r"::ltree\b"),
}
"""Extensions, with the types and the names that only they bring."""


@once_a_run
def of_postgres(context: Inspection) -> tuple[str, ...]:
    """The files of SQL that make tables of PostgreSQL, those of one folder together; none where a rival of it is spoken of."""
    folders: dict[str, list[str]] = {}
    for path in context.matching("*.sql"):
        if not (is_backward(path) or path in context.inventory.links or _is_of_another_lock(context, path)):
            folders.setdefault(stream(path), []).append(path)
    told = {path: context.fact(_dialect, path) for paths in folders.values() for path in paths}
    named = any(one == 1 for one in told.values()) and _is_named(context)
    found = [
        path
        for paths in folders.values()
        if any(told[one] > (0 if named else 1) for one in paths) and not any(told[one] < 0 for one in paths)
        for path in paths
    ]
    rivals = files_with(context, _RIVALS, _SPEAK, everything=True) if found else ()
    return () if any(context.role(path)[0] == "own" for path in rivals) else tuple(found)


def _is_of_another_lock(context: Inspection, path: str) -> bool:
    """Whether Prisma made a migration for another database: its lock beside the folders of the migrations says for which."""
    lock = path_from(folder_of(path), "../migration_lock.toml")
    provider = re.search(r"provider\s*=\s*\"(\w+)\"", text_of(context, lock)) if context.is_file(lock) else None
    return provider is not None and provider[1] not in ("postgresql", "postgres", "cockroachdb")


def _is_named(context: Inspection) -> bool:
    """Whether the settings of the repository name PostgreSQL and no other database of tables."""
    names, others = (files_with(context, words, _SETTINGS, everything=True) for words in (_NAMED, _OTHER_NAMES))
    return any(context.role(path)[0] == "own" for path in names) and not others


def _dialect(context: Inspection, path: str) -> int:
    """2 for a file that is surely of PostgreSQL, 1 for one that may be, -1 for one of another database, 0 for one that says nothing."""
    text = text_of(context, path, _MAX_BYTES, errors="replace")
    plain = _TEXTS.sub("", ";".join(statement for _, statement in statements(text)))
    return -1 if _OTHERS.search(plain) else 2 if _SIGNS.search(text) else 1 if _HINTS.search(plain) else 0


def is_of_supabase(path: str) -> bool:
    """Whether Supabase runs a migration, whose databases have pgcrypto and uuid-ossp from the beginning."""
    return "supabase/" in path


def makes_type(context: Inspection, name: str, *, named: bool) -> bool:
    """Whether any text of the repository makes a type, a domain or a table of that name; ``named``: or has it in quotes, as what makes it from code does."""
    made = re.compile(
        rf"(?i)\b(?:type|domain|table|view)\s+(?:if\s+not\s+exists\s+)?(?:[\"\\]*\w+[\"\\]*\.)?[\"\\]*{re.escape(name)}(?!\w)"
    )
    spoken = re.compile(rf"(?i)(?<!\w){re.escape(name)}[\"'`]")
    for path in holding(context, {name, name.lower()}):
        text = text_of(context, path, _MAX_BYTES, errors="replace")
        if made.search(text) or (named and not path.endswith(".sql") and spoken.search(text)):
            return True
    return False


def says_extension(context: Inspection, name: str) -> bool:
    """Whether anything makes an extension, or speaks of it beside that word."""
    bare = re.escape(name)
    wanted = re.compile(rf"(?i)extensions?\b[^\n;]{{0,80}}\b{bare}\b|\b{bare}\b[^\n;]{{0,40}}extension")
    files = holding(context, {name})
    return any(wanted.search(text_of(context, path, _MAX_BYTES, errors="replace")) for path in files)
