"""How each language documents with comments: one module a form, one line a language in the table below."""

from __future__ import annotations

from stoker_analyzers.docstrings.forms.base import Form
from stoker_analyzers.docstrings.forms.go import GO
from stoker_analyzers.docstrings.forms.rust import RUST
from stoker_analyzers.docstrings.forms.tags import DOXYGEN, JAVADOC, JSDOC, KDOC, TSDOC
from stoker_analyzers.docstrings.forms.xml import XML
from stoker_analyzers.languages.base import Language

FORMS: dict[str, Form] = {
    "javascript": JSDOC,
    "typescript": TSDOC,
    "typescriptreact": TSDOC,
    "java": JAVADOC,
    "kotlin": KDOC,
    "c": DOXYGEN,
    "cpp": DOXYGEN,
    "csharp": XML,
    "rust": RUST,
    "go": GO,
}
"""By language identifier. Python is not among them: its docstrings are literals (``docstrings/python``)."""


def form_of(language: Language | None) -> Form | None:
    """The form that a language's comments have; ``None`` where it has none that is known."""
    return FORMS.get(language.id) if language else None
