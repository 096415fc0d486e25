"""What `stoker doctor` learns of a provider: whether it would answer, and never what the key is."""

from __future__ import annotations

import pytest
from tests.support.wire_double import Reply, WireDouble, failure, models

from stoker_providers import probe
from stoker_providers.probe import reachable
from stoker_providers.settings import ProviderSettings

KEY = {"STOKER_API_KEY": "sk-the-key"}


def compatible(double: WireDouble, model: str = "m") -> ProviderSettings:
    return ProviderSettings(name="compatible", base_url=f"{double.url}/v1", model=model)


async def test_an_endpoint_that_answers(double: WireDouble) -> None:
    double.script(models("m", "n"))
    found = await reachable(compatible(double), KEY)
    assert found.ok
    assert (found.provider, found.endpoint) == ("compatible/m", f"{double.url}/v1")
    assert found.models == ("m", "n")
    assert found.key == "STOKER_API_KEY in the environment"
    assert "sk-the-key" not in repr(found)
    assert 0 < found.seconds < 5
    assert double.seen[0].headers["authorization"] == "Bearer sk-the-key"


async def test_without_a_key_none_is_claimed(double: WireDouble) -> None:
    double.script(models("m"))
    found = await reachable(compatible(double), {})
    assert (found.ok, found.key) == (True, "")


@pytest.mark.parametrize(("model", "ok"), [("", False), ("gone", True)])
async def test_a_model_that_is_not_listed(double: WireDouble, model: str, ok: bool) -> None:
    double.script(models("m"))
    found = await reachable(compatible(double, model), {})
    assert found.ok is ok, "an endpoint may serve what it does not list, but some model must be named"
    assert found.models == ("m",)
    assert found.provider == (f"compatible/{model}" if model else "compatible")
    assert "does not list" in found.detail


async def test_a_key_that_is_refused(double: WireDouble) -> None:
    double.script(failure(401, "Incorrect API key provided: sk-the-key"))
    found = await reachable(compatible(double), KEY)
    assert not found.ok
    assert "key was refused" in found.detail
    assert "sk-the-key" not in repr(found)


async def test_an_endpoint_that_is_not_there(double: WireDouble, unused_tcp_port: int) -> None:
    double.url = f"http://127.0.0.1:{unused_tcp_port}"
    found = await reachable(compatible(double), {})
    assert not found.ok
    assert "no connection" in found.detail


async def test_an_endpoint_that_hangs(double: WireDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "SECONDS", 0.2)
    double.script(Reply(end="hang"))
    found = await reachable(compatible(double), {})
    assert not found.ok
    assert "no answer within 0.2 s" in found.detail


async def test_a_missing_key_is_said() -> None:
    found = await reachable(ProviderSettings(name="openai"), {})
    assert not found.ok
    assert "OPENAI_API_KEY" in found.detail


@pytest.mark.parametrize("name", ["facts", "local"])
async def test_nothing_to_ask(name: str) -> None:
    assert (await reachable(ProviderSettings(name=name), {})).ok
