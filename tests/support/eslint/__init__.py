"""Where the tests' own ESLint lies; ``make eslint`` fetches it."""

from __future__ import annotations

from pathlib import Path

import pytest

ESLINT = Path(__file__).parent
needs_eslint = pytest.mark.skipif(
    not (ESLINT / "node_modules/.bin/eslint").exists(),
    reason="ESLint is not there: `make eslint` fetches it (needs npm)",
)
