"""Tests for a Maven project: run by JUnit and Maven, offline, and Maven agrees outside."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.projects import fingerprint, generate, make_project, read, written
from tests.support.runners_of import MAVEN_REPOSITORY, maven_place, maven_project
from tests.support.scripted import Scripted

from stoker_analyzers.java.suites import java
from stoker_server.features.base import NoOffer, Offer
from stoker_server.features.testing.candidates import Argument, Candidate, Origin
from stoker_server.features.testing.java.candidates import find_candidates
from stoker_server.features.testing.java.observing import plan
from stoker_server.features.testing.java.style import Asserts, Style, style_of
from stoker_server.features.testing.java.target import JavaTarget, code_of, obstacle
from stoker_server.features.testing.java.values import receivers_for
from stoker_server.features.testing.java.ways import Module as Code
from stoker_server.features.testing.java.writing import write_test
from stoker_server.features.testing.plans import Observation
from stoker_server.proving.errors import ProvingError
from stoker_server.proving.java.project import Module, module_of
from stoker_wire.verdicts import Outcome

WORDS = "src/main/java/org/example/text/Words.java"
JMH = "".join(
    f"<dependency><groupId>org.openjdk.jmh</groupId><artifactId>{name}</artifactId><version>1.37</version>"
    "<scope>test</scope></dependency>"
    for name in ("jmh-core", "jmh-generator-annprocess")
)
BENCHMARK = """\
package org.example.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What these benchmarks compare is what the code did when they were written. */
public class WordsBenchmark {
    @State(Scope.Benchmark)
    public static class ShortenForOneTwoThree4 {
        public String text = "one two  three";
        public int width = 4;

        @Setup
        public void compare() {
            assertEquals("o...", Words.shorten(text, width));
        }

        @Benchmark
        public String measure() {
            return Words.shorten(text, width);
        }
    }
}
"""
PROJECT = Path(__file__).parents[2] / "fixtures" / "projects" / "maven"


def target_of(symbol: str) -> JavaTarget:
    snapshot = read(PROJECT / WORDS)
    found = snapshot.outline.find(symbol)
    assert found is not None
    known = code_of(snapshot, found)
    assert known is not None
    module = Module(PROJECT, PROJECT)
    return JavaTarget(snapshot, found, PROJECT / WORDS, known[1], known[0], module, module.main)


def codes(symbol: str) -> set[tuple[str, ...]]:
    found = find_candidates(target_of(symbol), PROJECT)
    return {tuple(argument.code for argument in each.arguments) for each in found}


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as it is in the repository, always in one place."""
    return maven_project(maven_place(tmp_path_factory), monkeypatch)


