"""Bad input gets one clear sentence and the right exit status, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.support.cli import stoker

from stoker_server.cli import main

GOOD = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "stoker.toml").write_text("")
    (folder / "good.py").write_text(GOOD)
    (folder / "binary.py").write_bytes(b"\x7fELF\x00\x01")
    (folder / "latin.py").write_bytes("# é".encode("latin-1"))
    with (folder / "large.py").open("wb") as stream:
        stream.truncate(50_000_000)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["document", "missing.py"], "there is no file missing.py"),
        (["test", "."], "is a folder; name a file"),
        (["document", "binary.py"], "binary.py is a binary file"),
        (["document", "latin.py"], "latin.py is not UTF-8 text (byte 2)"),
        (["document", "large.py"], "large.py has 50 MB; files up to 20 MB are read"),
        (["document", "good.py", "nothing"], "good.py defines no nothing"),
        (["test", "good.py", "nothing"], "good.py defines no nothing"),
        (["complete", "good.py"], "'good.py' is not FILE:LINE:COLUMN"),
        (["complete", "good.py:9:1"], "good.py has no line 9; it has 3"),
        (["complete", "good.py:1:99"], "line 1 of good.py has no column 99; it has 15"),
        (["complete", "good.py:0:1"], "good.py has no line 0"),
        (["refactor", "good.py:2-1"], "ends before it starts"),
        (["refactor", "good.py"], "'good.py' is neither FILE:START-END nor FILE:LINE:COLUMN, e.g. app.py:10-14"),
        (["refactor", "good.py:1:5", "--kind", "rename"], "rename needs --name"),
        (["refactor", "good.py:1:5", "--kind", "move"], "move needs --to FILE, the module that it goes to"),
        (["refactor", "good.py:1:5", "--kind", "change-signature"], "change-signature needs --parameters, e.g. 'path,"),
        (["complete", "good.py:1:1", "--provider", "nobody"], "provider.name is 'nobody', but must be one of"),
        (["trust", "add", "missing"], "missing is not a folder"),
        (["trust", "remove"], "was not trusted"),
        (["models", "pull", "nothing"], "nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_one_sentence_and_status_2(project: Path, arguments: list[str], said: str) -> None:
    done = stoker(*arguments, cwd=project)
    assert done.returncode == 2, done
    assert said in done.stderr
    assert done.stderr.startswith("stoker: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert (project / "good.py").read_text() == GOOD


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"STOKER_PROVIDER": "openai"}, "OPENAI_API_KEY"),
        ({"STOKER_PROVIDER": "gemini"}, "GEMINI_API_KEY"),
        ({"STOKER_PROVIDER": "compatible"}, "base_url"),
        ({"STOKER_PROVIDER": "chatbot9000"}, "must be one of facts, openai"),
        ({"STOKER_PROVIDER": "local", "STOKER_MODELS": "/nowhere"}, "stoker models pull"),
    ],
    ids=["no OpenAI key", "no Gemini key", "no endpoint", "unknown provider", "no model file"],
)
def test_a_provider_that_can_not_be_used(project: Path, environ: Mapping[str, str], said: str) -> None:
    done = stoker("document", "good.py", "add", cwd=project, environ=environ)
    assert done.returncode == 2, done
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", [[], ["--kind", "extract-variable"], ["--kind", "inline"]], ids=" ".join)
def test_a_selection_that_nothing_applies_to_is_status_1(project: Path, kind: list[str]) -> None:
    done = stoker("refactor", "good.py:3:1", *kind, cwd=project)
    assert done.returncode == 1, done
    assert "to this selection" in done.stdout + done.stderr


def test_a_provider_that_is_not_there_is_status_3(project: Path) -> None:
    environ = {"STOKER_PROVIDER": "compatible", "STOKER_BASE_URL": "http://127.0.0.1:9/v1", "STOKER_MODEL": "m"}
    done = stoker("complete", "good.py:3:1", cwd=project, environ=environ)
    assert done.returncode == 3, done
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [("[completion\n", "could not be read"), ("[completion]\nenabled = 'x'\n", "must be true or false")],
)
def test_settings_that_can_not_be_used(project: Path, text: str, said: str) -> None:
    (project / "stoker.toml").write_text(text)
    done = stoker("document", "good.py", "add", cwd=project)
    assert done.returncode == 2
    assert str(project / "stoker.toml") in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize("stuck", ["", "good.py"], ids=["put back", "stuck"])
def test_where_one_file_cannot_be_written_none_is(project: Path, monkeypatch: pytest.MonkeyPatch, stuck: str) -> None:
    from stoker_analyzers.edits import Edit, Replacement, Span, create, replace
    from stoker_server.cli.errors import CommandError
    from stoker_server.cli.proposing import write
    from stoker_server.uris import uri_of

    good, last = project / "good.py", project / "last.py"
    good.chmod(0o640)
    last.write_text(GOOD)
    before = {each.name: each.read_bytes() for each in project.iterdir()}
    real, seen = Path.replace, list[Path]()

    def replacing(self: Path, target: Path) -> Path:
        seen.append(target)
        if target == last or (target.name == stuck and target in seen[:-1]):
            raise PermissionError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replacing)
    parts = [replace(uri_of(each), GOOD, [Replacement(Span(0, 3), "DEF")]) for each in (good, last)]
    new = create(uri_of(project / "new.py"), "x = 1\n")
    edit = Edit((*parts[0].files, *new.files, *parts[1].files))
    with pytest.raises(CommandError, match=r"last\.py was not written: Permission denied") as caught:
        write(edit)
    assert ("good.py stays changed" in str(caught.value)) is bool(stuck)
    after = {each.name: each.read_bytes() for each in project.iterdir()}
    changed = {"good.py": GOOD.replace("def", "DEF", 1).encode()} if stuck else {}
    assert after == {**before, **changed}
    if os.name != "nt":
        assert good.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_meanwhile_is_not_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stoker_analyzers.edits import Replacement, Span, replace
    from stoker_server.cli.errors import CommandError
    from stoker_server.cli.proposing import write
    from stoker_server.uris import uri_of

    path = project / "good.py"
    edit = replace(uri_of(path), GOOD, [Replacement(Span(0, 3), "DEF")])
    path.write_text("other\n")
    with pytest.raises(CommandError, match="has changed since"):
        write(edit)
    assert path.read_text() == "other\n"
    path.unlink()
    with pytest.raises(CommandError):
        write(edit)
    assert sorted(each.name for each in project.iterdir()) == ["binary.py", "large.py", "latin.py", "stoker.toml"]


def test_writing_keeps_line_ends_and_permissions(project: Path) -> None:
    path = project / "crlf.py"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    path.chmod(0o750)
    done = stoker("document", path, "add", "--write", cwd=project)
    assert done.returncode == 0, done
    data = path.read_bytes()
    assert b'"""' in data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o750


