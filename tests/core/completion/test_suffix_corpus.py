"""The files that lines are completed from: which are known, and that what was is not offered any more."""

from __future__ import annotations

import random

import pytest

from stoker_analyzers.snapshot import Snapshot
from stoker_analyzers.suffixes import corpus as corpus_module
from stoker_analyzers.suffixes.coding import CodedText
from stoker_analyzers.suffixes.context import context_at
from stoker_analyzers.suffixes.corpus import Corpus
from stoker_analyzers.suffixes.engine import Continuation, Suffixes
from stoker_analyzers.suffixes.tokens import agreeing
from stoker_analyzers.suffixes.volumes import Volume

OTHER = """\
def read(path):
    with path.open(encoding="utf-8") as source:
        return parse(source.read(), name=path.name)
"""
OPEN = """\
def load(path):
    with path.open(encoding="utf-8") as source:
        return parse(|
"""
URI, OTHER_URI = "file:///here/open.py", "file:///here/other.py"


def suggest(corpus: Corpus, text: str = OPEN) -> Continuation | None:
    offset = text.index("|")
    return Suffixes(corpus).suggest(Snapshot(URI, text.replace("|", "", 1), None), offset)


def test_a_line_of_another_file_is_offered_and_its_place_named() -> None:
    corpus = Corpus()
    corpus.add_all([("file:///here/first.py", "x = 1\n"), (OTHER_URI, OTHER)])
    found = suggest(corpus)
    assert found
    assert (found.text, found.uri, found.line) == ("source.read(), name=path.name)", OTHER_URI, 2)


def test_what_was_removed_or_replaced_is_not_offered() -> None:
    corpus = Corpus()
    corpus.add(OTHER_URI, OTHER)
    assert suggest(corpus)
    corpus.add(OTHER_URI, OTHER.replace("source.read()", "source"))
    found = suggest(corpus)
    assert found
    assert found.text == "source, name=path.name)"
    corpus.remove(OTHER_URI)
    corpus.remove("file:///never")
    assert suggest(corpus) is None
    assert corpus.volumes == ()


def test_a_removed_file_is_not_offered_where_its_volume_lives_on() -> None:
    corpus = Corpus()
    corpus.add_all([(OTHER_URI, OTHER), ("file:///here/more.py", "y = 1\n")])
    corpus.remove(OTHER_URI)
    assert len(corpus.volumes) == 1
    assert suggest(corpus) is None


def test_the_indexed_copy_of_the_open_text_does_not_count() -> None:
    corpus = Corpus()
    corpus.add(URI, OPEN.replace("|", "stale)"))
    assert suggest(corpus) is None


def test_the_files_added_first_leave_when_there_are_too_many() -> None:
    corpus = Corpus(capacity=3 * len(OTHER))
    for number in range(5):
        corpus.add(f"file:///{number}.py", OTHER)
    assert [f"file:///{number}.py" in corpus for number in range(5)] == [False, False, True, True, True]
    assert corpus.size <= 3 * len(OTHER)
    assert len(corpus.volumes) == 3


def test_a_file_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_module, "LARGEST", len(OTHER) + 1)
    corpus = Corpus()
    corpus.add_all([("file:///large.py", OTHER + "# more"), (OTHER_URI, OTHER)])
    assert len(corpus) == 1
    corpus.add(OTHER_URI, OTHER + "# more")
    assert len(corpus) == 0


def test_small_files_are_put_together_and_all_are_still_found() -> None:
    corpus = Corpus()
    for number in range(40):
        corpus.add(f"file:///{number}.py", f"def f{number}(a):\n    special{number} = call(a, {number})\n")
    assert len(corpus) == 40
    assert len(corpus.volumes) <= corpus_module.LOOSE
    for number in (0, 17, 39):
        found = suggest(corpus, f"def f{number}(a):\n    special{number} = |\n")
        assert found
        assert (found.text, found.uri, found.line) == (f"call(a, {number})", f"file:///{number}.py", 1)


def test_a_volume_gives_its_files_back() -> None:
    files = [("file:///a", "one\ntwo\n"), ("file:///b", ""), ("file:///c", "three")]
    volume = Volume(files)
    assert list(volume.texts()) == files
    assert [volume.origin(line) for line in range(5)] == [
        ("file:///a", 0),
        ("file:///a", 1),
        ("file:///a", 2),
        ("file:///b", 0),
        ("file:///c", 0),
    ]


def test_one_token_alone_is_no_match() -> None:
    context = context_at(CodedText("a b c "), 6)
    assert context
    assert Volume([("file:///a", "x y c")]).search(context.endings, 2)[0] == 0
    assert Volume([("file:///a", "x b c")]).search(context.endings, 2)[0] == 2


@pytest.mark.parametrize("seed", range(5))
def test_the_longest_match_is_found(seed: int) -> None:
    chance = random.Random(seed)
    text = "\n".join(" ".join(chance.choices("abc", k=chance.randrange(1, 6))) for _ in range(200))
    volume = Volume([("file:///a", text)])
    for _ in range(50):
        typed = "\n".join(" ".join(chance.choices("abc", k=3)) for _ in range(3)) + " "
        context = context_at(CodedText(typed), len(typed))
        assert context
        most = max(agreeing(volume.codes, place, context.endings[:13]) for place in range(len(volume.codes) + 1))
        length, rank = volume.search(context.endings, 2)
        assert length == (most if most >= 2 else 0)
        places = list(volume.matching(context.endings[2], rank, 1000))
        assert sorted(places) == [
            place for place in range(1, len(volume.codes) + 1) if volume.codes.endswith(context.endings[2], 0, place)
        ]
