"""What is read of Go for its tests: signatures, mutants, written calls, tests; and the switch between mutants."""

from __future__ import annotations

from stoker_analyzers.go import calls
from stoker_analyzers.go.calls import calls_in, rewritten, snapshot_of
from stoker_analyzers.go.functions import GoFunction, Part, declared_in, function_of, statements_in
from stoker_analyzers.go.switched import CANARY, switched
from stoker_analyzers.mutants import changes, is_sound
from stoker_analyzers.snapshot import Snapshot

CODE = """\
package shop

import (
	str "strings"
	"example.com/go-money/v2"
)

type Item struct {
	Name, Unit string
	*Owner
}

func (i *Item) Price(rates map[string]float64, _ int, more ...string) (sum float64, err error) {
	if i.Unit == "" || len(more) > 2 {
		sum += 1
	}
	return sum, nil
}

func one() int { return 1 }
"""


def function(snapshot: Snapshot, name: str) -> GoFunction:
    symbol = snapshot.outline.find(name)
    assert symbol is not None
    found = function_of(snapshot, symbol)
    assert found is not None
    return found


def test_signatures() -> None:
    snapshot = snapshot_of(CODE)
    price = function(snapshot, "Item.Price")
    assert price.receiver == Part("i", "*Item")
    assert price.parameters == (
        Part("rates", "map[string]float64"),
        Part("_", "int"),
        Part("more", "string", variadic=True),
    )
    assert price.results == (Part("sum", "float64"), Part("err", "error"))
    assert list(statements_in(snapshot, price.body)) == [(14, 2), (15, 3), (17, 2)]
    package = declared_in([snapshot])
    assert package.fields["Item"] == (Part("Name", "string"), Part("Unit", "string"), Part("Owner", "*Owner"))
    assert package.imports == {"str": "strings", "money": "example.com/go-money/v2"}
    assert set(package.functions) == {"one"}


def test_mutants() -> None:
    snapshot = snapshot_of(CODE)
    found = [each for each in changes(snapshot, function(snapshot, "Item.Price").body) if is_sound(snapshot, each)]
    said = {each.what for each in found}
    assert {"`==` became `!=`", "`||` became `&&`", "`>` became `>=`", "`2` became `3`", "`+=` became `-=`"} <= said
    assert "`sum += 1` removed" in said
    assert '`""` became `"stoker"`' in said


def test_the_switch_stands_before_the_body_and_tells_whose_line_it_is() -> None:
    snapshot = snapshot_of(CODE)
    price = function(snapshot, "Item.Price")
    made = switched(snapshot, price, {2: "{\n\treturn 2, nil\n}", 3: "{ return 3, nil }"})
    lines = made.text.splitlines()
    tree = snapshot_of(made.text).tree
    assert tree is not None
    assert not tree.root_node.has_error
    assert lines[13 + made.shift].strip() == 'if i.Unit == "" || len(more) > 2 {'
    where = {
        number: next(at for at, line in enumerate(lines, 1) if f"return {number}, nil" in line) for number in (2, 3)
    }
    assert [made.mutant_at(where[number]) for number in (2, 3)] == [2, 3]
    assert made.mutant_at(14 + made.shift) is None
    assert made.mutant_at(13) is None
    assert lines[14].strip() == f'case "{CANARY}":'


def test_calls_that_need_nothing_around_them() -> None:
    text = (
        'package x\nfunc f() {\n\tClip("a", 2)\n\tx.Clip(y, 2)\n\tw.Clip([]string{"b"}, -1)\n\tClip(fmt.Sprint(1))\n}\n'
    )
    assert list(calls_in(text, "Clip", method=False)) == [('"a"', "2"), ('[]string{"b"}', "-1")]
    assert list(calls_in(text, "Clip", method=True)) == [('[]string{"b"}', "-1")]


def test_tests_are_named_as_the_runner_names_them() -> None:
    text = """\
package x

func TestPlain(t *testing.T) {}
func Testify() {}
func TestMain(m *testing.M) {}
func TestTable(t *testing.T) {
	tests := []struct {
		name string
		item Item
	}{
		{name: "one two", item: Item{name: "inner"}},
		{name: "three"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {})
	}
}
"""
    assert calls.tests_in(text) == ["TestPlain", "TestTable/one_two", "TestTable/three"]
    assert rewritten("a\tb é") == "a_b_é"
