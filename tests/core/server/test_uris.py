"""URIs as editors spell them on each system; what a path means on Windows can be told anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from stoker_server.uris import file_name, path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("file:///c%3A/Users/ann/a%20b.py", "c:/Users/ann/a b.py"),  # VS Code
        ("file:///C:/Users/ann/%23.py", "C:/Users/ann/#.py"),  # Neovim, pathlib
        ("file://localhost/C:/x.py", "C:/x.py"),
        ("file://server/share/x.py", "//server/share/x.py"),
        ("file://wsl.localhost/Debian/home/x.py", "//wsl.localhost/Debian/home/x.py"),
        ("untitled:Untitled-1", None),
        ("vscode-notebook-cell:/c%3A/x.ipynb#W0", None),
    ],
)
def test_what_is_meant_on_windows(uri: str, name: str | None) -> None:
    assert file_name(uri, windows=True) == name


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("file:///tmp/a%20b.py", "/tmp/a b.py"),
        ("file:///c%3A/x.py", "/c:/x.py"),
        ("file://localhost/x.py", "/x.py"),
        ("file://server/share/x.py", None),
        ("file://[", None),
        ("https://host/x.py", None),
    ],
)
def test_what_is_meant_elsewhere(uri: str, name: str | None) -> None:
    assert file_name(uri, windows=False) == name


def test_a_path_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "ä #%20 [id]@(x)+.py"
    assert path_of(uri_of(path)) == path
