"""Headers are shown as their own language writes them."""

from __future__ import annotations

import pytest

from stoker_analyzers.headers import header_text
from stoker_analyzers.languages import by_path
from stoker_analyzers.snapshot import Snapshot


@pytest.mark.parametrize(
    ("name", "text", "symbol", "header"),
    [
        ("a.py", "class A:\n    def f(self, a: int, *, b=2) -> str: ...\n", "f", "f(a: int, *, b = 2) -> str"),
        ("a.c", "static int f(int a,\n    char *b)\n{ return 1; }\n", "f", "static int f(int a, char *b)"),
        ("a.h", "LIB(const char*) version(void);\n", "version", "LIB(const char*) version(void)"),
        ("a.c", "#define MAX(a, b) ((a) > (b) ? (a) : (b))\n", "MAX", "MAX(a, b)"),
        ("a.cs", 'class A {\n  [Old("x")]\n  public int F(int a = 1) => a;\n}', "F", "public int F(int a = 1)"),
        ("a.cs", "class B { public B(int z) : base(z) { } }", "B.B", "public B(int z)"),
        ("a.cpp", "template <typename T> class V {\n V(int a) : x(a) {}\n int x; };\n", "V.V", "V(int a)"),
        ("a.ts", "export const g = (a: number) => a * 2;\n", "g", "export const g = (a: number)"),
        ("a.py", "class A:\n    @property\n    def f(self) -> str: ...\n", "f", "f: str"),
        ("a.ts", "class C {\n  @dec() async m(\n    a: string,\n  ): Promise<void> {}\n}\n", "m",
         "async m(a: string): Promise<void>"),
        ("a.go", "package a\n\nfunc (t *T) M(a int) (int, error) {\n\treturn a, nil\n}\n", "M",
         "func (t *T) M(a int) (int, error)"),
        ("A.java", 'class A { @Deprecated(since="1") public static int f(final int a) throws X { return a; } }', "f",
         "public static int f(final int a) throws X"),
        ("a.rs", "#[inline]\npub fn f<T: X>(a: T) -> Result<T, E> where T: Y { Ok(a) }\n", "f",
         "pub fn f<T: X>(a: T) -> Result<T, E> where T: Y"),
        ("a.kt", '@JvmStatic fun f(a: Int = 1, b: (Int) -> Unit): String { return "" }\n', "f",
         "fun f(a: Int = 1, b: (Int) -> Unit): String"),
    ],
)  # fmt: skip
def test_a_header(name: str, text: str, symbol: str, header: str) -> None:
    snapshot = Snapshot(f"file:///{name}", text, by_path(name))
    found = snapshot.outline.find(symbol)
    assert found is not None
    assert header_text(snapshot, found) == header
