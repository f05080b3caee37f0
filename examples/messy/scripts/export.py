"""Prints a table as YAML."""

import tomllib

import yaml


def export(text):
    """The YAML of a TOML text."""
    return yaml.safe_dump(tomllib.loads(text))
