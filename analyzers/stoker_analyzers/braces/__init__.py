"""What a file in a language with braces binds, and what it does in which order: shared algorithms over a table a language.

Reads one file; changes nothing. Python is not among the languages: its own analysis (``behaviour``) knows more.
"""
