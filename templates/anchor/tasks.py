"""The tasks of this repository: `invoke --list`."""

from toolkit.launch import enter

ns = enter(__name__, __file__)
