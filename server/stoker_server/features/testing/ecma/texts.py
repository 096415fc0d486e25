"""Texts that fit what names speak of, the usual one first. Plain data."""

from __future__ import annotations

from stoker_server.features.testing.hints import Kind

TEXTS_BY_KIND = {
    Kind.LINES: ("one two\nthree\n", "# Title\n\nText with *stars* & <tags>.", "", "one line"),
    Kind.PATH: ("src/app/main.ts", "/usr/lib/x.tar.gz", "", "a.txt", "../up"),
    Kind.CHARACTER: ("-", " ", "", ", ", "ab"),
    Kind.PATTERN: ("a.c", "^\\\\d+$", "*.ts", ""),
    Kind.TEMPLATE: ("yyyy-MM-dd", "%s", "{name}", ""),
}
"""Texts by what a parameter's name says of their sort."""

TEXTS_BY_WORD = {
    "version": ("1.2.3", "1.10.0-beta.2", "2.0.0", "v1.2.3", "bad", ""),
    "range": ("^1.2.0", ">=1.0.0 <2.0.0", "1.x", "*", "bad"),
    "url": ("https://example.com/a/b?x=1&y=2#top", "http://localhost:8080", "not a url"),
    "uri": ("https://example.com/a/b?x=1", "not a uri"),
    "email": ("ada@example.com", "not an email", ""),
    "color": ("#ff8800", "#fff", "red", "rgb(1, 2, 3)"),
    "colour": ("#ff8800", "#fff", "red"),
    "hex": ("ff8800", "#fff", "zz"),
    "html": ("<b>bold & new</b>", "&lt;b&gt;", "plain", ""),
    "json": ('{"a": [1, 2]}', "not json", ""),
    "date": ("2024-02-29", "2023-12-31T23:59:30Z", "not a date"),
    "time": ("12:30", "23:59:59", "25:00"),
    "duration": ("2 days", "1h", "100", "1.5 hrs"),
    "query": ("a=1&b=2", "?x=%20", ""),
    "key": ("a", "b.c", "missing"),
    "path": ("a.b[0].c", "src/app/main.ts", ""),
    "name": ("Ada Lovelace", "x", ""),
    "locale": ("en-US", "de"),
    "currency": ("EUR", "USD"),
    "unit": ("day", "km"),
    "csv": ("a,b\n1,2\n", ""),
}
"""Texts by a word of a parameter's or a function's name."""
