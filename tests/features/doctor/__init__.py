"""The doctor: running, grading, silencing, the ratchet, repairs."""
