"""Everything that can go wrong with a provider, as one small tree. SDK exceptions stop at the adapters and become these.

ProviderError
├── NotConfiguredError      a key, an endpoint or a model is missing: the user has to act
├── AuthenticationError     the key was refused
├── RequestError            the provider refused the request itself (too long, unknown model, blocked content)
├── RateLimitError          too many requests or an exhausted quota      [retry helps]
├── UnreachableError        no connection, or it broke                   [retry helps]
├── ProviderTimeoutError    no answer in time                            [retry helps]
├── ServerError             the provider failed (5xx)                    [retry helps]
└── BadAnswerError          the answer was not what the protocol promises
"""

from __future__ import annotations


class ProviderError(Exception):
    """A provider could not do what was asked.

    Attributes:
        provider: The provider's name, e.g. ``openai``.
        remedy: What the user can do, one sentence; empty where waiting is all there is.
        retryable: Whether the same request may succeed later.
        retry_after: Seconds until it may, where the provider said so.
        address: Host and port of the endpoint that was asked; empty where none was.
    """

    retryable = False
    address = ""

    def __init__(self, provider: str, message: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{provider}: {message}")
        self._message = message
        self.provider = provider
        self.remedy = remedy
        self.retry_after = retry_after

    def __str__(self) -> str:
        who = f"{self.provider} at {self.address}" if self.address else self.provider
        return f"{who}: {self._message}"

    @property
    def said(self) -> str:
        """For the user: who was asked where, what is wrong and what helps."""
        return " ".join(filter(None, (f"{self}.", self.remedy)))


class NotConfiguredError(ProviderError):
    """A key, an endpoint or a model is missing."""


class AuthenticationError(ProviderError):
    """The key was refused, or may not do this."""


class RequestError(ProviderError):
    """The provider refused the request itself."""


class RateLimitError(ProviderError):
    """Too many requests, or a quota is used up."""

    retryable = True


class UnreachableError(ProviderError):
    """There was no connection, or it broke."""

    retryable = True


class ProviderTimeoutError(ProviderError):
    """No answer came in time."""

    retryable = True


class ServerError(ProviderError):
    """The provider itself failed."""

    retryable = True


class BadAnswerError(ProviderError):
    """The answer was not what the protocol promises."""
