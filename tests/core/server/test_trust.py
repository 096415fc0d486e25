"""Trust: only the user gives it, and links don't widen it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stoker_server.trust import TrustStore


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "config/trusted.json")


def test_a_folder_trusts_what_lies_below_it_and_nothing_else(store: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "ab").mkdir()
    store.add(tmp_path / "a")
    assert store.trusts(tmp_path / "a")
    assert store.trusts(tmp_path / "a/b")
    assert not store.trusts(tmp_path / "ab")
    assert not store.trusts(tmp_path)


def test_removing_ends_it(store: TrustStore, tmp_path: Path) -> None:
    store.add(tmp_path)
    assert store.remove(tmp_path)
    assert not store.trusts(tmp_path)
    assert not store.remove(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows; covered by `make test` elsewhere")
def test_a_link_to_elsewhere_is_judged_by_where_it_leads(store: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "trusted").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "trusted/link").symlink_to(tmp_path / "elsewhere")
    store.add(tmp_path / "trusted")
    assert not store.trusts(tmp_path / "trusted/link")


def test_a_folder_that_is_not_there_is_refused(store: TrustStore, tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError):
        store.add(tmp_path / "missing")


@pytest.mark.parametrize("content", ["", "{", "{}", '"x"', "[1, null]", "\x00"])
def test_a_damaged_file_trusts_nothing(content: str, tmp_path: Path) -> None:
    file = tmp_path / "trusted.json"
    file.write_text(content)
    assert TrustStore(file).folders() == ()


def test_the_file_is_the_users_alone(store: TrustStore, tmp_path: Path) -> None:
    store.add(tmp_path)
    if os.name == "posix":
        assert (tmp_path / "config/trusted.json").stat().st_mode & 0o077 == 0
