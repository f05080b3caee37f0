"""The checks: a folder is a family, a file is a check, and its docstring is its documentation."""
