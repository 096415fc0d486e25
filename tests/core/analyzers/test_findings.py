"""Findings before and after an edit: what is the same, what is gone, what is new."""

from __future__ import annotations

from stoker_analyzers.edits import Span
from stoker_analyzers.findings import Finding, Severity, compare, worst_first
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot


def snapshot(text: str) -> Snapshot:
    return Snapshot("file:///a.py", text, by_id("python"))


def finding(text: str, at: str, rule: str = "F841", message: str = "unused") -> Finding:
    start = text.index(at)
    return Finding("ruff", rule, message, Span(start, start + len(at)))


OLD = "a = 1\nb = 2\n"


def test_lines_that_moved_are_the_same() -> None:
    new = "# above\n\n" + OLD
    found = compare([finding(OLD, "b = 2")], snapshot(OLD), [finding(new, "b = 2")], snapshot(new))
    assert not found.gone
    assert not found.new


def test_a_finding_that_went_with_its_line_is_gone() -> None:
    found = compare(
        [finding(OLD, "a = 1"), finding(OLD, "b = 2")], snapshot(OLD), [finding("b = 2", "b = 2")], snapshot("b = 2")
    )
    assert [each.span.start for each in found.gone] == [0]
    assert not found.new


def test_a_line_that_changed_keeps_its_finding() -> None:
    new = OLD.replace("b = 2", "b = 3")
    found = compare([finding(OLD, "b = 2")], snapshot(OLD), [finding(new, "b = 3")], snapshot(new))
    assert not found.gone


def test_another_finding_of_the_same_rule_is_new() -> None:
    new = OLD.replace("b = 2", "c = 3")
    before, after = finding(OLD, "b = 2", message="b unused"), finding(new, "c = 3", message="c unused")
    found = compare([before], snapshot(OLD), [after], snapshot(new))
    assert found.gone == (before,)
    assert found.new == (after,)


def test_one_of_two_alike_is_gone() -> None:
    text = "x = 1\nx = 1\n"
    twice = [finding(text, "x = 1"), Finding("ruff", "F841", "unused", Span(6, 11))]
    found = compare(twice, snapshot(text), [finding("x = 1\n", "x = 1")], snapshot("x = 1\n"))
    assert len(found.gone) == 1


def test_the_worst_comes_first() -> None:
    low = Finding("a", "1", "m", Span(0, 1), Severity.INFO)
    high = Finding("a", "2", "m", Span(5, 6), Severity.ERROR)
    assert worst_first([low, high]) == [high, low]
