"""What a page shows by its HTML, and how a test in a browser asks for it."""

from __future__ import annotations

import pytest

from stoker_server.features.testing.shown import Shown, shown_on

PAGE = """\
<!doctype html><html><head><title>The  shop</title><style>p { color: red }</style></head>
<body>
<nav><a href="/">Home</a><a href="/cart">Cart <b>2</b></a><a>no link</a></nav>
<h1>Cups &amp; plates</h1>
<p>Two <em>left</em>.</p><p>Blue.</p><p hidden>Secret.</p><div style="display: none"><h2>Gone</h2></div>
<ul><li>small</li><li>small</li></ul>
<button aria-label="Buy it">+</button><button>Buy</button>
<script>document.write("<h2>written</h2>")</script>
</body></html>
"""


def test_a_page_shows_its_title_and_what_has_a_role_or_a_text_of_its_own() -> None:
    assert shown_on(PAGE) == [
        Shown("title", "The shop"),
        Shown("heading", "Cups & plates"),
        Shown("text", "Blue."),
        Shown("button", "Buy it"),
        Shown("link", "Home"),
    ]


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<h1>One</h1><h2>One</h2>", []),
        ("<p>One</p><span>One</span><h1>Two</h1>", [Shown("heading", "Two")]),
        ("<p>cut of", []),
        ("</p></div><h3>Left</h3>", [Shown("heading", "Left")]),
        ("<h1>" + "long " * 40 + "</h1>", []),
        ("no page", []),
        ('<input type="submit" value=" Send  it"/>', [Shown("button", "Send it")]),
        ('<input type="submit"><input value="text"><form hidden><input type="button" value="Off"></form>', []),
    ],
)
def test_what_is_there_twice_or_cut_off_is_not_asked_for(html: str, shown: list[Shown]) -> None:
    assert shown_on(html) == shown
