"""The check that runs the project's own tests before and after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import fingerprint, make_environment, make_project, read

from stoker_analyzers.edits import Edit, FileEdit, Replacement, Span, create, digest
from stoker_server.proving.ground import Terms
from stoker_server.proving.suite import SuiteGreen
from stoker_wire.verdicts import Outcome, Verdict

FILES = {
    "shop/__init__.py": "",
    "shop/taxes.py": "RATE = 19\n",
    "shop/prices.py": "from shop.taxes import RATE\n\n\ndef gross(net):\n    return net + net * RATE // 100\n",
    "tests/test_prices.py": "from shop.prices import gross\n\n\ndef test_gross():\n    assert gross(100) == 119\n",
}


def change(folder: Path, **files: tuple[str, str]) -> Edit:
    """Replace a text in each of some files of the package."""
    parts = []
    for name, (old, new) in files.items():
        path = folder / f"shop/{name}.py"
        text = path.read_bytes().decode()
        at = text.index(old)
        parts.append(FileEdit(path.as_uri(), digest(text), (Replacement(Span(at, at + len(old)), new),)))
    return Edit(tuple(parts))


async def judge(folder: Path, edit: Edit, file: str = "shop/prices.py", *, trusted: bool = True) -> Verdict:
    before = fingerprint(folder)
    verdict = await SuiteGreen(Terms(folder, trusted)).judge(read(folder / file), edit)
    assert fingerprint(folder) == before
    return verdict


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", FILES)


async def test_an_edit_that_changes_no_behaviour_passes(shop: Path) -> None:
    edit = change(shop, prices=("net + net * RATE // 100", "net * RATE // 100 + net"))
    assert await judge(shop, edit) == Verdict("tests-pass", Outcome.PASSED, "1 test green before and after")


async def test_an_edit_that_changes_behaviour_fails(shop: Path) -> None:
    verdict = await judge(shop, change(shop, prices=("+", "-")))
    assert verdict.outcome is Outcome.FAILED
    assert verdict.evidence == "green before, red after: tests/test_prices.py::test_gross: assert 81 == 119"


async def test_an_edit_of_several_files_is_judged_whole(shop: Path) -> None:
    both = change(
        shop, taxes=("RATE", "TAX"), prices=("from shop.taxes import RATE", "from shop.taxes import TAX as RATE")
    )
    assert (await judge(shop, both)).outcome is Outcome.PASSED
    half = change(shop, taxes=("RATE = 19", "RATE = 20"))
    verdict = await judge(shop, half)
    assert verdict.outcome is Outcome.FAILED
    assert "assert 120 == 119" in verdict.evidence


async def test_an_edit_that_takes_tests_away_fails(shop: Path) -> None:
    path = shop / "tests/test_prices.py"
    text = path.read_text()
    more = FileEdit(
        path.as_uri(), digest(text), (Replacement(Span(text.index("test_gross"), text.index("(")), "gross"),)
    )
    edit = Edit((*change(shop, prices=("net + net", "net+net")).files, more))
    verdict = await judge(shop, edit)
    assert verdict.outcome is Outcome.FAILED
    assert "no test ran" in verdict.evidence


async def test_the_text_in_the_editor_counts_and_not_the_one_on_disk(shop: Path) -> None:
    snapshot = read(shop / "shop/prices.py")
    snapshot = snapshot.with_text(snapshot.text.replace("RATE // 100", "RATE // 100 + 1"))
    edit = create((shop / "shop/new.py").as_uri(), "x = 1\n")
    verdict = await SuiteGreen(Terms(shop, trusted=True)).judge(snapshot, edit)
    assert verdict.evidence == "red before the edit: tests/test_prices.py::test_gross: assert 120 == 119"


@pytest.mark.parametrize(
    ("files", "evidence"),
    [
        ({"tests/test_prices.py": "def test(): pass\n"}, "no tests found that import prices.py"),
        (
            {"tests/test_prices.py": "from shop.prices import gross\n\ndef test():\n    assert gross(1) == 2\n"},
            "red before the edit: tests/test_prices.py::test: assert 1 == 2",
        ),
        (
            {"tests/test_prices.py": "if 0:\n    import shop.prices\n\ndef test():\n    pass\n"},
            "the tests import another file and not prices.py",
        ),
    ],
    ids=["none", "red", "not imported"],
)
async def test_what_proves_nothing_is_left_undecided(shop: Path, files: dict[str, str], evidence: str) -> None:
    make_project(shop, files)
    verdict = await judge(shop, change(shop, prices=("net + net", "net+net")))
    assert (verdict.outcome, verdict.evidence) == (Outcome.UNDECIDED, evidence)


async def test_tests_that_swallow_a_broken_file_prove_nothing(shop: Path) -> None:
    text = "def test():\n    try:\n        import shop.prices\n    except AssertionError:\n        pass\n"
    make_project(shop, {"tests/test_prices.py": text})
    verdict = await judge(shop, change(shop, prices=("net + net", "net+net")))
    assert (verdict.outcome, verdict.evidence) == (Outcome.UNDECIDED, "the tests pass without prices.py")


async def test_an_install_from_elsewhere_proves_nothing(tmp_path: Path) -> None:
    files = {f"src/{name}" if name.startswith("shop") else name: text for name, text in FILES.items()}
    folder = make_project(tmp_path / "project", files)
    elsewhere = make_project(tmp_path / "elsewhere", files)
    make_environment(folder / ".venv", elsewhere / "src", with_pytest=True)
    path = folder / "src/shop/prices.py"
    text = path.read_text()
    edit = Edit((FileEdit(path.as_uri(), digest(text), (Replacement(Span(len(text), len(text)), "x = 1\n"),)),))
    verdict = await judge(folder, edit, "src/shop/prices.py")
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.evidence == f"the tests import {elsewhere}/src/shop/prices.py and not prices.py"


async def test_without_trust_nothing_is_run(shop: Path) -> None:
    make_project(shop, {"conftest.py": f"open('{shop}/ran', 'w')\n"})
    verdict = await judge(shop, change(shop, prices=("net + net", "net+net")), trusted=False)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.evidence.endswith(f"`stoker trust add {shop}` lets its code be run")


async def test_tests_may_write_beside_themselves(shop: Path) -> None:
    text = FILES["tests/test_prices.py"] + "    open('tests/note', 'w').close()\n"
    make_project(shop, {"tests/test_prices.py": text})
    verdict = await judge(shop, change(shop, prices=("net + net", "net+net")))
    assert verdict.outcome is Outcome.PASSED, verdict.evidence


async def test_what_tests_leave_behind_does_not_meet_them_again(shop: Path) -> None:
    text = FILES["tests/test_prices.py"].replace(
        "def test_gross():", "def test_gross():\n    open('tests/note', 'x').close()"
    )
    make_project(shop, {"tests/test_prices.py": text})
    verdict = await judge(shop, change(shop, prices=("net + net", "net+net")))
    assert verdict.outcome is Outcome.PASSED, verdict.evidence
