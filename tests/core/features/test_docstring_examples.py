"""Examples in a drafted docstring are run where the folder is trusted, and a wrong one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.fixtures import offered
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span
from stoker_analyzers.languages.python import PYTHON
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.base import Capabilities
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

SOURCE = "LOWEST = 0\n\n\ndef clamp(value):\n    return max(value, LOWEST)\n"


def answer(examples: str) -> str:
    """A model's answer with examples."""
    arguments = [{"name": "value", "description": "What is raised."}]
    said = {"summary": "Raise a value to zero.", "description": "", "arguments": arguments, "returns": "The value."}
    return json.dumps({**said, "yields": "", "raises": [], "examples": examples})


async def document(folder: Path, *answers: str, trusted: bool = True) -> Offer:
    """What is offered for the function, by a model that gives these answers."""
    (folder / "tool.py").write_text(SOURCE)
    provider = Scripted(*([each] for each in answers))
    provider.capabilities = Capabilities(structured_output=True)
    snapshot = Snapshot((folder / "tool.py").as_uri(), SOURCE, PYTHON)
    services = Services(provider, Settings(), folder, trusted=trusted)
    at = SOURCE.index("clamp")
    return offered(
        await DocstringFeature().propose(FeatureRequest(snapshot, Span(at, at), services, {"examples": "yes"}))
    )


@pytest.mark.parametrize(
    "wrong", [">>> clamp(-3)\n-3", ">>> clamp(-3)\n", ">>> clamped(-3)\n0", ">>> clamp('a', 2)\n0"], ids=repr
)
async def test_an_example_whose_output_is_wrong_is_refused(tmp_path: Path, wrong: str) -> None:
    offer = await document(tmp_path, answer(wrong), answer("```python\n>>> clamp(-3)\n0\n>>> LOWEST\n0\n```"))
    (withheld,) = offer.receipt.withheld
    (failed,) = [each for each in withheld.verdicts if each.outcome is Outcome.FAILED]
    assert failed.check == "examples-run"
    assert "instead of" in failed.evidence
    (verdict,) = [each for each in offer.receipt.verdicts if each.check == "examples-run"]
    assert (verdict.outcome, verdict.evidence) == (Outcome.PASSED, "2 examples gave what the docstring says")
    assert offer.receipt.sandbox
    after = offer.edit.files[0].apply(SOURCE)
    assert "    Examples:\n        >>> clamp(-3)\n        0\n        >>> LOWEST\n        0\n    " in after


async def test_an_example_that_asks_not_to_be_run_is_refused(tmp_path: Path) -> None:
    skipped = ">>> clamp(-3)  # doctest: +SKIP\n-3\n>>> clamp(-3)\n0"
    offer = await document(tmp_path, answer(skipped), answer(">>> clamp(-3)\n0"))
    (withheld,) = offer.receipt.withheld
    assert withheld.verdicts[-1].evidence == "1 example would never be run: leave +SKIP out"


async def test_without_trust_examples_are_not_run(tmp_path: Path) -> None:
    offer = await document(tmp_path, answer(">>> clamp(-3)\n-3"), trusted=False)
    (verdict,) = [each for each in offer.receipt.verdicts if each.check == "examples-run"]
    assert verdict.outcome is Outcome.UNDECIDED
    assert "is not trusted" in verdict.evidence
    assert offer.receipt.sandbox is None