def test_a_planted_link_is_not_written_through(project: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (project / ".good.py.stoker").symlink_to(precious)
    assert stoker("document", "good.py", "add", "--write", cwd=project).returncode == 0
    assert precious.read_text() == "mine"
    assert '"""' in (project / "good.py").read_text()
    assert not (project / "good.py").is_symlink()


def test_files_are_written_all_or_none(project: Path) -> None:
    from stoker_analyzers.edits import Edit, Replacement, Span, replace
    from stoker_server.cli.errors import CommandError
    from stoker_server.cli.proposing import write
    from stoker_server.uris import uri_of

    other = project / "other.py"
    other.write_text("changed meanwhile\n")
    parts = [
        replace(uri_of(project / name), GOOD, [Replacement(Span(0, 0), "#\n")]).files[0]
        for name in ("good.py", "other.py")
    ]
    with pytest.raises(CommandError, match="has changed since"):
        write(Edit(tuple(parts)))
    assert (project / "good.py").read_text() == GOOD


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes in folders here")
    os.mkfifo(tmp_path / "pipe.py")
    assert main(["complete", f"{tmp_path / 'pipe.py'}:1:1"]) == 2
    assert capsys.readouterr().err == f"stoker: {tmp_path / 'pipe.py'} is no file; name a source file\n"


def test_a_log_of_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sent", "show", "--last", "0"]) == 2
    assert capsys.readouterr().err == "stoker: --last 0 shows nothing; 1 is the least\n"
