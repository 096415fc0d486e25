"""Where the doctor looks. Each function looks at one topic and gives its findings."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from stoker_analyzers.index.query import IndexQuery
from stoker_analyzers.index.store import database_of, size_of
from stoker_analyzers.languages import LANGUAGES
from stoker_analyzers.snapshot import Snapshot
from stoker_providers.cache import stats
from stoker_providers.discovery import find_local_servers
from stoker_providers.errors import NotConfiguredError
from stoker_providers.halves import TANDEM, halves
from stoker_providers.models import installed, models_folder
from stoker_providers.models_machine import recommend, this_machine
from stoker_providers.probe import reachable
from stoker_providers.settings import ProviderSettings
from stoker_server.cli.doctor.editors import editors
from stoker_server.cli.doctor.findings import Finding, good, note, problem
from stoker_server.exporting.background import wrong_with
from stoker_server.proving.sandbox import find_sandbox
from stoker_server.settings_sources import said_refusals
from stoker_server.state.database import open_database
from stoker_server.state.errors import UnusableError
from stoker_server.version import __version__
from stoker_server.workspace import Workspace
from stoker_wire.words import counted


async def look(workspace: Workspace, folder: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything."""
    return [
        *versions(),
        *grammars(),
        *settings(workspace, folder),
        *await provider(workspace, environ),
        *await servers(),
        *models(environ),
        *cache(workspace),
        *index(workspace, folder),
        *exporting(workspace),
        *await sandbox(workspace, folder),
        *await asyncio.to_thread(lambda: list(editors())),
    ]


def versions() -> Iterator[Finding]:
    """Stoker's own version and Python's."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield good("Stoker", f"version {__version__}, Python {python} ({sys.executable})")


def grammars() -> Iterator[Finding]:
    """Whether each language's grammar loads and parses."""
    broken = []
    for language in LANGUAGES:
        try:
            Snapshot("file:///probe", "", language).tree  # noqa: B018  # the property parses
        except (ImportError, ValueError, OSError) as error:
            broken.append(
                problem(
                    "Grammars", f"{language.name}: {error}", "reinstall Stoker; a grammar wheel is missing or too new"
                )
            )
    if not broken:
        yield good("Grammars", f"{len(LANGUAGES)} load: {', '.join(language.name for language in LANGUAGES)}")
    yield from broken


