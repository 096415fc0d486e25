"""Tests of Rust drafted from facts, built and run by cargo; and what becomes of a model's."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, read, written
from tests.support.scripted import Scripted

from stoker_server.features.base import NoOffer, Offer
from stoker_wire.verdicts import Outcome

CRATE = Path(__file__).parents[2] / "fixtures" / "projects" / "cargo"

THROUGH = """
/// Where the middle of a label is.
pub fn middle(width: u32) -> u32 {
    half(width)
}
"""
HALF = """\
#[test]
fn pins_middle_for_10() {
    assert_eq!(middle(10), 6);
}
"""
OWED = """\
#[test]
fn pins_is_owed_for_payment_invoice_days_3_0() {
    assert!(is_owed(&Payment::Invoice { days: 3 }, 0));
}
"""


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """A copy of a crate without dependencies; skips the test where cargo is not there."""
    if shutil.which("cargo") is None:
        pytest.skip("cargo, which runs Rust's tests, is not on the PATH")
    return Path(shutil.copytree(CRATE, tmp_path / "shop")).resolve()


def cargo_test(folder: Path) -> str:
    """What cargo says of the tests without us; they are all green."""
    argv = ["cargo", "test", "--offline", "--quiet"]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def added(result: Offer, folder: Path) -> str:
    """What an offer writes into the file."""
    return result.edit.files[0].replacements[0].text


async def test_tests_stand_beside_the_function_and_cargo_finds_them_green(crate: Path) -> None:
    before = fingerprint(crate)
    result = await generate(crate, "src/prices.rs", "discounted")
    assert isinstance(result, Offer), result.reason
    assert fingerprint(crate) == before
    assert [each.check for each in result.receipt.verdicts] == ["parses", "runs", "covers", "kills"]
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    assert result.notes[-1].startswith("--- a/src/prices.rs\n+++ b/src/prices.rs\n@@ ")
    assert (
        added(result, crate)
        == """
    // Tests named `pins_...` record what the code does today: they guard a change, and do not show that it is right.
    #[test]
    fn discounted_for_200_10_as_documented() {
        assert_eq!(discounted(200, 10), 180);
    }

    #[test]
    #[should_panic(expected = "101 percent is more than all")]
    fn pins_discounted_panics_for_3_101() {
        let _ = discounted(3, 101);
    }
"""
    )
    path, text = written(result, crate)
    (crate / path).write_text(text)
    assert "3 passed" in await asyncio.to_thread(cargo_test, crate)


async def test_a_method_is_called_on_every_variant_and_what_it_changes_is_asserted(crate: Path) -> None:
    result = await generate(crate, "src/prices.rs", "Payment.fee")
    assert isinstance(result, Offer), result.reason
    text = added(result, crate)
    assert "assert_eq!(Payment::Invoice { days: 3 }.fee(3), 93);" in text
    assert "assert_eq!(Payment::Cash.fee(3), 0);" in text
    result = await generate(crate, "src/prices.rs", "lift")
    assert isinstance(result, Offer), result.reason
    assert "lift(&mut prices, 3);\n        assert_eq!(prices, [3, 3, 3]);" in added(result, crate)


async def test_a_file_without_tests_gets_a_module_of_them_at_its_end(crate: Path) -> None:
    result = await generate(crate, "src/text.rs", "slug")
    assert isinstance(result, Offer), result.reason
    text = added(result, crate)
    assert "\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn pins_slug_for_" in text


async def test_what_constants_call_what_writes_and_what_another_file_defines(crate: Path) -> None:
    for symbol, said in (
        ("padded", "assert_eq!(padded(1), 3);"),
        ("label", "|f: &mut std::fmt::Formatter<'_>| label("),
        ("is_owed", "is_owed(&Payment::Invoice { days: 3 }, "),
    ):
        result = await generate(crate, "src/labels.rs", symbol)
        assert isinstance(result, Offer), f"{symbol}: {result.reason}"
        assert said in added(result, crate)
        path, text = written(result, crate)
        (crate / path).write_text(text)
    assert "passed" in await asyncio.to_thread(cargo_test, crate)


async def test_a_model_s_tests_that_do_not_hold_are_withheld_by_name(crate: Path) -> None:
    answer = """\
```rust
#[test]
fn takes_a_tenth_off() {
    assert_eq!(discounted(50, 10), 45);
}

#[test]
fn is_wrong() {
    assert_eq!(discounted(50, 10), 44);
}

#[test]
#[should_panic]
fn has_another_type() {
    discounted("50", 10);
}
```
"""
    result = await generate(crate, "src/prices.rs", "discounted", Scripted([answer]))
    assert isinstance(result, Offer), result.reason
    assert result.receipt.author == "scripted/model"
    assert "fn takes_a_tenth_off()" in added(result, crate)
    assert "is_wrong" not in added(result, crate)
    said = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert set(said) == {"tests::is_wrong", "tests::has_another_type"}
    assert "left: 45, right: 44" in said["tests::is_wrong"]
    assert "it does not compile: src/prices.rs:" in said["tests::has_another_type"]
    assert "mismatched types" in said["tests::has_another_type"]


async def test_integration_tests_see_what_the_crate_makes_public(crate: Path) -> None:
    code = crate / "src" / "labels.rs"
    code.write_text(f"{code.read_text()}\nfn half(width: u32) -> u32 {{\n    width / 2 + 1\n}}\n{THROUGH}")
    for symbol, made in (("half", HALF), ("is_owed", OWED)):
        result = await generate(crate, "src/labels.rs", symbol, kind="integration")
        assert isinstance(result, Offer), f"{symbol}: {result.reason}"
        assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
        path, text = written(result, crate)
        assert path == "tests/labels.rs"
        assert made in text
        (crate / path).parent.mkdir(exist_ok=True)
        (crate / path).write_text(text)
    assert text.startswith("use shop::labels::middle;\nuse shop::labels::is_owed;\nuse shop::prices::Payment;\n")
    assert "running 4 tests" in await asyncio.to_thread(cargo_test, crate)
    again = await generate(crate, "src/labels.rs", "half", kind="integration")
    assert isinstance(again, NoOffer)
    assert again.reason.startswith("the existing tests run every line of half through middle and notice all")
    result = await generate(crate, "src/prices.rs", "mean", kind="integration")
    assert isinstance(result, NoOffer)
    assert result.reason == "neither mean nor a function that calls it can be imported by a test from outside"


async def test_what_gives_a_pointer_is_nothing_to_trip_over(crate: Path) -> None:
    (crate / "src" / "text.rs").write_text("pub fn start(text: &str) -> *const u8 {\n    text.as_ptr()\n}\n")
    result = await generate(crate, "src/text.rs", "start")
    assert isinstance(result, NoOffer)
    assert result.reason.endswith("its result is an address")
    result = await generate(crate, "src/text.rs", "start", kind="performance")
    assert isinstance(result, NoOffer)
    assert "`#[bench]` needs a nightly compiler" in result.reason


async def test_what_does_not_compile_is_said_with_its_place(crate: Path) -> None:
    path = crate / "src" / "text.rs"
    path.write_text(read(path).text.replace("String::new()", "7_u8"))
    result = await generate(crate, "src/text.rs", "slug")
    assert isinstance(result, NoOffer)
    assert "do not compile: src/text.rs:" in result.reason
