"""Model servers on this machine are found, and nothing else is taken for one."""

from __future__ import annotations

import asyncio
import time

from tests.support.wire_double import Reply, WireDouble, failure, models, plain

from stoker_providers.discovery import PORTS, Found, find_local_servers


def port(double: WireDouble) -> int:
    return int(double.url.rpartition(":")[2])


async def test_finds_a_server_and_its_models(double: WireDouble, unused_tcp_port: int) -> None:
    double.script(models("qwen2.5-coder:7b", "llama3"))
    found = await find_local_servers({"Ollama": (port(double),), "LM Studio": (unused_tcp_port,)})
    assert found == (Found("Ollama", f"http://127.0.0.1:{port(double)}/v1", ("qwen2.5-coder:7b", "llama3")),)
    assert (double.seen[0].method, double.seen[0].path) == ("GET", "/v1/models")


async def test_other_servers_are_passed_over(double: WireDouble) -> None:
    others = (
        plain([]),
        plain({"data": [{}]}),
        plain({"hello": 1}),
        Reply(("<html>",), kind="text/html"),
        failure(500, "x"),
    )
    double.script(*others)
    for _ in others:
        assert await find_local_servers({"Ollama": (port(double),)}) == ()


async def test_a_server_that_hangs_is_not_waited_for(double: WireDouble) -> None:
    double.script(Reply(end="hang"), Reply(end="hang"), Reply(end="hang"))
    started = time.monotonic()
    places = {name: (port(double),) for name in ("Ollama", "LM Studio", "llama-server")}
    assert await find_local_servers(places, seconds=0.15) == ()
    assert time.monotonic() - started < 1.0, "all are asked at once"
    await asyncio.wait_for(double.seen[0].hung_up.wait(), 1)


async def test_nothing_there() -> None:
    assert all(found.base_url.startswith("http://127.0.0.1:") for found in await find_local_servers())


def test_the_known_ports() -> None:
    assert PORTS == {"Ollama": (11434,), "LM Studio": (1234,), "llama-server": (8080, 9931)}
