"""One process runs the model for all windows, stops what nobody waits for, and comes back when it dies."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.model.conftest import Open
from tests.support.prompts import chat, fill

from stoker_providers.base import ask
from stoker_providers.errors import UnreachableError
from stoker_providers.local.address import HOST, Address
from stoker_providers.local.exchange import ask as exchange
from stoker_providers.local.provider import LocalProvider

pytestmark = pytest.mark.xdist_group("model")

WINDOW = """
import asyncio, sys, time
from pathlib import Path
from stoker_providers.base import ask
from stoker_providers.local import build_local
from stoker_providers.local.address import Address
from stoker_providers.settings import ProviderSettings
from tests.support.prompts import fill

async def main(state):
    provider = build_local(ProviderSettings(name="local", model="qwen2.5-coder-0.5b"), state_dir=state)
    answer = await ask(provider, fill("def add(a, b):\\n    return ", "\\n", max_tokens=4))
    assert "a" in answer.text
    print("answered", flush=True)
    await asyncio.to_thread(sys.stdin.read)

asyncio.run(main(Path(sys.argv[1])))
"""
LONG = chat("Write a long story about a lighthouse.", max_tokens=2000)


def window(state: Path) -> subprocess.Popen[str]:
    """Another process that uses the model until its input ends."""
    command = [sys.executable, "-c", WINDOW, str(state)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def address_in(state: Path) -> Address:
    (file,) = (state / "local").glob("*.json")
    address = Address.read(file)
    assert address is not None
    return address


def processes(state: Path) -> list[int]:
    """The model's processes that were started for a state folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "stoker_providers.local.child" in command and any(str(state) in part for part in command):
            found.append(process.pid)
    return found


