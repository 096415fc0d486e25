"""The model's process counts the windows that hold a connection, and neither end talks to a stranger."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from stoker_providers.local.address import HOST, Address
from stoker_providers.local.door import Door, Visit

TOKEN = secrets.token_hex(32)


@pytest.fixture
def door() -> Iterator[Door]:
    opened = Door(TOKEN)
    yield opened
    opened.close()


def address(port: int, token: str = TOKEN) -> Address:
    return Address(port=1, door=port, token=token, pid=1, gpu=False)


def comes_true(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_a_model_is_kept_while_a_window_is_there(door: Door) -> None:
    assert door.expired(idle=60, linger=0)
    visit = Visit(address(door.port))
    assert not door.expired(idle=60, linger=0)
    visit.close()
    assert comes_true(lambda: door.expired(idle=60, linger=0))
    assert not door.expired(idle=60, linger=60), "a window that is reloaded finds the model still there"


def test_a_model_that_nobody_uses_is_not_kept_for_a_window(door: Door) -> None:
    visit = Visit(address(door.port))
    time.sleep(0.1)
    assert door.expired(idle=0.1, linger=60)
    visit.used()
    assert comes_true(lambda: not door.expired(idle=0.1, linger=60))
    visit.close()


def test_a_window_notices_that_the_process_ends(door: Door) -> None:
    visit = Visit(address(door.port))
    assert visit.alive
    door.close()
    assert comes_true(lambda: not visit.alive)
    visit.used()  # does not raise: the request itself tells
    visit.close()


def test_a_stranger_is_not_counted(door: Door) -> None:
    with pytest.raises(ConnectionRefusedError):
        Visit(address(door.port, token="guessed"))
    with socket.create_connection((HOST, door.port)) as stranger:
        stranger.sendall(b"x" * 128)
        stranger.recv(64)
        assert stranger.recv(1) == b"", "it is shown out"
    assert door.expired(idle=60, linger=0)


def test_a_stranger_on_a_dead_models_port_learns_nothing() -> None:
    heard = b""
    with socket.create_server((HOST, 0)) as listener:

        def impostor() -> None:
            nonlocal heard
            connection, _ = listener.accept()
            with connection:
                heard += connection.recv(1000)
                connection.sendall(b"0" * 64)
                heard += connection.recv(1000)

        thread = threading.Thread(target=impostor, daemon=True)
        thread.start()
        with pytest.raises(ConnectionRefusedError, match="somebody else"):
            Visit(address(listener.getsockname()[1]))
        thread.join(5)
    assert len(heard) == 64, "only a random number was said"
    assert TOKEN.encode() not in heard


def test_an_address_is_read_whole_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "address.json"
    written = address(7)
    assert Address.read(path) is None
    written.write(path)
    assert Address.read(path) == written
    assert [each.name for each in tmp_path.iterdir()] == ["address.json"]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in repr(written), "a log must not show the token"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"port": 1}', '{"port": 1, "new": 2}'])
def test_an_address_that_is_not_understood_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "address.json"
    path.write_text(content, encoding="utf-8")
    assert Address.read(path) is None


def test_addresses_differ_where_anything_does() -> None:
    assert address(7) != replace(address(7), pid=2)
