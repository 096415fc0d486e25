"""Looks up attributes, arguments and imports of Python code with jedi, in a process of its own (``python -m``).

Nothing here runs code of a workspace or of its environment, or starts its interpreter: files are read, and that is all.
"""