def settings(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    """The settings in force, where each came from, and what a project's file tried to set and may not."""
    topic, resolved = "Settings", workspace.resolved(folder / "file")
    own = workspace.paths.settings_file
    yield note(topic, f"your own file: {own}" + ("" if own.is_file() else " (not there; defaults hold)"))
    for key, origin in resolved.origins.items():
        section, _, name = key.partition(".")
        yield note(topic, f"{key} = {getattr(getattr(resolved.settings, section), name)!r}  from {origin}")
    for text in said_refusals(resolved.refusals):
        yield note(topic, text, "what you want of it, put into your own file")
    for text in resolved.problems:
        yield problem(topic, text, "mend it there; until then the default holds")


async def provider(workspace: Workspace, environ: Mapping[str, str]) -> list[Finding]:
    """Whether the model that is chosen can be asked. A key's value is never shown."""
    topic, chosen = "Provider", workspace.resolved(None).settings.provider
    if chosen.name == "facts":
        return [good(topic, "none is chosen: drafts come from the facts of the code, and nothing leaves this machine")]
    if chosen.name == "local":
        return [_local(topic)]
    if chosen.name == TANDEM:
        return await _tandem(topic, workspace, environ)
    return [await _reached(topic, chosen, environ)]


async def _tandem(topic: str, workspace: Workspace, environ: Mapping[str, str]) -> list[Finding]:
    """Both of the two, and how they work together."""
    settings = workspace.resolved(None).settings
    try:
        pair = halves(settings.provider, settings.tandem)
    except NotConfiguredError as error:
        return [problem(topic, str(error), error.remedy)]
    how = note(topic, f"two in tandem, mode {settings.tandem.mode}; `stoker report routing` shows who leads")
    return [how, *[_local(topic) if half.name == "local" else await _reached(topic, half, environ) for half in pair]]


async def _reached(topic: str, chosen: ProviderSettings, environ: Mapping[str, str]) -> Finding:
    found = await reachable(chosen, environ)
    key = f"key: {found.key}" if found.key else "no key"
    text = f"{found.provider} at {found.endpoint or 'no endpoint'}, {key}: {found.detail}"
    if found.ok:
        return good(topic, text)
    listed = f"; it lists {', '.join(found.models[:8])}" if found.models else ""
    return problem(topic, text + listed, "set what is missing, or provider.name to facts until then")


def _local(topic: str) -> Finding:
    try:
        version = importlib.metadata.version("xllamacpp")
    except importlib.metadata.PackageNotFoundError:
        return problem(topic, "local: its engine is not installed", "pip install 'stoker[local]'")
    return good(topic, f"local, with xllamacpp {version}")


async def servers() -> list[Finding]:
    """Model servers that run on this machine and could be used."""
    found = await find_local_servers()
    if not found:
        return [note("Model servers on this machine", "none answers (Ollama, LM Studio, llama-server)")]
    remedy = "to use it: STOKER_PROVIDER=compatible STOKER_BASE_URL={} STOKER_MODEL={}"
    return [
        note(
            "Model servers on this machine",
            f"{each.name} at {each.base_url}: {', '.join(each.models) or 'no model'}",
            remedy.format(each.base_url, each.models[0]) if each.models else "",
        )
        for each in found
    ]


def models(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Model files of the local provider."""
    topic, folder = "Local models", models_folder(environ)
    for model in installed(folder):
        yield good(topic, f"{model.name} in {folder}")
    if not installed(folder):
        model, why = recommend(this_machine())
        yield note(topic, f"none in {folder}", f"for this machine: stoker models pull {model.name} ({why})")


def cache(workspace: Workspace) -> Iterator[Finding]:
    """The cache of answers, and whether the user's folders can be written."""
    topic, folder = "Cache and state", workspace.paths.cache
    try:
        found = stats(folder)
        yield good(topic, f"{counted(found.entries, 'answer')}, {found.size / 1e6:.1f} MB in {folder}")
    except OSError as error:
        yield problem(topic, str(error), "stoker cache clear")
    for each in (workspace.paths.state, workspace.paths.config):
        existing = next(parent for parent in (each, *each.parents) if parent.exists())
        if not os.access(existing, os.W_OK):
            yield problem(
                topic, f"{each} can't be written", f"make {existing} yours, or set STOKER_HOME to a folder that is"
            )
    database = workspace.paths.database
    try:
        if database.exists():
            open_database(database).close()
            yield good(topic, f"local database: {database}")
    except UnusableError as error:
        yield problem(topic, f"the local database can't be used, {error}", "move it away, and Stoker begins anew")
    yield note(topic, f"log: {workspace.paths.log_file}")


def exporting(workspace: Workspace) -> Iterator[Finding]:
    """Whether a collector that was asked for can be told anything."""
    endpoint = workspace.resolved(None).settings.monitoring.otlp
    if wrong := wrong_with(endpoint):
        what, _, remedy = wrong.partition("; ")
        yield problem("Monitoring", what, remedy)
    elif endpoint:
        yield good("Monitoring", f"metrics and traces go to {endpoint}")


def index(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    """The index of the folder: how much it holds, and whether it is whole."""
    topic, database = "Cache and state", database_of(folder, workspace.paths.cache)
    if not workspace.resolved(folder / "file").settings.index.enabled:
        yield note(topic, "index: off", "index.enabled = true in your settings")
    elif not (size := size_of(database)):
        yield note(topic, f"index: none of {folder} yet; it is made when an editor opens the folder")
    else:
        query = IndexQuery(database)
        count, state = query.file_count, "complete" if query.ready else "being built"
        if query.damage:
            yield problem(topic, f"index: {query.damage}", "stoker cache clear")
        else:
            yield good(topic, f"index: {count} files, {size / 1e6:.1f} MB, {state}, in {database}")
        query.close()


async def sandbox(workspace: Workspace, folder: Path) -> list[Finding]:
    """How code is kept in while drafts are checked, and whether this folder's may run."""
    topic, found = "Running code", await find_sandbox()
    if found.isolates:
        findings = [good(topic, f"sandbox: {found.describe()}")]
    else:
        remedy = "install bubblewrap, or allow user namespaces; until then no code is run"
        findings = [problem(topic, f"sandbox: {found.describe()}", remedy)]
    if workspace.trusts(folder):
        return [*findings, good(topic, f"{folder} is trusted")]
    return [*findings, note(topic, f"{folder} is not trusted: no test is run there", f"stoker trust add {folder}")]
