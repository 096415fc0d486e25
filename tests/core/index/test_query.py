"""What is asked of an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stoker_analyzers.index.entries import FileEntry, Row, Stamp
from stoker_analyzers.index.modules import parts_of
from stoker_analyzers.index.query import RARE, IndexQuery
from stoker_analyzers.index.store import Store
from stoker_analyzers.symbols import SymbolKind


def row(qualified: str, kind: str = "function") -> Row:
    return (qualified.rpartition(".")[2], qualified, kind, 1, f"def {qualified}()", "", b"1")


def entry(path: str, *rows: Row, words: str = "") -> FileEntry:
    return FileEntry(path, Stamp(1, 1), b"d", rows, words)


PATHS = (
    "shop/__init__.py", "shop/prices.py", "shop/util.py", "lib/util.py", "src/app/util.py", "src/app/main.py",
    "web/index.ts", "web/button.tsx", "web/lib/index.js", "web/lib/net.js", "web/lib/net.test.js", "top.py", "a/b/c/d.py",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "index.db", tmp_path)
    yield made
    made.close()


@pytest.fixture
def query(tmp_path: Path, store: Store) -> IndexQuery:
    return IndexQuery(tmp_path / "index.db")


def test_definitions_by_name_and_members(store: Store, query: IndexQuery) -> None:
    rows = [row("A", "class"), row("A.run"), row("A.B", "class"), row("A.B.run"), row("run")]
    store.put([entry("a.py", *rows), entry("b.py", row("run"))])
    assert [(each.qualified, each.path) for each in query.definitions("run")] == [
        ("A.run", "a.py"), ("A.B.run", "a.py"), ("run", "a.py"), ("run", "b.py"),
    ]  # fmt: skip
    assert len(query.definitions("run", 2)) == 2
    assert [each.qualified for each in query.members("A")] == ["A.run", "A.B"]
    assert query.members("") == ()
    assert [each.qualified for each in query.definitions_in("a.py")] == [each[1] for each in rows]
    assert query.definitions("A")[0].kind is SymbolKind.CLASS


def test_who_has_a_word(store: Store, query: IndexQuery) -> None:
    store.put([entry("b.py", words="area width"), entry("a.py", words="area areas"), entry("c.py", words="areas")])
    assert query.having("area") == ("a.py", "b.py")
    assert query.having("area", 1) == ("a.py",)
    assert query.having('no"body') == ()
    store.drop(["a.py"])
    assert query.having("area") == ("b.py",)


def test_names_by_their_beginning(store: Store, query: IndexQuery) -> None:
    names = ("run", "runner", "run_all", "Run", "rum", "running%", "zeta")
    store.put([entry(f"{number}.py", *map(row, names)) for number in range(3)])
    assert query.names_starting("run") == ("run", "run_all", "runner", "running%")
    assert query.names_starting("run", 2) == ("run", "run_all")
    assert query.names_starting("xx") == ()
    assert len(query.names_starting("")) == len(names)


@pytest.mark.parametrize(
    ("module", "importer", "path"),
    [
        ("shop.prices", "", "shop/prices.py"),
        ("shop", "", "shop/__init__.py"),
        ("app.main", "", "src/app/main.py"),
        ("util", "shop/prices.py", "shop/util.py"),
        ("util", "lib/x.py", "lib/util.py"),
        ("app.util", "shop/prices.py", "src/app/util.py"),
        (".util", "shop/prices.py", "shop/util.py"),
        ("..lib.util", "shop/prices.py", "lib/util.py"),
        (".", "shop/prices.py", "shop/__init__.py"),
        ("....top", "a/b/c/d.py", "top.py"),
        ("./button", "web/index.ts", "web/button.tsx"),
        ("./lib", "web/index.ts", "web/lib/index.js"),
        ("./lib/net.js", "web/index.ts", "web/lib/net.js"),
        ("./button.js", "web/index.ts", "web/button.tsx"),
        ("../button", "web/lib/net.js", "web/button.tsx"),
        ("..", "web/lib/net.js", "web/index.ts"),
        ("./nothing", "web/index.ts", None),
        ("os.path", "top.py", None),
        ("prices.shop", "", None),
        ("hop.prices", "", None),
        ("../../..", "top.py", None),
    ],
)
def test_modules_are_found(module: str, importer: str, path: str | None, store: Store, query: IndexQuery) -> None:
    store.put(map(entry, PATHS))
    assert query.resolve_module(parts_of(module), importer) == path


def test_no_module_is_no_file(query: IndexQuery) -> None:
    assert query.resolve_module(()) is None


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("a.b", ("a", "b")), (".", (".",)), (".a", (".", "a")), ("..a.b", ("..", "a", "b")), ("...a", ("..", "..", "a")),
        ("./a/b.js", (".", "a", "b.js")), ("../a", ("..", "a")), ("a/b", ("a", "b")), ("crate::a::b", ("a", "b")), ("", ()),
    ],
)  # fmt: skip
def test_imports_in_parts(written: str, parts: tuple[str, ...]) -> None:
    assert parts_of(written) == parts


def test_files_that_share_rare_words_come_first(store: Store, query: IndexQuery) -> None:
    common = [entry(f"{number}.py", words="shared everywhere") for number in range(RARE + 1)]
    some = [
        entry("two.py", words="turbine rotor shared"),
        entry("one.py", words="turbine everywhere"),
        entry("no.py", words="x"),
    ]
    store.put([*common, *some, entry("me.py", words="turbine rotor")])
    assert query.sharing(["shared", "turbine", "rotor"], but="me.py") == ("two.py", "one.py")
    assert query.sharing(["shared", "turbine", "rotor"], 1, but="me.py") == ("two.py",)
    assert query.sharing(["shared", "everywhere"]) == (), "words that stand everywhere say nothing"
    assert query.sharing([]) == query.sharing(['"', "a OR b", "NEAR(", "*", ""]) == ()


def test_a_rare_word_counts_more(store: Store, query: IndexQuery) -> None:
    store.put([entry(f"{number}.py", words="usual") for number in range(20)])
    store.put([entry("rare.py", words="unique_name"), entry("usual.py", words="usual")])
    assert query.sharing(["usual", "unique_name"], 1) == ("rare.py",)


def test_the_version_is_another_after_every_change_and_where_the_database_was_opened_again(
    store: Store, query: IndexQuery
) -> None:
    seen = set[int]()
    for number in range(4):
        store.put([entry(f"{number}.py")])
        if number % 2:
            query.close()
        seen.add(query.version)
        assert query.version in seen
    assert len(seen) == 4
