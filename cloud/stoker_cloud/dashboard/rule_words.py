"""What the dashboard says of a project's own rules that are broken: a name and a sentence for each. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "models_fail": ("Models fail", "{value:.0f} % of today's requests to models failed; {threshold:.0f} % may."),
        "spend": ("Spend", "${value:,.2f} were spent today; ${threshold:,.2f} may be."),
        "slow": (
            "Slow",
            "Today 5 of 100 suggestions took longer than {value:,.0f} ms; {threshold:,.0f} ms are allowed.",
        ),
        "acceptance_fell": (
            "Acceptance fell",
            "This week's lies {value:.0f} % below that of the four weeks before; {threshold:.0f} % are allowed.",
        ),
    }
)
"""By the rules' names in ``functions.alert_rules``."""


def words_for(rule: str, value: float, threshold: float) -> tuple[str, str]:
    """A broken rule's name and its sentence; those of a rule that is not known here say no more than the numbers."""
    name, sentence = WORDS.get(rule, (rule.replace("_", " "), "{value:g}; at most {threshold:g} is allowed."))
    return name, sentence.format(value=value, threshold=threshold)
