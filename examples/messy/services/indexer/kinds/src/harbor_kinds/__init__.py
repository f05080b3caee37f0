"""Names of the kinds of events."""

KINDS = ("mint", "burn", "transfer")


def known(name):
    """Whether a name is the name of a kind."""
    return name in KINDS
