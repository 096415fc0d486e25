"""Runs code: scratch copies, sandboxes, test runners, mutants. Only where the user trusts the folder."""
