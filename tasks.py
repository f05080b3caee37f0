"""The tasks of this repository: `invoke --list`, or `python3 tasks.py --list` with nothing installed."""

import sys

if sys.version_info < (3, 8):
    sys.exit("toolkit: this Python is older than 3.8\nhint: run tasks.py with a newer one, for example python3.12")

from toolkit.launch import enter

ns = enter(__name__, __file__)
