"""Pages on a folder: what they say is so, their links lead somewhere, and nobody's own file is replaced."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest
from tests.support.scripted import Scripted

from stoker_analyzers.edits import Span, create
from stoker_analyzers.snapshot import Snapshot
from stoker_server.cli import main
from stoker_server.cli.proposing import write
from stoker_server.features.base import FeatureRequest, NoOffer, Offer, Services
from stoker_server.features.pages import MADE, PagesFeature
from stoker_server.features.pages.checks import LinksResolve
from stoker_server.features.pages.project import read_project
from stoker_server.settings import Settings
from stoker_wire.verdicts import Outcome

FILES = {
    "pyproject.toml": '[project]\nname = "shop"\ndescription = "Sells things."\nscripts = {shop = "shop.app:main"}\n',
    "shop/__init__.py": '"""A shop."""\nfrom ._inner import Basket\n',
    "shop/_inner.py": 'class Basket:\n    """A basket. It holds things."""\n    def __init__(self, size: int = 3): ...\n',
    "shop/prices.py": '''def total(items: list[int], tax: float = 0.0) -> float:
    """Add up.

    Args:
        items: What is bought.

    Raises:
        ValueError: If there is :class:`Basket` or ``None``.

    Examples:
        >>> total([1])
        1
    """
''',
    "shop/web/app.js": "/**\n * Start the shop.\n * @param {number} port - where\n */\nexport function start(port) {}\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project on disk."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setenv("STOKER_PROVIDER", "facts")
    return tmp_path


async def test_a_link_that_no_file_system_takes_leads_nowhere(tmp_path: Path) -> None:
    page = tmp_path / "guide.md"
    edit = create(page.as_uri(), f"[here]({'x' * 5000}.md)\n")
    verdict = await LinksResolve().judge(Snapshot(page.as_uri(), "", None), edit)
    assert verdict.failed
    assert verdict.evidence.endswith("which does not exist")


def test_the_pages_of_a_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = project / "docs"
    assert main(["document", str(project), "--pages", str(pages)]) == 0
    assert not pages.exists()
    assert main(["document", str(project), "--pages", str(pages), "--write"]) == 0
    assert "lead somewhere" in capsys.readouterr().out
    assert sorted(each.name for each in pages.iterdir()) == [
        "guide.md", "index.md", "shop.md", "shop.prices.md", "shop.web.app.js.md",
    ]  # fmt: skip
    prices = (pages / "shop.prices.md").read_text()
    assert "total(items: list[int], tax: float = 0.0) -> float" in prices
    assert "- `ValueError`: If there is `Basket` or `None`." in prices
    assert "```pycon\n>>> total([1])\n1\n```" in prices
    assert "Basket(size: int = 3)" in (pages / "shop.md").read_text()
    assert "- `port` (`number`): where" in (pages / "shop.web.app.js.md").read_text()
    index = (pages / "index.md").read_text()
    assert "# shop\n\nSells things." in index
    for page in re.findall(r"\]\(([^)#]+)", index):
        assert (pages / page).is_file()
    assert "- `shop`" in (pages / "guide.md").read_text()


def test_pages_that_differ_are_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["document", str(project), "--pages", str(project / "docs")]
    assert main([*arguments, "--check"]) == 1
    assert main([*arguments, "--write"]) == 0
    assert main([*arguments, "--check"]) == 0
    (project / "shop" / "prices.py").write_text("def total(items, rebate=1): pass\n")
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    assert "shop.prices.md: differs from what the code says" in capsys.readouterr().out


def test_somebodys_own_file_is_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs").mkdir()
    (project / "docs" / "index.md").write_text("# Mine\n")
    assert main(["document", str(project), "--pages", str(project / "docs"), "--write"]) == 2
    assert "was not made by this command" in capsys.readouterr().err
    assert [each.name for each in (project / "docs").iterdir()] == ["index.md"]


async def pages(project: Path, *guides: str, model: Scripted | None = None, language: str = "en") -> Offer | NoOffer:
    """The pages with a model's guide."""
    snapshot = Snapshot((project / "docs/index.md").as_uri(), "", None)
    services = Services(model or Scripted(*([each] for each in guides)), Settings(), project)
    files = [project / name for name in FILES if name.endswith((".py", ".js"))]
    request = FeatureRequest(snapshot, Span(0, 0), services, {"language": language})
    return await PagesFeature().pages(request, project, files, project / "docs")


GOOD = "# User guide\n\nCall [`total`](shop.prices.md#total) with `items`."


async def test_a_models_guide_that_is_there_is_as_it_should_be(project: Path) -> None:
    offer = await pages(project, GOOD)
    assert isinstance(offer, Offer)
    await asyncio.to_thread(write, offer.edit)
    again = await pages(project, GOOD)
    assert isinstance(again, NoOffer), "the facts' guide does not take its place"
    assert again.reason == "every page is as it should be"
    assert again.receipt.usage.requests == 1
    arguments = ["document", str(project), "--pages", str(project / "docs"), "--check"]
    assert await asyncio.to_thread(main, arguments) == 0
    (project / "docs/guide.md").write_text(f"{MADE}\n\nSee [there](nowhere.md).\n")
    assert await asyncio.to_thread(main, arguments) == 1


