"""Tracebacks as people paste them, and the place in a workspace that they are about."""

from __future__ import annotations

import pytest

from stoker_analyzers.traces import Frame, line_in, locate, read_traces

FILES = (
    "app/main.py",
    "app/shop/prices.py",
    "lib/shop/cart.py",
    "web/src/cart.js",
    "cmd/main.go",
    "src/main.rs",
    "a/b/Cart.java",
)

SIMPLE = """\
Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    main()
  File "/srv/app/shop/prices.py", line 7, in mean
    return total(prices) / len(prices)
ZeroDivisionError: division by zero
"""
IN_A_LIBRARY = """\
Traceback (most recent call last):
  File "/x/app/shop/prices.py", line 7, in read
    json.loads(text)
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
"""
CAUSED = """\
Traceback (most recent call last):
  File "app/shop/prices.py", line 5, in read
    int("x")
ValueError: invalid literal

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "app/main.py", line 9, in <module>
    raise RuntimeError("no prices") from error
RuntimeError: no prices
"""
HANDLED = CAUSED.replace(
    "The above exception was the direct cause of the following exception",
    "During handling of the above exception, another exception occurred",
)
SYNTAX = """\
  File "/w/app/main.py", line 2
    def (:
        ^
SyntaxError: invalid syntax
"""
PYTEST = """\
tests/test_prices.py:5: in test_mean
    mean([])
app/shop/prices.py:7: in mean
    return total(prices) / len(prices)
E   ZeroDivisionError: division by zero
"""
LOGGED = "2026-01-01 12:00:00 ERROR worker failed\n" + CAUSED.partition("\n\n")[0] + "\nINFO again\n" + SIMPLE
NODE = """\
TypeError: Cannot read properties of undefined (reading 'price')
    at total (/home/x/web/src/cart.js:12:20)
    at Module._compile (node:internal/modules/cjs/loader:1254:14)
"""
GO = """\
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.run(...)
\t/go/src/cmd/main.go:14 +0x1d
"""
RUST = "thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\n"
JAVA = """\
Exception in thread "main" java.lang.RuntimeException: wrapped
\tat c.Main.main(Main.java:3)
Caused by: java.lang.IllegalStateException: empty
\tat a.b.Cart.total(Cart.java:21)
"""
WINDOWS = SIMPLE.replace("/srv/app/shop/prices.py", r"C:\work\app\shop\prices.py")
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/srv/app/main.py", line 3, in <module>
  |     main()
  | ExceptionGroup: two (2 sub-exceptions)
"""


@pytest.mark.parametrize(
    ("text", "path", "line", "kind"),
    [
        (SIMPLE, "app/shop/prices.py", 7, "ZeroDivisionError"),
        (IN_A_LIBRARY, "app/shop/prices.py", 7, "JSONDecodeError"),
        (CAUSED, "app/shop/prices.py", 5, "ValueError"),
        (HANDLED, "app/main.py", 9, "RuntimeError"),
        (SYNTAX, "app/main.py", 2, "SyntaxError"),
        (PYTEST, "app/shop/prices.py", 7, "ZeroDivisionError"),
        (LOGGED, "app/shop/prices.py", 7, "ZeroDivisionError"),
        (NODE, "web/src/cart.js", 12, "TypeError"),
        (GO, "cmd/main.go", 14, "panic"),
        (RUST, "src/main.rs", 4, ""),
        (JAVA, "a/b/Cart.java", 21, "IllegalStateException"),
        (WINDOWS, "app/shop/prices.py", 7, "ZeroDivisionError"),
        (GROUP, "app/main.py", 3, "ExceptionGroup"),
    ],
    ids=str,
)
def test_the_place(text: str, path: str, line: int, kind: str) -> None:
    first = next(locate(read_traces(text), FILES))
    assert (first.path, first.frame.line) == (path, line)
    assert not kind or first.trace.kind == kind


@pytest.mark.parametrize("text", ["", "all is well\n", "at 12:30 the job ended\n", "see docs/a.py:12 for more"])
def test_what_is_no_traceback(text: str) -> None:
    assert not read_traces(text)


def test_another_projects_file_is_not_taken_for_ours() -> None:
    text = SIMPLE.replace("/srv/app/shop/prices.py", "/usr/lib/python3.11/site-packages/shop/prices.py")
    assert [each.path for each in locate(read_traces(text), FILES)] == ["app/main.py"]


def test_a_name_that_two_files_have_alike_says_nothing() -> None:
    trace = read_traces(SIMPLE.replace("/srv/app/shop/prices.py", "/x/prices.py"))
    assert [each.path for each in locate(trace, ["a/prices.py", "b/prices.py"])] == []


def test_the_line_is_found_again_where_the_file_has_grown() -> None:
    text = "# new\n# new\n\ndef mean(prices):\n    return 1 / len(prices)\n"
    assert line_in(text, Frame("x.py", 3, "mean", "return 1 / len(prices)")) == 4
    assert line_in(text, Frame("x.py", 4)) == 3
    assert line_in(text, Frame("x.py", 40)) is None
