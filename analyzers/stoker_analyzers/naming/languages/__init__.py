"""Names of languages that jedi does not know, told from the file, the folder and what is known of the language.

One rule for all: a name is missing only where it stands nowhere in what could declare it, as a declaration or otherwise,
and nothing there can declare names that are not written. Reads files; runs nothing, and follows no types.
"""
