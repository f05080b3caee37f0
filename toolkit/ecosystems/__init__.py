"""One file an ecosystem; a file that starts with ``_`` is shared by the leaves of one family."""
