"""Whether two texts do the same steps: pairs that do, and pairs that do not and must not be taken for the same."""

from __future__ import annotations

import pytest

from stoker_analyzers.braces.standing import Told
from stoker_analyzers.checks.same_steps import SameSteps
from stoker_analyzers.edits import Replacement, Span, replace
from stoker_analyzers.languages import by_id
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict

MODULE = 'import { f, g } from "./f.js";\n'


async def judged(before: str, after: str, language: str = "javascript", told: Told | None = None) -> Verdict:
    snapshot = Snapshot("file:///a.js", before, by_id(language))
    edit = replace(snapshot.uri, before, [Replacement(Span(0, len(before)), after)])
    return await SameSteps(told).judge(snapshot, edit)


SAME = [
    ("a name for a call", "return f(a) + 1;", "const n = f(a);\nreturn n + 1;"),
    ("reads in another order", "return a.x + b.y;", "const n = b.y;\nreturn a.x + n;"),
    ("a guard", "if (a) {\n  f(a);\n}", "if (!a) {\n  return;\n}\nf(a);"),
    ("an opposite", "if (a !== b) {\n  f();\n} else {\n  g();\n}", "if (a === b) {\n  g();\n} else {\n  f();\n}"),
    ("what never runs", "return f();\ng();", "return f();"),
    ("a short property", "const x = f();\nreturn { x };", "const y = f();\nreturn { x: y };"),
    ("an else behind a return", "if (a) {\n  return 1;\n} else {\n  f();\n}", "if (a) {\n  return 1;\n}\nf();"),
    ("a constant named twice", "return [1, a + 1];", "const n = 1;\nreturn [n, a + n];"),
]
READ = "const n = a.x;\n"
OTHER = [
    ("another argument", "return f(a);", "return f(b);"),
    ("another order of calls", "return f(a) + g(b);", "const n = g(b);\nreturn f(a) + n;"),
    ("a read behind a call", "const n = a.x;\nf();\nreturn n;", "f();\nreturn a.x;"),
    ("two values mixed up", "const n = a.x;\nf();\nreturn [n, a.x];", "const n = a.x;\nf();\nreturn [n, n];"),
    ("two reads changed over", "const n = a.x;\nf();\nreturn g(n, a.x);", "const n = a.x;\nf();\nreturn g(a.x, n);"),
    ("two objects for one", "const n = {};\nreturn f(n, n);", "return f({}, {});"),
    ("a read before a loop", f"{READ}for (;;) {{\n  g(n, a.x);\n  f();\n}}", f"{READ}for (;;) {{\n  g(a.x, n);\n  f();\n}}"),
    ("a name of something else, computed", "return a.map((b) => b + 1);", "const n = b + 1;\nreturn a.map((b) => n);"),
    ("a call made always", "return a && f(b);", "const n = f(b);\nreturn a && n;"),
    ("a read made always", "return a && a.x;", "const n = a.x;\nreturn a && n;"),
    ("a call made twice", "const n = f();\nreturn n + n;", "return f() + f();"),
    ("an object made twice", "const n = {};\nf(n);\nreturn n;", "f({});\nreturn {};"),
    ("a call out of a loop", "for (const c of a) g(f(b));", "const n = f(b);\nfor (const c of a) g(n);"),
    ("a read out of a loop", "for (const c of a) g(b.x);", "const n = b.x;\nfor (const c of a) g(n);"),
    ("a call out of a function", "return () => f(a);", "const n = f(a);\nreturn () => n;"),
    ("a read out of a function", "return () => a.x;", "const n = a.x;\nreturn () => n;"),
    ("a name of something else", "return a.map((b) => f(b));", "const n = f(b);\nreturn a.map((b) => n);"),
    ("a variable that changes", "let i = 0;\nconst n = i;\ni += 1;\nreturn n;", "let i = 0;\ni += 1;\nreturn i;"),
    ("a comparison turned round", "if (a < b) {\n  f();\n} else {\n  g();\n}", "if (a >= b) {\n  g();\n} else {\n  f();\n}"),
    ("branches changed over", "if (a) {\n  f();\n} else {\n  g();\n}", "if (a) {\n  g();\n} else {\n  f();\n}"),
    ("a statement lost", "f();\nreturn g();", "return g();"),
    ("what runs behind a branch", "if (a) {\n  return 1;\n}\nf();", "if (a) {\n  f();\n  return 1;\n}"),
    ("out of a try", "try {\n  g(f(a));\n} catch {\n  b();\n}", "const n = f(a);\ntry {\n  g(n);\n} catch {\n  b();\n}"),
    ("before a wait", "g(await b, a.x);", "const n = a.x;\ng(await b, n);"),
    ("an optional call's argument", "return a?.m(f(b));", "const n = f(b);\nreturn a?.m(n);"),
    ("a default", "const { x = f(a) } = b;\nreturn x;", "const n = f(a);\nconst { x = n } = b;\nreturn x;"),
    ("a case", "switch (a) {\n  case f(b):\n    g();\n}", "const n = f(b);\nswitch (a) {\n  case n:\n    g();\n}"),
]  # fmt: skip


