"""A real small model, which only fills in, goes on with what the user changed in lines like those that were changed."""

from __future__ import annotations

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.local.provider import LocalProvider
from stoker_server.features.base import FeatureRequest, NoOffer, Services
from stoker_server.features.next_edit import NextEditFeature
from stoker_server.recent_edits import RecentEdit
from stoker_server.settings import Settings

pytestmark = pytest.mark.xdist_group("model")

CASES = {
    "a path is read in another way": (
        "    first = open(path).read()\n",
        '    first = path.read_text(encoding="utf-8")\n',
        "def load(path, other):\n{}    second = open(other).read()\n    return first, second\n",
        '    second = other.read_text(encoding="utf-8")\n',
    ),
    "a call is given a time": (
        "    store.save(user)\n",
        "    store.save(user, at=now)\n",
        "def save(store, user, cart, now):\n{}    store.save(cart)\n",
        "    store.save(cart, at=now)\n",
    ),
    "a text is put together in another way": (
        '    first = "%s is missing" % name\n',
        '    first = f"{name} is missing"\n',
        'def complain(name, path):\n{}    second = "%s is missing" % path\n    return first, second\n',
        '    second = f"{path} is missing"\n',
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_other_line_is_changed_alike(provider: LocalProvider, case: str) -> None:
    before, after, text, wanted = CASES[case]
    snapshot = Snapshot("file:///a.py", text.format(after), by_id("python"), 1)
    services = Services(provider, Settings(), recent=(RecentEdit(snapshot.uri, 2, before, after, 0.0),))
    at = snapshot.text.index(after) + len(after) - 1
    result = await NextEditFeature().propose(FeatureRequest(snapshot, Span(at, at), services))
    assert not isinstance(result, NoOffer), result.reason
    assert result.receipt.author == provider.name
    assert wanted in result.edit.files[0].apply(snapshot.text)
