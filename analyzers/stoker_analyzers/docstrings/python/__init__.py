"""All that is Python's own about docstrings: how they stand in source, and what a function's body says about it."""
