"""Small changes of a function that a test worth having notices, found in the syntax tree by a table for each language.

The kinds are the classic ones (DeMillo, Lipton and Sayward 1978; Offutt's sufficient set 1996): relational, logical and
arithmetic operators, constants, negated conditions, and removed or replaced statements. Changes nothing and runs nothing;
Python has a module of its own, which knows more of its names.
"""

from __future__ import annotations

from stoker_analyzers.mutants.kinds import Change, Kinds
from stoker_analyzers.mutants.tables import TABLES
from stoker_analyzers.mutants.walk import changes, is_sound

__all__ = ["TABLES", "Change", "Kinds", "changes", "is_sound"]
