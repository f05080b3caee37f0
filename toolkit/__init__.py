"""A reproducible developer-environment toolkit for polyglot monorepos."""

__version__ = "0.1.0"
