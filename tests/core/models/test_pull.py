"""A model's file is fetched, gone on with after a cut, checked, and kept only if it is the published one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.hub import FakeHub, serving

from stoker_providers.http_client import Route
from stoker_providers.locks import exclusive
from stoker_providers.models import LocalModel
from stoker_providers.models_errors import FetchError, HubError, RoomError, WrongFileError
from stoker_providers.models_pull import pull, remove

CONTENT = bytes(range(256)) * 4096
MODEL = LocalModel("tiny", "someone/tiny-GGUF", "tiny.gguf", size=1, memory=2, licence="Apache-2.0")


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with serving(FakeHub(MODEL, CONTENT)) as served:
        yield served


class Fetch:
    """Calls ``pull`` and remembers what it reported."""

    def __init__(self, hub: FakeHub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.seen: list[tuple[int, int]] = []
        self.notices: list[str] = []

    def __call__(self, model: LocalModel = MODEL, url: str = "") -> Path:
        environ = {"HF_ENDPOINT": url or self.hub.url}
        progress = lambda done, total: self.seen.append((done, total))  # noqa: E731
        return pull(model, self.folder, route=Route(), environ=environ, progress=progress, notice=self.notices.append)

    @property
    def partial(self) -> Path:
        return self.folder / f"{MODEL.file}.partial"


@pytest.fixture
def fetch(hub: FakeHub, tmp_path: Path) -> Fetch:
    return Fetch(hub, tmp_path / "models")


def test_a_file_is_fetched_and_checked_against_the_published_hash(fetch: Fetch) -> None:
    path = fetch()
    assert path.read_bytes() == CONTENT
    assert fetch.seen[-1] == (len(CONTENT), len(CONTENT))
    assert not fetch.partial.exists()


def test_a_file_that_is_there_is_not_fetched_again(fetch: Fetch) -> None:
    assert fetch() == fetch()
    assert len(fetch.hub.asked) == 1


def test_a_transfer_that_breaks_off_goes_on_by_itself(fetch: Fetch) -> None:
    fetch.hub.cuts = [300_000, 100_000]
    assert fetch().read_bytes() == CONTENT
    assert fetch.hub.asked == ["", "bytes=300000-", "bytes=400000-"]


def test_a_hub_that_keeps_breaking_off_is_given_up_and_gone_on_with_later(fetch: Fetch) -> None:
    fetch.hub.cuts = [1000] * 5
    with pytest.raises(HubError, match=r"."):
        fetch()
    assert fetch.partial.stat().st_size == 5000
    assert fetch().read_bytes() == CONTENT
    assert fetch.hub.asked[-1] == "bytes=5000-"


def test_a_hub_without_ranges_sends_the_whole_file(fetch: Fetch) -> None:
    fetch.hub.ranges_ignored = True
    fetch.hub.cuts = [300_000]
    assert fetch().read_bytes() == CONTENT


def test_a_file_with_the_wrong_hash_is_not_kept(fetch: Fetch) -> None:
    fetch.hub.sha256 = "0" * 64
    with pytest.raises(WrongFileError, match="nothing was kept"):
        fetch()
    assert not list(fetch.folder.glob("*.gguf*[!k]")), "only the lock may be left"


def test_a_partial_file_of_something_else_is_not_kept(fetch: Fetch) -> None:
    fetch.folder.mkdir()
    fetch.partial.write_bytes(b"x" * 1000)
    with pytest.raises(WrongFileError):
        fetch()
    assert fetch().read_bytes() == CONTENT


def test_a_hub_that_sends_too_much_is_stopped(fetch: Fetch) -> None:
    model = replace(MODEL, size=1000, sha256=hashlib.sha256(CONTENT[:1000]).hexdigest())
    with pytest.raises(WrongFileError):
        fetch(model)


def test_a_hash_that_is_written_down_wins_over_the_hubs(fetch: Fetch) -> None:
    with pytest.raises(WrongFileError):
        fetch(replace(MODEL, size=len(CONTENT), sha256="0" * 64))


def test_without_a_published_hash_nothing_is_fetched(fetch: Fetch) -> None:
    fetch.hub.sha256 = ""
    with pytest.raises(HubError, match="no hash"):
        fetch()
    assert not fetch.hub.asked


def test_a_hub_that_refuses_is_named(fetch: Fetch) -> None:
    fetch.hub.status = 503
    with pytest.raises(HubError, match="HTTP 503"):
        fetch()


def test_a_hub_that_is_not_there_is_named(fetch: Fetch) -> None:
    with pytest.raises(HubError, match=r"http://127\.0\.0\.1:9 can't be reached"):
        fetch(url="http://127.0.0.1:9")


def test_two_processes_do_not_fetch_the_same_file(fetch: Fetch) -> None:
    fetch.folder.mkdir()
    with (
        exclusive(fetch.folder / f"{MODEL.file}.lock", lambda: False),
        pytest.raises(FetchError, match="another process"),
    ):
        fetch()


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(fetch: Fetch) -> None:
    fetch.folder.write_text("a file stands where the folder should", encoding="utf-8")
    with pytest.raises(RoomError, match=r"models can't be written .* STOKER_MODELS"):
        fetch()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_named_in_one_sentence(fetch: Fetch) -> None:
    fetch.folder.mkdir()
    fetch.partial.symlink_to("/dev/full")
    with pytest.raises(RoomError, match=r"can't be written \(No space left on device\)"):
        fetch()


def test_a_file_that_does_not_fit_is_not_begun(fetch: Fetch) -> None:
    with pytest.raises(RoomError, match=r"has room for .* MB are needed"):
        fetch(replace(MODEL, size=10**18, sha256="0" * 64))
    assert not fetch.hub.asked


def test_removing_takes_the_file_and_what_is_left_of_it(fetch: Fetch) -> None:
    fetch()
    fetch.partial.write_bytes(b"x")
    assert remove(MODEL, fetch.folder)
    assert not remove(MODEL, fetch.folder)
    assert not list(fetch.folder.iterdir())
