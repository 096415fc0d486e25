"""Snapshots: lines and offsets in any text, and trees that follow edits."""

from __future__ import annotations

import gc
import random
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stoker_analyzers.edits import Replacement, Span, StaleEditError, replace
from stoker_analyzers.languages import by_id, by_path
from stoker_analyzers.snapshot import TREE_LIMIT, Snapshot
from stoker_analyzers.syntax import s_expression

PYTHON = by_id("python")
ANY_TEXT = st.text(st.characters(exclude_categories=()) | st.sampled_from("\r\n\u2028\x0c\ud800\udfff😀"))


def snapshot(text: str, language: str = "python") -> Snapshot:
    return Snapshot("file:///a", text, by_id(language))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("\r\r\n\n\r", ["", "", "", "", ""]),
        ("form\x0cfeed\vtab\x85next\u2028line\u2029end", ["form\x0cfeed\vtab\x85next\u2028line\u2029end"]),
    ],
)
def test_lines_end_as_the_protocol_has_it(text: str, lines: list[str]) -> None:
    taken = snapshot(text)
    spans = [taken.line_span(line) for line in range(len(taken.line_starts))]
    assert [text[span.start : span.end] for span in spans] == lines
    for line, span in enumerate(spans):
        assert taken.line_of(span.start) == taken.line_of(span.end) == line


def test_there_is_no_line_after_the_last() -> None:
    with pytest.raises(IndexError):
        snapshot("a\nb").line_span(2)


def test_lines_follow_edits() -> None:
    chance, snapshot = random.Random(1), Snapshot("file:///a", "", None)
    for _ in range(5_000):
        text = snapshot.text
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.randrange(4))
        written = "".join(
            chance.choices(("a", "\n", "\n", "\r\n" if chance.random() < 0.01 else "b"), k=chance.randrange(5))
        )
        snapshot = Snapshot("file:///a", (text[:start] + written + text[end:])[:40], None, previous=snapshot)
        if chance.random() < 0.7:
            assert snapshot.line_starts == Snapshot("file:///a", snapshot.text, None).line_starts


