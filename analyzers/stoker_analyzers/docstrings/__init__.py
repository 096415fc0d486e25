"""The texts of docstrings: read in any of the usual styles, written in one of them, compared with signatures."""
