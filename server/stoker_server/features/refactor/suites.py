"""Which check runs a project's tests: one for each language whose refactorings are judged by them."""

from __future__ import annotations

from collections.abc import Mapping

from stoker_analyzers.checks.base import Check
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest
from stoker_server.features.running import terms_of
from stoker_server.proving.ecma.suite import EcmaSuiteGreen
from stoker_server.proving.suite import SuiteGreen

_ECMA = frozenset({"javascript", "typescript", "typescriptreact"})


def suite_of(request: FeatureRequest, others: Mapping[str, Snapshot]) -> Check:
    """The check for a request's file.

    Args:
        request: What the user asked.
        others: The other files of the edit by URI, as the editor has them.
    """
    language = request.snapshot.language
    if language is not None and language.id in _ECMA:
        return EcmaSuiteGreen(terms_of(request))
    return SuiteGreen(terms_of(request), others)