def maven(folder: Path) -> subprocess.CompletedProcess[str]:
    words = ["mvn", "-o", "-q", "-B", f"-Dmaven.repo.local={MAVEN_REPOSITORY}", "test"]
    return subprocess.run(words, cwd=folder, env=dict(os.environ), capture_output=True, text=True, timeout=300)


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_maven_agrees_with_the_tests(folder: Path) -> None:
    before = fingerprint(folder)
    result = await generate(folder, WORDS, "Words.shorten")
    assert fingerprint(folder) == before
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    path, text = written(result, folder)
    assert path == "src/test/java/org/example/text/WordsTest.java"
    assert 'assertEquals("a, b", new Words(", ").join(List.of("a", "b")));\n    }\n\n    // Tests named "pins"' in text
    assert "Assertions.assertEquals;\nimport static org.junit.jupiter.api.Assertions.assertNull;\n" in text
    assert 'assertEquals("a width of 3 is too small", thrown.getMessage());' in text
    assert "the existing tests run 0" in result.receipt.verdicts[2].evidence
    (folder / path).write_text(text)
    done = maven(folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_a_model_s_tests_are_kept_one_by_one(folder: Path) -> None:
    answer = """\
```java
package org.example.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void turnsAround() {
        int[] values = {1, 2, 3};
        Words.reverse(values);
        assertArrayEquals(new int[] {3, 2, 1}, values);
    }

    @Test
    void isWrong() {
        int[] values = {1, 2};
        Words.reverse(values);
        assertEquals(1, values[0]);
    }

    @Test
    void looksAtNothing() {
        Words.reverse(new int[] {1, 2});
    }
}
```
"""
    result = await generate(folder, WORDS, "Words.reverse", Scripted([answer]))
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert result.receipt.author == "scripted/model"
    text = written(result, folder)[1]
    assert "import static org.junit.jupiter.api.Assertions.assertArrayEquals;\n" in text
    assert "void turnsAround() {" in text
    assert "isWrong" not in text
    said = {each.summary: each.verdicts[0].evidence for each in result.receipt.withheld}
    assert said["isWrong"].startswith("it fails: ")
    assert said["looksAtNothing"] == "it passes though the function does nothing"


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_jmh_times_a_call_whose_result_is_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = await generate(folder, WORDS, "Words.shorten", kind="performance")
    assert isinstance(nothing, NoOffer)
    assert nothing.reason.startswith("performance tests of Java are written for JMH (org.openjdk.jmh), and the module")
    nothing = await generate(folder, WORDS, "Words.shorten", kind="end-to-end")
    assert isinstance(nothing, NoOffer)
    assert nothing.reason.startswith("end-to-end tests of Java are not written: ask for unit or integration tests")
    folder = maven_project(folder.with_name("timed"), monkeypatch)
    pom = folder / "pom.xml"
    pom.write_text(pom.read_text().replace("</dependencies>", f"{JMH}</dependencies>"))
    result = await generate(folder, WORDS, "Words.shorten", kind="performance")
    assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
    assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
    assert written(result, folder) == ("src/test/java/org/example/text/WordsBenchmark.java", BENCHMARK)
    assert any(
        re.match(r"A call took [\d.,e+]+ ns here \(ShortenForOneTwoThree4\); JMH knows it as `WordsBenchmark\.", each)
        for each in result.notes
    )


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_a_private_method_is_told(folder: Path) -> None:
    path = folder / WORDS
    path.write_text(path.read_text().replace("public static String shorten", "private static String shorten"))
    result = await generate(folder, WORDS, "Words.shorten")
    assert isinstance(result, NoOffer)
    assert result.reason.startswith("Words.shorten is private, so no test can call it: ask for integration tests")


@pytest.mark.slow
@pytest.mark.xdist_group("maven")
async def test_integration_goes_through_another_class(folder: Path) -> None:
    for file, symbol, called in (
        (WORDS, "Words.shorten", "Labels.of"),
        ("src/main/java/org/example/desk/Labels.java", "Labels.framed", "Drawer.front"),
    ):
        result = await generate(folder, file, symbol, kind="integration")
        assert isinstance(result, Offer), f"{result.reason} {result.receipt}"
        assert {each.outcome for each in result.receipt.verdicts} == {Outcome.PASSED}
        assert f" lines of {symbol} through {called}" in result.receipt.verdicts[2].evidence
        path, text = written(result, folder)
        assert path == f"src/test/java/org/example/desk/{called.partition('.')[0]}Test.java"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    assert 'Drawer drawer = new Drawer("' in text
    code = folder / WORDS
    code.write_text(code.read_text().replace("width - 3", "width - 2"))
    done = maven(folder)
    assert re.search(r"LabelsTest\.ofWithShortenPins\w+", done.stdout), done.stdout + done.stderr
    nothing = await generate(folder, WORDS, "Words.reverse", kind="integration")
    assert isinstance(nothing, NoOffer)
    assert nothing.reason.startswith("no method of another class that a test of this module can call")


SHAPES = {
    "area/Shape.java": """\
package area;
public interface Shape {
    double area(int factor);
}
""",
    "area/Square.java": """\
package area;
public class Square implements Shape {
    public double area(int factor) { return sized(factor); }
    private static double sized(int factor) { return factor * 2.5; }
}
""",
    "shop/Price.java": """\
package shop;
import area.Shape;
class Price {
    double of(Shape what, String unit) { return what.area(unit.length()) + sized(1, 2); }
    static double sized(int one, int two) { return one; }
    double other(StringBuilder what) { return what.area(3); }
}
""",
    "shop/Till.java": """\
package shop;
class Till {
    final Price price;
    private Till(Price price) { this.price = price; }
    static final Till FIRST = new Till(new Price());
    static Till with(Price price) { return new Till(price); }
    double total(area.Shape first) { return price.of(first, "m"); }
    double count(String... units) { return guess().of(null, null); }
}
""",
}


def shapes(folder: Path, file: str, symbol: str) -> JavaTarget:
    make_project(folder / "src/main/java", SHAPES)
    module = Module(folder, folder)
    snapshot = read(module.main / file)
    found = snapshot.outline.find(symbol)
    assert found is not None
    known = code_of(snapshot, found)
    assert known is not None
    return JavaTarget(snapshot, found, module.main / file, known[1], known[0], module, module.main)


def test_ways_to_a_method_go_by_what_the_text_declares(tmp_path: Path) -> None:
    target = shapes(tmp_path.resolve(), "area/Square.java", "Square.sized")
    ways = Code(target.root).ways_to(target)
    found = [(each.type, each.code.name, each.sure, len(each.after)) for each in ways]
    assert found == [
        ("Square", "area", True, 1),
        ("Price", "of", True, 2),
        ("Till", "total", True, 3),
        ("Till", "count", False, 3),
    ]
    assert Code(target.root).above("Square") == {"Shape"}


def test_the_subject_s_class_stands_for_what_it_implements(tmp_path: Path) -> None:
    target = shapes(tmp_path.resolve(), "shop/Price.java", "Price.of")

    def given(target: JavaTarget) -> set[str]:
        return {each.arguments[0].code for each in find_candidates(target, tmp_path)}

    assert "new Square()" not in given(target)
    square = shapes(tmp_path.resolve(), "area/Square.java", "Square.area").owner
    about = replace(target, subject=square, kin=frozenset({"Shape"}), about="Area")
    assert "new Square()" in given(about)
    assert about.title == "ofWithArea"
    assert replace(about, about="Of").title == "of"


def test_objects_come_from_a_class_s_own_constants_and_factories(tmp_path: Path) -> None:
    target = shapes(tmp_path.resolve(), "shop/Till.java", "Till.count")
    assert obstacle(target.owner, target.code) == ""
    assert [each.code for each in receivers_for(target)] == ["Till.FIRST"]
    made = replace(target.owner, instances=())
    assert [each.code for each in receivers_for(replace(target, owner=made))] == [
        "Till.with(new Price())",
        "Till.with(null)",
    ]
    assert "every constructor of Till is private" in obstacle(replace(made, methods=()), target.code)


@pytest.mark.parametrize(
    ("name", "receiver"), [("CSVParser", "csvParser"), ("UUID", "uuid"), ("Words", "words"), ("Enum", "subject")]
)
def test_a_receiver_is_called_as_its_class(name: str, receiver: str) -> None:
    target = target_of("Words.shorten")
    assert replace(target, owner=replace(target.owner, name=name)).receiver == receiver


def test_what_builds_a_project_is_told(tmp_path: Path) -> None:
    folder = make_project(tmp_path, {"src/main/java/A.java": "class A {}"})
    with pytest.raises(ProvingError, match=r"there is neither a pom\.xml nor a build\.gradle around A\.java"):
        module_of(folder, folder / "src/main/java/A.java")
    (folder / "pom.xml").touch()
    assert module_of(folder, folder / "src/main/java/A.java") == Module(folder, folder)


def test_an_inner_class_needs_an_object_that_nobody_has() -> None:
    snapshot = java("class A { class B { int c() { return 1; } } abstract static class D { int e() { return 1; } } }")
    found = {symbol: snapshot.outline.find(symbol) for symbol in ("A.B.c", "A.D.e")}
    for symbol in found.values():
        assert symbol is not None
        known = code_of(snapshot, symbol)
        assert known is not None
        assert "can be made by itself" in obstacle(*known)


def test_values_come_from_types_names_and_literals() -> None:
    assert {('"hello world"', "5"), ("null", "3"), ('"one two  three"', "4")} <= codes("Words.shorten")
    assert ('"hello"', "Words.Case.UPPER") in codes("Words.cased")
    assert ("new int[] {3, 0, 1}",) in codes("Words.reverse")
    documented = [each for each in find_candidates(target_of("Words.shorten"), PROJECT) if each.wanted]
    assert [each.wanted for each in documented] == ['"he..."', '"abc"']


@pytest.mark.parametrize(
    ("asserts", "line"),
    [
        (Asserts.JUNIT, 'assertEquals("he...", Words.shorten("hello", 5));'),
        (Asserts.ASSERTJ, 'assertThat(Words.shorten("hello", 5)).isEqualTo("he...");'),
        (Asserts.HAMCREST, 'assertThat(Words.shorten("hello", 5), is("he..."));'),
    ],
)
def test_the_library_of_the_neighbours(asserts: Asserts, line: str) -> None:
    target = target_of("Words.shorten")
    candidate = Candidate(Origin.SAMPLE, '"hello", 5', (Argument("text", '"hello"'), Argument("width", "5")))
    test = write_test(target, plan(target, candidate), Observation("value", '"he..."'), Style(asserts, "\t"))
    assert test.source == f"@Test\nvoid shortenPinsHello5() {{\n\t{line}\n}}\n"
    homes = {Asserts.JUNIT: "org.junit.jupiter.api.Assertions", Asserts.ASSERTJ: "org.assertj.core.api.Assertions"}
    home = homes.get(asserts, "org.hamcrest.MatcherAssert")
    assert f"import static {home}.{line.partition('(')[0]};" in test.imports


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ('java.util.List.of("abc"), Words.Case.UPPER', "shortenPinsAbcUpper"),
        ('"", -2', "shortenPinsEmptyMinus2"),
        ("new int[] {1, 2}", "shortenPins12"),
    ],
)
def test_a_name_says_what_is_passed(words: str, name: str) -> None:
    target = target_of("Words.shorten")
    test = write_test(target, plan(target, Candidate(Origin.SAMPLE, words)), Observation("value", "1"), Style())
    assert test.name == name


def test_the_style_is_the_neighbours_own() -> None:
    text = "import static org.assertj.core.api.Assertions.assertThat;\npublic class ATests {\n  @Test\n  public void b() {}\n}"
    assert style_of([text], "") == Style(Asserts.ASSERTJ, "  ", True, "Tests")
