"""Turns the SDKs' exceptions into this package's. The only place that knows them.

Messages of a server are shown shortened and with anything that looks like a secret masked: some servers quote the key or the
prompt that they refuse.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from stoker_providers.errors import (
    AuthenticationError,
    BadAnswerError,
    NotConfiguredError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RequestError,
    ServerError,
    UnreachableError,
)
from stoker_providers.secret_patterns import mask

if TYPE_CHECKING:
    import openai
    from google.genai import errors as genai_errors

LONGEST_MESSAGE = 300
"""Characters of a server's message that are shown."""

EXHAUSTED = ("insufficient_quota", "billing_hard_limit_reached")
"""OpenAI's codes for a 429 that waiting does not cure."""


@contextmanager
def openai_edge(provider: str) -> Iterator[None]:
    """Within it, the exceptions of the openai SDK become ``ProviderError``. Imports the SDK, so enter it late."""
    import openai
    import pydantic

    try:
        yield
    except openai.APIStatusError as error:
        raise _of_openai_status(provider, error) from error
    except openai.APIConnectionError as error:
        raise _of_connection(provider, error.__cause__ or error) from error
    except openai.APIError as error:
        raise _of_openai_event(provider, error) from error
    except (openai.OpenAIError, pydantic.ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _garbled(provider, error) from error


@contextmanager
def gemini_edge(provider: str) -> Iterator[None]:
    """Within it, the exceptions of the google-genai SDK become ``ProviderError``. Imports the SDK, so enter it late."""
    import httpx2
    import pydantic
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.genai import errors as genai_errors

    try:
        yield
    except genai_errors.APIError as error:
        raise _of_gemini_status(provider, error) from error
    except (httpx2.HTTPError, OSError, TransportError) as error:
        raise _of_connection(provider, error) from error
    except GoogleAuthError as error:
        raise NotConfiguredError(
            provider,
            f"no usable Google Cloud credentials ({_shown(str(error))})",
            remedy="Run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
        ) from error
    except (genai_errors.UnknownApiResponseError, pydantic.ValidationError, json.JSONDecodeError) as error:
        raise _garbled(provider, error) from error


def of_status(provider: str, status: int, message: str, *, code: str = "", wait: float | None = None) -> ProviderError:
    """The error for an HTTP status.

    Args:
        provider: The provider's name.
        status: The HTTP status.
        message: The server's words.
        code: The vendor's code for the error, where it gave one.
        wait: Seconds until a retry may succeed, where the server said so.
    """
    said = _shown(message)
    if status == 401 or code == "API_KEY_INVALID":
        return AuthenticationError(
            provider, "the key was refused", remedy="Check the key; `stoker doctor` says where it is from."
        )
    if status == 403:
        return AuthenticationError(
            provider, f"the key may not do this ({said})", remedy="Check what the key is allowed to use."
        )
    if status == 429:
        return _of_limit(provider, said, code, wait)
    if status == 408:
        return ProviderTimeoutError(provider, f"the server gave up waiting ({said})", retry_after=wait)
    if status >= 500 and status != 501:
        return ServerError(provider, f"the server failed with HTTP {status} ({said})", retry_after=wait)
    if status == 404:
        return RequestError(provider, f"not found ({said})", remedy="Check provider.model and provider.base_url.")
    if 300 <= status < 400:
        return RequestError(
            provider,
            f"HTTP {status} would lead elsewhere, and redirects are not followed",
            remedy="Set provider.base_url to the final address.",
        )
    return RequestError(provider, f"refused with HTTP {status} ({said})")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: ``retry-after-ms``, or ``Retry-After`` as seconds or as a date (RFC 9110, 10.2.3)."""
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        value = headers.get("retry-after", "").strip()
        if not value:
            return None
        return max(0.0, float(value)) if value[0].isdigit() else _until(value)
    except ValueError:
        return None


def _until(date: str) -> float:
    return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())


def _of_limit(provider: str, said: str, code: str, wait: float | None) -> RateLimitError:
    if code in EXHAUSTED:
        error = RateLimitError(provider, f"the quota is used up ({said})", remedy="Check the plan and its billing.")
        error.retryable = False
        return error
    return RateLimitError(
        provider, f"too many requests ({said})", remedy="Wait, or raise the limit with the provider.", retry_after=wait
    )


def _of_openai_status(provider: str, error: openai.APIStatusError) -> ProviderError:
    body = error.body if isinstance(error.body, dict) else {}
    message = body.get("message") or error.message
    return of_status(
        provider,
        error.status_code,
        str(message),
        code=error.code or error.type or "",
        wait=retry_after(error.response.headers),
    )


def _of_openai_event(provider: str, error: openai.APIError) -> ProviderError:
    """An error that came as an event after the answer had begun."""
    code = error.code or error.type or ""
    if "rate_limit" in code or code in EXHAUSTED:
        return _of_limit(provider, _shown(error.message), code, None)
    if code.startswith("invalid") or code == "context_length_exceeded":
        return RequestError(provider, f"refused ({_shown(error.message)})")
    return ServerError(provider, f"the server gave up in the middle of the answer ({_shown(error.message)})")


def _of_gemini_status(provider: str, error: genai_errors.APIError) -> ProviderError:
    headers = getattr(error.response, "headers", None) or {}
    details = _details(error.details)
    reasons = [str(each.get("reason", "")) for each in details]
    wait = retry_after(headers)
    if wait is None:
        wait = next((_seconds(str(each["retryDelay"])) for each in details if "retryDelay" in each), None)
    code = "API_KEY_INVALID" if "API_KEY_INVALID" in reasons else str(error.status or "")
    return of_status(provider, _number(error.code), str(error.message or error.status or ""), code=code, wait=wait)


def _details(body: Any) -> list[dict[str, Any]]:
    error = body.get("error", body) if isinstance(body, dict) else {}
    details = error.get("details", []) if isinstance(error, dict) else []
    return [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []


def _number(code: Any) -> int:
    """An error in the middle of a stream may carry no code, or one that is no number."""
    return code if isinstance(code, int) else 500


def _seconds(duration: str) -> float | None:
    """A protobuf duration such as ``34.5s``."""
    try:
        return float(duration.removesuffix("s"))
    except ValueError:
        return None


def _of_connection(provider: str, error: BaseException) -> ProviderError:
    import httpx2

    if isinstance(error, httpx2.TimeoutException) and not isinstance(error, httpx2.ConnectTimeout):
        return ProviderTimeoutError(provider, "the server did not answer in time")
    if isinstance(error, httpx2.ProxyError):
        return UnreachableError(provider, f"the proxy failed ({_shown(str(error))})", remedy="Check provider.proxy.")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return UnreachableError(
            provider,
            "the server's certificate is not trusted",
            remedy="Name your own certificate authority in provider.ca_file.",
        )
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return UnreachableError(
            provider,
            f"no connection ({_shown(str(error)) or type(error).__name__})",
            remedy="Check that the endpoint is up and that provider.base_url is right.",
        )
    return UnreachableError(provider, f"the connection broke ({_shown(str(error)) or type(error).__name__})")


def _garbled(provider: str, error: Exception) -> BadAnswerError:
    what = (
        "the answer is not valid JSON"
        if isinstance(error, json.JSONDecodeError)
        else "the answer is not what the protocol promises"
    )
    return BadAnswerError(provider, f"{what} ({_shown(type(error).__name__)})")


def _shown(message: str) -> str:
    line = " ".join(mask(message).split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]}…"
