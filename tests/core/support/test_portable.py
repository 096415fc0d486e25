"""macOS and Windows are users' machines: nothing that only POSIX has is touched when a module is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = [
    each for part in ("server", "analyzers", "providers", "cloud", "wire") for each in (ROOT / part).rglob("*.py")
]
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
ATTRIBUTES = {
    "os": {
        "fork",
        "forkpty",
        "geteuid",
        "getegid",
        "getpgid",
        "getuid",
        "killpg",
        "nice",
        "setsid",
        "uname",
        "WNOHANG",
    },
    "signal": {"SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "SIGUSR2", "alarm", "setitimer"},
    "socket": {"AF_UNIX"},
}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: all but the bodies of functions and what asks for the system first."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                if part:
                    yield part
                    yield from ast.walk(part)
        elif isinstance(child, ast.If) and "platform" in ast.unparse(child.test):
            continue
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from at_import(child)


def only_posix(text: str) -> list[str]:
    """What a module touches when it is imported and Windows has not."""
    found = []
    for node in at_import(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name in MODULES]
        elif isinstance(node, ast.ImportFrom):
            names = {each.name for each in node.names} & ATTRIBUTES.get(node.module or "", set())
            found += sorted(names) + ([node.module] if node.module in MODULES else [])
        elif isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            found += [f"{of}.{node.attr}"] if node.attr in ATTRIBUTES.get(of, ()) else []
    return found


@pytest.mark.parametrize(
    "text", ["import fcntl", "from os import fork", "def f(x=signal.SIGKILL): ...", "X = os.getuid()"]
)
def test_what_only_posix_has_is_found(text: str) -> None:
    assert only_posix(text)


@pytest.mark.parametrize(
    "text",
    ["def f():\n    import fcntl\n    os.fork()", "if sys.platform != 'win32':\n    import fcntl", "import signal"],
)
def test_what_is_asked_for_first_may_be(text: str) -> None:
    assert not only_posix(text)


def test_no_module_needs_posix_to_be_imported() -> None:
    assert len(SOURCES) > 300
    found = {each.relative_to(ROOT).as_posix(): only_posix(each.read_text(encoding="utf-8")) for each in SOURCES}
    assert {name: what for name, what in found.items() if what} == {}
