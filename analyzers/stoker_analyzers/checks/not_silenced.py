"""A fix must mend: an edit may not add what tells a tool to be quiet."""

from __future__ import annotations

import re
from collections import Counter

from stoker_analyzers.edits import Edit
from stoker_analyzers.snapshot import Snapshot
from stoker_wire.verdicts import Verdict, failed, passed

_SILENCER = re.compile(
    r"#\s*(?:(?:ruff:|flake8:)?\s*noqa|type:\s*ignore|pyright:|mypy:|nosec|pylint:\s*disable|nosemgrep|pragma:\s*no cover)"
    r"|(?://|/\*)\s*(?:eslint-disable|@ts-ignore|@ts-expect-error|@ts-nocheck|nosemgrep|NOLINT|biome-ignore|nolint)"
    r"|#!?\[allow\(|@SuppressWarnings",
    re.IGNORECASE,
)


class NotSilenced:
    """The edit adds no comment that tells a tool to be quiet: what is silenced is not mended."""

    name = "not-silenced"
    budget = 1.0

    async def judge(self, snapshot: Snapshot, edit: Edit) -> Verdict:
        """Count such comments before and after."""
        before, after = (_silencers(text) for text in (snapshot.text, snapshot.after(edit).text))
        if added := after - before:
            return failed(self.name, f"it silences the tool ({min(added)}) and mends nothing")
        return passed(self.name, "no comment was added that silences a tool")


def _silencers(text: str) -> Counter[str]:
    return Counter(" ".join(found.group().split()) for found in _SILENCER.finditer(text))
