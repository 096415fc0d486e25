"""JavaScript and TypeScript as tests need them: exports, calls, types, probes, titles, layout; and mutants by table."""

from __future__ import annotations

import json
import subprocess

import pytest
from tests.support.runners_of import need_node

from stoker_analyzers.ecma.calls import calls_in, examples_in, expression
from stoker_analyzers.ecma.exports import Export, exports_of
from stoker_analyzers.ecma.functions import code_of
from stoker_analyzers.ecma.layout import Style, laid_out, restyled
from stoker_analyzers.ecma.probes import guarded, probed
from stoker_analyzers.ecma.suites import inner_tests, style_of, titles_in
from stoker_analyzers.ecma.types import TypeKind, Types, documented_types
from stoker_analyzers.edits import Span
from stoker_analyzers.languages import by_id
from stoker_analyzers.mutants import changes, is_sound
from stoker_analyzers.snapshot import Snapshot


def js(text: str, language: str = "javascript") -> Snapshot:
    return Snapshot("file:///a.js", text, by_id(language))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("export function f() {}", Export("f", "f")),
        ("export default class A {}", Export("A", "default")),
        ("const f = () => 1;\nexport { f as g };", Export("f", "g")),
        ("function f() {}\nexport default f", Export("f", "default")),
        ("module.exports = f", Export("f", "*", commonjs=True)),
        ("module.exports = { f, g: h }", Export("h", "g", commonjs=True)),
        ("exports.f = () => 1", Export("f", "f", commonjs=True)),
        ("const f = module.exports = make()", Export("f", "*", commonjs=True)),
        ("var g = exports.f = make()", Export("g", "f", commonjs=True)),
        ("const all = module.exports = { f, g: h }", Export("h", "g", commonjs=True)),
        ("export { f } from './b'", None),
        ("function f() {}", None),
    ],
)
def test_exports(text: str, found: Export | None) -> None:
    assert (exports_of(js(text))[-1:] or (None,))[0] == found


@pytest.mark.parametrize(
    ("source", "closed"),
    [
        ("[1, { a: -2 }]", True),
        ("new Date(0)", True),
        ("x", False),
        ("f()", False),
        ("(x) => x + 1", True),
        ("() => y", False),
    ],
)
def test_an_expression_is_closed_where_it_needs_no_name(source: str, closed: bool) -> None:
    assert expression(source) is closed


def declared_and_examples() -> None:
    code = 'f(1, "a"); g(2); o.f(3); f(x);'
    assert [each.arguments for each in calls_in(js(code), "f", member=False)] == [("1", '"a"')]
    documentation = "Does.\n@example\nf(1)\n// => [2]\nconst y = o.f('b') // => 3\n@returns {number}\nf(9)"
    said = [(each.arguments, each.wanted) for each in examples_in(documentation, "f")]
    assert said == [(("1",), "[2]"), (("'b'",), "3")]


def test_types_are_followed_within_the_file() -> None:
    snapshot = js("interface P { a: string; b?: U }\ntype U = 'x' | 2;\nenum E { A }", "typescript")
    read = Types(snapshot).read
    assert [(name, may, of.kind) for name, may, of in read("P").fields] == [
        ("a", False, TypeKind.STRING),
        ("b", True, TypeKind.UNION),
    ]
    assert [each.text for each in read("U | null").parts] == ["'x'", "2", ""]
    assert read("E").parts[0].text == "E.A"
    assert read("Foo.Bar").kind is TypeKind.UNKNOWN
    said = documented_types("@param {?string} a\n@param {number} [b=1]\n@param {Object} c\n@param {string} c.d")
    assert said == {"a": ("string | null", False), "b": ("number", True), "c": ("Object", False)}


PROBED = """\
'use strict';
function f(a, items) {
  'use strict';
  if (a < 0) return 'minus'; else if (a === 0) return 'zero'
  for (const each of items) if (each) a += each
  while (a > 100) { a -= 100 }
  switch (a) {
    case 1: return 'one'
    default:
      a++
  }
  return [a].map((x) => { return x + 1 })[0]
}
"""


