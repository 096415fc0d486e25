"""Refactorings of languages with braces, as texts: what is put where. Whether the code then does the same, checks say.

Takes a file and what is wanted, gives replacements or refuses in one sentence; writes nothing and runs nothing.
"""
