"""Counting of events."""

from collections import Counter

from harbor_kinds import known


class Lines:
    """Events in the lines of a text."""

    def __init__(self, text):
        self.text = text

    def events(self):
        """Names of known kinds, in order."""
        return (line.strip() for line in self.text.splitlines() if known(line.strip()))


def by_kind(source):
    """How often each kind occurs."""
    return dict(Counter(source.events()))
