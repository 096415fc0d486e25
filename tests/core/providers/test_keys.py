"""A vendor's key goes to that vendor's hosts only, and shows itself nowhere."""

from __future__ import annotations

import copy
import pickle

import keyring
import pytest

from stoker_providers.keys import Secret, find_key, names_for

EVERY = {
    "OPENAI_API_KEY": "openai",
    "AZURE_OPENAI_API_KEY": "azure",
    "GEMINI_API_KEY": "gemini",
    "GOOGLE_API_KEY": "google",
    "STOKER_API_KEY": "general",
}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://mine.openai.azure.com", "azure"),
        ("https://generativelanguage.googleapis.com/", "gemini"),
        ("http://api.openai.com/v1", None),
        ("https://api.openai.com.example/v1", None),
        ("https://notapi.openai.com/v1", None),
        ("https://example/api.openai.com", None),
        ("https://api.openai.com@example/v1", None),
        ("https://mine.cloudapp.azure.com", None),
        ("https://europe-west4-aiplatform.googleapis.com/", None),
        ("http://127.0.0.1:11434/v1", None),
    ],
)
def test_a_key_belongs_to_its_vendors_hosts(url: str, key: str | None) -> None:
    found = find_key(url, EVERY)
    assert (found.secret.reveal() if found else None) == key


def test_the_general_key_is_for_the_users_own_endpoint() -> None:
    own = find_key("http://192.168.1.5:8000/v1", EVERY, general=True)
    assert own is not None
    assert own.secret.reveal() == "general"
    assert own.source == "STOKER_API_KEY in the environment"
    without = {name: value for name, value in EVERY.items() if name != "STOKER_API_KEY"}
    assert find_key("https://gateway.example/v1", without, general=True) is None
    assert names_for("https://api.openai.com/v1", general=True) == ("STOKER_API_KEY", "OPENAI_API_KEY")


def test_googles_second_name_is_taken_where_the_first_is_missing() -> None:
    found = find_key(
        "https://generativelanguage.googleapis.com/", {"GEMINI_API_KEY": " ", "GOOGLE_API_KEY": "google\n"}
    )
    assert found is not None
    assert found.secret.reveal() == "google"


class _Ring(keyring.backend.KeyringBackend):
    """A keyring that holds one key, or fails."""

    priority = 1

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def get_password(self, service: str, username: str) -> str | None:
        if self.fails:
            raise keyring.errors.KeyringLocked("locked")
        return "from the ring" if (service, username) == ("stoker", "OPENAI_API_KEY") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("nothing is to be stored")


@pytest.fixture
def _ring(request: pytest.FixtureRequest) -> object:
    before = keyring.get_keyring()
    keyring.set_keyring(_Ring(fails=getattr(request, "param", False)))
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("_ring")
def test_the_keyring_comes_after_the_environment() -> None:
    found = find_key("https://api.openai.com/v1", {})
    assert found is not None
    assert (found.secret.reveal(), found.source) == ("from the ring", "OPENAI_API_KEY in the system's keyring")
    first = find_key("https://api.openai.com/v1", EVERY)
    assert first is not None
    assert first.secret.reveal() == "openai"
    assert find_key("https://generativelanguage.googleapis.com/", {}) is None


@pytest.mark.usefixtures("_ring")
@pytest.mark.parametrize("_ring", [True], indirect=True)
def test_a_keyring_that_fails_is_no_error() -> None:
    assert find_key("https://api.openai.com/v1", {}) is None


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("sk-abc")
    assert "abc" not in f"{secret} {secret!r} {[secret]} {secret.prefixed('Bearer ')}"
    assert secret.prefixed("Bearer ").reveal() == "Bearer sk-abc"
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not written anywhere"):
            copying(secret)
