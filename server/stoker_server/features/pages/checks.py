"""What pages have to fulfil: their links lead somewhere, and the names of code in them exist."""

from __future__ import annotations

import asyncio
import builtins
import keyword
import re
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_server.features.pages.project import Project
from stoker_server.features.spoken import judged
from stoker_server.uris import path_of
from stoker_wire.verdicts import Verdict, failed, passed, undecided
from stoker_wire.words import counted

GUIDE_PAGE = "guide.md"
_LINK = re.compile(r"\]\((?P<page>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
_ANCHOR = re.compile(r'<a id="([^"]+)">')
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"[A-Za-z_][\w.]*(?:\(\))?")


def _texts(edit: Edit) -> dict[Path, str]:
    found = {}
    for part in edit.files:
        path = path_of(part.uri)
        if path:
            found[path] = part.replacements[0].text
    return found


class Written(Protocol):
    """An author who can say what was its own draft."""

    @property
    def drafted(self) -> Edit | None:
        """The last edit that it drafted."""


class LinksResolve:
    """Every link leads to a page that is there, or comes with the edit, and to an anchor on it."""

    name = "links-resolve"
    budget = 20.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Follow the links."""
        del snapshot
        return await asyncio.to_thread(self._follow, edit)

    def _follow(self, edit: Edit) -> Verdict:
        texts, number = _texts(edit), 0
        for path, text in texts.items():
            for link in _LINK.finditer(_FENCED.sub("", text)):
                if re.match(r"[a-z]+:", link["page"]):
                    continue  # elsewhere: no page of ours
                number += 1
                target = (path.parent / unquote(link["page"])) if link["page"] else path
                there = texts.get(target) or _read(target)
                if there is None:
                    return failed(self.name, f"{path.name} links to {link['page']}, which does not exist")
                if link["anchor"] and link["anchor"] not in _ANCHOR.findall(there):
                    return failed(
                        self.name, f"{path.name} links to {link['page']}#{link['anchor']}, which has no such place"
                    )
        return passed(self.name, f"{counted(number, 'link')} in {counted(len(texts), 'page')} lead somewhere")


class NamesExist:
    """Every name in code marks on the guide is one of the project's, or Python's own."""

    name = "names-exist"
    budget = 10.0

    def __init__(self, project: Project) -> None:
        self._known = project.words | set(dir(builtins)) | set(keyword.kwlist)

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Look every name of the guide up; the reference is made of names that exist."""
        del snapshot
        names = 0
        for path, text in _texts(edit).items():
            for code in _CODE.findall(_FENCED.sub("", text)) if path.name == GUIDE_PAGE else ():
                if not _NAME.fullmatch(code):
                    continue
                names += 1
                if strange := next((each for each in re.findall(r"\w+", code) if each not in self._known), None):
                    return failed(self.name, f"the guide speaks of `{code}`, but nothing here is called {strange}")
        return passed(self.name, f"{counted(names, 'name')} on the guide exist")


class GuideInLanguage:
    """The guide that a model wrote is in the language asked for."""

    name = "language"
    budget = 2.0

    def __init__(self, code: str, by_model: Written) -> None:
        self._code = code
        self._by_model = by_model

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Look at the guide's letters and commonest words; what the facts say is in English."""
        del snapshot
        text = next((text for path, text in _texts(edit).items() if path.name == GUIDE_PAGE), "")
        if edit is not self._by_model.drafted or not text:
            return undecided(self.name, "pages from the facts of the code are in English")
        return judged(_CODE.sub(" ", _FENCED.sub("", text.partition("\n")[2])), self._code, self.name)


def _read(path: Path) -> str | None:
    """A file's text; ``None`` where there is none, also where no file system takes such a name."""
    try:
        return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None
    except (OSError, ValueError):
        return None
