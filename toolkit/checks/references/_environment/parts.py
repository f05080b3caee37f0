"""Variables that say one thing in several ways: an address, and the host, port and name that are its parts."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = ["has_port", "is_addressed", "is_in_address"]

_PORT = regex(r"(?:^|_)PORT$")
_HOST = regex(r"_(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$")
_WHOLE = regex(r"_(?:URL|URI|DSN|CONNECTION|CONNECTION_STRING)$")
_PART = regex(r"_(?:HOST|HOSTNAME|PORT|NAME|USER|USERNAME|PASS|PASSWORD|DB|DATABASE|SSLMODE|SSL_MODE|SSL)$")
_DATABASE = regex(r"(?:DB|DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MONGO|MONGODB|SQL)_")


def is_addressed(name: str, known: frozenset[str]) -> bool:
    """Whether a container is given another variable of the same service: ``REDIS_URL`` for ``REDIS_HOST``."""
    return any(_of_one(other, name) and not _PORT.search(other) for other in known)


def has_port(name: str, known: frozenset[str]) -> bool:
    """Whether a container is given the port of a service whose host a variable is: ``REDIS_PORT`` for ``REDIS_HOST``."""
    return _HOST.search(name) is not None and any(_of_one(other, name) and _PORT.search(other) for other in known)


def is_in_address(name: str, known: frozenset[str]) -> bool:
    """Whether a container is given the whole address of which a variable is a part: ``DATABASE_URL`` for ``DB_HOST``."""
    whole = [other for other in known if _WHOLE.search(other)]
    return _PART.search(name) is not None and any(
        _of_one(other, name) or (_DATABASE.match(other) and _DATABASE.match(name)) for other in whole
    )


def _of_one(one: str, other: str) -> bool:
    """Whether two variables are of one service by their first word."""
    return one.partition("_")[0] == other.partition("_")[0]
