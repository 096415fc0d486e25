"""What counts as the same behaviour. The pairs are whole files; what differs on purpose is said with each."""

from __future__ import annotations

import textwrap

import pytest

from stoker_analyzers.behaviour.compare import difference
from stoker_analyzers.behaviour.machine import Change

NOTHING = Change()
FUNCTION = Change("part")
VARIABLE = Change(variable="_new")

SAME = [
    ("order of looks", "def f(a):\n    x = a.b\n    return a.c, x", "def f(a):\n    return a.c, a.b", NOTHING),
    (
        "order of values",
        "def f(a):\n    x = a + 1\n    g()\n    return x",
        "def f(a):\n    g()\n    return a + 1",
        NOTHING,
    ),
    (
        "a call's body",
        "def f(a):\n    return part(a.b)\ndef part(b):\n    return b * 2",
        "def f(a):\n    return a.b * 2",
        FUNCTION,
    ),
    (
        "a loop's body",
        "def f(rows, n):\n    for row in rows:\n        n = n + row\n    return n",
        "def f(rows, n):\n    for row in rows:\n        n = part(row, n)\n    return n\ndef part(row, n):\n    return n + row",
        FUNCTION,
    ),
    (
        "several values",
        "def f(a):\n    x = a.b\n    y = a.c\n    return x, y",
        "def f(a):\n    x, y = part(a)\n    return x, y\ndef part(a):\n    x = a.b\n    y = a.c\n    return x, y",
        FUNCTION,
    ),
    (
        "returns at the end",
        "def f(a):\n    if a:\n        return 1\n    return 2",
        "def f(a):\n    return part(a)\ndef part(a):\n    if a:\n        return 1\n    return 2",
        FUNCTION,
    ),
    (
        "a method's body",
        "class A:\n    def f(self):\n        g()\n        self.x = 1",
        "class A:\n    def f(self):\n        g()\n        self.part()\n    def part(self):\n        self.x = 1",
        FUNCTION,
    ),
    (
        "a value that a lambda keeps",
        "def f(a):\n    return lambda: part(a)\ndef part(a):\n    return a * 2",
        "def f(a):\n    return lambda: a * 2",
        FUNCTION,
    ),
    ("a context", "def f():\n    x = a()\n    with x:\n        pass", "def f():\n    with a():\n        pass", NOTHING),
    ("a module's variable", "X = g(h())", "_new = h()\nX = g(_new)", VARIABLE),
    ("a class's variable", "class A:\n    x = g(h())", "class A:\n    _new = h()\n    x = g(_new)", VARIABLE),
]
OTHER = [
    (
        "a class is no object",
        "class A:\n    def __new__(cls, a):\n        h()\n        return g(a)",
        "class A:\n    def __new__(cls, a):\n        h()\n        return cls.part(a)\n    def part(c, a):\n        return g(a)",
        FUNCTION,
    ),
    (
        "calls change places",
        "def f():\n    x = a()\n    b()\n    return x",
        "def f():\n    b()\n    return a()",
        NOTHING,
    ),
    (
        "a look past a call",
        "def f(a):\n    x = a.b\n    a.c()\n    return x",
        "def f(a):\n    a.c()\n    return a.b",
        NOTHING,
    ),
    (
        "a look in a loop",
        "def f(a):\n    x = a.b\n    for i in a:\n        g(x)",
        "def f(a):\n    for i in a:\n        g(a.b)",
        NOTHING,
    ),
    (
        "an operation leaves a try",
        "def f(a):\n    try:\n        x = a + 1\n    except E:\n        return 0\n    return x",
        "def f(a):\n    try:\n        pass\n    except E:\n        return 0\n    return a + 1",
        NOTHING,
    ),
    ("an object is made twice", "def f():\n    x = []\n    return x, x", "def f():\n    return [], []", NOTHING),
    (
        "an object is made in each turn",
        "def f(a):\n    x = []\n    for i in a:\n        g(x)",
        "def f(a):\n    for i in a:\n        g([])",
        NOTHING,
    ),
    (
        "a sum that may be a list, in each turn",
        "def f(a, b):\n    x = a + b\n    for i in a:\n        x.append(i)",
        "def f(a, b):\n    for i in a:\n        (a + b).append(i)",
        NOTHING,
    ),
    (
        "a value may be missing",
        "def f(a):\n    if a:\n        x = 1\n    if a:\n        g(x)",
        "def f(a):\n    if a:\n        x = 1\n    part(a, x)\ndef part(a, x):\n    if a:\n        g(x)",
        FUNCTION,
    ),
    (
        "a loop carries it",
        "def f(a):\n    n = 0\n    for i in a:\n        g(n)\n        n = i",
        "def f(a):\n    n = 0\n    for i in a:\n        g(0)\n        n = i",
        NOTHING,
    ),
    (
        "a loop ends early",
        "def f(a):\n    n = 0\n    for i in a:\n        n = i\n        break\n    return n",
        "def f(a):\n    n = 0\n    for i in a:\n        break\n    return n",
        NOTHING,
    ),
    (
        "a handler reads it",
        "def f(a):\n    n = 0\n    try:\n        n = 1\n        g()\n        n = 2\n    except E:\n        pass\n    return n",
        "def f(a):\n    n = 0\n    try:\n        g()\n        n = 2\n    except E:\n        pass\n    return n",
        NOTHING,
    ),
    (
        "suppressed errors",
        "def f(a):\n    n = 0\n    with a:\n        n = 1\n        g()\n        n = 2\n    return n",
        "def f(a):\n    n = 0\n    with a:\n        g()\n        n = 2\n    return n",
        NOTHING,
    ),
    (
        "a lambda sees the last value",
        "def f(a):\n    for i in a:\n        g(part(i))\ndef part(i):\n    return lambda: i",
        "def f(a):\n    for i in a:\n        g(lambda: i)",
        FUNCTION,
    ),
    (
        "a name of another scope",
        "def f(len):\n    return part(len)\ndef part(a):\n    return len(a)",
        "def f(len):\n    return len(len)",
        FUNCTION,
    ),
    (
        "a private attribute leaves its class",
        "class A:\n    def part(self):\n        return self.__x\ndef f():\n    return A().part()",
        "class A:\n    pass\ndef f():\n    return A().__x",
        FUNCTION,
    ),
    (
        "super leaves its class",
        "class A(B):\n    def f(self):\n        g()\n        return super().f()",
        "class A(B):\n    def f(self):\n        g()\n        return part()\ndef part():\n    return super().f()",
        FUNCTION,
    ),
    ("the name is still used", "def part(a):\n    return a\ng(part(1), part)", "g(1, part)", FUNCTION),
    ("a default", "def part(a=g()):\n    return a\ndef f():\n    return part()", "def f():\n    return g()", FUNCTION),
    ("a docstring", "def f():\n    'one'\n    g()", "def f():\n    'two'\n    g()", NOTHING),
    ("a text", "def f():\n    g('''a\n  b''')", "def f():\n    g('''a\nb''')", NOTHING),
    ("a private function called in vain", "def f():\n    g()", "def f():\n    g()\ndef part():\n    g()", FUNCTION),
    (
        "an enumeration's member",
        "class A(Enum):\n    x = g(h())",
        "class A(Enum):\n    _new = h()\n    x = g(_new)",
        VARIABLE,
    ),
    (
        "all variables are looked at",
        "def f(a):\n    x = 1\n    return locals()",
        "def f(a):\n    return locals()",
        NOTHING,
    ),
    (
        "a finally overrides",
        "def f(a):\n    try:\n        n = 1\n    finally:\n        n = 2\n    return n",
        "def f(a):\n    try:\n        n = 2\n    finally:\n        n = 1\n    return n",
        NOTHING,
    ),
    (
        "the branches change places",
        "def f(a):\n    if a:\n        g()\n    else:\n        h()",
        "def f(a):\n    if a:\n        h()\n    else:\n        g()",
        NOTHING,
    ),
]


