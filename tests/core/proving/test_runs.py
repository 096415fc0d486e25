"""Runs prove what they say: the text under test is the one that was imported, and mutants really run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.projects import SECONDS, fingerprint, function_in, make_environment, make_project, subject_in

from stoker_server.proving.errors import NotTrustedError, NoVerdictError, ProvingError
from stoker_server.proving.ground import Ground, Terms, open_ground
from stoker_server.proving.mutants import must_fail, mutants_of
from stoker_server.proving.runs import call_mutants, run_calls, run_series, run_tests
from stoker_server.proving.sandbox import Kind, Sandbox

SHOP = {
    "shop/__init__.py": "",
    "shop/prices.py": """\
def discounted(price, percent=10):
    if percent > 100:
        raise ValueError("more than all")
    return price - price * percent // 100
""",
    "tests/test_prices.py": """\
from shop.prices import discounted


def test_a_tenth():
    assert discounted(50) == 45


def test_all():
    assert discounted(50, 100) == 0


def test_nothing_of_it():
    assert True
""",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_project(tmp_path / "shop-project", SHOP)


@asynccontextmanager
async def opened(folder: Path, sandbox: Sandbox) -> AsyncIterator[Ground]:
    async with open_ground(Terms(folder, trusted=True, unsandboxed=True), sandbox) as ground:
        yield ground


async def test_tests_are_run_against_the_text_that_is_given(any_sandbox: Sandbox, shop: Path) -> None:
    before = fingerprint(shop)
    path = shop / "tests/test_prices.py"
    async with opened(shop, any_sandbox) as ground:
        run = await run_tests(ground, subject_in(ground, "shop/prices.py", "discounted"), [path], seconds=SECONDS)
        assert (run.green, run.served, len(run.passed)) == (True, True, 3), run.why_not_green()
        text = SHOP["shop/prices.py"].replace("//", "*")
        other = subject_in(ground, "shop/prices.py", "discounted", text)
        changed = await run_tests(ground, other, [path], seconds=SECONDS)
    assert sorted(each.partition("::")[2] for each in changed.failed) == ["test_a_tenth", "test_all"]
    assert changed.why_not_green() == "tests/test_prices.py::test_a_tenth: assert -49950 == 45"
    assert fingerprint(shop) == before


async def test_the_lines_of_the_function_are_told_by_test(shop: Path, sandbox: Sandbox) -> None:
    async with opened(shop, sandbox) as ground:
        subject = subject_in(ground, "shop/prices.py", "discounted")
        run = await run_tests(ground, subject, [shop / "tests/test_prices.py"], seconds=SECONDS)
    lines = {name.partition("::")[2]: set(each) for name, each in run.lines.items()}
    assert lines == {"test_a_tenth": {2, 4}, "test_all": {2, 4}, "test_nothing_of_it": set()}


async def test_mutants_of_the_same_size_all_run(any_sandbox: Sandbox, shop: Path) -> None:
    function = function_in(shop / "shop/prices.py", "discounted")
    uri = (shop / "shop/prices.py").as_uri()
    mutants = mutants_of(function, uri, 30)
    async with opened(shop, any_sandbox) as ground:
        subject = subject_in(ground, "shop/prices.py", "discounted")
        canary, runs = await run_series(
            ground,
            subject,
            [shop / "tests/test_prices.py"],
            must_fail(function, uri),
            mutants,
            usual=1,
            seconds=SECONDS,
        )
    assert canary.failed
    killed = {mutant.description for mutant, run in zip(mutants, runs, strict=True) if run.failed}
    survived = {mutant.description for mutant in mutants} - killed
    assert survived == {
        "line 1: `10` became `11`",
        "line 2: `100` became `101`",
        'line 3: `raise ValueError("more than all")` became `pass`',
        "line 4: `//` became `/`",
        "line 4: `100` became `99`",
    }
    assert killed >= {"line 4: `-` became `+`", "line 4: `*` became `+`", "line 4: `100` became `101`"}


async def test_what_tests_import_of_others_is_imported_once_for_all_mutants(sandbox: Sandbox, shop: Path) -> None:
    known = "import sys\n\nKNOWN = 'wave' in sys.modules\nimport wave\nfrom shop.prices import discounted\n"
    tests = "def test_known():\n    assert KNOWN\n\n\ndef test_fails():\n    assert discounted(50) == 45\n"
    path = shop / "tests/test_known.py"
    function, uri = function_in(shop / "shop/prices.py", "discounted"), (shop / "shop/prices.py").as_uri()
    path.write_text(f"{known}\n\n{tests}")
    async with opened(shop, sandbox) as ground:
        subject = subject_in(ground, "shop/prices.py", "discounted")
        mutants = mutants_of(function, uri, 6)
        canary, runs = await run_series(
            ground, subject, [path], must_fail(function, uri), mutants, usual=1, seconds=SECONDS, stop_early=False
        )
    assert "tests/test_known.py::test_known" in canary.failed
    assert all("tests/test_known.py::test_known" in run.passed for run in runs)


async def test_where_the_mutant_that_must_fail_does_not_no_other_is_tried(sandbox: Sandbox, shop: Path) -> None:
    function = function_in(shop / "shop/prices.py", "discounted")
    uri = (shop / "shop/prices.py").as_uri()
    only = ["tests/test_prices.py::test_nothing_of_it"]
    async with opened(shop, sandbox) as ground:
        subject = subject_in(ground, "shop/prices.py", "discounted")
        files = [shop / "tests/test_prices.py"]
        canary, runs = await run_series(
            ground,
            subject,
            files,
            must_fail(function, uri),
            mutants_of(function, uri),
            usual=1,
            seconds=SECONDS,
            only=only,
        )
    assert (canary.state, canary.failed) == ("done", frozenset())
    assert {run.state for run in runs} == {"missing"}


async def test_a_mutant_that_never_ends_is_late_and_stops_no_other(sandbox: Sandbox, tmp_path: Path) -> None:
    files = {
        "count.py": "def count(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n",
        "tests/test_count.py": "from count import count\n\n\ndef test_none():\n    assert count(0) == 0\n"
        "\n\ndef test_count():\n    assert count(3) == 3\n",
    }
    folder = make_project(tmp_path, files)
    function, uri = function_in(folder / "count.py", "count"), (folder / "count.py").as_uri()
    mutants = mutants_of(function, uri)
    async with opened(folder, sandbox) as ground:
        subject = subject_in(ground, "count.py", "count")
        _, runs = await run_series(
            ground,
            subject,
            [folder / "tests/test_count.py"],
            must_fail(function, uri),
            mutants,
            usual=0.1,
            seconds=SECONDS,
        )
    by_mutant = {mutant.description: run for mutant, run in zip(mutants, runs, strict=True)}
    endless = by_mutant["line 4: `+=` became `-=`"]
    assert (endless.state, endless.hung) == ("late", "tests/test_count.py::test_count")
    assert by_mutant["line 2: `0` became `1`"].state == "done"


async def test_on_a_busy_machine_mutants_get_as_long_as_the_one_that_must_fail(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    files = {
        "slow.py": "import time\n\ntime.sleep(1.3)\n\n\ndef double(n):\n    return n * 2\n",
        "tests/test_slow.py": "from slow import double\n\n\ndef test_zero():\n    assert double(0) == 0\n",
    }
    folder = make_project(tmp_path, files)
    function, uri = function_in(folder / "slow.py", "double"), (folder / "slow.py").as_uri()
    async with opened(folder, sandbox) as ground:
        subject = subject_in(ground, "slow.py", "double")
        tests = [folder / "tests/test_slow.py"]
        canary, runs = await run_series(
            ground, subject, tests, must_fail(function, uri), mutants_of(function, uri), usual=0.1, seconds=SECONDS
        )
    assert canary.failed
    assert {run.state for run in runs} == {"done"}


async def test_what_is_late_before_any_test_began_is_no_tests_doing(sandbox: Sandbox, tmp_path: Path) -> None:
    files = {
        "count.py": "def count(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n\n\nTHREE = count(3)\n",
        "tests/test_count.py": "from count import count\n\n\ndef test_none():\n    assert count(0) == 0\n",
    }
    folder = make_project(tmp_path, files)
    function, uri = function_in(folder / "count.py", "count"), (folder / "count.py").as_uri()
    (endless,) = [each for each in mutants_of(function, uri) if each.description == "line 4: `+=` became `-=`"]
    async with opened(folder, sandbox) as ground:
        subject = subject_in(ground, "count.py", "count")
        files_of_tests = [folder / "tests/test_count.py"]
        _, (run,) = await run_series(
            ground, subject, files_of_tests, must_fail(function, uri), [endless], usual=1, seconds=SECONDS
        )
    assert (run.state, run.hung) == ("late", "")


async def test_a_module_that_has_a_standard_modules_name_is_still_the_one_under_test(
    any_sandbox: Sandbox, tmp_path: Path
) -> None:
    files = {
        "textwrap.py": "def dedent(text):\n    return 'mine'\n",
        "tests/test_textwrap.py": "from textwrap import dedent\n\n\ndef test():\n    assert dedent('x') == 'mine'\n",
    }
    folder = make_project(tmp_path, files)
    async with opened(folder, any_sandbox) as ground:
        subject = subject_in(ground, "textwrap.py", "dedent")
        run = await run_tests(ground, subject, [folder / "tests/test_textwrap.py"], seconds=SECONDS)
    assert (run.green, run.served) == (True, True), run.why_not_green()


SRC = {f"src/{name}" if name.startswith("shop/") else name: text for name, text in SHOP.items()}


async def test_an_install_from_elsewhere_is_noticed(any_sandbox: Sandbox, tmp_path: Path) -> None:
    folder = make_project(tmp_path / "project", SRC)
    elsewhere = make_project(tmp_path / "elsewhere", SRC)
    make_environment(folder / ".venv", elsewhere / "src", with_pytest=True)
    async with opened(folder, any_sandbox) as ground:
        subject = subject_in(ground, "src/shop/prices.py", "discounted")
        run = await run_tests(ground, subject, [folder / "tests/test_prices.py"], seconds=SECONDS)
        assert (run.green, run.served) == (True, False)
        assert run.instead == str(elsewhere / "src/shop/prices.py")
        spec = {"setup": ["from shop.prices import discounted"], "call": "discounted(50)", "observe": []}
        with pytest.raises(NoVerdictError, match="another file is imported in its place"):
            await run_calls(ground, subject, [spec], seed=0, watch=False)


@pytest.mark.parametrize("with_pytest", [True, False], ids=["own pytest", "lent pytest"])
async def test_the_projects_own_interpreter_runs_its_tests(
    any_sandbox: Sandbox, tmp_path: Path, with_pytest: bool
) -> None:
    folder = make_project(tmp_path / "project", SRC)
    make_environment(folder / ".venv", folder / "src", with_pytest=with_pytest)
    before = fingerprint(folder)
    async with opened(folder, any_sandbox) as ground:
        assert ground.python.executable == folder / ".venv/bin/python"
        assert ground.python.has_pytest is with_pytest
        subject = subject_in(ground, "src/shop/prices.py", "discounted")
        run = await run_tests(ground, subject, [folder / "tests/test_prices.py"], seconds=SECONDS)
    assert run.green, run.why_not_green()
    # Without a sandbox the copy lies elsewhere, and the install leads to the original: that is noticed.
    assert run.served is any_sandbox.isolates
    assert fingerprint(folder) == before


async def test_an_interpreter_that_does_not_start_is_told(sandbox: Sandbox, shop: Path) -> None:
    make_project(
        shop, {".venv/pyvenv.cfg": "home = /nowhere\n", ".venv/bin/python": "#!/bin/sh\necho broken; exit 1\n"}
    )
    (shop / ".venv/bin/python").chmod(0o755)
    with pytest.raises(ProvingError, match="does not start: broken"):
        async with opened(shop, sandbox):
            pytest.fail("it was used")


async def test_only_a_trusted_folders_code_is_run(shop: Path) -> None:
    for terms in (Terms(shop, trusted=False), Terms(None, trusted=True)):
        with pytest.raises(NotTrustedError):
            async with open_ground(terms):
                pytest.fail("it was opened")


CALLS: Mapping[str, tuple[list[str], str]] = {
    "value": (["from shop.odd import pair"], "pair(3)"),
    "raises": (["from shop.odd import pair"], "pair(-1)"),
    "changes": (["from shop.odd import push", "items = [1]"], "push(items)"),
    "prints": (["from shop.odd import greet"], "greet('you')"),
    "hangs": (["from shop.odd import hang"], "hang()"),
    "clock": (["from shop.odd import now"], "now()"),
    "iterates": (["from shop.odd import each"], "each(3)"),
    "no such name": (["from shop.odd import missing"], "missing()"),
    "exits": (["from shop.odd import leave"], "leave()"),
}
ODD = """\
import sys, time

