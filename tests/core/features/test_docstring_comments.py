"""What facts say in comments of C, C++ and Kotlin, and where they had better say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.docstring import DocstringFeature
from stoker_server.settings import Settings


async def documented(name: str, text: str, symbol: str) -> Offer | NoOffer:
    snapshot = Snapshot(f"untitled:{name}", text, by_path(Path(name)))
    request = FeatureRequest(snapshot, Span(0, 0), Services(None, Settings()), {"symbol": symbol})
    return await DocstringFeature().propose(request)


@pytest.mark.parametrize(
    ("name", "text", "symbol", "said"),
    [
        ("a.c", "LIB(void) libUtils_SortObject(item *object) { sort(object); }\n", "libUtils_SortObject", ["Sort the object."]),
        ("a.c", "LIB(item *) lib_GetPointer(item *object) { return 0; }\n", "lib_GetPointer", ["@return The pointer."]),
        ("a.c", "int lib_is_empty(item *list) { return 0; }\n", "lib_is_empty", ["Return whether `list` is empty."]),
        ("a.c", "int item_length(char *text) { return 0; }\n", "item_length", ["Return the item length of `text`."]),
        ("a.c", "LIB(void) lib_SortCaseSensitive(item *object) { }\n", "lib_SortCaseSensitive",
         ["Sort `object`, case-sensitively."]),
        ("a.c", "LIB(char *) lib_FindWayFromObjectTo(item *object, item *target) { return 0; }\n", "lib_FindWayFromObjectTo",
         ["Find the way from object to `target`."]),
        ("a.kt", "class B {\n  fun readFully(sink: Sink) { take(sink) }\n}\n", "B.readFully", ["Read `sink` fully."]),
        ("a.kt", "class B {\n  fun indexOf(b: Byte): Long = 2\n}\n", "B.indexOf",
         ["Return the index of `b`.", "@return The index."]),
    ],
)  # fmt: skip
async def test_the_words_of_a_name(name: str, text: str, symbol: str, said: list[str]) -> None:
    offer = await documented(name, text, symbol)
    assert isinstance(offer, Offer), offer.reason
    written = offer.edit.files[0].replacements[0].text
    for each in said:
        assert each in written
    assert ("@return" in written) is ("void" not in text and "Sink)" not in text)


@pytest.mark.parametrize(
    ("name", "text", "symbol"),
    [
        ("a.kt", "class B {\n  fun read(sink: Sink, count: Long): Long = 2\n}\n", "B.read"),
        ("a.kt", "class B {\n  fun rangeEquals(other: Bytes): Boolean = true\n}\n", "B.rangeEquals"),
        ("a.kt", "/** Gives the byte at [pos]. */\nfun byteAt(pos: Long): Byte { return 1 }\n", "byteAt"),
    ],
)
async def test_what_is_no_sentence_is_not_offered(name: str, text: str, symbol: str) -> None:
    assert isinstance(await documented(name, text, symbol), NoOffer)


@pytest.mark.parametrize(
    ("name", "text", "method"),
    [
        ("a.kt", "class B : C() {\n  override fun close() { end() }\n}\n", "close"),
        ("A.java", "class B extends C {\n  @Override public void close() { end(); }\n}\n", "close"),
        ("a.cs", "class B : C {\n  public override void Close() { End(); }\n}\n", "Close"),
        ("a.cpp", "class B : C {\n public:\n  void close() override { end(); }\n};\n", "close"),
        ("a.ts", "class B extends C {\n  override close() { end(); }\n}\n", "close"),
    ],
)
def test_a_method_in_anothers_place_has_its_documentation_there(name: str, text: str, method: str) -> None:
    own = text.replace("override ", "").replace(" override", "").replace("@Override ", "")
    for source, applies in ((text, False), (own, True)):
        at = source.index(f"{method}(")
        snapshot = Snapshot(f"file:///{name}", source, by_path(Path(name)))
        assert DocstringFeature().applies(snapshot, Span(at, at)) is applies


def test_what_begins_with_two_low_lines_is_not_for_others() -> None:
    snapshot = Snapshot("file:///a.h", "#define __has(x) 0\nint given(int x);\n", by_path(Path("a.h")))
    assert {each.name: each.public for each in snapshot.outline.symbols} == {"__has": False, "given": True}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("RemoveUnusedVisitor", ""),
        ("ModuleToPackage", ""),
        ("HasAnyQuery", ""),
        ("RequestHandler", "A request handler."),
        ("ImportTools", "Import tools."),
    ],
)
async def test_a_class_that_goes_by_what_it_does_is_left_to_others(name: str, said: str) -> None:
    result = await documented("a.py", f"class {name}:\n    pass\n", name)
    assert (result.edit.files[0].replacements[0].text if isinstance(result, Offer) else "").strip().strip('"') == said
