"""What the .vsix holds, and what the gallery is told of it."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
from tests.support.vscode import VSIX

SMALLEST_ICON = 128
"""Pixels, as the gallery wants it."""
FILES = {"package.json", "readme.md", "changelog.md", "LICENSE.txt", "dist/extension.js", "dist/web.js"}


@pytest.fixture(scope="module")
def package() -> Iterator[ZipFile]:
    with ZipFile(VSIX) as opened:
        yield opened


@pytest.fixture(scope="module")
def manifest(package: ZipFile) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(package.read("extension/package.json"))
    return read


def test_it_holds_what_it_needs_and_no_source(package: ZipFile) -> None:
    held = {each.removeprefix("extension/") for each in package.namelist() if each.startswith("extension/")}
    assert {each for each in held if not each.startswith("media/")} == FILES


def test_what_the_manifest_names_is_there(package: ZipFile, manifest: dict[str, Any]) -> None:
    steps = [step for each in manifest["contributes"]["walkthroughs"] for step in each["steps"]]
    pictures = [path for each in steps for path in (each["media"].get("image"), each["media"].get("markdown")) if path]
    named = [manifest["main"], manifest["browser"], manifest["icon"], *pictures]
    held = set(package.namelist())
    assert [each for each in named if f"extension/{each.removeprefix('./')}" not in held] == []
    assert len(pictures) == len(steps)


def test_the_icon_is_as_large_as_the_gallery_wants_it(package: ZipFile, manifest: dict[str, Any]) -> None:
    width, height = struct.unpack(">II", package.read(f"extension/{manifest['icon']}")[16:24])
    assert width == height >= SMALLEST_ICON


def test_the_gallery_is_told_what_it_is_and_no_address_that_is_not_there(
    package: ZipFile, manifest: dict[str, Any]
) -> None:
    assert (manifest["pricing"], manifest["qna"], manifest["preview"]) == ("Free", False, True)
    assert set(manifest["galleryBanner"]) == {"color", "theme"}
    assert manifest["categories"][0] == "AI"
    assert "__web_extension" in package.read("extension.vsixmanifest").decode()
    assert not {"repository", "bugs", "homepage", "badges", "sponsor"} & set(manifest)


@pytest.mark.parametrize("page", ["readme.md", "changelog.md"])
def test_no_page_of_the_gallery_has_a_link_into_this_folder(package: ZipFile, page: str) -> None:
    links = re.findall(r"\]\((?!https://)([^)]*)\)", package.read(f"extension/{page}").decode())
    assert links == []


def test_every_command_is_in_the_palette_under_its_name(manifest: dict[str, Any]) -> None:
    assert {each["category"] for each in manifest["contributes"]["commands"]} == {"Stoker"}


def test_where_it_runs_and_what_it_leaves_is_said(manifest: dict[str, Any]) -> None:
    assert manifest["extensionKind"] == ["workspace"], "where the files are, there the server has to be"
    for each in ("untrustedWorkspaces", "virtualWorkspaces"):
        assert manifest["capabilities"][each]["supported"] == "limited"
        assert manifest["capabilities"][each]["description"]