async def test_what_is_sent_for_a_guide_says_where_it_is_from(project: Path) -> None:
    (project / "README.md").write_text("# Shop\n\nA shop that sells many things to many people.\n")
    model = Scripted([GOOD])
    assert isinstance(await pages(project, model=model), Offer)
    (request,) = model.requests
    placed = {Path(each.path).name: each.text for each in request.prompt.spans if each.path}
    assert set(placed) == {"README.md", "__init__.py", "prices.py", "app.js"}
    assert "Add up." in placed["prices.py"]
    assert not [each for each in request.prompt.spans if "Add up" in each.text and not each.path]


async def test_a_models_guide_is_held_to_the_code(project: Path) -> None:
    good = "# User guide\n\nCall [`total`](shop.prices.md#total) with `items`."
    wrong = ["See [there](nowhere.md).", "See [it](shop.prices.md#sum)."]
    offer = await pages(project, *wrong, good)
    assert isinstance(offer, Offer)
    assert [each.verdicts[-1].check for each in offer.receipt.withheld] == ["links-resolve", "links-resolve"]
    assert any(good in part.replacements[0].text for part in offer.edit.files)
    offer = await pages(project, *["Call `discount()`."] * 3)
    assert isinstance(offer, Offer)
    assert offer.receipt.author == "facts"
    assert "nothing here is called discount" in offer.receipt.withheld[0].verdicts[-1].evidence


async def test_a_models_guide_is_in_the_language_asked_for(project: Path) -> None:
    german = (
        "# Anleitung\n\nMit [`total`](shop.prices.md#total) wird die Summe der `items` gebildet, und das ist alles."
    )
    english = "# User guide\n\nWith [`total`](shop.prices.md#total) the sum of the `items` is made, and that is all."
    model = Scripted([english], [german])
    offer = await pages(project, model=model, language="de")
    assert isinstance(offer, Offer)
    assert [each.verdicts[-1].evidence for each in offer.receipt.withheld] == ["this is English, not German"]
    assert offer.receipt.verdicts[-1].evidence == "the commonest words are those of German"
    assert "in German" in model.requests[0].prompt.spans[0].text
    offer = await pages(project, *[english] * 3, language="de")
    assert isinstance(offer, Offer)
    assert offer.receipt.author == "facts"
    assert offer.receipt.verdicts[-1].outcome is Outcome.UNDECIDED


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_readme_that_leads_out_of_the_folder_is_not_read(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("home") / "notes.md"
    secret.write_text("Nobody else is to read this, not even in part.\n")
    (project / "README.md").symlink_to(secret)
    found = read_project(project, [project / "shop/prices.py"])
    assert (found.readme, found.readme_path) == ("", None)


def test_the_receipt_names_the_folder_however_it_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    main(["document", ".", "--pages", "docs/api"])
    assert f"pages of {project.name}, by facts" in capsys.readouterr().out


def test_what_stands_in_a_namespace_and_shares_its_name_is_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOKER_PROVIDER", "facts")
    said = '\n/// <summary>\n/// Gives <see cref="B"/> for <paramref name="a"/>.\n/// </summary>\n'
    said += '/// <param name="a">One.</param>\n'
    said += "/// <returns>It, as <c>x</c>.</returns>\n"
    two = f"{said}public static string F(int a) => a; public static string F(long a, int b = 2) => a;"
    (tmp_path / "A.cs").write_text(f"namespace N.M {{\n  public class A {{ {two} internal void Own() {{ }} }}\n}}\n")
    (tmp_path / "b.cpp").write_text("namespace n {\nint half(int a) { return a / 2; }\n}\n")
    assert main(["document", str(tmp_path), "--pages", str(tmp_path / "docs"), "--write"]) == 0
    page = (tmp_path / "docs" / "A.cs.md").read_text()
    assert "```csharp\npublic class A\n```" in page
    assert "```csharp\npublic static string F(int a)\n```" in page
    assert "```csharp\npublic static string F(long a, int b = 2)\n```" in page
    assert page.count("- [`A`]") == 1
    assert "\nGives `B` for `a`.\n" in page
    assert "- It, as `x`." in page
    assert "<" not in page.replace("<!-- Made", "").replace("<a id", "").replace("</a>", "")
    assert "Own" not in page
    assert "```cpp\nint half(int a)\n```" in (tmp_path / "docs" / "b.cpp.md").read_text()


def test_what_the_grammar_can_not_read_is_not_called_the_files_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = "switch (a) {\n case 1: break;\n#if X\n case 2: break;\n#endif\n case 3: break; }"
    (tmp_path / "A.cs").write_text(f"class A {{ private void F(int a) {{ {cases} }} }}\n")
    assert main(["document", str(tmp_path / "A.cs"), "--provider", "facts"]) == 1
    shown = capsys.readouterr()
    assert "or what the grammar can't read" in shown.out + shown.err