def _function(body: str) -> str:
    lines = "".join(f"  {line}\n" for line in body.split("\n"))
    return f"{MODULE}export async function run(a, b) {{\n{lines}}}\n"


@pytest.mark.parametrize(("before", "after"), [each[1:] for each in SAME], ids=[each[0] for each in SAME])
async def test_the_same(before: str, after: str) -> None:
    verdict = await judged(_function(before), _function(after))
    assert verdict.outcome == "passed", verdict.evidence


@pytest.mark.parametrize(("before", "after"), [each[1:] for each in OTHER], ids=[each[0] for each in OTHER])
async def test_not_the_same(before: str, after: str) -> None:
    verdict = await judged(_function(before), _function(after))
    assert verdict.failed
    assert "line" in verdict.evidence


IMPORTS = [
    ('import { f } from "./f.js";\nf();', 'import { g as f } from "./f.js";\nf();'),
    ('import { f } from "./f.js";\nf();', 'import { f } from "./g.js";\nf();'),
    ('import { f } from "./f.js";\n', ""),
    ("function f() {\n  return 1;\n}\nexport { f };", "function f() {\n  return 2;\n}\nexport { f };"),
    ("export const a = 1;", "export const a = 2;"),
]


@pytest.mark.parametrize(("before", "after"), IMPORTS)
async def test_what_is_imported_and_exported_counts(before: str, after: str) -> None:
    assert (await judged(before, after)).failed


EXTRACTED = """export function run(a, b) {{
  const n = extracted(a);
  return n + b;
}}

function extracted(a) {{
{body}
}}
"""
WHOLE = "export function run(a, b) {\n  const n = g(a.x);\n  return n + b;\n}\n"


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("  const n = g(a.x);\n  return n;", True),
        ("  return g(a.x);", True),
        ("  g(a.x);\n  return a.x;", False),
        ("  return g(a.y);", False),
        ("  g();\n  return g(a.x);", False),
    ],
)
async def test_a_new_function_is_followed_into(body: str, passes: bool) -> None:
    told = Told(frozenset({"extracted"}), "extracted")
    verdict = await judged(MODULE + WHOLE, MODULE + EXTRACTED.format(body=body), told=told)
    assert (verdict.outcome == "passed") is passes, verdict.evidence


GO = [
    ("v := a.x\n\tf()\n\treturn v", "f()\n\treturn a.x"),
    ("v := *a\n\ta.x = 1\n\treturn v.x", "a.x = 1\n\treturn (*a).x"),
    ("x := b\n\tx.x = 2\n\treturn b.x", "b.x = 2\n\treturn b.x"),
    ("return f() + g()", "v := g()\n\treturn f() + v"),
    ("if v := f(); v > 0 {\n\t\tg()\n\t}\n\treturn 0", "v := f()\n\tif g(); v > 0 {\n\t}\n\treturn 0"),
]


@pytest.mark.parametrize(("before", "after"), GO)
async def test_copies_of_go_are_no_names_for_the_same(before: str, after: str) -> None:
    texts = [f"package p\n\nfunc run(a *T, b T) int {{\n\t{each}\n}}\n" for each in (before, after)]
    assert (await judged(texts[0], texts[1], language="go")).failed


async def test_what_is_nested_too_deeply_is_left_open() -> None:
    deep = "(" * 200 + "a+1" + "+1)" * 200
    verdict = await judged(_function(f"return {deep};"), _function(f"const n = {deep};\nreturn n;"))
    assert verdict.outcome == "undecided"


async def test_other_languages_are_left_open() -> None:
    assert (await judged("x = 1\n", "x = 2\n", language="python")).outcome == "undecided"