async def comes_true(condition: Callable[[], bool], seconds: float) -> float:
    """Seconds until it is true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def seconds_until_free(provider: LocalProvider) -> float:
    began = time.monotonic()
    await ask(provider, chat("Hi", max_tokens=1))
    return time.monotonic() - began


async def test_leaving_an_answer_early_frees_the_model_within_a_second(provider: LocalProvider) -> None:
    await ask(provider, chat("Hi", max_tokens=1))
    async with aclosing(provider.stream(LONG)) as chunks:  # type: ignore[type-var]  # the protocol says iterator
        async for chunk in chunks:
            if chunk.text:
                break
    assert await seconds_until_free(provider) < 1.0


async def test_cancelling_while_the_prompt_is_read_frees_the_model_soon(provider: LocalProvider) -> None:
    await ask(provider, chat("Hi", max_tokens=1))
    long = chat("".join(f"{number} bottles\n" for number in range(500)))
    reading = asyncio.create_task(ask(provider, long))
    await asyncio.sleep(0.5)
    assert not reading.done()
    reading.cancel()
    assert await seconds_until_free(provider) < 3.0, "read to its end the prompt takes 12 s on two cores"


async def test_waiting_requests_have_their_turn_and_cancelled_ones_cost_nothing(provider: LocalProvider) -> None:
    running = asyncio.create_task(ask(provider, replace(LONG, max_tokens=100)))
    await asyncio.sleep(0.1)
    texts = (f"{number} " + "one two three four " * 100 for number in range(20))
    stale = [asyncio.create_task(ask(provider, fill(text))) for text in texts]
    last = asyncio.create_task(ask(provider, chat("Hi", max_tokens=2)))
    await asyncio.sleep(0.5)
    assert not running.done()
    for each in stale:
        each.cancel()
    assert (await running).text
    began = time.monotonic()
    assert (await last).text
    assert time.monotonic() - began < 2.0


async def test_windows_share_one_process(open_provider: Open, tmp_path: Path) -> None:
    with window(tmp_path) as first, window(tmp_path) as second:
        provider = open_provider(tmp_path)
        assert (await ask(provider, chat("Hi", max_tokens=1))).usage.requests == 1
        for other in (first, second):
            assert other.stdout is not None
            assert await asyncio.to_thread(other.stdout.readline) == "answered\n"
        assert processes(tmp_path) == [address_in(tmp_path).pid]
        for other in (first, second):
            other.communicate()


async def test_two_that_are_started_at_once_leave_one(model_file: Path, tmp_path: Path) -> None:
    """As when a window is killed while its model loads, and the next one starts another."""
    file = tmp_path / "address.json"
    command = [sys.executable, "-m", "stoker_providers.local.child", str(model_file), str(file), "--linger", "1"]
    both = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    await comes_true(file.exists, 30)
    await comes_true(lambda: any(each.poll() == 0 for each in both), 5)
    address = Address.read(file)
    assert address is not None
    assert [each.pid for each in both if each.poll() is None] == [address.pid]
    await comes_true(lambda: all(each.poll() == 0 for each in both), 10)


async def test_a_killed_process_costs_one_answer(open_provider: Open, tmp_path: Path) -> None:
    provider = open_provider(tmp_path)
    with pytest.raises(UnreachableError) as caught:
        async for chunk in provider.stream(LONG):
            if chunk.text:
                psutil.Process(address_in(tmp_path).pid).kill()
    assert caught.value.retryable
    assert (await ask(provider, chat("Hi", max_tokens=1))).usage.requests == 1
    assert len(processes(tmp_path)) == 1


async def test_a_process_that_died_between_two_requests_costs_none(open_provider: Open, tmp_path: Path) -> None:
    provider = open_provider(tmp_path)
    await ask(provider, chat("Hi", max_tokens=1))
    before = address_in(tmp_path).pid
    psutil.Process(before).kill()
    await comes_true(lambda: not psutil.pid_exists(before), 5)
    new_window = open_provider(tmp_path)
    for each in (new_window, provider):
        assert (await ask(each, chat("Hi", max_tokens=1))).usage.requests == 1
    assert address_in(tmp_path).pid != before
    assert len(processes(tmp_path)) == 1


async def test_what_nobody_uses_is_unloaded_and_comes_back(open_provider: Open, tmp_path: Path) -> None:
    provider = open_provider(tmp_path, "--idle", "1")
    await ask(provider, chat("Hi", max_tokens=1))
    await comes_true(lambda: not processes(tmp_path), 5)
    assert not list((tmp_path / "local").glob("*.json")), "its address is gone with it"
    assert (await ask(provider, chat("Hi", max_tokens=1))).usage.requests == 1


async def test_the_process_ends_with_its_last_window(open_provider: Open, tmp_path: Path) -> None:
    provider = open_provider(tmp_path, "--linger", "1")
    await ask(provider, chat("Hi", max_tokens=1))
    with window(tmp_path) as other:
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == "answered\n"
        await provider.aclose()
        await asyncio.sleep(1.5)
        assert len(processes(tmp_path)) == 1, "a window is there still"
        other.kill()
    await comes_true(lambda: not processes(tmp_path), 5)


async def test_a_request_that_is_cancelled_while_the_model_loads_does_not_stop_it(
    open_provider: Open, tmp_path: Path
) -> None:
    provider = open_provider(tmp_path)
    for _ in range(10):
        impatient = asyncio.create_task(ask(provider, chat("Hi", max_tokens=1)))
        await asyncio.sleep(0.02)
        impatient.cancel()
    await asyncio.wait_for(asyncio.to_thread(time.monotonic), 0.3)  # they did not take all the threads with them
    assert (await ask(provider, chat("Hi", max_tokens=1))).usage.requests == 1
    assert len(processes(tmp_path)) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux shows another process's open files")
async def test_the_process_inherits_nothing(open_provider: Open, tmp_path: Path) -> None:
    """It must not hold the editor's pipes: the editor would wait for their end."""
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    pipe = Path(f"/proc/self/fd/{writing}").readlink()
    mine = {Path(f"/proc/self/fd/{number}").readlink() for number in (0, 1, 2)} - {Path(os.devnull)}
    await ask(open_provider(tmp_path), chat("Hi", max_tokens=1))
    held = {path.readlink() for path in Path(f"/proc/{address_in(tmp_path).pid}/fd").iterdir()}
    os.close(reading)
    os.close(writing)
    assert pipe not in held
    assert not mine & held
    assert any(name.suffix == ".log" for name in held), "its messages go to its log"


async def test_nobody_without_the_token_can_use_it(provider: LocalProvider, shared_state: Path) -> None:
    await ask(provider, chat("Hi", max_tokens=1))
    address = address_in(shared_state)
    listening = psutil.Process(address.pid).net_connections(kind="inet")
    assert {each.laddr.ip for each in listening} == {HOST}
    command = " ".join(psutil.Process(address.pid).cmdline())
    assert address.token not in command, "other users see command lines"
    with pytest.raises(Exception, match="Invalid API Key"):
        async for _ in exchange("test", replace(address, token="guessed"), chat("Hi"), None):
            pass
