"""What a page shows, by role and text, as its HTML says it: what a test in a browser can ask for. Runs nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ROLES = {**dict.fromkeys(_HEADINGS, "heading"), "button": "button", "a": "link"}
_TEXTS = frozenset({"p", "li", "td", "th", "dt", "dd", "span", "div", "figcaption", "caption"})
_UNSEEN = frozenset({"script", "style", "template", "noscript", "head", "select", "textarea", "svg", "dialog"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_LONGEST = 80
_MOST = {"heading": 2, "text": 3, "button": 1, "link": 1}
"""Of each sort, as many as a person reads in one test."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Something on a page.

    Attributes:
        role: Its role, ``text`` for what has none, or ``title`` for the page's own.
        name: What it says, in single spaces.
    """

    role: str
    name: str


@dataclass
class _Open:
    """An element that has not ended."""

    tag: str
    attributes: dict[str, str | None]
    text: str = ""
    has_children: bool = False


@dataclass
class _Page:
    title: str = ""
    found: list[Shown] = field(default_factory=list)


def shown_on(html: str) -> list[Shown]:
    """What a page shows, each by a role and a text that nothing else on it has; the most telling first.

    Args:
        html: The page, or its beginning.
    """
    reader = _Reader()
    reader.feed(html)
    page = reader.page
    counts = Counter(page.found)
    texts = Counter(each.name for each in page.found)
    only = [each for each in page.found if counts[each] == 1 and (each.role != "text" or texts[each.name] == 1)]
    chosen = [Shown("title", page.title)] if page.title else []
    for role, most in _MOST.items():
        chosen += [each for each in only if each.role == role][:most]
    return chosen


class _Reader(HTMLParser):
    """Reads the elements that have a role or a text of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = _Page()
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open:
            self._open[-1].has_children = True
        if tag not in _VOID:
            self._open.append(_Open(tag, dict(attrs)))
        elif tag == "input":
            self._take_button(_Open(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        for each in self._open:
            each.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag not in {each.tag for each in self._open}:
            return
        while self._open:
            ended = self._open.pop()
            self._take(ended)
            if ended.tag == tag:
                return

    def _take_button(self, field: _Open) -> None:
        """Take a button that is a field of a form; it says what its value is."""
        name = " ".join((field.attributes.get("aria-label") or field.attributes.get("value") or "").split())
        is_button = (field.attributes.get("type") or "").lower() in ("submit", "button", "reset")
        if is_button and 0 < len(name) <= _LONGEST and not any(map(_is_unseen, [*self._open, field])):
            self.page.found.append(Shown("button", name))

    def _take(self, ended: _Open) -> None:
        name = " ".join(ended.text.split())
        if ended.tag == "title" and not self.page.title:
            self.page.title = name
        around = [*self._open, ended]
        if any(_is_unseen(each) for each in around):
            return
        name = ended.attributes.get("aria-label") or name
        role = ended.attributes.get("role") or _ROLES.get(ended.tag, "")
        if role == "link" and "href" not in ended.attributes:
            role = ""
        if not role and ended.tag in _TEXTS and not ended.has_children:
            role = "text"
        if role in _MOST and 0 < len(name) <= _LONGEST:
            self.page.found.append(Shown(role, name))


def _is_unseen(each: _Open) -> bool:
    hidden = "hidden" in each.attributes or each.attributes.get("aria-hidden") == "true"
    return each.tag in _UNSEEN or hidden or "display:none" in (each.attributes.get("style") or "").replace(" ", "")
