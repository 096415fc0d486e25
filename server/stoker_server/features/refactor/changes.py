"""What this package takes from ``stoker_analyzers.rewriting``, by the name that its modules know."""

from stoker_analyzers.rewriting import normalized, replacements, to_normalized

__all__ = ["normalized", "replacements", "to_normalized"]
