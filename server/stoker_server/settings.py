"""The settings tree, composed of what each package declares. Who may set what is decided where they are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from stoker_providers.settings import ProviderSettings, SpendSettings, TandemSettings
from stoker_wire.settings import setting


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """Ghost text and popup items."""

    enabled: bool = setting(True, "Offer completions.")
    languages_off: tuple[str, ...] = setting((), "Language identifiers in which no completion is offered.")
    paths_off: tuple[str, ...] = setting(
        (), "Globs of paths, relative to the folder, in which no completion is offered: `vendor/*`, `*.min.js`."
    )
    popup: str = setting(
        "last",
        "Where the suggestion stands in the popup of an editor without ghost text: `first`, `last`, or `off` for nowhere.",
        choices=("first", "last", "off"),
    )
    context_tokens: int = setting(
        1024,
        "How much of other files a prompt may hold, in tokens: definitions that the code uses, recent changes, near snippets; "
        "0 for nothing.",
        machine=True,
    )
    max_tokens: int = setting(128, "Longest suggestion, in tokens.", machine=True)


@dataclass(frozen=True, slots=True)
class NextEditSettings:
    """Edits elsewhere that follow from the latest one."""

    enabled: bool = setting(
        True, "Offer what follows from an edit: renamed uses, changed calls, the same change beside it."
    )
    languages_off: tuple[str, ...] = setting((), "Language identifiers in which no next edit is offered.")


@dataclass(frozen=True, slots=True)
class DocstringSettings:
    """Docstrings."""

    style: str = setting(
        "auto",
        "`google`, `numpy`, `sphinx`, or `auto`: the style that the file uses, else Google's.",
        choices=("auto", "google", "numpy", "sphinx"),
    )
    language: str = setting(
        "en", "The language that a model writes documentation in, as an ISO 639-1 code: `en`, `de`, `zh`, ..."
    )


@dataclass(frozen=True, slots=True)
class TestingSettings:
    """Generated tests, and how long code may run while drafts are checked."""

    folder: str = setting("tests", "Where a new test file goes, relative to the workspace folder.")
    seconds: float = setting(60.0, "Longest run of a test command, in seconds.", machine=True)
    memory_mb: int = setting(2048, "Most memory that a test run may take, in MB.", machine=True)


@dataclass(frozen=True, slots=True)
class DiagnosticsSettings:
    """What is marked in the editor."""

    docstrings: bool = setting(
        True,
        "Mark docstrings and documentation comments that have drifted from the code: arguments, defaults and results.",
    )
    syntax: bool = setting(False, "Mark syntax errors; most editors have another server that does.")
    tasks: bool = setting(False, "Hint at comments that leave something to be done: `TODO`, `FIXME`, `XXX`, `HACK`.")


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What the other files of a folder define, kept on this machine."""

    enabled: bool = setting(
        True,
        "Keep an index of the open folders in the user's cache; ignored files are left out (`.gitignore`, `.stokerignore`).",
    )
    max_file_kb: int = setting(1000, "Larger files are left out, in KB; never more than 1000.")


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """Which folders' code may be run."""

    folders: tuple[str, ...] = setting((), "Folders whose code may be run while drafts are checked.", machine=True)


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """What models are told besides the code."""

    requirements: str = setting(
        "",
        "Your own requirements, added to every prompt, e.g. how you name tests. A project has its own in `.stoker/prompts/`.",
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class CodeLensSettings:
    """What stands above a function."""

    enabled: bool = setting(False, "Offer `Document` and `Test` above functions for which that can be done.")


@dataclass(frozen=True, slots=True)
class BackendSettings:
    """A team's backend. `stoker login` sets both."""

    url: str = setting(
        "", "Where the team's backend is, e.g. `https://stoker.example.org`; empty for none.", machine=True
    )
    project: str = setting("", "The id of the project there that telemetry goes to.", machine=True)


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """What is sent to the team's backend of what is counted here. None of it holds code; `stoker events show --would-send`."""

    usage: bool = setting(False, "Send how suggestions are used: shown, accepted, rejected, kept.", machine=True)
    quality: bool = setting(
        False, "Send whether drafts passed their checks, models answered, and what was called good.", machine=True
    )
    cost: bool = setting(False, "Send what models cost, by task and model.", machine=True)


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """Metrics and traces of this machine's Stoker, for a collector of your own."""

    otlp: str = setting(
        "",
        "Where to send them, as OpenTelemetry's OTLP over HTTP, e.g. `http://127.0.0.1:4318`; empty for nowhere. Names and "
        "numbers of what `stoker events show` shows, and no code. Needs `pip install 'stoker[otel]'`.",
        machine=True,
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    provider: ProviderSettings = field(default_factory=ProviderSettings)
    tandem: TandemSettings = field(default_factory=TandemSettings)
    spend: SpendSettings = field(default_factory=SpendSettings)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
    next_edit: NextEditSettings = field(default_factory=NextEditSettings)
    docstring: DocstringSettings = field(default_factory=DocstringSettings)
    testing: TestingSettings = field(default_factory=TestingSettings)
    prompts: PromptSettings = field(default_factory=PromptSettings)
    code_lens: CodeLensSettings = field(default_factory=CodeLensSettings)
    diagnostics: DiagnosticsSettings = field(default_factory=DiagnosticsSettings)
    index: IndexSettings = field(default_factory=IndexSettings)
    trust: TrustSettings = field(default_factory=TrustSettings)
    backend: BackendSettings = field(default_factory=BackendSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    monitoring: MonitoringSettings = field(default_factory=MonitoringSettings)
