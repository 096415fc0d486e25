"""What a prompt holds beside the window: in a fixed order, within its budget, and never what must stay here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tests.core.context.conftest import CURSOR, Project

from stoker_analyzers.context.changes import Change
from stoker_analyzers.context.excerpts import Source
from stoker_analyzers.context.gathering import gather
from stoker_analyzers.context.window import PREFIX, STEP, SUFFIX, window

Make = Callable[[Mapping[str, str]], Project]

FILES = {
    "prices.py": "def parse_price(text: str) -> int: ...\n",
    "old_cart.py": (
        "def unrelated():\n    return 1\n\n"
        "def old_total(rows):\n    kept = drop_cancelled(rows)\n    return sum_of(kept, tax_rate)\n"
    ),
    "other.py": "def nothing(): ...\n",
}
CODE = """from prices import parse_price

def total(rows):
    kept = drop_cancelled(rows)
    x = parse_price('1')
    tax_rate, sum_of = 1, sum
    <|>
"""


def change(root: Path, name: str = "other.py", line: int = 3) -> Change:
    return Change(root / name, line, "old = 1\n", "new = 2\n", 5.0)


def test_definitions_then_changes_then_snippets(project: Make) -> None:
    made = project(FILES)
    found = made.context("cart.py", CODE, changes=[change(made.root)])
    assert [each.source for each in found.excerpts] == [Source.DEFINITION, Source.EDIT, Source.SNIPPET]
    definition, edit, snippet = found.excerpts
    assert definition.why == "parse_price is imported from prices and used here"
    assert (edit.text, edit.line, edit.why) == ("# before: old = 1\nnew = 2", 3, "changed 5 s ago")
    assert snippet.text.startswith("def old_total(rows):")
    assert snippet.line == 4
    assert "drop_cancelled" in snippet.why


def test_the_budget_is_kept_and_what_it_had_no_room_for_is_told(project: Make) -> None:
    made = project(FILES)
    found = made.context("cart.py", CODE, changes=[change(made.root)], tokens=30)
    assert sum(each.tokens for each in found.excerpts) <= 30
    assert found.excerpts[0].source is Source.DEFINITION
    assert Source.SNIPPET in [each.source for each in found.left_out]


def test_without_a_budget_there_is_the_window_alone(project: Make) -> None:
    found = project(FILES).context("cart.py", CODE, tokens=0)
    assert not found.excerpts
    assert len(found.window) == len(CODE) - len("<|>")


def test_when_time_is_up_what_was_found_by_then_stands(project: Make) -> None:
    made = project(FILES)
    found = made.context("cart.py", CODE, seconds=0.0)
    assert found.late
    assert [each.source for each in found.excerpts] == [Source.DEFINITION]


def test_changes_in_the_window_and_large_ones_are_left_out(project: Make) -> None:
    made = project(FILES)
    large = Change(made.root / "other.py", 1, "", "x = 1\n" * 50, 1.0)
    found = made.context("cart.py", CODE, changes=[change(made.root, "cart.py", 2), large])
    assert Source.EDIT not in [each.source for each in found.excerpts]


def test_changes_in_files_that_stay_here_are_left_out(project: Make) -> None:
    made = project(FILES)
    found = made.context(
        "cart.py", CODE, changes=[change(made.root, ".env")], sendable=lambda path: path.name != ".env"
    )
    assert Source.EDIT not in [each.source for each in found.excerpts]


def test_ignored_files_give_nothing(project: Make) -> None:
    made = project({**FILES, ".gitignore": "old_cart.py\nprices.py\n", ".git/HEAD": "ref: refs/heads/main\n"})
    assert not made.context("cart.py", CODE).excerpts


def test_a_snippet_shares_several_names(project: Make) -> None:
    made = project({"a.py": "def one():\n    return drop_cancelled\n"})
    assert not made.context("cart.py", CODE).excerpts


def test_the_window_begins_at_the_same_line_while_the_user_types() -> None:
    text = "".join(f"line_{number} = {number}\n" for number in range(5_000))
    offset = text.index("line_3000")
    typed = [window(text[:offset] + "x" * count + text[offset:], offset + count) for count in range(80)]
    assert len({each.start for each in typed}) <= 2
    for count, each in enumerate(typed):
        assert text[each.start - 1] == "\n"
        assert PREFIX - STEP <= offset + count - each.start <= PREFIX
        assert each.end - offset - count <= SUFFIX


def test_the_window_of_a_small_file_is_all_of_it() -> None:
    assert (window("a\nb\n", 2).start, window("a\nb\n", 2).end) == (0, 4)


def test_the_window_in_a_line_without_an_end() -> None:
    found = window("x" * 50_000, 30_000)
    assert (found.start, found.end) == (24_000, 32_000)


def test_what_was_gathered_serves_until_something_else_is_used_or_changes(project: Make) -> None:
    made = project(FILES)
    first, last = gather(made.ask("cart.py", CODE))
    again, _ = gather(made.ask("cart.py", CODE.replace(CURSOR, f"x{CURSOR}")), last)
    assert again.excerpts is first.excerpts
    for others in (
        {"code": CODE.replace(CURSOR, f"other(1, {CURSOR}")},
        {"code": CODE, "changes": [change(made.root)]},
        {"code": CODE, "texts": {"prices.py": FILES["prices.py"]}},
        {"code": CODE, "tokens": 500},
    ):
        fresh, _ = gather(made.ask("cart.py", **others), last)
        assert fresh.excerpts is not first.excerpts


def test_what_was_indexed_and_may_no_longer_be_sent_is_left_out(project: Make) -> None:
    made = project(FILES)
    found = made.context("cart.py", CODE, sendable=lambda path: path.name == "cart.py")
    assert not found.excerpts and not found.left_out


def test_what_changes_while_it_is_gathered_is_gathered_again(project: Make) -> None:
    made = project(FILES)
    texts = {"prices.py": FILES["prices.py"]}
    ask = made.ask("cart.py", CODE, texts=texts)

    def sendable(_: Path) -> bool:
        ask.workspace.texts["prices.py"] += "\n# changed meanwhile\n"  # type: ignore[index, union-attr]  # a dict
        return True

    first, last = gather(replace(ask, sendable=sendable))
    again, _ = gather(ask, last)
    assert again.excerpts is not first.excerpts