def run(program: str) -> object:
    need_node()
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_a_probed_function_does_the_same_and_tells_its_lines() -> None:
    snapshot = js(PROBED)
    symbol = snapshot.outline.find("f")
    assert symbol is not None
    code = code_of(snapshot, symbol)
    assert code is not None
    marked = probed(snapshot, code, ["{ throw new Error('first') }", "{ return a * 7 }"])
    assert marked.lines == {4, 5, 6, 7, 8, 10, 12}
    calls = "[[-1, []], [0, []], [1, []], [3, [1, 0, 500]]]"
    plain = f"{PROBED};console.log(JSON.stringify({calls}.map((each) => f(...each))))"
    traced = (
        f"{marked.text};globalThis.__stoker={{mutant:0,lines:new Set()}};const done={calls}.map((each) => f(...each));"
        "const lines=[...__stoker.lines].sort((a,b)=>a-b);__stoker.mutant=2;"
        "console.log(JSON.stringify([done, lines, f(6)]))"
    )
    assert run(traced) == [run(plain), [4, 5, 6, 7, 8, 10, 12], 42]


def test_a_mutant_s_loop_ends() -> None:
    text = "{ for (;;) a++; }"
    body = guarded(js(f"function f(a) {text}"), Span(14, 14 + len(text)))
    assert run(f"let a = 0, __n = 0; try {body} catch (error) {{ console.log(JSON.stringify(error.message)) }}") == (
        "stoker: it never ends"
    )


def test_titles() -> None:
    text = "describe('a', () => { it('b', f); test.skip(`c`, f); it.each([1])('d %i', f) });\ntest('e', f);"
    assert titles_in(js(text)) == ["a > b", "a > c", "a > d", "e"]
    text = "test.describe.serial('a', () => { test.beforeEach(f); test('b', f) });\ntest.use({ x: f });\ntest.skip('c', f);"
    assert titles_in(js(text)) == ["a > b", "c"]
    inner = "describe('a', () => {\n  it('b', f)\n})\ndescribe('c', () => {\n  const x = 1\n  it('d', () => x)\n})"
    assert [title for title, _ in inner_tests(js(inner))] == ["b", "c"]


def test_style_is_that_of_the_tests() -> None:
    assert style_of(["import x from 'x'\n\ntest('a', () => {\n    x('b')\n})\n"]) == Style(
        "'", False, "    ", False, "test"
    )
    assert style_of(['import x from "x";\ndescribe("a", () => {\n\tit("b", () => {\n\t\tx();\n\t});\n});\n']) == Style(
        '"', True, "\t", True, "it"
    )


@pytest.mark.parametrize(
    ("source", "single"),
    [('["a", "it\'s"]', "['a', \"it's\"]"), ('f("say \\"hi\\"")', "f('say \"hi\"')"), ("'x'", "'x'")],
)
def test_strings_get_the_project_s_quotes(source: str, single: str) -> None:
    assert restyled(source, Style(quote="'")) == single


def test_long_values_get_lines_of_their_own() -> None:
    long = "[" + ", ".join(f'{{ name: "value number {number}" }}' for number in range(6)) + "]"
    lines = laid_out(f"f({long})", Style(), indent="  ", before=2, after=1).split("\n")
    assert (lines[0], lines[1], lines[-1]) == ("f([", '    { name: "value number 0" },', "  ])")


@pytest.mark.parametrize(
    ("body", "whats"),
    [
        ("return a < b", ["`<` became `<=`", "`return a < b` became `return undefined;`"]),
        ("if (a) throw new Error('x' + 1)", ["`a` became `!(a)`", "`throw new Error('x' + 1)` removed"]),
        ("while (a !== b) { g(a, 2); break }", ["`!==` became `===`", "`g(a, 2);` removed", "`2` became `3`",
                                                "the argument `2` dropped", "`break` became `continue;`"]),
        ("a ??= !b && 'x'", ["`a ??= !b && 'x'` removed", "`??=` became `&&=`", "`!b` became `b`", "`&&` became `||`",
                             "`'x'` became `\"\"`"]),
        ("switch (a) { case 1: break }", ["`1` became `2`"]),
        ("g(a ?? b ?? 1)", ["`g(a ?? b ?? 1)` removed", "`1` became `2`"]),
        ("g(a ?? b)", ["`g(a ?? b)` removed", "`??` became `&&`"]),
    ],
)  # fmt: skip
def test_mutants(body: str, whats: list[str]) -> None:
    snapshot = js(f"function f(a, b) {{ {body} }}")
    found = changes(snapshot, Span(17, len(snapshot.text)))
    assert sorted(each.what for each in found) == sorted(whats)
    assert all(is_sound(snapshot, each) for each in found)
