"""Java methods, their mutants and their probes, as texts."""

from __future__ import annotations

from stoker_analyzers.java.calls import first_in
from stoker_analyzers.java.methods import MethodCode, Parameter, types_in
from stoker_analyzers.java.probes import guarded, probed
from stoker_analyzers.java.references import Reference, references, supertypes
from stoker_analyzers.java.suites import java, names_of_tests, suite_in
from stoker_analyzers.mutants import changes
from stoker_analyzers.snapshot import Snapshot

CODE = """\
package org.example;

public class Pads {
    public static <T extends CharSequence> String pad(final T text, int width, char... fill) throws IllegalStateException {
        if (text == null) return "";
        StringBuilder whole = new StringBuilder(text);
        while (whole.length() < width)
            for (char each : fill)
                whole.append(each);
        return whole.toString();
    }
    private enum Side { LEFT, RIGHT }
}
"""
SUITE = """\
package org.example;

import org.junit.jupiter.api.Test;

class PadsTest {
    private static final int WIDTH = 3;

    @Test
    void pads() {
        Pads.pad("a", WIDTH, ' ');
    }

    void helps() {}

    static class Inner {
        @Test
        void looksInside() {}
    }
}
"""


def pad() -> tuple[Snapshot, MethodCode]:
    snapshot = java(CODE)
    return snapshot, types_in(snapshot)[0].methods[0]


def test_a_method_is_read() -> None:
    code = pad()[1]
    assert code.parameters == (Parameter("text", "T"), Parameter("width", "int"), Parameter("fill", "char[]", True))
    assert (code.variables, code.returns, code.throws) == (
        (("T", "CharSequence"),),
        "String",
        "throws IllegalStateException",
    )
    assert code.modifiers == {"public", "static"}


def test_an_enum_tells_its_constants_and_who_sees_it() -> None:
    side = types_in(java(CODE))[1]
    assert (side.name, side.constants) == ("Pads.Side", ("LEFT", "RIGHT"))
    assert side.modifiers == {"private"}


def test_mutants_stand_beside_the_method_and_are_known_by_their_lines() -> None:
    snapshot, code = pad()
    marked = probed(snapshot, code, {1: "{ throw null; }", 2: guarded(snapshot, code.body)})
    assert "switch(stoker_inside.Probe.mutant){case 1:return pad__stoker1(text, width, fill);case 2:" in marked.text
    lines = marked.text.splitlines()
    first, last = marked.places[2]
    head = "private static <T extends CharSequence> String pad__stoker2(T text, int width, char... fill) throws "
    assert lines[first - 1] == f"{head}IllegalStateException {{"
    assert lines[last - 1].strip() == "}"
    assert (marked.mutant_at(first), marked.mutant_at(last + 1), marked.mutant_at(5)) == (2, None, None)


def test_lines_and_loops_are_probed_where_the_compiler_allows_it() -> None:
    snapshot, code = pad()
    marked = probed(snapshot, code, {})
    assert marked.lines == {5, 6, 7, 8, 9, 10}
    assert 'if (text == null) {stoker_inside.Probe.at(5);return "";}' in marked.text
    assert "{stoker_inside.Probe.turn();stoker_inside.Probe.at(9);whole.append(each);}}" in marked.text
    assert marked.text.count("\n") == CODE.count("\n") + 1
    assert java(marked.text).tree is not None
    assert not java(marked.text).tree.root_node.has_error  # type: ignore[union-attr]


def test_mutants_of_java() -> None:
    snapshot, code = pad()
    found = {each.what for each in changes(snapshot, code.body)}
    assert {
        "`==` became `!=`",
        "`<` became `<=`",
        "`whole.append(each);` removed",
        '`return "";` became `return null;`',
    } <= found


def test_calls_are_found_with_their_arguments() -> None:
    found = first_in('Pads.pad("a, b", f(1)) = "a, b"')
    assert found is not None
    assert (found.callee, found.arguments, found.text) == ("Pads.pad", ('"a, b"', "f(1)"), 'Pads.pad("a, b", f(1))')
    assert first_in("no call") is None


def test_what_names_a_method_or_makes_objects_is_told_from_other_words() -> None:
    text = """\
class Desk extends Pads<Map<String, List<?>>> implements java.io.Closeable, Comparable<Desk> {
    int pad = 1; // pad(1)
    Desk() { this.drawer.pad(1, 2); pad(); }
    Object a = each.map(Pads::pad), b = Pads::new, c = new Pads<>(3), d = new org.Pads(), pads;
}
record Sheet(List<String> lines) implements Shape permits None {}
"""
    code = java(text)
    found = [(each.on, each.given, each.makes) for each in references(code, "pad")]
    assert found == [("this.drawer", 2, False), ("", 0, False), ("Pads", None, False)]
    made = list(references(code, "Pads"))
    assert [(each.given, each.makes) for each in made] == [(None, True), (1, True), (0, True)]
    assert made[0] == Reference(text.index("Pads::new"), "", None, makes=True)
    assert supertypes(text) == {
        "Desk": frozenset({"Pads", "Closeable", "Comparable"}),
        "Sheet": frozenset({"Shape"}),
    }


def test_a_suite_is_taken_apart() -> None:
    suite = suite_in(SUITE)
    assert suite.name == "PadsTest"
    assert suite.tests == (("pads", "@Test\nvoid pads() {\n    Pads.pad(\"a\", WIDTH, ' ');\n}"),)
    assert suite.helpers[0] == "private static final int WIDTH = 3;"
    assert names_of_tests(SUITE) == ["pads", "looksInside"]


def test_supertypes_are_read_past_comments_in_texts_and_texts_in_comments() -> None:
    text = '''
@WebServlet("/*") class A extends B {}
/** Says "class C extends D {". */
class E implements F<G>, pkg.H { String at = "http://x"; char quote = '"'; }
// it's a "text
class I extends J { String block = """
    class K extends L { "quoted" /* """; }
class M extends N {}
'''
    assert supertypes(text) == {"A": {"B"}, "E": {"F", "H"}, "I": {"J"}, "M": {"N"}}