@pytest.mark.parametrize(("text", "newline"), [("a", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r")])
def test_the_line_end_in_use(text: str, newline: str) -> None:
    assert snapshot(text).newline == newline


@given(ANY_TEXT, st.integers(0, 3000))
@settings(max_examples=200, deadline=None)
def test_offsets_and_bytes_convert_both_ways(piece: str, copies: int) -> None:
    """Long texts too: the conversion works in blocks."""
    text = (piece * (copies // max(len(piece), 1)))[:4000] + piece
    taken = snapshot(text)
    assert len(taken.source) == len(text.encode("utf-8", "surrogatepass"))
    for offset in {0, len(text), len(text) // 2, max(len(text) - 1, 0), min(1024, len(text)), min(1023, len(text))}:
        byte = len(text[:offset].encode("utf-8", "surrogatepass"))
        assert taken.byte(offset) == byte
        assert taken.offset(byte) == offset
        if offset < len(text):
            for inside in range(byte, taken.byte(offset + 1)):
                assert taken.offset(inside) == offset


@pytest.mark.parametrize("length", [1023, 1024, 1025, 2048])
def test_offsets_at_the_end_of_a_block(length: int) -> None:
    taken = snapshot("é" * length)
    assert (taken.byte(length), taken.offset(2 * length)) == (2 * length, length)


def test_spans_count_characters() -> None:
    taken = snapshot("é😀 = '中'\nname = 1\n")
    node = taken.node_at(Span(9, 13))
    assert node is not None
    assert (taken.slice(node), taken.span(node)) == ("name", Span(9, 13))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_line_for_the_parser_too(newline: str) -> None:
    text = newline.join(["def f():", "    # note", '    """Say."""', "def g(): pass", ""])
    outline = snapshot(text).outline
    assert [each.name for each in outline.symbols] == ["f", "g"]
    assert outline.problems == ()
    assert outline.symbols[0].documentation is not None


def test_a_text_without_a_language_or_too_long_goes_without_a_tree() -> None:
    assert Snapshot("file:///a", "x", None).tree is None
    assert Snapshot("file:///a", "x", None).outline.symbols == ()
    assert snapshot("x = 1\n" * (TREE_LIMIT // 6 + 1)).tree is None


def test_an_edit_gives_another_snapshot_and_leaves_this_one() -> None:
    before = snapshot("x = 1\n")
    after = before.after(replace("file:///a", before.text, [Replacement(Span(4, 5), "[1, 2]")]))
    assert (before.text, after.text) == ("x = 1\n", "x = [1, 2]\n")
    assert s_expression(after) == s_expression(snapshot(after.text)) != s_expression(before)
    assert before.after(replace("file:///other", "y", [])) is before
    with pytest.raises(StaleEditError):
        after.after(replace("file:///a", before.text, [Replacement(Span(4, 5), "2")]))


@pytest.mark.parametrize("lines", [1, 2, 5])
@pytest.mark.parametrize("more", [-1, 1, 3])
def test_equal_lines_are_added_and_removed(lines: int, more: int) -> None:
    """The common beginning and the common end of the two texts overlap."""
    before = snapshot("f(x)\n" * lines)
    assert before.tree is not None
    after = before.with_text("f(x)\n" * (lines + more))
    assert after.tree is not None
    assert s_expression(after) == s_expression(snapshot(after.text))
    assert after.tree.root_node.end_byte == len(after.source)


@pytest.mark.parametrize("language", ["python", None])
@pytest.mark.parametrize("asked", [True, False], ids=["trees are asked for", "nobody asks"])
def test_a_chain_of_edits_does_not_keep_what_is_past(language: str | None, asked: bool) -> None:
    current = Snapshot("file:///a", "x = 1\n", by_id(language) if language else None)
    assert (current.tree is None) == (language is None)
    past = []
    for number in range(5):
        past.append(weakref.ref(current))
        current = current.with_text(f"x = (1, {number}")
        if asked:
            assert (current.tree is None) == (language is None)
    gc.collect()
    assert [each() for each in past[1:]] == [None] * 4
    assert current.with_text("x = (1, 2)").outline.problems == ()


def test_a_parse_that_does_not_end_is_given_up_and_the_document_recovers() -> None:
    """An odd backtick among certain Kotlin lines makes the parser loop and take memory without end."""
    text = STUCK.format("`")
    stuck = snapshot(text, "kotlin")
    assert stuck.tree is None
    assert stuck.outline.symbols == ()
    mended = stuck.with_text(STUCK.format(" "))
    assert mended.tree is not None
    assert [each.name for each in mended.outline.symbols][:1] == ["area"]
    other = snapshot("fun other() = 1\n", "kotlin")
    assert [each.name for each in other.outline.symbols] == ["other"]


STUCK = """\
    open suspend fun area(scale: Double, vararg rest: String, f: (Int) -> Int = {{ it }}): Double {{
        try {{ throw FooException() }} catch (e: FooException) {{ println(e) }} finally {{ }}
        val (a, b) = pair
     {}   for ((i, v) in xs.withIndex()) {{ val q = 1 }}
        xs.map {{ x -> return@map x }}
        val g = fun(x: Int): Int {{ return x }}
        override fun f() {{}}
    fun label() = name
}}
data class Point(val x: Int, val y: Int)
object Single {{
    val q = 1
}}
sealed interface S
annotation class Note
typealias Id = String
fun String.ext(a: Int): String = this
fun <T> top(a: T): T where T : Any {{ return a }}
private fun hidden() {{}}"""


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("A.PYI", "python"),
        ("x.tsx", "typescriptreact"),
        ("Rakefile", "ruby"),
        ("x.unknown", None),
    ],
)
def test_a_file_name_tells_the_language(path: str, language: str | None) -> None:
    found = by_path(path)
    assert (found.id if found else None) == language


def test_editors_have_several_names_for_a_language() -> None:
    assert by_id("javascriptreact") is by_id("javascript")
    assert by_id("bash") is by_id("shellscript")
    assert by_id("plaintext") is None
