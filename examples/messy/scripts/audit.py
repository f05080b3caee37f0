"""Lists the longest files of a folder."""

import sys
from pathlib import Path

import six


def longest(folder, count=5):
    """Names and sizes in bytes of the largest files below a folder, largest first."""
    sizes = ((path.stat().st_size, path.name) for path in Path(folder).rglob("*") if path.is_file())
    return [(name, size) for size, name in sorted(sizes, reverse=True)[:count]]


if __name__ == "__main__":
    for name, size in longest(sys.argv[1]):
        six.print_(size, name)
