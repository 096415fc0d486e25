"""Where axe-core lies, which judges the dashboard's pages; ``make axe`` fetches it."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "node_modules"
AXE = MODULES / "axe-core/axe.min.js"
needs_modules = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: `make axe` fetches it (needs npm)")
