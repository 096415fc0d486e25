"""Benchmarks of Rust functions, written for criterion and run by it; and why there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_project
from tests.support.runners_of import cargo_project

from stoker_server.features.base import NoOffer, Offer
from stoker_server.features.testing.rust.timing import need_criterion
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.rust.crates import Crate, crate_of
from stoker_wire.verdicts import Outcome

MADE = """\
//! What these benchmarks compare is what the code did when they were written.

use criterion::{criterion_group, criterion_main, Criterion};
use small_shop::prices::*;
use std::hint::black_box;

fn total_for_10_2_100_255_1000(c: &mut Criterion) {
    assert_eq!(total(&[10, 2, 100, 255, 1000]), 1367);
    c.bench_function("total_for_10_2_100_255_1000", |b| {
        b.iter(|| total(black_box(&[10, 2, 100, 255, 1000])))
    });
}

criterion_group!(benches, total_for_10_2_100_255_1000);
criterion_main!(benches);
"""


def take(result: Offer) -> list[str]:
    """Apply an offer that passed every check; which files it changed."""
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    paths = [Path(part.uri.removeprefix("file://")) for part in result.edit.files]
    for path, part in zip(paths, result.edit.files, strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(part.apply(path.read_text() if part.base is not None else ""))
    return [path.name for path in paths]


@pytest.mark.slow
async def test_a_benchmark_is_a_program_of_its_own_that_compares_what_it_times(tmp_path: Path) -> None:
    folder = cargo_project("criterion", tmp_path / "shop")
    before = fingerprint(folder)
    result = await generate(folder, "src/prices.rs", "total", kind="performance")
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert take(result) == ["prices.rs", "Cargo.toml"]
    assert (folder / "benches/prices.rs").read_text() == MADE
    assert (folder / "Cargo.toml").read_text().endswith('\n\n[[bench]]\nname = "prices"\nharness = false\n')
    assert "Nothing was timed here: `cargo bench --bench prices` does it." in result.notes
    again = await generate(folder, "src/prices.rs", "discounted", kind="performance")
    assert isinstance(again, Offer), again.reason
    assert take(again) == ["prices.rs"]
    text = (folder / "benches/prices.rs").read_text()
    assert "criterion_group!(benches, total_for_10_2_100_255_1000, discounted_for_" in text


def crate_with(**package: object) -> Crate:
    target = {"name": "shop", "kind": ["lib"], "src_path": "/home/ann/src/lib.rs"}
    whole = {"name": "shop", "id": "shop", "manifest_path": "/home/ann/Cargo.toml", "targets": [target], **package}
    return crate_of({"packages": [whole]}, Path("/home/ann/src/prices.rs"))


def test_what_benchmarks_need_is_told() -> None:
    criterion = {"name": "criterion", "kind": "dev"}
    with pytest.raises(ProvingError, match="shop does not have it among its dev-dependencies"):
        need_criterion(crate_with(dependencies=[{"name": "criterion", "kind": None}]))
    program = {"name": "shop", "kind": ["bin"], "src_path": "/home/ann/src/main.rs"}
    with pytest.raises(ProvingError, match="this file belongs to a program"):
        need_criterion(crate_with(dependencies=[criterion], targets=[program]))
    need_criterion(crate_with(dependencies=[criterion]))


async def test_a_crate_without_criterion_gets_a_sentence(tmp_path: Path) -> None:
    files = {"Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n', "src/lib.rs": "pub fn one() -> u8 { 1 }\n"}
    result = await generate(make_project(tmp_path, files), "src/lib.rs", "one", kind="performance")
    assert isinstance(result, NoOffer)
    assert "criterion" in result.reason or "cargo" in result.reason
