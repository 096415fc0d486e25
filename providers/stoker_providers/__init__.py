"""Talks to language models. Knows nothing of code, editors or files."""
