"""What a source is, told by its path."""

from __future__ import annotations

from toolkit.expressions import regex

__all__ = ["is_generated", "is_hidden", "is_kept", "is_migration", "is_pretence", "is_script", "is_shown_in"]

_GENERATED = regex(
    r"(?:^|/)(?:_?generated|__generated__|prisma/runtime|dist|typechain(?:-types)?|\.yarn/(?:releases|plugins))/|(?:\.min\.\w+|\.d\.[cm]?ts|\.generated\.\w+|\.gen\.\w+|_pb2(?:_grpc)?\.py|\.pb\.\w+)\Z"
)
_HIDDEN = regex(r"(?:^|/)\.\w")
_KEPT = regex(
    r"(?i)(?:^|/)(?:_+(?:archived?|backups?|deprecated|old|unused)|attic|deprecated|obsolete)/"
    r"|^(?:(?!(?:src|app|pages|routes|views|screens|components|features|api)/)[^/]+/)*archived/|^docs?(?:[_-]\w+)?/(?:[^/]+/)*archive/"
)
"""Folders that are put aside by their name; what an application calls ``archived`` within its sources is one of its subjects."""
_SCRIPT = regex(
    r"(?i)(?:^|/)(?:scripts?|bin|tools?|cli|migrations?|seeds?|examples?|demos?)/|\.config\.\w+\Z|(?:^|/)(?:cli|setup|conf|seed|gulpfile|build)\.\w+\Z"
)


_PRETENCE = regex(
    r"(?i)(?:^|[/_.-])(?:mock\w*|fakes?|dummy|simulat\w*|demos?|samples?|stubs?|placeholders?|seeds?|playground|sandbox|examples?|storybook|scaffold\w*|tutorials?)(?=$|[/_.-])|(?:^|/)templates?/"
    r"|(?:^|/)[\w-]*(?:Mock|Fake|Dummy|Simulat|Demo|Sample|Stub|Placeholder|Example)"
)

_SHOWS = regex(
    r"(?i)(?:^|[/_.-])(?:demos?|samples?|playgrounds?|experiments?|examples?|storybook|tutorials?|exercises?|workshops?|specimens?|showcases?|hello[-_]?worlds?)(?=$|[/_.-])"
)

_MIGRATION = regex(r"(?i)(?:^|/)(?:migrations?|migrate|alembic|db/versions)/|(?:^|/)versions/\w+\.py\Z")


def is_migration(path: str) -> bool:
    """Whether a file is a step of a database's history."""
    return bool(_MIGRATION.search(path))


def is_pretence(path: str) -> bool:
    """Whether a path says that its code stands for something else: a mock, a demonstration, a simulation."""
    return bool(_PRETENCE.search(path))


def is_shown_in(path: str) -> bool:
    """Whether a path says that its code only shows how something is used."""
    return bool(_SHOWS.search(path))


def is_generated(path: str) -> bool:
    """Whether a tool wrote the file."""
    return bool(_GENERATED.search(path))


def is_hidden(path: str) -> bool:
    """Whether a file lies in a folder of a tool's, which is no part of the product: ``.github``, ``.storybook`` and the like."""
    return bool(_HIDDEN.search(path))


def is_kept(path: str) -> bool:
    """Whether a file lies where things are put that nobody builds any more."""
    return bool(_KEPT.search(path))


def is_script(path: str) -> bool:
    """Whether a file runs once and ends: a script, a migration, a configuration."""
    return bool(_SCRIPT.search(path))
