"""Tests drafted by the small model: whatever it writes, only what holds is offered."""

from __future__ import annotations

from pathlib import Path

from tests.support.projects import fingerprint, generate, make_project

from stoker_providers.local.provider import LocalProvider
from stoker_server.features.base import Offer
from stoker_wire.verdicts import Outcome

FILES = {
    "shop/__init__.py": "",
    "shop/names.py": '''\
def initials(name, separator="."):
    """The first letters of a name's words, in capitals."""
    if not name.strip():
        raise ValueError("a name has at least one letter")
    return separator.join(word[0].upper() for word in name.split())
''',
}


async def test_only_what_holds_is_offered(provider: LocalProvider, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", FILES)
    before = fingerprint(folder)
    result = await generate(folder, "shop/names.py", "initials", provider)
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), result.reason
    assert {each.check: each.outcome for each in result.receipt.verdicts} == dict.fromkeys(
        ("parses", "runs", "covers", "kills"), Outcome.PASSED
    )
    assert result.receipt.usage.output_tokens > 0
    assert result.receipt.author in (provider.name, "facts")
    for each in result.receipt.withheld:
        assert any(verdict.failed and verdict.evidence for verdict in each.verdicts)
