"""Reads what tests of Go need to know: signatures, declared types, written calls. Runs nothing."""