def pair(n):
    if n < 0:
        raise ValueError("n is negative")
    return {"n": (n, {3, 1, 2})}

def push(items):
    items.append(2)

def greet(name):
    print("hello", name)

def hang():
    while True:
        pass

def now():
    return int(time.time())

def each(n):
    yield from range(n)

def leave():
    sys.exit(3)
"""


async def test_calls_are_told_as_they_can_be_written_down(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"shop/__init__.py": "", "shop/odd.py": ODD})
    specs = [{"setup": setup, "call": call, "observe": ["items"]} for setup, call in CALLS.values()]
    async with opened(folder, sandbox) as ground:
        seen = await run_calls(ground, subject_in(ground, "shop/odd.py", "pair"), specs, seed=1, watch=True)
    told = dict(zip(CALLS, seen, strict=True))
    assert (told["value"]["text"], told["value"]["lines"]) == ("{'n': (3, {1, 2, 3})}", [4, 6])
    assert [told["raises"][key] for key in ("kind", "type", "text", "raised_at")] == [
        "raises",
        "ValueError",
        "n is negative",
        5,
    ]
    assert told["changes"]["changed"] == {"items": "[1, 2]"}
    assert told["prints"]["printed"] == "hello you\n"
    assert told["hangs"]["kind"] == "late"
    assert told["clock"]["impure"] == ""  # it is not the function that is watched
    assert (told["iterates"]["text"], told["iterates"]["form"]) == ("[0, 1, 2]", "list({})")
    assert told["no such name"]["unfit"].startswith("ImportError")
    assert told["exits"]["type"] == "SystemExit"


async def test_what_ties_the_watched_function_to_a_moment_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"shop/__init__.py": "", "shop/odd.py": ODD})
    setup, call = CALLS["clock"]
    spec = {"setup": setup, "call": call, "observe": []}
    async with opened(folder, sandbox) as ground:
        (seen,) = await run_calls(ground, subject_in(ground, "shop/odd.py", "now"), [spec], seed=0, watch=True)
    assert seen["impure"] == "time.time"


async def test_calls_are_made_with_every_mutant(any_sandbox: Sandbox, shop: Path) -> None:
    function, uri = function_in(shop / "shop/prices.py", "discounted"), (shop / "shop/prices.py").as_uri()
    mutants = mutants_of(function, uri, 30)
    spec = {"setup": ["from shop.prices import discounted"], "call": "discounted(50)", "observe": []}
    async with opened(shop, any_sandbox) as ground:
        subject = subject_in(ground, "shop/prices.py", "discounted")
        (usual,) = await run_calls(ground, subject, [spec], seed=0, watch=False)
        mutated = await call_mutants(ground, subject, [spec], mutants)
    assert usual["text"] == "45"
    told = {mutant.description: calls[0].get("text") for mutant, calls in zip(mutants, mutated, strict=True)}
    assert told["line 4: `-` became `+`"] == "55"
    assert told["line 1: `10` became `11`"] == "45" or told["line 1: `10` became `11`"] == "44"


async def test_a_report_that_the_tests_wrote_themselves_is_no_report(sandbox: Sandbox, shop: Path) -> None:
    hostile = """
