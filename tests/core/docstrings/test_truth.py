"""What a docstring says of conditions, results and exceptions is so; what is not sure is left unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, Offer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.settings import Settings


async def documented(code: str) -> str:
    """The docstring of the last function of a file, under a name that says something."""
    code = code.replace("def f(", "def handle_case(")
    snapshot = Snapshot("file:///x/module.py", code, by_path(Path("module.py")))
    at = code.rindex("def handle_case(")
    offer = await DocstringFeature().propose(FeatureRequest(snapshot, Span(at, at), Services(None, Settings(), None)))
    assert isinstance(offer, Offer), offer.reason
    return offer.edit.files[0].replacements[0].text


REBOUND = {
    "halved": "def f(n):\n    n = n // 2\n    if n == 0:\n        raise ValueError(n)\n    return [n]\n",
    "counted": "def f(n):\n    n += 1\n    if n == 0:\n        raise ValueError(n)\n    return [n]\n",
    "in a loop": "def f(n, m):\n    while m():\n        if n == 0:\n            raise ValueError(n)\n        n = m()\n",
    "by a loop": "def f(n, m):\n    for n in m:\n        m(n)\n    if n == 0:\n        raise ValueError(n)\n",
    "by with": "def f(n, m):\n    with m as n:\n        pass\n    if n == 0:\n        raise ValueError(n)\n",
    "by import": "def f(n):\n    import m as n\n    if n == 0:\n        raise ValueError(n)\n",
    "by case": "def f(n, m):\n    match m:\n        case [n, *_]:\n            m()\n    if n == 0:\n        raise KeyError\n",
    "on the way": "def f(n, m):\n    m = (n := m) + n\n    if n == 0:\n        raise KeyError\n",
    "inside": (
        "def f(n, m):\n    def inner():\n        nonlocal n\n        n = 3\n    m(inner)\n"
        "    if n == 0:\n        raise ValueError(n)\n"
    ),
    "by a variable": "def f(n):\n    n = n // 2\n    m = n + 1\n    if m == 0:\n        raise ValueError(n)\n    return [n]\n",
    "else None": (
        "def f(n):\n    if n is None:\n        n = 1\n    else:\n        n = n - 1\n"
        "    if n == 0:\n        raise ValueError(n)\n"
    ),
}


@pytest.mark.parametrize("name", REBOUND)
async def test_nothing_is_said_of_an_argument_that_is_another_by_then(name: str) -> None:
    said = await documented(REBOUND[name])
    assert "If ``n``" not in said
    assert "is ``0``" not in said
    assert "``n + 1``" not in said


GIVEN = {
    "in steps": "def f(n=None):\n    if n is None:\n        n = 5\n        n -= 1\n    if n == 0:\n        raise ValueError\n",
    "other scopes": "def f(n, m):\n    m = [n for n in m]\n    if n == 0:\n        raise ValueError(n)\n",
    "before": "def f(n):\n    if n == 0:\n        raise ValueError(n)\n    n = n // 2\n    return [n]\n",
    "none": "def f(n=None):\n    if n is None:\n        n = 5\n    if n == 0:\n        raise ValueError(n)\n    return [n]\n",
    "else": "def f(n=None):\n    n = 5 if n is None else n\n    if n == 0:\n        raise ValueError(n)\n    return [n]\n",
    "not none": (
        "def f(n=None):\n    n = n if n is not None else 5\n    if n == 0:\n        raise ValueError(n)\n    return [n]\n"
    ),
}


@pytest.mark.parametrize("name", GIVEN)
async def test_what_still_is_as_passed_is_spoken_of(name: str) -> None:
    assert "ValueError: If ``n`` is ``0``." in await documented(GIVEN[name])


async def test_a_result_is_not_the_argument_whose_name_it_took() -> None:
    said = await documented("def f(x):\n    x = [each for each in x if each]\n    return x\n")
    assert "``x``." not in said
    assert "``x``." in await documented("def f(x):\n    x.sort()\n    return x\n")


async def test_a_use_of_the_new_value_is_none_of_the_argument() -> None:
    said = await documented("def f(n, g):\n    n = n.strip()\n    g(n)\n    for each in n:\n        g(each)\n")
    assert "n: Of which ``strip()`` is used." in said


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("not force", "If ``force`` is false."),
        ("force", "If ``force`` is true."),
        ("not self.force", "If ``self.force`` is false."),
    ],
)
async def test_truth_is_called_truth(test: str, said: str) -> None:
    assert said in await documented(f"def f(self, force: bool):\n    if {test}:\n        raise ValueError\n")


CAUGHT = {
    "suppress": "import contextlib\n\ndef f(d):\n    with contextlib.suppress(KeyError):\n        raise KeyError(d)\n",
    "suppress several": (
        "from contextlib import suppress\n\ndef f(d):\n    with open(d), suppress(ValueError, LookupError):\n"
        "        raise KeyError(d)\n"
    ),
    "finally": "def f(d):\n    try:\n        raise KeyError(d)\n    finally:\n        return 1\n",
    "finally of a handler": (
        "def f(d):\n    try:\n        d()\n    except TypeError:\n        raise KeyError(d)\n    finally:\n        return 1\n"
    ),
    "constant": "E = (KeyError, TypeError)\n\ndef f(d):\n    try:\n        raise KeyError(d)\n    except E:\n        pass\n",
    "base class": (
        "class KeyError2(KeyError): pass\n\nclass KeyError3(KeyError2): pass\n\ndef f(d):\n    try:\n"
        "        raise KeyError3(d)\n    except LookupError:\n        return 1\n"
    ),
}


@pytest.mark.parametrize("name", CAUGHT)
async def test_what_is_caught_is_not_raised(name: str) -> None:
    assert "Raises" not in await documented(CAUGHT[name])


NOT_CAUGHT = {
    "another": "def f(d):\n    with suppress(TypeError):\n        raise KeyError(d)\n",
    "no suppress": "def f(d):\n    with d.open(KeyError):\n        raise KeyError(d)\n",
    "before": "def f(d):\n    with suppress(d or raised(KeyError)):\n        pass\n    raise KeyError(d)\n",
    "some way of finally": "def f(d):\n    try:\n        raise KeyError\n    finally:\n        if d:\n            return 1\n",
    "in finally": "def f(d):\n    try:\n        d()\n    finally:\n        raise KeyError(d)\n",
    "in a handler": "def f(d):\n    try:\n        d()\n    except KeyError:\n        raise KeyError(d)\n",
    "cycle": "class A(B): ...\n\nclass B(A): ...\n\ndef f(d):\n    try:\n        raise A\n    except KeyError:\n        pass\n",
}


@pytest.mark.parametrize("name", NOT_CAUGHT)
async def test_what_gets_out_is_raised(name: str) -> None:
    assert "Raises" in await documented(NOT_CAUGHT[name])


async def test_what_is_suppressed_leads_to_the_end() -> None:
    said = await documented("def f(d, k):\n    with suppress(KeyError):\n        return d[k]\n")
    assert "``d[k]``, or ``None``." in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    url = start()\n    yield url\n    stop(url)\n", "The url."),
        ("    for url in start():\n        yield url\n", "Each url."),
        ("    while True:\n        url = start()\n        yield url\n", "Each url."),
        ("    for url in start():\n        yield url\n    url = start(1)\n    yield url\n", "Each url."),
        ("    host, port = start()\n    yield host, port\n", "A tuple of host and port."),
        ("    for host, port in start():\n        yield host, port\n", "Tuples of host and port."),
    ],
)
async def test_each_is_said_of_what_comes_again(body: str, said: str) -> None:
    assert said in await documented(f"@asynccontextmanager\nasync def f(start):\n{body}")
