"""Pages for browsers, a subject a module."""