@pytest.mark.parametrize(("before", "after", "change"), [each[1:] for each in SAME], ids=[each[0] for each in SAME])
def test_the_same(before: str, after: str, change: Change) -> None:
    assert difference(before, after, change) is None
    assert difference(after, before, change) is None or change is VARIABLE


@pytest.mark.parametrize(("before", "after", "change"), [each[1:] for each in OTHER], ids=[each[0] for each in OTHER])
def test_another(before: str, after: str, change: Change) -> None:
    assert difference(before, before, NOTHING) is None or "locals" in before
    assert difference(before, after, change)


def test_every_kind_of_statement_is_the_same_as_itself() -> None:
    text = textwrap.dedent(
        """
        import os.path, re as r
        from a import *
        @d
        class C(B, metaclass=M):
            x: int = 1
            def __init__(self, *a, k=0, **kw) -> None:
                self.x += 1
                self.y[1] -= 2
                del self.x, self.y[0], a
                (b, *c), self.z = f(*kw, **kw)
        async def g(xs):
            global G
            G = 1
            async with a as b, c:
                async for i in xs:
                    await i
                else:
                    yield [j async for j in i if j]
            def inner():
                nonlocal i
                i = {**xs, 1: 2}
                yield from {k for k in i}
            while True:
                match xs:
                    case C(x=1) | [1, *_] if xs:
                        continue
                    case {"a": v, **rest}:
                        break
            assert xs, "no"
            try:
                raise E from None
            except* E as e:
                print(e)
            return (not xs < 1 < 2 and f"{xs!r:>{i}}", lambda y=1: y, xs[1:2], xs if i else -i, (n := 2))
        """
    )
    assert difference(text, text, NOTHING) is None
    assert difference(text, text.replace("not xs", "xs"), NOTHING)
