"""The one way out: which host, which headers, which proxy, whose certificates."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.certificates import self_signed
from tests.support.vendors import ALL, DEADLINES, KEY, OPENAI, Vendor, chat
from tests.support.wire_double import Reply, WireDouble, wire_double

from stoker_providers.base import ask
from stoker_providers.errors import NotConfiguredError, UnreachableError
from stoker_providers.http_client import Endpoint, Route, open_client
from stoker_providers.keys import Secret
from stoker_providers.models_errors import HubError
from stoker_providers.models_hub import open_hub
from stoker_providers.openai import OpenAIProvider

LEAK = "of-the-environment"
POLLUTION = {
    "OPENAI_API_KEY": f"sk-{LEAK}",
    "OPENAI_ADMIN_KEY": f"sk-admin-{LEAK}",
    "OPENAI_ORG_ID": f"org-{LEAK}",
    "OPENAI_PROJECT_ID": f"proj-{LEAK}",
    "OPENAI_BASE_URL": f"http://{LEAK}.example",
    "OPENAI_CUSTOM_HEADERS": f"X-Extra: {LEAK}\nAuthorization: Bearer {LEAK}",
    "AZURE_OPENAI_API_KEY": f"azure-{LEAK}",
    "AZURE_OPENAI_AD_TOKEN": f"ad-{LEAK}",
    "AZURE_OPENAI_ENDPOINT": f"http://{LEAK}.example",
    "GOOGLE_API_KEY": f"google-{LEAK}",
    "GEMINI_API_KEY": f"gemini-{LEAK}",
    "GOOGLE_GENAI_USE_VERTEXAI": "true",
    "GOOGLE_CLOUD_PROJECT": LEAK,
    "GOOGLE_CLOUD_LOCATION": LEAK,
    "GOOGLE_GEMINI_BASE_URL": f"http://{LEAK}.example",
    "GOOGLE_VERTEX_BASE_URL": f"http://{LEAK}.example",
}
ORDINARY = {"host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"}
KEY_HEADER = {"azure": "api-key", "gemini": "x-goog-api-key"}
KEYLESS = ("compatible", "ollama", "llama.cpp")


@pytest.mark.parametrize("vendor", ALL, ids=lambda vendor: vendor.name)
async def test_nothing_of_the_environment_leaves(
    vendor: Vendor, double: WireDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in POLLUTION.items():
        monkeypatch.setenv(name, value)
    double.script(Reply(vendor.answer(["x"])))
    provider = vendor.open(double.url, DEADLINES)
    await ask(provider, vendor.ask())
    await provider.aclose()
    seen = double.seen[0]
    assert LEAK not in repr(seen)
    key = set() if vendor.name in KEYLESS else {KEY_HEADER.get(vendor.name, "authorization")}
    assert set(seen.headers) == ORDINARY | key
    assert seen.headers["user-agent"] == "stoker"


@pytest.mark.parametrize("vendor", ALL, ids=lambda vendor: vendor.name)
async def test_the_key_is_in_no_log_and_no_representation(
    vendor: Vendor, double: WireDouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    double.script(Reply(vendor.answer(["x"])), vendor.failure(401, "no"))
    provider = vendor.open(double.url, DEADLINES)
    await ask(provider, vendor.ask())
    with pytest.raises(Exception, match="key was refused") as caught:
        await ask(provider, vendor.ask())
    await provider.aclose()
    told = f"{caplog.text} {provider!r} {provider.endpoint!r} {caught.value!r} {caught.value.__cause__!r}"
    assert KEY not in told
    assert provider.name in told


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.example/v1", "api.example:443"),
        ("http://ann:word@[::1]:8080/v1", "[::1]:8080"),
        ("http://[fe80::1]/", "[fe80::1]:80"),
        ("http://host:port/", "host:port:80"),
        ("", ""),
    ],
)
def test_an_address_is_host_and_port(url: str, address: str) -> None:
    assert Endpoint(url).address == address


async def test_another_origin_is_refused(double: WireDouble) -> None:
    import httpx2

    client = open_client(Endpoint("https://api.example/v1", {"authorization": Secret(KEY)}), Route())
    with pytest.raises(httpx2.UnsupportedProtocol, match="may only go to"):
        await client.get(double.url)
    await client.aclose()
    assert double.seen == []


async def test_a_proxy_is_asked_to_connect() -> None:
    async with _proxy() as (url, lines):
        provider = _openai("https://api.openai.com/v1", Route(proxy=url))
        with pytest.raises(UnreachableError):
            await ask(provider, chat())
        await provider.aclose()
    assert lines == ["CONNECT api.openai.com:443 HTTP/1.1"]


async def test_the_environments_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _proxy() as (url, lines):
        monkeypatch.setenv("HTTPS_PROXY", url)
        provider = _openai("https://api.openai.com/v1", Route())
        with pytest.raises(UnreachableError):
            await ask(provider, chat())
        await provider.aclose()
    assert lines == ["CONNECT api.openai.com:443 HTTP/1.1"]


async def test_loopback_is_never_reached_through_a_proxy(double: WireDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    double.script(Reply(OPENAI.answer(["a"])), Reply(OPENAI.answer(["b"])))
    async with _proxy() as (url, lines):
        monkeypatch.setenv("HTTP_PROXY", url)
        for route in (Route(), Route(proxy=url)):
            provider = _openai(f"{double.url}/v1", route)
            await ask(provider, chat())
            await provider.aclose()
    assert lines == []


async def test_an_own_certificate_authority(tmp_path: Path) -> None:
    authority = self_signed(tmp_path / "server.pem")
    async with wire_double(authority) as double:
        double.script(Reply(OPENAI.answer(["hello"])))
        strange = _openai(f"{double.url}/v1", Route())
        with pytest.raises(UnreachableError, match="certificate is not trusted"):
            await ask(strange, chat())
        await strange.aclose()
        trusted = _openai(f"{double.url}/v1", Route(ca_file=str(authority)))
        assert (await ask(trusted, chat())).text == "hello"
        await trusted.aclose()


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "not PEM"])
async def test_a_useless_ca_file_is_said_to_be_one(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(NotConfiguredError, match=r"ca\.pem") as caught:
        await ask(_openai("https://api.openai.com/v1", Route(ca_file=str(file))), chat())
    assert "provider.ca_file" in caught.value.remedy


async def test_a_useless_proxy_is_said_to_be_one() -> None:
    with pytest.raises(NotConfiguredError) as caught:
        await ask(_openai("https://api.openai.com/v1", Route(proxy="gopher://x")), chat())
    assert "provider.proxy" in caught.value.remedy


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("gopher://me:hunter2@proxy.example:3128", "gopher://proxy.example:3128"),
        ("http://me:hunter2@proxy.example:x", "http://proxy.example:x"),
        ("me:hunter2@proxy.example", "proxy.example"),
        ("gopher://me:hunt@er2@proxy.example/x", "gopher://proxy.example/x"),
        ("http://me:hunter2@proxy\nexample", "http://proxy\nexample"),
        ("http://me:hun://ter2@[::", "http://[::"),
    ],
)
def test_a_proxys_password_is_in_no_message(proxy: str, shown: str) -> None:
    with pytest.raises(NotConfiguredError) as caught:
        open_client(Endpoint("https://api.example/v1"), Route(proxy=proxy))
    with pytest.raises(HubError) as of_hub, open_hub(Route(proxy=proxy), {}):
        pass
    for told in ("".join(traceback.format_exception(each.value)) for each in (caught, of_hub)):
        assert "hun" not in told
        assert shown in told


def _openai(url: str, route: Route) -> OpenAIProvider:
    return OpenAIProvider("gpt-6-luna", Endpoint(url, {"authorization": Secret(f"Bearer {KEY}")}), route, DEADLINES)


@asynccontextmanager
async def _proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that writes down what it is asked for, and refuses it."""
    lines: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append((await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0])
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lines