import os, sys
from shop.prices import discounted

def test_forged():
    name = os.path.join(os.path.dirname(sys.argv[2]), "0.json")
    open(name, "w").write('{"state": "done", "outcomes": [1]}')
    os._exit(0)
"""
    async with opened(shop, sandbox) as ground:
        path = shop / "tests/test_forged.py"
        ground.scratch.write(path, hostile)
        subject = subject_in(ground, "shop/prices.py", "discounted")
        with pytest.raises(NoVerdictError, match="can't be read"):
            await run_tests(ground, subject, [path], seconds=SECONDS)


MEMO = """\
import os

SEEN = []


def memo(name):
    SEEN.append(name)
    return len(SEEN), os.environ.get("USER")
"""
TESTS_OF_MEMO = """\
import pytest
from memo import memo


def test_first():
    assert memo("")[0] == 1


def test_later():
    assert memo("")[0] > 1


def test_user():
    assert memo("")[1] is None


@pytest.mark.parametrize("n", [1, 2])
def test_each(n):
    assert memo(n)[0] > 0
"""


async def test_what_an_earlier_test_or_the_surroundings_decide_is_found_out(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"memo.py": MEMO, "tests/test_memo.py": TESTS_OF_MEMO})
    path = folder / "tests/test_memo.py"
    async with opened(folder, sandbox) as ground:
        subject = subject_in(ground, "memo.py", "memo")
        usual = await run_tests(ground, subject, [path], seconds=SECONDS)
        names = {"test_first", "test_each"}
        again = await run_tests(ground, subject, [path], seconds=SECONDS, again=names)
        others = await run_tests(ground, subject, [path], seconds=SECONDS, again={"test_later", "test_each"})
        elsewhere = await run_tests(ground, subject, [path], seconds=SECONDS, elsewhere=True)
    assert usual.green
    assert len(usual.passed) == 5
    assert again.failed == {"tests/test_memo.py::test_first"}
    assert again.lines == usual.lines
    assert others.passed == usual.passed
    assert elsewhere.failed == {"tests/test_memo.py::test_user"}


async def test_limits_alone_keep_the_users_files_all_the_same(shop: Path) -> None:
    before = fingerprint(shop)
    test = "from shop.prices import discounted\n\n\ndef test():\n    open('written-here', 'w').close()\n"
    async with opened(shop, Sandbox(Kind.LIMITS)) as ground:
        path = shop / "tests/test_writes.py"
        ground.scratch.write(path, test)
        subject = subject_in(ground, "shop/prices.py", "discounted")
        run = await run_tests(ground, subject, [path], seconds=SECONDS)
        assert run.green
        assert (ground.scratch.root / "written-here").exists()
    assert fingerprint(shop) == before
